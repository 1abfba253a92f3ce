//! Writing a home: one process, one transaction a batch, acknowledged when it is on disk.

use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;

use chart::Moment;
use ed25519_dalek::{Signer, SigningKey};
use rusqlite::OptionalExtension;
use zeroize::Zeroizing;

use crate::batch::KindCount;
use crate::entry::{NewSource, Source};
use crate::event::{EventHash, EventId, LogHead, NewEvent, StationId};
use crate::files::Lock;
use crate::known::Known;
use crate::once::Shelf;
use crate::parcel::Press;
use crate::person::PersonRow;
use crate::reader::CHECK_DIGIT;
use crate::reserve::Reserve;
use crate::{Error, Reader, Result, schema};

/// What a new source may hold until somebody says otherwise, bytes stored: ten years of five million messages a year.
pub const DEFAULT_BUDGET_BYTES: u64 = 64 << 30;

/// A home opened to write. One a home, by an OS lock that ends with it.
pub struct Writer {
    pub(crate) reader: Reader,
    pub(crate) tail: Tail,
    pub(crate) known: Known,
    pub(crate) press: Press,
    pub(crate) reserve: Reserve,
    pub(crate) signing: SigningKey,
    _lock: Lock,
}

impl Writer {
    /// This writer with the shelf of others, as [`Reader::sharing`].
    #[must_use]
    pub fn sharing(mut self, shelf: &Shelf) -> Writer {
        self.reader.shelf = shelf.clone();
        self
    }
}

impl Deref for Writer {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.reader
    }
}

/// Where everything that is numbered stands. A batch works on a copy, which a commit puts in place of this one.
#[derive(Clone)]
pub(crate) struct Tail {
    pub sources: Vec<SourceTail>,
    pub next_parcel: u64,
    pub next_patient: u64,
    pub contents: u64,
    pub held_bytes: u64,
    pub log: LogTail,
}

/// Where one source stands.
#[derive(Clone)]
pub(crate) struct SourceTail {
    pub no: u32,
    pub authority: u64,
    pub position: u64,
    pub held_bytes: u64,
    pub budget_bytes: u64,
    pub changed: bool,
}

/// Where this station's log stands.
#[derive(Clone)]
pub(crate) struct LogTail {
    pub head: LogHead,
    pub hlc: u64,
    /// Row number for the next event, over all stations.
    pub next_event: u64,
    /// Head to be signed when this batch commits.
    pub unsigned: Option<(u64, EventHash)>,
}

/// One transaction.
pub struct Batch<'a> {
    pub(crate) writer: &'a mut Writer,
    pub(crate) tail: Tail,
    /// Search rows as this batch leaves them, by patient row: written in index order at commit.
    pub(crate) persons: BTreeMap<u64, PersonRow>,
    pub(crate) kinds: HashMap<(u32, String), KindCount>,
    /// Whether sources may write in this batch.
    pub(crate) admits_arrivals: bool,
    /// Set while a method is half done: a batch that was left in that state is not kept.
    pub(crate) spoiled: bool,
}

impl Tail {
    fn load(db: &rusqlite::Connection) -> Result<Tail> {
        let next = |table: &str| -> Result<u64> {
            Ok(db.query_row(&format!("SELECT coalesce(max(no), 0) + 1 FROM {table}"), [], |row| row.get(0))?)
        };
        Ok(Tail {
            sources: source_tails(db)?,
            next_parcel: next("parcel")?,
            next_patient: next("patient")?,
            contents: schema::setting(db, "contents")?,
            held_bytes: schema::setting(db, "held_bytes")?,
            log: LogTail::load(db, next("event")?)?,
        })
    }
}

