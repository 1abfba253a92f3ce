//! What is here of every station's log: how much of each, everybody's events in the order that is the same everywhere, and runs that
//! other stations take in (`peers`).

use chart::Moment;
use rusqlite::OptionalExtension;
use zeroize::Zeroizing;

use crate::event::{Envelope, EventHash, EventNo, StationId, StoredEvent};
use crate::peers::{former, hashes_at, ranges};
use crate::{Error, Reader, Result, Run, schema};

/// A run is cut at the first signature after so many events…
const RUN_EVENTS: usize = 1_000;
/// …or so many bytes.
const RUN_BYTES: usize = 1 << 20;

/// How much of one life of a station's log is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogState {
    /// Whose.
    pub station: StationId,
    /// Which life.
    pub incarnation: u32,
    /// First and last number of each stretch held, in order.
    pub ranges: Vec<(u64, u64)>,
    /// Numbers that stand for two events, or whose event does not follow the one before.
    pub forks: Vec<u64>,
    /// Entry time of the last event held.
    pub last_entry: Moment,
    /// When something new of it came last; of our own log, the last entry.
    pub received: Moment,
}

impl LogState {
    /// Received up to this number; 0 for nothing.
    pub fn up_to(&self) -> u64 {
        self.ranges.last().map_or(0, |(_, last)| *last)
    }

    /// First and last number of each hole before it.
    pub fn missing(&self) -> Vec<(u64, u64)> {
        let before = std::iter::once(0).chain(self.ranges.iter().map(|(_, last)| *last));
        let holes = before.zip(&self.ranges).map(|(end, (first, _))| (end + 1, first - 1));
        holes.filter(|(first, last)| first <= last).collect()
    }
}

/// Place of an event in the one order that is the same everywhere (design §2): clock, station, life, number; the hash parts a fork.
pub fn fold_key(event: &StoredEvent) -> (u64, StationId, u32, u64, EventHash) {
    let of = &event.envelope;
    (of.hlc, of.station, of.incarnation, of.no, event.hash)
}

/// Runs being put together from events in order of number; more than one where the log is forked.
struct Chain {
    no: u64,
    hash: EventHash,
    run: Run,
    bytes: usize,
    /// Events up to the last signature.
    signed: usize,
}

impl Reader {
    /// How much is here of every life of every station's log, this station's own among them.
    ///
    /// # Errors
    /// [`Error::Damaged`] when stored bytes are no event.
    pub fn logs(&self) -> Result<Vec<LogState>> {
        let (mut states, mut last) = (Vec::new(), (Vec::new(), 0));
        while let Some((station, incarnation)) = self.log_after(&last)? {
            last = (station.0.to_vec(), incarnation);
            let ends = "SELECT (SELECT log_no FROM event WHERE station = ?1 AND incarnation = ?2 ORDER BY log_no LIMIT 1),
                        (SELECT log_no FROM event WHERE station = ?1 AND incarnation = ?2 ORDER BY log_no DESC LIMIT 1)";
            let mut ends = self.db.prepare_cached(ends)?;
            let all = ends.query_row((&last.0, incarnation), |row| Ok((row.get(0)?, row.get(1)?)))?;
            states.push(self.log_state((station, incarnation), all)?);
        }
        Ok(states)
    }

    /// The life of a log that comes after another in the order of stations: a step down the index, however long the logs are.
    fn log_after(&self, (station, incarnation): &(Vec<u8>, u32)) -> Result<Option<(StationId, u32)>> {
        let sql = "SELECT station, incarnation FROM event WHERE (station, incarnation) > (?1, ?2)
                   ORDER BY station, incarnation LIMIT 1";
        let mut row = self.db.prepare_cached(sql)?;
        Ok(row.query_row((station, incarnation), |row| Ok((StationId(row.get(0)?), row.get(1)?))).optional()?)
    }

