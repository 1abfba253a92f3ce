//! 予約・電話: appointments of any day with what was made, moved and cancelled since the copy ended; the phone desk, which asks first and
//! shows after; lists of people to be called, worked by several clerks at several stations. `rules.rs` decides, `say.rs`, `make.rs` and
//! `enter.rs` write, `out.rs` gives out, the pages show. What stands is folded in the rim (`crate::bookings`).

mod appointments_page;
mod desk_page;
pub mod enter;
mod enter_page;
mod list_page;
pub mod make;
pub mod out;
mod row_page;
pub mod rules;
pub mod say;
mod view;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::web::Site;

/// Bytes of a CSV of numbers that a list is made of: more than a list holds.
const CSV_BYTES_MAX: usize = 1 << 20;

/// What whoever reads charts may look at: who comes on a day, and one appointment.
pub fn open_routes() -> Router<Site> {
    Router::new()
        .route("/appointments", get(appointments_page::page))
        .route("/appointments/one", get(appointments_page::one))
}

/// What receives patients: the phone desk, call lists, and whatever is said of an appointment.
pub fn routes() -> Router<Site> {
    let uploads = Router::new()
        .route("/telephone/lists", get(list_page::all).post(list_page::make))
        .layer(DefaultBodyLimit::max(CSV_BYTES_MAX));
    Router::new()
        .route("/appointments/one", post(appointments_page::say))
        .route("/telephone", get(desk_page::page).post(desk_page::find))
        .route("/telephone/log", post(desk_page::log))
        .route("/telephone/done", post(desk_page::done))
        .route("/telephone/book", post(desk_page::book))
        .route("/telephone/list", get(list_page::one).post(list_page::say))
        .route("/telephone/list.csv", get(list_page::csv))
        .route("/telephone/row", get(row_page::page).post(row_page::say))
        .route("/telephone/enter", get(enter_page::page).post(enter_page::enter))
        .merge(uploads)
}
