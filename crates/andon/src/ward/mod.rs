//! ward: a night nurse with a dead EMR finds a patient and reads the chart. `/` searches, `/patients/…` is the chart, and
//! `/patients/…/timeline` (経過) what happened day by day.
//!
//! `/wards…`, `/appointments` and `/admissions` are lists across patients.
//!
//! What a typed line may mean and whom it finds is in `crate::finding`; `rules.rs` and `lists.rs` decide a moment, beds' order and a day;
//! `beds.rs`, `gap.rs`, `meals.rs` and `plans.rs` load a list; `page.rs`, `timeline.rs` and `board.rs` load and render;
//! `view` puts a chart in words; `drawn.rs` keeps a drawn chart for its minute, `carried.rs` draws one for the file that is carried away.

mod beds;
mod board;
mod carried;
mod drawn;
mod ending;
mod ending_page;
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
use chart::{AsOf, Chart, Moment, PatientId};
use store::Reader;

use crate::home::Problem;
use crate::web::Site;

pub use beds::{BedMark, BedRow, WardCount, beds, wards};
pub use carried::{BRIEF, Carried, brief, carried};
pub use lists::{Alike, read_day};
pub use plans::moves;
pub use rules::read_moment;
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
        .route("/wards/{ward}/ending", get(ending_page::ending))
        .route("/wards/{ward}/meals", get(board::meals))
        .route("/admissions", get(board::admissions))
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
