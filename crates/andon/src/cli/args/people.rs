//! The words of `andon people` and `andon audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Json;

/// `andon people …`
#[derive(Debug, Subcommand)]
pub enum People {
    /// 職員の一覧 / list the staff
    List(Json),
    /// 職員を加え、最初のPINを表示する / add a member of staff; shows the first PIN
    Add {
        /// 職員番号（職員証のコード） / staff number, as on the staff card
        account: String,
        /// 氏名など / name and so on
        #[command(flatten)]
        words: AccountWords,
        /// 決めた人の氏名（省略時はこの端末の利用者） / who decided; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// 職員を変える・停止する・再開する / change, close or reopen an account
    Set {
        /// 職員番号 / staff number
        account: String,
        /// 氏名など / name and so on
        #[command(flatten)]
        words: AccountWords,
        /// 入れなくする / may not log in any more
        #[arg(long)]
        close: bool,
        /// また入れるようにする / may log in again
        #[arg(long, conflicts_with = "close")]
        open: bool,
        /// 決めた人の氏名（省略時はこの端末の利用者） / who decided; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// 新しいPINを発行して表示する / make a new PIN and show it
    Pin {
        /// 職員番号 / staff number
        account: String,
    },
    /// 職員一覧（CSV）からまとめて登録する / register a whole list (CSV)
    Import {
        /// 列名 職員番号, 氏名, 職種（よみ, 病棟） のある CSV / CSV with columns account, name, role (kana, ward)
        file: PathBuf,
        /// PIN を書き出すファイル / file to write the PINs to
        #[arg(long, value_name = "FILE")]
        pins: PathBuf,
        /// 決めた人の氏名（省略時はこの端末の利用者） / who decided; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// 緊急開封カードを作る（封をして病棟に置く） / make sealed cards for wards
    Cards {
        /// 病棟の名前（1枚ずつ） / names of wards, a card each
        #[arg(required = true)]
        wards: Vec<String>,
        /// 書き出すファイル（PDF） / file to write (PDF)
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// 決めた人の氏名（省略時はこの端末の利用者） / who decided; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// 緊急開封の一覧。未確認があれば終了コード 3 / openings by sealed cards; exit code 3 when one is not reviewed
    Openings(Json),
    /// 緊急開封を確認済みにする / mark an opening as reviewed
    Review {
        /// 一覧に出る開封の番号 / the opening, as listed
        opening: String,
        /// 確認したこと / what was found
        #[arg(long, value_name = "WORDS")]
        words: String,
        /// 確認した人の氏名 / who reviewed
        #[arg(long, value_name = "NAME")]
        by: String,
    },
}

/// What is said of an account.
#[derive(Debug, Args)]
pub struct AccountWords {
    /// 氏名 / name
    #[arg(long)]
    pub name: Option<String>,
    /// よみ / reading
    #[arg(long)]
    pub kana: Option<String>,
    /// 職種（看護師 または nurse など） / profession: nurse, doctor …
    #[arg(long)]
    pub role: Option<String>,
    /// 病棟・部署 / ward or department
    #[arg(long)]
    pub ward: Option<String>,
    /// 理由 / why
    #[arg(long, value_name = "WORDS")]
    pub reason: Option<String>,
}

/// `andon audit`
#[derive(Debug, Args)]
pub struct Audit {
    /// この職員番号の人の / of this staff number
    #[arg(long, value_name = "ACCOUNT")]
    pub person: Option<String>,
    /// この患者番号について / about this patient
    #[arg(long, value_name = "ID")]
    pub patient: Option<String>,
    /// したこと（chart, search, print, login, break-glass …） / act: chart, search, print, login, break-glass …
    #[arg(long)]
    pub act: Option<String>,
    /// いつから / not before
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// いつまで / until
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// 最大件数 / at most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub limit: u32,
    /// 鎖と終わりを検査する。書かれたときと違えば終了コード 4 / verify chain and end; exit code 4 when not as written
    #[arg(long)]
    pub verify: bool,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}
