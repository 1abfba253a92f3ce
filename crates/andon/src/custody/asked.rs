//! Places on other machines are asked whether they answer, every minute while the program feeds or serves, at every seal and by
//! `andon vault status`: one that is silent or full is said so, with since when and why, whether or not there is something to put.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chart::Moment;
use serde::{Deserialize, Serialize};
use store::Reader;
use vault::{Target, name};

use super::deliver;
use super::state::{self, Chain, Write};
use super::trouble::{self, Answered, Trouble};
use crate::event::Keeping;
use crate::home::{Home, Problem};
use crate::web;
use crate::world;
use crate::writing::Request;

/// Between two questions, minutes.
const EVERY_MINUTES: i64 = 1;
/// How often whoever stops the program waits for at most.
const WAIT: Duration = Duration::from_millis(200);
/// Who asks what nobody asked for at that moment.
const BY: (&str, &str) = ("保管庫", "station");

/// The last answer, as the home keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Heard {
    /// Whose: a place registered anew under an old name is asked anew.
    place: String,
    code: String,
    detail: String,
    /// Milliseconds.
    since: i64,
    /// As `since`.
    at: i64,
}

impl Heard {
    fn answered(self) -> Answered {
        let (since, at) = (Some(Moment(self.since)), Some(Moment(self.at)));
        Answered { code: self.code, since, at, detail: self.detail }
    }

    /// What is known after one more answer. What was found out by putting something stands against an answered question as long as
    /// there is something to put.
    fn after(before: Option<Heard>, place: &str, told: Option<Trouble>, asked_only: bool, now: Moment) -> Heard {
        let stands = |before: &Heard| before.clone().answered().is_found_by_putting();
        if let (None, true, Some(before)) = (&told, asked_only, before.as_ref().filter(|before| stands(before))) {
            return Heard { at: now.0, ..before.clone() };
        }
        let (code, detail) = told.map_or((trouble::OK, String::new()), |told| (told.code, told.detail));
        let since = before.filter(|before| before.code == code).map_or(now.0, |before| before.since);
        Heard { place: place.to_owned(), code: code.to_owned(), detail, since, at: now.0 }
    }
}

/// Whether a place is on another machine.
pub fn is_elsewhere(place: &str) -> bool {
    place.contains("://")
}

fn kept_name(target: &str) -> String {
    format!("vault:asked:{target}")
}

fn heard(reader: &Reader, keeping: &Keeping) -> Result<Option<Heard>, Problem> {
    let kept = reader.kept(&kept_name(&keeping.name))?;
    let kept: Option<Heard> = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Ok(kept.filter(|heard| heard.place == keeping.place))
}

/// What a place on another machine last answered; `None` for a folder of this one.
///
/// # Errors
/// When the store cannot be read.
pub fn answered(reader: &Reader, keeping: &Keeping) -> Result<Option<Answered>, Problem> {
    if !is_elsewhere(&keeping.place) {
        return Ok(None);
    }
    Ok(Some(heard(reader, keeping)?.map_or_else(Answered::never, Heard::answered)))
}

/// Asks what every key of a vault may ask; `None` where it was answered.
pub fn ask(target: &Target) -> Option<Trouble> {
    target.list(name::HEADS).err().map(|error| Trouble::of(&error))
}

/// Asks a place as it is registered; `None` where it was answered, or is a folder of this machine.
pub fn ask_place(reader: &Reader, keeping: &Keeping) -> Option<Trouble> {
    if !is_elsewhere(&keeping.place) {
        return None;
    }
    match deliver::open(&keeping.place, Some(reader)) {
        Ok(target) => ask(&target),
        Err(_) => Some(Trouble::kind("file")),
    }
}

/// Keeps what a place answered: to a question alone, or to what was put.
///
/// # Errors
/// When the store cannot be read or written.
pub fn keep(
    reader: &Reader,
    write: Write<'_>,
    keeping: &Keeping,
    (told, asked_only): (Option<Trouble>, bool),
    now: Moment,
) -> Result<(), Problem> {
    let heard = Heard::after(heard(reader, keeping)?, &keeping.place, told, asked_only, now);
    let text = serde_json::to_vec(&heard).map_err(|error| Problem::failed(error.to_string()))?;
    let keep = vec![(kept_name(&keeping.name), BASE64_STANDARD.encode(text))];
    let (by, role) = (BY.0.to_owned(), BY.1.to_owned());
    write(&Request::Custody { keep, event: None, by, role }).map(drop)
}

/// Asks every place on another machine, and keeps what it answered.
///
/// # Errors
/// When the store cannot be read or written.
pub fn look(reader: &Reader, write: Write<'_>, now: &dyn Fn() -> Moment, stop: &AtomicBool) -> Result<(), Problem> {
    let number = Chain::of(reader)?.map_or(0, |chain| chain.number);
    for keeping in state::targets(reader)?.iter().filter(|keeping| is_elsewhere(&keeping.place)) {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let told = ask_place(reader, keeping);
        let is_behind = state::reached(reader, &keeping.name)?.number < number;
        keep(reader, write, keeping, (told, is_behind), now())?;
    }
    Ok(())
}

/// Asks until told to stop. In a thread of its own: who waits for a silent machine keeps nobody from sealing.
pub fn start(home: &Home, write: web::Write, stop: Arc<AtomicBool>) -> JoinHandle<()> {
    let home = home.clone();
    std::thread::spawn(move || {
        let (mut next, writes) = (Moment::default(), |request: &Request| write(&home, request));
        while !stop.load(Ordering::Relaxed) {
            let now = world::now();
            if world::is_time(next, now, EVERY_MINUTES) {
                let looked = home.reader().and_then(|reader| look(&reader, &writes, &world::now, &stop));
                if let Err(problem) = looked {
                    tracing::warn!(exit = problem.exit as u8, "places of the vault were not asked: tried again");
                }
                next = Moment(now.0 + EVERY_MINUTES * 60_000);
            }
            std::thread::sleep(WAIT);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_635_607_800_000;

    fn after(before: Option<Heard>, code: Option<&'static str>, asked_only: bool, minutes: i64) -> Heard {
        Heard::after(before, "station://a:1", code.map(Trouble::kind), asked_only, Moment(NOW + minutes * 60_000))
    }

    #[test]
    fn it_is_known_since_when_a_place_is_silent_and_that_a_full_one_is_full_until_it_took_something() {
        let well = after(None, None, true, 0);
        assert_eq!((well.code.as_str(), well.since), (trouble::OK, NOW));
        let silent = after(Some(well), Some("silent"), false, 5);
        let still = after(Some(silent.clone()), Some("silent"), true, 9);
        assert_eq!((still.since, still.at), (silent.since, NOW + 9 * 60_000));
        assert_eq!(after(Some(still), None, true, 10).code, trouble::OK, "it is there again");
        let full = after(None, Some("full"), false, 0);
        let asked = after(Some(full.clone()), None, true, 1);
        assert_eq!(
            (asked.code.as_str(), asked.since, asked.at),
            ("full", NOW, NOW + 60_000),
            "it answers, and is full"
        );
        assert_eq!(after(Some(full.clone()), None, false, 1).code, trouble::OK, "it took what was put");
        assert_eq!(after(Some(full), Some("silent"), true, 2).code, "silent");
    }
}
