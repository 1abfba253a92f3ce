//! 秘匿: which patients are kept back, folded from what named persons said. A patient's linked numbers are one person, so a
//! flag of one number counts for all.

use std::collections::{BTreeMap, BTreeSet};

use chart::PatientId;
use store::{Reader, StoredEvent};

use crate::event::{Event, FLAGS_ITEM, Flag, patient_item};
use crate::following;
use crate::home::Problem;

/// Flags by patient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags(BTreeMap<PatientId, BTreeSet<Flag>>);

impl Flags {
    /// Every flag there is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all(reader: &Reader) -> Result<Flags, Problem> {
        Ok(fold(&following::events_of(reader, FLAGS_ITEM)?))
    }

    /// The flags of one number alone.
    pub fn of(&self, id: &PatientId) -> Vec<Flag> {
        self.0.get(id).into_iter().flatten().copied().collect()
    }
}

/// The flags of a person: of this number and of those linked to it.
///
/// # Errors
/// When the store cannot be read.
pub fn of_person(reader: &Reader, id: &PatientId) -> Result<BTreeSet<Flag>, Problem> {
    let mut flags = BTreeSet::new();
    for number in crate::record::numbers(reader, id)? {
        let own = fold(&following::events_of(reader, &patient_item(&number))?);
        flags.extend(own.of(&number));
    }
    Ok(flags)
}

fn fold(events: &[StoredEvent]) -> Flags {
    let mut flags = Flags::default();
    for stored in events {
        let envelope = &stored.envelope;
        if let Event::Flag(said) = Event::read(envelope.kind, envelope.version, &envelope.payload) {
            let own = flags.0.entry(said.patient()).or_default();
            if said.on {
                own.insert(said.flag)
            } else {
                own.remove(&said.flag)
            };
        }
    }
    flags
}
