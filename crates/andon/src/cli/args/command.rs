//! The words of `andon declare`, `andon chronology` and `andon board`.

use clap::{Args, Subcommand};

/// `andon declare`
#[derive(Debug, Args)]
pub struct Declare {
    /// 何をするか（省略時は停止を宣言） / what to do; left out, the stop is declared
    #[command(subcommand)]
    pub act: Option<DeclareAct>,
    /// 何が止まったか / what is down
    #[arg(long, value_name = "WHAT", default_value = "電子カルテ")]
    pub what: String,
    /// fault 障害・cyber サイバー攻撃の疑い・planned 計画停止・drill 訓練 / kind of stop
    #[arg(long, value_name = "KIND", default_value = "fault")]
    pub kind: String,
    /// 病院体制: white 白・green 緑・yellow 黄・red 赤・black 黒 / level of the hospital
    #[arg(long, value_name = "LEVEL", default_value = "")]
    pub level: String,
    /// 体制を決める計画: system システム障害・disaster 地震火災・pandemic パンデミック / the plan that the level is of
    #[arg(long, value_name = "PLAN", default_value = "system")]
    pub plan: String,
    /// いつからか（省略時は今） / since when; left out, now
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// 何があったか、だれに知らせたか / what happened, who was told
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub words: String,
    /// 停止時カルテを使うだけ（宣言はまだ） / only begin to use downtime charts; nothing is declared yet
    #[arg(long = "use")]
    pub only_use: bool,
    /// 宣言した人の氏名 / who declares
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 職名 / in which post
    #[arg(long, value_name = "POST")]
    pub post: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// What else is said of an incident.
#[derive(Debug, Subcommand)]
pub enum DeclareAct {
    /// 2人目の名前（宣言から30分以内に） / the second name, within 30 minutes
    Confirm(Why),
    /// 宣言の取消 / take the declaration back
    Cancel(Why),
    /// 病院体制を変える / change the level of the hospital
    Level {
        /// white 白・green 緑・yellow 黄・red 赤・black 黒 / level
        level: String,
        /// system・disaster・pandemic / the plan that the level is of
        #[arg(long, value_name = "PLAN", default_value = "system")]
        plan: String,
        /// だれが、なぜ / who and why
        #[command(flatten)]
        why: Why,
    },
    /// 基本方針の次の版 / the next version of the policy
    Policy(Why),
    /// 別々に宣言された障害を、同じものとする / two that were declared apart are one
    Join {
        /// 同じとする障害の番号 / number of the incident that is the same
        other: String,
        /// だれが、なぜ / who and why
        #[command(flatten)]
        why: Why,
    },
    /// 終了 / it is over
    End(Why),
}

/// Who says so, and why.
#[derive(Debug, Args)]
pub struct Why {
    /// 理由、または本文 / why, or what it says
    #[arg(default_value = "", hide_default_value = true)]
    pub words: String,
    /// 障害の番号（省略時は今のもの） / number of the incident; left out, the present one
    #[arg(long, value_name = "INCIDENT", default_value = "", hide_default_value = true)]
    pub incident: String,
    /// 氏名（省略時はこの端末の利用者） / who; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon chronology`
#[derive(Debug, Args)]
pub struct Chronology {
    /// 何をするか（省略時は一覧） / what to do; left out, the lines are listed
    #[command(subcommand)]
    pub act: Option<ChronologyAct>,
    /// 部門のクロノロだけ / one department's log
    #[arg(long, value_name = "DEPARTMENT")]
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
    /// この時刻までに記録されたもの / what was entered up to then
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// 障害の番号（省略時は今のもの） / number of the incident; left out, the present one
    #[arg(long, value_name = "INCIDENT")]
    pub incident: Option<String>,
    /// JSON で / as JSON
    #[arg(long)]
    pub json: bool,
    /// CSV で（表計算ソフト用、BOM 付き UTF-8） / as CSV for a spreadsheet, UTF-8 with BOM
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

/// What can be done with lines.
#[derive(Debug, Subcommand)]
pub enum ChronologyAct {
    /// 1行書く / write a line
    Add(Add),
    /// 手で書いたクロノロ用紙（P1）を入力する / enter a sheet (P1) that was written by hand
    Enter(Enter),
    /// 行の添付を取り出す / take out what is attached to a line
    Attachment(TakeOut),
    /// 訂正（元の文は線を引いて残る） / correct: the first text stays, struck through
    Correct {
        /// 行の番号（例 本-0412） / the line's number
        number: String,
        /// 直した内容 / the new text
        text: String,
        /// 理由 / why
        #[arg(long, value_name = "WORDS")]
        why: String,
        /// だれが / who
        #[command(flatten)]
        by: By,
    },
    /// 行の取消（線を引いて残る） / strike a line; it stays readable
    Strike {
        /// 行の番号 / the line's number
        number: String,
        /// 理由 / why
        #[arg(long, value_name = "WORDS")]
        why: String,
        /// だれが / who
        #[command(flatten)]
        by: By,
    },
    /// 状態: open 未対応・doing 対応中・done 済 / state of what is to be done
    State {
        /// 行の番号 / the line's number
        number: String,
        /// open・doing・done
        state: String,
        /// 何をしたか / what was done
        #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
        words: String,
        /// だれが / who
        #[command(flatten)]
        by: By,
    },
    /// ★要点にする・やめる / a key line, or no longer
    Key {
        /// 行の番号 / the line's number
        number: String,
        /// やめる / no longer
        #[arg(long)]
        off: bool,
        /// だれが / who
        #[command(flatten)]
        by: By,
    },
    /// 復唱済 / it was read back
    ReadBack {
        /// 行の番号 / the line's number
        number: String,
        /// だれが / who
        #[command(flatten)]
        by: By,
    },
    /// 部門の行を本部のクロノロに出す / show a department's line at headquarters
    Promote {
        /// 行の番号 / the line's number
        number: String,
        /// だれが / who
        #[command(flatten)]
        by: By,
    },
}

/// Who says so.
#[derive(Debug, Args)]
pub struct By {
    /// 氏名（省略時はこの端末の利用者） / who; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// `andon chronology add`
#[derive(Debug, Args)]
pub struct Add {
    /// 内容（一つの行に一つのこと） / what happened, one matter a line
    pub text: String,
    /// 発 / from whom
    #[arg(long, value_name = "POST", default_value = "", hide_default_value = true)]
    pub from: String,
    /// 受 / to whom
    #[arg(long, value_name = "POST", default_value = "", hide_default_value = true)]
    pub to: String,
    /// いつ（省略時は今） / when; left out, now
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// その時刻の頃 / about that time
    #[arg(long)]
    pub about: bool,
    /// 手段: phone 電話・face 対面・runner 伝令・fax・radio 無線・meeting 会議・paper 紙 / by which means
    #[arg(long, value_name = "MEANS", default_value = "", hide_default_value = true)]
    pub means: String,
    /// 区分: info 情報・report 報告・request 依頼・order 指示・decision 決定・outside 外部・press 報道・safety 安全 / category
    #[arg(long, value_name = "CATEGORY", default_value = "info")]
    pub category: String,
    /// 対応（だれが何をするか） / what is to be done, by whom
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    pub task: String,
    /// 期限 / until when
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    pub due: String,
    /// ★要点 / a key line
    #[arg(long)]
    pub key: bool,
    /// 復唱済 / it was read back
    #[arg(long)]
    pub read_back: bool,
    /// この行への返事 / the line that this one answers
    #[arg(long, value_name = "NUMBER", default_value = "", hide_default_value = true)]
    pub of: String,
    /// 部門のクロノロに書く（省略時は本部） / into a department's log; left out, headquarters'
    #[arg(long, value_name = "DEPARTMENT", default_value = "", hide_default_value = true)]
    pub log: String,
    /// 添付するファイル（写真・原本のスキャン。1つ20 MB、10個まで） / a file to attach, at most 20 MB each, ten a line
    #[arg(long = "attach", value_name = "FILE")]
    pub attached: Vec<std::path::PathBuf>,
    /// だれが / who
    #[command(flatten)]
    pub by: By,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon chronology enter`
#[derive(Debug, Args)]
pub struct Enter {
    /// 用紙の番号 / number of the sheet
    pub sheet: String,
    /// 行を書いた表（TSV か CSV、1行目は列名。`-` は標準入力） / the rows as TSV or CSV with column names; `-`: standard input
    #[arg(default_value = "-")]
    pub file: std::path::PathBuf,
    /// 用紙の月日（例 10/31） / date at the head of the sheet
    #[arg(long, value_name = "DAY", default_value = "", hide_default_value = true)]
    pub day: String,
    /// 紙に書いた人（行に書いてないとき） / who wrote it, where a row does not say
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub writer: String,
    /// 部門のクロノロに入れる（省略時は本部） / into a department's log; left out, headquarters'
    #[arg(long, value_name = "DEPARTMENT", default_value = "", hide_default_value = true)]
    pub log: String,
    /// 入力ずみの行を訂正する理由 / correct rows that were entered already, for this reason
    #[arg(long, value_name = "WHY")]
    pub correct: Option<String>,
    /// 入力する人 / who enters it
    #[command(flatten)]
    pub by: By,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon chronology attachment`
#[derive(Debug, Args)]
pub struct TakeOut {
    /// 行の番号（例 本-0412） / the line's number
    pub number: String,
    /// 書き出すファイル（まだないもの） / the file to write; it must not be there yet
    #[arg(long, value_name = "FILE")]
    pub out: std::path::PathBuf,
    /// どの添付か（名前。一つだけなら不要） / which of several, by its name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}
