//! A parcel: the sightings of one patient from one call, with the bytes first held by it, in one zstd frame.
//!
//! Written down, with golden bytes, in `docs/encoding.md`.

use std::cell::RefCell;

use chart::ContentId;
use sha2::{Digest, Sha256};

use crate::entry::SightingAct;
use crate::wire::{Take, put_bytes, put_signed, put_varint};
use crate::{Error, Result};

/// First byte of every parcel body.
const VERSION: u8 = 1;
/// zstd level: measured against 3 in `docs/encoding.md`.
const LEVEL: i32 = 1;
/// A body that claims to hold more than this is refused before anything is allocated, bytes.
const MAX_RAW_BYTES: u64 = 1 << 30;

/// Where the bytes of a sighting are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// In this parcel, the next content in order.
    Here {
        /// Length, bytes.
        len: u64,
    },
    /// In a parcel, by its number and the number of the content in it.
    At(Place),
    /// Nowhere: gone before it was ever read, or never taken.
    Nowhere,
}

/// A content's place: parcel number and number of the content in that parcel, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub parcel: u64,
    pub slot: u64,
}

/// One sighting in a parcel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub path: Vec<u8>,
    pub size: u64,
    pub mtime_ns: i64,
    pub act: SightingAct,
    pub content: ContentId,
    pub held: Held,
}

impl Line {
    /// Only what is seen brings bytes; a rename or a removal is of bytes that are held.
    pub fn may_bring(&self) -> bool {
        self.act == SightingAct::Seen
    }
}

const SEEN_HERE: u8 = 0;
const SEEN_HELD: u8 = 1;
const RENAMED: u8 = 2;
const GONE: u8 = 3;
const GONE_UNREAD: u8 = 4;
const WITHHELD: u8 = 5;

/// Writes a path as what it shares with the one before, and the rest.
fn put_path(out: &mut Vec<u8>, before: &[u8], path: &[u8]) {
    let shared = before.iter().zip(path).take_while(|(a, b)| a == b).count();
    put_varint(out, shared as u64);
    put_bytes(out, &path[shared..]);
}

fn take_path(take: &mut Take<'_>, before: &[u8]) -> Option<Vec<u8>> {
    let shared = usize::try_from(take.varint()?).ok()?;
    let mut path = before.get(..shared)?.to_vec();
    path.extend_from_slice(take.run()?);
    Some(path)
}

fn code(line: &Line) -> u8 {
    match (&line.act, line.held) {
        (SightingAct::Seen, Held::Here { .. }) => SEEN_HERE,
        (SightingAct::Seen, _) => SEEN_HELD,
        (SightingAct::Renamed { .. }, _) => RENAMED,
        (SightingAct::Gone, Held::Nowhere) => GONE_UNREAD,
        (SightingAct::Gone, _) => GONE,
        (SightingAct::Withheld { .. }, _) => WITHHELD,
    }
}

/// The metadata of all lines.
pub(crate) fn put_lines(out: &mut Vec<u8>, lines: &[Line]) {
    let (mut path, mut mtime) = (&[][..], 0i64);
    for line in lines {
        out.push(code(line));
        put_path(out, path, &line.path);
        put_varint(out, line.size);
        put_signed(out, line.mtime_ns.wrapping_sub(mtime));
        match &line.act {
            SightingAct::Renamed { from } => put_path(out, &line.path, from),
            SightingAct::Withheld { code, text } => {
                put_bytes(out, code.as_bytes());
                put_bytes(out, text.as_bytes());
            }
            SightingAct::Seen | SightingAct::Gone => {}
        }
        match line.held {
            Held::Here { len } => put_varint(out, len),
            Held::At(place) => {
                put_varint(out, place.parcel);
                put_varint(out, place.slot);
            }
            Held::Nowhere => {}
        }
        if line.held != Held::Nowhere {
            out.extend_from_slice(&line.content.0);
        }
        (path, mtime) = (&line.path, line.mtime_ns);
    }
}

fn take_line(take: &mut Take<'_>, before: Option<&Line>) -> Option<Line> {
    let code = take.u8()?;
    let (last_path, last_mtime) = before.map_or((&[][..], 0), |line| (&line.path[..], line.mtime_ns));
    let path = take_path(take, last_path)?;
    let size = take.varint()?;
    let mtime_ns = last_mtime.wrapping_add(take.signed()?);
    let act = match code {
        SEEN_HERE | SEEN_HELD => SightingAct::Seen,
        RENAMED => SightingAct::Renamed { from: take_path(take, &path)? },
        GONE | GONE_UNREAD => SightingAct::Gone,
        WITHHELD => SightingAct::Withheld { code: take.text()?, text: take.text()? },
        _ => return None,
    };
    let held = match code {
        SEEN_HERE => Held::Here { len: take.varint()? },
        GONE_UNREAD | WITHHELD => Held::Nowhere,
        _ => Held::At(Place { parcel: take.varint()?, slot: take.varint()? }),
    };
    let content = if held == Held::Nowhere { ContentId([0; 32]) } else { ContentId(take.array()?) };
    Some(Line { path, size, mtime_ns, act, content, held })
}

/// The lines of metadata; `None` when it is none.
pub(crate) fn take_lines(meta: &[u8]) -> Option<Vec<Line>> {
    let mut take = Take(meta);
    let mut lines: Vec<Line> = Vec::new();
    while !take.is_empty() {
        let line = take_line(&mut take, lines.last())?;
        lines.push(line);
    }
    Some(lines)
}

