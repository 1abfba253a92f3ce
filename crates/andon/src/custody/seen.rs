//! What others have seen of the vault's log: a sheet of the ward's, a witness. Whoever holds the station's key can make a history anew,
//! and not take back what was seen.

use std::path::Path;

use chart::Moment;
use serde::Serialize;
use vault::Verifier;
use vault::log::{Checkpoint, Tree};
use vault::read::{Known, witnessed as witnessed_heads};
use vault::verify::{Ask, Report};
use vault::{Target, note::NOTE_BYTES_MAX};

use super::problem;
use crate::home::Problem;

/// What is to be compared.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Heads that somebody saw.
    pub heads: Vec<Checkpoint>,
    /// Public keys of witnesses whose lines count.
    pub witnesses: Vec<Verifier>,
    /// Of two histories the manifests, or the first head, that who is in charge says are ours.
    pub named: Vec<String>,
}

impl Shown {
    /// What decides between two histories at a place: heads that were seen, those there that a witness signed, and what a person names.
    ///
    /// # Errors
    /// The place says no.
    pub fn known(&self, at: &Target) -> Result<Known, Problem> {
        let mut seen = self.heads.clone();
        seen.extend(witnessed_heads(at, &self.witnesses).map_err(problem)?);
        Ok(Known { seen, named: self.named.clone(), own: Vec::new() })
    }

    /// What a proof of the vault is held against.
    pub fn ask(&self) -> Ask {
        let (seen, witnesses, named) = (self.heads.clone(), self.witnesses.clone(), self.named.clone());
        Ask { seen, witnesses, named, ..Ask::default() }
    }
}

/// Whether the log at a target continues a head that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Continues {
    /// It does.
    Yes,
    /// It ends before: cut off, or a copy from before that day.
    EndsBefore,
    /// It has another history: made anew.
    Rewritten,
    /// It is another vault's.
    OtherVault,
}

/// A head that was seen, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenHead {
    /// Entries of the log then.
    pub size: u64,
    /// Hash over them, 64 hexadecimal digits.
    pub root: String,
    /// Whether the log continues it.
    pub continues: Continues,
}

/// Compares the heads that were shown with a log that was reckoned from its manifests.
pub fn compare(target: &Target, report: &Report, shown: &Shown) -> Vec<SeenHead> {
    let log = &report.tip.log;
    let one = |head: &Checkpoint| {
        let continues = if head.origin != report.tip.vault.origin() {
            Continues::OtherVault
        } else if head.size > log.size() {
            Continues::EndsBefore
        } else if Tree::new(log, target).root(head.size).is_ok_and(|root| root == head.root) {
            Continues::Yes
        } else {
            Continues::Rewritten
        };
        SeenHead { size: head.size, root: head.root.hex(), continues }
    };
    shown.heads.iter().map(one).collect()
}

/// The newest head that a known witness signed too, as it lies at a target: entries and when.
pub fn witnessed(report: &Report) -> Option<(u64, Moment)> {
    let (size, seconds) = report.witnessed?;
    Some((size, Moment(i64::try_from(seconds).ok()?.checked_mul(1000)?)))
}

/// Reads heads that were seen: the code of a sheet as it was scanned or typed, a file with such codes line by line, or a checkpoint as it
/// lies at a target or was signed by a witness.
///
/// # Errors
/// It is none of these.
pub fn read(text: &str) -> Result<Vec<Checkpoint>, Problem> {
    if let Some(head) = Checkpoint::read_code(text) {
        return Ok(vec![head]);
    }
    let bytes = read_file(Path::new(text));
    let note = bytes.as_ref().and_then(|bytes| Checkpoint::parse(bytes)).map(|(head, _)| vec![head]);
    let codes = || {
        let text = String::from_utf8(bytes.clone()?).ok()?;
        text.lines().filter(|line| !line.trim().is_empty()).map(Checkpoint::read_code).collect::<Option<Vec<_>>>()
    };
    note.or_else(codes).filter(|heads| !heads.is_empty()).ok_or_else(|| {
        Problem::usage(format!(
            "{text}: 保管庫の記録のコード（LOG-…）でも、それを書いたファイルでもありません。紙のコードをもう一度読み取ってください。\n\
             {text}: neither a code of the vault's log (LOG-…) nor a file of such: scan the sheet's code again."
        ))
    })
}

fn read_file(path: &Path) -> Option<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(NOTE_BYTES_MAX).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
