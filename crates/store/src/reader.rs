//! Reading a home. No method here can change what was received (promise 6).

use std::cell::RefCell;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use chart::{Moment, PatientId};
use rusqlite::OptionalExtension;

use crate::entry::{Counts, Cut, KindRow, Source};
use crate::event::{Envelope, EventHash, EventNo, StationId, StoredEvent};
use crate::files::file_bytes;
use crate::home::{About, DATABASE};
use crate::once::{Made, Shelf};
use crate::person::PersonRow;
use crate::writer::last_reading;
use crate::{Error, Result, clock, index, schema};

/// Name of the setting of check digits.
pub(crate) const CHECK_DIGIT: &str = "check_digit";

/// A home opened to read. It has no writing method, and [`crate::open_reader`] opens its connection read-only.
pub struct Reader {
    pub(crate) about: About,
    pub(crate) db: rusqlite::Connection,
    pub(crate) home: PathBuf,
    pub(crate) made: RefCell<Made>,
    pub(crate) shelf: Shelf,
}

/// Stops what a [`Reader`] is at, from any thread. Stopping one that is at nothing does nothing.
pub struct Stopper(rusqlite::InterruptHandle);

impl Stopper {
    /// The statement that runs now ends with [`Error::Stopped`]; one that begins later is not touched.
    pub fn stop(&self) {
        self.0.interrupt();
    }
}

