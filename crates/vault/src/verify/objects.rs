//! Objects and the log, without a key.

use std::io::Read;

use super::{Finding, Flaw, Run};
use crate::hash::{PIECE_BYTES, Summing, Sums};
use crate::log::Checkpoint;
use crate::manifest::{Listed, Manifest};
use crate::note::NOTE_BYTES_MAX;
use crate::{Error, Hash, Result, name};

impl Run<'_> {
    /// Presence, size and bytes of what a manifest names.
    pub(super) fn objects(&mut self, manifest: &Manifest) -> Result<()> {
        let number = Some(manifest.number);
        let read = self.ask.read.contains(&manifest.number);
        for Listed { name, sums } in &manifest.objects {
            match self.sizes.remove(name) {
                None => self.flaw(Flaw::Missing, name, number, "a manifest names it; it is not there"),
                Some(size) if size != sums.size => {
                    let whole = size.min(sums.size) / PIECE_BYTES * PIECE_BYTES;
                    let what = format!("it has {size} bytes where {} were sealed", sums.size);
                    let bytes = Some((whole, sums.size.max(size)));
                    self.add(Finding { flaw: Flaw::Bytes, object: name.clone(), number, bytes, what });
                }
                Some(_) if read => self.bytes(name, sums, manifest.number)?,
                Some(_) => self.report.sized += 1,
            }
        }
        Ok(())
    }

    /// Reads an object to its last byte.
    fn bytes(&mut self, name: &str, sums: &Sums, number: u32) -> Result<()> {
        let mut read = match self.target.get(name, None) {
            Ok(read) => read,
            Err(error) => return self.met(Flaw::Bytes, Some(number), error),
        };
        let mut found = Summing::new(std::io::sink());
        // What cannot be read is a finding like what is wrong: a bad block of a disk is both.
        let failed = std::io::copy(&mut read.by_ref().take(sums.size + 1), &mut found).err();
        let found = found.finish().1;
        self.report.read += 1;
        self.report.read_bytes += found.size;
        let bad = (0..).zip(&sums.pieces).find(|(at, piece)| found.pieces.get(*at) != Some(piece));
        let bytes = bad.map(|(at, _)| at as u64 * PIECE_BYTES).map(|begin| (begin, sums.size.min(begin + PIECE_BYTES)));
        let what = match (failed, bytes) {
            (Some(error), _) => format!("it cannot be read beyond byte {}: {error}", found.size),
            (None, Some((begin, end))) => format!("bytes {begin} to {end} are not what was sealed"),
            (None, None) if found.sha256 != sums.sha256 => "its bytes are not what was sealed".to_owned(),
            (None, None) => return Ok(()),
        };
        self.add(Finding { flaw: Flaw::Bytes, object: name.to_owned(), number: Some(number), bytes, what });
        Ok(())
    }

    /// Goes on with the log over a manifest, and compares it with the tiles and heads that are kept.
    pub(super) fn log(&mut self, manifest: &Manifest, hash: Hash, last: bool) -> Result<()> {
        if self.broken {
            // The tip must go on all the same, so that the next manifests are held against their own predecessor.
            (self.report.tip.number, self.report.tip.hash) = (manifest.number, hash);
            self.checkpoints.remove(&manifest.number);
            return Ok(());
        }
        let number = Some(manifest.number);
        for tile in self.report.tip.advance(manifest, hash) {
            match self.target.read(&tile.name, tile.bytes.len() as u64) {
                Ok(bytes) if bytes == tile.bytes => {}
                Ok(_) => self.flaw(Flaw::Log, &tile.name, number, "the tile is not what the manifests say"),
                // The last put may have been broken off.
                Err(Error::Missing { .. }) if last => {}
                Err(Error::Missing { object }) => self.flaw(Flaw::Missing, &object, number, "a full tile is not there"),
                Err(error) => self.met(Flaw::Log, number, error)?,
            }
        }
        self.head_of_tree(manifest, last)?;
        let ours = self.report.tip.checkpoint();
        for (shown, by) in self.seen.remove(&ours.size).unwrap_or_default() {
            if shown != ours {
                let what = format!("the log of {} entries is another than {by}: it was rewritten", ours.size);
                self.flaw(Flaw::Log, name::CHECKPOINTS, number, what);
            }
        }
        Ok(())
    }

    /// The signed tree head after a manifest.
    fn head_of_tree(&mut self, manifest: &Manifest, last: bool) -> Result<()> {
        let number = Some(manifest.number);
        let names = self.checkpoints.remove(&manifest.number).unwrap_or_default();
        if names.is_empty() && !last {
            let object = name::unknown(name::checkpoint, manifest.number);
            self.flaw(Flaw::Missing, &object, number, "the signed tree head is not there");
        }
        let ours = self.report.tip.checkpoint();
        let keys = self.heads.get(&manifest.head);
        for name in names {
            let what = match self.checkpoint(&name) {
                Err(error) => {
                    self.met(Flaw::Log, number, error)?;
                    continue;
                }
                Ok((_, note)) if !keys.is_some_and(|head| head.signed(&note)) => "no station of the vault signed it",
                Ok((checkpoint, _)) if checkpoint != ours => "the tree head is not what the manifests say",
                Ok(_) => continue,
            };
            self.flaw(Flaw::Log, &name, number, what);
        }
        Ok(())
    }

    fn checkpoint(&self, name: &str) -> Result<(Checkpoint, crate::note::Note)> {
        let bytes = self.target.read(name, NOTE_BYTES_MAX)?;
        if name::short_hash(name) != Some(&Hash::of(&bytes).short()) {
            return Err(Error::damaged(name, "it has not the hash that its name says"));
        }
        Checkpoint::parse(&bytes).ok_or_else(|| Error::damaged(name, "it is no tree head"))
    }

    /// Remembers a head that was shown, to be compared when the log is as long.
    pub(super) fn shown(&mut self, head: Checkpoint, by: String) {
        if head.size > 0 {
            self.seen.entry(head.size).or_default().push((head, by));
        }
    }

    /// Heads that witnesses signed, as they lie at the target.
    pub(super) fn witnessed(&mut self) -> Result<()> {
        for object in self.target.list(name::WITNESSED)? {
            let (head, note) = match self.checkpoint(&object.name) {
                Ok(found) => found,
                Err(error) => {
                    self.met(Flaw::Log, None, error)?;
                    continue;
                }
            };
            let times = self.ask.witnesses.iter().filter_map(|witness| witness.witnessed(&note));
            let newest = times.max().map(|seconds| (head.size, seconds));
            self.report.witnessed = self.report.witnessed.max(newest);
            self.shown(head, object.name);
        }
        Ok(())
    }
}
