//! Keys (鍵の作成・分割): which keys open the vault, who holds their cards, when they were last tried. Making, combining, rotating and
//! drilling are commands (`crates/andon/src/cli/keys_ceremony.rs`, `keys_open.rs`): no card is ever typed into a page. What is so is
//! folded on the rim (`crates/andon/src/officers.rs`), since every page says when a key is to be rotated.

mod page;

use axum::Router;
use axum::routing::get;

use crate::web::Site;

/// The address of the page 鍵.
pub fn routes() -> Router<Site> {
    Router::new().route("/keys", get(page::page))
}
