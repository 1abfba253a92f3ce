//! `andon status`: how fresh each source and data kind is, and how much could not be decoded.

use super::{say, say_json};
use crate::freshness::Freshness;
use crate::home::{Exit, Home, Problem};

/// Prints the state; exit 3 when a source is silent, in trouble or was not understood in part.
///
/// # Errors
/// When the home does not open.
pub fn run(home: &Home, json: bool) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let freshness = Freshness::now(&reader, crate::world::now())?;
    let exit = if freshness.is_partial() { Exit::Partial } else { Exit::Ok };
    if json {
        say_json(&freshness)?;
    } else {
        say(&freshness.plain());
    }
    Ok(exit)
}
