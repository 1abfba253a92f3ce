//! What came of a patient since a cut, in short: how many messages of each kind, and what was said here. For a list of what a printed sheet
//! does not show yet.

use std::collections::BTreeMap;

use chart::{Moment, PatientId};
use formats::ssmix2::FilePath;
use store::{Cut, Reader};

use super::said::counts;
use crate::event::{Event, patient_item};
use crate::hold::trusted;
use crate::home::Problem;
use crate::hospital;

/// Something new of a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Messages of a data kind.
    Messages {
        /// The kind.
        kind: String,
        /// How many.
        count: usize,
        /// When the last was received.
        last: Moment,
    },
    /// A ward said something of a stay or of the patient.
    Ward {
        /// A word of `STAY_ACTS` or `NOTE_ACTS`.
        act: String,
        /// When it happened.
        at: Moment,
        /// Who said so.
        by: String,
    },
    /// Something else was said or filed: a visit, an appointment, a scanned page, a link.
    Said {
        /// How often.
        count: usize,
        /// When it was entered last.
        last: Moment,
    },
}

/// What came of a patient, and of numbers linked with it, since a cut: what wards said first, then by kind.
///
/// # Errors
/// When the store cannot be read.
pub fn since(reader: &Reader, patient: &PatientId, cut: &Cut) -> Result<Vec<News>, Problem> {
    let now = reader.once(trusted)?;
    let (mut kinds, mut ward): (BTreeMap<String, (usize, Moment)>, Vec<News>) = (BTreeMap::new(), Vec::new());
    let mut said: Option<(usize, Moment)> = None;
    for number in super::numbers(reader, patient)? {
        let new = reader.sightings(&number, &now)?.into_iter().filter(|one| one.position > cut.position(one.source));
        for one in new {
            let (count, last) = kinds.entry(super::kind(&FilePath::parse(&one.path))).or_insert((0, Moment(0)));
            (*count, *last) = (*count + 1, (*last).max(one.received));
        }
        for stored in hospital::events_of(reader, &patient_item(&number))? {
            let of = &stored.envelope;
            if counts(cut, of) {
                continue;
            }
            match Event::read(of.kind, of.version, &of.payload) {
                Event::Stay(event) => {
                    ward.push(News::Ward { act: event.said().act.clone(), at: of.event_time, by: of.person.clone() })
                }
                _ => {
                    let (count, last) = said.unwrap_or((0, Moment(0)));
                    said = Some((count + 1, last.max(of.entry_time)));
                }
            }
        }
    }
    let kinds = kinds.into_iter().map(|(kind, (count, last))| News::Messages { kind, count, last });
    ward.extend(kinds);
    ward.extend(said.map(|(count, last)| News::Said { count, last }));
    Ok(ward)
}
