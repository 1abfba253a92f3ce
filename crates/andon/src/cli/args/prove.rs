//! The words of `andon prove`, which knows no home.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `andon prove …`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Prove {
    /// 準備 / making ready
    #[command(subcommand)]
    pub ready: Option<ProveWords>,
    /// 写しと結果 / the copy and the verdict
    #[command(flatten)]
    pub copy: Option<ProveCopy>,
}

/// `andon prove init`
#[derive(Debug, Subcommand)]
pub enum ProveWords {
    /// この機械の鍵とカードを作る / make this machine's keys and its card
    Init {
        /// 鍵とカードを置くフォルダー / folder for keys and card
        #[arg(long = "as", value_name = "DIR")]
        dir: PathBuf,
        /// この機械の名前 / this machine's name
        #[arg(long, value_name = "NAME")]
        name: String,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
}

/// `andon prove FROM`
#[derive(Debug, Args)]
pub struct ProveCopy {
    /// 保管庫の写し（フォルダーか s3://サーバー/バケット）。何も書きません / the copy, a folder or s3://HOST/BUCKET; nothing is written to it
    pub from: String,
    /// この機械のフォルダー（`prove init` で作ったもの） / this machine's folder, made by `prove init`
    #[arg(long = "as", value_name = "DIR")]
    pub dir: PathBuf,
    /// 署名した結果を書くファイル（まだないこと） / file for the signed verdict; it must not exist
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// 照らし合わせるカルテの枚数 / charts to compare
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub sample: u16,
    /// 組み立てる間だけ使うフォルダー（省略すると --as の中） / where the store is rebuilt meanwhile; else within --as
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
    /// S3 サーバーの鍵のファイル（chmod 600） / a server's file of keys, chmod 600
    #[arg(long, value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}
