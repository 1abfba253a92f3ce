//! The words of `andon print`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Out, PrintDays};
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
    /// 予約一覧（一人一行、翌日から） / appointments of the coming days, one line each
    Appointments(PrintDays),
    /// 受診セット: その日の予約者ごとに受診票・サマリー・診療録・コスト票・ラベル / a packet each for whoever is booked on the day
    Packets(PrintDays),
    /// 初動カード（当直医・当直師長・当直事務） / first-hour cards
    Cards(PrintCards),
    /// アクションカード: 役割・部門・段階ごと、A4に2枚ずつ（内容は `andon register cards`） / action cards by post, department and phase, two to
    /// a page (edited by `andon register cards`)
    ActionCards(PrintActionCards),
    /// 次の会議の議題（`andon agenda`） / the agenda of the next meeting
    Agenda(PrintTo),
    /// クロノロ: 会議用（A4）、壁用（A3） / the chronology, for a meeting (A4) or the wall (A3)
    Chronology(PrintChronology),
    /// 本部台帳: 診療の可否、連絡網、届出…（A4） / registers of headquarters: services, call list, notices and more (A4)
    Register(PrintRegister),
    /// 透析一覧: 条件・アレルギー・感染症・最後の検査値（PR） / who is on dialysis, with terms, allergies, infections, last values
    Dialysis(PrintTo),
    /// 受診一式: 受け付けた人の受診票（受付番号入り）・サマリー・診療録・コスト票・ラベル / the packet of a visit, with its ticket
    Visit(PrintVisit),
    /// 受診状況と、紙で続けるための行（P6Q） / the queue, with rows to go on by pen
    Queue(PrintQueue),
    /// 電話リスト（P6C）、またはリストの人への手紙（P6L） / a call list (P6C), or letters to who is on it (P6L)
    Calls(PrintCalls),
    /// 検査結果一覧（累積、P9E）: コピーと停止中の結果を日付の列に / results by day (P9E), of the copy and of the outage
    Results(PrintResults),
    /// ラベルの設定（用紙・一次元コード・検体番号の桁数と範囲）を見る・変える。刷るのは `print sheet L1`〜`L3` / how labels are printed here: stock,
    /// bars, length and range of specimen numbers. To print: `print sheet L1` to `L3`
    Labels(PrintLabels),
    /// 処方箋・退院証明書などに刷る病院の所在地・電話番号・番号を見る・変える / the hospital's address, telephone and numbers on prescriptions and
    /// certificates, seen and set
    Institution(PrintInstitution),
}

