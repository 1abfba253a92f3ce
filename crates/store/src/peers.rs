//! Logs of other stations: taken in stretch by stretch, kept as they were written, never renumbered.
//!
//! A *run* is what travels: events of one station without a gap, the last of them signed. It is taken in whole or not at all. Where an
//! earlier stretch is missing, the hole is shown and nothing waits for it. Two events of one number are a *fork*: both are kept and
//! count, and the number is named.

use chart::Moment;
use rusqlite::{Connection, OptionalExtension};

use crate::event::{Envelope, EventHash, StationId, head_statement};
use crate::verify::vouched;
use crate::{Batch, Error, Result, batch, clock, schema};

/// Stations whose key is known here, at most; a hospital has some dozens.
pub const STATIONS_MAX: usize = 1_000;

/// A stretch of one station's log as it travels: events without a gap, the last of them signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Whose log.
    pub station: StationId,
    /// Which life of it.
    pub incarnation: u32,
    /// The stored bytes of each event, in order.
    pub events: Vec<Vec<u8>>,
    /// The station's signature over its log up to the last event.
    pub signature: [u8; 64],
}

/// Why a run is not taken in. Nothing of it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The key of that station is not known here.
    Stranger,
    /// The event with this number, counted from 1 within the run, is no event of that log.
    NoEvent(u64),
    /// The event of this number does not follow the one before it.
    Broken(u64),
    /// The signature over the last event, of this number, is not that station's.
    Signature(u64),
}

/// What came of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Events that were new here.
    pub new: u64,
    /// Events that were here already.
    pub known: u64,
    /// Numbers under which another event stands here: forks.
    pub forks: u64,
    /// Minutes that the clock of the last event runs ahead of ours; more than [`clock::GUARD_MINUTES`] did not move ours.
    pub ahead_minutes: i64,
    /// It was this station's own log, further than we knew it: a new life of the log was begun.
    pub behind: bool,
}

/// The events of a run that holds what it says, with their hashes; there is one at least.
type Checked = [(Envelope, EventHash)];

/// Numbers and times that this program reckons with: no number is 0 or beyond what a table holds, no time outside the years 1 to 9999.
fn is_sane(envelope: &Envelope) -> bool {
    const YEARS: std::ops::Range<i64> = -62_135_596_800_000..253_402_300_800_000;
    (1..i64::MAX as u64 - 1).contains(&envelope.no)
        && envelope.hlc <= i64::MAX as u64
        && YEARS.contains(&envelope.event_time.0)
        && YEARS.contains(&envelope.entry_time.0)
}

impl Run {
    fn check(&self, key: &[u8; 32]) -> std::result::Result<Vec<(Envelope, EventHash)>, Refusal> {
        let mut envelopes: Vec<(Envelope, EventHash)> = Vec::with_capacity(self.events.len());
        for (bytes, at) in self.events.iter().zip(1..) {
            let envelope = Envelope::decode(bytes)
                .filter(|envelope| (envelope.station, envelope.incarnation) == (self.station, self.incarnation));
            let envelope = envelope.filter(is_sane).ok_or(Refusal::NoEvent(at))?;
            let follows = match envelopes.last() {
                Some((before, hash)) => {
                    envelope.no == before.no + 1 && envelope.prev_hash == hash.0 && envelope.hlc > before.hlc
                }
                None => envelope.no > 1 || envelope.prev_hash == [0; 32],
            };
            if !follows {
                return Err(Refusal::Broken(envelope.no));
            }
            envelopes.push((envelope, EventHash::of(bytes)));
        }
        let Some((last, hash)) = envelopes.last() else { return Err(Refusal::NoEvent(1)) };
        let statement = head_statement(self.station, self.incarnation, last.no, *hash);
        match vouched(key, &statement, &self.signature) {
            true => Ok(envelopes),
            false => Err(Refusal::Signature(last.no)),
        }
    }
}

