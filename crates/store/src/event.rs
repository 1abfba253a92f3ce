//! Events: what a person did at this station, in one fixed byte encoding that is hashed, chained and signed as stored.

use chart::Moment;

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
