//! The words of `andon envelope`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Json;
use crate::custody::envelope::rules::{DAYS, DAYS_MAX, GOOD_DAYS, GOOD_DAYS_MAX};
use crate::event::EnvelopeAct;

/// `andon envelope …`
#[derive(Debug, Subcommand)]
pub enum EnvelopeWords {
    /// 閲覧用カルテファイルを作る / make a chart file to be carried away
    Make(EnvelopeMake),
    /// ファイルが作ったままかを、署名と票の照合値で確かめる（ホームは要らない） / whether a file is as it was made; needs no home
    Verify {
        /// 確かめる HTML ファイル（.sig と .bin は同じ場所のもの） / the HTML file; its .sig and .bin beside it
        file: PathBuf,
        /// 票の照合値（16文字） / hash on the tag, 16 figures
        #[arg(long, value_name = "HASH")]
        tag: Option<String>,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 台帳: 作ったファイルと、いまどこにあるか / the inventory: every file made and what became of it
    List(Json),
    /// 持出・返却・開封・紛失・発見・廃棄を記録する / write down what became of a file
    Note {
        /// ファイル番号 / its number
        number: String,
        /// handed 持出・returned 返却・opened 開封（または別のPCに挿した）・lost 紛失・found 発見・destroyed 廃棄 / what
        #[arg(hide_possible_values = true)]
        act: EnvelopeAct,
        /// だれに・どこ・なぜ / with whom, where, why
        #[arg(default_value = "", hide_default_value = true)]
        words: String,
        /// 記録する人（省略時はこの端末の利用者） / who says so; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// 索引に入れる内容の決定（決めた人の名で記録。省略で表示） / what the index holds: a named person's decision; none: show it
    Contents {
        /// charts（カルテを入れる患者だけ）、または all[,phone][,safety][,drugs][,problems][,visits] / words, parted by commas
        what: Option<String>,
        /// 決めた人の氏名（決めるときは必ず） / who decides; required to decide
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 毎日作る予定 / when files are made by themselves
    #[command(subcommand)]
    Plan(EnvelopePlanWords),
}

/// `andon envelope make`
#[derive(Debug, Args)]
pub struct EnvelopeMake {
    /// 書き出す HTML ファイルまたはフォルダー / HTML file or folder to write
    #[arg(long, value_name = "FILE|DIR")]
    pub out: PathBuf,
    /// 票と、開く番号の紙（PDF）。省略時はホームの envelope-papers / tag and sealed sheets, a PDF; else in the home
    #[arg(long, value_name = "FILE")]
    pub papers: Option<PathBuf>,
    /// 開く番号の紙を持つ所（4つまで） / holders of sealed sheets, at most four
    #[arg(long = "name", value_name = "HOLDER", value_delimiter = ',')]
    pub names: Vec<String>,
    /// 予約の患者のカルテを入れる日数（今日から） / days whose appointments have their charts in it, from today
    #[arg(long, default_value_t = DAYS, value_parser = clap::value_parser!(u32).range(0..=i64::from(DAYS_MAX)))]
    pub days: u32,
    /// 期限までの日数 / days for which it is good
    #[arg(long, default_value_t = GOOD_DAYS, value_parser = clap::value_parser!(u32).range(0..=i64::from(GOOD_DAYS_MAX)))]
    pub good: u32,
    /// 英語で / in English
    #[arg(long)]
    pub english: bool,
    /// 作る人（省略時はこの端末の利用者） / who makes it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon envelope plan …`
#[derive(Debug, Subcommand)]
pub enum EnvelopePlanWords {
    /// 予定の一覧と、前回の結果 / the plans and how each went last
    List(Json),
    /// 毎日の予定を決める / set when a file is made every day
    Set {
        /// 予定の名前 / its name
        name: String,
        /// 毎日の時刻 / time of day
        #[arg(long, value_name = "HH:MM")]
        at: String,
        /// ファイルを置く所: 登録したフォルダーかスティック（andon printer add） / a registered folder or stick for the file
        #[arg(long, value_name = "NAME")]
        to: String,
        /// 票と番号の紙を出す所: 別のプリンターかフォルダー / another printer or folder, for tag and sealed sheets
        #[arg(long, value_name = "NAME")]
        papers: String,
        /// 予約の患者のカルテを入れる日数 / days whose appointments have their charts in it
        #[arg(long, default_value_t = DAYS, value_parser = clap::value_parser!(u32).range(0..=i64::from(DAYS_MAX)))]
        days: u32,
        /// 決めた人（省略時はこの端末の利用者） / who decides; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// 予定をやめる / give a plan up
    Remove {
        /// 予定の名前 / its name
        name: String,
        /// 決めた人（省略時はこの端末の利用者） / who decides; else this machine's user
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// いま作る / make it now
    Run {
        /// 予定の名前 / its name
        name: String,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
}
