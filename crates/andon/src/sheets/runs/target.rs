//! Where a run goes: a printer that speaks IPP, a folder, or a stick. Whether it is ready is asked before a run takes its number.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::ipp::{self, Seen};

/// The file by which a stick is known: a mount point without it is a stick that is not in.
pub const STICK_MARK: &str = "ANDON-STICK.txt";
/// The folder of ours on a stick.
const STICK_FOLDER: &str = "andon";
/// Between two looks at a job.
const LOOK: Duration = Duration::from_millis(500);

/// Where a run goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `ipp://host:port/path`: CUPS, or a printer itself.
    Ipp(String),
    /// A folder of this machine.
    Folder(PathBuf),
    /// A stick, by where it is mounted and the word in its [`STICK_MARK`].
    Stick(PathBuf, String),
}

/// Why a run cannot go there: a stable word, and what the printer or the system said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// `unreachable`, `stopped`, `not_accepting`, `no_pdf`, `refused`, `address`, `no_folder`, `no_stick`, `other_stick`,
    /// `not_written`, `ended`, `too_long`, `not_made`.
    pub code: &'static str,
    /// More, in words not ours.
    pub words: String,
}

impl Trouble {
    /// A trouble by its word.
    pub fn of(code: &'static str, words: &str) -> Trouble {
        Trouble { code, words: words.to_owned() }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.words)
    }
}

/// A printer that would take a document.
#[derive(Debug, Default)]
pub struct Ready {
    /// What it remarks all the same: `toner-low-warning`.
    pub remarks: String,
}

