//! Stations of one hospital: who they are (`card.rs`), how entries travel between them (`body.rs` over `framed.rs`, `export.rs`, `import.rs`; on paper `on_paper.rs`), and what of
//! every log is here (`heads.rs`); charts go to a station that follows in `charts`; lines between
//! them on the network are in `line`. Whose events count is folded in the rim, `crate::hospital`.

pub mod body;
pub mod card;
pub mod charts;
pub mod export;
pub mod import;
pub mod line;
pub mod on_paper;

mod framed;
mod page;

use axum::Router;
use axum::routing::get;

use crate::web::Site;

/// The addresses of stations.
pub fn routes() -> Router<Site> {
    Router::new().route("/stations", get(page::page))
}
