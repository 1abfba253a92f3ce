//! The words of `andon station` and `andon log`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `andon station …`
#[derive(Debug, Subcommand)]
pub enum StationWords {
    /// この端末のカードを書き出す（公開鍵と名前。秘密はない）。コードは別の手段で伝える / write this station's card; tell its code another way
    Card(StationCard),
    /// 相手の端末のカードを、コードを確かめて登録する / know another station by its card, once the code agrees
    Trust(StationTrust),
    /// 院内LANで、一方の画面に出る短いコードをもう一方で打ち、互いに登録する / know each other on the network, by a short code that one
    /// shows and a person types at the other
    Pair(StationPair),
    /// ほかの端末が記録を受け取るアドレスを登録する / where another station takes in entries on the network
    Address(StationAddress),
    /// 端末の登録を取り消す。それより後の記録は、保存して表示するが、数えない / a station is no longer the hospital's
    Revoke(StationRevoke),
    /// 登録の鍵: 鍵保管者のカードで署名した登録・取消が、どの端末でも数えられる / the membership key, by which officers' cards sign who belongs
    Key(StationKey),
    /// ほかの端末に、この端末のカルテの写しを渡すことを許可する（またはやめる） / allow another station to have the charts of this one, or no
    /// longer
    GiveCharts(GiveCharts),
    /// ほかの端末のカルテの写しを受け取り続ける（その端末での許可が要る） / take another station's charts from now on; people there allow it
    Follow(Follow),
    /// カルテの写しを受け取るのをやめる。ある写しは残る / take them no longer; those that are here stay
    Unfollow(Follow),
    /// カルテの写しを、1つの端末に宛てたファイルに書き出す（USBメモリーなどで運ぶ）。相手は `andon log import` で取り込む / write charts for one
    /// station to a file, for a stick; taken in there by `andon log import`
    Charts(ChartsFor),
    /// 端末の一覧と、それぞれどこまで受信したか / the stations, and how much of each log is here
    List(super::Json),
}

