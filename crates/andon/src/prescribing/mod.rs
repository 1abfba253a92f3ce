//! Slice: 処方・指示の照合. An order written by hand is held against the chart by the names of its drugs before it is carried out
//! (`chart::prescribing`), entered so that the next one is held against it too, and printed with what was looked at and what was not.
//! Nothing is ever stopped: who goes on although something was found says so by name.

mod page;
pub mod read;
pub mod say;
pub mod view;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Site;

/// The addresses of this slice.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/orders/{authority}/{id}", get(page::page))
        .route("/orders", post(page::check))
        .route("/orders/act", post(page::act))
}