/// An address as IPP takes it: a queue's name in Japanese, or with a blank, in percent (RFC 3986 §2.1). What is in percent stays.
fn encoded(address: &str) -> String {
    address
        .bytes()
        .map(|byte| if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

impl Target {
    /// Reads what [`Target`]'s `Display` writes.
    pub fn read(text: &str) -> Option<Target> {
        let (kind, rest) = text.split_once(':')?;
        match kind {
            "ipp" => Some(Target::Ipp(encoded(text))),
            "folder" => Some(Target::Folder(PathBuf::from(rest))),
            "stick" => {
                let (word, path) = rest.split_once(':')?;
                Some(Target::Stick(PathBuf::from(path), word.to_owned()))
            }
            _ => None,
        }
    }

    /// Where files are laid; a printer has no such place.
    pub fn folder(&self) -> Option<PathBuf> {
        match self {
            Target::Ipp(_) => None,
            Target::Folder(folder) => Some(folder.clone()),
            Target::Stick(mount, _) => Some(mount.join(STICK_FOLDER)),
        }
    }

    /// Whether it would take a run now.
    ///
    /// # Errors
    /// Why not.
    pub fn ready(&self) -> Result<Ready, Trouble> {
        match self {
            Target::Ipp(address) => ipp::ready(address),
            Target::Folder(folder) if folder.is_dir() => Ok(Ready::default()),
            Target::Folder(folder) => Err(Trouble::of("no_folder", &folder.display().to_string())),
            Target::Stick(mount, word) => is_in(mount, word),
        }
    }

    /// Hands a run over and waits until it came out, for as long as `patience`. `stuck` hears once of each new reason why it stands
    /// still.
    ///
    /// # Errors
    /// Why it did not come out; it will not come out later.
    pub fn print(
        &self,
        name: &str,
        pdf: &[u8],
        patience: Duration,
        stuck: &mut dyn FnMut(&str),
    ) -> Result<(), Trouble> {
        match self {
            Target::Ipp(address) => print_by_ipp(address, name, pdf, patience, stuck),
            Target::Folder(folder) => lay(folder, name, pdf),
            Target::Stick(mount, word) => is_in(mount, word).and_then(|_| lay(&mount.join(STICK_FOLDER), name, pdf)),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Ipp(address) => write!(f, "{address}"),
            Target::Folder(folder) => write!(f, "folder:{}", folder.display()),
            Target::Stick(mount, word) => write!(f, "stick:{word}:{}", mount.display()),
        }
    }
}

fn print_by_ipp(
    address: &str,
    name: &str,
    pdf: &[u8],
    patience: Duration,
    stuck: &mut dyn FnMut(&str),
) -> Result<(), Trouble> {
    let job = ipp::send(address, name, pdf)?;
    let (until, mut told) = (Instant::now() + patience, String::new());
    loop {
        let why = match ipp::seen(address, job) {
            Ok(Seen::Done) => return Ok(()),
            Ok(Seen::Ended(reasons)) => return Err(Trouble::of("ended", &reasons)),
            Ok(Seen::Going) => String::new(),
            Ok(Seen::Still(reasons)) => reasons,
            Err(trouble) => trouble.to_string(),
        };
        if !why.is_empty() && why != told {
            stuck(&why);
            told.clone_from(&why);
        }
        if Instant::now() > until {
            ipp::cancel(address, job);
            return Err(Trouble::of("too_long", if why.is_empty() { &told } else { &why }));
        }
        std::thread::sleep(LOOK);
    }
}

/// A document as a file, whole or not at all, on disk before it counts as there.
fn lay(folder: &Path, name: &str, pdf: &[u8]) -> Result<(), Trouble> {
    let written = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let (part, whole) = (folder.join(format!(".{name}.part")), folder.join(format!("{name}.pdf")));
        let mut file = fs::File::create(&part)?;
        file.write_all(pdf)?;
        file.sync_all()?;
        fs::rename(&part, whole)?;
        fs::File::open(folder)?.sync_all()
    };
    written().map_err(|error| Trouble::of("not_written", &error.kind().to_string()))
}

/// Whether the stick of this word is in.
fn is_in(mount: &Path, word: &str) -> Result<Ready, Trouble> {
    let place = mount.display().to_string();
    let said = fs::read_to_string(mount.join(STICK_MARK)).map_err(|_| Trouble::of("no_stick", &place))?;
    if said.lines().any(|line| line.trim() == word) {
        Ok(Ready::default())
    } else {
        Err(Trouble::of("other_stick", &place))
    }
}

/// Marks a stick as ours, so that it is known again.
///
/// # Errors
/// When nothing can be written there.
pub fn mark_stick(mount: &Path, word: &str) -> std::io::Result<()> {
    let about = "行灯の印刷用スティックです。患者の帳票（PDF、暗号化なし）が入ります。鍵のかかる場所に置いてください。\n\
                 A stick for Andon's sheets: PDF of patients, not encrypted. Keep it locked away.\n";
    fs::write(mount.join(STICK_MARK), format!("{about}{word}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_read_as_it_is_written() {
        for text in ["ipp://127.0.0.1:631/printers/w3", "folder:/srv/print", "stick:ab12:/media/stick"] {
            assert_eq!(Target::read(text).map(|target| target.to_string()).as_deref(), Some(text));
        }
        let named = Target::read("ipp://127.0.0.1:631/printers/情報 室").map(|target| target.to_string());
        assert_eq!(named.as_deref(), Some("ipp://127.0.0.1:631/printers/%E6%83%85%E5%A0%B1%20%E5%AE%A4"));
        for bad in ["", "lpd://x", "stick:/media/stick", "/srv/print"] {
            assert_eq!(Target::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_folder_and_a_stick_take_what_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Target::Folder(dir.path().join("gone"));
        assert_eq!(folder.ready().unwrap_err().code, "no_folder");
        let stick = Target::Stick(dir.path().to_owned(), "ab12".to_owned());
        assert_eq!(stick.ready().unwrap_err().code, "no_stick", "a mount point without the mark");
        mark_stick(dir.path(), "cd34").unwrap();
        assert_eq!(stick.ready().unwrap_err().code, "other_stick");
        mark_stick(dir.path(), "ab12").unwrap();
        stick.print("andon-7", b"%PDF", Duration::ZERO, &mut |_| ()).unwrap();
        assert_eq!(fs::read(dir.path().join("andon/andon-7.pdf")).unwrap(), b"%PDF");
        assert_eq!(fs::read_dir(dir.path().join("andon")).unwrap().count(), 1, "no part of it is left");
    }

    #[test]
    fn a_printer_out_of_reach_is_told_of() {
        let nobody = Target::Ipp("ipp://127.0.0.1:9/printers/none".to_owned());
        assert_eq!(nobody.ready().unwrap_err().code, "unreachable");
        assert_eq!(Target::Ipp("ipp://".to_owned()).ready().unwrap_err().code, "address");
    }
}
