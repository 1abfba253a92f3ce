//! Removable disks in a rotation: each is registered with a number, which stands in a file on it. Which is in, out and due is told by
//! whoever keeps the vault.

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
