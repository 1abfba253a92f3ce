//! Which stations are this hospital's, folded from what was said of stations; and the one way to events of all of them that count.
//!
//! What people here said of a station counts, what a station said that people here named as headquarters, and what the officers' cards
//! signed with the hospital's membership key. Software admits nobody.

pub mod cut;
pub mod signed;

use std::collections::BTreeMap;

use chart::Moment;
use serde::{Deserialize, Serialize};
use store::{Reader, StationId, StoredEvent};

use crate::event::{Event, STATIONS_ITEM, StationSaid, StationWord};
use crate::home::Problem;
use cut::Cut;

/// A station as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// How it calls itself, or as its card did.
    pub name: String,
    /// What its numbers begin with; empty for none.
    pub mark: String,
    /// The key by which it signs; `None` where only its number is known.
    pub key: Option<[u8; 32]>,
    /// To whom bundles for it are sealed; empty for unknown.
    pub recipient: String,
    /// Named as headquarters by people here.
    pub headquarters: bool,
    /// No longer the hospital's: up to where its log counts.
    pub revoked: Option<Cut>,
    /// Who admitted or revoked it, and when.
    pub by: String,
    /// See `by`.
    pub at: Moment,
}

/// The stations, this one among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// This station.
    pub own: StationId,
    /// Stations whose log counts as this home's own.
    former: Vec<StationId>,
    /// Every station that anything was said of.
    pub all: BTreeMap<StationId, Member>,
    /// Membership keys of the hospital that people here know, in the order in which they were named.
    keys: Vec<[u8; 32]>,
    /// Those that people here no longer trust.
    no_keys: Vec<[u8; 32]>,
}

/// By whom something is said, in the order in which it is heard.
#[derive(Clone, Copy)]
enum Rank {
    Here,
    Former,
    Headquarters,
    Itself,
}

fn said(stored: &StoredEvent) -> Option<StationSaid> {
    let envelope = &stored.envelope;
    match Event::read(envelope.kind, envelope.version, &envelope.payload) {
        Event::Station(said) => Some(said),
        _ => None,
    }
}

/// The station of this home.
pub fn own_id(reader: &Reader) -> Result<StationId, Problem> {
    let id = vault::hash::from_hex(&reader.about().station).and_then(|id| id.try_into().ok());
    id.map(StationId).ok_or_else(|| Problem::failed("home.toml: station"))
}

impl Members {
    /// As they stand.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(reader: &Reader) -> Result<Members, Problem> {
        let (own, former) = (own_id(reader)?, reader.former_stations()?);
        let members = Members { own, former, ..Members::default() };
        let events = reader.everyones_events_of(STATIONS_ITEM)?;
        let told: Vec<(&StoredEvent, StationSaid)> =
            events.iter().filter_map(|stored| Some((stored, said(stored)?))).collect();
        let membership = signed::Told::of(&events);
        // What is said here comes first, whatever the clocks say: it decides whose word counts at all, and up to where. First at this
        // station, then at those it was filled from, then by headquarters; what a station calls itself changes nobody else.
        let mut folded = members.clone();
        for rank in [Rank::Here, Rank::Former, Rank::Headquarters, Rank::Itself] {
            let known = folded.clone();
            folded = match rank {
                Rank::Itself => folded,
                _ => members.clone(),
            };
            let of_itself = |stored: &StoredEvent, said: &StationSaid| {
                said.said() == Some(StationWord::Own) && said.id() == Some(stored.envelope.station)
            };
            let heard = told.iter().filter(|(stored, said)| known.may_say(rank, stored, of_itself(stored, said)));
            for (stored, said) in heard {
                folded.apply(stored, said, known.is_ours(stored.envelope.station));
            }
            folded.keep_stricter(&known);
            // Behind what a station calls itself nothing more is heard: it may be called otherwise than its card was signed.
            if !matches!(rank, Rank::Itself) {
                folded.hear(&membership, &known, rank);
            }
            for (id, member) in &mut folded.all {
                if let Some(cut) = &mut member.revoked {
                    cut.look(reader, *id)?;
                }
            }
        }
        Ok(folded)
    }

    /// Whether a word counts, by what is known of stations before it; what a station says of itself has a rank of its own.
    fn may_say(&self, rank: Rank, stored: &StoredEvent, of_itself: bool) -> bool {
        let by = stored.envelope.station;
        self.counts(stored)
            && match rank {
                Rank::Here => by == self.own,
                Rank::Former => self.is_ours(by),
                Rank::Headquarters => self.is_ours(by) || self.heads(by),
                Rank::Itself => of_itself,
            }
    }

    fn heads(&self, station: StationId) -> bool {
        self.all.get(&station).is_some_and(|member| member.headquarters)
    }

    /// What was known before stands: whose word counts, who was revoked, and by which key and recipient a station is known, so that nobody
    /// further off puts another machine in its place.
    fn keep_stricter(&mut self, before: &Members) {
        for (id, member) in &before.all {
            let known = self.all.entry(*id).or_insert_with(|| member.clone());
            known.headquarters |= member.headquarters;
            if member.key.is_some() {
                (known.key, known.recipient) = (member.key, member.recipient.clone());
            }
            if member.revoked.is_some() {
                known.revoked = member.revoked.clone();
            }
        }
    }

    fn apply(&mut self, stored: &StoredEvent, said: &StationSaid, here: bool) {
        let (Some(id), Some(word)) = (said.id(), said.said()) else { return };
        let new = || Member::new(said, stored.envelope.person.clone(), stored.envelope.entry_time);
        match word {
            StationWord::Revoked => {
                let member = self.all.entry(id).or_insert_with(new);
                let Member { by, at, .. } = new();
                (member.revoked, member.by, member.at) = (Some(Cut::of(said)), by, at);
            }
            StationWord::Own if id == self.own => drop(self.all.insert(id, new())),
            // What a station calls itself counts once somebody else has admitted it.
            StationWord::Own => {
                if let Some(member) = self.all.get_mut(&id) {
                    (member.name, member.mark) = (said.name.clone(), said.mark.clone());
                }
            }
            StationWord::Member | StationWord::Headquarters => {
                let before = self.all.get(&id).is_some_and(|member| member.headquarters);
                let headquarters = before || (here && word == StationWord::Headquarters);
                self.all.insert(id, Member { headquarters, ..new() });
            }
        }
    }

    /// This station, or one that this home was filled from.
    pub fn is_ours(&self, station: StationId) -> bool {
        station == self.own || self.former.contains(&station)
    }

    /// Whether an event counts: it is this station's, or a member's or former station's up to where its log counts.
    pub fn counts(&self, stored: &StoredEvent) -> bool {
        let by = stored.envelope.station;
        let member = self.all.get(&by);
        let within = |member: &Member| member.revoked.as_ref().is_none_or(|cut| cut.counts(stored));
        let admitted = || self.is_ours(by) || member.is_some_and(|member| member.key.is_some());
        by == self.own || (member.is_none_or(within) && admitted())
    }

    /// Those that bundles are sealed to, beside this one: no longer one that was revoked.
    pub fn others(&self) -> impl Iterator<Item = (&StationId, &Member)> {
        self.all.iter().filter(|(id, member)| **id != self.own && member.revoked.is_none() && member.key.is_some())
    }

    /// The other stations that people here named as headquarters and that still are the hospital's.
    pub fn headquarters(&self) -> impl Iterator<Item = StationId> {
        let heads =
            self.all.iter().filter(|(id, member)| member.headquarters && **id != self.own && member.revoked.is_none());
        heads.map(|(id, _)| *id)
    }

    /// The stations that this home was filled from.
    pub fn former(&self) -> &[StationId] {
        &self.former
    }

    /// The name of a station; where nobody gave it one, the beginning of its number.
    pub fn name(&self, station: StationId) -> String {
        let named = self.all.get(&station).map(|member| member.name.clone()).filter(|name| !name.is_empty());
        named.unwrap_or_else(|| station.to_string().chars().take(8).collect())
    }

    /// What numbers of a station begin with: its mark, else the beginning of its number.
    pub fn mark(&self, station: StationId) -> String {
        let marked = self.all.get(&station).map(|member| member.mark.clone()).filter(|mark| !mark.is_empty());
        marked.unwrap_or_else(|| station.to_string().to_uppercase().chars().take(4).collect())
    }
}

