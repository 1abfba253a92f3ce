//! What is inside a bundle: who made it and what it held, then runs of logs, then files attached to lines. Written down in `docs/bundle-format.md`.

use std::io::{Read, Write};

use serde::{Deserialize, Serialize};
use store::{Run, StationId};

use super::framed::{END, Framed, put_bytes};
use crate::attachments::FILE_BYTES_MAX;
use crate::home::Problem;

/// What the maker of a bundle says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Its program's version.
    pub program: String,
    /// The hospital's name.
    pub hospital: String,
    /// 訓練.
    pub training: bool,
    /// When it was made, by the maker's clock, milliseconds.
    pub made: i64,
    /// Station (32 hexadecimal digits), life, and how far the maker had its log without a hole.
    pub held: Vec<(String, u32, u64)>,
}

/// Bytes of one event, at most.
const EVENT_BYTES_MAX: u32 = 8 << 20;
/// Events of one run, and bytes: a commit is never cut, and the largest known is a hospital's letters on the day they are counted.
const RUN_EVENTS_MAX: u32 = 200_000;
const RUN_BYTES_MAX: usize = 16 << 20;
/// Runs of one bundle: two million events.
const RUNS_MAX: usize = 20_000;

/// Files of one bundle: what is attached to lines of the chronology.
const FILES_MAX: usize = 1_000;
/// Bytes of a packed file: what cannot be packed is a little longer for it.
const PACKED_BYTES_MAX: u32 = FILE_BYTES_MAX as u32 + (1 << 17);

const RUN: u8 = 2;
const FILE: u8 = 3;

/// Writes a run.
///
/// # Errors
/// When it cannot be written.
pub fn put_run(out: &mut dyn Write, run: &Run) -> std::io::Result<()> {
    out.write_all(&[RUN])?;
    out.write_all(&run.station.0)?;
    out.write_all(&run.incarnation.to_be_bytes())?;
    out.write_all(&u32::try_from(run.events.len()).unwrap_or(u32::MAX).to_be_bytes())?;
    for event in &run.events {
        put_bytes(out, event)?;
    }
    out.write_all(&run.signature)
}

/// Writes a file that is attached to a line; after all runs, since they say of which lines.
///
/// # Errors
/// When it cannot be packed or written.
pub fn put_file(out: &mut dyn Write, bytes: &[u8]) -> Result<(), Problem> {
    let packed =
        vault::bundle::packed(vault::bundle::Form::Logs, bytes).map_err(|error| Problem::failed(error.to_string()))?;
    out.write_all(&[FILE])?;
    Ok(put_bytes(out, &packed)?)
}

/// Writes the end: a bundle without it was cut off.
///
/// # Errors
/// When it cannot be written.
pub fn put_end(out: &mut dyn Write) -> std::io::Result<()> {
    out.write_all(&[END])
}

/// What a bundle holds behind what its maker says of itself.
pub enum Record {
    /// A run of a log.
    Run(Run),
    /// The bytes of a file.
    File(Vec<u8>),
}

/// Reads a bundle's inside, one record in memory.
pub struct Body<'a> {
    from: Framed<'a>,
    runs: usize,
    files: usize,
}

fn broken(what: &str) -> Problem {
    Problem {
        exit: crate::home::Exit::Integrity,
        words: format!(
            "持ち運びファイルの中身が壊れています（{what}）。相手の端末でもう一度書き出してください。\n\
             What is inside the bundle is broken ({what}): export it again at the other station."
        ),
    }
}

impl<'a> Body<'a> {
    /// Begins to read.
    ///
    /// # Errors
    /// It does not begin as one of this version does.
    pub fn new(from: &'a mut dyn Read) -> Result<(About, Body<'a>), Problem> {
        let (about, from) = Framed::new(from, broken)?;
        Ok((about, Body { from, runs: 0, files: 0 }))
    }

    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// It is broken, cut off, or larger than a bundle may be.
    pub fn record(&mut self) -> Result<Option<Record>, Problem> {
        match self.from.u8()? {
            RUN => self.run().map(|run| Some(Record::Run(run))),
            FILE => {
                self.files += 1;
                if self.files > FILES_MAX {
                    return Err(broken("count"));
                }
                let packed = self.from.bytes(PACKED_BYTES_MAX)?;
                let bytes = vault::bundle::unpacked(&packed, FILE_BYTES_MAX).map_err(|_| broken("file"))?;
                Ok(Some(Record::File(bytes)))
            }
            END => Ok(None),
            _ => Err(broken("kind")),
        }
    }

    fn run(&mut self) -> Result<Run, Problem> {
        self.runs += 1;
        let station = StationId(self.from.array()?);
        let (incarnation, count) = (self.from.u32()?, self.from.u32()?);
        if self.runs > RUNS_MAX || count > RUN_EVENTS_MAX {
            return Err(broken("count"));
        }
        let (mut events, mut bytes) = (Vec::new(), 0);
        for _ in 0..count {
            let event = self.from.bytes(EVENT_BYTES_MAX)?;
            bytes += event.len();
            if bytes > RUN_BYTES_MAX {
                return Err(broken("size"));
            }
            events.push(event);
        }
        Ok(Run { station, incarnation, events, signature: self.from.array()? })
    }
}