/// Where every source stands.
pub(crate) fn source_tails(db: &rusqlite::Connection) -> Result<Vec<SourceTail>> {
    let mut rows =
        db.prepare("SELECT no, authority, last_position, held_bytes, budget_bytes FROM source ORDER BY no")?;
    let rows = rows.query_map([], |row| {
        Ok(SourceTail {
            no: row.get(0)?,
            authority: row.get(1)?,
            position: row.get(2)?,
            held_bytes: row.get(3)?,
            budget_bytes: row.get(4)?,
            changed: false,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

impl LogTail {
    fn load(db: &rusqlite::Connection, next_event: u64) -> Result<LogTail> {
        let station = StationId(schema::setting(db, "station")?);
        let incarnation: u32 = db.query_row("SELECT max(no) FROM incarnation", [], |row| row.get(0))?;
        let last = db
            .query_row(
                "SELECT log_no, hash FROM event WHERE station = ?1 AND incarnation = ?2 ORDER BY log_no DESC LIMIT 1",
                (&station.0[..], incarnation),
                |row| Ok((row.get::<_, u64>(0)?, row.get::<_, [u8; 32]>(1)?)),
            )
            .optional()?;
        let (no, prev_hash) = last.unwrap_or((0, [0; 32]));
        let hlc = last_reading(db, station)?;
        let head = LogHead { station, incarnation, next_no: no + 1, prev_hash };
        Ok(LogTail { head, hlc, next_event, unsigned: None })
    }
}

/// The clock's reading of a station's last event; before its first, of the event that came here last, so that a home filled with
/// another's goes on behind it; 0 where there is none.
pub(crate) fn last_reading(db: &rusqlite::Connection, station: StationId) -> Result<u64> {
    let sql = "SELECT no, bytes FROM event WHERE station = ?1 ORDER BY incarnation DESC, log_no DESC LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, u64>(0)?, row.get::<_, Vec<u8>>(1)?));
    let mut last = db.prepare_cached(sql)?.query_row([&station.0[..]], read).optional()?;
    if last.is_none() {
        let sql = "SELECT no, bytes FROM event ORDER BY no DESC LIMIT 1";
        last = db.prepare_cached(sql)?.query_row([], read).optional()?;
    }
    let Some((no, bytes)) = last else { return Ok(0) };
    let envelope = crate::Envelope::decode(&bytes).ok_or_else(|| Error::damaged(format!("event {no}")))?;
    let seen: Option<u64> = db
        .prepare_cached("SELECT value FROM setting WHERE name = ?1")?
        .query_row([crate::peers::SEEN_CLOCK], |row| row.get(0))
        .optional()?;
    Ok(envelope.hlc.max(seen.unwrap_or(0)))
}

impl Writer {
    /// Takes up where the home stands.
    pub(crate) fn start(reader: Reader, lock: Lock) -> Result<Writer> {
        let secret = Zeroizing::new(schema::setting::<[u8; 32]>(&reader.db, "signing_key")?);
        Ok(Writer {
            tail: Tail::load(&reader.db)?,
            known: Known::load(&reader.db)?,
            press: Press::new()?,
            reserve: Reserve::open(&reader.home, reader.about.training),
            signing: SigningKey::from_bytes(&secret),
            reader,
            _lock: lock,
        })
    }

    /// One transaction, one group commit: `Ok` means on disk. On an error nothing of it is kept.
    ///
    /// # Errors
    /// What `work` returned; [`Error::Full`] when the disk is; [`Error::Abandoned`] when `work` went on after a write
    /// had failed half-way.
    pub fn batch<T>(&mut self, work: impl FnOnce(&mut Batch<'_>) -> Result<T>) -> Result<T> {
        self.roll_back()?;
        let admits_arrivals = self.admits_arrivals();
        self.reader.db.execute_batch("BEGIN IMMEDIATE")?;
        let epoch = self.known.epoch();
        let tail = self.tail.clone();
        let (persons, kinds) = (BTreeMap::new(), HashMap::new());
        let mut batch = Batch { writer: self, tail, persons, kinds, admits_arrivals, spoiled: false };
        let done = work(&mut batch).and_then(|answer| batch.close().map(|()| answer));
        let tail = batch.tail;
        let done = done.and_then(|answer| {
            self.reader.db.execute_batch("COMMIT")?;
            Ok(answer)
        });
        match done {
            Ok(answer) => {
                self.tail = tail;
                Ok(answer)
            }
            Err(error) => {
                // The first error is the one to tell; a batch that cannot be rolled back is met again at the next.
                let _ = self.roll_back();
                if self.known.epoch() != epoch {
                    self.known = Known::load(&self.reader.db)?;
                }
                Err(error)
            }
        }
    }

    /// Whether sources may write. When room is short, the write-ahead log gives back what it can first.
    fn admits_arrivals(&mut self) -> bool {
        self.reserve.admits_arrivals()
            || (self.reader.db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").is_ok()
                && self.reserve.admits_arrivals())
    }

    /// Ends a transaction that an error, or a panic in the work, left open.
    fn roll_back(&self) -> Result<()> {
        if !self.reader.db.is_autocommit() {
            self.reader.db.execute_batch("ROLLBACK")?;
        }
        Ok(())
    }

    /// Adds a source; the same authority and root again give the one that is there.
    ///
    /// # Errors
    /// [`Error::Full`].
    pub fn add_source(&mut self, source: &NewSource) -> Result<Source> {
        use std::os::unix::ffi::OsStrExt;
        self.batch(|batch| {
            let db = &batch.writer.reader.db;
            db.execute("INSERT INTO authority (name) VALUES (?1) ON CONFLICT DO NOTHING", [&source.authority])?;
            db.execute(
                "INSERT INTO source (name, authority, root, added, silence_minutes, budget_bytes, last_position, held_bytes)
                 VALUES (?1, (SELECT no FROM authority WHERE name = ?2), ?3, ?4, ?5, ?6, 0, 0) ON CONFLICT DO NOTHING",
                (
                    &source.name,
                    &source.authority,
                    source.root.as_os_str().as_bytes(),
                    source.added.0,
                    source.silence_minutes,
                    DEFAULT_BUDGET_BYTES,
                ),
            )?;
            batch.tail.sources = source_tails(db)?;
            Ok(())
        })?;
        let same = |held: &Source| {
            held.authority == source.authority
                && held.root == source.root
                && (!held.is_handed_in() || held.name == source.name)
        };
        self.all_sources()?.into_iter().find(same).ok_or_else(|| Error::damaged("table source"))
    }

    /// Sets how many bytes a source may hold here, compressed.
    ///
    /// # Errors
    /// [`Error::NoSource`].
    pub fn set_budget(&mut self, source: u32, bytes: u64) -> Result<()> {
        self.batch(|batch| {
            let at = batch.source(source)?;
            batch.tail.sources[at].budget_bytes = bytes;
            batch.tail.sources[at].changed = true;
            Ok(())
        })
    }

    /// Sets after how many minutes without news a source is silent.
    ///
    /// # Errors
    /// [`Error::NoSource`]; [`Error::Full`].
    pub fn set_silence(&mut self, source: u32, minutes: u32) -> Result<()> {
        self.batch(|batch| {
            batch.source(source)?;
            let sql = "UPDATE source SET silence_minutes = ?2 WHERE no = ?1";
            batch.writer.reader.db.execute(sql, (source, minutes))?;
            Ok(())
        })
    }

    /// Sets by which scheme the patient numbers of this home's authority end in check digits; a word of the caller's, empty
    /// for none.
    ///
    /// # Errors
    /// [`Error::Full`].
    pub fn set_check_digit(&mut self, scheme: &str) -> Result<()> {
        self.batch(|batch| schema::set(&batch.writer.reader.db, CHECK_DIGIT, scheme))
    }

    /// Where this station's log stands.
    pub fn head(&self) -> LogHead {
        self.tail.log.head
    }

    /// The key by which others know what this station signed.
    pub fn public_key(&self) -> [u8; 32] {
        self.signing.verifying_key().to_bytes()
    }

    /// Signs a statement that leaves the home (Ed25519, RFC 8032). Each kind of statement begins with words of its own, other than
    /// those of a log's head, so that none can be taken for another.
    pub fn sign(&self, statement: &[u8]) -> [u8; 64] {
        self.signing.sign(statement).to_bytes()
    }

    /// Begins a new life of this station's log, because its head was seen beyond ours (a restored or copied home).
    /// Gives its number.
    ///
    /// # Errors
    /// [`Error::Full`].
    pub fn new_incarnation(&mut self, reason: &str, now: Moment) -> Result<u32> {
        self.batch(|batch| {
            let head = &mut batch.tail.log.head;
            let no = head.incarnation + 1;
            *head = LogHead { station: head.station, incarnation: no, next_no: 1, prev_hash: [0; 32] };
            let db = &batch.writer.reader.db;
            db.execute("INSERT INTO incarnation (no, reason, since) VALUES (?1, ?2, ?3)", (no, reason, now.0))?;
            Ok(no)
        })
    }

    /// Appends events in a batch of their own; on a full disk the reserve is given up for them.
    ///
    /// # Errors
    /// [`Error::Full`] when even the reserve is used up; [`Error::TooLong`].
    pub fn append_events(&mut self, events: &[NewEvent]) -> Result<Vec<EventId>> {
        let append = |writer: &mut Writer| {
            writer.batch(|batch| events.iter().map(|event| batch.append_event(event)).collect::<Result<Vec<_>>>())
        };
        match append(self) {
            Err(Error::Full) if self.reserve.release() => append(self),
            done => done,
        }
    }

    /// Empties what can be rebuilt by [`Reader::scan`]: persons, doubts, faults, kinds.
    ///
    /// # Errors
    /// [`Error::Full`].
    pub fn clear_indexes(&mut self) -> Result<()> {
        self.reader.db.flush_prepared_statement_cache();
        self.batch(|batch| schema::clear_indexes(&batch.writer.reader.db))
    }
}