impl Member {
    fn new(said: &StationSaid, by: String, at: Moment) -> Member {
        let (name, mark, recipient) = (said.name.clone(), said.mark.clone(), said.recipient.clone());
        Member { name, mark, recipient, key: said.public_key(), headquarters: false, revoked: None, by, at }
    }
}

/// Events of every station that count and name an item, in the one order that is the same everywhere.
///
/// # Errors
/// When the store cannot be read.
pub fn events_of(reader: &Reader, item: &str) -> Result<Vec<StoredEvent>, Problem> {
    let members = reader.once(Members::of)?;
    let mut events = reader.everyones_events_of(item)?;
    events.retain(|stored| members.counts(stored));
    Ok(events)
}

/// What a station said of itself and what it had, in the last bundle of its own that came or on a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Its program's version.
    pub program: String,
    /// When the bundle was made, by its clock, milliseconds.
    pub made: i64,
    /// When it came here, milliseconds.
    pub came: i64,
    /// Station (32 hexadecimal digits), life, and how far it had its log without a hole.
    pub held: Vec<(String, u32, u64)>,
}

fn heard_name(station: StationId) -> String {
    format!("heard:{station}")
}

/// What was heard of a station; `None` where no bundle of its own came.
///
/// # Errors
/// When the store cannot be read.
pub fn heard(reader: &Reader, station: StationId) -> Result<Option<Heard>, Problem> {
    let bytes = reader.kept(&heard_name(station))?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// What was heard of every station that is known.
///
/// # Errors
/// When the store cannot be read.
pub fn heard_of_all(reader: &Reader) -> Result<BTreeMap<StationId, Heard>, Problem> {
    let members = reader.once(Members::of)?;
    let heard = members.all.keys().map(|id| Ok((*id, heard(reader, *id)?)));
    Ok(heard.collect::<Result<Vec<_>, Problem>>()?.into_iter().filter_map(|(id, heard)| Some((id, heard?))).collect())
}

/// Keeps what was heard of a station, unless something later was.
///
/// # Errors
/// When the store cannot be written.
pub fn keep_heard(writer: &mut store::Writer, station: StationId, new: &Heard) -> Result<(), Problem> {
    if heard(writer, station)?.is_some_and(|known| known.made > new.made) {
        return Ok(());
    }
    keep_heard_now(writer, station, new)
}

/// Keeps what a station says now, on a line: whatever a clock said before.
///
/// # Errors
/// When the store cannot be written.
pub fn keep_heard_now(writer: &mut store::Writer, station: StationId, new: &Heard) -> Result<(), Problem> {
    let bytes = serde_json::to_vec(new).map_err(|error| Problem::failed(error.to_string()))?;
    Ok(writer.batch(|batch| batch.keep(&heard_name(station), &bytes))?)
}
