//! The station's folder (`ANDON_HOME` or `--home`): where it is, what opens it, and what to say when it does not open.

use std::path::{Path, PathBuf};

use store::{About, Reader, Shelf, Unlock, Writer};

use crate::text::one_line;

/// How a command ends (documented in docs/json.md and `--help`; stable).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Ok = 0,
    /// Could not be done.
    Failed = 1,
    /// The words on the command line are wrong.
    Usage = 2,
    /// Done, but something is stale, silent or was not understood.
    Partial = 3,
    /// Something stored is not what was stored.
    Integrity = 4,
}

/// Why a command stops: one sentence that says what, where and what to do next. Never patient data.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    /// The exit code.
    pub exit: Exit,
    /// The sentence, Japanese then English.
    pub words: String,
}

/// A usage error in both languages, a line each.
pub fn wrong(ja: &str, en: &str) -> Problem {
    Problem::usage(format!("{ja}\n{en}"))
}

/// Characters of a reason or a word of what somebody says.
const SAID_MAX: usize = 1_000;

/// Somebody says so, in not too many words.
///
/// # Errors
/// Nobody does, or in too many: a usage error.
pub fn signed(by: (&str, &str), words: &str) -> Result<(), Problem> {
    if by.0.trim().is_empty() {
        return Err(wrong("だれが言ったかを書いてください（--by）。", "Say who says so (--by)."));
    }
    if words.chars().count() > SAID_MAX {
        return Err(wrong(
            &format!("長すぎます（{SAID_MAX}文字まで）。"),
            &format!("Too long (at most {SAID_MAX} characters)."),
        ));
    }
    Ok(())
}

/// Characters of a wrong word that are said back.
const WORD_MAX: usize = 100;

/// One of a list.
///
/// # Errors
/// It is none: a usage error that names the list.
pub fn one_of(word: &str, list: &[&str]) -> Result<(), Problem> {
    if list.contains(&word) {
        return Ok(());
    }
    let (list, word) = (list.join(" "), one_line(word, WORD_MAX));
    Err(wrong(&format!("{word}: 次のどれかにしてください: {list}"), &format!("{word}: must be one of: {list}")))
}

impl Problem {
    /// A failure (exit 1).
    pub fn failed(words: impl Into<String>) -> Problem {
        Problem { exit: Exit::Failed, words: words.into() }
    }

    /// A usage error (exit 2).
    pub fn usage(words: impl Into<String>) -> Problem {
        Problem { exit: Exit::Usage, words: words.into() }
    }

    /// What a page asked for. Where it was asked wrongly the page says so: then none, and `no` has the words.
    ///
    /// # Errors
    /// What is no usage error.
    pub fn said<T>(asked: Result<T, Problem>, no: &mut String) -> Result<Option<T>, Problem> {
        match asked {
            Err(problem) if problem.exit == Exit::Usage => {
                *no = problem.words;
                Ok(None)
            }
            asked => asked.map(Some),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Problem {
        let exit = if matches!(error, store::Error::Damaged { .. }) { Exit::Integrity } else { Exit::Failed };
        Problem { exit, words: error.to_string() }
    }
}

impl From<vault::keys::KeyError> for Problem {
    fn from(error: vault::keys::KeyError) -> Problem {
        Problem::failed(error.to_string())
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Problem {
        Problem::failed(error.to_string())
    }
}

/// A home: its folder and what opens it.
#[derive(Clone)]
pub struct Home {
    dir: PathBuf,
    unlock: Unlock,
    /// What everything opened here goes on from, in this program.
    shelf: Shelf,
}

impl Home {
    /// The home in `dir`, opened with its own key file unless told otherwise.
    pub fn new(dir: PathBuf, unlock: Unlock) -> Home {
        Home { dir, unlock, shelf: Shelf::default() }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What opens it.
    pub fn unlock(&self) -> &Unlock {
        &self.unlock
    }

    /// What `init` decided; needs no key.
    ///
    /// # Errors
    /// When the folder holds no home.
    pub fn about(&self) -> Result<About, Problem> {
        store::about(&self.dir).map_err(|error| {
            let dir = self.dir.display();
            Problem::failed(format!(
                "{dir}: ホームがありません。`andon init --home {dir}` で作るか、ANDON_HOME を確かめてください。\n\
                 {dir}: no home here. Make one with `andon init --home {dir}`, or check ANDON_HOME. ({error})"
            ))
        })
    }

    /// A handle that can only read.
    ///
    /// # Errors
    /// When there is no home, or the key does not open it.
    pub fn reader(&self) -> Result<Reader, Problem> {
        self.about()?;
        Ok(store::open_reader(&self.dir, &self.unlock)?.sharing(&self.shelf))
    }

    /// The handle that appends; one process a home has it.
    ///
    /// # Errors
    /// When another process has it, or the home does not open.
    pub fn writer(&self) -> Result<Writer, Problem> {
        self.about()?;
        Ok(store::open_writer(&self.dir, &self.unlock)?.sharing(&self.shelf))
    }

    /// The same; `None` when another process has it.
    ///
    /// # Errors
    /// When the home does not open.
    pub fn writer_if_free(&self) -> Result<Option<Writer>, Problem> {
        self.about()?;
        match store::open_writer(&self.dir, &self.unlock) {
            Ok(writer) => Ok(Some(writer.sharing(&self.shelf))),
            Err(store::Error::Locked { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The access audit and the credentials; any number of processes at once.
    ///
    /// # Errors
    /// When the home does not open, or the disk refuses.
    pub fn access(&self) -> Result<store::Access, Problem> {
        self.about()?;
        Ok(store::open_access(&self.dir, &self.unlock)?)
    }
}