impl Batch<'_> {
    /// Knows another station by its key from now on; false when it was known. A station never changes its key.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is known by another key; [`Error::TooLong`] beyond [`STATIONS_MAX`]; [`Error::Full`].
    pub fn know_station(&mut self, station: StationId, key: &[u8; 32]) -> Result<bool> {
        if let Some(known) = station_key(self.db(), station)? {
            return if known == *key { Ok(false) } else { Err(Error::damaged(format!("key of station {station}"))) };
        }
        let known: usize = self.db().query_row("SELECT count(*) FROM station", [], |row| row.get(0))?;
        if known >= STATIONS_MAX {
            return Err(Error::TooLong { what: "list of stations" });
        }
        let sql = "INSERT INTO station (id, public_key) VALUES (?1, ?2)";
        self.db().prepare_cached(sql)?.execute((&station.0[..], &key[..]))?;
        Ok(true)
    }

    /// Takes in a stretch of a station's log. The same again changes nothing.
    ///
    /// # Errors
    /// [`Error::Full`]; a run that is not what it says is a [`Refusal`], and nothing of it was written.
    pub fn receive(&mut self, run: &Run, now: Moment) -> Result<std::result::Result<Taken, Refusal>> {
        let Some(key) = station_key(self.db(), run.station)? else { return Ok(Err(Refusal::Stranger)) };
        let checked = match run.check(&key) {
            Ok(checked) => checked,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if !self.admits_arrivals {
            return Err(Error::Full);
        }
        if let Some(no) = self.turns_back(run, &checked)? {
            return Ok(Err(Refusal::Broken(no)));
        }
        self.spoiled = true;
        let taken = self.keep_run(run, &checked, now)?;
        self.spoiled = false;
        Ok(Ok(taken))
    }

    fn keep_run(&mut self, run: &Run, checked: &Checked, now: Moment) -> Result<Taken> {
        let (log, mut taken) = ((run.station, run.incarnation), Taken::default());
        for ((envelope, hash), bytes) in checked.iter().zip(&run.events) {
            let held = hashes_at(self.db(), log, envelope.no)?;
            if held.contains(hash) {
                taken.known += 1;
                continue;
            }
            taken.new += 1;
            self.insert_received(envelope, *hash, bytes)?;
            if !held.is_empty() {
                taken.forks += 1;
                note_fork(self.db(), log, envelope.no)?;
            }
        }
        let (Some((first, _)), Some((last, hash))) = (checked.first(), checked.last()) else { return Ok(taken) };
        if taken.new > 0 {
            let sql = "INSERT INTO head (station, incarnation, log_no, hash, signature) VALUES (?1, ?2, ?3, ?4, ?5)
                       ON CONFLICT DO NOTHING";
            let place = (&run.station.0[..], run.incarnation, last.no, &hash.0[..], &run.signature[..]);
            self.db().prepare_cached(sql)?.execute(place)?;
            self.note_links(first, (last, *hash))?;
            note_range(self.db(), log, (first.no, last.no), now)?;
        }
        taken.ahead_minutes = clock::minutes_ahead(last.hlc, now).max(0);
        let tail = &mut self.tail.log;
        tail.hlc = clock::observe(tail.hlc, last.hlc, now).unwrap_or(tail.hlc);
        schema::set(&self.writer.reader.db, SEEN_CLOCK, tail.hlc)?;
        taken.behind = taken.new > 0 && run.station == tail.head.station && run.incarnation >= tail.head.incarnation;
        if taken.behind {
            self.live_anew(run.incarnation, now)?;
        }
        Ok(taken)
    }

    /// Whether a station is this one, or one that this home was filled from.
    pub(crate) fn is_own(&self, station: StationId) -> Result<bool> {
        Ok(station == self.tail.log.head.station || former(self.db())?.contains(&station))
    }

    /// Says which stations this home was filled from: their log counts as this home's own.
    ///
    /// # Errors
    /// [`Error::Full`].
    pub fn set_former(&mut self, stations: &[StationId]) -> Result<()> {
        let bytes: Vec<u8> = stations.iter().flat_map(|station| station.0).collect();
        schema::set(self.db(), FORMER, bytes)
    }

    /// Among what others say, also where it is of a log that is our own: what a home folds as its own it wrote itself, or was filled with.
    fn insert_received(&mut self, envelope: &Envelope, hash: EventHash, bytes: &[u8]) -> Result<()> {
        let own = self.is_own(envelope.station)?;
        if own && ranges(self.db(), (envelope.station, envelope.incarnation))?.is_empty() {
            self.note_written(envelope.station, envelope.incarnation)?;
        }
        let no = self.tail.log.next_event;
        batch::insert_event(self.db(), no, envelope, hash, bytes, false)?;
        self.tail.log.next_event += 1;
        Ok(())
    }

    /// One event of another station that came with a home's own: where it leaves holes and forks.
    pub(crate) fn note_imported(&self, envelope: &Envelope, hash: EventHash) -> Result<()> {
        let log = (envelope.station, envelope.incarnation);
        if self.is_own(envelope.station)? && ranges(self.db(), log)?.is_empty() {
            self.note_written(envelope.station, envelope.incarnation)?;
        }
        if hashes_at(self.db(), log, envelope.no)?.len() > 1 {
            note_fork(self.db(), log, envelope.no)?;
        }
        self.note_links(envelope, (envelope, hash))?;
        note_range(self.db(), log, (envelope.no, envelope.no), envelope.entry_time)
    }

    /// The number from which a log's clock would turn back where a run meets what is here: no honest station writes that.
    fn turns_back(&self, run: &Run, checked: &Checked) -> Result<Option<u64>> {
        let (Some((first, _)), Some((last, hash))) = (checked.first(), checked.last()) else {
            return Ok(None);
        };
        let log = (run.station, run.incarnation);
        let before = envelopes_at(self.db(), log, first.no - 1)?;
        if before.iter().any(|(before, hash)| hash.0 == first.prev_hash && before.hlc >= first.hlc) {
            return Ok(Some(first.no));
        }
        let after = envelopes_at(self.db(), log, last.no + 1)?;
        Ok(after.iter().any(|(after, _)| after.prev_hash == hash.0 && after.hlc <= last.hlc).then_some(last.no))
    }

    /// Before something of a log that was written or restored here comes from elsewhere: how much of it was here.
    fn note_written(&self, station: StationId, incarnation: u32) -> Result<()> {
        let sql = "SELECT min(log_no), max(log_no) FROM event WHERE station = ?1 AND incarnation = ?2";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Option<u64>>(0)?, row.get::<_, Option<u64>>(1)?));
        if let (Some(first), Some(last)) =
            self.db().prepare_cached(sql)?.query_row((&station.0[..], incarnation), row)?
        {
            note_range(self.db(), (station, incarnation), (first, last), Moment(0))?;
        }
        Ok(())
    }

    /// Where a stretch meets what was here, one must follow the other; else the station wrote two stories.
    fn note_links(&self, first: &Envelope, (last, hash): (&Envelope, EventHash)) -> Result<()> {
        let log = (first.station, first.incarnation);
        let before = hashes_at(self.db(), log, first.no.saturating_sub(1))?;
        if !before.is_empty() && !before.contains(&EventHash(first.prev_hash)) {
            note_fork(self.db(), log, first.no)?;
        }
        let here = hashes_at(self.db(), log, last.no)?;
        for (after, _) in envelopes_at(self.db(), log, last.no + 1)? {
            if after.prev_hash != hash.0 && !here.contains(&EventHash(after.prev_hash)) {
                note_fork(self.db(), log, last.no + 1)?;
            }
        }
        Ok(())
    }

    /// Somebody has seen more of our log than we hold: this home was restored or copied, and goes on under a new life's numbers.
    fn live_anew(&mut self, seen: u32, now: Moment) -> Result<()> {
        let head = &mut self.tail.log.head;
        let incarnation = seen.max(head.incarnation) + 1;
        *head = crate::LogHead { station: head.station, incarnation, next_no: 1, prev_hash: [0; 32] };
        let sql = "INSERT INTO incarnation (no, reason, since) VALUES (?1, 'its log was further elsewhere', ?2)";
        self.db().execute(sql, (incarnation, now.0))?;
        Ok(())
    }
}

