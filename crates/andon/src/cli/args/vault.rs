//! The words of `andon vault` and `andon restore`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `andon vault …`
#[derive(Debug, Subcommand)]
pub enum VaultWords {
    /// S3 サーバーに尋ねること / what is asked of a server of objects
    #[command(flatten)]
    Server(super::vault_probe::ServerWords),
    /// 記録と証人、ガイドラインの点検 / the log, its witnesses, and the guideline's audit
    #[command(flatten)]
    Log(super::vault_log::LogWords),
    /// 預かり端末 / receivers
    #[command(flatten)]
    Receiver(super::vault_receive::ReceiverWords),
    /// 保管先: どこに保管するか / where the vault is kept
    #[command(subcommand)]
    Target(TargetWords),
    /// 封じる相手（公開鍵）。封じたものは、その秘密鍵でしか開かない / to whom is sealed; only the key that belongs to it opens what was sealed
    #[command(subcommand)]
    Recipient(RecipientWords),
    /// 確認する機械（別の機械で開いて確かめる）の登録 / who proves the vault from another machine
    #[command(subcommand)]
    Prover(ProverWords),
    /// 確認する機械が書いた結果を受け取り、この端末の記録と照らす / take in what a prover found, and compare it with this station's own entries
    Verdict(VerdictFile),
    /// まだ封じていないものを封じて、すべての保管先に置く / seal what is new, and put it to every place
    Seal(Told),
    /// 保管庫の状態: 最後に封じた時刻、保管先、三つの復元確認 / how the vault stands: last seal, places, the three proofs
    Status(Told),
    /// すべてのバイトを読み直して確かめる。鍵があれば開いて中身も確かめる / read every byte back; with a key, open it and compare what is in it
    Verify(Verify),
    /// 入力元のファイルを、封じたときの姿で取り出す（確かめながら。ホームは要らない） / write out the files of every source as they were sealed, proved on the way; needs no home
    Extract(Extract),
}

/// `andon vault target …`
#[derive(Debug, Subcommand)]
pub enum TargetWords {
    /// 保管先を登録する / register a place
    Add {
        /// あるフォルダー（空のもの、またはこの保管庫のもの）、s3://サーバー/バケット、預かり端末 station://アドレス:ポート / a folder that is there, empty or of this vault,
        /// s3://HOST/BUCKET, or another station, station://HOST:PORT
        place: String,
        /// 名前 / its name
        #[arg(long)]
        name: String,
        /// 抜き差しするディスク: 何日ごとに戻すか / a removable disk that comes back every so many days
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=366))]
        removable: Option<u32>,
        /// S3 サーバーの鍵のファイル（chmod 600）、または預かり端末のカード / a server's file of keys, chmod 600, or a receiver's card
        #[arg(long, value_name = "FILE")]
        keys: Option<PathBuf>,
        /// 決めた人と出力 / who decides, and the output
        #[command(flatten)]
        told: Told,
    },
    /// 登録を取り消す（置いたものはそのまま残る） / take a registration back; what lies there stays
    Remove(Named),
}

/// `andon vault recipient …`
#[derive(Debug, Subcommand)]
pub enum RecipientWords {
    /// 相手を加える（age1…） / add one
    Add {
        /// 公開鍵 / the public key, `age1…`
        recipient: String,
        /// 何の鍵か（officers、prover など、一語） / what the key is for, one word
        #[arg(long, default_value = "officers")]
        role: String,
        /// 決めた人と出力 / who decides, and the output
        #[command(flatten)]
        told: Told,
    },
    /// これからは封じない（すでに封じたものは読める） / nothing more is sealed to it; what was stays readable by it
    Remove {
        /// 公開鍵 / the public key
        recipient: String,
        /// 決めた人と出力 / who decides, and the output
        #[command(flatten)]
        told: Told,
    },
    /// 一覧 / the list
    List(Told),
}

/// `andon vault prover …`
#[derive(Debug, Subcommand)]
pub enum ProverWords {
    /// カードを登録する（`andon prove init` が書いたもの）。次に封じる分から、その機械で開ける / register a card: what is sealed from now on opens there
    Add {
        /// カードのファイル（`-` は標準入力） / the card, `-` for standard input
        card: PathBuf,
        /// 決めた人と出力 / who decides, and the output
        #[command(flatten)]
        told: Told,
    },
    /// 登録を取り消す（すでに封じたものは、その機械で開ける） / take a registration back; what was sealed to it stays open to it
    Remove(Named),
    /// 一覧 / the list
    List(Told),
}

/// `andon vault verdict`
#[derive(Debug, Args)]
pub struct VerdictFile {
    /// 結果のファイル（`-` は標準入力） / the verdict, `-` for standard input
    pub file: PathBuf,
    /// 決めた人と出力 / who decides, and the output
    #[command(flatten)]
    pub told: Told,
}

