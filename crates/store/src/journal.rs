//! A parcel as it travels out of its home and into another: all of its row but the contents, which travel as the files they were.
//!
//! Written down, with golden bytes, in `docs/encoding.md`.

use chart::{ContentId, Moment, PatientId};

use crate::entry::SightingAct;
use crate::parcel::{Header, Held, Line, Parcel, take_lines};
use crate::wire::{Take, put_bytes, put_signed, put_varint};

/// First byte of every journal.
const VERSION: u8 = 1;

/// A parcel without its contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// Number of the parcel, over all sources, from 1.
    pub no: u64,
    /// Number of its source.
    pub source: u32,
    /// Number of its patient's row; digested, so it stays the same for ever.
    pub row: u64,
    /// The patient of the path; an empty number where it named none.
    pub patient: PatientId,
    /// Position of the first sighting.
    pub first: u64,
    /// Sightings.
    pub count: u64,
    /// When it was received, by the clock of that home.
    pub received: Moment,
    /// What vouches for all of this and for the metadata.
    pub digest: [u8; 16],
    /// The metadata as digested.
    pub(crate) meta: Vec<u8>,
}

/// One sighting of a journal.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalLine {
    /// Path below the root of its source.
    pub path: Vec<u8>,
    /// Modification time, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// What happened.
    pub act: SightingAct,
    /// SHA-256 of the bytes; all zeros where none were held.
    pub content: ContentId,
    /// Length of the bytes where this parcel brought them; `None` where they were held before, or never.
    pub brought: Option<u64>,
    /// The parcel that brought them, where that is another.
    pub held_in: Option<u64>,
}

impl JournalLine {
    /// After this sighting there is a file under its path, whose bytes the home holds.
    pub fn leaves_a_file(&self) -> bool {
        matches!(self.act, SightingAct::Seen | SightingAct::Renamed { .. })
    }
}

impl Journal {
    /// Bytes of the metadata.
    pub fn size(&self) -> usize {
        self.meta.len()
    }

    pub(crate) fn of(header: &Header, digest: [u8; 16], patient: PatientId, parcel: &Parcel) -> Journal {
        Journal {
            no: header.no,
            source: header.source,
            row: header.patient,
            patient,
            first: header.first,
            count: header.count,
            received: Moment(header.received),
            digest,
            meta: parcel.meta().to_vec(),
        }
    }

    pub(crate) fn header(&self) -> Header {
        Header {
            no: self.no,
            source: self.source,
            patient: self.row,
            first: self.first,
            count: self.count,
            received: self.received.0,
        }
    }

    /// As it travels.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        for value in [self.no, self.source.into(), self.row, self.first, self.count] {
            put_varint(&mut out, value);
        }
        put_signed(&mut out, self.received.0);
        put_bytes(&mut out, self.patient.authority.as_bytes());
        put_bytes(&mut out, self.patient.id.as_bytes());
        out.extend_from_slice(&self.digest);
        put_bytes(&mut out, &self.meta);
        out
    }

    /// What travelled; `None` when it is no journal of a version known here, or its digest does not vouch for it.
    pub fn decode(bytes: &[u8]) -> Option<Journal> {
        let mut take = Take(bytes);
        if take.u8()? != VERSION {
            return None;
        }
        let mut number = || take.varint();
        let (no, source, row, first, count) = (number()?, number()?, number()?, number()?, number()?);
        let received = Moment(take.signed()?);
        let patient = PatientId { authority: take.text()?, id: take.text()? };
        let digest = take.array()?;
        let meta = take.run()?.to_vec();
        let source = u32::try_from(source).ok()?;
        let journal = Journal { no, source, row, patient, first, count, received, digest, meta };
        let sound = take.is_empty() && journal.header().digest(&journal.meta) == digest;
        (sound && journal.parsed()?.len() as u64 == count).then_some(journal)
    }

    pub(crate) fn parsed(&self) -> Option<Vec<Line>> {
        take_lines(&self.meta)
    }

    /// Its sightings in order. A journal of [`Journal::decode`] or of a sound home has them all.
    pub fn lines(&self) -> Vec<JournalLine> {
        let lines = self.parsed().unwrap_or_default();
        let line = |line: Line| JournalLine {
            brought: if let Held::Here { len } = line.held { Some(len) } else { None },
            held_in: if let Held::At(place) = line.held { Some(place.parcel) } else { None },
            path: line.path,
            mtime_ns: line.mtime_ns,
            act: line.act,
            content: line.content,
        };
        lines.into_iter().map(line).collect()
    }
}
