//! What can go wrong in a home, said as: what, where, what to do next. Never patient data.

use std::fmt;
use std::path::{Path, PathBuf};

/// Result of everything here.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong. `Display` says what, where and what next; it never repeats its source and never holds patient data.
#[derive(Debug)]
pub enum Error {
    /// There already is a home at this path.
    Exists(PathBuf),
    /// There is no home at this path.
    NoHome(PathBuf),
    /// Another process writes to this home.
    Locked {
        /// The lock file.
        lock: PathBuf,
        /// Process number its holder wrote into it; 0 when none could be read.
        pid: u32,
    },
    /// No slot opened with the key given; names the slot tried.
    WrongKey {
        /// The slot, e.g. `key file …/home.key` or `passphrase`.
        slot: String,
    },
    /// There is no key slot of the kind to be removed.
    NoSlot,
    /// Without the key slots to be removed, nothing known here would open the home.
    LastSlot,
    /// The library linked is not SQLCipher, so data would lie open on the disk.
    NotEncrypted,
    /// The home was made by a newer program.
    Newer {
        /// Format of the home.
        found: u32,
        /// Newest format this program reads.
        known: u32,
    },
    /// The home was made by an older program, in a form this one does not read.
    Older {
        /// Format of the home.
        found: u32,
        /// Oldest format this program reads.
        known: u32,
    },
    /// Stored bytes are not what they must be.
    Damaged {
        /// Which bytes: a table and row number, or a file; never patient data.
        place: String,
    },
    /// The source has used its byte budget; its bytes stay where they are.
    Budget {
        /// Number of the source.
        source: u32,
        /// Its budget, bytes stored.
        budget: u64,
    },
    /// The disk is full, or refuses to be written. The batch was not kept; everything acknowledged before is.
    Full,
    /// A source number that this home does not have.
    NoSource(u32),
    /// A rename from a path that this patient has no bytes under: hand the file over as seen instead.
    NotHeld {
        /// Index of the arrival in the call.
        arrival: usize,
    },
    /// A write failed half-way and the work went on regardless: nothing of the batch was kept.
    Abandoned,
    /// It was stopped from outside, by a [`crate::Stopper`]: it took too long, or nobody waits for it.
    Stopped,
    /// A home to be filled with what another held has entries of its own.
    NotEmpty,
    /// A value is longer than its place in the stored bytes.
    TooLong {
        /// Which value.
        what: &'static str,
    },
    /// The operating system refused.
    Io {
        /// What was being done.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite refused, for a reason that has no name of its own here.
    Sql {
        /// SQLite's extended result code.
        code: i32,
        /// The library's error.
        source: rusqlite::Error,
    },
}

impl Error {
    /// An operating-system error met while `doing` something to `path`; a full disk becomes [`Error::Full`].
    pub(crate) fn io(doing: &'static str, path: &Path, source: std::io::Error) -> Error {
        match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::Full,
            _ => Error::Io { doing, path: path.to_owned(), source },
        }
    }

    /// Damage at a named place.
    pub(crate) fn damaged(place: impl Into<String>) -> Error {
        Error::Damaged { place: place.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ja, en) = self.of_the_home().unwrap_or_else(|| self.of_a_write());
        if ja.is_empty() { f.write_str(&en) } else { write!(f, "{ja}\n{en}") }
    }
}

/// What is said, Japanese and English. Words for the developer of a caller are English alone.
impl Error {
    /// Of a home and what opens it.
    fn of_the_home(&self) -> Option<(String, String)> {
        let words = match self {
            Error::Exists(at) => (
                format!("{}: すでにホームがあります。別のフォルダーにしてください。", at.display()),
                format!("{}: a home already exists: choose another folder", at.display()),
            ),
            Error::NoHome(at) => (
                format!("{}: ホームがありません。init で作ってください。", at.display()),
                format!("{}: no home here: make one with init", at.display()),
            ),
            Error::Locked { lock, pid } => (
                format!("{}: プロセス {pid} がこのホームに書いています。それを止めてください。", lock.display()),
                format!("{}: process {pid} is writing to this home: stop it first", lock.display()),
            ),
            Error::WrongKey { slot } => (
                format!("この鍵ではこのホームを開けません（試した鍵: {slot}）。このホームの鍵を使ってください。"),
                format!("the key does not open this home (tried {slot}): use its own key"),
            ),
            Error::NoSlot => (
                "このホームにパスフレーズはありません。何も変えていません。".to_owned(),
                "this home has no passphrase: nothing was changed".to_owned(),
            ),
            Error::LastSlot => (
                "開いた鍵そのものを取り除くと、このホームを開けなくなります。鍵ファイルで開いて実行してください。何も変えていません。"
                    .to_owned(),
                "removing the key that opened this home would lock it for ever: open it with its key file. Nothing was changed"
                    .to_owned(),
            ),
            Error::NotEncrypted => (
                "SQLite が SQLCipher ではありません。暗号化せずには保存しません。プログラムを入れ直してください。".to_owned(),
                "the SQLite library is not SQLCipher: refusing to store in the clear; install the program again".to_owned(),
            ),
            Error::Newer { found, known } => (
                format!("ホームの形式 {found} は、このプログラムの {known} より新しいものです。新しいプログラムを使ってください。"),
                format!("home format {found} is newer than this program's {known}: use the newer program"),
            ),
            Error::Older { found, known } => (
                format!(
                    "ホームの形式 {found} は、このプログラムの {known} より古いものです。このホームは作ったプログラムで開き、\
                     このプログラムには init で新しいホームを作り、取込をやり直してください。"
                ),
                format!(
                    "home format {found} is older than this program's {known}: open it with the program that made it, and \
                     for this one make a new home with init and feed it again"
                ),
            ),
            _ => return None,
        };
        Some(words)
    }