/// `andon print institution`
#[derive(Debug, Args)]
pub struct PrintInstitution {
    /// 変える。書かなかった項目は今のまま、空の文字（""）で空欄に戻る / change it; what is not named stays, an empty text empties it
    #[arg(long)]
    pub set: bool,
    /// 所在地（60字まで） / address, 60 characters at most
    #[arg(long, requires = "set", value_name = "TEXT")]
    pub address: Option<String>,
    /// 電話番号 / telephone
    #[arg(long, requires = "set", value_name = "NUMBER")]
    pub phone: Option<String>,
    /// 都道府県番号（01〜47） / number of the prefecture
    #[arg(long, requires = "set", value_name = "NN")]
    pub prefecture: Option<String>,
    /// 点数表番号（1 医科、3 歯科） / table of points: 1 medical, 3 dental
    #[arg(long, requires = "set", value_name = "N")]
    pub table: Option<String>,
    /// 医療機関コード（7桁） / code of the institution, seven digits
    #[arg(long, requires = "set", value_name = "NNNNNNN")]
    pub code: Option<String>,
    /// 設定する人（省略時はこの端末の利用者） / who says so; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon print visit`
#[derive(Debug, Args)]
pub struct PrintVisit {
    /// 受付番号 / the ticket
    pub ticket: String,
    /// 受診票だけ / the card alone
    #[arg(long)]
    pub card_only: bool,
    /// どこへ、だれが / where to, and who
    #[command(flatten)]
    pub to: PrintTo,
}

/// `andon print queue`
#[derive(Debug, Args)]
pub struct PrintQueue {
    /// この診療科だけ（文字か名前） / only of this department
    #[arg(long, default_value = "", hide_default_value = true)]
    pub department: String,
    /// どこへ、だれが / where to, and who
    #[command(flatten)]
    pub to: PrintTo,
}

/// `andon print calls`
#[derive(Debug, Args)]
pub struct PrintCalls {
    /// 電話リスト（番号か名前） / the list
    pub list: String,
    /// つながらない人への手紙 / letters to those who were not reached
    #[arg(long)]
    pub letters: bool,
    /// 全員への手紙 / letters to all
    #[arg(long)]
    pub all: bool,
    /// どこへ、だれが / where to, and who
    #[command(flatten)]
    pub to: PrintTo,
}

/// `andon print results`
#[derive(Debug, Args)]
pub struct PrintResults {
    /// 患者番号 / the patient
    pub id: String,
    /// どこへ、だれが / where to, and who
    #[command(flatten)]
    pub to: PrintTo,
}

/// `andon print labels`
#[derive(Debug, Args)]
pub struct PrintLabels {
    /// 種類（L1 患者、L2 検体、L3 リストバンド）。省略すると全部 / which kind: L1 patient, L2 tube, L3 wristband; none: all
    #[arg(value_parser = ["L1", "L2", "L3"], ignore_case = true, required_if_eq("set", "true"))]
    pub kind: Option<String>,
    /// 変える。書かなかった項目は今のまま / change it; what is not named stays
    #[arg(long)]
    pub set: bool,
    /// すべて既定に戻す / all as usual again
    #[arg(long, requires = "set", conflicts_with_all = ["stock", "bars", "digits", "range"])]
    pub usual: bool,
    /// 用紙（ミリ）: 列x行:幅x高さ:左余白,上余白:横の間隔x縦の間隔[:用紙幅x用紙高] / stock in mm: COLUMNSxROWS:WIDTHxHEIGHT:LEFT,TOP:ACROSSxDOWN[:PAPER]
    #[arg(long, requires = "set", value_name = "GRID")]
    pub stock: Option<String>,
    /// 一次元コード（L2・L3） / one-dimensional code, of L2 and L3
    #[arg(long, requires = "set", value_parser = ["none", "code128", "nw7"])]
    pub bars: Option<String>,
    /// 検体番号の桁数（L2） / digits of a specimen number (L2)
    #[arg(long, requires = "set", value_name = "N")]
    pub digits: Option<u32>,
    /// 検査科が受け付ける検体番号の最初と最後（L2） / first and last specimen number that the analyser accepts (L2)
    #[arg(long, requires = "set", num_args = 2, value_names = ["FROM", "TO"])]
    pub range: Option<Vec<String>>,
    /// 設定する人（省略時はこの端末の利用者） / who says so; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Where a print goes, in which language, and who prints.
#[derive(Debug, Args)]
pub struct PrintTo {
    /// 書き出す PDF / the PDF to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
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

/// `andon print action-cards`
#[derive(Debug, Args)]
pub struct PrintActionCards {
    /// 番号・名前・役割・部門の語（省略すると全部） / words of number, name, post or department; left out, all
    pub of: Vec<String>,
    /// どこへ、だれが / where to, and who
    #[command(flatten)]
    pub to: PrintTo,
}

/// `andon print register`
#[derive(Debug, Args)]
pub struct PrintRegister {
    /// 台帳（`andon register` の一覧の名前）。省略すると、記録のあるものすべて / which (see `andon register`); left out, all that have an item
    pub registers: Vec<String>,
    /// することが残るものだけ / only what is still to be done
    #[arg(long)]
    pub open: bool,
    /// この時点での台帳（それまでに記録されたもの） / as it stood then: what was entered up to that moment
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// どこへ、だれが / where to, and who
    #[command(flatten)]
    pub to: PrintTo,
}

/// `andon print chronology`
#[derive(Debug, Args)]
pub struct PrintChronology {
    /// A3 に大きな字で / on A3 in large letters
    #[arg(long)]
    pub wall: bool,
    /// 部門のクロノロ / one department's log
    #[arg(long, value_name = "DEPARTMENT", conflicts_with = "all")]
    pub log: Option<String>,
    /// 本部とすべての部門 / headquarters and every department
    #[arg(long)]
    pub all: bool,
    /// 未対応・対応中だけ / only what is open
    #[arg(long)]
    pub open: bool,
    /// ★要点だけ / only key lines
    #[arg(long)]
    pub key: bool,
    /// どこへ、だれが / where to, and who
    #[command(flatten)]
    pub to: PrintTo,
}

/// `andon print cards`
#[derive(Debug, Args)]
pub struct PrintCards {
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
    /// 仮番号で: 一部ごとに新しい仮患者の番号を取り、刷り込む（--copies が人数。TEMP は仮患者一式） / for temporary patients: each copy has a
    /// new number of its own, printed on it (TEMP: the packet)
    #[arg(long, conflicts_with_all = ["patient", "authority"])]
    pub temporary: bool,
    /// 枚数（それぞれに番号が付く） / how many, each with a number of its own
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub copies: u32,
    /// スキャン送り状（P12B）の束のページ数 / pages of the stack, for a batch header (P12B)
    #[arg(long, default_value_t = 0)]
    pub count: u32,
    /// 白紙の申し送りメモ（PH）の病棟 / the ward of blank memos (PH)
    #[arg(long, value_name = "WARD")]
    pub ward: Option<String>,
    /// ラベル（L1〜L3）を、ラベルプリンターの ZPL で / labels (L1–L3) as ZPL for a label printer
    #[arg(long)]
    pub zpl: bool,
    /// ラベル用紙の、使い終わった面の数（1枚目） / places of the first sheet of labels that were used before
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=500))]
    pub skip: u32,
    /// 検体ラベル（L2）の検体番号（省略すると患者番号） / specimen numbers of tube labels (L2); none: the patient's number
    #[arg(long, value_name = "NUMBER", num_args = 1.., value_delimiter = ',')]
    pub specimens: Vec<String>,
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

/// `andon disagreements`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Disagreements {
    /// この病棟の入院患者だけ / only inpatients of this ward
    #[arg(long, value_name = "WARD")]
    pub ward: Option<String>,
    /// 確認済のものも / also those looked into
    #[arg(long)]
    pub all: bool,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
    /// 確認した内容を書く / write what was found
    #[command(subcommand)]
    pub act: Option<DisagreementsAct>,
}

