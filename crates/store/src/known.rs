//! Which contents are held: an index by the first 8 bytes of the SHA-256, cut into epochs so that adding the
//! five-millionth costs what the first did.
//!
//! One B-tree over all hashes would dirty a page per message once it outgrows the cache. So only the newest epoch is
//! written to, and each closed one is guarded by a Bloom filter (one cache line a key) that answers "surely not".

use chart::ContentId;
use rusqlite::Connection;

use crate::parcel::Place;
use crate::{Error, Result};

/// Contents in an epoch.
pub(crate) const EPOCH_CONTENTS: u64 = 1 << 16;
/// Filter of one epoch, bytes: 16 bits a content, wrong about once in a thousand.
const FILTER_BYTES: usize = 128 << 10;
const BLOCK_BYTES: usize = 64;
const BITS_A_KEY: u32 = 6;

/// First 8 bytes of the hash, big-endian.
pub(crate) fn key(id: &ContentId) -> u64 {
    id.0.iter().take(8).fold(0, |key, byte| key << 8 | u64::from(*byte))
}

/// SQLite keeps 64 bits signed; the order does not matter here, only the bits.
pub(crate) fn stored(key: u64) -> i64 {
    key as i64
}

/// A blocked Bloom filter.
pub(crate) struct Filter(Vec<u8>);

impl Filter {
    fn empty() -> Filter {
        Filter(vec![0; FILTER_BYTES])
    }

    /// Byte and mask of each bit of a key: block from the top 11 bits, places in it from the low 54.
    fn bits(key: u64) -> impl Iterator<Item = (usize, u8)> {
        let block = (key >> 53) as usize * BLOCK_BYTES;
        (0..BITS_A_KEY).map(move |i| {
            let bit = (key >> (9 * i)) as usize & (BLOCK_BYTES * 8 - 1);
            (block + bit / 8, 1 << (bit % 8))
        })
    }

    fn add(&mut self, key: u64) {
        Filter::bits(key).for_each(|(byte, mask)| self.0[byte] |= mask);
    }

    fn may_hold(&self, key: u64) -> bool {
        Filter::bits(key).all(|(byte, mask)| self.0[byte] & mask != 0)
    }
}

/// The writer's knowledge of what is held. A rolled-back batch leaves extra bits: they cost a look-up, never a wrong
/// answer.
pub(crate) struct Known {
    closed: Vec<Filter>,
    open: Filter,
    pub open_count: u64,
}

impl Known {
    /// Reads the filters of the closed epochs and the hashes of the open one.
    pub fn load(db: &Connection) -> Result<Known> {
        let mut rows = db.prepare("SELECT bits FROM epoch ORDER BY no")?;
        let closed = rows
            .query_map([], |row| row.get::<_, Vec<u8>>(0))?
            .map(|bits| {
                let bits = bits?;
                if bits.len() == FILTER_BYTES { Ok(Filter(bits)) } else { Err(Error::damaged("epoch filter")) }
            })
            .collect::<Result<Vec<_>>>()?;
        let mut known = Known { closed, open: Filter::empty(), open_count: 0 };
        let mut rows = db.prepare("SELECT hash FROM content WHERE epoch = ?1")?;
        let mut rows = rows.query([known.epoch()])?;
        while let Some(row) = rows.next()? {
            known.open.add(row.get::<_, i64>(0)? as u64);
            known.open_count += 1;
        }
        Ok(known)
    }

    /// Number of the open epoch.
    pub fn epoch(&self) -> u64 {
        self.closed.len() as u64
    }

    /// Places that may hold a content of this hash; the caller compares the whole hash.
    pub fn candidates(&self, db: &Connection, id: &ContentId) -> Result<Vec<Place>> {
        let key = key(id);
        let mut places = Vec::new();
        let filters = self.closed.iter().chain([&self.open]);
        for (epoch, _) in filters.enumerate().filter(|(_, filter)| filter.may_hold(key)) {
            places_in(db, epoch as u64, key, &mut places)?;
        }
        Ok(places)
    }

    /// Notes a content and closes the epoch when it is full.
    pub fn add(&mut self, db: &Connection, id: &ContentId, place: Place) -> Result<()> {
        let key = key(id);
        db.prepare_cached("INSERT INTO content (epoch, hash, parcel, slot) VALUES (?1, ?2, ?3, ?4)")?.execute((
            self.epoch(),
            stored(key),
            place.parcel,
            place.slot,
        ))?;
        self.open.add(key);
        self.open_count += 1;
        if self.open_count >= EPOCH_CONTENTS {
            db.execute("INSERT INTO epoch (no, bits) VALUES (?1, ?2)", (self.epoch(), &self.open.0))?;
            self.closed.push(std::mem::replace(&mut self.open, Filter::empty()));
            self.open_count = 0;
        }
        Ok(())
    }
}

/// Appends the places of a hash in one epoch.
pub(crate) fn places_in(db: &Connection, epoch: u64, key: u64, places: &mut Vec<Place>) -> Result<()> {
    let mut rows = db.prepare_cached("SELECT parcel, slot FROM content WHERE epoch = ?1 AND hash = ?2")?;
    let mut rows = rows.query((epoch, stored(key)))?;
    while let Some(row) = rows.next()? {
        places.push(Place { parcel: row.get(0)?, slot: row.get(1)? });
    }
    Ok(())
}
