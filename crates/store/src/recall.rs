//! Getting back what was received: a patient's sightings, a source's in order, one content, faults with their file.

use std::collections::HashMap;
use std::sync::Arc;

use chart::{ContentId, Moment, PatientId};
use rusqlite::OptionalExtension;

use crate::entry::{Cut, Doubt, FaultRow, Sighting, StoredFault};
use crate::known::{key, places_in};
use crate::parcel::{Header, Held, Line, Parcel, Place, content_id};
use crate::{Error, Reader, Result};

pub(crate) const PARCEL: &str = "SELECT no, source, patient, first, count, received, body, digest FROM parcel";
/// Contents of other parcels kept while a source is scanned; then forgotten and read anew.
const SCAN_KEEPS: usize = 256;

/// Contents already fetched in one answer, so that a rename shares its bytes with the sighting before it.
#[derive(Default)]
struct Fetched(HashMap<Place, Arc<[u8]>>);

fn header(row: &rusqlite::Row<'_>) -> rusqlite::Result<Header> {
    Ok(Header {
        no: row.get(0)?,
        source: row.get(1)?,
        patient: row.get(2)?,
        first: row.get(3)?,
        count: row.get(4)?,
        received: row.get(5)?,
    })
}

pub(crate) fn unpack(row: &rusqlite::Row<'_>) -> Result<(Header, Parcel)> {
    let header = header(row)?;
    let place = || format!("parcel {}", header.no);
    let body = row.get_ref(6)?.as_blob().map_err(|_| Error::damaged(place()))?;
    let parcel = Parcel::open(body).filter(|parcel| parcel.lines.len() as u64 == header.count);
    let parcel = parcel.ok_or_else(|| Error::damaged(place()))?;
    Ok((header, parcel))
}

impl Reader {
    /// One parcel.
    pub(crate) fn parcel(&self, no: u64) -> Result<(Header, Parcel)> {
        let mut rows = self.db.prepare_cached(&format!("{PARCEL} WHERE no = ?1"))?;
        let mut rows = rows.query([no])?;
        match rows.next()? {
            Some(row) => unpack(row),
            None => Err(Error::damaged(format!("parcel {no} is missing"))),
        }
    }

    /// Number of the open epoch of the index of contents.
    pub(crate) fn epochs(&self) -> Result<u64> {
        let mut row = self.db.prepare_cached("SELECT coalesce(max(no) + 1, 0) FROM epoch")?;
        Ok(row.query_row([], |row| row.get(0))?)
    }

    /// Whether the content at a place has this name.
    pub(crate) fn names(&self, place: Place, content: &ContentId) -> Result<bool> {
        let (_, parcel) = self.parcel(place.parcel)?;
        Ok(parcel.content(place.slot).is_some_and(|(_, name)| name == *content))
    }

    fn fetch(&self, fetched: &mut Fetched, place: Place) -> Result<Arc<[u8]>> {
        if let Some(bytes) = fetched.0.get(&place) {
            return Ok(bytes.clone());
        }
        let bytes = self.content_at(place)?;
        fetched.0.insert(place, bytes.clone());
        Ok(bytes)
    }

    /// The content at a place.
    pub(crate) fn content_at(&self, place: Place) -> Result<Arc<[u8]>> {
        let (_, parcel) = self.parcel(place.parcel)?;
        let missing = || Error::damaged(format!("parcel {} content {}", place.parcel, place.slot));
        Ok(parcel.content(place.slot).ok_or_else(missing)?.0.into())
    }

