//! The words of `andon whereabouts`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `andon whereabouts`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Whereabouts {
    /// 持出中のものだけ（長い順） / only what is out, longest first
    #[arg(long)]
    pub out: bool,
    /// 貸出希望のあるものだけ（古い順） / only what is asked for, oldest first
    #[arg(long)]
    pub requests: bool,
    /// 所在不明のものだけ / only what is missing
    #[arg(long)]
    pub missing: bool,
    /// 未スキャン文書台帳（科別・あいうえお順） / the register of letters not scanned, by department and kana
    #[arg(long, conflicts_with_all = ["out", "requests", "missing", "patient"])]
    pub letters: bool,
    /// 文書台帳で、終わったものも / with --letters: also what is done
    #[arg(long, requires = "letters")]
    pub all: bool,
    /// この部署が持つ・希望するもの、または宛先の文書だけ / only what this department has or asks for, or letters to it
    #[arg(long, value_name = "DEPARTMENT", default_value = "")]
    pub department: String,
    /// この患者のものだけ / only of this patient
    #[arg(long, value_name = "ID")]
    pub patient: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
    /// 所在について書く・見る / say or see something of one
    #[command(subcommand)]
    pub act: Option<WhereaboutsAct>,
}

/// Who says so.
#[derive(Clone, Debug, Args)]
pub struct By {
    /// 書く人（省略時はこの端末の利用者） / who says so; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// A patient's number typed off paper.
#[derive(Clone, Debug, Args)]
pub struct Patient {
    /// 患者番号-照合番号（0004821-88）。照合番号がなければ --birth と --kana も / number with its check number; without it also --birth and --kana
    #[arg(long, value_name = "ID-CHECK", default_value = "")]
    pub patient: String,
    /// 生年月日 / birth date
    #[arg(long, value_name = "DATE", default_value = "")]
    pub birth: String,
    /// 氏名カナ / kana of the name
    #[arg(long, value_name = "KANA", default_value = "")]
    pub kana: String,
}

/// Who takes a thing or asks for it.
#[derive(Clone, Debug, Args)]
pub struct To {
    /// 紙ものの番号 / number of the thing
    pub number: String,
    /// 部署 / department
    #[arg(long, value_name = "DEPARTMENT", default_value = "")]
    pub department: String,
    /// 人 / person
    #[arg(long, value_name = "NAME", default_value = "")]
    pub who: String,
    /// 内線 / extension
    #[arg(long, value_name = "NUMBER", default_value = "")]
    pub phone: String,
    /// 目的 / what for
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub words: String,
    /// 書く人 / who says so
    #[command(flatten)]
    pub by: By,
}

/// `andon whereabouts …`
#[derive(Debug, Subcommand)]
pub enum WhereaboutsAct {
    /// 紙もの（紙カルテ、箱、フィルム、CD、紹介状、同意書原本）を登録・訂正する / register a thing of paper, or put right what is known of it
    Register(Box<Register>),
    /// 一つのいまと経過 / one thing: where it is, and its story
    Show {
        /// 紙ものの番号、または読み取ったコード / its number, or a code as read
        number: String,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 持出を記録する / it goes out
    Lend {
        /// だれに / to whom
        #[command(flatten)]
        to: To,
        /// かなえる貸出希望の番号 / the wish that this meets
        #[arg(long, value_name = "N", default_value_t = 0)]
        request: u32,
    },
    /// 転貸: 戻さずに次の人へ渡す / it goes from one straight to the next
    Hand {
        /// だれに / to whom
        #[command(flatten)]
        to: To,
        /// かなえる貸出希望の番号 / the wish that this meets
        #[arg(long, value_name = "N", default_value_t = 0)]
        request: u32,
    },
    /// 返却を記録する / it is back
    Return(Place),
    /// 置き場所を変える / it lies elsewhere from now on
    Move {
        /// どれを、どこへ / which, and where to
        #[command(flatten)]
        to: Place,
        /// 入れる箱の番号 / number of the box it is put into
        #[arg(long, value_name = "NUMBER", default_value = "")]
        within: String,
    },
    /// 貸出希望を記録する / it is asked for
    Request {
        /// だれが / by whom
        #[command(flatten)]
        to: To,
        /// いつ要るか / wanted for
        #[arg(long = "for", value_name = "WHEN", default_value = "")]
        due: String,
    },
    /// 貸出希望を取り下げる / a wish is withdrawn
    Withdraw {
        /// 紙ものの番号 / number of the thing
        number: String,
        /// 希望の番号 / number of the wish
        request: u32,
        /// 書く人 / who says so
        #[command(flatten)]
        by: By,
    },
    /// 所在不明を記録する / it is missing
    Missing(Why),
    /// 見つかった / it is found
    Found(Place),
    /// 登録を終える（誤登録など） / it is no longer kept
    Close(Why),
    /// 所在カード（P11B）を PDF にする / print the out-guide of what is out
    Guide(Printing),
    /// 番号入りの患者ラベルを PDF にする / print a patient label with its number
    Label(Printing),
    /// 未スキャン文書台帳 / the register of letters not scanned
    #[command(subcommand)]
    Letter(LetterAct),
}

/// `andon whereabouts register`
#[derive(Debug, Args)]
pub struct Register {
    /// 種類 / kind
    #[arg(long, value_parser = crate::event::KINDS)]
    pub kind: String,
    /// 表題 / title
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub title: String,
    /// だれのもの / whose
    #[command(flatten)]
    pub patient: Patient,
    /// 第何冊 / which volume
    #[arg(long, default_value_t = 0)]
    pub volume: u32,
    /// 全部で何冊 / of how many
    #[arg(long, default_value_t = 0)]
    pub volumes: u32,
    /// まとめて登録する冊数 / volumes registered at once, from 1
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=50))]
    pub count: u32,
    /// 元の場所（棚・部屋） / its place
    #[arg(long, value_name = "PLACE", default_value = "")]
    pub place: String,
    /// 入っている箱の番号 / number of the box it is in
    #[arg(long, value_name = "NUMBER", default_value = "")]
    pub within: String,
    /// 病院が決めた廃棄可能日（参考） / from when it may be disposed of, as the hospital decided
    #[arg(long, value_name = "DATE", default_value = "")]
    pub keep_until: String,
    /// 訂正する紙ものの番号 / number of the thing that is put right
    #[arg(long, value_name = "NUMBER", requires = "reason")]
    pub correct: Option<String>,
    /// 訂正の理由 / why it is put right
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub reason: String,
    /// 書く人 / who says so
    #[command(flatten)]
    pub by: By,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// A thing and a place.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// 紙ものの番号 / number of the thing
    pub number: String,
    /// 場所（元の場所なら省略） / where, if not its place
    #[arg(long, value_name = "PLACE", default_value = "")]
    pub place: String,
    /// 書く人 / who says so
    #[command(flatten)]
    pub by: By,
}

