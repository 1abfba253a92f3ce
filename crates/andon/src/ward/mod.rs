//! ward: a night nurse with a dead EMR finds a patient and reads the chart. `/` searches, `/patients/…` is the chart, and
//! `/patients/…/timeline` (経過) what happened day by day.
//!
//! `/wards…`, `/appointments` and `/admissions` are lists across patients.
//!
//! `rules.rs` and `lists.rs` decide what a typed line may mean, which two hits are told apart, beds' order and a day;
//! `beds.rs`, `gap.rs`, `meals.rs` and `plans.rs` load a list; `page.rs`, `timeline.rs` and `board.rs` load and render;
//! `view` puts a chart in words; `drawn.rs` keeps a drawn chart for its minute, `carried.rs` draws one for the file that is carried away.

mod beds;
mod board;
mod carried;
mod drawn;
mod gap;
mod held;
mod lists;
mod meals;
mod page;
mod plans;
mod reason;
mod rules;
mod timeline;
mod view;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::get;
use chart::check_digit::Typed;
use chart::{AsOf, Chart, Moment, PatientId};
use store::Reader;

use crate::confidential::Flags;
use crate::home::Problem;
use crate::web::Site;

pub use beds::{BedMark, BedRow, WardCount, beds, wards};
pub use carried::{BRIEF, Carried, brief, carried};
pub use lists::{Alike, read_day};
pub use plans::{Comer, comers, moves};
pub use rules::{Hit, read_moment};
pub use view::{ChartJson, Doubt, plain};

/// The addresses of this slice.
pub fn routes(site: &Site) -> Router<Site> {
    let patients = Router::new()
        .route("/patients/{authority}/{id}", get(page::chart).layer(axum::Extension(drawn::DrawnCharts::default())))
        .route("/patients/{authority}/{id}/timeline", get(timeline::timeline))
        .route("/patients/{authority}/{id}/held", get(held::page))
        .route("/patients/{authority}/{id}/flags", get(reason::flags).post(reason::set))
        .layer(axum::middleware::from_fn_with_state(site.clone(), reason::needed));
    Router::new()
        .merge(patients)
        .route("/patients/{authority}/{id}/reason", get(reason::ask).post(reason::give))
        .route("/", get(page::search))
        .route("/wards", get(board::wards))
        .route("/wards/{ward}", get(board::beds))
        .route("/wards/{ward}/gap", get(board::gap))
        .route("/wards/{ward}/meals", get(board::meals))
        .route("/appointments", get(board::appointments))
        .route("/admissions", get(board::admissions))
}

/// What a typed line found.
pub struct Search {
    /// Who may be meant, best first.
    pub hits: Vec<Hit>,
    /// There are, or may be, more: nobody is left out without a word.
    pub more: bool,
    /// A number was typed and nobody has it: the number.
    pub missing_number: Option<String>,
    /// The scheme of this site's check digits; empty for none.
    pub check_digit: String,
}

/// Who may be meant by a typed line, best first, at most `limit`. The page and the command search alike.
///
/// # Errors
/// When the store cannot be read.
pub fn search(reader: &Reader, text: &str, limit: usize) -> Result<Search, Problem> {
    let check_digit = reader.check_digit()?;
    let scheme = chart::check_digit::Scheme::named(&check_digit);
    let meant = scheme.map_or_else(Vec::new, |scheme| scheme.numbers(text));
    let query = chart::read_query(text);
    // A temporary patient is in no index: the number alone finds one, with its 照合番号 or without.
    let newcomers = match chart::check_digit::typed(text) {
        Typed::Confirmed(number) | Typed::Bare(number) => crate::temporary::of_number(reader, &number)?,
        Typed::Wrong => Vec::new(),
    };
    let (mut hits, mut more) = (newcomers.into_iter().map(rules::newcomer).collect::<Vec<Hit>>(), false);
    for find in query.readings().filter_map(rules::find_of) {
        let number = meant.iter().find(|(typed, _)| find.id.as_ref() == Some(typed));
        let without = number.map(|(_, number)| store::Find { id: Some(number.clone()), ..find.clone() });
        for find in without.into_iter().chain([find]) {
            let found = reader.find(&find, limit)?;
            more |= found.more;
            for found in found.hits {
                let new = hits.iter().all(|hit| hit.is_not(&found.id));
                more |= new && hits.len() == limit;
                if new && hits.len() < limit {
                    hits.push(rules::hit(found));
                }
            }
        }
    }
    let flags = reader.once(Flags::all)?;
    let ids: Vec<PatientId> = hits.iter().map(Hit::patient).collect();
    let people = ids.iter().zip(&hits).map(|(id, hit)| (id, hit.name.as_str(), hit.kana.as_str()));
    let judged = lists::alike(people);
    // Few hits bear another's name, so few are compared with all others.
    let taken = |(hit, alike): (&Hit, &lists::Alike)| {
        *alike == lists::Alike::Name && hits.iter().any(|other| hit.could_be_taken_for(other))
    };
    let same_birth: Vec<bool> = hits.iter().zip(&judged).map(taken).collect();
    for (((hit, alike), same_birth), id) in hits.iter_mut().zip(judged).zip(same_birth).zip(&ids) {
        hit.same_birth = same_birth;
        hit.same_reading = alike == lists::Alike::Name;
        hit.same_name = reader.same_name_count(&chart::fold_name(&hit.name))?;
        hit.place = reader.place(id)?.map(|inpatient| inpatient.place);
        hit.flags = flags.of(id);
    }
    let is_newcomers = hits.iter().any(|hit| hit.temporary);
    let missing_number = rules::missing_number(text, &meant, &hits).filter(|_| !is_newcomers);
    Ok(Search { hits, more, missing_number, check_digit })
}

/// The chart of one patient as of a moment (now where none is given); `None` when the copy knows no such number. A number
/// that only messages filed elsewhere name has an empty chart with [`doubts`].
///
/// # Errors
/// When the store cannot be read.
pub fn chart(
    reader: &Reader,
    patient: &PatientId,
    moment: Option<Moment>,
    now: Moment,
) -> Result<Option<Chart>, Problem> {
    let as_of = moment.map_or_else(|| AsOf::live(now), |moment| AsOf::past(moment, now));
    crate::record::chart(reader, patient, &as_of)
}

/// Messages filed under other numbers whose PID-3 names this one: shown as a doubt, never merged (design §2).
///
/// # Errors
/// When the store cannot be read.
pub fn doubts(reader: &Reader, patient: &PatientId) -> Result<Vec<Doubt>, Problem> {
    let doubts = reader.doubts(patient)?.into_iter().map(|doubt| Doubt {
        filed_under: doubt.filed.id,
        position: doubt.position,
        path: String::from_utf8_lossy(&doubt.path).into_owned(),
        received: doubt.received,
    });
    Ok(doubts.collect())
}
