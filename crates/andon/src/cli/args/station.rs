//! The words of `andon station` and `andon log`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `andon station …`
#[derive(Debug, Subcommand)]
pub enum StationWords {
    /// この端末のカードを書き出す（公開鍵と名前。秘密はない）。コードは別の手段で伝える / write this station's card; tell its code another way
    Card(StationCard),
    /// 相手の端末のカードを、コードを確かめて登録する / know another station by its card, once the code agrees
    Trust(StationTrust),
    /// 端末の登録を取り消す。それより後の記録は、保存して表示するが、数えない / a station is no longer the hospital's
    Revoke(StationRevoke),
    /// 端末の一覧と、それぞれどこまで受信したか / the stations, and how much of each log is here
    List(super::Json),
}

/// `andon station card`
#[derive(Debug, Args)]
pub struct StationCard {
    /// 書き出すファイル / the file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// 端末の名前（例 3病棟） / its name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// 番号の頭文字（例 3病）、4文字まで / what its numbers begin with, at most four characters
    #[arg(long, value_name = "MARK")]
    pub mark: Option<String>,
    /// 行う人（省略時はこの端末の利用者） / who does it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon station trust`
#[derive(Debug, Args)]
pub struct StationTrust {
    /// 相手の端末のカード / the other station's card
    pub file: PathBuf,
    /// 相手の画面に出ているコード（電話や紙で聞いたもの） / the code shown there, heard by telephone or read on paper
    #[arg(long, value_name = "CODE")]
    pub code: String,
    /// 本部の端末として登録する（その端末が登録した端末も、ここで数える） / as headquarters: stations that it admits count here too
    #[arg(long)]
    pub headquarters: bool,
    /// 登録する人（省略時はこの端末の利用者） / who admits it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon station revoke`
#[derive(Debug, Args)]
pub struct StationRevoke {
    /// 端末の名前、または番号（はじめの数桁） / its name, or the beginning of its number
    pub station: String,
    /// この番号までは数える（省略時は今あるところまで） / its log counts up to this number; up to now if left out
    #[arg(long, value_name = "NO")]
    pub last: Option<u64>,
    /// 理由 / why
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
    /// 決めた人の氏名 / who decided
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `andon log …`
#[derive(Debug, Subcommand)]
pub enum LogWords {
    /// ほかの端末がまだ持っていない記録を、1つのファイルに書き出す（USBメモリーなどで運ぶ） / write what the others do not have yet
    Export(LogExport),
    /// ほかの端末が書き出したファイルを取り込む（何回でもよい） / take in what another station exported; again does no harm
    Import(LogImport),
    /// 端末ごとに、どこまで受信したか・抜けている番号・経過時間。抜けや食い違いがあれば終了コード 3 / how much of each log is here;
    /// exit 3 where something is missing
    Heads(super::Json),
}

/// `andon log export`
#[derive(Debug, Args)]
pub struct LogExport {
    /// 書き出すファイル / the file to write
    pub file: PathBuf,
    /// 相手が持っているものも含め、全部 / everything, whatever the others have
    #[arg(long)]
    pub all: bool,
    /// この端末だけに宛てる（名前・標識・番号。何度でも）。その端末が持っていないものだけが入る / only for this station (name, mark or
    /// number; any number of times): what it is not known to hold
    #[arg(long = "for", value_name = "STATION")]
    pub stations: Vec<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon log import`
#[derive(Debug, Args)]
pub struct LogImport {
    /// 取り込むファイル / files to take in
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}
