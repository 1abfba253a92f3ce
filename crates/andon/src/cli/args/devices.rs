//! The words of `andon devices`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `andon devices`
#[derive(Debug, Args)]
pub struct Devices {
    /// 何をするか（省略時は一覧） / what to do; left out, the devices are listed
    #[command(subcommand)]
    pub act: Option<DevicesAct>,
    /// この状態のものだけ / only of this state
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// What can be done with devices.
#[derive(Debug, Subcommand)]
pub enum DevicesAct {
    /// 機器を登録する / register a device
    Add(DeviceAdd),
    /// 一覧表（CSV: 種類,名前,場所,所有,アドレス）から登録する / register many, out of a CSV: kind, name, place, owner, address
    Import {
        /// CSV（UTF-8 または Shift_JIS） / CSV in UTF-8 or Shift_JIS
        file: PathBuf,
        /// 登録する人（省略時はこの端末の利用者） / who registers; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// 状態を記録する。初期化は、保全のあとでなければできない / what was found or done; nothing is wiped before it was preserved
    State(DeviceStateArgs),
}

/// `andon devices add`
#[derive(Debug, Args)]
pub struct DeviceAdd {
    /// 名前・資産番号 / name or asset number
    pub name: String,
    /// pc・server・storage・network・printer・medical・media（CD・USB）・log（ログ）・other / kind
    #[arg(long, value_name = "KIND", default_value = "pc")]
    pub kind: String,
    /// 場所 / where it stands
    #[arg(long, value_name = "PLACE", default_value = "", hide_default_value = true)]
    pub place: String,
    /// 所有（部門・業者） / whose it is
    #[arg(long, value_name = "OWNER", default_value = "", hide_default_value = true)]
    pub owner: String,
    /// IP・MAC アドレス、製造番号 / address or serial number
    #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
    pub address: String,
    /// ログが消える日時 / when a log rolls over
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    pub until: String,
    /// この番号の登録を直す / put this one right
    #[arg(long, value_name = "NUMBER", requires = "reason")]
    pub correct: Option<String>,
    /// 直す理由 / why it is put right
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    pub reason: String,
    /// 登録する人（省略時はこの端末の利用者） / who registers; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon devices state`
#[derive(Debug, Args)]
pub struct DeviceStateArgs {
    /// 機器の番号 / the device's number
    pub number: String,
    /// isolated LAN切離し・infected 感染・suspected 感染の疑い・declared_clean 業者「感染所見なし」・preserved 保全済・not_preserved 保全不要・wiped
    /// 初期化・verified 検証済・returned 返却 / state
    pub state: String,
    /// だれがした・言った（業者・調査会社・警察） / who did it or said so
    #[arg(long, value_name = "WHO", default_value = "", hide_default_value = true)]
    pub who: String,
    /// 保全に使った道具 / tool of the image
    #[arg(long, value_name = "TOOL", default_value = "", hide_default_value = true)]
    pub tool: String,
    /// 保全したものの照合値 / hash of the image
    #[arg(long, value_name = "HASH", default_value = "", hide_default_value = true)]
    pub hash: String,
    /// 封印の番号 / number of the seal
    #[arg(long, value_name = "SEAL", default_value = "", hide_default_value = true)]
    pub seal: String,
    /// 見つけたときの電源の状態 / power as it was found
    #[arg(long, value_name = "POWER", default_value = "", hide_default_value = true)]
    pub power: String,
    /// 時計のずれ / by how much its clock was off
    #[arg(long, value_name = "OFFSET", default_value = "", hide_default_value = true)]
    pub clock: String,
    /// 任意提出書・押収品目録の番号 / numbers of papers
    #[arg(long, value_name = "PAPERS", default_value = "", hide_default_value = true)]
    pub papers: String,
    /// そのほか、理由 / anything else, why
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    pub words: String,
    /// 記録する人（省略時はこの端末の利用者） / who records it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}
