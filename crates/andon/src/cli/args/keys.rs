//! The words of `andon keys`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Json;

/// `andon keys …`
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// パスフレーズを加える・取り除く（鍵ファイルはそのまま） / add or remove the passphrase; the key file stays
    #[command(subcommand)]
    Passphrase(Passphrase),
    /// 鍵の作成・分割: 保管庫を開く鍵を作り、カードに分け、全員が打ち込んで確かめる / make the vault's key, split it into cards,
    /// have every card typed back
    Ceremony(Ceremony),
    /// カードから鍵を組み立ててファイルにする（そのあと、ただちに鍵を更新する） / put cards together into an identity file; then
    /// rotate at once
    Combine(Combine),
    /// 鍵の更新: 新しい鍵を作って分ける。古い鍵は、古い保管単位を開き続ける / a new key in place of the current one; every old key
    /// opens its own segments for ever
    Rotate(Ceremony),
    /// 復元訓練: 鍵保管者がカードを打ち込み、開くことを確かめる（鍵はメモリーの中だけ） / officers type their cards and something
    /// opens; the key is in memory only
    Drill(DrillKeys),
    /// 鍵の一覧: 番号、日付、鍵保管者、最後の訓練 / the keys: numbers, dates, officers, last drill
    List(Json),
}

/// `andon keys passphrase …`: opened by the key file, since `--passphrase-file` holds the new passphrase here.
#[derive(Debug, Subcommand)]
pub enum Passphrase {
    /// パスフレーズでも開けるようにする。2回尋ねる。`--passphrase-file` からも読める / let a passphrase open this home
    /// too; asked twice, or read from `--passphrase-file`
    Add,
    /// パスフレーズでは開けないようにする / no passphrase opens this home any more
    Remove,
}

/// `andon keys ceremony` and `andon keys rotate`
#[derive(Debug, Args)]
pub struct Ceremony {
    /// カードの枚数（鍵保管者の人数） / cards, one for each officer
    #[arg(long, value_name = "N")]
    pub shares: u8,
    /// 何枚そろえば開くか（2以上） / how many open it, 2 at least
    #[arg(long, value_name = "K")]
    pub threshold: u8,
    /// カードを書き出すフォルダー。空であること。メモリー上（/dev/shm など）がよい / where the cards are written; empty, best in memory
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// 鍵保管者の氏名（カード1から順に、枚数分くり返す）。なければ尋ねる / the officers from card 1, once each; asked if not given
    #[arg(long = "holder", value_name = "NAME")]
    pub holders: Vec<String>,
    /// 行う人の氏名 / who does it
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 終わってもカードのファイルを消さない / keep the files of the cards when it is done
    #[arg(long)]
    pub keep_files: bool,
    /// だれも打ち込まない（訓練用のホームだけ） / nobody types anything: a training home only
    #[arg(long)]
    pub unattended: bool,
}

/// `andon keys combine`
#[derive(Debug, Args)]
pub struct Combine {
    /// カード（ファイル、`-` は標準入力。端末なら尋ねる） / cards: files, `-` for standard input, which asks on a terminal
    #[arg(required = true, value_name = "SHARE")]
    pub shares: Vec<PathBuf>,
    /// 鍵を書き出すファイル（まだないこと） / the identity file to write; it must not exist
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// 行う人の氏名 / who does it
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// `andon keys drill`
#[derive(Debug, Args)]
pub struct DrillKeys {
    /// カードのファイル（訓練用のホームで --unattended を付けたときだけ） / files of cards, with --unattended in a training home
    #[arg(value_name = "SHARE", requires = "unattended")]
    pub shares: Vec<PathBuf>,
    /// あわせて開いてみる保管単位のファイル / files of segments to open as well
    #[arg(long = "open", value_name = "FILE")]
    pub opens: Vec<PathBuf>,
    /// 行う人の氏名 / who does it
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// カードをファイルから読む（訓練用のホームだけ） / read the cards from files: a training home only
    #[arg(long)]
    pub unattended: bool,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}
