//! The words of the command line. Every help text is Japanese, then English.

pub mod command;
pub mod departments;
pub mod desk;
pub mod devices;
mod drill;
mod envelope;
pub mod gate;
mod keys;
pub mod orders;
pub mod package;
mod people;
mod print;
mod printing;
pub mod prove;
pub mod registers;
pub mod station;
pub mod telephone;
pub mod vault;
pub mod vault_log;
pub mod vault_probe;
pub mod vault_receive;
pub mod ward;
pub mod whereabouts;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use drill::{Drill, DrillHospital, DrillLive, DrillTimeline};
pub use envelope::{EnvelopeMake, EnvelopePlanWords, EnvelopeWords};
pub use keys::{Ceremony, Combine, DrillKeys, Keys, Passphrase};
pub use people::{AccountWords, Audit, People};
pub use print::{
    Disagreements, DisagreementsAct, HandIn, Print, PrintActionCards, PrintCalls, PrintCards, PrintChronology,
    PrintInstitution, PrintLabels, PrintPatient, PrintQueue, PrintRegister, PrintResults, PrintSheet, PrintTo,
    PrintVisit, PrintWard, Scan, Sheets, SheetsAct,
};
pub use printing::{Memo, Out, PlanSet, PlanWords, PrintDays, PrinterAdd, PrinterWords};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "andon",
    version,
    about = "行灯: 電子カルテが止まっている間、病院の仕事を続けるためのプログラム\n\
             Andon: keeps a hospital working while its electronic medical record is dark",
    after_help = "終了コード / exit codes: 0 できた ok · 1 できなかった failed · 2 使い方の誤り usage · \
                  3 古い・一部だけ stale or partial · 4 保存内容の破損 integrity",
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Words {
    /// この端末のホーム（フォルダー） / this station's folder
    #[arg(long, global = true, env = "ANDON_HOME", default_value_os_t = default_home(), value_name = "DIR")]
    pub home: PathBuf,
    /// 鍵ファイル（省略時はホームの中のもの） / key file, if not the one in the home
    #[arg(long, global = true, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// 鍵保管者の鍵（age の鍵ファイル）で開く / open with the officers' age identity file
    #[arg(long, global = true, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// パスフレーズを読むファイル。`-` は標準入力で、端末なら尋ねる / file that holds the passphrase; `-` is standard input, and
    /// asks on a terminal
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// 何をするか / what to do
    #[command(subcommand)]
    pub command: Command,
}

fn default_home() -> PathBuf {
    std::env::home_dir().unwrap_or_default().join(".andon")
}

