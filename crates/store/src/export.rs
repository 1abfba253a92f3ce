//! Handing out everything a home holds, in order, so that another home can be filled with the same by the same numbers.
//!
//! No secret goes out: neither what signs the log nor what opens the home, and nobody's PIN.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use chart::{Moment, PatientId};
use rusqlite::OptionalExtension;

use crate::entry::Cut;
use crate::event::{EventHash, StationId};
use crate::journal::{Journal, JournalLine};
use crate::parcel::{Held, Parcel, Place};
use crate::recall::{PARCEL, unpack};
use crate::{Error, Reader, Result, schema};

/// Contents of other parcels kept while one parcel is handed out.
const KEPT: usize = 64;

/// A source as it travels: how it was set up, and no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRecord {
    /// Number in the home.
    pub no: u32,
    /// Name for people.
    pub name: String,
    /// Number of its authority.
    pub authority: u64,
    /// Root folder, bytes of the operating system.
    pub root: Vec<u8>,
    /// When it was added.
    pub added: Moment,
    /// Silence longer than this is an alarm, minutes.
    pub silence_minutes: u32,
    /// Bytes it may hold, compressed.
    pub budget_bytes: u64,
}

/// What stands beside parcels and events: small, and needed before either.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HomeRecord {
    /// Authorities by number.
    pub authorities: Vec<(u64, String)>,
    /// Sources by number.
    pub sources: Vec<SourceRecord>,
    /// Stations with the public key that each signs by.
    pub stations: Vec<(StationId, [u8; 32])>,
    /// Stations whose log a home that is filled from this one counts as its own: this one, and those it was filled from.
    pub former: Vec<StationId>,
    /// Lives of this station's log: number, reason, since when.
    pub incarnations: Vec<(u32, String, Moment)>,
    /// Scheme of check digits; empty for none.
    pub check_digit: String,
}

/// How far a home reaches: everything up to these numbers is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Last parcel; 0 for none.
    pub parcel: u64,
    /// Last event; 0 for none.
    pub event: u64,
}

/// One parcel on its way out.
pub struct ParcelOut<'a> {
    /// All of it but the contents.
    pub journal: Journal,
    reader: &'a Reader,
    parcel: Parcel,
    places: Vec<Held>,
    fetched: RefCell<HashMap<Place, Arc<[u8]>>>,
}

impl ParcelOut<'_> {
    /// Its sightings.
    pub fn lines(&self) -> Vec<JournalLine> {
        self.journal.lines()
    }

    /// The bytes of a sighting by its index; `None` where none were ever held.
    ///
    /// # Errors
    /// [`Error::Damaged`] names the parcel that cannot be read.
    pub fn bytes(&self, index: usize) -> Result<Option<Arc<[u8]>>> {
        let Some(Held::At(place)) = self.places.get(index).copied() else { return Ok(None) };
        if place.parcel == self.journal.no {
            let missing = || Error::damaged(format!("parcel {} content {}", place.parcel, place.slot));
            return Ok(Some(self.parcel.content(place.slot).ok_or_else(missing)?.0.into()));
        }
        let mut fetched = self.fetched.borrow_mut();
        if let Some(bytes) = fetched.get(&place) {
            return Ok(Some(bytes.clone()));
        }
        let bytes = self.reader.content_at(place)?;
        if fetched.len() >= KEPT {
            fetched.clear();
        }
        fetched.insert(place, bytes.clone());
        Ok(Some(bytes))
    }
}

/// One event on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventOut {
    /// Order of arrival in the home.
    pub no: u64,
    /// The stored bytes.
    pub bytes: Vec<u8>,
    /// The station's signature over its log up to this event, where the event ended a commit.
    pub signature: Option<[u8; 64]>,
}