    /// Adds the sightings of a parcel up to a position.
    fn unfold(
        &self,
        header: &Header,
        parcel: &Parcel,
        patient: &str,
        fetched: &mut Fetched,
        mut take: impl FnMut(Sighting) -> Result<bool>,
    ) -> Result<bool> {
        for (index, (line, held)) in parcel.placed(header.no).into_iter().enumerate() {
            let bytes = match (line.held, held) {
                (Held::Here { .. }, Held::At(place)) => {
                    let missing = || Error::damaged(format!("parcel {} content {}", header.no, place.slot));
                    let bytes: Arc<[u8]> = parcel.content(place.slot).ok_or_else(missing)?.0.into();
                    fetched.0.insert(place, bytes.clone());
                    Some(bytes)
                }
                (_, Held::At(place)) => Some(self.fetch(fetched, place)?),
                _ => None,
            };
            if !take(sighting(header, index as u64, line, patient, bytes))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// This patient's sightings from all sources of the authority, in (source, position) order, bytes included.
    ///
    /// # Errors
    /// [`Error::Damaged`] names the parcel that cannot be read.
    pub fn sightings(&self, patient: &PatientId, cut: &Cut) -> Result<Vec<Sighting>> {
        let Some(no) = self.patient_row(patient)? else { return Ok(Vec::new()) };
        let mut rows = self.db.prepare_cached(&format!("{PARCEL} WHERE patient = ?1 ORDER BY no"))?;
        let mut rows = rows.query([no])?;
        let (mut sightings, mut fetched) = (Vec::new(), Fetched::default());
        while let Some(row) = rows.next()? {
            if row.get::<_, u64>(3)? > cut.position(row.get(1)?) {
                continue;
            }
            let (header, parcel) = unpack(row)?;
            let last = cut.position(header.source);
            self.unfold(&header, &parcel, &patient.id, &mut fetched, |sighting| {
                let counts = sighting.position <= last;
                sightings.extend(counts.then_some(sighting));
                Ok(counts)
            })?;
        }
        sightings.sort_by_key(|sighting| (sighting.source, sighting.position));
        Ok(sightings)
    }

    /// Every sighting of a source from a position on, in order, one parcel in memory; `f` answers false to stop.
    ///
    /// # Errors
    /// What `f` returned; [`Error::Damaged`] names the parcel that cannot be read.
    pub fn scan(&self, source: u32, from: u64, mut f: impl FnMut(Sighting) -> Result<bool>) -> Result<()> {
        let sql = format!(
            "{PARCEL} WHERE source = ?1 AND first >= coalesce(
               (SELECT max(first) FROM parcel WHERE source = ?1 AND first <= ?2), 0) ORDER BY first"
        );
        let mut rows = self.db.prepare_cached(&sql)?;
        let mut rows = rows.query((source, from))?;
        let mut fetched = Fetched::default();
        while let Some(row) = rows.next()? {
            let (header, parcel) = unpack(row)?;
            let patient = self.patient_text(header.patient)?;
            if fetched.0.len() > SCAN_KEEPS {
                fetched.0.clear();
            }
            let go_on = self.unfold(&header, &parcel, &patient, &mut fetched, |sighting| {
                if sighting.position < from { Ok(true) } else { f(sighting) }
            })?;
            if !go_on {
                break;
            }
        }
        Ok(())
    }

    fn patient_text(&self, no: u64) -> Result<String> {
        Ok(self.patient_id(no)?.id)
    }

    /// Number and authority of a patient's row.
    pub(crate) fn patient_id(&self, no: u64) -> Result<PatientId> {
        let mut row = self.db.prepare_cached(
            "SELECT a.name, p.id FROM patient p JOIN authority a ON a.no = p.authority WHERE p.no = ?1",
        )?;
        let id = row.query_row([no], |row| Ok(PatientId { authority: row.get(0)?, id: row.get(1)? })).optional()?;
        id.ok_or_else(|| Error::damaged(format!("patient {no} is missing")))
    }

    /// Bytes by their SHA-256, compared again before they are handed out.
    ///
    /// # Errors
    /// [`Error::Damaged`] names the parcel whose bytes do not have this name.
    pub fn content(&self, id: &ContentId) -> Result<Option<Vec<u8>>> {
        let mut places = Vec::new();
        for epoch in 0..=self.epochs()? {
            places_in(&self.db, epoch, key(id), &mut places)?;
        }
        for place in places {
            let (_, parcel) = self.parcel(place.parcel)?;
            let Some((bytes, name)) = parcel.content(place.slot) else { continue };
            if name == *id {
                let sound = content_id(bytes) == *id;
                let damage = || Error::damaged(format!("parcel {} content {}", place.parcel, place.slot));
                return sound.then(|| Some(bytes.to_vec())).ok_or_else(damage);
            }
        }
        Ok(None)
    }

    /// Whether bytes of this name are here, by the index alone: nothing is unpacked.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn holds(&self, id: &ContentId) -> Result<bool> {
        let mut places = Vec::new();
        for epoch in 0..=self.epochs()? {
            places_in(&self.db, epoch, key(id), &mut places)?;
        }
        Ok(!places.is_empty())
    }

