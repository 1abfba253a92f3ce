//! Filling a new home with what another handed out: the same parcels and events by the same numbers, and nothing that was not vouched for.
//!
//! The new home is a station of its own, with its own key: what opened or signed for the old one never travels. It keeps the old station's
//! log as another station's, so that nothing it gives out (sheet numbers, temporary patients, events) can meet a number given before.

use rusqlite::OptionalExtension;

use crate::event::{Envelope, EventHash, head_statement};
use crate::export::{EventOut, HomeRecord};
use crate::journal::Journal;
use crate::parcel::{Held, Place, content_id};
use crate::peers::hashes_at;
use crate::verify::vouched;
use crate::{Batch, Error, Result, Writer, batch, clock, schema, writer};

impl Writer {
    /// Takes in what stands beside parcels and events, into a home that has received nothing yet. The same again is fine.
    ///
    /// # Errors
    /// [`Error::NotEmpty`] when the home holds entries of its own; [`Error::Full`].
    pub fn import_home(&mut self, record: &HomeRecord) -> Result<()> {
        self.batch(|batch| {
            let db = &batch.writer.reader.db;
            for (no, name) in &record.authorities {
                db.execute("INSERT INTO authority (no, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING", (no, name))?;
                expect(db, "SELECT name FROM authority WHERE no = ?1", no, name)?;
            }
            for source in &record.sources {
                db.execute(
                    "INSERT INTO source (no, name, authority, root, added, silence_minutes, budget_bytes, last_position, held_bytes)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0) ON CONFLICT DO NOTHING",
                    (
                        source.no,
                        &source.name,
                        source.authority,
                        &source.root,
                        source.added.0,
                        source.silence_minutes,
                        source.budget_bytes,
                    ),
                )?;
                expect(db, "SELECT name FROM source WHERE no = ?1", &source.no.into(), &source.name)?;
            }
            for (station, key) in &record.stations {
                db.execute(
                    "INSERT INTO station (id, public_key) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    (&station.0[..], &key[..]),
                )?;
            }
            schema::set(db, crate::reader::CHECK_DIGIT, &record.check_digit)?;
            batch.tail.sources = writer::source_tails(db)?;
            batch.set_former(&record.former)
        })
    }
}

/// The home was empty where something else stands now.
fn expect(db: &rusqlite::Connection, sql: &str, no: &u64, want: &str) -> Result<()> {
    let held: Option<String> = db.prepare_cached(sql)?.query_row([no], |row| row.get(0)).optional()?;
    if held.as_deref() == Some(want) { Ok(()) } else { Err(Error::NotEmpty) }
}

