//! The papers that are handed to somebody outside (提出資料): the police, a panel of experts, the public. Above the slices, since it gathers
//! what several of them keep. `held.rs` gathers, `contents.rs` says which tables go to whom, `known.rs`, `search.rs` and `signs.rs` find what
//! may not leave, `table.rs` clears it in one place, `make.rs` puts files together, `recorded.rs` writes down who was handed them.

mod contents;
mod cover;
pub mod files;
mod held;
mod known;
mod letters;
pub mod make;
mod page;
pub mod recorded;
mod search;
mod signs;
pub mod table;

use axum::Router;
use axum::routing::get;

pub use search::What;

use crate::web::Site;

/// For whom a package is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// 警察.
    #[default]
    Police,
    /// 有識者会議.
    Experts,
    /// 公表.
    Publication,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 3] = [Kind::Police, Kind::Experts, Kind::Publication];

    /// The word of the command, of JSON, of file names.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Police => "police",
            Kind::Experts => "experts",
            Kind::Publication => "publication",
        }
    }

    /// Reads such a word.
    pub fn read(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The addresses of packages: headquarters'.
pub fn routes() -> Router<Site> {
    Router::new().route("/command/packages", get(page::page).post(page::make))
}