    /// The header and line at a position.
    fn line_at(&self, source: u32, position: u64) -> Result<(Header, Line)> {
        let sql = format!("{PARCEL} WHERE source = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1");
        let mut rows = self.db.prepare_cached(&sql)?;
        let mut rows = rows.query((source, position))?;
        let missing = || Error::damaged(format!("source {source} position {position} is missing"));
        let (header, mut parcel) = unpack(rows.next()?.ok_or_else(missing)?)?;
        let index = (position - header.first) as usize;
        if index >= parcel.lines.len() {
            return Err(missing());
        }
        Ok((header, parcel.lines.swap_remove(index)))
    }

    /// True when anything was sighted of a patient that one cut counts and an earlier one does not.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn arrived_between(&self, id: &PatientId, earlier: &Cut, later: &Cut) -> Result<bool> {
        let mut found = false;
        self.spans(id, |source, first, last| {
            found |= last > earlier.position(source)
                && first <= later.position(source)
                && earlier.position(source) < later.position(source);
        })?;
        Ok(found)
    }

    /// How many sightings of a patient lie behind a position of their source.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn sighted_after(&self, id: &PatientId, positions: &[(u32, u64)]) -> Result<u64> {
        let mut count = 0;
        self.spans(id, |source, first, last| {
            let after = positions.iter().find(|(no, _)| *no == source).map_or(u64::MAX, |(_, after)| *after);
            count += last.saturating_sub(after.max(first - 1));
        })?;
        Ok(count)
    }

    /// Source, first and last position of everything sighted of a patient; nothing is unpacked.
    fn spans(&self, id: &PatientId, mut f: impl FnMut(u32, u64, u64)) -> Result<()> {
        let Some(no) = self.patient_row(id)? else { return Ok(()) };
        let mut rows = self.db.prepare_cached("SELECT source, first, count FROM parcel WHERE patient = ?1")?;
        let mut rows = rows.query([no])?;
        while let Some(row) = rows.next()? {
            let (source, first, count): (u32, u64, u64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            f(source, first, first + count - 1);
        }
        Ok(())
    }

    /// Messages filed elsewhere whose PID-3 names this patient.
    ///
    /// # Errors
    /// [`Error::Damaged`] names what cannot be read.
    pub fn doubts(&self, id: &PatientId) -> Result<Vec<Doubt>> {
        let Some(no) = self.patient_row(id)? else { return Ok(Vec::new()) };
        let sql = "SELECT source, position FROM doubt WHERE named = ?1 ORDER BY source, position";
        let mut rows = self.db.prepare_cached(sql)?;
        let rows = rows.query_map([no], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.map(|row| {
            let (source, position) = row?;
            let (header, line) = self.line_at(source, position)?;
            Ok(Doubt {
                source,
                position,
                filed: self.patient_id(header.patient)?,
                path: line.path,
                content: line.content,
                received: Moment(header.received),
            })
        })
        .collect()
    }

    /// Listed faults, newest first, those before number `after`.
    ///
    /// # Errors
    /// [`Error::Damaged`] names what cannot be read.
    pub fn faults(&self, after: Option<u64>, limit: usize) -> Result<Vec<StoredFault>> {
        let mut rows = self.db.prepare_cached(
            "SELECT no, source, position, patient, code, place, text FROM fault WHERE no < ?1 ORDER BY no DESC LIMIT ?2",
        )?;
        let mut rows = rows.query((after.map_or(i64::MAX, |no| no as i64), limit as u64))?;
        let mut faults = Vec::new();
        while let Some(row) = rows.next()? {
            let (source, position) = (row.get(1)?, row.get(2)?);
            let (header, line) = self.line_at(source, position)?;
            faults.push(StoredFault {
                no: row.get(0)?,
                source,
                position,
                patient: row.get(3)?,
                path: line.path,
                content: line.content,
                received: Moment(header.received),
                row: FaultRow { code: row.get(4)?, at: row.get(5)?, text: row.get(6)? },
            });
        }
        Ok(faults)
    }
}

fn sighting(header: &Header, index: u64, line: &Line, patient: &str, bytes: Option<Arc<[u8]>>) -> Sighting {
    Sighting {
        source: header.source,
        position: header.first + index,
        patient: patient.to_owned(),
        path: line.path.clone(),
        size: line.size,
        mtime_ns: line.mtime_ns,
        act: line.act.clone(),
        content: line.content,
        received: Moment(header.received),
        bytes,
    }
}
