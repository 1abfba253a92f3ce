//! What a ward has written.

use serde::{Deserialize, Serialize};

use crate::event::StayEvent;
use crate::parents::Seen;

/// What is asked for. Whether it can be so is looked at by who writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WardWish {
    /// The event, of kind 71 or 72.
    pub event: StayEvent,
    /// What its form was opened on.
    #[serde(default)]
    pub seen: Seen,
    /// When it happened, as the person says, milliseconds.
    pub at: i64,
    /// Although somebody lies in that bed, or the patient is an inpatient already: the words say why.
    #[serde(default)]
    pub again: bool,
}
