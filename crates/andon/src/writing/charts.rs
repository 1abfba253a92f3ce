//! What can be asked of the process that writes about charts that go from one station to another.

use serde::{Deserialize, Serialize};

use crate::event::FollowEvent;

/// What of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ChartsAsked {
    /// People say who gets and who follows them, or what was carried out.
    Said {
        /// The event, of kinds 60 to 62.
        event: FollowEvent,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// A file of charts that was brought into the home is to be taken in.
    Take {
        /// Its name there.
        name: String,
    },
    /// A station that is followed gave nothing new: all of it is here, or it does not give it.
    Nothing {
        /// The station, 32 hexadecimal digits.
        station: String,
        /// Why it does not, a word of [`crate::following::NOT_GIVEN`]; `None`: all is here.
        why: Option<String>,
    },
}
