//! Taking in what a source has shown: bytes are named, stored once, and acknowledged before anybody decodes them.

use std::collections::HashMap;
use std::ops::Range;

use chart::{ContentId, Moment};
use rusqlite::OptionalExtension;

use crate::entry::{Act, Arrival, SightingAct};
use crate::parcel::{Header, Held, Line, Place, content_id};
use crate::{Batch, Error, Result};

/// New bytes in one parcel; a larger call is cut into several, so that reading one message never unpacks more than
/// this and its own size, bytes.
const PARCEL_BYTES: usize = 1 << 20;
/// Sightings in one parcel.
const PARCEL_LINES: usize = 1024;

/// A parcel to be written.
#[derive(Default)]
pub(crate) struct Plan<'a> {
    pub lines: Vec<Line>,
    pub contents: Vec<&'a [u8]>,
    pub bytes: usize,
}

/// What is under a path: its name, and where its bytes are.
type Under = (ContentId, Held);

/// Everything a call will write, decided before anything is written.
struct Planner<'a> {
    parcels: Vec<Plan<'a>>,
    /// First parcel number of the call.
    next: u64,
    /// Contents new in this call.
    fresh: HashMap<ContentId, Place>,
    /// What this patient's paths hold, as far as renames and removals of the call need it.
    paths: HashMap<Vec<u8>, Under>,
    track_paths: bool,
}

impl<'a> Planner<'a> {
    fn room(&mut self, bytes: usize) -> usize {
        let full = self.parcels.last().is_none_or(|plan| {
            plan.lines.len() >= PARCEL_LINES || (plan.bytes > 0 && plan.bytes + bytes > PARCEL_BYTES)
        });
        if full {
            self.parcels.push(Plan::default());
        }
        self.parcels.len() - 1
    }

    fn push(
        &mut self,
        arrival: &Arrival<'a>,
        act: SightingAct,
        content: ContentId,
        held: Held,
        bytes: Option<&'a [u8]>,
    ) {
        let at = self.room(bytes.map_or(0, <[u8]>::len));
        let plan = &mut self.parcels[at];
        let mut place = held;
        if let Some(bytes) = bytes {
            let here = Place { parcel: self.next + at as u64, slot: plan.contents.len() as u64 };
            self.fresh.insert(content, here);
            place = Held::At(here);
            plan.contents.push(bytes);
            plan.bytes += bytes.len();
        }
        let path = arrival.path.to_vec();
        if self.track_paths {
            self.paths.insert(path.clone(), (content, place));
        }
        plan.lines.push(Line { path, size: arrival.size, mtime_ns: arrival.mtime_ns, act, content, held });
    }
}

/// The paths whose present bytes a call must know.
fn wanted<'a>(arrivals: &[Arrival<'a>]) -> Vec<&'a [u8]> {
    arrivals
        .iter()
        .filter_map(|arrival| match arrival.act {
            Act::Seen { .. } | Act::Withheld { .. } => None,
            Act::Renamed { from } => Some(from),
            Act::Gone => Some(arrival.path),
        })
        .collect()
}