/// `andon safety`
#[derive(Debug, Args)]
pub struct Safety {
    /// 何週分（今週まで） / how many weeks, up to this one
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u8).range(1..=104))]
    pub weeks: u8,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// この端末のホームを作る / make this station's home
    Init(Init),
    /// SS-MIX2 の保存先を読み、変化を取り込む / read SS-MIX2 roots and take in what changes
    Feed(Feed),
    /// 患者をさがす（番号・かな・漢字・ローマ字・生年月日） / find a patient (number, kana, kanji, romaji, birth date)
    Search(Search),
    /// 停止時カルテを表示する / show a downtime chart
    Chart(Chart),
    /// 病棟の一覧、または1つの病棟のベッド順の患者 / the wards, or the patients of one ward by bed
    Ward(Ward),
    /// 予約・検査・入退院の予定（コピーにあるものだけ） / who comes on a day: appointments, tests, admissions in the copy
    Appointments(Box<telephone::Appointments>),
    /// データ時点と解読できないデータの数 / how fresh each source is and what could not be decoded
    Status(Json),
    /// 保存内容を検査し、索引を作り直す / verify what is stored; rebuild the indexes
    Doctor(Doctor),
    /// 連携元の一覧と、連携元ごとの上限 / the sources, and the limits of each
    #[command(subcommand)]
    Source(Source),
    /// 関門: 異常な連携元の保留と解除 / the gate: sources gone bad, what is held back, and its release
    #[command(subcommand)]
    Gate(gate::Gate),
    /// 鍵: パスフレーズ、保管庫の鍵の作成・分割・組み立て・更新・訓練 / keys: passphrase; making, combining, rotating and drilling
    /// the vault's key
    #[command(subcommand)]
    Keys(Keys),
    /// 画面を開く（この端末の 127.0.0.1 だけ）。登録済みの保存先の取込も続ける / pages on 127.0.0.1; goes on feeding the known sources
    Serve(Serve),
    /// 帳票を PDF にする（病棟の束、患者サマリー、記入用紙） / print sheets as PDF: a ward's pack, a patient's summary, forms
    #[command(subcommand)]
    Print(Print),
    /// 印刷する先: プリンター（CUPS・IPP）、フォルダー、スティック / where to print: printers (CUPS, IPP), folders, sticks
    #[command(subcommand)]
    Printer(PrinterWords),
    /// 印刷予定: 毎日なにを・何時に・どこへ / what is printed every day, when and where
    #[command(subcommand)]
    Plan(PlanWords),
    /// 病棟の申し送りメモ（次の束に入る） / a ward's memo, printed with its next pack
    Memo(Memo),
    /// 保管庫: 取り込んだものを封じて保管し、確かめる / the vault: what is received, sealed, kept and proved
    #[command(subcommand)]
    Vault(vault::VaultWords),
    /// 復元確認: 別の機械で、保管庫の写しを開いて確かめ、署名した結果を書く / prove a copy of a vault on another machine, and sign what was found
    Prove(prove::Prove),
    /// 保管庫から、動く端末を作る（何もない機械で、ネットワークなしで） / a working station out of a vault, on a bare machine with no network
    Restore(vault::Restore),
    /// 戻った紙のスキャンを取り込み、カルテか仕分け待ちに入れる / take in scans of paper that came back: each page on its chart, or waiting
    Scan(Scan),
    /// 患者が持ってきたお薬手帳・処方箋の二次元コードをカルテに入れる / codes of a medicine notebook or prescription onto the chart
    HandIn(HandIn),
    /// 要確認: 持込と写しの食い違いの一覧、確認した内容の記録 / where what was handed in and the copy disagree
    Disagreements(Disagreements),
    /// 帳票台帳: 出した紙がどこにあるか / the ledger of paper: every sheet given out and what became of it
    Sheets(Sheets),
    /// 所在: どの紙カルテ・箱・フィルム・文書を、いつからだれが持っているか / where charts, boxes, films and letters of paper are
    Whereabouts(whereabouts::Whereabouts),
    /// The child of `scan`; nobody types it.
    #[command(name = crate::sheets::reading::CHILD, hide = true)]
    ReadScan {
        /// Page and pixels of a picture; none: look at all pages.
        words: Vec<String>,
    },
    /// 閲覧用カルテファイル: 何も入れていないPCのブラウザーで開く、暗号化したカルテ / chart files that any browser opens, sealed
    #[command(subcommand)]
    Envelope(EnvelopeWords),
    /// 職員（だれが入れるか）と緊急開封カード / staff who may come in, and sealed cards
    #[command(subcommand)]
    People(People),
    /// だれが何を見たかの記録 / who looked at what
    Audit(Audit),
    /// 2つの番号が同じ人であると記録する（カルテは1枚に見える） / record that two numbers are one person
    Link(Link),
    /// 秘匿（問合せ不可・面会制限・氏名掲示不可・職員患者）を設定・解除する / keep a patient back, or no longer
    Flag(Flag),
    /// その記録を取り消す（2枚のカルテは元どおり） / take that back; both charts are as before
    Unlink(Link),
    /// 端末: カードの書き出し、登録、取消、一覧 / stations of the hospital: card, trust, revoke, list
    #[command(subcommand)]
    Station(station::StationWords),
    /// 端末の間で記録を運ぶ: 書き出し、取り込み、どこまで受信したか / carry entries between stations; how much of each log is here
    #[command(subcommand)]
    Log(station::LogWords),
    /// 受付: 本人確認、受付番号、受付で知った氏名、仮患者、決まり / the desk: identify, receive, learned names, temporary patients, rules
    #[command(subcommand)]
    Reception(desk::Reception),
    /// 受診状況: だれがどこで待つか、進める、用紙の入力 / the queue: who waits where; moves; rows of paper
    Queue(desk::Queue),
    /// 電話: かけてきた人を確かめ、予約と言うことを見て、記録する・折り返す / the phone desk: who rings, appointments, what to say, calls back
    #[command(subcommand)]
    Telephone(telephone::Telephone),
    /// 処方・指示の照合: アレルギー・重複・量・腎機能を薬品名で。記録、中止、一覧 / orders written on paper: checked by names, entered, stopped, listed
    #[command(subcommand)]
    Order(orders::Orders),
    /// 電話リスト: 予約の患者に順に電話する / lists of patients to be rung
    Calls(telephone::Calls),
    /// 部門受付: 伝票、届いていないもの、パニック値、結果の受け渡し、疑義照会 / department desks: slips, what is missing, critical values, deliveries
    #[command(subcommand)]
    Desk(departments::Desk),
    /// 検査結果: 入れる、装置のファイルを取り込む、照合、訂正 / results: type, take in an analyser's file, confirm, correct
    #[command(subcommand)]
    Results(departments::Results),
    /// 停止を宣言する・確認する・取り消す、病院体制、基本方針、終了 / declare a stop; confirm, cancel, level, policy, end
    Declare(command::Declare),
    /// クロノロ: 書く、直す、一覧、CSV・JSON / the chronology: add, correct, list, CSV, JSON
    Chronology(command::Chronology),
    /// 機器調査台帳: 登録、状態（LAN切離し・感染・保全・初期化・検証・返却） / the register of devices under examination
    Devices(devices::Devices),
    /// 本部台帳（診療の可否、システム、指示、組織、届出…）を見る・記録する / the registers of headquarters: services, systems, orders, posts, notices owed and more
    Register(registers::Registers),
    /// インシデント報告の週ごとの件数（原因別）と、変えたこと。報告は `register safety add` / incident reports by week and cause, and what was
    /// changed; to report: `register safety add`
    Safety(Safety),
    /// 本部ボード: 何日目、体制、方針、未対応の数、端末 / headquarters' board
    Board(Json),
    /// 次の会議の議題（部門報告・指示・届出・要確認から集める） / the agenda of the next meeting, drawn together from the registers
    Agenda(Json),
    /// 提出資料: 警察・有識者会議・公表用（伏せるものを伏せ、照合値を付けて） / papers handed over: police, experts, publication, redacted, with sums
    #[command(subcommand)]
    Package(package::PackageWords),
    /// 架空の病院を作る・動かす / make and run a hospital that does not exist
    #[command(subcommand)]
    Drill(Drill),
    /// 架空の120床の病院で試す。60秒後に電子カルテが止まる / try it: a synthetic 120-bed hospital whose EMR stops after 60 s
    Demo(Demo),
    /// 入力補完を出力する / print shell completions
    Completions {
        /// シェル / shell
        shell: clap_complete::Shell,
    },
    /// man ページを書き出す / write the man pages
    Man {
        /// 書き出すフォルダー / folder to write to
        out: PathBuf,
    },
}