    /// Of what is stored and of storing.
    fn of_a_write(&self) -> (String, String) {
        match self {
            Error::Damaged { place } => (
                format!("破損: {place}。このホームのファイルをそのまま保全し、別の端末で取込をやり直してください。"),
                format!("damaged: {place}: keep this home's files as they are, and feed a new home on another station"),
            ),
            Error::Budget { source, budget } => (
                format!("連携元 {source} は割り当ての {budget} バイトを使い切りました。何が送られているかを確かめ、`source budget` で増やしてください。"),
                format!("source {source} has used its budget of {budget} bytes: look at what it sends, raise it with `source budget`"),
            ),
            Error::Full => (
                "ディスクがいっぱいか、書き込みを拒んでいます。この分は保存されていません（それより前は保存済みです）。空きを作ってください。".to_owned(),
                "the disk is full or refuses writes: this batch was not kept, all before it is; make room".to_owned(),
            ),
            Error::Stopped => (
                "時間がかかりすぎたため止めました。もう一度試してください。".to_owned(),
                "stopped, it took too long: try again".to_owned(),
            ),
            Error::Io { doing, path, .. } => (
                format!("{}: ファイルの操作に失敗しました。権限と空きを確かめてください。", path.display()),
                format!("{doing} failed on {}: check permissions and room", path.display()),
            ),
            Error::Sql { code, .. } => (
                format!("データベースが受け付けませんでした（コード {code}）。doctor を実行してください。"),
                format!("the database refused (code {code}): run doctor"),
            ),
            Error::NotEmpty => (
                "このホームには別の記録がすでにあります。新しいフォルダーへ復元してください。何も変えていません。".to_owned(),
                "this home has entries of its own: restore into a new folder; nothing was changed".to_owned(),
            ),
            Error::NoSource(no) => (String::new(), format!("this home has no source {no}: add it first")),
            Error::NotHeld { arrival } => {
                (String::new(), format!("arrival {arrival} renames a path whose bytes are not held: hand it over as seen"))
            }
            Error::Abandoned => {
                (String::new(), "a write of this batch failed: nothing of it was kept, try it again".to_owned())
            }
            Error::TooLong { what } => (
                String::new(),
                format!("{what} is longer than the stored form allows: shorten it"),
            ),
            // Told by `of_the_home`, which is asked first.
            Error::Exists(_)
            | Error::NoHome(_)
            | Error::Locked { .. }
            | Error::WrongKey { .. }
            | Error::NoSlot
            | Error::LastSlot
            | Error::NotEncrypted
            | Error::Newer { .. }
            | Error::Older { .. } => (String::new(), String::new()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            Error::Sql { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// SQLite's result code for a statement that was interrupted.
const SQLITE_INTERRUPT: i32 = 9;
/// SQLite's result code for "no room", and its extended codes for writes the system cut short.
const SQLITE_FULL: i32 = 13;
/// SQLite's result codes for pages that are not what was written: SQLITE_CORRUPT and SQLITE_NOTADB.
const DAMAGED: [i32; 2] = [11, 26];
const CUT_SHORT: [i32; 3] = [778, 1034, 4874]; // SQLITE_IOERR_WRITE, _FSYNC, _SHMSIZE

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Error {
        let code = source.sqlite_error().map_or(0, |error| error.extended_code);
        if code & 0xff == SQLITE_FULL || CUT_SHORT.contains(&code) {
            return Error::Full;
        }
        if code & 0xff == SQLITE_INTERRUPT {
            return Error::Stopped;
        }
        if DAMAGED.contains(&(code & 0xff)) {
            return Error::damaged(format!("database page (code {code})"));
        }
        Error::Sql { code, source }
    }
}
