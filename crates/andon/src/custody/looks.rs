//! The access audit on its way into a segment: who looked at what outlives the station, and the log in the clear says how much there is
//! of it and the hash over it.

use std::collections::BTreeMap;

use chart::Moment;
use serde::{Deserialize, Serialize};
use store::{Access, LookHead, LookOut, LookRun};

use super::{acts, members};
use crate::home::Problem;

/// Lines of one member at most.
const RUN_LINES: usize = 500;
/// Bytes of lines in one segment; what is more goes into the next.
const LOOKS_BYTES: usize = 4 << 20;

/// How far the access audit is sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// This station's lines.
    lines: u64,
    /// Hash of the last of them, hexadecimal; empty before the first.
    hash: String,
    /// Lines of the stations this home was restored from: the last row of this home.
    past: u64,
}

/// How a member is put: its name, its time, its bytes.
pub type Put<'a> = &'a mut dyn FnMut(&str, Moment, &[u8]) -> Result<(), Problem>;

/// Puts what is new into a segment. How far it is sealed then, and the lines for the log.
///
/// # Errors
/// The audit cannot be read; the disk is full.
pub fn fill(access: &Access, station: &str, before: &Looked, put: Put<'_>) -> Result<(Looked, Vec<String>), Problem> {
    let mut after = before.clone();
    let stood = LookHead { lines: before.lines, hash: before.hash.clone() };
    let lines = match before.lines == 0 || access.holds(&stood)? {
        true => own(access, station, &mut after, put)?,
        // What lies there now is not what was sealed: said in the log every time, and nothing of it is taken for the audit.
        false => vec![acts::of_cut(before.lines, &before.hash)],
    };
    past(access, &mut after, put)?;
    Ok((after, lines))
}

fn own(access: &Access, station: &str, after: &mut Looked, put: Put<'_>) -> Result<Vec<String>, Problem> {
    let (first, mut bytes) = (after.lines + 1, 0);
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    while bytes < LOOKS_BYTES {
        let lines = access.lines_after(after.lines, RUN_LINES)?;
        let Some(last) = lines.last() else { break };
        (after.lines, after.hash) = (last.no, vault::hash::to_hex(&last.hash));
        lines.iter().for_each(|line| *counts.entry(acts::class(&line.look)).or_default() += 1);
        bytes += member(station, &lines, put)?;
    }
    let any = after.lines >= first;
    Ok(if any { acts::of_looks(first, after.lines, &after.hash, &counts) } else { Vec::new() })
}

/// What this home was given by a restore travels on under its old station, or it would end with this home.
fn past(access: &Access, after: &mut Looked, put: Put<'_>) -> Result<(), Problem> {
    let mut bytes = 0;
    while bytes < LOOKS_BYTES {
        let rows = access.past_after(after.past, RUN_LINES)?;
        let Some((last, ..)) = rows.last() else { break };
        after.past = *last;
        let follow = |(_, one, line): &(u64, String, LookOut), (_, other, next): &(u64, String, LookOut)| {
            one == other && line.no + 1 == next.no
        };
        for run in rows.chunk_by(follow) {
            let lines: Vec<LookOut> = run.iter().map(|(.., line)| line.clone()).collect();
            let station = run.first().map_or("", |(_, station, _)| station);
            bytes += member(station, &lines, put)?;
        }
    }
    Ok(())
}

/// One run; its bytes.
fn member(station: &str, lines: &[LookOut], put: Put<'_>) -> Result<usize, Problem> {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return Ok(0) };
    let run = LookRun {
        station: station.to_owned(),
        first: first.no,
        before: first.prev.clone(),
        lines: lines.iter().map(|line| line.bytes.clone()).collect(),
    };
    let bytes = members::looks_bytes(&run);
    put(&members::looks_name(station, first.no), last.look.at, &bytes)?;
    Ok(bytes.len())
}
