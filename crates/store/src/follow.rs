//! What comes from sources at one station, taken in by another that follows it: sightings with the positions, times and names they have there, in
//! parcels of the follower's own, under its own key.
//!
//! The sources of a followed station stand among the follower's own, told apart by their root: a byte that no path has, the station, and the
//! root there. What came from others is never handed on, so nothing goes round in a circle.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chart::ContentId;
use rusqlite::OptionalExtension;

use crate::arrive::Plan;
use crate::entry::Source;
use crate::event::StationId;
use crate::journal::Journal;
use crate::parcel::{Held, Place, content_id};
use crate::{Batch, Error, ParcelOut, Reader, Result};

/// First byte of the root of a followed source: no path of the operating system has it.
const MARK: u8 = 0;
/// Bytes of a station's number in such a root.
const ID_BYTES: usize = 32;

/// The root under which a source of another station stands here.
pub fn root_by_way_of(station: StationId, root: &Path) -> PathBuf {
    let bytes = [&[MARK], station.to_string().as_bytes(), root.as_os_str().as_bytes()].concat();
    PathBuf::from(OsStr::from_bytes(&bytes))
}

/// The station and the root there; `None` for a source of this home.
fn parted(root: &Path) -> Option<(StationId, &Path)> {
    let rest = root.as_os_str().as_bytes().strip_prefix(&[MARK])?;
    let (id, root) = rest.split_at_checked(ID_BYTES)?;
    let digit = |at: usize| u8::from_str_radix(std::str::from_utf8(id.get(at..at + 2)?).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..ID_BYTES).step_by(2).map(digit).collect();
    Some((StationId(bytes?.try_into().ok()?), Path::new(OsStr::from_bytes(root))))
}

impl Source {
    /// The station by way of which it comes; `None` where this home watches it itself.
    pub fn via(&self) -> Option<StationId> {
        parted(&self.root).map(|(station, _)| station)
    }

    /// Its root folder at the station that watches it.
    pub fn folder(&self) -> &Path {
        parted(&self.root).map_or(&self.root, |(_, root)| root)
    }

    /// Whether a follower gets it: what this home watches itself, and nothing that came by way of another station.
    pub fn is_given(&self) -> bool {
        !self.is_handed_in() && self.via().is_none()
    }
}

/// A parcel as a follower gets it.
pub struct GivenParcel {
    /// All of it but the contents.
    pub journal: Journal,
    /// The contents that it brought, and those that it refers to and a follower has from nowhere else.
    pub contents: Vec<Arc<[u8]>>,
}

impl Reader {
    /// Hands out what followers get, in the order of arrival from a parcel's number on; `f` answers false to stop.
    ///
    /// # Errors
    /// What `f` returned; [`Error::Damaged`] names the parcel.
    pub fn give_parcels(&self, from: u64, mut f: impl FnMut(GivenParcel) -> Result<bool>) -> Result<()> {
        let given = self.given()?;
        self.export_parcels(from, |parcel| match given.contains(&parcel.journal.source) {
            false => Ok(true),
            true => {
                let contents = self.given_contents(parcel, &given)?;
                f(GivenParcel { journal: parcel.journal.clone(), contents })
            }
        })
    }

    fn given_contents(&self, parcel: &ParcelOut<'_>, given: &[u32]) -> Result<Vec<Arc<[u8]>>> {
        let (mut brought, mut others) = (Vec::new(), Vec::new());
        let (mut sources, mut sent) = (HashMap::new(), HashSet::new());
        for (index, line) in parcel.lines().iter().enumerate() {
            let elsewhere = match line.held_in {
                None => false,
                Some(no) => {
                    let source = match sources.get(&no) {
                        Some(source) => *source,
                        None => *sources.entry(no).or_insert(self.source_of(no)?),
                    };
                    !source.is_some_and(|source| given.contains(&source))
                }
            };
            match line.brought {
                Some(_) => brought.extend(parcel.bytes(index)?),
                None if elsewhere && sent.insert(line.content) => others.extend(parcel.bytes(index)?),
                None => {}
            }
        }
        brought.append(&mut others);
        Ok(brought)
    }

    /// Number and digest of the last parcel before this number that followers get; `None` where there is none.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn given_before(&self, from: u64) -> Result<Option<(u64, [u8; 16])>> {
        let mut last = self.db.prepare_cached(
            "SELECT no, digest FROM parcel WHERE source = ?1 AND no < ?2 ORDER BY first DESC LIMIT 1",
        )?;
        let mut found = None;
        for source in self.given()? {
            found = found.max(last.query_row((source, from), |row| Ok((row.get(0)?, row.get(1)?))).optional()?);
        }
        Ok(found)
    }

    fn given(&self) -> Result<Vec<u32>> {
        Ok(self.all_sources()?.into_iter().filter(Source::is_given).map(|source| source.no).collect())
    }

    fn source_of(&self, parcel: u64) -> Result<Option<u32>> {
        let mut row = self.db.prepare_cached("SELECT source FROM parcel WHERE no = ?1")?;
        Ok(row.query_row([parcel], |row| row.get(0)).optional()?)
    }
}

impl Batch<'_> {
    /// Takes in the next parcel of a followed station into the source that stands for it here; false when its sightings are here already.
    /// Positions and times stay what they are there; contents that are here already are referred to.
    ///
    /// # Errors
    /// [`Error::Damaged`] names the parcel that does not follow the one before, or lacks a content that it names; [`Error::NoSource`],
    /// [`Error::Budget`], [`Error::Full`]. Nothing is written before these.
    pub fn follow_parcel(&mut self, source: u32, journal: &Journal, contents: &[&[u8]]) -> Result<bool> {
        let damaged = || Error::damaged(format!("followed parcel {}", journal.no));
        let at = self.source(source)?;
        let held = self.tail.sources[at].position;
        let behind = journal.first.checked_add(journal.count).ok_or_else(damaged)?;
        if behind <= held + 1 {
            return Ok(false);
        }
        if journal.first != held + 1 {
            return Err(damaged());
        }
        self.admit(at, contents.iter().map(|bytes| bytes.len() as u64).sum())?;
        let came: HashMap<ContentId, &[u8]> = contents.iter().map(|bytes| (content_id(bytes), *bytes)).collect();
        let (mut plan, mut fresh) = (Plan::default(), HashMap::new());
        for mut line in journal.parsed().ok_or_else(damaged)? {
            if line.held != Held::Nowhere {
                let known = match fresh.get(&line.content) {
                    Some(place) => Some(*place),
                    None => self.place_of(&line.content)?,
                };
                line.held = match known {
                    Some(place) => Held::At(place),
                    None => {
                        let bytes = *came.get(&line.content).filter(|_| line.may_bring()).ok_or_else(damaged)?;
                        let slot = plan.contents.len() as u64;
                        fresh.insert(line.content, Place { parcel: self.tail.next_parcel, slot });
                        plan.contents.push(bytes);
                        plan.bytes += bytes.len();
                        Held::Here { len: bytes.len() as u64 }
                    }
                };
            }
            plan.lines.push(line);
        }
        let patient = self.patient(self.tail.sources[at].authority, &journal.patient.id)?;
        self.spoiled = true;
        self.write_parcel(at, patient, journal.received, &plan)?;
        self.spoiled = false;
        Ok(true)
    }
}
