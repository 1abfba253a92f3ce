//! ward: a night nurse with a dead EMR finds a patient and reads the chart. `/` searches, `/patients/…` is the chart, and
//! `/patients/…/timeline` (経過) what happened day by day.
//!
//! `rules.rs` decides what a typed line may mean and which two hits are told apart; `page.rs` and `timeline.rs` load and
//! render; `view` puts a chart in words.

mod page;
mod rules;
mod timeline;
mod view;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::get;
use chart::{AsOf, Chart, Moment, PatientId};
use store::Reader;

use crate::home::Problem;
use crate::web::Site;

pub use rules::{Hit, read_moment};
pub use view::{ChartJson, Doubt, plain};

/// The addresses of this slice.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(page::search))
        .route("/patients/{authority}/{id}", get(page::chart))
        .route("/patients/{authority}/{id}/timeline", get(timeline::timeline))
}

/// Who may be meant by a typed line, best first, at most `limit`, and whether there are, or may be, more: nobody is left
/// out without a word. The page and the command search alike.
///
/// # Errors
/// When the store cannot be read.
pub fn search(reader: &Reader, text: &str, limit: usize) -> Result<(Vec<Hit>, bool), Problem> {
    let query = chart::read_query(text);
    let (mut hits, mut more) = (Vec::<Hit>::new(), false);
    for find in query.readings().filter_map(rules::find_of) {
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
    for hit in &mut hits {
        hit.same_name = reader.same_name_count(&chart::fold_name(&hit.name))?;
    }
    Ok((hits, more))
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
    let record = crate::record::record(reader, patient, &reader.cut()?)?;
    if record.facts.is_empty() && record.faults.is_empty() && reader.doubts(patient)?.is_empty() {
        return Ok(None);
    }
    let as_of = moment.map_or_else(|| AsOf::live(now), |moment| AsOf::past(moment, now));
    Ok(Some(Chart::at(&record, &as_of)))
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
