//! The words of `andon appointments`, `andon telephone` and `andon calls`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::desk::{AskedWords, DeskBy};

/// `andon appointments …`
#[derive(Debug, Args)]
pub struct Appointments {
    /// 何をするか（省略時は一覧） / what to do; left out, the list
    #[command(subcommand)]
    pub act: Option<AppointmentAct>,
    /// 日（2026-11-27、R8.11.27、明日 など。省略時は今日） / the day; today if not given
    #[arg(long, alias = "date", value_name = "DAY", default_value = "")]
    pub day: String,
    /// 何日分か / how many days
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=31))]
    pub days: u8,
    /// 診療科（コード、または名前の一部） / department: its code or a part of its name
    #[arg(long, value_name = "DEPARTMENT", default_value = "")]
    pub department: String,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// What is done with an appointment.
#[derive(Debug, Subcommand)]
pub enum AppointmentAct {
    /// 予約を入れる / make one
    Make {
        /// だれの（患者番号。仮番号も） / whose, by number
        id: String,
        /// 日時（11/20 1000、日だけでも） / for when
        #[arg(long = "for", value_name = "TIME")]
        for_when: String,
        /// 診療科（名前） / department
        #[arg(long, value_name = "DEPARTMENT")]
        with: String,
        /// 医師 / doctor
        #[arg(long, default_value = "", hide_default_value = true)]
        doctor: String,
        /// 内容 / what for
        #[arg(long, default_value = "", hide_default_value = true)]
        what: String,
        /// 種類: visit lab radiology endoscopy physiology / kind
        #[arg(long, default_value = "visit")]
        kind: String,
        /// だれから聞いたか / told by whom
        #[arg(long, default_value = "", hide_default_value = true)]
        told_by: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 日時を変える / move one
    Move {
        /// 予約（--json の booking） / the appointment: `booking` of --json
        booking: String,
        /// 変更後の日時 / the new time
        #[arg(long)]
        to: String,
        /// だれから聞いたか / told by whom
        #[arg(long, default_value = "", hide_default_value = true)]
        told_by: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 取り消す / cancel one
    Cancel {
        /// 予約（--json の booking） / the appointment
        booking: String,
        /// だれから聞いたか / told by whom
        #[arg(long, default_value = "", hide_default_value = true)]
        told_by: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 取消をやめる / it stands after all
    Restore {
        /// 予約（--json の booking） / the appointment
        booking: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 検査を延期できるか（医師が決める） / whether its tests can be postponed, as a doctor decides
    Decide {
        /// 予約（--json の booking） / the appointment
        booking: String,
        /// can condition cannot
        postpone: String,
        /// 決めた医師 / the doctor
        #[arg(long)]
        doctor: String,
        /// 医師の判断を伝えた人 / who passed the decision on
        #[arg(long, default_value = "", hide_default_value = true)]
        passed_on_by: String,
        /// 条件 / on which condition
        #[arg(long, default_value = "", hide_default_value = true)]
        condition: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
}

/// Who, when and why.
#[derive(Debug, Args)]
pub struct PhoneWhy {
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub by: DeskBy,
    /// 理由・ひとこと / why, or a word
    #[arg(long = "why", value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub words: String,
}

/// `andon telephone …`
#[derive(Debug, Subcommand)]
pub enum Telephone {
    /// かけてきた人の予約と、言うこと（2つ以上合う人だけ） / appointments of who matches two or more, and what to say
    Find {
        /// 聞いたこと / what was said
        #[command(flatten)]
        asked: AskedWords,
        /// かけてきた人: self family facility other / who rings
        #[arg(long, default_value = "", hide_default_value = true)]
        relation: String,
        /// 秘匿の患者を開く理由 / why a patient who is kept back is opened
        #[arg(long, default_value = "", hide_default_value = true)]
        reason: String,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 電話を記録する / note a call
    Log(Box<LogWords>),
    /// 折り返しが済んだ / a call back is done
    Done {
        /// 電話の番号（`andon telephone list` の number） / the call, by `number`
        call: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// 折り返しの一覧 / calls back that are open
    List {
        /// 済んだ電話も / those too that are done
        #[arg(long)]
        all: bool,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
}

/// `andon telephone log`
#[derive(Debug, Args)]
pub struct LogWords {
    /// かけてきた人 / who rang
    #[arg(long, default_value = "", hide_default_value = true)]
    pub caller: String,
    /// だれのこと（患者番号） / about whom, by number
    #[arg(long, default_value = "", hide_default_value = true)]
    pub id: String,
    /// self family facility other
    #[arg(long, default_value = "", hide_default_value = true)]
    pub relation: String,
    /// change cancel ask symptom result document other
    #[arg(long)]
    pub reason: String,
    /// 答えたこと / what was answered
    #[arg(long, default_value = "", hide_default_value = true)]
    pub result: String,
    /// 次にすること / next step
    #[arg(long, default_value = "", hide_default_value = true)]
    pub next: String,
    /// だれが折り返すか / who rings back
    #[arg(long, default_value = "", hide_default_value = true)]
    pub back_by: String,
    /// いつまでに（1700、11/02 0900） / by when
    #[arg(long, default_value = "", hide_default_value = true)]
    pub back_at: String,
    /// 折り返す番号 / the number to ring
    #[arg(long, default_value = "", hide_default_value = true)]
    pub phone: String,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: PhoneWhy,
}

/// `andon calls …`
#[derive(Debug, Args)]
pub struct Calls {
    /// 何をするか（省略時はリストの一覧） / what to do; left out, the lists
    #[command(subcommand)]
    pub act: Option<CallsAct>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// What is done with call lists.
#[derive(Debug, Subcommand)]
pub enum CallsAct {
    /// 一つのリストの行 / the rows of a list
    Show {
        /// リスト（番号か名前） / the list
        list: String,
    },
    /// CSV に書き出す / write a list as CSV
    Csv {
        /// リスト（番号か名前） / the list
        list: String,
        /// 書き出す先 / the file
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// リストを作る / make a list
    Make(Box<MakeWords>),
    /// 行を取る（電話をかける） / take a row in hand
    Take(OfRow),
    /// 電話せずに戻す / lay it back
    Release(OfRow),
    /// 結果: reached moved cancelled comes no_answer wrong_number unreachable / what came of it
    Result {
        /// 行と結果 / the row
        #[command(flatten)]
        row: OfRow,
        /// 結果 / the outcome
        #[arg(long)]
        outcome: String,
        /// 変更後の日時（moved のとき） / the new time
        #[arg(long, default_value = "", hide_default_value = true)]
        to: String,
        /// 次にすること / next step
        #[arg(long, default_value = "", hide_default_value = true)]
        next: String,
        /// 話した相手 / spoken with
        #[arg(long, default_value = "", hide_default_value = true)]
        spoke_with: String,
    },
    /// 用紙（P6C）の行を入力する / enter a row of a printed list
    Enter {
        /// 用紙の番号 / number of the sheet
        sheet: String,
        /// 行 / row
        #[arg(long)]
        row: u32,
        /// 結果（空欄の行には要らない） / the outcome; of a blank row none
        #[arg(long, default_value = "", hide_default_value = true)]
        outcome: String,
        /// 変更後の日時 / the new time
        #[arg(long, default_value = "", hide_default_value = true)]
        to: String,
        /// 次にすること / next step
        #[arg(long, default_value = "", hide_default_value = true)]
        next: String,
        /// 用紙に書いた人 / who wrote it
        #[arg(long, default_value = "", hide_default_value = true)]
        writer: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
    /// リストを終える / end a list
    Close {
        /// リスト（番号か名前） / the list
        list: String,
        /// だれが・いつ / who and when
        #[command(flatten)]
        why: PhoneWhy,
    },
}

/// `andon calls make`
#[derive(Debug, Args)]
pub struct MakeWords {
    /// リストの名前 / its name
    pub title: String,
    /// 電話する理由 / why they are rung
    #[arg(long)]
    pub reason: String,
    /// 言うこと / what to say
    #[arg(long, default_value = "", hide_default_value = true)]
    pub script: String,
    /// 予約の日（から） / appointments from
    #[arg(long, default_value = "", hide_default_value = true)]
    pub from: String,
    /// （まで） / to
    #[arg(long, default_value = "", hide_default_value = true)]
    pub to: String,
    /// 診療科（コード、または名前の一部） / department
    #[arg(long, default_value = "", hide_default_value = true)]
    pub department: String,
    /// 種類（visit lab …）か内容に含む言葉 / kind, or words of what it is for
    #[arg(long, default_value = "", hide_default_value = true)]
    pub kind: String,
    /// 患者番号の CSV（先頭の列） / a CSV of numbers, first column; `-`: standard input
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: PhoneWhy,
}

/// A row, and why.
#[derive(Debug, Args)]
pub struct OfRow {
    /// リスト（番号か名前） / the list
    pub list: String,
    /// 行 / the row
    pub row: u32,
    /// ほかの人が電話中でも・もう済んでいても / although somebody else has it, or it is done
    #[arg(long)]
    pub again: bool,
    /// だれが・いつ / who and when
    #[command(flatten)]
    pub why: PhoneWhy,
}
