//! The index: opaque labels → frames, sealed like the segments. Rows are sorted and of one width, so a look-up is a
//! binary search that decrypts a few 64 KiB chunks; objects merge like digits of a counter to the base of
//! [`FAN`], so n segments need O(log n) of them and every row is written O(log n) times.
//!
//! A station that seals cannot read what it sealed, so the merge is of *plain* rows that the caller kept.

use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::ops::RangeInclusive;

use age::stream::StreamReader;

use crate::hash::{Summing, Sums};
use crate::segment::{decrypt, encrypt, reading, writing};
use crate::{Error, Identity, Recipient, Result};

/// Index objects of one size become one of the next when there are so many: a compromise between objects to look in
/// (at most three of each size) and times a row is written again.
pub const FAN: u32 = 4;
/// Width of a row, bytes.
pub const ROW_BYTES: usize = 16;
const MAGIC: &[u8; 16] = b"andon-index 1\n\0\0";
/// Magic, first segment, last segment, eight zero bytes.
const HEAD_BYTES: usize = 32;

/// Whose a group is, as a number that says nothing to who does not know how it was reckoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label(pub [u8; 16]);

/// One label in one frame: the first half of the label (enough to tell apart; the reader looks at the members),
/// segment and frame, big-endian, so that rows sort as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub [u8; ROW_BYTES]);

/// A place in a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Number of the segment.
    pub segment: u32,
    /// Frame in it, from 0.
    pub frame: u32,
}

impl Row {
    /// That the label is there.
    pub fn new(label: &Label, segment: u32, frame: u32) -> Row {
        let mut row = [0; ROW_BYTES];
        row[..8].copy_from_slice(&label.0[..8]);
        row[8..12].copy_from_slice(&segment.to_be_bytes());
        row[12..].copy_from_slice(&frame.to_be_bytes());
        Row(row)
    }

    /// Where.
    pub fn place(&self) -> Place {
        let [.., a, b, c, d, e, f, g, h] = self.0;
        Place { segment: u32::from_be_bytes([a, b, c, d]), frame: u32::from_be_bytes([e, f, g, h]) }
    }

    /// Whether it is of this label.
    pub fn is_of(&self, label: &Label) -> bool {
        self.0[..8] == label.0[..8]
    }
}

/// Rows as they are kept: one after the other.
pub fn to_bytes(rows: &[Row]) -> Vec<u8> {
    rows.iter().flat_map(|row| row.0).collect()
}

/// Segments that the index object made with segment `number` covers: the largest power of [`FAN`] that divides it.
pub fn span(number: u32) -> RangeInclusive<u32> {
    let mut len = 1;
    while number.is_multiple_of(len * FAN) && number >= len * FAN {
        len *= FAN;
    }
    number + 1 - len..=number
}

/// The spans that together cover segments 1 to `number`, newest first: what a look-up opens, and whose rows a
/// sealing station keeps.
pub fn live(number: u32) -> Vec<RangeInclusive<u32>> {
    let mut spans = Vec::new();
    let mut at = number;
    while at > 0 {
        spans.push(span(at));
        at = *span(at).start() - 1;
    }
    spans
}

/// Of all index objects, those that no other covers.
pub fn current(spans: &[RangeInclusive<u32>]) -> Vec<RangeInclusive<u32>> {
    let inside =
        |a: &RangeInclusive<u32>, b: &RangeInclusive<u32>| a != b && b.start() <= a.start() && a.end() <= b.end();
    spans.iter().filter(|span| !spans.iter().any(|other| inside(span, other))).cloned().collect()
}

/// Seals the index of a span: merges sorted rows, each source as [`to_bytes`] gave it or as `keep` got it, writes the
/// object to `out` and the merged rows, plain, to `keep`. Memory is 8 KiB a source.
///
/// # Errors
/// A source is not sorted, not whole rows, or names a segment outside the span; something cannot be read or written.
pub fn seal<W: Write>(
    out: W,
    span: &RangeInclusive<u32>,
    sources: Vec<Box<dyn Read + '_>>,
    keep: &mut dyn Write,
    recipients: &[Recipient],
) -> Result<(W, Sums)> {
    let mut sealed = encrypt(Summing::new(out), recipients)?;
    sealed.write_all(&head(span)).map_err(writing)?;
    let mut sources: Vec<Source<'_>> = sources.into_iter().map(Source::new).collect::<Result<_>>()?;
    while let Some((row, at)) = sources.iter().enumerate().filter_map(|(at, source)| Some((source.next?, at))).min() {
        if !span.contains(&row.place().segment) {
            return Err(Error::Refused(format!("index rows name segment {} outside {span:?}", row.place().segment)));
        }
        sealed.write_all(&row.0).map_err(writing)?;
        keep.write_all(&row.0).map_err(|error| Error::io("keeping index rows", "home", error))?;
        sources[at].advance()?;
    }
    let (out, sums) = sealed.finish().map_err(writing)?.finish();
    Ok((out, sums))
}