/// The setting that keeps the clock as other stations' entries moved it: the next to write may be another process.
pub(crate) const SEEN_CLOCK: &str = "seen_clock";
/// The setting that lists the stations this home was filled from, 16 bytes each.
const FORMER: &str = "former";

/// The stations this home was filled from.
pub(crate) fn former(db: &Connection) -> Result<Vec<StationId>> {
    let mut row = db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
    let bytes: Option<Vec<u8>> = row.query_row([FORMER], |row| row.get(0)).optional()?;
    Ok(bytes.unwrap_or_default().as_chunks::<16>().0.iter().map(|id| StationId(*id)).collect())
}

fn station_key(db: &Connection, station: StationId) -> Result<Option<[u8; 32]>> {
    let mut row = db.prepare_cached("SELECT public_key FROM station WHERE id = ?1")?;
    Ok(row.query_row([&station.0[..]], |row| row.get(0)).optional()?)
}

/// Every event that stands under a number here: none, one, or more where the log is forked.
pub(crate) fn hashes_at(db: &Connection, log: (StationId, u32), no: u64) -> Result<Vec<EventHash>> {
    let sql = "SELECT hash FROM event WHERE station = ?1 AND incarnation = ?2 AND log_no = ?3";
    let mut rows = db.prepare_cached(sql)?;
    let rows = rows.query_map((&log.0.0[..], log.1, no), |row| Ok(EventHash(row.get(0)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The events that stand under a number here.
pub(crate) fn envelopes_at(db: &Connection, log: (StationId, u32), no: u64) -> Result<Vec<(Envelope, EventHash)>> {
    let sql = "SELECT bytes, hash FROM event WHERE station = ?1 AND incarnation = ?2 AND log_no = ?3";
    let mut rows = db.prepare_cached(sql)?;
    let rows =
        rows.query_map((&log.0.0[..], log.1, no), |row| Ok((row.get::<_, Vec<u8>>(0)?, EventHash(row.get(1)?))))?;
    let rows = rows.collect::<std::result::Result<Vec<_>, _>>()?;
    let one = |(bytes, hash): (Vec<u8>, EventHash)| {
        Envelope::decode(&bytes).map(|envelope| (envelope, hash)).ok_or_else(|| Error::damaged(format!("event {hash}")))
    };
    rows.into_iter().map(one).collect()
}

fn note_fork(db: &Connection, log: (StationId, u32), no: u64) -> Result<()> {
    let sql = "INSERT INTO fork (station, incarnation, log_no) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?.execute((&log.0.0[..], log.1, no))?;
    Ok(())
}

/// The stretches of a log that came, in order.
pub(crate) fn ranges(db: &Connection, log: (StationId, u32)) -> Result<Vec<(u64, u64)>> {
    let sql = "SELECT first, last FROM received WHERE station = ?1 AND incarnation = ?2 ORDER BY first";
    let mut rows = db.prepare_cached(sql)?;
    let rows = rows.query_map((&log.0.0[..], log.1), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Adds a stretch, joined with those it touches.
fn note_range(db: &Connection, log: (StationId, u32), (first, last): (u64, u64), at: Moment) -> Result<()> {
    let touching = |range: &(u64, u64)| range.0 <= last + 1 && first <= range.1 + 1;
    let joined = ranges(db, log)?.into_iter().filter(touching);
    let mut whole = (first, last);
    for (first, last) in joined {
        let sql = "DELETE FROM received WHERE station = ?1 AND incarnation = ?2 AND first = ?3";
        db.prepare_cached(sql)?.execute((&log.0.0[..], log.1, first))?;
        whole = (whole.0.min(first), whole.1.max(last));
    }
    let sql = "INSERT INTO received (station, incarnation, first, last, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    db.prepare_cached(sql)?.execute((&log.0.0[..], log.1, whole.0, whole.1, at.0))?;
    Ok(())
}
