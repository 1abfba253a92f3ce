//! 秘匿: which patients are kept back, folded from what named persons said. A patient's linked numbers are one person, so a
//! flag of one number counts for all.

use std::collections::{BTreeMap, BTreeSet};

use chart::PatientId;
use store::{Reader, StoredEvent};

use crate::event::{Event, FLAGS_ITEM, Flag, patient_item};
use crate::following;
use crate::home::Problem;
use crate::web::{Session, encoded};

/// Flags by number, those of every number linked to it among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags(BTreeMap<PatientId, BTreeSet<Flag>>);

impl Flags {
    /// Every flag there is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all(reader: &Reader) -> Result<Flags, Problem> {
        let own = fold(&following::events_of(reader, FLAGS_ITEM)?);
        let mut all = own.clone();
        for (id, flags) in own.0.iter().filter(|(_, flags)| !flags.is_empty()) {
            for number in crate::record::numbers(reader, id)? {
                all.0.entry(number).or_default().extend(flags);
            }
        }
        Ok(all)
    }

    /// The flags of the person who has this number.
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

/// Whether this patient is kept back, and no reason to open what is of him was given in this session.
///
/// # Errors
/// When the store cannot be read.
pub fn asks_first(reader: &Reader, session: Option<&Session>, id: &PatientId) -> Result<bool, Problem> {
    let given = session.is_some_and(|session| session.has_reason(id));
    Ok(!given && !id.id.is_empty() && of_person(reader, id)?.into_iter().any(Flag::hides_name))
}

/// The page that asks for the reason and then leads on.
pub fn reason_address(id: &PatientId, next: &str) -> String {
    format!("/patients/{}/{}/reason?next={}", encoded(&id.authority), encoded(&id.id), encoded(next))
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
