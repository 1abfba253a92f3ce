//! The words of `andon print`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::event::SheetAct;

/// `andon print …`
#[derive(Debug, Subcommand)]
pub enum Print {
    /// 病棟の束: リーダー板、空白時間確認票、食事一覧、ベッド順の患者サマリー / a ward's pack: board, gap list, meals, summaries by bed
    Ward(PrintWard),
    /// 患者一人のサマリーと指示 / one patient's summary and orders
    Patient(PrintPatient),
    /// 記入用紙: 患者のカルテから下書きして、または白紙で / a form, filled from the patient's chart or blank
    Sheet(PrintSheet),
}

/// `andon print sheet`
#[derive(Debug, Args)]
pub struct PrintSheet {
    /// 帳票の記号（P7、P9A、系列は P9）。省略すると一覧 / code of a form, or of a family (P9); none: the list
    #[arg(required_unless_present = "list")]
    pub form: Option<String>,
    /// 帳票の一覧 / list the forms
    #[arg(long, conflicts_with = "form")]
    pub list: bool,
    /// 患者番号。省略すると白紙（連番） / the patient's number; none: blank, numbered
    #[arg(long, value_name = "ID")]
    pub patient: Option<String>,
    /// 枚数（それぞれに番号が付く） / how many, each with a number of its own
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub copies: u32,
    /// スキャン送り状（P12B）の束のページ数 / pages of the stack, for a batch header (P12B)
    #[arg(long, default_value_t = 0)]
    pub count: u32,
    /// ラベル（L1〜L3）を、ラベルプリンターの ZPL で / labels (L1–L3) as ZPL for a label printer
    #[arg(long)]
    pub zpl: bool,
    /// 書き出すファイル / file to write
    #[arg(long, value_name = "FILE", required_unless_present = "list")]
    pub out: Option<PathBuf>,
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

/// `andon scan`
#[derive(Debug, Args)]
pub struct Scan {
    /// スキャンしたファイル（PDF、TIFF、JPEG、PNG） / files of a scanner
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// 取り込んだページの✓と数字の読み取り候補（保存しない） / suggestions for ticks and digits on a page taken in; nothing is stored
    #[arg(long, num_args = 2, value_names = ["SCAN", "PAGE"], conflicts_with = "files")]
    pub marks: Vec<String>,
    /// 取り込む人（省略時はこの端末の利用者） / who hands them in; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon hand-in`
#[derive(Debug, Args)]
pub struct HandIn {
    /// 患者番号 / the patient's number
    pub id: String,
    /// 読み取ったコードのファイル。`-` は標準入力（2Dスキャナーのキーボード入力） / files of codes; `-`: standard input, as a 2D scanner types
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// だれが持ってきたか / who brought it
    #[arg(long, value_name = "WHO", default_value = "本人")]
    pub brought_by: String,
    /// だれが本人と確かめたか / who compared it with the patient
    #[arg(long, value_name = "NAME", default_value = "")]
    pub checked_by: String,
    /// 持ち主がカルテと違っても入れる理由 / why it is kept although it names somebody unlike
    #[arg(long, value_name = "REASON", default_value = "")]
    pub although: String,
    /// 入れる人（省略時はこの端末の利用者） / who hands it in; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon sheets`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Sheets {
    /// まだ終わっていないものだけ / only what is still open
    #[arg(long)]
    pub open: bool,
    /// この患者のものだけ / only of this patient
    #[arg(long, value_name = "ID")]
    pub patient: Option<String>,
    /// この帳票だけ / only this form or family
    #[arg(long, value_name = "FORM")]
    pub form: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
    /// 帳票について書く / say something of a sheet
    #[command(subcommand)]
    pub act: Option<SheetsAct>,
}

/// `andon sheets …`
#[derive(Debug, Subcommand)]
pub enum SheetsAct {
    /// 帳票がどうなったか: out 持出・back 返却・delivered 交付・destroyed 裁断・void 書損や不要・written 書き込みあり / what became of a sheet
    Mark {
        /// 帳票の番号 / the sheet's number
        number: String,
        /// どうなったか / what
        #[arg(value_parser = act)]
        act: SheetAct,
        /// だれが持っているか、または理由 / with whom, or why
        #[arg(long, default_value = "")]
        words: String,
        /// 書く人（省略時はこの端末の利用者） / who says so; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

fn act(word: &str) -> Result<SheetAct, String> {
    SheetAct::read(word).ok_or_else(|| {
        let known: Vec<&str> = crate::event::SHEET_ACTS.iter().map(|(_, word)| *word).collect();
        known.join(", ")
    })
}

/// `andon print ward`
#[derive(Debug, Args)]
pub struct PrintWard {
    /// 病棟（3東 など） / ward
    #[arg(required_unless_present = "all")]
    pub ward: Option<String>,
    /// すべての病棟。--out が .pdf で終われば一つのファイル、ほかは病棟ごとのフォルダー / every ward: one file where --out ends in .pdf, else a
    /// folder with a file each
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
