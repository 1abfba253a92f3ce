//! The rest of a transaction: scanner state, search rows, faults, freshness, events, and the end of it.

use chart::{Moment, PatientId};
use ed25519_dalek::Signer;

use crate::entry::FaultRow;
use crate::event::{Envelope, EventHash, EventId, NewEvent, StationId, head_statement};
use crate::person::PersonRow;
use crate::{Batch, Error, Result, clock, schema};

/// Search rows kept in memory before they are written in index order.
const PERSONS_BUFFERED: usize = 4096;

/// What a batch has seen of one kind.
pub(crate) struct KindCount {
    count: u64,
    last_sent: Option<Moment>,
    last_received: Moment,
}

impl Batch<'_> {
    /// Index of a source in the tail.
    pub(crate) fn source(&self, no: u32) -> Result<usize> {
        self.tail.sources.iter().position(|source| source.no == no).ok_or(Error::NoSource(no))
    }

    pub(crate) fn db(&self) -> &rusqlite::Connection {
        &self.writer.reader.db
    }

    /// Keeps a piece of the scanner's state, in the transaction of what it describes.
    ///
    /// # Errors
    /// [`Error::Full`].
    pub fn put_unit(&mut self, source: u32, key: &[u8], blob: &[u8]) -> Result<()> {
        let sql = "INSERT INTO unit (source, key, state) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET state = ?3";
        self.db().prepare_cached(sql)?.execute((source, key, blob))?;
        Ok(())
    }

    /// Reads a piece of the scanner's state as this batch leaves it so far.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn unit(&self, source: u32, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.writer.unit(source, key)
    }

    /// Forgets a piece of the scanner's state.
    ///
    /// # Errors
    /// [`Error::Full`].
    pub fn drop_unit(&mut self, source: u32, key: &[u8]) -> Result<()> {
        self.db().prepare_cached("DELETE FROM unit WHERE source = ?1 AND key = ?2")?.execute((source, key))?;
        Ok(())
    }

    /// Sets the search row of a patient.
    ///
    /// # Errors
    /// [`Error::Full`].
    pub fn put_person(&mut self, id: &PatientId, row: &PersonRow) -> Result<()> {
        let authority = self.authority(&id.authority)?;
        let patient = self.patient(authority, &id.id)?;
        self.persons.insert(patient, row.clone());
        if self.persons.len() >= PERSONS_BUFFERED {
            self.flush_persons()?;
        }
        Ok(())
    }

    /// The search row of a patient as this batch leaves it so far.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn person(&self, id: &PatientId) -> Result<Option<PersonRow>> {
        let Some(patient) = self.writer.reader.patient_row(id)? else { return Ok(None) };
        match self.persons.get(&patient) {
            Some(row) => Ok(Some(row.clone())),
            None => self.writer.person(id),
        }
    }

    fn flush_persons(&mut self) -> Result<()> {
        let persons = std::mem::take(&mut self.persons);
        crate::index::write_persons(self.db(), &persons)
    }

    /// Number of an authority, made when it is new.
    pub(crate) fn authority(&self, name: &str) -> Result<u64> {
        let db = self.db();
        db.prepare_cached("INSERT INTO authority (name) VALUES (?1) ON CONFLICT DO NOTHING")?.execute([name])?;
        Ok(db.prepare_cached("SELECT no FROM authority WHERE name = ?1")?.query_row([name], |row| row.get(0))?)
    }

    /// Lists the faults of one message, in place of those listed for it before.
    ///
    /// # Errors
    /// [`Error::Full`].
    pub fn put_faults(&mut self, source: u32, position: u64, patient: &str, faults: &[FaultRow]) -> Result<()> {
        let db = self.db();
        let codes = db
            .prepare_cached("DELETE FROM fault WHERE source = ?1 AND position = ?2 RETURNING code")?
            .query_map((source, position), |row| row.get::<_, String>(0))?
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let mut count = db.prepare_cached(
            "INSERT INTO fault_count (source, code, count) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET count = count + ?3",
        )?;
        for code in codes {
            count.execute((source, code, -1))?;
        }
        let mut insert = db.prepare_cached(
            "INSERT INTO fault (source, position, patient, code, place, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for fault in faults {
            insert.execute((source, position, patient, &fault.code, &fault.at, &fault.text))?;
            count.execute((source, &fault.code, 1))?;
        }
        Ok(())
    }

    /// Notes that a message filed under `filed` names other patients in PID-3, for [`crate::Reader::doubts`].
    ///
    /// # Errors
    /// [`Error::NoSource`]; [`Error::Full`].
    pub fn put_doubts(&mut self, source: u32, position: u64, filed: &str, named: &[&str]) -> Result<()> {
        let authority = self.tail.sources[self.source(source)?].authority;
        for id in named.iter().filter(|id| **id != filed) {
            let patient = self.patient(authority, id)?;
            let sql = "INSERT INTO doubt (named, source, position) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            self.db().prepare_cached(sql)?.execute((patient, source, position))?;
        }
        Ok(())
    }

    /// Adds to the count of a kind and keeps the later of each time.
    ///
    /// # Errors
    /// None now; written with the batch.
    pub fn note_kind(
        &mut self,
        source: u32,
        kind: &str,
        count: u64,
        last_sent: Option<Moment>,
        last_received: Moment,
    ) -> Result<()> {
        let new = KindCount { count: 0, last_sent, last_received };
        let held = self.kinds.entry((source, kind.to_owned())).or_insert(new);
        held.count += count;
        held.last_sent = held.last_sent.max(last_sent);
        held.last_received = held.last_received.max(last_received);
        Ok(())
    }

    /// Notes a complete pass over a source (`trouble` is `None`), or what is wrong with it, as a code word.
    ///
    /// # Errors
    /// [`Error::NoSource`]; [`Error::Full`].
    pub fn set_contact(&mut self, source: u32, at: Moment, trouble: Option<&str>) -> Result<()> {
        self.source(source)?;
        let db = self.db();
        match trouble {
            None => db.execute("UPDATE source SET contact = ?2, trouble = NULL WHERE no = ?1", (source, at.0))?,
            Some(word) => db.execute("UPDATE source SET trouble = ?2 WHERE no = ?1", (source, word))?,
        };
        Ok(())
    }

    /// Where a source stands, as this batch leaves it so far: the last position given.
    ///
    /// # Errors
    /// [`Error::NoSource`].
    pub fn position(&self, source: u32) -> Result<u64> {
        Ok(self.tail.sources[self.source(source)?].position)
    }

    /// Appends one event to this station's log; the head is signed when the batch commits.
    ///
    /// # Errors
    /// [`Error::TooLong`], before anything is written; [`Error::Full`].
    pub fn append_event(&mut self, event: &NewEvent) -> Result<EventId> {
        self.writer.reserve.release_if_low();
        let log = &self.tail.log;
        let hlc = clock::tick(log.hlc, event.entry_time);
        let envelope = Envelope {
            station: log.head.station,
            incarnation: log.head.incarnation,
            no: log.head.next_no,
            prev_hash: log.head.prev_hash,
            hlc,
            event_time: event.event_time,
            entry_time: event.entry_time,
            person: event.person.clone(),
            role: event.role.clone(),
            items: event.items.clone(),
            parents: event.parents.clone(),
            kind: event.kind,
            version: event.version,
            payload: event.payload.clone(),
        };
        let bytes = envelope.encode()?;
        let hash = EventHash::of(&bytes);
        self.spoiled = true;
        insert_event(self.db(), log.next_event, &envelope, hash, &bytes, true)?;
        self.spoiled = false;
        let log = &mut self.tail.log;
        log.hlc = hlc;
        log.next_event += 1;
        log.unsigned = Some((envelope.no, hash));
        log.head.next_no += 1;
        log.head.prev_hash = hash.0;
        Ok(EventId { station: envelope.station, incarnation: envelope.incarnation, no: envelope.no, hash })
    }

    /// Everything that waits for the end of a batch.
    pub(crate) fn close(&mut self) -> Result<()> {
        if self.spoiled {
            return Err(Error::Abandoned);
        }
        self.flush_persons()?;
        self.flush_kinds()?;
        self.flush_sources()?;
        self.sign_head()
    }

    fn flush_kinds(&mut self) -> Result<()> {
        let kinds = std::mem::take(&mut self.kinds);
        let mut put = self.db().prepare_cached(
            "INSERT INTO kind (source, kind, count, last_sent, last_received) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET count = count + ?3,
             last_sent = max(coalesce(last_sent, ?4), coalesce(?4, last_sent)),
             last_received = max(last_received, ?5)",
        )?;
        for ((source, kind), noted) in kinds {
            let sent = noted.last_sent.map(|sent| sent.0);
            put.execute((source, kind, noted.count, sent, noted.last_received.0))?;
        }
        Ok(())
    }

    fn flush_sources(&mut self) -> Result<()> {
        if !self.tail.sources.iter().any(|source| source.changed) {
            return Ok(());
        }
        let db = &self.writer.reader.db;
        for source in self.tail.sources.iter_mut().filter(|source| source.changed) {
            db.prepare_cached(
                "UPDATE source SET last_position = ?2, held_bytes = ?3, budget_bytes = ?4 WHERE no = ?1",
            )?
            .execute((source.no, source.position, source.held_bytes, source.budget_bytes))?;
            source.changed = false;
        }
        schema::set(db, "contents", self.tail.contents)?;
        schema::set(db, "held_bytes", self.tail.held_bytes)
    }

    /// One signature a commit, over the head.
    fn sign_head(&mut self) -> Result<()> {
        let Some((no, hash)) = self.tail.log.unsigned.take() else { return Ok(()) };
        let head = self.tail.log.head;
        let statement = head_statement(head.station, head.incarnation, no, hash);
        let signature = self.writer.signing.sign(&statement).to_bytes();
        insert_head(self.db(), (head.station, head.incarnation, no), hash, &signature)
    }
}

/// A signature over a log up to an event.
pub(crate) fn insert_head(
    db: &rusqlite::Connection,
    (station, incarnation, no): (StationId, u32, u64),
    hash: EventHash,
    signature: &[u8; 64],
) -> Result<()> {
    let sql = "INSERT INTO head (station, incarnation, log_no, hash, signature) VALUES (?1, ?2, ?3, ?4, ?5)";
    db.prepare_cached(sql)?.execute((&station.0[..], incarnation, no, &hash.0[..], &signature[..]))?;
    Ok(())
}

/// The row of an event, and its items: among this home's own, or among those of other stations.
pub(crate) fn insert_event(
    db: &rusqlite::Connection,
    no: u64,
    envelope: &Envelope,
    hash: EventHash,
    bytes: &[u8],
    own: bool,
) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO event (no, station, incarnation, log_no, hash, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((no, &envelope.station.0[..], envelope.incarnation, envelope.no, &hash.0[..], bytes))?;
    let table = if own { "event_item" } else { "peer_item" };
    let sql = format!("INSERT INTO {table} (item, event) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
    let mut put = db.prepare_cached(&sql)?;
    for item in &envelope.items {
        put.execute((item, no))?;
    }
    Ok(())
}