/// `andon disagreements …`
#[derive(Debug, Subcommand)]
pub enum DisagreementsAct {
    /// 食い違いを確認した: どちらも消えず、書いた人と内容が残る / a disagreement was looked into; both sides stay
    Settle {
        /// 患者番号 / the patient's number
        id: String,
        /// 食い違いの印（--json の key） / its key
        key: String,
        /// 何をどう確かめたか / what was found, and how
        #[arg(long)]
        words: String,
        /// 確かめた人 / who
        #[arg(long, value_name = "NAME")]
        by: String,
    },
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
    /// この病棟のものだけ（病棟の束と、印刷したときこの病棟にいた患者の用紙） / only of this ward: its packs, and forms of patients who lay
    /// there when they were printed
    #[arg(long, value_name = "WARD")]
    pub ward: Option<String>,
    /// この番号（の始まり）のものだけ / only of this number, or of numbers that begin so
    #[arg(long, value_name = "NUMBER")]
    pub number: Option<String>,
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
    /// 差替え・回収票の古い帳票を裁断したと記録する。ページ数が票と合わなければ止まる / the old sheets of a swap list were shredded; stops when the
    /// pages counted are not those of the list
    Collect {
        /// 差替え・回収票の番号 / number of the swap list
        number: String,
        /// 裁断したページ数 / pages shredded
        #[arg(long)]
        pages: u32,
        /// 合わない理由（合わないまま記録するとき） / why they differ, to write it down all the same
        #[arg(long, default_value = "")]
        words: String,
        /// 裁断した人（省略時はこの端末の利用者） / who shredded them; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
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
    /// どこへ / where to
    #[command(flatten)]
    pub out: Out,
    /// 前回の印刷から変わった患者だけ / only patients of whom there is something new since the last run
    #[arg(long)]
    pub changed: bool,
    /// 指示とプロフィールのページも（省略時は1枚目だけ） / orders and profile of each patient too, not the first page alone
    #[arg(long)]
    pub orders: bool,
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