/// What is kept beside the body in the row of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub no: u64,
    pub source: u32,
    pub patient: u64,
    pub first: u64,
    pub count: u64,
    pub received: i64,
}

impl Header {
    /// First 16 bytes of SHA-256 over the header and the metadata, which names every content by its own SHA-256.
    pub fn digest(&self, meta: &[u8]) -> [u8; 16] {
        let mut hash = Sha256::new();
        for value in [self.no, self.source.into(), self.patient, self.first, self.count, self.received as u64] {
            hash.update(value.to_be_bytes());
        }
        hash.update(meta);
        let mut digest = [0; 16];
        digest.copy_from_slice(&hash.finalize()[..16]);
        digest
    }
}

/// Makes bodies; keeps its compressor and buffers between calls.
pub(crate) struct Press {
    zstd: zstd::bulk::Compressor<'static>,
    raw: Vec<u8>,
    packed: Vec<u8>,
}

/// Buffers larger than this are given back after use, bytes.
const KEPT_BUFFER_BYTES: usize = 4 << 20;

impl Press {
    pub fn new() -> Result<Press> {
        let zstd = zstd::bulk::Compressor::new(LEVEL).map_err(no_memory)?;
        Ok(Press { zstd, raw: Vec::new(), packed: Vec::new() })
    }

    /// The digest and body of a parcel.
    pub fn body(&mut self, header: &Header, lines: &[Line], contents: &[&[u8]]) -> Result<([u8; 16], Vec<u8>)> {
        self.raw.clear();
        self.raw.shrink_to(KEPT_BUFFER_BYTES);
        put_lines(&mut self.raw, lines);
        let meta = self.raw.len();
        let digest = header.digest(&self.raw);
        contents.iter().for_each(|content| self.raw.extend_from_slice(content));
        let bound = zstd::zstd_safe::compress_bound(self.raw.len());
        self.packed.clear();
        self.packed.shrink_to(KEPT_BUFFER_BYTES);
        self.packed.reserve(bound);
        self.zstd.compress_to_buffer(&self.raw, &mut self.packed).map_err(no_memory)?;
        let mut body = Vec::with_capacity(self.packed.len() + 16);
        body.push(VERSION);
        put_varint(&mut body, meta as u64);
        put_varint(&mut body, self.raw.len() as u64);
        body.extend_from_slice(&self.packed);
        Ok((digest, body))
    }
}

/// The whole of what was packed, if it is as long as it says.
fn unpacked(packed: &[u8], len: usize) -> Option<Vec<u8>> {
    thread_local! {
        /// To set one up costs as much as to unpack a parcel.
        static UNPACKER: RefCell<Option<zstd::bulk::Decompressor<'static>>> =
            RefCell::new(zstd::bulk::Decompressor::new().ok());
    }
    let raw = UNPACKER.with_borrow_mut(|unpacker| unpacker.as_mut()?.decompress(packed, len).ok());
    raw.filter(|raw| raw.len() == len)
}

fn no_memory(source: std::io::Error) -> Error {
    Error::Io { doing: "compressing", path: "memory".into(), source }
}

/// A parcel unpacked.
#[derive(Debug)]
pub(crate) struct Parcel {
    raw: Vec<u8>,
    meta: usize,
    pub lines: Vec<Line>,
    /// Start and end in `raw` of each content, by slot, with its name.
    slots: Vec<(usize, usize, ContentId)>,
}

impl Parcel {
    /// Unpacks a body. `None`: the bytes are not a parcel of a version known here.
    pub fn open(body: &[u8]) -> Option<Parcel> {
        let mut take = Take(body);
        if take.u8()? != VERSION {
            return None;
        }
        let meta = usize::try_from(take.varint()?).ok()?;
        let len = take.varint().filter(|len| *len <= MAX_RAW_BYTES)? as usize;
        let raw = unpacked(take.0, len)?;
        let lines = take_lines(raw.get(..meta)?)?;
        let mut slots = Vec::new();
        let mut at = meta;
        for line in &lines {
            if let Held::Here { len } = line.held {
                let end = at.checked_add(usize::try_from(len).ok()?)?;
                slots.push((at, end, line.content));
                at = end;
            }
        }
        (at == raw.len()).then_some(Parcel { raw, meta, lines, slots })
    }

    /// The metadata as digested.
    pub fn meta(&self) -> &[u8] {
        &self.raw[..self.meta]
    }

    /// Every line with the place of its bytes; `no` is this parcel's number.
    pub fn placed(&self, no: u64) -> Vec<(&Line, Held)> {
        let mut slot = 0;
        let place = |line| match line {
            &Line { held: Held::Here { .. }, .. } => {
                slot += 1;
                Held::At(Place { parcel: no, slot: slot - 1 })
            }
            line => line.held,
        };
        self.lines.iter().zip(self.lines.iter().map(place)).collect()
    }

    /// A content and its name.
    pub fn content(&self, slot: u64) -> Option<(&[u8], ContentId)> {
        let (start, end, name) = *self.slots.get(usize::try_from(slot).ok()?)?;
        Some((self.raw.get(start..end)?, name))
    }
}

/// SHA-256 of bytes.
pub fn content_id(bytes: &[u8]) -> ContentId {
    ContentId(Sha256::digest(bytes).into())
}
