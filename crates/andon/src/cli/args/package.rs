//! The words of `andon package`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `andon package …`
#[derive(Debug, Subcommand)]
pub enum PackageWords {
    /// 警察への資料: 機器と保全、ログ、証拠の受け渡し、クロノロ、犯人側からの連絡、漏えいしたID。照会書・令状の番号がなければ患者の情報は伏せる / for the
    /// police; patients are hidden unless a numbered inquiry or warrant is in the register of evidence
    Police(Police),
    /// 有識者会議の資料: 経過、決定、システム、復旧計画、費用、工夫。患者の情報は伏せる / for a panel of experts; patients are hidden
    Experts(Experts),
    /// 公表用の経過（★要点と本部に出した行）。氏名・電話・アドレスなどを伏せた下書きを先に作り、見た人が承認する / a timeline to be published: first a draft,
    /// then approved by a person who looked
    Publication(Publication),
    /// 作った資料を渡したことを記録する（照合値を確かめ、クロノロに残す） / write down that a package was handed over; its sums are checked first
    Give(Give),
}

/// What every package has.
#[derive(Debug, Args)]
pub struct Common {
    /// 新しいフォルダー、または .zip / a new folder, or a .zip
    #[arg(long, value_name = "FOLDER|FILE.zip")]
    pub out: PathBuf,
    /// この時点での記録（それまでに記録されたもの） / as of a time: what was entered up to then
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// 障害の番号（省略時は今の、なければ最後の障害） / number of the incident; left out, the present or the last one
    #[arg(long, value_name = "NUMBER")]
    pub incident: Option<String>,
    /// だれが作るか（省略時はこの端末の利用者） / who makes it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 見出しを英語で / titles in English
    #[arg(long)]
    pub english: bool,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon package police`
#[derive(Debug, Args)]
pub struct Police {
    /// 共通 / common
    #[command(flatten)]
    pub common: Common,
    /// 照会書・令状の番号。台帳「証拠の受け渡し」に記録した番号だけ。書くと患者の情報を伏せない / number of an inquiry or warrant that is in the
    /// register `evidence`: patients stand
    #[arg(long = "warrant", value_name = "NUMBER")]
    pub warrants: Vec<String>,
    /// クロノロの区分（省略時は info report order decision outside safety） / categories of the chronology's lines
    #[arg(long = "category", value_name = "CATEGORY")]
    pub categories: Vec<String>,
    /// 渡す相手（所属・氏名）。書くと、渡したことがクロノロに残る / to whom it is handed; written into the chronology
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub to: String,
}

/// `andon package experts`
#[derive(Debug, Args)]
pub struct Experts {
    /// 共通 / common
    #[command(flatten)]
    pub common: Common,
    /// 人の氏名を〔職員1〕のような番号にする / people are told apart by number
    #[arg(long)]
    pub pseudonyms: bool,
    /// 渡す相手。書くと、渡したことがクロノロに残る / to whom it is handed; written into the chronology
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub to: String,
}

/// `andon package publication`
#[derive(Debug, Args)]
pub struct Publication {
    /// 共通 / common
    #[command(flatten)]
    pub common: Common,
    /// 業者の名前も伏せる / hide vendors too
    #[arg(long)]
    pub vendors: bool,
    /// ほかに伏せる言葉 / another word to hide
    #[arg(long, value_name = "WORD")]
    pub hide: Vec<String>,
    /// 伏せずに残す言葉（患者とパスワードは残せない） / a word that stands; never a patient or a password
    #[arg(long, value_name = "WORD")]
    pub keep: Vec<String>,
    /// 下書きを見て承認する人の氏名 / who looked at the draft and approves it
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub approved_by: String,
    /// 見た下書きのフォルダー / the draft that was looked at
    #[arg(long, value_name = "FOLDER", requires = "approved_by")]
    pub draft: Option<PathBuf>,
}

/// `andon package give`
#[derive(Debug, Args)]
pub struct Give {
    /// 作った資料のフォルダー、または .zip / the folder or .zip that was made
    pub folder: PathBuf,
    /// 渡した相手（所属・氏名） / to whom
    #[arg(long, value_name = "NAME")]
    pub to: String,
    /// だれが渡したか（省略時はこの端末の利用者） / who handed it over; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}
