//! What appointments and the telephone have written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bookings::Cohort;
use crate::event::BookingEvent;
use crate::parents::Seen;

/// What is asked for. Whether it can be so is looked at by who writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PhoneWish {
    /// Something is said of an appointment, a list, a row or a call. What came of ringing somebody is said of the appointment too; both or
    /// neither.
    Say {
        /// The event, of kinds 67 to 70.
        event: BookingEvent,
        /// What its form was opened on.
        #[serde(default)]
        seen: Seen,
        /// When it happened, as the person says, milliseconds.
        at: i64,
        /// Although somebody else has it in hand, or it is over.
        #[serde(default)]
        again: bool,
    },
    /// A list of people to be called is made out of the copy; all its rows or none.
    List {
        /// Whom.
        cohort: Cohort,
        /// Title, reason, script.
        values: BTreeMap<String, String>,
    },
    /// A row of a printed call list is entered: what came of ringing, as the paper says.
    Row {
        /// Number of the sheet.
        sheet: String,
        /// The row's printed number.
        row: u32,
        /// Who wrote it there.
        writer: String,
        /// `result` or `blank`, with its values.
        act: String,
        /// Outcome, next step, when it was moved to.
        values: BTreeMap<String, String>,
        /// Why, or a word.
        words: String,
        /// When it happened, as the paper says, milliseconds.
        at: i64,
    },
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arranged {
    /// Its name.
    pub thing: String,
    /// Its short number for people.
    pub number: String,
    /// Rows of a list that was made.
    pub rows: usize,
}
