//! The words of `andon reception` and `andon queue`.

use clap::{Args, Subcommand};

/// `andon reception …`
#[derive(Debug, Subcommand)]
pub enum Reception {
    /// 本人確認: 聞いたことが2つ以上合う人だけを出す / who matches two or more of what was said
    Identify(Identify),
    /// 受け付けて受付番号を出す / receive somebody and give a ticket
    Receive(ReceiveWords),
    /// 受付で知った氏名（旧姓・改姓）を覚える / remember a name that was learned at the desk
    Learn(Learn),
    /// 見つからない人・新生児・身元不明の人に仮番号を出す / a temporary number for somebody who is not found
    Newcomer(Newcomer),
    /// 受付で知った氏名の一覧（電子カルテに渡すもの） / the names learned, to be handed back to the EMR
    Names(DeskJson),
    /// 問診を入れる（安全にかかわる4つは先に聞く） / keep what was asked; the four questions of safety first
    Intake(Box<IntakeWords>),
    /// 問診を取り消す（別の人のものだったとき） / take answers back that were another patient's
    IntakeWithdraw(IntakeWithdraw),
    /// いまの決まり（区分と診療科ごと） / the rule in force for a kind of visit and a department
    Rule(RuleWords),
}

/// What the patient says.
#[derive(Clone, Debug, Default, Args)]
pub struct AskedWords {
    /// 患者番号（診察券。照合番号つきでも） / number, with its 照合番号 or alone
    #[arg(long, value_name = "NUMBER", default_value = "", hide_default_value = true)]
    pub number: String,
    /// 氏名・かな（一部でも） / name or kana, whole or in part
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub name: String,
    /// 生年月日 / birth date
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub birth: String,
    /// 電話 / telephone
    #[arg(long, value_name = "NUMBER", default_value = "", hide_default_value = true)]
    pub phone: String,
}

