//! Headquarters (本部): the board, the chronology that everybody writes, the wall. What they show is folded in the rim (`crate::incident`,
//! `crate::chronology`, `crate::registers`) from the events of every station that count. `say.rs` writes (`sheet_say.rs` from rows of
//! sheets that were written by hand), `out.rs` gives out, the pages show.

mod attached_page;
mod chronology_page;
pub mod devices;
mod devices_page;
pub mod devices_say;
pub mod out;
pub mod page;
pub mod registers;
pub mod say;
mod sheet_page;
pub mod sheet_rows;
pub mod sheet_say;
pub mod timeline;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::web::{Site, UPLOAD_BYTES_MAX};

/// The addresses of headquarters.
pub fn routes() -> Router<Site> {
    let written = Router::new()
        .route("/command/chronology", get(chronology_page::page).post(chronology_page::write))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX));
    Router::new()
        .merge(written)
        .route("/command", get(page::page).post(page::say))
        .route("/command/attached/{sha256}", get(attached_page::file))
        .route("/command/chronology/enter", get(sheet_page::page).post(sheet_page::enter))
        .route("/command/chronology/act", post(chronology_page::act))
        .route("/command/chronology.csv", get(chronology_page::csv))
        .route("/command/chronology.json", get(chronology_page::as_json))
        .route("/command/devices", get(devices_page::page).post(devices_page::register))
        .route("/command/devices/state", post(devices_page::state))
        .route("/command/registers", get(registers::page::all))
        .route("/command/registers/{register}", get(registers::page::page).post(registers::page::say))
        .route("/command/registers/{register}/csv", get(registers::page::csv))
        .route("/command/agenda", get(registers::agenda_page::page))
        .route("/command/wall", get(chronology_page::wall))
}

/// What the desk and the telephone read of it, at thin clients too.
pub fn open_routes() -> Router<Site> {
    Router::new().route("/services", get(registers::page::services))
}
