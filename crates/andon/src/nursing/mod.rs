//! 病棟の記録: what a ward writes while the EMR is dark: who is admitted, moved, on leave and discharged, handovers, what to look out for,
//! meals, and the terms of dialysis. `rules.rs` decides, `say.rs` writes, the pages show back and ask. What stands is folded in the rim
//! (`crate::stays`); lists of beds, meals and the chart, which show it, are the ward slice's.

mod admit_page;
mod dialysis_page;
mod handover_page;
pub mod out;
pub mod rules;
pub mod say;
mod stay_page;
mod view;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Site;

/// The addresses of this slice.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/wards/admit", get(admit_page::page).post(admit_page::admit))
        .route("/wards/admit/find", post(admit_page::find))
        .route("/wards/stay", get(stay_page::page).post(stay_page::say))
        .route("/wards/{ward}/handover", get(handover_page::page).post(handover_page::say))
        .route("/dialysis", get(dialysis_page::page))
        .route("/dialysis/find", post(dialysis_page::find))
}
