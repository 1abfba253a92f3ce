//! Following: to whom this station gives charts, whose charts it takes, and how far it has come with them. Rim: pages of every slice say by
//! way of which station a chart came.
//!
//! Who may have what is folded from what people said here; how far this station has come is kept beside the entries, in the transaction that
//! took them in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use store::{Reader, Source, StationId, StoredEvent};

use crate::event::{Event, FOLLOWING_ITEM, FollowEvent};
use crate::home::Problem;
use crate::hospital::Members;
use crate::lines;

/// What people here said of following.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Following {
    /// Stations that may have the charts of this one.
    pub given: BTreeSet<StationId>,
    /// Stations whose charts are taken.
    pub follows: BTreeSet<StationId>,
}

impl Following {
    /// As of now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(reader: &Reader) -> store::Result<Following> {
        let mut following = Following::default();
        for stored in reader.events_of(FOLLOWING_ITEM)? {
            let envelope = &stored.envelope;
            let Event::Follow(said) = Event::read(envelope.kind, envelope.version, &envelope.payload) else { continue };
            let (set, on) = match said {
                FollowEvent::Given { on, .. } => (&mut following.given, on),
                FollowEvent::Follows { on, .. } => (&mut following.follows, on),
                FollowEvent::Written { .. } => continue,
            };
            match said.id() {
                Some(id) if on => drop(set.insert(id)),
                Some(id) => drop(set.remove(&id)),
                None => {}
            }
        }
        Ok(following)
    }
}

/// How far this station has come with the charts of another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The other's first parcel that is not here; 0 before the first came.
    pub next: u64,
    /// Number and digest (hexadecimal) of its last parcel that was taken in: by it what comes next is known to be of the same history.
    pub last: Option<(u64, String)>,
    /// Its last parcel, as it last said.
    pub end: u64,
    /// The last number of its own log, as it last said.
    #[serde(default)]
    pub event: u64,
    /// Entries that it gives, as it last said.
    pub entries: u64,
    /// When it last said so, by its clock, milliseconds.
    pub made: i64,
    /// When something of it last came, by our clock, milliseconds.
    pub came: i64,
    /// When all that it had was here last, by our clock, milliseconds; 0: never.
    pub whole: i64,
    /// How its sources and what it holds back stood, as a digest: the same is not sent again.
    pub told: String,
    /// Since when it gives nothing, milliseconds; 0: it gave the last time.
    pub failing: i64,
    /// Why, a word of [`NOT_GIVEN`]; empty for nothing.
    pub why: String,
}

/// Why charts did not come over a line on which everything else did: the giver does not allow it; what came does not follow what is here (it
/// was put back from an older copy), or is broken; the giver, or this station, could not do its part.
pub const NOT_GIVEN: [&str; 4] = ["not_allowed", "unfit", "there", "here"];

fn reached_name(station: StationId) -> String {
    format!("follow:{station}")
}

/// How far this station has come with another's charts.
///
/// # Errors
/// When the store cannot be read.
pub fn reached(reader: &Reader, station: StationId) -> store::Result<Reached> {
    let bytes = reader.kept(&reached_name(station))?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
}

/// Keeps how far this station has come, in the transaction of what brought it there.
///
/// # Errors
/// When the store cannot be written.
pub fn keep_reached(batch: &mut store::Batch<'_>, station: StationId, reached: &Reached) -> store::Result<()> {
    batch.keep(&reached_name(station), &serde_json::to_vec(reached).unwrap_or_default())
}

/// A giver's clock is written down again after so long though nothing else is new, milliseconds: pages say minutes.
const AGAIN_MILLIS: i64 = 60_000;

impl Reached {
    /// What stands after a try that gave nothing new: all of it was here (`None`), or a word of [`NOT_GIVEN`]. `None` where that is not
    /// worth writing down.
    pub fn after(&self, why: Option<&str>, now: i64) -> Option<Reached> {
        let next = match why {
            None => Reached { whole: now, failing: 0, why: String::new(), ..self.clone() },
            Some(why) => {
                let failing = if self.failing == 0 { now } else { self.failing };
                Reached { failing, why: why.to_owned(), ..self.clone() }
            }
        };
        let news = (next.failing, &next.why) != (self.failing, &self.why);
        (news || (why.is_none() && (now - self.whole).abs() >= AGAIN_MILLIS)).then_some(next)
    }
}

/// The way by which charts come here from another station.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// The station.
    pub station: StationId,
    /// Its name here.
    pub name: String,
    /// It is followed now.
    pub is_followed: bool,
    /// How far.
    pub reached: Reached,
    /// Since when it is not reached on the network, milliseconds; 0: it is.
    pub away: i64,
    /// Its sources, as they stand here.
    pub sources: Vec<Source>,
}

impl Way {
    /// Entries of it that are here.
    pub fn held(&self) -> u64 {
        self.sources.iter().map(|source| source.last_position).sum()
    }
}

/// Of every station that is followed, or was and left charts here.
///
/// # Errors
/// When the store cannot be read.
pub fn ways(reader: &Reader) -> Result<Vec<Way>, Problem> {
    let (following, members, sources) =
        (reader.once(Following::of)?, reader.once(Members::of)?, reader.once(Reader::sources)?);
    let mut stations = following.follows.clone();
    stations.extend(sources.iter().filter_map(Source::via));
    let way = |station: StationId| -> Result<Way, Problem> {
        let own = sources.iter().filter(|source| source.via() == Some(station));
        Ok(Way {
            station,
            name: members.name(station),
            is_followed: following.follows.contains(&station),
            reached: reached(reader, station)?,
            away: lines::contact(reader, station)?.failing,
            sources: own.cloned().collect(),
        })
    };
    stations.into_iter().map(way).collect()
}

/// Events that name an item and speak of charts here: this home's own; and of the stations whose charts are here, as far as their logs count,
/// who is one person and who is kept back (秘匿), without which their charts would not be theirs.
///
/// # Errors
/// When the store cannot be read.
pub fn events_of(reader: &Reader, item: &str) -> Result<Vec<StoredEvent>, Problem> {
    let givers: BTreeSet<StationId> = reader.once(Reader::sources)?.iter().filter_map(Source::via).collect();
    if givers.is_empty() {
        return Ok(reader.events_of(item)?);
    }
    let members = reader.once(Members::of)?;
    let mut events = reader.everyones_events_of(item)?;
    events.retain(|stored| {
        let envelope = &stored.envelope;
        let goes_with_charts = || {
            let event = Event::read(envelope.kind, envelope.version, &envelope.payload);
            matches!(event, Event::Linked { .. } | Event::Flag(_)) && members.counts(stored)
        };
        members.is_ours(envelope.station) || (givers.contains(&envelope.station) && goes_with_charts())
    });
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_kept_since_it_began_and_that_all_is_here_once_a_minute() {
        let none = Reached { next: 9, ..Reached::default() };
        let whole = none.after(None, 100_000).unwrap();
        assert_eq!((whole.whole, whole.next), (100_000, 9));
        assert_eq!(whole.after(None, 120_000), None);
        assert_eq!(whole.after(None, 160_000).unwrap().whole, 160_000);
        let refused = whole.after(Some("not_allowed"), 170_000).unwrap();
        assert_eq!((refused.failing, refused.why.as_str(), refused.whole), (170_000, "not_allowed", 100_000));
        assert_eq!(refused.after(Some("not_allowed"), 190_000), None);
        assert_eq!(refused.after(Some("there"), 190_000).unwrap().failing, 170_000, "still since it began");
        assert_eq!(refused.after(None, 190_000).unwrap().failing, 0);
    }
}
