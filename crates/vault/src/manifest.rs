//! What was sealed, in lines that anybody reads: objects with their sums, chained to the manifest before, signed by the
//! station. No patient data.

use std::ops::RangeInclusive;

use crate::hash::{Hash, PIECE_BYTES, Sums, from_hex, to_hex};
use crate::head::VaultId;
use crate::note::{Note, Signer};
use crate::segment::Counts;
use crate::{Error, Result, name};

const FIRST_LINE: &str = "andon-manifest 1";
/// Lines of one kind that a caller may add to one manifest.
pub const LINES_MAX: usize = 10_000;
/// Length of a line that a caller may add, bytes.
pub const LINE_BYTES_MAX: usize = 400;

/// An object that a manifest names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its size and sums.
    pub sums: Sums,
}

/// One manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The vault.
    pub vault: VaultId,
    /// The station that sealed.
    pub station: [u8; 16],
    /// From 1, without gaps.
    pub number: u32,
    /// SHA-256 of the manifest before, signature and all; zeros for the first.
    pub previous: Hash,
    /// When the first entry came, milliseconds since 1970.
    pub opened: i64,
    /// When it was closed.
    pub sealed: i64,
    /// SHA-256 of the head in force.
    pub head: Hash,
    /// What went into the segment.
    pub counts: Counts,
    /// What it covers, in the caller's words, e.g. `parcels 1-4711`. No patient data.
    pub covers: Vec<String>,
    /// Entries of the log since the manifest before, in the caller's words, e.g. `export 2 a1b2…`. No patient data.
    pub acts: Vec<String>,
    /// The segment, if there is one, and the index object made with it.
    pub objects: Vec<Listed>,
}

impl Manifest {
    /// The bytes that are kept.
    ///
    /// # Errors
    /// A line of the caller's has a line feed or is empty or too long; there are too many.
    pub fn sign(&self, signer: &Signer) -> Result<Vec<u8>> {
        let fits = |line: &String| (1..=LINE_BYTES_MAX).contains(&line.len()) && !line.contains(char::is_control);
        if self.covers.len().max(self.acts.len()) > LINES_MAX || !self.covers.iter().chain(&self.acts).all(fits) {
            return Err(Error::Refused("a line of a manifest is empty or too long, or there are too many".to_owned()));
        }
        Ok(signer.sign(&self.text()).into_bytes())
    }

    fn text(&self) -> String {
        let Counts { members, groups, tar_bytes, frames } = self.counts;
        let mut text = format!(
            "{FIRST_LINE}\nvault {}\nstation {}\nnumber {}\nprevious {}\nopened {}\nsealed {}\nhead {}\n\
             counts {members} {groups} {tar_bytes} {frames}\n",
            self.vault.hex(),
            to_hex(&self.station),
            self.number,
            self.previous,
            self.opened,
            self.sealed,
            self.head,
        );
        self.covers.iter().for_each(|line| text += &format!("covers {line}\n"));
        self.acts.iter().for_each(|line| text += &format!("act {line}\n"));
        for Listed { name, sums } in &self.objects {
            text += &format!("object {name} {} {}\npieces", sums.size, sums.sha256);
            sums.pieces.iter().for_each(|piece| text += &format!(" {}", to_hex(piece)));
            text.push('\n');
        }
        text
    }

    /// Reads a manifest; its signature is the caller's to check.
    pub fn parse(bytes: &[u8]) -> Option<(Manifest, Note)> {
        let note = Note::parse(bytes)?;
        let mut lines = note.text.lines().peekable();
        (lines.next()? == FIRST_LINE).then_some(())?;
        let mut word = |key: &str| lines.next()?.strip_prefix(key)?.strip_prefix(' ');
        let mut manifest = Manifest {
            vault: VaultId::from_hex(word("vault")?)?,
            station: from_hex(word("station")?)?.try_into().ok()?,
            number: word("number")?.parse().ok()?,
            previous: Hash::from_hex(word("previous")?)?,
            opened: word("opened")?.parse().ok()?,
            sealed: word("sealed")?.parse().ok()?,
            head: Hash::from_hex(word("head")?)?,
            counts: counts(word("counts")?)?,
            covers: Vec::new(),
            acts: Vec::new(),
            objects: Vec::new(),
        };
        while let Some(line) = lines.next() {
            match line.split_once(' ')? {
                ("covers", rest) => manifest.covers.push(rest.to_owned()),
                ("act", rest) => manifest.acts.push(rest.to_owned()),
                ("object", rest) => manifest.objects.push(listed(rest, lines.next()?)?),
                _ => return None,
            }
        }
        // One spelling only, so that nothing can stand in it that we do not see.
        (manifest.text() == note.text).then_some((manifest, note))
    }

    /// The segment, if one was sealed with it.
    pub fn segment(&self) -> Option<&Listed> {
        self.objects.iter().find(|object| object.name.starts_with(name::SEGMENTS))
    }

    /// The index object made with it, and its span.
    pub fn index(&self) -> Option<(RangeInclusive<u32>, &Listed)> {
        self.objects.iter().find_map(|object| Some((name::parse_index(&object.name)?.0, object)))
    }
}

fn counts(words: &str) -> Option<Counts> {
    let mut numbers = words.split(' ').map(|word| word.parse::<u64>().ok());
    let mut next = || numbers.next().flatten();
    let counts = Counts { members: next()?, groups: next()?, tar_bytes: next()?, frames: next()?.try_into().ok()? };
    Some(counts)
}

fn listed(words: &str, pieces: &str) -> Option<Listed> {
    let words: Vec<&str> = words.split(' ').collect();
    let [name, size, sha256] = words[..] else { return None };
    name::check(name).ok()?;
    let pieces = pieces.strip_prefix("pieces")?.split(' ').skip(1);
    let pieces: Option<Vec<[u8; 8]>> = pieces.map(|piece| from_hex(piece)?.try_into().ok()).collect();
    let sums = Sums { size: size.parse().ok()?, sha256: Hash::from_hex(sha256)?, pieces: pieces? };
    let whole = sums.pieces.len() as u64 == sums.size.div_ceil(PIECE_BYTES);
    whole.then(|| Listed { name: name.to_owned(), sums })
}