    fn log_state(&self, log: (StationId, u32), all: (u64, u64)) -> Result<LogState> {
        let peers = schema::has_peers(&self.db)?;
        let mut ranges = if peers { ranges(&self.db, log)? } else { Vec::new() };
        if let Some(range) = ranges.last_mut() {
            // Written here since something of it came from elsewhere.
            range.1 = range.1.max(all.1);
        } else {
            ranges.push(all);
        }
        let sql = "SELECT no, hash, bytes FROM event WHERE station = ?1 AND incarnation = ?2 AND log_no = ?3";
        let last = self.stored_events(sql, (&log.0.0[..], log.1, all.1))?;
        let last_entry = last.iter().map(|event| event.envelope.entry_time).max().unwrap_or_default();
        let (at, forks) = if peers { self.came(log)? } else { (None, Vec::new()) };
        let received = at.map_or(last_entry, Moment);
        Ok(LogState { station: log.0, incarnation: log.1, ranges, forks, last_entry, received })
    }

    /// When something of a log came last, and the numbers of it that are forked.
    fn came(&self, log: (StationId, u32)) -> Result<(Option<i64>, Vec<u64>)> {
        let sql = "SELECT max(at) FROM received WHERE station = ?1 AND incarnation = ?2";
        let at = self.db.prepare_cached(sql)?.query_row((&log.0.0[..], log.1), |row| row.get(0))?;
        let sql = "SELECT log_no FROM fork WHERE station = ?1 AND incarnation = ?2 ORDER BY log_no";
        let mut forks = self.db.prepare_cached(sql)?;
        let forks = forks.query_map((&log.0.0[..], log.1), |row| row.get(0))?;
        Ok((at, forks.collect::<std::result::Result<_, _>>()?))
    }

    /// Whether an event that came from elsewhere is sound though it does not follow the one that came before it: there is a hole before
    /// it, it follows an event that came later, or its number is named as a fork.
    pub(crate) fn stands_apart(&self, envelope: &Envelope) -> Result<bool> {
        let log = (envelope.station, envelope.incarnation);
        let came = if schema::has_peers(&self.db)? { ranges(&self.db, log)? } else { Vec::new() };
        let Some(no) = envelope.no.checked_sub(1).filter(|_| !came.is_empty()) else { return Ok(false) };
        let before = hashes_at(&self.db, log, no)?;
        if no == 0 {
            return Ok(envelope.prev_hash == [0; 32]);
        }
        let hole = came.iter().all(|(first, last)| no < *first || *last < no);
        let sql = "SELECT 1 FROM fork WHERE station = ?1 AND incarnation = ?2 AND log_no = ?3";
        Ok((hole && before.is_empty())
            || before.contains(&EventHash(envelope.prev_hash))
            || self.db.prepare_cached(sql)?.exists((&log.0.0[..], log.1, envelope.no))?)
    }

