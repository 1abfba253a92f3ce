//! The desk (受付) and the queue (受診状況): who comes is asked who he is, told apart, received and given a ticket; then where each is, on
//! three pages: for staff, for everybody in the waiting room, for a wall. `crate::visits::rules` decides, `receive.rs` receives, `say.rs` writes what is
//! said since, `enter.rs` enters rows of queue sheets written by hand, `out.rs` gives out, the pages show. What stands is folded in the rim (`crate::visits`, `crate::names`).

mod desk_page;
pub mod enter;
mod enter_page;
mod intake_page;
pub mod intake_say;
mod names_page;
pub mod out;
pub mod queue_page;
pub mod receive;
pub mod say;
mod view;
mod visit_page;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Site;

/// The addresses of the desk: who receives patients.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/reception", get(desk_page::page).post(desk_page::find))
        .route("/reception/receive", post(desk_page::receive))
        .route("/reception/name", post(desk_page::name))
        .route("/reception/newcomer", post(desk_page::newcomer))
        .route("/reception/block", post(desk_page::block))
        .route("/reception/names", get(names_page::page).post(names_page::withdraw))
        .route("/reception/names.csv", get(names_page::csv))
}

/// Where each patient is: whoever has one before him says where he goes next.
pub fn queue_routes() -> Router<Site> {
    Router::new()
        .route("/reception/visit", get(visit_page::page))
        .route("/reception/intake", get(intake_page::page).post(intake_page::keep))
        .route("/queue", get(queue_page::page))
        .route("/queue/move", post(visit_page::go_on))
        .route("/queue/enter", get(enter_page::page).post(enter_page::enter))
}

/// What hangs in the waiting room and on walls: tickets and rooms, no names.
pub fn open_routes() -> Router<Site> {
    Router::new().route("/queue/public", get(queue_page::public)).route("/queue/wall", get(queue_page::wall))
}