/// A thing or letter and a reason.
#[derive(Clone, Debug, Args)]
pub struct Why {
    /// 番号 / number
    pub number: String,
    /// 理由 / why
    #[arg(long, value_name = "WORDS")]
    pub words: String,
    /// 書く人 / who says so
    #[command(flatten)]
    pub by: By,
}

/// A thing and a file.
#[derive(Clone, Debug, Args)]
pub struct Printing {
    /// 紙ものの番号 / number of the thing
    pub number: String,
    /// 書き出すファイル / file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// 英語で / in English
    #[arg(long)]
    pub english: bool,
    /// 印刷する人 / who prints
    #[command(flatten)]
    pub by: By,
}

/// `andon whereabouts letter …`
#[derive(Debug, Subcommand)]
pub enum LetterAct {
    /// 届いた文書を台帳に書く・訂正する / write down a letter that came, or put it right
    Register(Box<RegisterLetter>),
    /// スキャンして本人に入れたページと結び付ける / a page of it is scanned and filed
    Scanned {
        /// 台帳番号 / number of the letter
        number: String,
        /// スキャンの SHA-256（`andon scan --json` の `scan`） / SHA-256 of the file
        scan: String,
        /// ページ / page of the file
        page: u32,
        /// 書く人 / who says so
        #[command(flatten)]
        by: By,
    },
    /// スキャンせずに渡した / handed on unscanned
    HandOn(Why),
    /// 台帳に戻す / it waits after all
    Reopen(Why),
    /// 待っている文書の一覧を PDF にする / the letters that wait, as a list to carry
    Print {
        /// この科だけ / only this department
        #[arg(long, value_name = "DEPARTMENT", default_value = "")]
        department: String,
        /// 書き出すファイル / file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// 英語で / in English
        #[arg(long)]
        english: bool,
        /// 印刷する人 / who prints
        #[command(flatten)]
        by: By,
    },
}

/// `andon whereabouts letter register`
#[derive(Debug, Args)]
pub struct RegisterLetter {
    /// 宛先の科 / to which department
    #[arg(long, value_name = "DEPARTMENT")]
    pub department: String,
    /// 受け取った日（省略時は今日） / when it came; today if not given
    #[arg(long, value_name = "DATE", default_value = "")]
    pub received: String,
    /// 種類 / kind
    #[arg(long, value_parser = crate::event::LETTER_KINDS, default_value = "referral")]
    pub kind: String,
    /// 差出の病院 / from which hospital
    #[arg(long, value_name = "NAME", default_value = "")]
    pub hospital: String,
    /// 差出の医師 / from which doctor
    #[arg(long, value_name = "NAME", default_value = "")]
    pub doctor: String,
    /// だれの文書 / whose
    #[command(flatten)]
    pub patient: Patient,
    /// 氏名（番号が分からないとき） / name, where the number is not known
    #[arg(long, value_name = "NAME", default_value = "")]
    pub name: String,
    /// 枚数 / pages
    #[arg(long, default_value_t = 0)]
    pub pages: u32,
    /// 備考 / remarks
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub words: String,
    /// 訂正する文書の台帳番号 / number of the letter that is put right
    #[arg(long, value_name = "NUMBER")]
    pub correct: Option<String>,
    /// 書く人 / who says so
    #[command(flatten)]
    pub by: By,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}