fn head(span: &RangeInclusive<u32>) -> [u8; HEAD_BYTES] {
    let mut head = [0; HEAD_BYTES];
    head[..16].copy_from_slice(MAGIC);
    head[16..20].copy_from_slice(&span.start().to_be_bytes());
    head[20..24].copy_from_slice(&span.end().to_be_bytes());
    head
}

/// Sorted rows being read.
struct Source<'a> {
    read: BufReader<Box<dyn Read + 'a>>,
    next: Option<Row>,
}

impl<'a> Source<'a> {
    fn new(read: Box<dyn Read + 'a>) -> Result<Source<'a>> {
        let mut source = Source { read: BufReader::new(read), next: None };
        source.advance()?;
        Ok(source)
    }

    fn advance(&mut self) -> Result<()> {
        let mut row = Vec::with_capacity(ROW_BYTES);
        let read = (&mut self.read).take(ROW_BYTES as u64).read_to_end(&mut row);
        read.map_err(|error| Error::io("reading index rows", "home", error))?;
        let next = match <[u8; ROW_BYTES]>::try_from(row) {
            Ok(row) => Some(Row(row)),
            Err(row) if row.is_empty() => None,
            Err(_) => return Err(Error::Refused("index rows end in half a row".to_owned())),
        };
        if next.is_some() && next < self.next {
            return Err(Error::Refused("index rows are not sorted".to_owned()));
        }
        self.next = next;
        Ok(())
    }
}

/// An opened index object.
pub struct Index<R: Read + Seek> {
    name: String,
    plain: StreamReader<BufReader<R>>,
    span: RangeInclusive<u32>,
    rows: u64,
}

impl<R: Read + Seek> Index<R> {
    /// Opens the object `name` that `source` reads.
    ///
    /// # Errors
    /// None of the identities fits; it is cut off, damaged or of a newer program.
    pub fn open(source: R, name: &str, identities: &[Identity]) -> Result<Index<R>> {
        let mut plain = decrypt(source, name, identities)?;
        let read = |error| reading(name, "its head", error);
        let len = plain.seek(SeekFrom::End(0)).map_err(read)?;
        let mut bytes = [0; HEAD_BYTES];
        plain.seek(SeekFrom::Start(0)).map_err(read)?;
        plain.read_exact(&mut bytes).map_err(read)?;
        let number = |at: usize| bytes[at..at + 4].iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte));
        let span = number(16)..=number(20);
        let body = len - HEAD_BYTES as u64;
        if bytes != head(&span) {
            return Err(Error::Newer { object: name.to_owned() });
        }
        if span.is_empty() || !body.is_multiple_of(ROW_BYTES as u64) {
            return Err(Error::damaged(name, "its head or length is not that of an index"));
        }
        Ok(Index { name: name.to_owned(), plain, span, rows: body / ROW_BYTES as u64 })
    }

    /// Segments it covers.
    pub fn span(&self) -> &RangeInclusive<u32> {
        &self.span
    }

    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Where the label is, oldest first.
    ///
    /// # Errors
    /// It is damaged or cannot be read.
    pub fn find(&mut self, label: &Label) -> Result<Vec<Place>> {
        let lowest = Row::new(label, 0, 0);
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.row(middle)? < lowest { low = middle + 1 } else { high = middle }
        }
        let mut places = Vec::new();
        while low < self.rows {
            let row = self.row(low)?;
            if !row.is_of(label) {
                break;
            }
            places.push(row.place());
            low += 1;
        }
        Ok(places)
    }

    /// Row `at`, from 0.
    ///
    /// # Errors
    /// It is damaged or cannot be read.
    pub fn row(&mut self, at: u64) -> Result<Row> {
        let mut row = [0; ROW_BYTES];
        let place = HEAD_BYTES as u64 + at * ROW_BYTES as u64;
        let read = self.plain.seek(SeekFrom::Start(place)).and_then(|_| self.plain.read_exact(&mut row));
        read.map_err(|error| reading(&self.name, &format!("row {at}"), error))?;
        Ok(Row(row))
    }

    /// Every row, in order.
    ///
    /// # Errors
    /// To begin; and each, where it is damaged or cannot be read, which ends them.
    pub fn all(&mut self) -> Result<impl Iterator<Item = Result<Row>> + '_> {
        let to_first = self.plain.seek(SeekFrom::Start(HEAD_BYTES as u64));
        to_first.map_err(|error| reading(&self.name, "its head", error))?;
        let name = &self.name;
        let mut plain = BufReader::new(&mut self.plain);
        Ok((0..self.rows).map(move |at| {
            let mut row = [0; ROW_BYTES];
            let read = plain.read_exact(&mut row);
            read.map_err(|error| reading(name, &format!("row {at}"), error)).map(|()| Row(row))
        }))
    }
}
