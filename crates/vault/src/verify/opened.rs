//! What only a key can show: every frame decrypts, unpacks and is tar; counts are those of the manifest; every row of an
//! index leads to a frame that is there.

use super::{Flaw, Run};
use crate::index::{Index, Place};
use crate::manifest::{Listed, Manifest};
use crate::segment::{Counts, Segment};
use crate::{Identity, Member, Result};

/// Is shown each member with its place; an error ends the run.
pub type Visit<'a> = dyn FnMut(Place, Member<'_>) -> Result<()> + 'a;

impl Run<'_> {
    /// Opens what a manifest names.
    pub(super) fn open(&mut self, manifest: &Manifest, identities: &[Identity], visit: &mut Visit<'_>) -> Result<()> {
        let number = Some(manifest.number);
        if let Some(segment) = manifest.segment() {
            match self.segment(segment, manifest, identities, visit) {
                Ok(counts) if counts == manifest.counts => {}
                Ok(counts) => {
                    let what = format!(
                        "{} members in {} tar bytes and {} frames where the manifest has {}, {} and {}",
                        counts.members,
                        counts.tar_bytes,
                        counts.frames,
                        manifest.counts.members,
                        manifest.counts.tar_bytes,
                        manifest.counts.frames
                    );
                    self.flaw(Flaw::Content, &segment.name, number, what);
                }
                Err(error) => self.met(Flaw::Content, number, error)?,
            }
        }
        if let Some((_, index)) = manifest.index()
            && let Err(error) = self.index(index, identities)
        {
            self.met(Flaw::Content, number, error)?;
        }
        Ok(())
    }

    fn segment(
        &mut self,
        listed: &Listed,
        manifest: &Manifest,
        identities: &[Identity],
        visit: &mut Visit<'_>,
    ) -> Result<Counts> {
        let source = self.target.open(&listed.name, Some(&listed.sums))?;
        let mut segment = Segment::open(source, &listed.name, identities)?;
        let frames = segment.frames().len() as u32;
        let mut counts = Counts { frames, groups: manifest.counts.groups, ..Counts::default() };
        for no in 0..frames {
            let frame = segment.frame(no)?;
            counts.tar_bytes += frame.tar().len() as u64;
            for member in frame.members() {
                visit(Place { segment: manifest.number, frame: no }, member?)?;
                counts.members += 1;
            }
        }
        self.report.members += counts.members;
        Ok(counts)
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
