//! The words of `andon print`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `andon print …`
#[derive(Debug, Subcommand)]
pub enum Print {
    /// 病棟の束: リーダー板、空白時間確認票、食事一覧、ベッド順の患者サマリー / a ward's pack: board, gap list, meals, summaries by bed
    Ward(PrintWard),
    /// 患者一人のサマリーと指示 / one patient's summary and orders
    Patient(PrintPatient),
}

/// `andon print ward`
#[derive(Debug, Args)]
pub struct PrintWard {
    /// 病棟（3東 など） / ward
    #[arg(required_unless_present = "all")]
    pub ward: Option<String>,
    /// すべての病棟。--out はフォルダーになる / every ward; --out is a folder then
    #[arg(long, conflicts_with = "ward")]
    pub all: bool,
    /// 書き出すファイル / file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// 前回の印刷から変わった患者だけ / only patients of whom there is something new since the last run
    #[arg(long)]
    pub changed: bool,
    /// 印刷する帳票（省略時はすべて） / which sheets; none: all
    #[arg(long, value_enum, value_delimiter = ',')]
    pub only: Vec<crate::sheets::rules::Form>,
    /// 英語で / in English
    #[arg(long)]
    pub english: bool,
    /// 印刷する人（省略時はこの端末の利用者） / who prints; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon print patient`
#[derive(Debug, Args)]
pub struct PrintPatient {
    /// 患者番号 / the patient's number
    pub id: String,
    /// 書き出すファイル / file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// 番号を付けた主体（省略時はこのホームのもの） / the assigning authority, if not this home's
    #[arg(long, value_name = "CODE")]
    pub authority: Option<String>,
    /// 英語で / in English
    #[arg(long)]
    pub english: bool,
    /// 印刷する人（省略時はこの端末の利用者） / who prints; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}
