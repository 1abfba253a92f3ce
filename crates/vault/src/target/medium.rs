//! Removable disks in a rotation: each is registered with a number, which stands in a file on it; what was seen of them
//! says which is in, which is out, since when, and when the next is due. Pure but for reading and writing that file.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use crate::head::VaultId;
use crate::{Error, Result};

/// File on the disk that says which it is.
pub const MEDIUM: &str = "andon-medium.txt";
const FIRST_LINE: &str = "andon-medium 1";
/// The file is three lines.
const MEDIUM_BYTES_MAX: u64 = 1 << 10;

/// What a disk says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The vault it belongs to.
    pub vault: VaultId,
    /// Its number in the rotation, from 1, as written on its paper label.
    pub number: u32,
}

impl Label {
    /// Writes it on a disk that has none.
    ///
    /// # Errors
    /// Another label is there; the disk says no.
    pub fn write(&self, root: &Path) -> Result<()> {
        match Label::read(root)? {
            Some(there) if there == *self => return Ok(()),
            Some(there) => {
                let what = format!("this disk is number {} of vault {} already", there.number, there.vault.hex());
                return Err(Error::Refused(what));
            }
            None => {}
        }
        let text = format!("{FIRST_LINE}\nvault {}\nnumber {}\n", self.vault.hex(), self.number);
        let mut file = fs::File::create_new(root.join(MEDIUM)).map_err(|error| failed("labelling a disk", error))?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| failed("labelling a disk", error))
    }

    /// What the disk mounted here says; `None` if it has no label.
    ///
    /// # Errors
    /// The label is none of ours; the disk says no.
    pub fn read(root: &Path) -> Result<Option<Label>> {
        let mut text = String::new();
        match fs::File::open(root.join(MEDIUM)).and_then(|file| file.take(MEDIUM_BYTES_MAX).read_to_string(&mut text)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("reading the label of a disk", error)),
        }
        let mut lines = text.lines();
        let mut label = || {
            (lines.next()? == FIRST_LINE).then_some(())?;
            let vault = VaultId::from_hex(lines.next()?.strip_prefix("vault ")?)?;
            let number = lines.next()?.strip_prefix("number ")?.parse().ok()?;
            Some(Label { vault, number })
        };
        label().map(Some).ok_or_else(|| Error::damaged(MEDIUM, "it is no label of a disk in a rotation"))
    }
}

fn failed(doing: &'static str, error: io::Error) -> Error {
    Error::io(doing, MEDIUM, error)
}

/// What was seen of a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It was registered.
    Registered,
    /// It was plugged in.
    In,
    /// A copy to it was complete up to a manifest.
    Filled(u32),
    /// It was unplugged.
    Out,
    /// It is lost, broken or destroyed.
    Retired,
}

/// Where a disk is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Medium {
    /// Its number.
    pub number: u32,
    /// Plugged in now.
    pub is_in: bool,
    /// In or out since then, milliseconds since 1970.
    pub since: i64,
    /// When a copy to it was last complete, and up to which manifest.
    pub filled: Option<(i64, u32)>,
}

/// The disks of a rotation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    media: BTreeMap<u32, Medium>,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The disk to plug in: of those that are out, the one filled longest ago.
    pub number: u32,
    /// By when, milliseconds since 1970.
    pub by: i64,
}

impl Rotation {
    /// Takes in what was seen, in order of time. What a retired or unknown disk does is ignored until it is registered.
    pub fn saw(&mut self, number: u32, seen: Seen, at: i64) {
        match seen {
            Seen::Registered => {
                self.media.entry(number).or_insert(Medium { number, is_in: false, since: at, filled: None });
            }
            Seen::Retired => {
                self.media.remove(&number);
            }
            Seen::Filled(manifest) => {
                self.media.entry(number).and_modify(|medium| medium.filled = Some((at, manifest)));
            }
            Seen::In | Seen::Out => {
                let is_in = seen == Seen::In;
                let change = |medium: &mut Medium| {
                    if medium.is_in != is_in {
                        (medium.is_in, medium.since) = (is_in, at);
                    }
                };
                self.media.entry(number).and_modify(change);
            }
        }
    }

    /// All disks, by number.
    pub fn media(&self) -> impl Iterator<Item = &Medium> {
        self.media.values()
    }

    /// Disks that are unplugged and hold a copy: what an intruder cannot reach now.
    pub fn away(&self) -> impl Iterator<Item = &Medium> {
        self.media().filter(|medium| !medium.is_in && medium.filled.is_some())
    }

    /// What is due, when a disk is to be filled every so many milliseconds; `None` without a disk to plug in. A disk that
    /// was never filled comes before those that were.
    pub fn due(&self, every: i64) -> Option<Due> {
        let last = self.media().filter_map(|medium| medium.filled).map(|(at, _)| at).max();
        let next = self.media().filter(|medium| !medium.is_in).min_by_key(|medium| (medium.filled, medium.number))?;
        Some(Due { number: next.number, by: last.map_or(next.since, |last| last + every) })
    }

    /// Disks that stay plugged in for longer than they should: a copy that is never away protects from nobody.
    pub fn left_in(&self, now: i64, longest: i64) -> impl Iterator<Item = &Medium> {
        self.media().filter(move |medium| medium.is_in && now - medium.since > longest)
    }
}
