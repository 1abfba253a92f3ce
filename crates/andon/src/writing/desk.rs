//! What the desk has written: receptions, moves of visits, names, rows of queue sheets, blocks of ticket numbers.

use serde::{Deserialize, Serialize};

use crate::event::{NameSaid, QueueRow, VisitEvent, VisitMoved};
use crate::parents::Seen;
use crate::visits::Receive;

/// What is asked for. Whether it can be so is looked at by who writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DeskWish {
    /// Somebody is received; who writes gives the ticket.
    Receive {
        /// Whom, for what.
        receive: Receive,
        /// When, as the person says, milliseconds.
        at: i64,
    },
    /// What is said of a visit or a name, or was asked at a visit. A change of a visit names what it builds on.
    Visit {
        /// The event, of kinds 57, 58 and 66; of a visit by its name or ticket.
        event: VisitEvent,
        /// What its form was opened on.
        #[serde(default)]
        seen: Seen,
        /// When it happened, as the person says, milliseconds.
        at: i64,
    },
    /// Somebody whom no copy knows: gets a temporary number and is known by what is said of him; both or neither.
    Newcomer {
        /// What is known; authority and number are given.
        said: NameSaid,
    },
    /// A row of a queue sheet is entered: the visit goes on as the paper says, and the row is accounted for; both or neither.
    Row {
        /// The event, of kind 59.
        row: QueueRow,
        /// What the row says of the visit; of one on which nothing was written, empty.
        moved: VisitMoved,
        /// When it happened, as the paper says, milliseconds.
        at: i64,
        /// It was entered before and misread: what was entered is struck, and what it did to a visit counts no more.
        #[serde(default)]
        again: bool,
    },
    /// A station is given a block of ticket numbers.
    TicketBlock {
        /// The station, by name, mark or number; empty: this one.
        station: String,
    },
}

/// A visit that begins or goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The visit: station, life of its log, number, with `/` between.
    pub visit: String,
    /// The ticket as it is called.
    pub ticket: String,
}