impl Reader {
    /// What stops this reader.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.db.get_interrupt_handle())
    }

    /// Has `work` see the store as it stands now, and nothing that is committed meanwhile: what a page or a sheet shows is of one
    /// moment. Within another `steady` it is that one's moment.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn steady<T>(&self, work: impl FnOnce(&Reader) -> T) -> Result<T> {
        if !self.is_at_rest() {
            return Ok(work(self));
        }
        self.db.prepare_cached("BEGIN")?.execute([])?;
        /// Also when the work stops in the middle.
        struct End<'a>(&'a rusqlite::Connection);
        impl Drop for End<'_> {
            fn drop(&mut self) {
                // What could not be ended is seen by `is_at_rest`.
                let ended = self.0.prepare_cached("COMMIT").and_then(|mut end| end.execute([]));
                ended.unwrap_or_default();
            }
        }
        let _end = End(&self.db);
        Ok(work(self))
    }

    /// True outside of [`Reader::steady`].
    pub fn is_at_rest(&self) -> bool {
        self.db.is_autocommit()
    }

    /// What this home is.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// The word that [`crate::Writer::set_check_digit`] set; empty for none.
    ///
    /// # Errors
    /// [`Error::Sql`], as everywhere here when the database cannot be read.
    pub fn check_digit(&self) -> Result<String> {
        let mut row = self.db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        Ok(row.query_row([CHECK_DIGIT], |row| row.get(0)).optional()?.unwrap_or_default())
    }

    /// The sources that are watched, by number: those with a root.
    ///
    /// # Errors
    /// [`Error::Sql`], as everywhere here when the database cannot be read.
    pub fn sources(&self) -> Result<Vec<Source>> {
        Ok(self.all_sources()?.into_iter().filter(|source| !source.is_handed_in()).collect())
    }

    /// The source of that name which people hand things in by; `None` before the first.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn handed_in(&self, name: &str) -> Result<Option<Source>> {
        Ok(self.all_sources()?.into_iter().find(|source| source.is_handed_in() && source.name == name))
    }

    /// Numbers of the sources of that name, and of those whose name goes on behind it after a space, which people hand things in by.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn handed_in_as(&self, name: &str) -> Result<Vec<u32>> {
        let is = |held: &str| held.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        let all = self.all_sources()?.into_iter().filter(|source| source.is_handed_in() && is(&source.name));
        Ok(all.map(|source| source.no).collect())
    }

    /// Every source by number.
    pub(crate) fn all_sources(&self) -> Result<Vec<Source>> {
        let mut rows = self.db.prepare_cached(
            "SELECT s.no, s.name, a.name, root, added, silence_minutes, last_position, contact, trouble, held_bytes,
             budget_bytes FROM source s JOIN authority a ON a.no = s.authority ORDER BY s.no",
        )?;
        let rows = rows.query_map([], |row| {
            Ok(Source {
                no: row.get(0)?,
                name: row.get(1)?,
                authority: row.get(2)?,
                root: PathBuf::from(OsStr::from_bytes(&row.get::<_, Vec<u8>>(3)?)),
                added: Moment(row.get(4)?),
                silence_minutes: row.get(5)?,
                last_position: row.get(6)?,
                last_contact: row.get::<_, Option<i64>>(7)?.map(Moment),
                trouble: row.get(8)?,
                held_bytes: row.get(9)?,
                budget_bytes: row.get(10)?,
            })
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// The scanner's state under `key`.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn unit(&self, source: u32, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut row = self.db.prepare_cached("SELECT state FROM unit WHERE source = ?1 AND key = ?2")?;
        Ok(row.query_row((source, key), |row| row.get(0)).optional()?)
    }

    /// Keys of the scanner's state that begin with `prefix`, in byte order.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn units(&self, source: u32, prefix: &[u8], mut f: impl FnMut(&[u8])) -> Result<()> {
        let sql = "SELECT key FROM unit WHERE source = ?1 AND key >= ?2 ORDER BY key";
        let mut rows = self.db.prepare_cached(sql)?;
        let mut rows = rows.query((source, prefix))?;
        while let Some(row) = rows.next()? {
            let key = row.get_ref(0)?.as_blob().map_err(|_| Error::damaged("table unit"))?;
            if !key.starts_with(prefix) {
                break;
            }
            f(key);
        }
        Ok(())
    }

    /// Everything received up to now.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn cut(&self) -> Result<Cut> {
        let mut rows = self.db.prepare_cached("SELECT no, last_position FROM source ORDER BY no")?;
        let positions = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let positions = positions.collect::<std::result::Result<_, _>>()?;
        // One seek a life of a station instead of a walk over all events.
        let mut rows = self.db.prepare_cached(
            "WITH RECURSIVE life (station, incarnation) AS (
               SELECT * FROM (SELECT station, incarnation FROM event ORDER BY station, incarnation LIMIT 1)
               UNION ALL
               SELECT e.station, e.incarnation FROM life JOIN event e ON e.no = (
                 SELECT no FROM event n WHERE (n.station, n.incarnation) > (life.station, life.incarnation)
                 ORDER BY n.station, n.incarnation LIMIT 1))
             SELECT station, incarnation, (SELECT max(log_no) FROM event e
               WHERE e.station = life.station AND e.incarnation = life.incarnation) FROM life",
        )?;
        let events = rows.query_map([], |row| Ok((StationId(row.get(0)?).to_string(), row.get(1)?, row.get(2)?)))?;
        Ok(Cut { positions, events: events.collect::<std::result::Result<_, _>>()? })
    }

    /// The search row of one patient.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the row cannot be read: rebuild the indexes.
    pub fn person(&self, id: &PatientId) -> Result<Option<PersonRow>> {
        match self.patient_row(id)? {
            Some(patient) => Ok(self.person_row(patient)?.map(|(_, row)| row)),
            None => Ok(None),
        }
    }

    /// The home's folder.
    pub fn dir(&self) -> &std::path::Path {
        &self.home
    }

    /// Hands every patient that can be found to `f`, in no order, with the search row.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a row cannot be read: rebuild the indexes.
    pub fn people(&self, mut f: impl FnMut(PatientId, PersonRow)) -> Result<()> {
        let sql = "SELECT a.name, p.id, p.row, p.patient FROM person p JOIN authority a ON a.no = p.authority";
        let mut rows = self.db.prepare_cached(sql)?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (blob, patient): (Vec<u8>, u64) = (row.get(2)?, row.get(3)?);
            let person = index::decode_row(&blob).ok_or_else(|| Error::damaged(format!("person {patient}")))?;
            f(PatientId { authority: row.get(0)?, id: row.get(1)? }, person);
        }
        Ok(())
    }

    /// The search row of a patient, and whose it is. The number stands in it, so that a hit needs no second look-up.
    pub(crate) fn person_row(&self, patient: u64) -> Result<Option<(PatientId, PersonRow)>> {
        let mut row = self.db.prepare_cached(
            "SELECT a.name, p.id, p.row FROM person p JOIN authority a ON a.no = p.authority WHERE p.patient = ?1",
        )?;
        let held = row.query_row([patient], |row| {
            Ok((PatientId { authority: row.get(0)?, id: row.get(1)? }, row.get::<_, Vec<u8>>(2)?))
        });
        let Some((id, blob)) = held.optional()? else { return Ok(None) };
        let row = index::decode_row(&blob).ok_or_else(|| Error::damaged(format!("person {patient}")))?;
        Ok(Some((id, row)))
    }

    /// Row of a patient, where there is one.
    pub(crate) fn patient_row(&self, id: &PatientId) -> Result<Option<u64>> {
        let mut row = self.db.prepare_cached(
            "SELECT no FROM patient WHERE authority = (SELECT no FROM authority WHERE name = ?1) AND id = ?2",
        )?;
        Ok(row.query_row((&id.authority, &id.id), |row| row.get(0)).optional()?)
    }

    /// Characters of the longest number that any authority but those of `leave` gave a patient; 0 for no patient.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn longest_number(&self, leave: impl Fn(&str) -> bool) -> Result<usize> {
        let sql =
            "SELECT a.name, max(length(p.id)) FROM patient p JOIN authority a ON a.no = p.authority GROUP BY a.no";
        let mut rows = self.db.prepare_cached(sql)?;
        let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, usize>(1)?)))?;
        let lengths = rows.collect::<std::result::Result<Vec<_>, _>>()?;
        Ok(lengths.into_iter().filter(|(name, _)| !leave(name)).map(|(_, length)| length).max().unwrap_or(0))
    }

    /// How many faults per source and code.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn fault_counts(&self) -> Result<Vec<(u32, String, u64)>> {
        let sql = "SELECT source, code, count FROM fault_count WHERE count > 0 ORDER BY source, code";
        let mut rows = self.db.prepare_cached(sql)?;
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// Freshness per source and kind.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn kinds(&self) -> Result<Vec<KindRow>> {
        let sql = "SELECT source, kind, count, last_sent, last_received FROM kind ORDER BY source, kind";
        let mut rows = self.db.prepare_cached(sql)?;
        let rows = rows.query_map([], |row| {
            Ok(KindRow {
                source: row.get(0)?,
                kind: row.get(1)?,
                count: row.get(2)?,
                last_sent: row.get::<_, Option<i64>>(3)?.map(Moment),
                last_received: Moment(row.get(4)?),
            })
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// Events in order of arrival, from a number on.
    ///
    /// # Errors
    /// [`Error::Damaged`] when stored bytes are no event.
    pub fn events(&self, from: EventNo, limit: usize) -> Result<Vec<StoredEvent>> {
        let sql = "SELECT no, hash, bytes FROM event WHERE no >= ?1 ORDER BY no LIMIT ?2";
        self.stored_events(sql, (from.0, limit as u64))
    }

    /// Events of this home's own log that name an item, in order of arrival; other stations': [`Reader::everyones_events_of`].
    ///
    /// # Errors
    /// [`Error::Damaged`] when stored bytes are no event.
    pub fn events_of(&self, item: &str) -> Result<Vec<StoredEvent>> {
        let sql = "SELECT no, hash, bytes FROM event_item JOIN event ON no = event WHERE item = ?1 ORDER BY event";
        self.stored_events(sql, [item])
    }

    /// The event that named an item last.
    ///
    /// # Errors
    /// [`Error::Damaged`] when stored bytes are no event.
    pub fn last_event_of(&self, item: &str) -> Result<Option<StoredEvent>> {
        let sql = "SELECT no, hash, bytes FROM event_item JOIN event ON no = event
                   WHERE item = ?1 ORDER BY event DESC LIMIT 1";
        Ok(self.stored_events(sql, [item])?.pop())
    }

    /// Every item whose name begins so, by what follows, with the event that named it last; in the order of names. Looks at no
    /// event: who marks what is open, and what is done, by such names finds the open without reading what is long over.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn items(&self, begins: &str) -> Result<Vec<(String, EventNo)>> {
        // No text that begins so comes after it with the greatest character behind it.
        let sql = "SELECT substr(item, length(?1) + 1), max(event) FROM event_item
                   WHERE item >= ?1 AND item < ?1 || char(1114111) GROUP BY item ORDER BY item";
        let mut rows = self.db.prepare_cached(sql)?;
        let rows = rows.query_map([begins], |row| Ok((row.get(0)?, EventNo(row.get(1)?))))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// One event by its number; `None` where there is none.
    ///
    /// # Errors
    /// [`Error::Damaged`] when stored bytes are no event.
    pub fn event(&self, no: EventNo) -> Result<Option<StoredEvent>> {
        Ok(self.stored_events("SELECT no, hash, bytes FROM event WHERE no = ?1", [no.0])?.pop())
    }

    pub(crate) fn stored_events(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<StoredEvent>> {
        let mut rows = self.db.prepare_cached(sql)?;
        let mut rows = rows.query(params)?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            let no = row.get(0)?;
            let bytes: Vec<u8> = row.get(2)?;
            let envelope = Envelope::decode(&bytes).ok_or_else(|| Error::damaged(format!("event {no}")))?;
            events.push(StoredEvent { no: EventNo(no), hash: EventHash(row.get(1)?), bytes, envelope });
        }
        Ok(events)
    }

    /// How many minutes this station's log runs ahead of `now`, 0 when it does not: more than
    /// [`clock::GUARD_MINUTES`] is shown in red.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the last event's bytes are none.
    pub fn clock_ahead_minutes(&self, now: Moment) -> Result<i64> {
        Ok(clock::minutes_ahead(*self.once(Reader::own_last_reading)?, now).max(0))
    }

    fn own_last_reading(&self) -> Result<u64> {
        last_reading(&self.db, StationId(schema::setting(&self.db, "station")?))
    }

    /// How much this home holds.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn counts(&self) -> Result<Counts> {
        let count = |sql: &str| -> Result<u64> { Ok(self.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?) };
        let database = self.home.join(DATABASE);
        Ok(Counts {
            sightings: count("SELECT coalesce(sum(last_position), 0) FROM source")?,
            contents: schema::setting(&self.db, "contents")?,
            patients: count("SELECT count(*) FROM patient WHERE id <> ''")?,
            events: count("SELECT coalesce(max(no), 0) FROM event")?,
            held_bytes: schema::setting(&self.db, "held_bytes")?,
            disk_bytes: file_bytes(&database) + file_bytes(&database.with_extension("db-wal")),
        })
    }
}