/// `andon init`
#[derive(Debug, Args)]
pub struct Init {
    /// 何も尋ねない / ask nothing
    #[arg(long)]
    pub yes: bool,
    /// 訓練用のホーム（あとから変えられない） / a training home; cannot be changed later
    #[arg(long)]
    pub training: bool,
    /// 病院名 / the hospital's name
    #[arg(long, value_name = "NAME")]
    pub hospital: Option<String>,
    /// 緊急開封カードを置く病棟。省略すると3枚を病棟名なしで作る / wards that get a sealed card; none: three cards without a name
    #[arg(long, value_delimiter = ',', value_name = "WARDS")]
    pub wards: Vec<String>,
    /// 患者番号を付けた主体（医療機関コードなど） / who assigns the patient numbers, e.g. the institution code
    #[arg(long, value_name = "CODE")]
    pub authority: Option<String>,
    /// 鍵の写しを別の場所で預かる二人目の人の氏名 / who else keeps a copy of the key, elsewhere
    #[arg(long, value_name = "NAME")]
    pub second_holder: Option<String>,
}

/// `andon feed`
#[derive(Debug, Args)]
pub struct Feed {
    /// SS-MIX2 の保存先（またはその親）。省略すると登録済みのもの / SS-MIX2 roots, or a folder that holds them; none: those known
    pub roots: Vec<PathBuf>,
    /// 一度読んで終わる / read once and end
    #[arg(long)]
    pub once: bool,
    /// 何分届かなければ「途絶」とするか / minutes of silence before the bar turns red
    #[arg(long, default_value_t = 60, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..))]
    pub silence: u32,
    /// 連携元の異常に気づいたとき動かす病院の命令（held|missing 連携元 理由 時刻） / a command of the hospital's, run when a source goes bad
    #[arg(long, value_name = "COMMAND", conflicts_with = "once")]
    pub on_alarm: Option<PathBuf>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon search`
#[derive(Debug, Args)]
pub struct Search {
    /// さがす言葉。空白で区切るとすべてに合うもの / what to look for; several words must all match
    #[arg(required = true)]
    pub query: Vec<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
    /// 最大件数 / at most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub limit: u16,
}

/// `andon chart`
#[derive(Debug, Args)]
pub struct Chart {
    /// 患者番号 / the patient's number
    pub id: String,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
    /// その時点のカルテ（2021-10-31T00:30 など） / the chart as of a time
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// 番号を付けた主体（省略時はこのホームのもの） / the assigning authority, if not this home's
    #[arg(long, value_name = "CODE")]
    pub authority: Option<String>,
}

/// `andon ward`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Ward {
    /// 何を記録するか（省略時は一覧） / what to write; left out, the list
    #[command(subcommand)]
    pub act: Option<ward::WardAct>,
    /// 病棟（コード、または 3東 など）。省略すると病棟の一覧 / the ward; none: the list of wards
    pub ward: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Only `--json`.
#[derive(Debug, Args)]
pub struct Json {
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon doctor`
#[derive(Debug, Args)]
pub struct Doctor {
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
    /// 索引を捨てて、受け取ったバイトから作り直す / throw the indexes away and rebuild them from the bytes received
    #[arg(long)]
    pub rebuild_indexes: bool,
    /// この端末の記録の新しい世代を始める。ホームを写しから戻したあとに一度だけ / begin a new incarnation of this
    /// station's log: once, after its home was restored from a copy
    #[arg(long, requires_all = ["by", "reason"])]
    pub new_incarnation: bool,
    /// 決めた人の氏名 / who decided
    #[arg(long, value_name = "NAME", requires = "new_incarnation")]
    pub by: Option<String>,
    /// 理由 / why
    #[arg(long, value_name = "WORDS", requires = "new_incarnation")]
    pub reason: Option<String>,
}

/// `andon source …`
#[derive(Debug, Subcommand)]
pub enum Source {
    /// 連携元と、その上限を表示する / show the sources and their limits
    List(Json),
    /// 連携元がこのホームに置けるバイト数（圧縮後）を決める / set how many bytes, compressed, a source may hold here
    Budget {
        /// 連携元の名前 / the source's name
        name: String,
        /// バイト数。`64G` のようにも書ける / bytes; `64G` will do
        #[arg(value_parser = read_bytes)]
        bytes: u64,
    },
    /// 患者番号の検査数字（チェックデジット）の決まり。付けて打った番号でもさがせる / the scheme of the check digits that
    /// patient numbers end in, so that a number typed with its check digit is found
    CheckDigit {
        /// 方式 / scheme
        #[arg(value_parser = ["none", "luhn", "mod10w3", "mod11", "7dr", "9dr", "mod97", "verhoeff"])]
        scheme: String,
    },
    /// 何分届かなければ「途絶」とするかを決める / set after how many minutes without news the bar turns red
    Silence {
        /// 連携元の名前 / the source's name
        name: String,
        /// 分 / minutes
        #[arg(value_parser = clap::value_parser!(u32).range(1..))]
        minutes: u32,
    },
}

/// Bytes as a person writes them: a whole number, or one with K, M, G or T (1024 each).
fn read_bytes(text: &str) -> Result<u64, String> {
    let (digits, shift) = match text.strip_suffix(['K', 'M', 'G', 'T']) {
        Some(digits) => (digits, 10 * (1 + "KMGT".find(&text[digits.len()..]).unwrap_or(0))),
        None => (text, 0),
    };
    let number: Option<u64> = digits.parse().ok();
    // SQLite keeps 63 bits.
    let bytes = number.and_then(|number| number.checked_mul(1 << shift)).filter(|bytes| i64::try_from(*bytes).is_ok());
    bytes.ok_or_else(|| "整数か、64G のように書いてください / a whole number, or as in 64G".to_owned())
}

/// `andon serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// ポート（0は空いているもの） / port; 0: any free one
    #[arg(long, default_value_t = 8421)]
    pub port: u16,
    /// 取込をしない（表示だけ） / pages only, no feeding
    #[arg(long)]
    pub no_feed: bool,
    /// 院内LANから切り離したスイッチの上の、この端末のアドレスとポート。ほかのPCやタブレットから見る / also for other PCs: this
    /// machine's address and port on a switch apart from the hospital network
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub lan: Option<std::net::SocketAddr>,
    /// そのスイッチが行灯だけにつながっていると、--by の人が申告する（暗号化しない） / the person of --by vouches that the
    /// switch joins nothing but Andon; no TLS
    #[arg(long, requires_all = ["lan", "by"])]
    pub own_switch: bool,
    /// 申告する人の氏名 / who vouches
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 登録した端末と記録をやりとりするため、この端末で待つアドレスとポート / where registered stations come to exchange entries: this
    /// machine's address and port
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub exchange: Option<std::net::SocketAddr>,
    /// スキャナーの共有フォルダー。置かれたファイルを取り込む / a scanner's folder: what is laid there is taken in
    #[arg(long, value_name = "DIR")]
    pub inbox: Option<PathBuf>,
    /// 送り状のある束は、最後のページから何秒何も届かなければ終わりとみなすか / seconds after the last page until a stack behind a
    /// batch header is whole
    #[arg(long, default_value_t = crate::sheets::inbox::QUIET_SECONDS, value_name = "SECONDS", requires = "inbox", value_parser = clap::value_parser!(u64).range(1..=90))]
    pub inbox_quiet: u64,
    /// 連携元の異常に気づいたとき動かす病院の命令（held|missing 連携元 理由 時刻） / a command of the hospital's, run when a source goes bad
    #[arg(long, value_name = "COMMAND")]
    pub on_alarm: Option<PathBuf>,
    /// あわせて取り込む保存先 / roots to feed as well
    pub roots: Vec<PathBuf>,
    /// 何分届かなければ「途絶」とするか / minutes of silence before the bar turns red
    #[arg(long, default_value_t = 60, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..))]
    pub silence: u32,
}

/// `andon link` and `andon unlink`
#[derive(Clone, Debug, Args)]
pub struct Link {
    /// 1つ目の番号 / the first number
    pub one: String,
    /// 2つ目の番号 / the second number
    pub other: String,
    /// 決めた人の氏名 / who decided
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// 理由 / why
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
}

/// `andon flag`
#[derive(Debug, Args)]
pub struct Flag {
    /// 患者番号 / the patient's number
    pub id: String,
    /// 秘匿の種類 / what is kept back
    #[arg(value_enum)]
    pub flag: crate::event::Flag,
    /// 解除する / no longer
    #[arg(long)]
    pub off: bool,
    /// 決めた人の氏名 / who decided
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// 理由 / why
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
}

/// `andon demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// 患者数 / patients
    #[arg(long, default_value_t = 600)]
    pub patients: u32,
    /// 何秒後に電子カルテを止めるか / the EMR stops after so many seconds
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub stop_after: u64,
    /// ポート（0は空いているもの） / port; 0: any free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// 置き場所（省略時は一時フォルダー。終わると消す） / where to put it; none: a temporary folder, removed at the end
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// 種 / seed
    #[arg(long, default_value_t = 20_211_031)]
    pub seed: u64,
}
