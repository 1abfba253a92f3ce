//! Slice: incident reports (インシデント報告, inventory #79). Anybody reports what happened, in one line and by a cause; each week is counted by
//! cause beside what was changed for it (`counts.rs`, pure), so that it is seen whether a new rule or form helped. Reports are items of the
//! register `safety`, where headquarters examines them.

pub mod counts;
mod page;

use axum::Router;
use axum::routing::get;

use crate::web::Site;

/// The addresses of this slice.
pub fn routes() -> Router<Site> {
    Router::new().route("/safety", get(page::page).post(page::report))
}

/// The register that reports are items of.
pub const REGISTER: &str = "safety";
