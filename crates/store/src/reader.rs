//! Reading a home. No method here can change what was received (promise 6).

use chart::{ContentId, PatientId};

use crate::entry::*;
use crate::event::*;
use crate::home::About;
use crate::person::*;
use crate::verify::Verdict;
use crate::{Error, Result};

/// A home opened to read. It has no writing method, and its connection is read-only.
pub struct Reader {
    pub(crate) about: About,
    pub(crate) db: rusqlite::Connection,
}

fn stub<T>() -> Result<T> {
    Err(Error::damaged("not yet"))
}

impl Reader {
    /// What this home is.
    pub fn about(&self) -> &About {
        &self.about
    }
    /// All sources by number.
    pub fn sources(&self) -> Result<Vec<Source>> {
        stub()
    }
    /// The scanner's state under `key`.
    pub fn unit(&self, source: u32, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let _ = (source, key);
        stub()
    }
    /// Keys of the scanner's state that begin with `prefix`, in byte order.
    pub fn units(&self, source: u32, prefix: &[u8], f: impl FnMut(&[u8])) -> Result<()> {
        let _ = (source, prefix, f);
        stub()
    }
    /// This patient's sightings from all sources of the authority, in (source, position) order, bytes included.
    pub fn sightings(&self, patient: &PatientId, cut: &Cut) -> Result<Vec<Sighting>> {
        let _ = (patient, cut);
        stub()
    }
    /// Messages filed elsewhere whose PID-3 names this patient.
    pub fn doubts(&self, id: &PatientId) -> Result<Vec<Doubt>> {
        let _ = id;
        stub()
    }
    /// Bytes by their SHA-256.
    pub fn content(&self, id: &ContentId) -> Result<Option<Vec<u8>>> {
        let _ = id;
        stub()
    }
    /// Every sighting of a source from a position on, in order, one parcel in memory; `f` answers false to stop.
    pub fn scan(&self, source: u32, from: u64, f: impl FnMut(Sighting) -> Result<bool>) -> Result<()> {
        let _ = (source, from, f);
        stub()
    }
    /// Everything received up to now.
    pub fn cut(&self) -> Result<Cut> {
        stub()
    }
    /// At most `limit` patients that match every part, in kana order.
    pub fn find(&self, query: &Find, limit: usize) -> Result<Vec<PersonHit>> {
        let _ = (query, limit);
        stub()
    }
    /// The search row of one patient.
    pub fn person(&self, id: &PatientId) -> Result<Option<PersonRow>> {
        let _ = id;
        stub()
    }
    /// How many patients have this folded name, earlier names included.
    pub fn same_name_count(&self, name_key: &str) -> Result<u64> {
        let _ = name_key;
        stub()
    }
    /// Listed faults, newest first, those before number `after`.
    pub fn faults(&self, after: Option<u64>, limit: usize) -> Result<Vec<StoredFault>> {
        let _ = (after, limit);
        stub()
    }
    /// How many faults per source and code.
    pub fn fault_counts(&self) -> Result<Vec<(u32, String, u64)>> {
        stub()
    }
    /// Freshness per source and kind.
    pub fn kinds(&self) -> Result<Vec<KindRow>> {
        stub()
    }
    /// Events in order of arrival, from a number on.
    pub fn events(&self, from: EventNo, limit: usize) -> Result<Vec<StoredEvent>> {
        let _ = (from, limit);
        stub()
    }
    /// Events that name an item, in order of arrival.
    pub fn events_of(&self, item: &str) -> Result<Vec<StoredEvent>> {
        let _ = item;
        stub()
    }
    /// Reads everything and compares: content hashes, parcel digests, dense positions, event chain, signatures, pages.
    /// `progress` is told the number of parcels and events read so far.
    pub fn verify(&self, progress: impl FnMut(u64)) -> Result<Verdict> {
        let _ = progress;
        stub()
    }
    /// How much this home holds.
    pub fn counts(&self) -> Result<Counts> {
        stub()
    }
}
