//! Operators' acts as lines of a manifest, which are leaves of the transparency log: who opened, carried away, unlocked, released or
//! changed what, when. In the clear, so no patient, no name and no word of anybody's: what was done, when, by whom as an opaque number,
//! and the number and hash of the event that says the rest under seal. Pure.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use store::{Envelope, EventHash, EventOut, Look};
use vault::VaultId;

use crate::event::{
    Check, Checked, CustodyEvent, EnvelopeEvent, Event, FollowEvent, GateEvent, KeysEvent, MembershipEvent, PeopleEvent,
};
use crate::proofs::Outcome;

/// Bytes of a number or hash in a line, as hexadecimal digits twice as many.
const SHORT: usize = 8;
/// What a check can come to; another word is not let into a line.
const OUTCOMES: [&str; 7] = ["held", "open", "unknown", "pass", "fail", "moved", "failed"];

/// Who did something, as an opaque number: the same person at the same vault has the same. Whoever knows a name can try it, nobody can
/// read one out of it.
pub fn who(vault: &VaultId, person: &str, role: &str) -> String {
    if person.is_empty() {
        return "station".to_owned();
    }
    let hash = Sha256::new().chain_update(b"andon who 1").chain_update(vault.0);
    let hash = hash.chain_update(person).chain_update(b"\0").chain_update(role).finalize();
    vault::hash::to_hex(&hash[..SHORT])
}

/// The line of an event that is an operator's act: class, what, milliseconds since 1970, who, number and hash of the event.
pub fn of_event(vault: &VaultId, event: &EventOut, envelope: &Envelope) -> Option<String> {
    let (class, what) = act(&Event::read(envelope.kind, envelope.version, &envelope.payload))?;
    let (who, at) = (who(vault, &envelope.person, &envelope.role), envelope.entry_time.0);
    let hash = vault::hash::to_hex(&EventHash::of(&event.bytes).0[..SHORT]);
    Some(format!("{class} {what} {at} {who} {} {hash}", event.no))
}

/// What an event is as an act; nothing where it is clinical work, which the events under seal tell.
fn act(event: &Event) -> Option<(&'static str, &'static str)> {
    Some(match event {
        Event::LifeBegun { .. } => ("station", "life"),
        Event::People(PeopleEvent::Account(_)) => ("people", "account"),
        Event::People(PeopleEvent::CardMade { .. }) => ("people", "card"),
        Event::People(PeopleEvent::Opened(_)) => ("unlock", "card"),
        Event::People(PeopleEvent::Reviewed { .. }) => ("unlock", "reviewed"),
        Event::People(PeopleEvent::OwnSwitch { .. }) => ("station", "switch"),
        Event::Keys(KeysEvent::Made { .. }) => ("key", "made"),
        Event::Keys(KeysEvent::SecondHolder { .. }) => ("key", "holder"),
        Event::Keys(KeysEvent::Together { why, .. }) => ("unlock", why.word()),
        Event::Envelope(event) => export(event)?,
        Event::Gate(GateEvent::Alarm(_)) => ("gate", "alarm"),
        Event::Gate(GateEvent::Decided(decided)) => ("gate", decided.act.code()),
        Event::Gate(GateEvent::Canary(_)) => ("gate", "watch"),
        Event::Gate(GateEvent::Announced(_)) => ("gate", "announced"),
        Event::Custody(event) => custody(event),
        Event::Station(said) => ("station", said.said()?.word()),
        Event::Address(_) => ("station", "address"),
        Event::Membership(MembershipEvent::Key(key)) => ("station", if key.on { "key" } else { "key-off" }),
        Event::Membership(MembershipEvent::Signed(signed)) => ("station", signed.said.said()?.word()),
        Event::Follow(FollowEvent::Given { on: true, .. }) => ("station", "charts-given"),
        Event::Follow(FollowEvent::Given { on: false, .. }) => ("station", "charts-ended"),
        Event::Follow(FollowEvent::Follows { on: true, .. }) => ("station", "follow"),
        Event::Follow(FollowEvent::Follows { on: false, .. }) => ("station", "unfollow"),
        Event::Follow(FollowEvent::Written { .. }) => ("export", "charts"),
        _ => return None,
    })
}

fn export(event: &EnvelopeEvent) -> Option<(&'static str, &'static str)> {
    Some(match event {
        EnvelopeEvent::Made(_) => ("export", "made"),
        EnvelopeEvent::Act { act, .. } => ("export", act.word()),
        EnvelopeEvent::Contents { .. } | EnvelopeEvent::Schedule(_) => ("export", "rule"),
        EnvelopeEvent::Taken { .. } => return None,
    })
}

fn custody(event: &CustodyEvent) -> (&'static str, &'static str) {
    let on = |on: bool| if on { "add" } else { "remove" };
    match event {
        CustodyEvent::Target(keeping) => ("target", on(keeping.on)),
        CustodyEvent::Recipient(said) => ("recipient", on(said.on)),
        CustodyEvent::Vault(said) => ("vault", said.word.word()),
        CustodyEvent::Witness(said) => ("witness", said.word.word()),
        CustodyEvent::Prover(said) => ("prover", on(said.on)),
        CustodyEvent::Verdict(said) => ("verdict", Outcome::read(&said.outcome).map_or("unknown", Outcome::code)),
        CustodyEvent::Checked(Checked { check, outcome, .. }) => {
            let outcome = OUTCOMES.into_iter().find(|known| known == outcome).unwrap_or("unknown");
            (if *check == Check::Extend { "retention" } else { check.word() }, outcome)
        }
    }
}

/// Class of what somebody looked at: the access audit's acts are many, and what an investigator asks first are five.
pub fn class(look: &Look) -> &'static str {
    match look.act.as_str() {
        "envelope-make" => "export",
        "search" => "search",
        "login" | "logout" | "break-glass" | "refused" | "own-pin" | "link" | "lost" => "door",
        act if act == "print" || act == "paper" || act.ends_with("-print") || act == "printing-run" => "print",
        _ => "view",
    }
}

/// The lines for what is new of the access audit: which lines, the hash of the last, and how many of each class.
pub fn of_looks(first: u64, last: u64, hash: &str, counts: &BTreeMap<&'static str, u64>) -> Vec<String> {
    let head = format!("looks {first}-{last} {hash}");
    std::iter::once(head).chain(counts.iter().map(|(class, count)| format!("{class} {count}"))).collect()
}

/// The line for an audit that does not go through where it was sealed: its end was cut off, or an older file was put in its place.
pub fn of_cut(lines: u64, hash: &str) -> String {
    format!("looks cut {lines} {hash}")
}

/// The line for an audit that could not be read.
pub fn of_unread() -> String {
    "looks unreadable".to_owned()
}

/// The line for acts beyond what one manifest holds: the events under seal have them.
pub fn of_more(count: u64) -> String {
    format!("more {count}")
}
