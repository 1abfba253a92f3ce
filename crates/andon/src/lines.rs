//! Lines to other stations on the network: where each listens, folded from what was said of addresses, and what this station saw of it:
//! when it was last spoken to, and since when it cannot be reached.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use store::{Reader, StationId, Writer};

use crate::event::{ADDRESSES_ITEM, AddressSaid, Event};
use crate::home::Problem;
use crate::hospital::{self, Heard, Members};

/// Where stations listen, as it was said last: by people here, or by the station itself, whose word travels in its log. A wrong address
/// leads nowhere: who answers there must hold the station's key.
///
/// # Errors
/// When the store cannot be read.
pub fn addresses(reader: &Reader) -> Result<BTreeMap<StationId, SocketAddr>, Problem> {
    let members = reader.once(Members::of)?;
    let mut all = BTreeMap::new();
    for stored in hospital::events_of(reader, ADDRESSES_ITEM)? {
        let envelope = &stored.envelope;
        let said = match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Address(said) => said,
            _ => continue,
        };
        let Some(id) = said.id().filter(|id| *id == envelope.station || members.is_ours(envelope.station)) else {
            continue;
        };
        match said.address() {
            Some(address) => drop(all.insert(id, address)),
            None => drop(all.remove(&id)),
        }
    }
    Ok(all)
}

/// Why a station was not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nobody answers at its address.
    Unreached,
    /// Who answers does not hold the station's key.
    Another,
    /// The station does not know this one.
    Unknown,
    /// The station did not take what was sent, and said why.
    Refused,
    /// The line broke, was too slow, or what came was none of ours.
    Broken,
    /// This station could not do its part.
    Here,
}

impl Why {
    /// As told in JSON and by the texts.
    pub fn code(self) -> &'static str {
        match self {
            Why::Unreached => "unreached",
            Why::Another => "another",
            Why::Unknown => "unknown",
            Why::Refused => "refused",
            Why::Broken => "broken",
            Why::Here => "here",
        }
    }
}

/// What this station saw of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// When the two last spoke to the end, milliseconds; 0: never. To the minute.
    pub at: i64,
    /// Since when every try failed, milliseconds; 0: the last did not.
    pub failing: i64,
    /// Why the last one did.
    pub why: Option<Why>,
}

/// A contact is written down again after so long, milliseconds: the page says minutes.
const CONTACT_EVERY: i64 = 60_000;

impl Contact {
    /// What stands after a try at a moment; `None` where it is not worth writing down.
    pub fn after(&self, tried: Result<(), Why>, now: i64) -> Option<Contact> {
        let next = match tried {
            Ok(()) => Contact { at: now, ..Contact::default() },
            Err(why) => {
                let since = if self.failing == 0 { now } else { self.failing };
                Contact { at: self.at, failing: since, why: Some(why) }
            }
        };
        let news = (next.failing, next.why) != (self.failing, self.why);
        (news || (tried.is_ok() && (now - self.at).abs() >= CONTACT_EVERY)).then_some(next)
    }
}

fn contact_name(station: StationId) -> String {
    format!("contact:{station}")
}

/// What was seen of the line to a station.
///
/// # Errors
/// When the store cannot be read.
pub fn contact(reader: &Reader, station: StationId) -> Result<Contact, Problem> {
    let bytes = reader.kept(&contact_name(station))?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
}

/// Where a station listens and what was seen of the line to it.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// See [`addresses`].
    pub address: Option<SocketAddr>,
    /// See [`Contact`].
    pub contact: Contact,
}

/// Of every station that is known.
///
/// # Errors
/// When the store cannot be read.
pub fn lines(reader: &Reader) -> Result<BTreeMap<StationId, Line>, Problem> {
    let (members, addresses) = (reader.once(Members::of)?, reader.once(addresses)?);
    let line = |id: &StationId| -> Result<_, Problem> {
        Ok((*id, Line { address: addresses.get(id).copied(), contact: contact(reader, *id)? }))
    };
    members.all.keys().map(line).collect()
}

/// Keeps what was seen of a line, and what the other said there that it has.
///
/// # Errors
/// The station is none; the store cannot be written.
pub fn keep(
    writer: &mut Writer,
    station: &str,
    contact: Option<&Contact>,
    heard: Option<&Heard>,
) -> Result<(), Problem> {
    let said = AddressSaid { station: station.to_owned(), address: String::new() };
    let id = said.id().ok_or_else(|| Problem::usage("station"))?;
    if let Some(contact) = contact {
        let bytes = serde_json::to_vec(contact).map_err(|error| Problem::failed(error.to_string()))?;
        writer.batch(|batch| batch.keep(&contact_name(id), &bytes))?;
    }
    heard.map_or(Ok(()), |heard| hospital::keep_heard_now(writer, id, heard))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_kept_since_it_began_and_a_contact_once_a_minute() {
        let none = Contact::default();
        let reached = none.after(Ok(()), 100_000).unwrap();
        assert_eq!(reached, Contact { at: 100_000, failing: 0, why: None });
        assert_eq!(reached.after(Ok(()), 101_000), None, "nothing new within a minute");
        assert_eq!(reached.after(Ok(()), 160_000).unwrap().at, 160_000);
        let failing = reached.after(Err(Why::Unreached), 170_000).unwrap();
        assert_eq!(failing, Contact { at: 100_000, failing: 170_000, why: Some(Why::Unreached) });
        assert_eq!(failing.after(Err(Why::Unreached), 500_000), None, "it is said already");
        let other = failing.after(Err(Why::Another), 600_000).unwrap();
        assert_eq!((other.failing, other.why), (170_000, Some(Why::Another)), "still since it began");
        assert_eq!(other.after(Ok(()), 600_001).unwrap(), Contact { at: 600_001, failing: 0, why: None });
    }
}
