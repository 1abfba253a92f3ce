//! The words of `andon vault probe` and `andon vault extend`: servers that lock objects (S3).

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What is asked of a server of objects.
#[derive(Debug, Subcommand)]
pub enum ServerWords {
    /// 病院が用意した S3 サーバーのロックが本当に守られるか、攻撃して確かめる（保管したものには触れない） / attack an S3 server, in a
    /// bucket of the probe's own, to see whether its locks hold; nothing of the vault is touched
    Probe(Probe),
    /// ロックの期限を延ばす。封じる端末とは別の機械で、毎日動かす / move the locks' days away; run daily, on another machine than the one
    /// that seals
    Extend(Extend),
}

/// A server, and with which keys.
#[derive(Debug, Args)]
pub struct Server {
    /// s3://サーバー[:ポート]/バケット[/接頭辞]。暗号化しない s3+http:// は試験用 / s3://HOST[:PORT]/BUCKET[/PREFIX]; s3+http:// is for tests
    pub address: String,
    /// 鍵のファイル（chmod 600）。`access-key = …` と `secret-key = …` の行、病院の認証局は `ca = FILE` / file of keys, chmod 600: lines
    /// `access-key = …` and `secret-key = …`; a hospital's own authority as `ca = FILE`
    #[arg(long, value_name = "FILE")]
    pub keys: PathBuf,
    /// 動かした人（省略時はこの端末の利用者） / who runs it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon vault probe`
#[derive(Debug, Args)]
pub struct Probe {
    /// どのサーバーか / which server
    #[command(flatten)]
    pub server: Server,
    /// ほかに確かめる管理用のポート（複数可）。よくあるものは指定しなくても確かめる / more ports of administrators to knock at; the usual
    /// ones are knocked at anyway
    #[arg(long = "door", value_name = "HOST:PORT", value_parser = door)]
    pub doors: Vec<vault::s3::probe::doors::Door>,
}

/// `andon vault extend`
#[derive(Debug, Args)]
pub struct Extend {
    /// どのサーバーか / which server
    #[command(flatten)]
    pub server: Server,
    /// サーバーの今日から何日先まで消せなくするか / nothing goes for so many days from the server's today
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub days: u32,
}

fn door(text: &str) -> Result<vault::s3::probe::doors::Door, String> {
    let words = "127.0.0.1:9333 のように書いてください / as in 127.0.0.1:9333";
    vault::s3::probe::doors::Door::parse(text).ok_or_else(|| words.to_owned())
}