    /// The stations this home was filled from: their log counts as its own.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn former_stations(&self) -> Result<Vec<StationId>> {
        former(&self.db)
    }

    /// This station and those that this home was filled from.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn own_stations(&self) -> Result<Vec<StationId>> {
        let own = StationId(schema::setting(&self.db, "station")?);
        Ok(std::iter::once(own).chain(former(&self.db)?).collect())
    }

    /// The secret of this station's key, by which it proves on a line who it is. It appends nothing: only a [`crate::Writer`] does.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn station_secret(&self) -> Result<Zeroizing<[u8; 32]>> {
        Ok(Zeroizing::new(schema::setting::<[u8; 32]>(&self.db, "signing_key")?))
    }

    /// Every station whose key is known here, this one among them.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn known_stations(&self) -> Result<Vec<(StationId, [u8; 32])>> {
        let mut rows = self.db.prepare_cached("SELECT id, public_key FROM station ORDER BY id")?;
        let rows = rows.query_map([], |row| Ok((StationId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// Events of every station that name an item, in the order that is the same everywhere ([`fold_key`]).
    ///
    /// # Errors
    /// [`Error::Damaged`] when stored bytes are no event.
    pub fn everyones_events_of(&self, item: &str) -> Result<Vec<StoredEvent>> {
        let mut events = self.events_of(item)?;
        if schema::has_peers(&self.db)? {
            let sql = "SELECT no, hash, bytes FROM peer_item JOIN event ON no = event WHERE item = ?1";
            events.extend(self.stored_events(sql, [item])?);
            events.sort_unstable_by_key(fold_key);
        }
        Ok(events)
    }

    /// Of the events of every station that name an item those that came here after an event, in order of arrival.
    ///
    /// # Errors
    /// [`Error::Damaged`] when stored bytes are no event.
    pub fn everyones_events_since(&self, item: &str, after: EventNo) -> Result<Vec<StoredEvent>> {
        // In one statement: nothing may be committed between two of which the later number is remembered.
        let sql = match schema::has_peers(&self.db)? {
            true => {
                "SELECT no, hash, bytes FROM event_item JOIN event ON no = event WHERE item = ?1 AND event > ?2 UNION ALL
                 SELECT no, hash, bytes FROM peer_item JOIN event ON no = event WHERE item = ?1 AND event > ?2 ORDER BY 1"
            }
            false => "SELECT no, hash, bytes FROM event_item JOIN event ON no = event WHERE item = ?1 AND event > ?2",
        };
        self.stored_events(sql, (item, after.0))
    }

    /// Hands out what is here of one life of a log from a number on, as runs; `f` answers false to stop.
    ///
    /// # Errors
    /// What `f` returned; [`Error::Damaged`] names an event that does not have its hash.
    pub fn runs(
        &self,
        (station, incarnation): (StationId, u32),
        from: u64,
        mut f: impl FnMut(Run) -> Result<bool>,
    ) -> Result<()> {
        let mut rows = self.db.prepare_cached(
            "SELECT e.log_no, e.bytes, e.hash, h.signature FROM event e LEFT JOIN head h ON h.station = e.station
             AND h.incarnation = e.incarnation AND h.log_no = e.log_no AND h.hash = e.hash
             WHERE e.station = ?1 AND e.incarnation = ?2 AND e.log_no >= ?3 ORDER BY e.log_no, e.no",
        )?;
        let mut rows = rows.query((&station.0[..], incarnation, from.min(i64::MAX as u64)))?;
        let mut chains: Vec<Chain> = Vec::new();
        while let Some(row) = rows.next()? {
            let (no, bytes, hash) = (row.get::<_, u64>(0)?, row.get::<_, Vec<u8>>(1)?, EventHash(row.get(2)?));
            let envelope = Envelope::decode(&bytes).filter(|_| EventHash::of(&bytes) == hash);
            let envelope = envelope
                .ok_or_else(|| Error::damaged(format!("log {station} incarnation {incarnation} event {no}")))?;
            let follows = |chain: &Chain| chain.no + 1 == no && chain.hash.0 == envelope.prev_hash;
            let at = chains.iter().position(follows).unwrap_or_else(|| {
                let run = Run { station, incarnation, events: Vec::new(), signature: [0; 64] };
                chains.push(Chain { no, hash, run, bytes: 0, signed: 0 });
                chains.len() - 1
            });
            let chain = &mut chains[at];
            (chain.no, chain.hash) = (no, hash);
            chain.bytes += bytes.len();
            chain.run.events.push(bytes);
            let Some(signature) = row.get::<_, Option<[u8; 64]>>(3)? else { continue };
            (chain.run.signature, chain.signed) = (signature, chain.run.events.len());
            if chain.run.events.len() >= RUN_EVENTS || chain.bytes >= RUN_BYTES {
                let next = Run { events: Vec::new(), signature: [0; 64], ..chain.run };
                (chain.bytes, chain.signed) = (0, 0);
                if !f(std::mem::replace(&mut chain.run, next))? {
                    return Ok(());
                }
            }
        }
        // What is left of each, as far as it is vouched for.
        for mut chain in chains.into_iter().filter(|chain| chain.signed > 0) {
            chain.run.events.truncate(chain.signed);
            if !f(chain.run)? {
                break;
            }
        }
        Ok(())
    }
}