/// `andon reception identify`
#[derive(Debug, Args)]
pub struct Identify {
    /// 聞いたこと / what was said
    #[command(flatten)]
    pub asked: AskedWords,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Who, when, and as JSON.
#[derive(Debug, Args)]
pub struct DeskBy {
    /// だれが（省略時はこの端末の利用者） / who; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 起きた時刻（省略時は今）。例 0930、11/01 09:30 / when it happened; left out, now
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    pub at: String,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon reception receive`
#[derive(Debug, Args)]
pub struct ReceiveWords {
    /// だれを（患者番号。仮番号も） / whom, by number
    pub id: String,
    /// 聞いたこと / what was said
    #[command(flatten)]
    pub asked: AskedWords,
    /// 診療科（文字か名前。2つ目からは他科） / departments, by letter or name; the first one first
    #[arg(long = "department", required = true, value_name = "DEPARTMENT")]
    pub departments: Vec<String>,
    /// 区分: return booked emergency new surgery admission / kind of visit
    #[arg(long, default_value = "booked")]
    pub kind: String,
    /// 次の場所（省略時は決まりのとおり） / where first; left out, as the rules say
    #[arg(long, default_value = "", hide_default_value = true)]
    pub place: String,
    /// すぐ看護師へ: chest breath conscious palsy bleeding pregnant fever_child fit_child dialysis judged / signs that go to a nurse at once
    #[arg(long = "red", value_name = "SIGN")]
    pub red: Vec<String>,
    /// 制限の条件に合う / what a limited service asks for is met
    #[arg(long)]
    pub fits: bool,
    /// 似た人と何で区別したか / by what the patient was told apart
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    pub told_apart: String,
    /// いっしょに来た人（受付番号） / the ticket of whom the patient came with
    #[arg(long = "with", value_name = "TICKET", default_value = "", hide_default_value = true)]
    pub with: String,
    /// もう受け付けている科でも / although received already
    #[arg(long)]
    pub again: bool,
    /// 理由・ひとこと / why, or a word
    #[arg(long = "why", value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub words: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub by: DeskBy,
}

/// `andon reception learn`
#[derive(Debug, Args)]
pub struct Learn {
    /// だれの（患者番号） / whose, by number
    pub id: String,
    /// 氏名 / the name
    #[arg(long)]
    pub name: String,
    /// かな / kana
    #[arg(long, default_value = "", hide_default_value = true)]
    pub kana: String,
    /// 種類: changed former other / kind
    #[arg(long, default_value = "changed")]
    pub kind: String,
    /// 何で確かめたか / based on
    #[arg(long)]
    pub how: String,
    /// 取り消す / take it back
    #[arg(long)]
    pub withdraw: bool,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub by: DeskBy,
}

/// `andon reception newcomer`
#[derive(Debug, Args)]
pub struct Newcomer {
    /// 種類: newcomer newborn unknown / who
    #[arg(long, default_value = "newcomer")]
    pub kind: String,
    /// 聞いたこと / what was said
    #[command(flatten)]
    pub asked: AskedWords,
    /// かな / kana
    #[arg(long, default_value = "", hide_default_value = true)]
    pub kana: String,
    /// 性別: male female other / sex
    #[arg(long, default_value = "", hide_default_value = true)]
    pub sex: String,
    /// 母の患者番号 / the mother's number
    #[arg(long, default_value = "", hide_default_value = true)]
    pub mother: String,
    /// 何で確かめたか / based on
    #[arg(long, default_value = "本人の申し出", hide_default_value = true)]
    pub how: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub by: DeskBy,
}

/// `andon reception intake-withdraw`
#[derive(Debug, Args)]
pub struct IntakeWithdraw {
    /// 受付番号 / the ticket
    pub ticket: String,
    /// 取り消す理由 / why
    #[arg(long = "why", value_name = "TEXT")]
    pub words: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub by: DeskBy,
}

/// `andon reception intake`
#[derive(Debug, Args)]
pub struct IntakeWords {
    /// 受付番号 / the ticket
    pub ticket: String,
    /// アレルギー: none yes unknown / allergy
    #[arg(long)]
    pub allergy: String,
    /// 何で・どうなったか / to what
    #[arg(long, default_value = "", hide_default_value = true)]
    pub allergy_words: String,
    /// 妊娠: none yes maybe not_asked / pregnancy
    #[arg(long)]
    pub pregnancy: String,
    /// 予定日など / due date
    #[arg(long, default_value = "", hide_default_value = true)]
    pub pregnancy_words: String,
    /// 血をさらさらにする薬: none yes unknown / blood thinners
    #[arg(long)]
    pub anticoagulant: String,
    /// 薬の名前 / their names
    #[arg(long, default_value = "", hide_default_value = true)]
    pub anticoagulant_words: String,
    /// 体内の機器・金属: none yes unknown / devices or metal in the body
    #[arg(long)]
    pub implant: String,
    /// 何が入っているか / which
    #[arg(long, default_value = "", hide_default_value = true)]
    pub implant_words: String,
    /// 住所 / address
    #[arg(long, default_value = "", hide_default_value = true)]
    pub address: String,
    /// 電話 / telephone
    #[arg(long, default_value = "", hide_default_value = true)]
    pub phone: String,
    /// どうされたか / why the patient came
    #[arg(long, default_value = "", hide_default_value = true)]
    pub complaint: String,
    /// 聞いた人 / who asked
    #[arg(long)]
    pub asked_by: String,
    /// 答えた人: patient family helper papers / who answered
    #[arg(long, default_value = "patient")]
    pub answered_by: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub by: DeskBy,
}

/// `andon reception names`
#[derive(Debug, Args)]
pub struct DeskJson {
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon reception rule`
#[derive(Debug, Args)]
pub struct RuleWords {
    /// 区分 / kind of visit
    pub kind: String,
    /// 診療科 / department
    pub department: String,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon queue …`
#[derive(Debug, Args)]
pub struct Queue {
    /// 何をするか（省略時は一覧） / what to do; left out, the list
    #[command(subcommand)]
    pub act: Option<QueueAct>,
    /// この診療科だけ（文字か名前） / only of this department
    #[arg(long)]
    pub department: Option<String>,
    /// この場所へ行く人だけ / only those who go there next
    #[arg(long)]
    pub place: Option<String>,
    /// 終わった人も / those too who are done
    #[arg(long)]
    pub all: bool,
    /// この日（過ぎた日） / of a day that is past
    #[arg(long, value_name = "DAY")]
    pub day: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// What is done with a visit.
#[derive(Debug, Subcommand)]
pub enum QueueAct {
    /// 次の場所へ: triage doctor lab image test treatment rehab pharmacy account other / on to a place
    Move {
        /// 受付番号 / the ticket
        ticket: String,
        /// 次の場所 / where
        place: String,
        /// 診療科（変わるとき） / department, where it changes
        #[arg(long, default_value = "", hide_default_value = true)]
        department: String,
        /// 部屋 / room
        #[arg(long, default_value = "", hide_default_value = true)]
        room: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: QueueWhy,
    },
    /// 検査から診察へ戻す / from a test back to the doctor
    Back(OfTicket),
    /// 呼ぶ / call
    Call {
        /// 受付番号 / the ticket
        ticket: String,
        /// 部屋 / room
        #[arg(long, default_value = "", hide_default_value = true)]
        room: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: QueueWhy,
    },
    /// 待つもの・注意を決める（書かなかったものは外れる） / set what is awaited; those not named are taken away
    Flag {
        /// 受付番号 / the ticket
        ticket: String,
        /// urgent unidentified outside results other family transport
        flags: Vec<String>,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: QueueWhy,
    },
    /// 終わり / done
    Done(OfTicket),
    /// 診察前に帰った / left without being seen
    Left(OfTicket),
    /// 医師がお断りした / a doctor refused
    Refuse {
        /// 受付番号 / the ticket
        ticket: String,
        /// 決めた医師 / who decided
        #[arg(long)]
        doctor: String,
        /// 紹介先 / referred to
        #[arg(long, default_value = "", hide_default_value = true)]
        referred_to: String,
        /// 搬送の方法 / transport
        #[arg(long, default_value = "", hide_default_value = true)]
        transport: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: QueueWhy,
    },
    /// 再開する / reopen
    Reopen(OfTicket),
    /// 誤って受け付けたものを取り消す / strike what was a mistake
    Strike(OfTicket),
    /// 用紙（P6Q）の行を入力する / enter a row of a queue sheet
    Enter {
        /// 用紙の番号 / number of the sheet
        sheet: String,
        /// 行 / row
        #[arg(long)]
        row: u32,
        /// 受付番号（空欄・抹消の行には要らない） / the ticket; of a blank or struck row none
        #[arg(long, default_value = "", hide_default_value = true)]
        ticket: String,
        /// 次の場所、または call done left / where next, or call, done, left
        #[arg(long, default_value = "", hide_default_value = true)]
        to: String,
        /// 行の状態: written blank struck / what the row is
        #[arg(long, default_value = "written")]
        state: String,
        /// 読み違いを直す（--why に理由。前の入力は線を引いて残る） / put right what was misread (why in --why; the earlier entry stays, struck)
        #[arg(long)]
        again: bool,
        /// 用紙に書いた人 / who wrote it
        #[arg(long, default_value = "", hide_default_value = true)]
        writer: String,
        /// 用紙の月日（--at が時刻だけのとき） / the sheet's day, where --at is a time alone
        #[arg(long, default_value = "", hide_default_value = true)]
        day: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: QueueWhy,
    },
    /// 端末に受付番号の範囲を割り当てる（本部の端末で） / give a station a block of ticket numbers (at headquarters)
    Block {
        /// 端末（名前・頭文字・番号。省略するとこの端末） / the station; left out, this one
        #[arg(default_value = "", hide_default_value = true)]
        station: String,
        /// だれが / who
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

/// A ticket, and why.
#[derive(Debug, Args)]
pub struct OfTicket {
    /// 受付番号 / the ticket
    pub ticket: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: QueueWhy,
}

/// Who, when and why.
#[derive(Debug, Args)]
pub struct QueueWhy {
    /// だれが（省略時はこの端末の利用者） / who; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 起きた時刻（省略時は今） / when it happened; left out, now
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    pub at: String,
    /// 理由・ひとこと / why, or a word
    #[arg(long = "why", value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub words: String,
}
