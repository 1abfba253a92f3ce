//! The words of `andon printer`, `andon plan` and `andon memo`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `andon printer …`
#[derive(Debug, Subcommand)]
pub enum PrinterWords {
    /// プリンターの一覧と、いま使えるか / the printers, and whether each would print now
    List {
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// プリンター、フォルダー、スティックを登録する / register a printer, a folder or a stick
    Add(PrinterAdd),
    /// 登録を取り消す / take a registration back
    Remove {
        /// 名前 / its name
        name: String,
        /// 決めた人（省略時はこの端末の利用者） / who decides; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

/// `andon printer add`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("place").required(true))]
pub struct PrinterAdd {
    /// 名前（3東 など） / its name
    pub name: String,
    /// CUPS の待ち行列、または PDF を受けるプリンター（ipp://127.0.0.1:631/printers/NAME） / a CUPS queue, or a printer that takes PDF
    #[arg(long, value_name = "URI", group = "place")]
    pub ipp: Option<String>,
    /// PDF を置くフォルダー / a folder for the PDF
    #[arg(long, value_name = "DIR", group = "place")]
    pub folder: Option<PathBuf>,
    /// USBスティックの置き場所。いま挿さっているものを覚える。中身は暗号化されない / where a USB stick is mounted; the one that is in now is remembered. What
    /// is written to it is not encrypted
    #[arg(long, value_name = "DIR", group = "place")]
    pub stick: Option<PathBuf>,
    /// 決めた人（省略時はこの端末の利用者） / who decides; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// `andon plan …`
#[derive(Debug, Subcommand)]
pub enum PlanWords {
    /// 印刷予定の一覧と、前回の結果 / the plans and how each went last
    List {
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// ひとりでに印刷するものを決める: 毎日の時刻、または停止したとき / set what prints by itself: every day, or when it stops
    Set(PlanSet),
    /// 印刷予定をやめる / give a plan up
    Remove {
        /// 予定の名前 / its name
        name: String,
        /// 決めた人（省略時はこの端末の利用者） / who decides; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// いま印刷する / print it now
    Run {
        /// 予定の名前 / its name
        name: String,
        /// プリンターが出し終えるのを待つ秒数。過ぎたら取り消して失敗とする / seconds to wait for the printer; then it is taken back and counts as failed
        #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86_400))]
        patience: u64,
        /// 印刷する人（省略時はこの端末の利用者） / who prints; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// プリンターに渡した印刷とその結果 / what was handed to printers and what became of it
    Jobs {
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
}

/// `andon plan set`
#[derive(Debug, Args)]
pub struct PlanSet {
    /// 予定の名前（夕方 など） / its name
    pub name: String,
    /// 何を印刷するか: wards 病棟の束・orders 指示つきの病棟の束・appointments 予約一覧・packets 受診セット・cards 初動カード・gate 関門のお知らせ（警報と解除のつど、保留の間は毎日この時刻にも） / what;
    /// `gate`: notices, at once when the gate speaks and when it is over, and daily at this time while something is held back
    #[arg(long, value_delimiter = ',', required = true, value_parser = crate::event::PLANNED)]
    pub what: Vec<String>,
    /// 病棟（省略時はすべて） / wards; none: all
    #[arg(long, value_delimiter = ',', value_name = "WARDS")]
    pub wards: Vec<String>,
    /// 予約一覧の日数（翌日から） / days of appointments, from tomorrow
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=i64::from(crate::sheets::runs::DAYS_MAX)))]
    pub days: u32,
    /// 変わった患者だけ（変更には▲、差替え・回収票つき） / only patients of whom there is something new, marked, with a swap list
    #[arg(long)]
    pub changed: bool,
    /// 毎日の時刻 / time of day
    #[arg(
        long,
        value_name = "HH:MM",
        required_unless_present = "at_stop",
        conflicts_with = "at_stop",
        default_value = ""
    )]
    pub at: String,
    /// 時刻ではなく、停止時カルテを使い始めたとき・停止が宣言されたとき（障害ごとに一度） / not by the clock: once in each incident, when downtime
    /// charts are used or a stop is declared
    #[arg(long)]
    pub at_stop: bool,
    /// プリンターの名前 / the printer's name
    #[arg(long, value_name = "PRINTER")]
    pub printer: String,
    /// 決めた人（省略時はこの端末の利用者） / who decides; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// `andon memo`
#[derive(Debug, Args)]
pub struct Memo {
    /// 病棟 / ward
    pub ward: String,
    /// 申し送り。`-` は標準入力、空文字で消す、省略でいまの内容を表示 / the words; `-`: standard input; empty: done with; none: show what stands
    pub text: Option<String>,
    /// 書いた人（省略時はこの端末の利用者） / who wrote it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// Where a run goes: a file, or a printer.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("where").required(true))]
pub struct Out {
    /// 書き出すファイル / file to write
    #[arg(long, value_name = "FILE", group = "where")]
    pub out: Option<PathBuf>,
    /// 登録したプリンターの名前 / name of a registered printer
    #[arg(long, value_name = "PRINTER", group = "where")]
    pub printer: Option<String>,
}

/// `andon print appointments` and `andon print packets`
#[derive(Debug, Args)]
pub struct PrintDays {
    /// 最初の日（2026-11-27、明日 など。省略時は明日） / the first day; tomorrow if not given
    #[arg(long, value_name = "DAY", default_value = "明日")]
    pub day: String,
    /// 何日分か（予約一覧） / how many days, of the list
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=i64::from(crate::sheets::runs::DAYS_MAX)))]
    pub days: u32,
    /// 診療科（コード、または名前の一部） / department: its code or a part of its name
    #[arg(long, value_name = "DEPARTMENT", default_value = "")]
    pub department: String,
    /// どこへ / where to
    #[command(flatten)]
    pub out: Out,
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
