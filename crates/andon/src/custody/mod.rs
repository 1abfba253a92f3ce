//! Custody (保管庫): what is received is sealed into segments, kept where an intruder cannot spoil it, proved, and opened again.
//!
//! `members` makes a segment's files out of entries and entries out of files, `state` is what the home knows of its vault, `seal` seals what
//! is new, `deliver` puts it to every target, `clock` does both every few minutes, `server` opens a target on a server of objects, `asked` knows which place on another machine
//! answers (`trouble` says why one does not), `verify` proves a target, `held` reads back
//! what lies there by the clock, `locks` keeps servers' locks long, `proof` is a prover's work and its verdicts, `restore` fills a new home from
//! one (`restoring` is the page beside it), `rules` says how the vault stands and `page` shows it. `acts` and `looks` put operators' acts into the log, `log` lists them with
//! proof, `seen` compares it with paper and witnesses (`witnesses` are ours; `cosigning` is being one for others); `mhlw` holds `evidence` against the guideline. `keys` makes and splits what opens it; `envelope` writes the file that shows
//! charts on a machine without us.

pub mod acts;
pub mod asked;
pub mod checks;
pub mod clock;
pub mod cosigning;
pub mod deliver;
pub mod envelope;
pub mod evidence;
pub mod extract;
pub mod held;
pub mod keys;
pub mod locks;
pub mod log;
pub mod looks;
pub mod members;
pub mod mhlw;
pub mod page;
pub mod proof;
pub mod receiving;
pub mod restore;
pub mod restoring;
pub mod rules;
pub mod seal;
pub mod seen;
pub mod server;
pub mod state;
pub mod status;
#[cfg(test)]
mod tests;
pub mod trouble;
pub mod verify;
pub mod witnesses;

use crate::home::{Exit, Problem};

use axum::Router;

use crate::web::Site;

/// The addresses of this slice that anybody who is in may open.
pub fn routes() -> Router<Site> {
    page::routes().merge(proof::page::routes())
}

/// What the vault said, as the end of a command: damage of a copy is exit 4.
pub fn problem(error: vault::Error) -> Problem {
    let exit = if error.is_fault() { Exit::Integrity } else { Exit::Failed };
    Problem { exit, words: trouble::words(&error) }
}