impl Batch<'_> {
    /// Appends sightings of one patient (number of the path; empty when it names none). Positions are dense, in the
    /// order given. New contents of the call are compressed together; bytes held anywhere in the home are referred to.
    ///
    /// # Errors
    /// Before anything is written: [`Error::NoSource`], [`Error::Budget`], [`Error::NotHeld`], and [`Error::Full`] when
    /// only the reserve is left. The batch may go on after these.
    pub fn arrive(
        &mut self,
        source: u32,
        patient: &str,
        received: Moment,
        arrivals: &[Arrival<'_>],
    ) -> Result<Range<u64>> {
        let at = self.source(source)?;
        let first = self.tail.sources[at].position + 1;
        if arrivals.is_empty() {
            return Ok(first..first);
        }
        let coming = arrivals.iter().map(|one| if let Act::Seen { bytes } = one.act { bytes.len() as u64 } else { 0 });
        self.admit(at, coming.sum())?;
        let patient = self.patient(self.tail.sources[at].authority, patient)?;
        let plans = self.plan(source, patient, arrivals)?;
        self.spoiled = true;
        for plan in plans {
            self.write_parcel(at, patient, received, &plan)?;
        }
        self.spoiled = false;
        Ok(first..self.tail.sources[at].position + 1)
    }

    /// Room and budget for what comes, counted as if it did not compress.
    pub(crate) fn admit(&self, at: usize, coming: u64) -> Result<()> {
        let source = &self.tail.sources[at];
        if source.held_bytes.saturating_add(coming) > source.budget_bytes {
            return Err(Error::Budget { source: source.no, budget: source.budget_bytes });
        }
        if !self.admits_arrivals {
            return Err(Error::Full);
        }
        Ok(())
    }

    fn plan<'a>(&self, source: u32, patient: u64, arrivals: &[Arrival<'a>]) -> Result<Vec<Plan<'a>>> {
        let wanted = wanted(arrivals);
        let mut planner = Planner {
            parcels: Vec::new(),
            next: self.tail.next_parcel,
            fresh: HashMap::new(),
            paths: self.paths_held(source, patient, &wanted)?,
            track_paths: !wanted.is_empty(),
        };
        for (index, arrival) in arrivals.iter().enumerate() {
            match arrival.act {
                Act::Seen { bytes } => {
                    let content = content_id(bytes);
                    let known = match planner.fresh.get(&content) {
                        Some(place) => Some(*place),
                        None => self.place_of(&content)?,
                    };
                    match known {
                        Some(place) => planner.push(arrival, SightingAct::Seen, content, Held::At(place), None),
                        None => {
                            let held = Held::Here { len: bytes.len() as u64 };
                            planner.push(arrival, SightingAct::Seen, content, held, Some(bytes));
                        }
                    }
                }
                Act::Renamed { from } => {
                    let under = planner.paths.get(from).copied();
                    let Some((content, held @ Held::At(_))) = under else {
                        return Err(Error::NotHeld { arrival: index });
                    };
                    planner.push(arrival, SightingAct::Renamed { from: from.to_vec() }, content, held, None);
                }
                Act::Gone => {
                    let under = planner.paths.get(arrival.path).copied();
                    let (content, held) = under.unwrap_or((ContentId([0; 32]), Held::Nowhere));
                    planner.push(arrival, SightingAct::Gone, content, held, None);
                }
                Act::Withheld { code, text } => {
                    let act = SightingAct::Withheld { code: code.to_owned(), text: text.to_owned() };
                    planner.push(arrival, act, ContentId([0; 32]), Held::Nowhere, None);
                }
            }
        }
        Ok(planner.parcels)
    }

    /// Where in the home bytes of this name are held already.
    pub(crate) fn place_of(&self, content: &ContentId) -> Result<Option<Place>> {
        let reader = &self.writer.reader;
        for place in self.writer.known.candidates(&reader.db, content)? {
            if reader.names(place, content)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// What each wanted path of this patient holds, by its newest sighting.
    fn paths_held(&self, source: u32, patient: u64, wanted: &[&[u8]]) -> Result<HashMap<Vec<u8>, Under>> {
        let mut found = HashMap::new();
        if wanted.is_empty() {
            return Ok(found);
        }
        let reader = &self.writer.reader;
        let mut rows = reader.db.prepare_cached("SELECT no, source FROM parcel WHERE patient = ?1 ORDER BY no DESC")?;
        let mut rows = rows.query([patient])?;
        while let Some(row) = rows.next()? {
            if row.get::<_, u32>(1)? != source {
                continue;
            }
            let no = row.get(0)?;
            let (_, parcel) = reader.parcel(no)?;
            for (line, held) in parcel.placed(no).into_iter().rev() {
                if wanted.contains(&&line.path[..]) && !found.contains_key(&line.path) {
                    found.insert(line.path.clone(), (line.content, held));
                }
            }
            if found.len() == wanted.len() {
                break;
            }
        }
        Ok(found)
    }

    /// One parcel behind what its source has.
    pub(crate) fn write_parcel(&mut self, at: usize, patient: u64, received: Moment, plan: &Plan<'_>) -> Result<()> {
        let writer = &mut *self.writer;
        let db = &writer.reader.db;
        let source = &mut self.tail.sources[at];
        let header = Header {
            no: self.tail.next_parcel,
            source: source.no,
            patient,
            first: source.position + 1,
            count: plan.lines.len() as u64,
            received: received.0,
        };
        let (digest, body) = writer.press.body(&header, &plan.lines, &plan.contents)?;
        insert_parcel(db, &header, digest, &body)?;
        let fresh = plan.lines.iter().filter(|line| matches!(line.held, Held::Here { .. }));
        for (slot, line) in fresh.enumerate() {
            writer.known.add(db, &line.content, Place { parcel: header.no, slot: slot as u64 })?;
        }
        source.position += header.count;
        source.held_bytes += body.len() as u64;
        source.changed = true;
        self.tail.next_parcel += 1;
        self.tail.contents += plan.contents.len() as u64;
        self.tail.held_bytes += plan.bytes as u64;
        Ok(())
    }

    /// Row of a patient, made when it is new.
    pub(crate) fn patient(&mut self, authority: u64, id: &str) -> Result<u64> {
        let db = &self.writer.reader.db;
        let found = db
            .prepare_cached("SELECT no FROM patient WHERE authority = ?1 AND id = ?2")?
            .query_row((authority, id), |row| row.get(0))
            .optional()?;
        if let Some(no) = found {
            return Ok(no);
        }
        let no = self.tail.next_patient;
        db.prepare_cached("INSERT INTO patient (no, authority, id) VALUES (?1, ?2, ?3)")?
            .execute((no, authority, id))?;
        self.tail.next_patient += 1;
        Ok(no)
    }
}

/// The row of a parcel.
pub(crate) fn insert_parcel(db: &rusqlite::Connection, header: &Header, digest: [u8; 16], body: &[u8]) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO parcel (no, source, patient, first, count, received, digest, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute((
        header.no,
        header.source,
        header.patient,
        header.first,
        header.count,
        header.received,
        &digest[..],
        body,
    ))?;
    Ok(())
}
