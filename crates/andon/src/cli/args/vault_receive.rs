//! The words of `andon vault receive` and `andon vault received`: another station as a place for a vault.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What a station does for other stations' vaults. None of it needs a home.
#[derive(Debug, Subcommand)]
pub enum ReceiverWords {
    /// 預かり端末: ほかの端末が封じたものを預かり、だれにも書き換えさせない（ホームは要らない） / be a receiver: take what other stations seal, and
    /// let nobody change it; needs no home
    #[command(subcommand)]
    Receive(ReceiveWords),
    /// 預かっているものの一覧: どの保管庫を、どこまで、封じたときのままか / what is held here: which vaults, up to where, and whether it is as it was
    /// sealed
    Received(Received),
}

/// `andon vault receive …`
#[derive(Debug, Subcommand)]
pub enum ReceiveWords {
    /// 預かり端末の鍵とカードを作る / make a receiver's key and card
    Init {
        /// 預かり端末のフォルダー / the receiver's folder
        dir: PathBuf,
        /// 名前 / its name
        #[arg(long)]
        name: String,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 封じる端末を登録する。鍵の行は、その端末の `andon vault target add` が表示する / register a station that seals, by the line of its key, which
    /// `andon vault target add` shows there
    Allow {
        /// 預かり端末のフォルダー / the receiver's folder
        dir: PathBuf,
        /// 保管庫の鍵の行（andon-vault/…）、またはそのファイル / the line of the vault's key (andon-vault/…), or the file with it
        key: String,
        /// この保管庫に使わせる大きさ（MB） / how much its vault may have here, megabytes
        #[arg(long, value_name = "MB", default_value_t = 200_000)]
        limit: u64,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 読むだけの鍵を作る（復元や復元確認のため） / make a pass that only reads, to restore or to prove
    Reader {
        /// 預かり端末のフォルダー / the receiver's folder
        dir: PathBuf,
        /// どの保管庫（32桁） / which vault, its 32 digits
        #[arg(long, value_name = "ID")]
        vault: String,
        /// だれのための鍵か（空白なし） / whom it is for, without blanks
        #[arg(long)]
        name: String,
        /// 鍵を書くファイル（chmod 600） / the file it is written to, chmod 600
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 登録を取り消す。預かったものはそのまま / take a registration back; what is held stays
    Revoke {
        /// 預かり端末のフォルダー / the receiver's folder
        dir: PathBuf,
        /// 登録の名前 / the name of the registration
        name: String,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 預かり始める（止めるまで） / receive, until told to stop
    Run {
        /// 預かり端末のフォルダー / the receiver's folder
        dir: PathBuf,
        /// 待ち受けるアドレス（この端末が院内LANで持つもの一つ） / one address of this machine on the hospital's network
        #[arg(long, value_name = "IP:PORT")]
        listen: SocketAddr,
    },
}

/// `andon vault received`
#[derive(Debug, Args)]
pub struct Received {
    /// 預かり端末のフォルダー / the receiver's folder
    pub dir: PathBuf,
    /// 目録だけでなく、すべてのバイトを読む / read every byte, not the manifests alone
    #[arg(long)]
    pub all: bool,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}
