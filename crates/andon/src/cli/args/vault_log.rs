//! The words of `andon vault log`, `checkpoint`, `witness` and `audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::vault::{Named, Told};

/// What is asked of the log, and of the whole vault by an inspection.
#[derive(Debug, Subcommand)]
pub enum LogWords {
    /// 保管庫の記録: だれが何を開き、持ち出し、変えたか。署名された記録に入っていることを一つずつ確かめて並べる（鍵もホームも要らない） / the vault's
    /// log: who opened, carried away or changed what, each proved to be in the signed log; needs neither key nor home
    Log(Log),
    /// 証人に署名を頼むファイルを書く / write the file by which a witness is asked to sign
    Checkpoint(Checkpoint),
    /// 証人: ほかの端末や近隣の病院に、記録を見ておいてもらう / witnesses: another station or a neighbour hospital that has seen the log
    #[command(subcommand)]
    Witness(WitnessWords),
    /// ガイドラインの求める世代と書込み不可を、証拠を挙げて確かめる / whether generations and unwritable copies are as the guideline asks, with
    /// evidence
    Audit(Audit),
}

/// Which vault's log.
#[derive(Debug, Args)]
pub struct Log {
    /// この名前の保管先（省略時は、つながっているいちばん新しいもの） / the place of this name; else the newest that is connected
    #[arg(long, value_name = "NAME", conflicts_with = "at")]
    pub target: Option<String>,
    /// 登録していない場所（ホームは要らない） / a place that is not registered; needs no home
    #[arg(long, value_name = "PATH")]
    pub at: Option<String>,
    /// その場所の鍵のファイル（S3 の鍵、預かり端末の読み取り用の鍵） / the file of keys of that place
    #[arg(long, value_name = "FILE", requires = "at")]
    pub keys: Option<PathBuf>,
    /// この番号の保管単位から / from the segment of this number on
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub since: u32,
    /// だれかが見た記録と比べるもの、見る証人 / what others have seen
    #[command(flatten)]
    pub seen: Seen,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// What others have seen of a log, which also decides where there are two histories; and what a person decides.
#[derive(Debug, Default, Args)]
pub struct Seen {
    /// 紙のコード（LOG-…）をそのまま、またはそれを書いたファイル。その続きかどうかを確かめる / the code of a sheet (LOG-…), or a file with such:
    /// whether the log continues it
    #[arg(long, value_name = "TEXT|FILE")]
    pub seen: Vec<String>,
    /// 証人の公開鍵の行、またはファイル（登録したものに加えて） / a witness's key or a file with it, beside those registered
    #[arg(long, value_name = "CARD")]
    pub witness: Vec<String>,
    /// 履歴が二つあり、紙も証人もないとき、責任者が選ぶ（表示された名前） / of two histories, without paper or witness, the one that who is in
    /// charge chooses, by the name shown
    #[arg(long, value_name = "NAME")]
    pub history: Vec<String>,
}

/// `andon vault checkpoint`
#[derive(Debug, Args)]
pub struct Checkpoint {
    /// 書くファイル / the file
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// その証人が前に見た行数（証人が表示する） / entries that the witness has seen, as it says
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub since: u64,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon vault witness …`
#[derive(Debug, Subcommand)]
pub enum WitnessWords {
    /// 証人の側: 証人の鍵を作る（ホームは要らない） / at the witness: make its key; needs no home
    Init {
        /// 証人のフォルダー / the witness's folder
        #[arg(long = "as", value_name = "DIR")]
        dir: PathBuf,
        /// 証人の名前（空白なし） / its name, without blanks
        #[arg(long)]
        name: String,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 証人の側: 前に見た記録の続きなら署名する / at the witness: sign, if it continues what was seen
    Sign {
        /// 端末が書いたファイル / the file that the station wrote
        file: PathBuf,
        /// 証人のフォルダー / the witness's folder
        #[arg(long = "as", value_name = "DIR")]
        dir: PathBuf,
        /// 署名したものを書くファイル / where what is signed is written
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// 相手の保管庫の鍵の行（初めてのとき） / the key of their vault, the first time
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 端末の側: 証人を登録する / at the station: register a witness
    Add {
        /// 証人の公開鍵の行、またはそのファイル / its key, or the file with it
        card: String,
        /// 決めた人と出力 / who decides, and the output
        #[command(flatten)]
        told: Told,
    },
    /// 端末の側: 登録を取り消す / at the station: take a registration back
    Remove(Named),
    /// 端末の側: 証人が署名したものを受け取り、すべての保管先に置く / at the station: take in what a witness signed, and put it to every place
    Take {
        /// 証人が返したファイル / the file it gave back
        file: PathBuf,
        /// 決めた人と出力 / who decides, and the output
        #[command(flatten)]
        told: Told,
    },
}

/// `andon vault audit`
#[derive(Debug, Args)]
pub struct Audit {
    /// 厚生労働省「医療情報システムの安全管理に関するガイドライン」第6.0版で確かめる / by the guideline of MHLW, version 6.0
    #[arg(long, required = true)]
    pub mhlw: bool,
    /// 証拠の一覧を CSV で書く / write the evidence as CSV
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// ロックの期限を、抜き取らずにすべて読む / read every lock, not a sample
    #[arg(long)]
    pub all: bool,
    /// だれかが見た記録: 履歴が二つあるとき、どちらについて述べるかを決める / what others have seen, which decides between two histories
    #[command(flatten)]
    pub seen: Seen,
    /// 決めた人と出力 / who decides, and the output
    #[command(flatten)]
    pub told: Told,
}
