//! Names that were learned at a desk since the copy ended (旧姓 ↔ 新姓), and all that is known of temporary patients: folded from kind 58 of
//! every station. Searched from then on wherever the log came, and listed to be handed back to the EMR. Pure but for [`all`].

use std::sync::Arc;

use chart::{Sex, When, parse_birth};
use store::{Reader, StoredEvent};

use crate::event::{Event, NAMES_ITEM, NameSaid, VisitEvent};
use crate::finding::Hit;
use crate::folds::{self, Folded, Heard, Says};
use crate::home::Problem;
use crate::incident::Told;

/// A name as it stands: what was said of it last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    /// What was said.
    pub said: NameSaid,
    /// By whom, when.
    pub told: Told,
    /// The station's number (32 hexadecimal digits) that said so.
    pub station: String,
}

impl Learned {
    /// It was not taken back.
    pub fn stands(&self) -> bool {
        !self.said.withdrawn
    }

    /// The birth date that was said with it.
    pub fn birth(&self) -> Option<When> {
        parse_birth(&self.said.birth).filter(|(from, to)| from == to).map(|(born, _)| born)
    }
}

impl Folded for Learned {
    type Said = NameSaid;

    /// One name of one patient is one thing, whoever learned it.
    fn read(stored: &StoredEvent) -> Option<(Says, NameSaid)> {
        let envelope = &stored.envelope;
        let Event::Visit(VisitEvent::Name(said)) = Event::read(envelope.kind, envelope.version, &envelope.payload)
        else {
            return None;
        };
        let name = format!("{}/{}/{}", said.authority, said.id, chart::fold_name(&said.name));
        Some((Says::PutsRight(name), said))
    }

    fn fold(_: String, entered: Heard<'_, Learned>, changes: &[Heard<'_, Learned>]) -> Learned {
        let last = changes.iter().chain([&entered]).max_by_key(|(stored, _)| store::fold_key(stored));
        let (stored, said) = last.unwrap_or(&entered);
        let station = stored.envelope.station.to_string();
        Learned { said: (*said).clone(), told: Told::of(stored, &said.how), station }
    }
}

/// Every name that was learned, also those taken back, in the order in which they came.
///
/// # Errors
/// When the store cannot be read.
pub fn all(reader: &Reader) -> Result<Arc<Vec<Arc<Learned>>>, Problem> {
    folds::things(reader, &[NAMES_ITEM.to_owned()])
}

/// Kinds that say who a temporary patient is; others are further names.
const WHO: [&str; 3] = ["newcomer", "newborn", "unknown"];

/// Adds to a hit what desks learned of the patient. A temporary patient has no other name than that by which he was registered.
pub fn tell(hit: &mut Hit, all: &[Arc<Learned>]) {
    for one in all.iter().filter(|one| one.stands() && one.said.authority == hit.authority && one.said.id == hit.id) {
        let name = one.said.name.clone();
        if !hit.temporary || !WHO.contains(&one.said.kind.as_str()) {
            hit.learned_names.extend((!name.is_empty()).then_some(name));
            hit.learned_kana.extend(Some(one.said.kana.clone()).filter(|kana| !kana.is_empty()));
            continue;
        }
        (hit.name, hit.kana) = (name, one.said.kana.clone());
        hit.birth_date = one.birth().or(hit.birth_date);
        hit.sex = sex(&one.said.sex);
    }
}

fn sex(code: &str) -> Sex {
    match code {
        "male" => Sex::Male,
        "female" => Sex::Female,
        "other" => Sex::Other,
        _ => Sex::Unknown,
    }
}