/// Something that has a name, and who decides on it.
#[derive(Debug, Args)]
pub struct Named {
    /// 名前 / its name
    pub name: String,
    /// 決めた人と出力 / who decides, and the output
    #[command(flatten)]
    pub told: Told,
}

/// Who, and how it is told.
#[derive(Debug, Args)]
pub struct Told {
    /// 決めた人（省略時はこの端末の利用者） / who decides; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon vault verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// この名前の保管先だけ / only the place of this name
    #[arg(long, value_name = "NAME", conflicts_with = "at")]
    pub target: Option<String>,
    /// 登録していない場所を確かめる（ホームは要らない） / a place that is not registered; needs no home
    #[arg(long, value_name = "PATH")]
    pub at: Option<String>,
    /// S3 サーバーの鍵、預かり端末の読み取り用の鍵のファイル（chmod 600） / a server's file of keys or a receiver's pass, chmod 600
    #[arg(long, value_name = "FILE", requires = "at")]
    pub keys: Option<PathBuf>,
    /// S3 サーバーが、その時刻に持っていたもの（2021-10-31T00:30） / what a server held at this time, by its own clock
    #[arg(long, value_name = "T", requires = "at")]
    pub as_of: Option<String>,
    /// 秘密鍵のファイル（`-` は標準入力）。封じる端末には置かないこと / file with the key, `-` for standard input; never keep it on a station that seals
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// だれかが見た記録と比べるもの / what others have seen
    #[command(flatten)]
    pub seen: super::vault_log::Seen,
    /// 決めた人と出力 / who decides, and the output
    #[command(flatten)]
    pub told: Told,
}

/// What opens a vault.
#[derive(Debug, Args)]
pub struct OpenedBy {
    /// 秘密鍵のファイル（`-` は標準入力） / file with the key, `-` for standard input
    #[arg(long, value_name = "FILE", required_unless_present = "cards", conflicts_with = "cards")]
    pub identity: Option<PathBuf>,
    /// 鍵保管者がカードを打ち込む。鍵はメモリーの中だけで、ファイルにならない / officers type their cards; the key stays in memory
    #[arg(long)]
    pub cards: bool,
}

/// `andon vault extract`
#[derive(Debug, Args)]
pub struct Extract {
    /// 保管庫のある場所 / where the vault lies
    pub from: String,
    /// S3 サーバーの鍵、預かり端末の読み取り用の鍵のファイル（chmod 600） / a server's file of keys or a receiver's pass, chmod 600
    #[arg(long, value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// 書き出す新しいフォルダー。患者情報が暗号化されずに置かれる / a new folder; what is written there is not encrypted
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// 開けるもの / what opens it
    #[command(flatten)]
    pub opened_by: OpenedBy,
    /// だれかが見た記録: 履歴が二つあるとき、どちらが病院のものかを決める / what others have seen, which decides between two histories
    #[command(flatten)]
    pub seen: super::vault_log::Seen,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon restore`
#[derive(Debug, Args)]
pub struct Restore {
    /// 保管庫のある場所 / where the vault lies
    pub from: String,
    /// S3 サーバーの鍵、預かり端末の読み取り用の鍵のファイル（chmod 600）。S3 はかぶせられたものの下から読む / a server's file of keys, where what
    /// was laid over is read below, or a receiver's pass
    #[arg(long, value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// 新しいホームのフォルダー。--patient だけなら要らない / folder of the new home; --patient alone needs none
    #[arg(long, value_name = "DIR", required_unless_present = "patient")]
    pub to: Option<PathBuf>,
    /// 開けるもの / what opens it
    #[command(flatten)]
    pub opened_by: OpenedBy,
    /// この時点まで（2021-10-31T00:30）。S3 では、サーバーがその時刻に持っていたものだけを読む / nothing received later than this; of a server, only what it held then
    #[arg(long, value_name = "T")]
    pub as_of: Option<String>,
    /// 先に戻す患者番号（複数可）。入ったらすぐカルテを開ける / patients to restore first; their charts open at once
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub first: Vec<String>,
    /// この番号の患者（照合番号つきでも）のカルテを、戻しながらすぐ出す / print this patient's chart at once, by number, with its 照合番号 or without
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub patient: Vec<String>,
    /// 戻している間、このアドレスでカルテを見せる。終わればふつうの画面になる / while it restores, show charts here; afterwards the ordinary pages
    #[arg(long, value_name = "127.0.0.1:PORT", requires = "to")]
    pub serve: Option<std::net::SocketAddr>,
    /// 壊れたところを飛ばして、読めるものだけ戻す / go on over what is damaged
    #[arg(long)]
    pub salvage: bool,
    /// だれかが見た記録: 履歴が二つあるとき、どちらが病院のものかを決める / what others have seen, which decides between two histories
    #[command(flatten)]
    pub seen: super::vault_log::Seen,
    /// 決めた人と出力 / who decides, and the output
    #[command(flatten)]
    pub told: Told,
}
