//! Writing a home: one process, one transaction a batch.

use std::ops::{Deref, Range};

use chart::{Moment, PatientId};

use crate::entry::*;
use crate::event::*;
use crate::person::PersonRow;
use crate::{Error, Reader, Result};

/// A home opened to write. One a home, by an OS lock.
pub struct Writer {
    reader: Reader,
}

impl Deref for Writer {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.reader
    }
}

/// One transaction.
pub struct Batch<'a> {
    writer: &'a mut Writer,
}

fn stub<T>() -> Result<T> {
    Err(Error::damaged("not yet"))
}

impl Writer {
    /// One transaction, one group commit: `Ok` means on disk. On an error nothing of it is kept.
    pub fn batch<T>(&mut self, work: impl FnOnce(&mut Batch<'_>) -> Result<T>) -> Result<T> {
        work(&mut Batch { writer: self })
    }
    /// Adds a source; the same authority and root again give the one that is there.
    pub fn add_source(&mut self, source: &NewSource) -> Result<Source> {
        let _ = source;
        stub()
    }
    /// Sets how many bytes a source may hold here, compressed.
    pub fn set_budget(&mut self, source: u32, bytes: u64) -> Result<()> {
        let _ = (source, bytes);
        stub()
    }
    /// Where this station's log stands.
    pub fn head(&self) -> LogHead {
        LogHead { station: StationId::default(), incarnation: 1, next_no: 1, prev_hash: [0; 32] }
    }
    /// Begins a new life of this station's log, because its head was seen beyond ours (restored or copied home).
    pub fn new_incarnation(&mut self, reason: &str, now: Moment) -> Result<u32> {
        let _ = (reason, now);
        stub()
    }
    /// Appends events in a batch of their own; on a full disk the reserve is released for them.
    pub fn append_events(&mut self, events: &[NewEvent]) -> Result<Vec<EventId>> {
        let _ = events;
        stub()
    }
    /// Empties what can be rebuilt by [`Reader::scan`]: persons, doubts, faults, kinds.
    pub fn clear_indexes(&mut self) -> Result<()> {
        stub()
    }
}

impl Batch<'_> {
    /// Appends sightings of one patient (number of the path; empty when it names none). Positions are dense, in the
    /// order given. New contents of the call are compressed together; bytes held anywhere in the home are referred to.
    pub fn arrive(
        &mut self,
        source: u32,
        patient: &str,
        received: Moment,
        arrivals: &[Arrival<'_>],
    ) -> Result<Range<u64>> {
        let _ = (source, patient, received, arrivals);
        stub()
    }
    /// Keeps a piece of the scanner's state, in the transaction of what it describes.
    pub fn put_unit(&mut self, source: u32, key: &[u8], blob: &[u8]) -> Result<()> {
        let _ = (source, key, blob);
        stub()
    }
    /// Reads a piece of the scanner's state.
    pub fn unit(&self, source: u32, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.writer.unit(source, key)
    }
    /// Forgets a piece of the scanner's state.
    pub fn drop_unit(&mut self, source: u32, key: &[u8]) -> Result<()> {
        let _ = (source, key);
        stub()
    }
    /// Sets the search row of a patient.
    pub fn put_person(&mut self, id: &PatientId, row: &PersonRow) -> Result<()> {
        let _ = (id, row);
        stub()
    }
    /// The search row of a patient as this batch leaves it so far.
    pub fn person(&self, id: &PatientId) -> Result<Option<PersonRow>> {
        self.writer.person(id)
    }
    /// Lists the faults of one message, in place of those listed for it before.
    pub fn put_faults(&mut self, source: u32, position: u64, patient: &str, faults: &[FaultRow]) -> Result<()> {
        let _ = (source, position, patient, faults);
        stub()
    }
    /// Notes that a message filed under `filed` names other patients in PID-3, for [`Reader::doubts`].
    pub fn put_doubts(&mut self, source: u32, position: u64, filed: &str, named: &[&str]) -> Result<()> {
        let _ = (source, position, filed, named);
        stub()
    }
    /// Adds to the count of a kind and keeps the later of each time.
    pub fn note_kind(
        &mut self,
        source: u32,
        kind: &str,
        count: u64,
        last_sent: Option<Moment>,
        last_received: Moment,
    ) -> Result<()> {
        let _ = (source, kind, count, last_sent, last_received);
        stub()
    }
    /// Notes a complete pass over a source, or what is wrong with it.
    pub fn set_contact(&mut self, source: u32, at: Moment, trouble: Option<&str>) -> Result<()> {
        let _ = (source, at, trouble);
        stub()
    }
    /// Appends one event to this station's log; the head is signed when the batch commits.
    pub fn append_event(&mut self, event: &NewEvent) -> Result<EventId> {
        let _ = event;
        stub()
    }
}
