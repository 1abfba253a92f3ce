//! What is inside a file of charts: what the giver has and holds back, then parcels in its order of arrival. Written down in
//! `docs/bundle-format.md`.

use std::io::{Read, Write};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use store::{GivenParcel, Journal};
use vault::bundle::{self, Form};

use super::super::framed::{END, Framed, put_bytes};
use super::holds::GivenHold;
use crate::home::{Exit, Problem};

/// What the giver says of itself and of what it gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Its program's version.
    pub program: String,
    /// The hospital's name.
    pub hospital: String,
    /// 訓練.
    pub training: bool,
    /// When it was made, by the giver's clock, milliseconds.
    pub made: i64,
    /// No parcel before this number is in it.
    pub from: u64,
    /// Number and digest (hexadecimal) of the last parcel before that.
    pub before: Option<(u64, String)>,
    /// The giver's last parcel.
    pub end: u64,
    /// The last number of its own log: of two files the one with the higher of both is the newer, whatever its clock says.
    pub event: u64,
    /// Entries that it gives in all.
    pub entries: u64,
    /// Its sources.
    pub sources: Vec<GivenSource>,
    /// What it holds back of them.
    pub holds: Vec<GivenHold>,
}

/// A source's last contact is told again after so long though nothing else is new, milliseconds.
const CONTACT_EVERY: i64 = 600_000;

impl About {
    /// How sources and holds stand, as a digest: where a follower has been told the same, there is nothing to tell.
    pub fn told(&self) -> String {
        let mut sources = self.sources.clone();
        sources.iter_mut().for_each(|source| source.contact = source.contact.map(|at| at / CONTACT_EVERY));
        let text = serde_json::to_vec(&(&sources, &self.holds)).unwrap_or_default();
        vault::hash::to_hex(&store::content_id(&text).0)
    }
}

/// A source that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenSource {
    /// Its number there.
    pub no: u32,
    /// Its name there.
    pub name: String,
    /// Assigning authority of its patients' numbers.
    pub authority: String,
    /// Its root folder there, bytes of the operating system in hexadecimal.
    pub root: String,
    /// Silence longer than this is an alarm there, minutes.
    pub silence_minutes: u32,
    /// The last complete look at it, milliseconds; `None`: its first reading goes on.
    pub contact: Option<i64>,
    /// What is wrong with it, as a code word.
    pub trouble: Option<String>,
}

/// Sources of one station, at most: each stands here for ever.
const SOURCES_MAX: usize = 256;
/// Bytes of a parcel's journal, at most: 1,024 sightings, each with two paths.
const JOURNAL_BYTES_MAX: u32 = 16 << 20;
/// Contents of one parcel, and their bytes: a parcel of the store holds a mebibyte, or one file of at most sixteen; what it refers to in
/// sources that are not given comes beside.
const CONTENTS_MAX: u32 = 2_048;
const CONTENTS_BYTES_MAX: u64 = 256 << 20;
/// Bytes of them packed: what cannot be packed is a little longer for it.
const PACKED_BYTES_MAX: u32 = (256 << 20) + (1 << 21);

const PARCEL: u8 = 4;

/// Writes a parcel.
///
/// # Errors
/// When it cannot be packed or written.
pub fn put_parcel(out: &mut dyn Write, parcel: &GivenParcel) -> Result<(), Problem> {
    let all: Vec<u8> = parcel.contents.concat();
    let packed = bundle::packed(Form::Charts, &all).map_err(|error| Problem::failed(error.to_string()))?;
    let mut head = vec![PARCEL];
    put_bytes(&mut head, &parcel.journal.encode())?;
    head.extend(u32::try_from(parcel.contents.len()).unwrap_or(u32::MAX).to_be_bytes());
    for bytes in &parcel.contents {
        head.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    }
    out.write_all(&head)?;
    Ok(put_bytes(out, &packed)?)
}

/// Writes the end: the first parcel that may not be in it any more.
///
/// # Errors
/// When it cannot be written.
pub fn put_end(out: &mut dyn Write, next: u64) -> std::io::Result<()> {
    out.write_all(&[END])?;
    out.write_all(&next.to_be_bytes())
}

/// What comes behind the beginning.
pub enum Record {
    /// A parcel.
    Parcel(GivenParcel),
    /// The end, with the first parcel that may not be in it any more.
    End(u64),
}

/// Reads the inside of a file of charts, one parcel in memory.
pub struct Body<'a> {
    from: Framed<'a>,
}

fn broken(what: &str) -> Problem {
    Problem {
        exit: Exit::Integrity,
        words: format!(
            "カルテの写しの中身が壊れています（{what}）。そこまでは取り込みました。相手の端末でもう一度書き出してください。\n\
             What is inside the file of charts is broken ({what}); what came before it was taken in. Write it again at the other station."
        ),
    }
}

impl<'a> Body<'a> {
    /// Begins to read.
    ///
    /// # Errors
    /// It does not begin as one of this version does.
    pub fn new(from: &'a mut dyn Read) -> Result<(About, Body<'a>), Problem> {
        let (about, from): (About, _) = Framed::new(from, broken)?;
        if about.sources.len() > SOURCES_MAX {
            return Err(broken("sources"));
        }
        Ok((about, Body { from }))
    }

    /// The next record.
    ///
    /// # Errors
    /// It is broken, cut off, or larger than it may be.
    pub fn record(&mut self) -> Result<Record, Problem> {
        match self.from.u8()? {
            PARCEL => self.parcel().map(Record::Parcel),
            END => Ok(Record::End(u64::from_be_bytes(self.from.array()?))),
            _ => Err(broken("kind")),
        }
    }

    fn parcel(&mut self) -> Result<GivenParcel, Problem> {
        let journal = Journal::decode(&self.from.bytes(JOURNAL_BYTES_MAX)?).ok_or_else(|| broken("journal"))?;
        let count = self.from.u32()?;
        if count > CONTENTS_MAX {
            return Err(broken("count"));
        }
        let lengths = (0..count).map(|_| self.from.u32()).collect::<Result<Vec<u32>, Problem>>()?;
        let whole: u64 = lengths.iter().map(|length| u64::from(*length)).sum();
        if whole > CONTENTS_BYTES_MAX {
            return Err(broken("size"));
        }
        let packed = self.from.bytes(PACKED_BYTES_MAX)?;
        let all = bundle::unpacked(&packed, whole as usize).map_err(|_| broken("contents"))?;
        let (mut contents, mut rest) = (Vec::new(), &all[..]);
        for length in lengths {
            let (bytes, after) = rest.split_at_checked(length as usize).ok_or_else(|| broken("contents"))?;
            contents.push(Arc::from(bytes));
            rest = after;
        }
        Ok(GivenParcel { journal, contents })
    }
}
