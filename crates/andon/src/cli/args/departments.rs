//! The words of `andon desk` and `andon results`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::desk::AskedWords;
use super::telephone::PhoneWhy;

/// `andon desk …`
#[derive(Debug, Subcommand)]
pub enum Desk {
    /// 部門の伝票の一覧（待ちが先） / slips of a department, those that wait first
    List(OfDesk),
    /// 伝票・検体を受け付ける / receive a slip or a specimen
    Receive(Box<ReceiveSlip>),
    /// 伝票: done 済、return 返却、reopen 続ける、strike 取消 / say of a slip
    Slip {
        /// done return reopen strike
        act: String,
        /// 伝票の番号 / the slip
        slip: String,
        /// だれが・いつ・理由 / who, when and why
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 患者がはっきりしない伝票・結果を、患者に結びつける / say whose a doubtful slip or set of results is
    Attach {
        /// 伝票か結果の番号 / the slip or set
        thing: String,
        /// 患者番号 / the patient
        id: String,
        /// 確かめたこと / what was made sure
        #[command(flatten)]
        asked: AskedWords,
        /// だれが・いつ・どう確かめたか / who, when and how
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 届いていないもの: 予定の検査、出した伝票、伝票の項目 / what should be here and is not
    Missing {
        /// 部門 / the department
        #[command(flatten)]
        of: OfDesk,
        /// 日（省略時は今日） / the day; today if not given
        #[arg(long, value_name = "DAY", default_value = "")]
        day: String,
    },
    /// 連絡していないパニック値（古い順） / critical values of which no doctor knows
    Critical {
        /// 済んだものも / those told too
        #[arg(long)]
        all: bool,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// パニック値: try かけた、close 医師に伝わった、reopen 開き直す / say of a critical value
    Call(Box<CallWords>),
    /// 結果を渡した・伝えた / results were handed over or told
    Deliver {
        /// 結果の番号 / the set
        set: String,
        /// だれに（3東 看護師 山田） / to whom
        #[arg(long)]
        to: String,
        /// paper phone fetched
        #[arg(long, default_value = "paper")]
        way: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 渡した結果を、受け取った側が見た / results were seen by whom they were delivered to
    Acknowledge {
        /// 渡した記録の番号 / the delivery
        delivery: String,
        /// だれが見たか / who saw them
        #[arg(long = "seen-by")]
        seen_by: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 届いていない・見た返事のない結果（古い順） / results not delivered or not seen yet
    Undelivered {
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 疑義照会: 医師に聞いた / a doctor was asked
    Ask(Box<AskWords>),
    /// 疑義照会: 回答（changed unchanged cancelled） / the doctor's answer
    Answer {
        /// 疑義照会の番号 / the query
        query: String,
        /// changed unchanged cancelled
        answer: String,
        /// 回答の内容 / what was answered
        #[arg(long = "said")]
        answered: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 疑義照会の記録と、原因ごとの件数 / queries to doctors, and how many by cause
    Queries {
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 項目の基準範囲とパニック値を決める / set the reference range and critical limits of an item
    Limit(Box<LimitWords>),
    /// 基準範囲とパニック値の一覧（例のままのものは「例」） / the limits that count
    Limits {
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Of which department.
#[derive(Debug, Args)]
pub struct OfDesk {
    /// lab physiology radiology pharmacy dialysis rehab
    #[arg(long, value_name = "DESK", default_value = "lab")]
    pub desk: String,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon desk receive`
#[derive(Debug, Args)]
pub struct ReceiveSlip {
    /// 患者番号（用紙の番号があればなくてもよい） / the patient; not needed with a printed sheet
    #[arg(default_value = "", hide_default_value = true)]
    pub id: String,
    /// lab physiology radiology pharmacy dialysis rehab
    #[arg(long, value_name = "DESK", default_value = "lab")]
    pub desk: String,
    /// 伝票から読んだこと / what stands on the slip
    #[command(flatten)]
    pub asked: AskedWords,
    /// 用紙の番号 / number of the printed sheet
    #[arg(long, default_value = "", hide_default_value = true)]
    pub sheet: String,
    /// 検体番号 / specimen number
    #[arg(long, default_value = "", hide_default_value = true)]
    pub sample: String,
    /// 検体（血清、尿 など） / specimen
    #[arg(long, default_value = "", hide_default_value = true)]
    pub specimen: String,
    /// 項目（1つずつ。なければコピーの依頼から） / items, one each; else those of the copy's order
    #[arg(long = "item", value_name = "ITEM")]
    pub items: Vec<String>,
    /// コピーのオーダー番号 / order numbers of the copy
    #[arg(long = "order", value_name = "NUMBER")]
    pub orders: Vec<String>,
    /// どこから（3東、内科外来） / from where
    #[arg(long, default_value = "", hide_default_value = true)]
    pub from: String,
    /// 依頼した医師 / who ordered it
    #[arg(long, default_value = "", hide_default_value = true)]
    pub doctor: String,
    /// 患者がはっきりしない理由 / why it is not sure whose it is
    #[arg(long, default_value = "", hide_default_value = true)]
    pub doubt: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: PhoneWhy,
}

/// `andon desk call`
#[derive(Debug, Args)]
pub struct CallWords {
    /// try close reopen
    pub act: String,
    /// パニック値の番号 / the critical value
    pub call: String,
    /// だれにかけたか / whom you called
    #[arg(long, default_value = "", hide_default_value = true)]
    pub to: String,
    /// 連絡した医師 / the doctor who was told
    #[arg(long, default_value = "", hide_default_value = true)]
    pub doctor: String,
    /// 復唱された内容 / what was read back
    #[arg(long = "read-back", default_value = "", hide_default_value = true)]
    pub read_back: String,
    /// 記録する人の職種: technologist doctor nurse … / profession of who says so
    #[arg(long = "as", value_name = "ROLE", default_value = "", hide_default_value = true)]
    pub post: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: PhoneWhy,
}

/// `andon desk ask`
#[derive(Debug, Args)]
pub struct AskWords {
    /// 患者番号 / the patient
    pub id: String,
    /// 原因: unreadable dose usage interaction double allergy organ not_in_stock patient other / cause
    #[arg(long)]
    pub cause: String,
    /// 何を聞いたか / what was asked
    #[arg(long)]
    pub what: String,
    /// どの医師に / which doctor
    #[arg(long)]
    pub doctor: String,
    /// 薬・項目 / drug or item
    #[arg(long, default_value = "", hide_default_value = true)]
    pub drug: String,
    /// どこから（門前薬局 など） / from where
    #[arg(long, default_value = "", hide_default_value = true)]
    pub from: String,
    /// pharmacy lab …
    #[arg(long, default_value = "pharmacy")]
    pub desk: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: PhoneWhy,
}

/// `andon desk limit`
#[derive(Debug, Args)]
pub struct LimitWords {
    /// 項目名 / the item
    pub name: String,
    /// ほかの呼び方（空白で区切る） / other names, with blanks between
    #[arg(long, default_value = "", hide_default_value = true)]
    pub aliases: String,
    /// JLAC10 の分析物コード（5桁） / analyte code of JLAC10
    #[arg(long, default_value = "", hide_default_value = true)]
    pub code: String,
    /// 単位 / unit
    #[arg(long, default_value = "", hide_default_value = true)]
    pub unit: String,
    /// 基準範囲 / reference range
    #[arg(long, default_value = "", hide_default_value = true)]
    pub range: String,
    /// これ以下はパニック値 / critical at or below
    #[arg(long, default_value = "", hide_default_value = true)]
    pub low: String,
    /// これ以上はパニック値 / critical at or above
    #[arg(long, default_value = "", hide_default_value = true)]
    pub high: String,
    /// 判定しない / does not count
    #[arg(long)]
    pub off: bool,
    /// 決める人の職種: technologist doctor … / profession of who says so
    #[arg(long = "as", value_name = "ROLE", default_value = "", hide_default_value = true)]
    pub post: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: PhoneWhy,
}

/// `andon results …`
#[derive(Debug, Subcommand)]
pub enum Results {
    /// 結果の一覧（患者番号で絞る） / sets of results, of one patient or of all
    List {
        /// 患者番号 / the patient
        #[arg(default_value = "", hide_default_value = true)]
        id: String,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 伝票の結果を入れる / type the results of a slip
    Type(Box<TypeWords>),
    /// 分析装置のファイルを取り込む（CSV、HL7） / take in an analyser's file
    Import(Box<ImportWords>),
    /// 照合した（入れた人とは別の人が、装置の印字と） / confirm against the analyser's printout, by a second person
    Confirm {
        /// 結果の番号 / the set
        set: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 値を訂正する（前の値は残る） / put a value right; what stood there stays readable
    Correct {
        /// 結果の番号 / the set
        set: String,
        /// 項目名 / the item
        #[arg(long)]
        item: String,
        /// 正しい値 / the right value
        #[arg(long)]
        value: String,
        /// だれが・いつ・理由 / who, when and why
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 取り消す / strike
    Strike {
        /// 結果の番号 / the set
        set: String,
        /// だれが・いつ・理由 / who, when and why
        #[command(flatten)]
        why: PhoneWhy,
    },
}

/// `andon results type`
#[derive(Debug, Args)]
pub struct TypeWords {
    /// 伝票の番号 / the slip
    pub slip: String,
    /// 項目=値 単位 基準範囲（単位・基準範囲はコピーから） / ITEM=VALUE [UNIT [RANGE]]
    #[arg(long = "row", required = true, value_name = "ITEM=VALUE")]
    pub rows: Vec<String>,
    /// 試薬ロット / reagent lot
    #[arg(long)]
    pub lot: String,
    /// 精度管理: ok failed not_done / quality control of the run
    #[arg(long)]
    pub qc: String,
    /// 分析装置 / analyser
    #[arg(long, default_value = "", hide_default_value = true)]
    pub analyser: String,
    /// 採取した時刻 / when the sample was taken
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    pub collected: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: PhoneWhy,
}

/// `andon results import`
#[derive(Debug, Args)]
pub struct ImportWords {
    /// ファイル（CSV は UTF-8・Shift_JIS、HL7 は ORU） / the file: CSV in UTF-8 or Shift_JIS, or HL7 ORU
    pub file: PathBuf,
    /// 分析装置 / analyser
    #[arg(long, default_value = "", hide_default_value = true)]
    pub analyser: String,
    /// 精度管理: ok failed not_done / quality control of the run
    #[arg(long)]
    pub qc: String,
    /// 列（見出しで分からないとき）: sample=1,name=3,value=4 / columns by number where headings do not tell
    #[arg(long, default_value = "", hide_default_value = true)]
    pub columns: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: PhoneWhy,
}
