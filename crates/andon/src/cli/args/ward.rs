//! The words of what `andon ward` writes.

use clap::{Args, Subcommand};

use super::telephone::PhoneWhy;

/// What a ward writes.
#[derive(Debug, Subcommand)]
pub enum WardAct {
    /// 入院させる / admit
    Admit(Box<Admit>),
    /// 転棟・転室 / to another bed or ward
    Move {
        /// だれを（患者番号。仮番号も） / whom, by number
        id: String,
        /// 場所 / where
        #[command(flatten)]
        bed: Bed,
        /// 主治医が変わるなら / attending, where that changes
        #[arg(long, default_value = "", hide_default_value = true)]
        doctor: String,
        /// 2つの入院があるとき、どちらか（--json の stay） / which of two stays
        #[arg(long, default_value = "", hide_default_value = true)]
        stay: String,
        /// だれかいるベッドでも（理由 --why が要る） / although somebody lies there; needs --why
        #[arg(long)]
        again: bool,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 外出・外泊に出る / goes on leave
    Leave {
        /// だれが（患者番号） / who, by number
        id: String,
        /// night（外泊） hours（外出） / overnight or for hours
        #[arg(long, default_value = "night")]
        kind: String,
        /// 帰る予定 / due back
        #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
        back: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 帰院 / back from leave
    Back {
        /// だれが（患者番号） / who, by number
        id: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 退院 / discharge
    Discharge {
        /// だれが（患者番号） / who, by number
        id: String,
        /// home hospital facility died other / how
        #[arg(long, default_value = "home")]
        outcome: String,
        /// 行先 / where to
        #[arg(long, default_value = "", hide_default_value = true)]
        to: String,
        /// 2つの入院があるとき、どちらか / which of two stays
        #[arg(long, default_value = "", hide_default_value = true)]
        stay: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 医師・診療科・診断名を直す / put doctor, department or diagnosis right
    Correct {
        /// だれの（患者番号） / whose, by number
        id: String,
        /// 内容 / what
        #[command(flatten)]
        under: Under,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// まちがいを取り消す（理由 --why が要る） / strike a mistake; needs --why
    Strike {
        /// だれの（患者番号） / whose, by number
        id: String,
        /// 取り消す記録（`andon ward list --json` の event） / what is struck: `event` of the list
        event: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 申し送り / handover
    Memo {
        /// だれの（患者番号） / whose, by number
        id: String,
        /// day evening night / shift
        #[arg(long)]
        shift: String,
        /// 内容 / words
        #[arg(long)]
        text: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 食事の変更・禁食 / change of meals
    Meal(Box<MealWords>),
    /// 注意（転倒・感染症など） / what to look out for
    Caution {
        /// だれの（患者番号） / whose, by number
        id: String,
        /// allergy infection falls wandering restraint isolation swallowing other / which
        #[arg(long)]
        kind: String,
        /// 内容 / words
        #[arg(long, default_value = "", hide_default_value = true)]
        text: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 透析の条件 / terms of dialysis
    Dialysis(Box<DialysisWords>),
    /// 申し送り・食事・注意を終わりにする / ends a handover, meal or caution
    End {
        /// だれの（患者番号） / whose, by number
        id: String,
        /// どれを（`andon ward list --json` の thing） / which: `thing` of the list
        thing: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// いまの入院患者と、停止中に記録したもの / inpatients now, and what was written since the stop
    List {
        /// この病棟だけ / this ward alone
        #[arg(long, value_name = "WARD")]
        of: Option<String>,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 透析の一覧（条件・感染症・最後の検査値） / who is on dialysis, with terms and last values
    Dialyses {
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Where somebody lies.
#[derive(Debug, Args)]
pub struct Bed {
    /// 病棟 / ward
    #[arg(long, value_name = "WARD")]
    pub to: String,
    /// 病室 / room
    #[arg(long, default_value = "", hide_default_value = true)]
    pub room: String,
    /// ベッド / bed
    #[arg(long, default_value = "", hide_default_value = true)]
    pub bed: String,
}

/// Under whom and why.
#[derive(Debug, Args)]
pub struct Under {
    /// 診療科 / department
    #[arg(long, default_value = "", hide_default_value = true)]
    pub department: String,
    /// 主治医 / attending
    #[arg(long, default_value = "", hide_default_value = true)]
    pub doctor: String,
    /// 診断名（言葉で） / diagnosis in words
    #[arg(long, default_value = "", hide_default_value = true)]
    pub diagnosis: String,
}

/// `andon ward admit`
#[derive(Debug, Args)]
pub struct Admit {
    /// だれを（患者番号。仮番号も） / whom, by number
    pub id: String,
    /// 場所 / where
    #[command(flatten)]
    pub bed: Bed,
    /// 診療科・医師・診断名 / under whom and why
    #[command(flatten)]
    pub under: Under,
    /// もう入院中でも、だれかいるベッドでも（理由 --why が要る） / although an inpatient already or somebody lies there; needs --why
    #[arg(long)]
    pub again: bool,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: PhoneWhy,
}

/// `andon ward meal`
#[derive(Debug, Args)]
pub struct MealWords {
    /// だれの（患者番号） / whose, by number
    pub id: String,
    /// いつから（例 "2021-11-02 breakfast"、"明日 lunch"） / from which meal on
    #[arg(long, value_name = "MEAL")]
    pub from: String,
    /// 再開する食事 / the meal at which it ends
    #[arg(long, value_name = "MEAL", default_value = "", hide_default_value = true)]
    pub until: String,
    /// 禁食 / nothing by mouth
    #[arg(long)]
    pub fasting: bool,
    /// 食種 / diet
    #[arg(long, default_value = "", hide_default_value = true)]
    pub diet: String,
    /// ひとこと / a word
    #[arg(long, default_value = "", hide_default_value = true)]
    pub text: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: PhoneWhy,
}

/// `andon ward dialysis`
#[derive(Debug, Args)]
pub struct DialysisWords {
    /// だれの（患者番号） / whose, by number
    pub id: String,
    /// 曜日・クール / days and shift
    #[arg(long, default_value = "", hide_default_value = true)]
    pub schedule: String,
    /// 透析時間 / hours
    #[arg(long, default_value = "", hide_default_value = true)]
    pub hours: String,
    /// ドライウエイト / dry weight
    #[arg(long, default_value = "", hide_default_value = true)]
    pub dry_weight: String,
    /// 抗凝固薬 / anticoagulant
    #[arg(long, default_value = "", hide_default_value = true)]
    pub anticoagulant: String,
    /// バスキュラーアクセス / access
    #[arg(long, default_value = "", hide_default_value = true)]
    pub access: String,
    /// ダイアライザ / dialyzer
    #[arg(long, default_value = "", hide_default_value = true)]
    pub dialyzer: String,
    /// 感染症 / infections
    #[arg(long, default_value = "", hide_default_value = true)]
    pub infection: String,
    /// 前回の透析 / the session before
    #[arg(long, default_value = "", hide_default_value = true)]
    pub last_time: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: PhoneWhy,
}
