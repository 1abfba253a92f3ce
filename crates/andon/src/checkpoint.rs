//! The newest head of the vault's log that a place has, for whoever prints it: paper that left the printer knows a history that was made
//! anew, even by who holds the station's key (`docs/vault-format.md`). Custody keeps it; it says nothing of a patient.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chart::Moment;
use serde::{Deserialize, Serialize};
use store::Reader;

use crate::home::Problem;

/// Under which name it is kept, among custody's own.
const KEPT: &str = "vault:shown";

/// A head of the log as it is printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// What the code on paper says: `0-9A-Z-` (`vault::log::Checkpoint::code`).
    pub code: String,
    /// The last segment it covers.
    pub number: u32,
    /// When that was closed, milliseconds since 1970.
    pub sealed: i64,
}

impl Latest {
    /// As it is kept beside the entries.
    ///
    /// # Errors
    /// None that could be met.
    pub fn kept(&self) -> Result<(String, String), Problem> {
        let text = serde_json::to_vec(self).map_err(|error| Problem::failed(error.to_string()))?;
        Ok((KEPT.to_owned(), BASE64_STANDARD.encode(text)))
    }

    /// As a sheet carries it.
    pub fn on_paper(&self) -> paper::Checkpoint {
        paper::Checkpoint { code: self.code.clone(), number: self.number, sealed: Moment(self.sealed) }
    }
}

/// The newest; `None` before the first place has a segment.
///
/// # Errors
/// When the store cannot be read.
pub fn latest(reader: &Reader) -> Result<Option<Latest>, Problem> {
    Ok(reader.kept(KEPT)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}