impl Reader {
    /// How far the home reaches now.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn ends(&self) -> Result<Ends> {
        let last = |sql: &str| -> Result<u64> { Ok(self.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?) };
        Ok(Ends {
            parcel: last("SELECT coalesce(max(no), 0) FROM parcel")?,
            event: last("SELECT coalesce(max(no), 0) FROM event")?,
        })
    }

    /// Which entries count up to these numbers: the cut as it was when the home reached them.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn cut_at(&self, ends: Ends) -> Result<Cut> {
        let mut last = self.db.prepare_cached(
            "SELECT first + count - 1 FROM parcel WHERE source = ?1 AND no <= ?2 ORDER BY first DESC LIMIT 1",
        )?;
        let mut positions = Vec::new();
        for source in self.all_sources()? {
            let position: Option<u64> = last.query_row((source.no, ends.parcel), |row| row.get(0)).optional()?;
            positions.push((source.no, position.unwrap_or(0)));
        }
        let sql = "SELECT station, incarnation, max(log_no) FROM event WHERE no <= ?1 GROUP BY station, incarnation";
        let mut rows = self.db.prepare(sql)?;
        let events =
            rows.query_map([ends.event], |row| Ok((StationId(row.get(0)?).to_string(), row.get(1)?, row.get(2)?)))?;
        Ok(Cut { positions, events: events.collect::<std::result::Result<_, _>>()? })
    }

    /// Hands out everybody of whom anything was ever received.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn patients(&self, mut f: impl FnMut(PatientId)) -> Result<()> {
        let mut rows = self
            .db
            .prepare("SELECT a.name, p.id FROM patient p JOIN authority a ON a.no = p.authority ORDER BY p.no")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            f(PatientId { authority: row.get(0)?, id: row.get(1)? });
        }
        Ok(())
    }

    /// Whether a parcel is here.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn has_parcel(&self, no: u64) -> Result<bool> {
        Ok(self.db.prepare_cached("SELECT 1 FROM parcel WHERE no = ?1")?.exists([no])?)
    }

    /// What stands beside parcels and events.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn home_record(&self) -> Result<HomeRecord> {
        let mut rows = self.db.prepare("SELECT no, name FROM authority ORDER BY no")?;
        let authorities = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let authorities = authorities.collect::<std::result::Result<_, _>>()?;
        let mut rows = self.db.prepare(
            "SELECT no, name, authority, root, added, silence_minutes, budget_bytes FROM source ORDER BY no",
        )?;
        let sources = rows.query_map([], |row| {
            Ok(SourceRecord {
                no: row.get(0)?,
                name: row.get(1)?,
                authority: row.get(2)?,
                root: row.get(3)?,
                added: Moment(row.get(4)?),
                silence_minutes: row.get(5)?,
                budget_bytes: row.get(6)?,
            })
        })?;
        let sources = sources.collect::<std::result::Result<_, _>>()?;
        let mut rows = self.db.prepare("SELECT id, public_key FROM station ORDER BY id")?;
        let stations = rows.query_map([], |row| Ok((StationId(row.get(0)?), row.get(1)?)))?;
        let stations = stations.collect::<std::result::Result<_, _>>()?;
        let mut rows = self.db.prepare("SELECT no, reason, since FROM incarnation ORDER BY no")?;
        let incarnations = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, Moment(row.get(2)?))))?;
        let incarnations = incarnations.collect::<std::result::Result<_, _>>()?;
        Ok(HomeRecord {
            former: self.own_stations()?,
            authorities,
            sources,
            stations,
            incarnations,
            check_digit: self.check_digit()?,
        })
    }

    /// Parcels in order from a number on, one in memory; `f` answers false to stop. A row that is not there, or does not say what
    /// its digest says, ends the walk: a copy of damage is no copy.
    ///
    /// # Errors
    /// What `f` returned; [`Error::Damaged`] names the parcel.
    pub fn export_parcels(&self, from: u64, mut f: impl FnMut(&ParcelOut<'_>) -> Result<bool>) -> Result<()> {
        let mut rows = self.db.prepare_cached(&format!("{PARCEL} WHERE no >= ?1 ORDER BY no"))?;
        let mut rows = rows.query([from])?;
        let mut next = from.max(1);
        while let Some(row) = rows.next()? {
            let (header, parcel) = unpack(row)?;
            let digest: [u8; 16] = row.get(7)?;
            if header.no != next || header.digest(parcel.meta()) != digest {
                return Err(Error::damaged(format!("parcel {next}")));
            }
            next += 1;
            let journal = Journal::of(&header, digest, self.patient_id(header.patient)?, &parcel);
            let places = parcel.placed(header.no).into_iter().map(|(_, held)| held).collect();
            if !f(&ParcelOut { journal, reader: self, parcel, places, fetched: RefCell::default() })? {
                break;
            }
        }
        Ok(())
    }

    /// Events in order of arrival from a number on; `f` answers false to stop.
    ///
    /// # Errors
    /// What `f` returned; [`Error::Damaged`] names an event that is missing or does not have its hash.
    pub fn export_events(&self, from: u64, mut f: impl FnMut(EventOut) -> Result<bool>) -> Result<()> {
        let mut rows = self.db.prepare_cached(
            "SELECT e.no, e.bytes, e.hash, h.signature FROM event e LEFT JOIN head h ON h.station = e.station
             AND h.incarnation = e.incarnation AND h.log_no = e.log_no AND h.hash = e.hash WHERE e.no >= ?1 ORDER BY e.no",
        )?;
        let mut rows = rows.query([from])?;
        let mut next = from.max(1);
        while let Some(row) = rows.next()? {
            let event = EventOut { no: row.get(0)?, bytes: row.get(1)?, signature: row.get(3)? };
            if event.no != next || EventHash::of(&event.bytes).0 != row.get::<_, [u8; 32]>(2)? {
                return Err(Error::damaged(format!("event {next}")));
            }
            next += 1;
            if !f(event)? {
                break;
            }
        }
        Ok(())
    }

    /// What a command that seals keeps of its own beside the entries, under a name; never part of what travels.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn kept(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let mut row = self.db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        Ok(row.query_row([format!("{}{name}", schema::KEPT)], |row| row.get(0)).optional()?)
    }
}
