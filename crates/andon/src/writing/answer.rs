//! What the process that writes answers, and how a line is made.

use chart::temporary::Block;
use serde::{Deserialize, Serialize};

use super::desk::Received;
use super::telephone::Arranged;
use crate::home::Problem;

/// Bytes of an answer's line: a sentence in two languages, many times over.
pub(super) const ANSWER_BYTES_MAX: usize = 64 << 10;

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is on disk; there is no more to say.
    Done,
    /// A run of sheets has its number.
    Run {
        /// How every sheet number of the run begins.
        prefix: String,
        /// The run.
        run: u64,
    },
    /// Numbers for temporary patients, none of which anybody has.
    Temporary(Block),
    /// An envelope has its number.
    Envelope {
        /// The number.
        number: String,
    },
    /// What an envelope is, is on disk and signed.
    Signed {
        /// The file that says so: `vault::envelope::Signed`.
        text: String,
    },
    /// What headquarters said is on disk.
    Said {
        /// The incident; empty for none.
        incident: String,
        /// The line's number as shown; empty for what is no line.
        number: String,
    },
    /// Somebody was received, or a visit went on.
    Visit(Received),
    /// Something was said of an appointment, a list, a row or a call.
    Arranged(Arranged),
    /// A block of ticket numbers was given: what they begin with.
    TicketBlock(u32),
    /// This station's card.
    Card {
        /// The card.
        text: String,
    },
    /// A bundle was written.
    Exported(crate::stations::export::Exported),
    /// A bundle was taken in.
    Received(crate::stations::import::Received),
    /// Charts by way of another station were taken in.
    Charts(crate::stations::charts::take::TakenCharts),
    /// The log goes on in a new life.
    Begun {
        /// Its number.
        incarnation: u32,
    },
    /// The indexes were made again.
    Rebuilt {
        /// From so many sightings.
        sightings: u64,
    },
}

/// A line from the process that writes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    /// Still here: the request waits its turn, or is being done.
    Waiting,
    /// Done, and on disk.
    Done(Answer),
    /// Not done, and why.
    Refused(Problem),
}

/// A value as a line of JSON.
pub(super) fn encode(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    let mut line = serde_json::to_vec(value).map_err(|error| Problem::failed(error.to_string()))?;
    line.push(b'\n');
    Ok(line)
}