/// `andon station give-charts`
#[derive(Debug, Args)]
pub struct GiveCharts {
    /// 渡す相手の端末の名前、または番号（はじめの数桁） / its name, or the beginning of its number
    pub station: String,
    /// もう渡さない。渡した写しは相手に残る / no longer; what it has stays there
    #[arg(long)]
    pub stop: bool,
    /// 理由 / why
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub reason: String,
    /// 許可する人の氏名 / who allows it
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `andon station follow`, `andon station unfollow`
#[derive(Debug, Args)]
pub struct Follow {
    /// 写しをもらう端末の名前、または番号（はじめの数桁） / its name, or the beginning of its number
    pub station: String,
    /// 行う人（省略時はこの端末の利用者） / who says so; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// `andon station charts`
#[derive(Debug, Args)]
pub struct ChartsFor {
    /// 宛先の端末の名前、または番号（はじめの数桁） / the station it is for, by name or the beginning of its number
    #[arg(long = "for", value_name = "STATION")]
    pub station: String,
    /// 書き出すファイル。入りきらなければ FILE.2、FILE.3 … と続く / the file to write; what does not fit goes on in FILE.2, FILE.3 …
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// この位置から（相手の `andon station list` が言う位置）。省略時は、前に書き出したものの続き、はじめは全部 / from this place on, which
    /// `andon station list` there names; else behind what was written last, the first time all
    #[arg(long, value_name = "NO")]
    pub since: Option<u64>,
    /// 書き出す人（省略時はこの端末の利用者） / who writes it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon station card`
#[derive(Debug, Args)]
pub struct StationCard {
    /// 書き出すファイル / the file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// 端末の名前（例 3病棟） / its name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// 番号の頭文字（例 3病）、4文字まで / what its numbers begin with, at most four characters
    #[arg(long, value_name = "MARK")]
    pub mark: Option<String>,
    /// 行う人（省略時はこの端末の利用者） / who does it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon station trust`
#[derive(Debug, Args)]
pub struct StationTrust {
    /// 相手の端末のカード / the other station's card
    pub file: PathBuf,
    /// 相手の画面に出ているコード（電話や紙で聞いたもの） / the code shown there, heard by telephone or read on paper
    #[arg(long, value_name = "CODE")]
    pub code: String,
    /// 本部の端末として登録する（その端末が登録した端末も、ここで数える） / as headquarters: stations that it admits count here too
    #[arg(long)]
    pub headquarters: bool,
    /// 鍵保管者のカードで署名する（ファイル、`-` は標準入力。端末なら尋ねる）。登録の鍵を知るすべての端末で数える / sign with officers'
    /// cards: then it counts at every station that knows the membership key
    #[arg(long, value_name = "SHARE", num_args = 1..)]
    pub cards: Vec<PathBuf>,
    /// 登録する人（省略時はこの端末の利用者） / who admits it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon station pair`
#[derive(Debug, Args)]
pub struct StationPair {
    /// コードを出して待っている端末のアドレス。コードは標準入力で尋ねる / the station that shows the code; the code is asked for on standard
    /// input
    #[arg(value_name = "ADDRESS:PORT", required_unless_present = "listen", conflicts_with = "listen")]
    pub address: Option<SocketAddr>,
    /// この端末でコードを出して待つ（5分、間違いは3回まで） / show a code here and wait, five minutes and three tries
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// 相手を本部の端末として登録する / the other is headquarters: stations that it admits count here too
    #[arg(long)]
    pub headquarters: bool,
    /// 登録する人（省略時はこの端末の利用者） / who admits it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon station address`
#[derive(Debug, Args)]
pub struct StationAddress {
    /// 端末の名前、または番号（はじめの数桁） / its name, or the beginning of its number
    pub station: String,
    /// アドレスとポート（例 192.168.10.5:8445） / address and port
    #[arg(value_name = "ADDRESS:PORT", required_unless_present = "none", conflicts_with = "none")]
    pub address: Option<SocketAddr>,
    /// もう使わない / none any more
    #[arg(long)]
    pub none: bool,
    /// 登録する人（省略時はこの端末の利用者） / who says so; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// `andon station revoke`
#[derive(Debug, Args)]
pub struct StationRevoke {
    /// 端末の名前、または番号（はじめの数桁） / its name, or the beginning of its number
    pub station: String,
    /// この番号までは数える（省略時は今あるところまで） / its log counts up to this number; up to now if left out
    #[arg(long, value_name = "NO")]
    pub last: Option<u64>,
    /// 理由 / why
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
    /// 鍵保管者のカードで署名する（ファイル、`-` は標準入力。端末なら尋ねる）。登録の鍵を知るすべての端末で数える / sign with officers'
    /// cards: then it counts at every station that knows the membership key
    #[arg(long, value_name = "SHARE", num_args = 1..)]
    pub cards: Vec<PathBuf>,
    /// 決めた人の氏名 / who decided
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `andon station key`
#[derive(Debug, Args)]
pub struct StationKey {
    /// 鍵保管者のカードから、この病院の登録の鍵を知る（鍵はメモリーの中だけ） / know the membership key by the officers' cards; it stays in memory
    #[arg(long, value_name = "SHARE", num_args = 1.., conflicts_with = "forget")]
    pub cards: Vec<PathBuf>,
    /// この鍵の署名を、もう数えない（カードが盗まれたとき）。鍵のはじめの数桁 / trust this key no longer: the beginning of it
    #[arg(long, value_name = "KEY")]
    pub forget: Option<String>,
    /// 行う人（省略時はこの端末の利用者） / who does it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon log …`
#[derive(Debug, Subcommand)]
pub enum LogWords {
    /// ほかの端末がまだ持っていない記録を、1つのファイルに書き出す（USBメモリーなどで運ぶ） / write what the others do not have yet
    Export(LogExport),
    /// ほかの端末が書き出したファイルを取り込む（何回でもよい） / take in what another station exported; again does no harm
    Import(LogImport),
    /// 院内LANで相手の端末と記録をやりとりする（相手の足りない分を送り、こちらの足りない分を受け取る） / exchange entries with another station on
    /// the network, both ways
    Send(LogSend),
    /// 端末ごとに、どこまで受信したか・抜けている番号・経過時間。抜けや食い違いがあれば終了コード 3 / how much of each log is here;
    /// exit 3 where something is missing
    Heads(super::Json),
}

/// `andon log export`
#[derive(Debug, Args)]
pub struct LogExport {
    /// 書き出すファイル / the file to write
    pub file: PathBuf,
    /// 相手が持っているものも含め、全部 / everything, whatever the others have
    #[arg(long)]
    pub all: bool,
    /// ファイルではなく二次元コードの紙（PDF）にする。相手はバーコードリーダーで読み取る / codes on paper (a PDF), for a scanner to read
    #[arg(long)]
    pub paper: bool,
    /// この端末だけに宛てる（名前・標識・番号。何度でも）。その端末が持っていないものだけが入る / only for this station (name, mark or
    /// number; any number of times): what it is not known to hold
    #[arg(long = "for", value_name = "STATION")]
    pub stations: Vec<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon log import`
#[derive(Debug, Args)]
pub struct LogImport {
    /// 取り込むファイル。`-` は、紙の二次元コードをバーコードリーダーで読み取る / files to take in; `-`: codes on paper, read by a scanner that
    /// types
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon log send`
#[derive(Debug, Args)]
pub struct LogSend {
    /// 相手の端末（名前、または番号のはじめの数桁） / the stations, by name or the beginning of a number
    #[arg(value_name = "STATION", required_unless_present = "all", conflicts_with = "all")]
    pub stations: Vec<String>,
    /// アドレスが分かっている端末すべて / every station whose address is known
    #[arg(long)]
    pub all: bool,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}