impl Batch<'_> {
    /// Keeps something under a name that a command asks for again ([`crate::Reader::kept`]); without bytes, no longer. It is no entry and
    /// is never handed out.
    ///
    /// # Errors
    /// [`Error::Full`].
    pub fn keep(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let name = format!("{}{name}", schema::KEPT);
        match bytes {
            [] => self.db().prepare_cached("DELETE FROM setting WHERE name = ?1")?.execute([name]).map(drop)?,
            bytes => schema::set(self.db(), &name, bytes)?,
        }
        Ok(())
    }

    /// Takes in one parcel with the contents it brought, in the order of its lines; false when the home has it already. Parcels may
    /// come in any order: what a later one refers to is read once that has come too.
    ///
    /// # Errors
    /// [`Error::Damaged`] names the parcel whose contents are not those it names, or whose number belongs to something else;
    /// [`Error::NoSource`]; [`Error::Full`]. Nothing is written before these.
    pub fn import_parcel(&mut self, journal: &Journal, contents: &[&[u8]]) -> Result<bool> {
        let damaged = || Error::damaged(format!("parcel {}", journal.no));
        let held = self.db().prepare_cached("SELECT digest FROM parcel WHERE no = ?1")?;
        let held: Option<[u8; 16]> = { held }.query_row([journal.no], |row| row.get(0)).optional()?;
        if let Some(digest) = held {
            return if digest == journal.digest { Ok(false) } else { Err(damaged()) };
        }
        let lines = journal.parsed().ok_or_else(damaged)?;
        let brought: Vec<_> = lines.iter().filter(|line| matches!(line.held, Held::Here { .. })).collect();
        if brought.len() != contents.len() {
            return Err(damaged());
        }
        for (slot, (line, bytes)) in brought.iter().zip(contents).enumerate() {
            let whole = line.held == Held::Here { len: bytes.len() as u64 } && content_id(bytes) == line.content;
            if !whole {
                return Err(Error::damaged(format!("parcel {} content {slot}", journal.no)));
            }
        }
        let at = self.source(journal.source)?;
        let (digest, body) = self.writer.press.body(&journal.header(), &lines, contents)?;
        if digest != journal.digest {
            return Err(damaged());
        }
        self.import_patient(journal)?;
        self.spoiled = true;
        crate::arrive::insert_parcel(self.db(), &journal.header(), digest, &body)?;
        for (slot, line) in brought.iter().enumerate() {
            let place = Place { parcel: journal.no, slot: slot as u64 };
            self.writer.known.add(&self.writer.reader.db, &line.content, place)?;
        }
        self.spoiled = false;
        let source = &mut self.tail.sources[at];
        source.position = source.position.max(journal.first + journal.count - 1);
        source.held_bytes += body.len() as u64;
        source.changed = true;
        self.tail.next_parcel = self.tail.next_parcel.max(journal.no + 1);
        self.tail.contents += contents.len() as u64;
        self.tail.held_bytes += contents.iter().map(|bytes| bytes.len() as u64).sum::<u64>();
        Ok(true)
    }

    /// The row of a parcel's patient, under its old number: the digest names it.
    fn import_patient(&mut self, journal: &Journal) -> Result<()> {
        let authority = self.authority(&journal.patient.authority)?;
        let db = self.db();
        db.prepare_cached("INSERT INTO patient (no, authority, id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
            .execute((journal.row, authority, &journal.patient.id))?;
        let held: Option<u64> = db
            .prepare_cached("SELECT no FROM patient WHERE authority = ?1 AND id = ?2")?
            .query_row((authority, &journal.patient.id), |row| row.get(0))
            .optional()?;
        if held != Some(journal.row) {
            return Err(Error::damaged(format!("parcel {}: the number of its patient's row is another's", journal.no)));
        }
        self.tail.next_patient = self.tail.next_patient.max(journal.row + 1);
        Ok(())
    }

    /// Takes in the next event of any station, as stored; false when the home has it already. The clock of this station's log goes on
    /// behind it, so that what is written here comes after what is taken in.
    ///
    /// # Errors
    /// [`Error::Damaged`] names the event that does not follow the one before it, or whose signature does not hold;
    /// [`Error::Full`]. Nothing is written before these.
    pub fn import_event(&mut self, event: &EventOut) -> Result<bool> {
        let damaged = || Error::damaged(format!("event {}", event.no));
        let hash = EventHash::of(&event.bytes);
        if event.no < self.tail.log.next_event {
            let held = self.db().prepare_cached("SELECT hash FROM event WHERE no = ?1")?;
            let held: [u8; 32] = { held }.query_row([event.no], |row| row.get(0))?;
            return if held == hash.0 { Ok(false) } else { Err(damaged()) };
        }
        let envelope = Envelope::decode(&event.bytes).ok_or_else(damaged)?;
        let log = (envelope.station, envelope.incarnation);
        let before = hashes_at(self.db(), log, envelope.no.saturating_sub(1))?;
        let follows = match envelope.no {
            1 => envelope.prev_hash == [0; 32],
            _ => before.contains(&EventHash(envelope.prev_hash)),
        };
        // Of another station's log there may be holes, and of a copied home's own what came back from others, which may fork it.
        let ours = self.is_own(envelope.station)?;
        let own = ours && follows && hashes_at(self.db(), log, envelope.no)?.is_empty();
        if event.no != self.tail.log.next_event || (ours && !follows && (envelope.no == 1 || !before.is_empty())) {
            return Err(damaged());
        }
        if let Some(signature) = &event.signature {
            let statement = head_statement(envelope.station, envelope.incarnation, envelope.no, hash);
            let key = self.db().prepare_cached("SELECT public_key FROM station WHERE id = ?1")?;
            let key: Option<[u8; 32]> = { key }.query_row([&envelope.station.0[..]], |row| row.get(0)).optional()?;
            if !key.is_some_and(|key| vouched(&key, &statement, signature)) {
                return Err(damaged());
            }
        }
        self.spoiled = true;
        batch::insert_event(self.db(), event.no, &envelope, hash, &event.bytes, own)?;
        if !own {
            self.note_imported(&envelope, hash)?;
        }
        if let Some(signature) = &event.signature {
            batch::insert_head(self.db(), (envelope.station, envelope.incarnation, envelope.no), hash, signature)?;
        }
        self.spoiled = false;
        let log = &mut self.tail.log;
        log.next_event += 1;
        if own {
            log.hlc = clock::observe(log.hlc, envelope.hlc, envelope.entry_time).unwrap_or(log.hlc);
        }
        Ok(true)
    }
}
