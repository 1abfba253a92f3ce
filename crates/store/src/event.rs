//! Events: what a person did at this station, in one fixed byte encoding that is hashed, chained and signed as stored.

use chart::Moment;
use sha2::{Digest, Sha256};

use crate::wire::Take;
use crate::{Error, Result};

/// SHA-256 of the stored bytes of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventHash(pub [u8; 32]);

/// A station: 16 random bytes minted with its home.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StationId(pub [u8; 16]);

/// Order of arrival in this home, over all stations, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventNo(pub u64);

/// What the caller says of an event; the store adds station, incarnation, number, previous hash and clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewEvent {
    /// When a person says it happened.
    pub event_time: Moment,
    /// When a person pressed Enter, by our clock.
    pub entry_time: Moment,
    /// Who.
    pub person: String,
    /// In which role.
    pub role: String,
    /// What it is about: names of items, for [`crate::Reader::events_of`].
    pub items: Vec<String>,
    /// Events it builds on.
    pub parents: Vec<EventHash>,
    /// Kind, numbered by `andon`'s event module.
    pub kind: u16,
    /// Version of that kind.
    pub version: u16,
    /// Bytes of that kind and version.
    pub payload: Vec<u8>,
}

/// An event as stored (design §2): the order of fields is the order of bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Whose log.
    pub station: StationId,
    /// Which life of that station.
    pub incarnation: u32,
    /// Running number in that life, from 1.
    pub no: u64,
    /// SHA-256 of the event before; zeros for the first of an incarnation.
    pub prev_hash: [u8; 32],
    /// Hybrid logical clock: milliseconds since 1970 × 65,536 + counter.
    pub hlc: u64,
    /// When a person says it happened.
    pub event_time: Moment,
    /// When a person pressed Enter.
    pub entry_time: Moment,
    /// Who.
    pub person: String,
    /// In which role.
    pub role: String,
    /// What it is about.
    pub items: Vec<String>,
    /// Events it builds on.
    pub parents: Vec<EventHash>,
    /// Kind.
    pub kind: u16,
    /// Version of the kind.
    pub version: u16,
    /// Bytes of that kind and version.
    pub payload: Vec<u8>,
}

/// The name of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventId {
    /// Whose log.
    pub station: StationId,
    /// Which life.
    pub incarnation: u32,
    /// Running number.
    pub no: u64,
    /// SHA-256 of its stored bytes.
    pub hash: EventHash,
}

/// An event with the bytes it was stored as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Order of arrival in this home.
    pub no: EventNo,
    /// SHA-256 of `bytes`.
    pub hash: EventHash,
    /// The stored bytes; hand these on, never a re-encoding.
    pub bytes: Vec<u8>,
    /// What they say.
    pub envelope: Envelope,
}

/// Where this station's log stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// This station.
    pub station: StationId,
    /// Its present life.
    pub incarnation: u32,
    /// Number the next event gets.
    pub next_no: u64,
    /// Hash of the last event; zeros before the first.
    pub prev_hash: [u8; 32],
}

/// Lower-case hexadecimal.
fn hex(f: &mut std::fmt::Formatter<'_>, bytes: &[u8]) -> std::fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl std::fmt::Display for StationId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        hex(f, &self.0)
    }
}

impl std::fmt::Display for EventHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        hex(f, &self.0)
    }
}

/// First byte of every stored event.
const VERSION: u8 = 1;

/// Appends text after its length in two bytes.
fn put_text(out: &mut Vec<u8>, what: &'static str, text: &str) -> Result<()> {
    let len = u16::try_from(text.len()).map_err(|_| Error::TooLong { what })?;
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

fn take_text(take: &mut Take<'_>) -> Option<String> {
    let len = take.u16()?;
    String::from_utf8(take.bytes(len.into())?.to_vec()).ok()
}

impl Envelope {
    /// The bytes that are stored, hashed, chained and signed (`docs/encoding.md`).
    ///
    /// # Errors
    /// [`Error::TooLong`] when a text exceeds 65,535 bytes, a list 65,535 entries, or the payload 4 GiB.
    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(128 + self.payload.len());
        out.push(VERSION);
        out.extend_from_slice(&self.station.0);
        out.extend_from_slice(&self.incarnation.to_be_bytes());
        out.extend_from_slice(&self.no.to_be_bytes());
        out.extend_from_slice(&self.prev_hash);
        out.extend_from_slice(&self.hlc.to_be_bytes());
        out.extend_from_slice(&self.event_time.0.to_be_bytes());
        out.extend_from_slice(&self.entry_time.0.to_be_bytes());
        put_text(&mut out, "person", &self.person)?;
        put_text(&mut out, "role", &self.role)?;
        let count = |len: usize, what| u16::try_from(len).map_err(|_| Error::TooLong { what });
        out.extend_from_slice(&count(self.items.len(), "list of items")?.to_be_bytes());
        for item in &self.items {
            put_text(&mut out, "item", item)?;
        }
        out.extend_from_slice(&count(self.parents.len(), "list of parents")?.to_be_bytes());
        self.parents.iter().for_each(|parent| out.extend_from_slice(&parent.0));
        out.extend_from_slice(&self.kind.to_be_bytes());
        out.extend_from_slice(&self.version.to_be_bytes());
        let len = u32::try_from(self.payload.len()).map_err(|_| Error::TooLong { what: "payload" })?;
        out.extend_from_slice(&len.to_be_bytes());
        out.extend_from_slice(&self.payload);
        Ok(out)
    }

    /// What stored bytes say; `None` when they are no event of a version known here, or bytes are left over.
    pub fn decode(bytes: &[u8]) -> Option<Envelope> {
        let mut take = Take(bytes);
        if take.u8()? != VERSION {
            return None;
        }
        let envelope = Envelope {
            station: StationId(take.array()?),
            incarnation: take.u32()?,
            no: take.u64()?,
            prev_hash: take.array()?,
            hlc: take.u64()?,
            event_time: Moment(take.i64()?),
            entry_time: Moment(take.i64()?),
            person: take_text(&mut take)?,
            role: take_text(&mut take)?,
            items: (0..take.u16()?).map(|_| take_text(&mut take)).collect::<Option<_>>()?,
            parents: (0..take.u16()?).map(|_| take.array().map(EventHash)).collect::<Option<_>>()?,
            kind: take.u16()?,
            version: take.u16()?,
            payload: {
                let len = take.u32()? as usize;
                take.bytes(len)?.to_vec()
            },
        };
        take.is_empty().then_some(envelope)
    }
}

impl EventHash {
    /// The hash of an event's stored bytes.
    pub fn of(bytes: &[u8]) -> EventHash {
        EventHash(Sha256::digest(bytes).into())
    }
}

/// What a station signs once per commit: a fixed word, then which head it vouches for.
pub(crate) fn head_statement(station: StationId, incarnation: u32, no: u64, hash: EventHash) -> Vec<u8> {
    let mut out = b"andon log head 1".to_vec();
    out.extend_from_slice(&station.0);
    out.extend_from_slice(&incarnation.to_be_bytes());
    out.extend_from_slice(&no.to_be_bytes());
    out.extend_from_slice(&hash.0);
    out
}
