//! people: who may come in (accounts, sealed cards), and who looked at what.
//!
//! `rules.rs` reads what is typed, `secrets.rs` makes PINs and codes; `door.rs` is where one logs in, changes places, opens with a sealed
//! card; `keep.rs` keeps accounts; `review.rs` looks into openings; `audit.rs` shows the access audit. Who somebody is,
//! is on the rim (`role`, `staff`, `web::session`), since every page asks for it.

mod audit;
mod door;
mod keep;
mod review;
pub mod rules;
pub mod secrets;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Site;

pub use audit::{LookJson, about, act_words, filter, station_words};

/// Pages for those who are not in yet.
pub fn porch() -> Router<Site> {
    Router::new()
        .route("/login", get(door::ask).post(door::log_in))
        .route("/break-glass", get(door::ask_for_card).post(door::open_with_card))
}

/// Pages for everybody who is in.
pub fn routes() -> Router<Site> {
    Router::new().route("/logout", post(door::log_out)).route("/me", get(door::me).post(door::change_own_secret))
}

/// Pages for who keeps accounts.
pub fn keeping() -> Router<Site> {
    Router::new().route("/people", get(keep::page).post(keep::set)).route("/people/pin", post(keep::new_pin))
}

/// Pages for who looks into openings by sealed cards.
pub fn reviewing() -> Router<Site> {
    Router::new().route("/openings", get(review::page).post(review::review))
}

/// Pages for who reads the access audit.
pub fn auditing() -> Router<Site> {
    Router::new().route("/audit", get(audit::page))
}
