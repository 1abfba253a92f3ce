//! What only a key can show: every frame decrypts, unpacks and is tar; counts are those of the manifest; every row of an
//! index leads to a frame that is there.

use super::{Flaw, Run};
use crate::index::{Index, Place};
use crate::manifest::{Listed, Manifest};
use crate::segment::{Counts, Frame, Segment};
use crate::target::ObjectReader;
use crate::{Error, Identity, Member, Result};

/// Is shown each member with its place; an error ends the run.
pub type Visit<'a> = dyn FnMut(Place, Member<'_>) -> Result<()> + 'a;

impl Run<'_> {
    /// Opens what a manifest names.
    pub(super) fn open(&mut self, manifest: &Manifest, identities: &[Identity], visit: &mut Visit<'_>) -> Result<()> {
        let number = Some(manifest.number);
        if let Some(segment) = manifest.segment()
            && let Err(error) = self.segment(segment, manifest, identities, visit)
        {
            self.met(Flaw::Content, number, error)?;
        }
        if let Some((_, index)) = manifest.index()
            && let Err(error) = self.index(index, identities)
        {
            self.met(Flaw::Content, number, error)?;
        }
        Ok(())
    }

    /// Every frame of a segment. One that is damaged is named and gone over: the next are read all the same.
    fn segment(
        &mut self,
        listed: &Listed,
        manifest: &Manifest,
        identities: &[Identity],
        visit: &mut Visit<'_>,
    ) -> Result<()> {
        let mut open = Some(self.reopened(listed, identities)?);
        let frames = open.as_ref().map_or(0, |segment| segment.frames().len() as u32);
        let mut counts = Counts { frames, groups: manifest.counts.groups, ..Counts::default() };
        let mut lost: Vec<Lost> = Vec::new();
        for no in 0..frames {
            // A stream of age is of no use once a read of it failed.
            let mut segment = match open.take() {
                Some(segment) => segment,
                None => self.reopened(listed, identities)?,
            };
            match segment.frame(no) {
                Ok(frame) => {
                    open = Some(segment);
                    counts.tar_bytes += frame.tar().len() as u64;
                    let place = Place { segment: manifest.number, frame: no };
                    counts.members += members(&frame, place, &mut lost, visit)?;
                }
                Err(error) => gone_over(&mut lost, no, error)?,
            }
        }
        self.report.members += counts.members;
        for Lost { first, last, what } in &lost {
            let what = if first == last { what.clone() } else { format!("frames {first} to {last}; {what}") };
            self.flaw(Flaw::Content, &listed.name, Some(manifest.number), what);
        }
        if lost.is_empty() && counts != manifest.counts {
            let (had, there) = (&manifest.counts, &counts);
            let what = format!(
                "{} members in {} tar bytes and {} frames where the manifest has {}, {} and {}",
                there.members, there.tar_bytes, there.frames, had.members, had.tar_bytes, had.frames
            );
            self.flaw(Flaw::Content, &listed.name, Some(manifest.number), what);
        }
        Ok(())
    }

    fn reopened(&self, listed: &Listed, identities: &[Identity]) -> Result<Segment<ObjectReader>> {
        Segment::open(self.target.open(&listed.name, Some(&listed.sums))?, &listed.name, identities)
    }

    fn index(&mut self, listed: &Listed, identities: &[Identity]) -> Result<()> {
        let source = self.target.open(&listed.name, Some(&listed.sums))?;
        let mut index = Index::open(source, &listed.name, identities)?;
        let (span, frames) = (index.span().clone(), &self.frames);
        let damaged = |what: String| crate::Error::damaged(&listed.name, what);
        let mut last = None;
        for row in index.all()? {
            let row = row?;
            let Place { segment, frame } = row.place();
            let there = frames.get(&segment).is_none_or(|&frames| frame < frames);
            if !span.contains(&segment) || !there {
                return Err(damaged(format!("a row leads to frame {frame} of segment {segment}, which is not there")));
            }
            if last.replace(row).is_some_and(|last| last >= row) {
                return Err(damaged("its rows are not in order".to_owned()));
            }
        }
        Ok(())
    }
}

/// Frames side by side that cannot be read, and what was said of the first.
struct Lost {
    first: u32,
    last: u32,
    what: String,
}

/// Damage is kept in mind, one line for frames side by side; the rest ends the run.
fn gone_over(lost: &mut Vec<Lost>, no: u32, error: Error) -> Result<()> {
    let what = match error {
        Error::Damaged { what, .. } => what,
        error => return Err(error),
    };
    match lost.last_mut().filter(|lost| lost.last + 1 >= no) {
        Some(lost) => lost.last = no,
        None => lost.push(Lost { first: no, last: no, what }),
    }
    Ok(())
}

/// Shows every member of a frame. What is no tar is damage; what `visit` says ends the run.
fn members(frame: &Frame, place: Place, lost: &mut Vec<Lost>, visit: &mut Visit<'_>) -> Result<u64> {
    let mut count = 0;
    for member in frame.members() {
        match member {
            Ok(member) => visit(place, member)?,
            Err(error) => {
                gone_over(lost, place.frame, error)?;
                break;
            }
        }
        count += 1;
    }
    Ok(count)
}
