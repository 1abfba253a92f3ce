//! The tables of a home, and how its database is opened.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use crate::keys::DatabaseKey;
use crate::{Error, Result};

/// Format of a home; any other is refused. 1 had a table for each kind of posting, 2 no lists of places and plans; both before
/// any hospital had a home.
pub const FORMAT: u32 = 3;

/// Received data and events: never changed, only added to. The rest can be rebuilt from these or is the scanner's own.
const ENTRIES: &str = "
CREATE TABLE setting (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE authority (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE source (
  no INTEGER PRIMARY KEY, name TEXT NOT NULL, authority INTEGER NOT NULL, root BLOB NOT NULL, added INTEGER NOT NULL,
  silence_minutes INTEGER NOT NULL, budget_bytes INTEGER NOT NULL, last_position INTEGER NOT NULL,
  held_bytes INTEGER NOT NULL, contact INTEGER, trouble TEXT, UNIQUE (authority, root));
CREATE TABLE patient (no INTEGER PRIMARY KEY, authority INTEGER NOT NULL, id TEXT NOT NULL, UNIQUE (authority, id));
CREATE TABLE parcel (
  no INTEGER PRIMARY KEY, source INTEGER NOT NULL, patient INTEGER NOT NULL, first INTEGER NOT NULL,
  count INTEGER NOT NULL, received INTEGER NOT NULL, digest BLOB NOT NULL, body BLOB NOT NULL);
CREATE INDEX parcel_patient ON parcel (patient);
CREATE INDEX parcel_source ON parcel (source, first);
CREATE TABLE content (
  epoch INTEGER NOT NULL, hash INTEGER NOT NULL, parcel INTEGER NOT NULL, slot INTEGER NOT NULL,
  PRIMARY KEY (epoch, hash, parcel, slot)) WITHOUT ROWID;
CREATE TABLE epoch (no INTEGER PRIMARY KEY, bits BLOB NOT NULL);
CREATE TABLE unit (source INTEGER NOT NULL, key BLOB NOT NULL, state BLOB NOT NULL, PRIMARY KEY (source, key)) WITHOUT ROWID;
CREATE TABLE station (id BLOB PRIMARY KEY, public_key BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE event (
  no INTEGER PRIMARY KEY, station BLOB NOT NULL, incarnation INTEGER NOT NULL, log_no INTEGER NOT NULL,
  hash BLOB NOT NULL, bytes BLOB NOT NULL, UNIQUE (station, incarnation, log_no, hash));
CREATE TABLE event_item (item TEXT NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (item, event)) WITHOUT ROWID;
CREATE TABLE head (
  station BLOB NOT NULL, incarnation INTEGER NOT NULL, log_no INTEGER NOT NULL, hash BLOB NOT NULL,
  signature BLOB NOT NULL, PRIMARY KEY (station, incarnation, log_no, hash)) WITHOUT ROWID;
CREATE TABLE incarnation (no INTEGER PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL);
";

/// Logs of other stations. A home of before there were any gets them when it is next opened to write.
const PEERS: &str = "
CREATE TABLE IF NOT EXISTS peer_item (item TEXT NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (item, event)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS received (
  station BLOB NOT NULL, incarnation INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (station, incarnation, first)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fork (
  station BLOB NOT NULL, incarnation INTEGER NOT NULL, log_no INTEGER NOT NULL,
  PRIMARY KEY (station, incarnation, log_no)) WITHOUT ROWID;
";

/// What [`crate::Writer::clear_indexes`] empties.
pub(crate) const INDEX_TABLES: [&str; 10] =
    ["person", "search", "name_count", "name_count_new", "place", "plan", "fault", "fault_count", "kind", "doubt"];

const INDEXES: &str = "
CREATE TABLE person (patient INTEGER PRIMARY KEY, authority INTEGER NOT NULL, id TEXT NOT NULL, row BLOB NOT NULL);
CREATE VIRTUAL TABLE search USING fts5 (terms, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
CREATE TABLE name_count (name INTEGER PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE name_count_new (name INTEGER PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE place (patient INTEGER PRIMARY KEY, ward TEXT NOT NULL, row BLOB NOT NULL);
CREATE INDEX place_ward ON place (ward);
CREATE TABLE plan (
  day INTEGER NOT NULL, patient INTEGER NOT NULL, no INTEGER NOT NULL, row BLOB NOT NULL,
  PRIMARY KEY (day, patient, no)) WITHOUT ROWID;
CREATE INDEX plan_patient ON plan (patient);
CREATE TABLE fault (
  no INTEGER PRIMARY KEY, source INTEGER NOT NULL, position INTEGER NOT NULL, patient TEXT NOT NULL,
  code TEXT NOT NULL, place TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX fault_position ON fault (source, position);
CREATE INDEX fault_patient ON fault (patient);
CREATE TABLE fault_count (source INTEGER NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (source, code)) WITHOUT ROWID;
CREATE TABLE kind (
  source INTEGER NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL, last_sent INTEGER, last_received INTEGER NOT NULL,
  PRIMARY KEY (source, kind)) WITHOUT ROWID;
CREATE TABLE doubt (
  named INTEGER NOT NULL, source INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (named, source, position)) WITHOUT ROWID;
";

/// Page size and page authentication. Measured in `docs/encoding.md`.
const CIPHER: &str = "PRAGMA cipher_page_size = 8192; PRAGMA cipher_hmac_algorithm = HMAC_SHA256;
PRAGMA cipher_memory_security = OFF; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;";

/// Memory for pages: a writer's and a reader's, KiB; a reader's holds the counts of a million names and the ways into the
/// search index, so that a hit costs one page of the disk. Write-ahead log: checkpointed at about 16 MiB, cut back to 32 MiB.
const WRITING: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF;
PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 33554432; PRAGMA cache_size = -24576;";
const READING: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -32768;";

/// How long a statement waits for another process's checkpoint, milliseconds.
const BUSY_MILLIS: u64 = 10_000;
/// Prepared statements kept by a connection.
const STATEMENTS: usize = 64;

/// How a database is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Create,
    Write,
    Read,
}

/// SQLCipher sets its ciphers up with the first connections of a process, and two threads opening at once met each
/// other there: seen once in some fifty runs of two stories side by side. Opening is rare, so it takes turns.
static OPENING: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Opens the database under its key.
pub(crate) fn open(path: &Path, key: &DatabaseKey, mode: Mode) -> Result<Connection> {
    let flags = match mode {
        Mode::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Mode::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Mode::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let _turn = OPENING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let version: Option<String> = db.query_row("PRAGMA cipher_version", [], |row| row.get(0)).ok();
    if version.is_none_or(|version| version.is_empty()) {
        return Err(Error::NotEncrypted);
    }
    // Its own words about damage would go to the terminal; ours are in the error.
    run(&db, "PRAGMA cipher_log_level = NONE")?;
    let sql = Zeroizing::new(format!("PRAGMA key = \"x'{}'\";", key.hex().as_str()));
    run(&db, &sql)?;
    run(&db, CIPHER)?;
    db.busy_timeout(std::time::Duration::from_millis(BUSY_MILLIS))?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    run(&db, if mode == Mode::Read { READING } else { WRITING })?;
    if mode == Mode::Write && !has_peers(&db)? {
        run(&db, PEERS)?;
    }
    if mode != Mode::Read {
        // Readers must open on a full disk, so the log and its index stay when the last connection closes.
        let mut keep = 1;
        db.file_control(Some("main"), rusqlite::FileControl::PersistWal(&mut keep))?;
    }
    Ok(db)
}

/// Runs statements whose answers do not matter.
fn run(db: &Connection, sql: &str) -> Result<()> {
    db.execute_batch(sql)?;
    Ok(())
}

/// Makes all tables.
pub(crate) fn create_tables(db: &Connection) -> Result<()> {
    run(db, ENTRIES)?;
    run(db, PEERS)?;
    run(db, INDEXES)
}

/// Whether the tables of other stations' logs are there: not in a home that no program since then has opened to write.
pub(crate) fn has_peers(db: &Connection) -> Result<bool> {
    Ok(db.prepare_cached("SELECT 1 FROM sqlite_schema WHERE name = 'fork'")?.exists([])?)
}

/// Empties the rebuildable tables.
pub(crate) fn clear_indexes(db: &Connection) -> Result<()> {
    for table in INDEX_TABLES {
        run(db, &format!("DROP TABLE {table}"))?;
    }
    run(db, INDEXES)
}

/// How the names of settings begin that are a command's own ([`crate::Reader::kept`]).
pub(crate) const KEPT: &str = "kept:";

/// A setting, or damage when it is missing or of another type.
pub(crate) fn setting<T: rusqlite::types::FromSql>(db: &Connection, name: &str) -> Result<T> {
    db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?.query_row([name], |row| row.get(0)).map_err(
        |error| match error {
            rusqlite::Error::QueryReturnedNoRows | rusqlite::Error::InvalidColumnType(..) => {
                Error::damaged(format!("setting {name}"))
            }
            other => other.into(),
        },
    )
}

/// Writes a setting.
pub(crate) fn set(db: &Connection, name: &str, value: impl rusqlite::ToSql) -> Result<()> {
    db.prepare_cached("INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")?
        .execute((name, value))?;
    Ok(())
}
