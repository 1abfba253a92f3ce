//! What is here of every station's log: received up to №, №–№ missing, age. Never "synced".

use chart::Moment;
use serde::Serialize;
use store::{LogState, Reader, StationId};

use crate::following::{self, Following, Reached, Way};
use crate::home::Problem;
use crate::hospital::{self, Heard, Members};
use crate::lines::{self, Line, Why};
use crate::text::Words;

/// How much of one station's present life is here.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// 32 hexadecimal digits.
    pub station: String,
    /// Its name.
    pub name: String,
    /// What its numbers begin with.
    pub mark: String,
    /// This station itself.
    pub own: bool,
    /// Its word on stations counts here.
    pub headquarters: bool,
    /// The life of its log that this is about, the latest known.
    pub incarnation: u32,
    /// Received up to this number; 0: nothing yet.
    pub up_to: u64,
    /// First and last number of each hole.
    pub missing: Vec<(u64, u64)>,
    /// Numbers that stand for two events.
    pub forks: Vec<u64>,
    /// When something of it came last, milliseconds; 0: never.
    pub received_millis: i64,
    /// Minutes since then.
    pub age_minutes: i64,
    /// Minutes that its clock runs ahead of ours, where more than ten.
    pub ahead_minutes: i64,
    /// Its program's version, as its last bundle said; empty for unknown.
    pub program: String,
    /// Last number that counts, where it is no longer the hospital's.
    pub revoked: Option<(u32, u64)>,
    /// Events here that do not count, being after that or not what was named.
    pub after: u64,
    /// Where it listens on the network, address and port; empty for unknown.
    pub address: String,
    /// When it was last spoken to on the network, milliseconds, to the minute; 0: never.
    pub contact_millis: i64,
    /// Minutes since then.
    pub contact_minutes: i64,
    /// Since when every try to reach it failed, milliseconds; 0: the last did not.
    pub failing_millis: i64,
    /// Minutes since then.
    pub failing_minutes: i64,
    /// Why the last try failed.
    pub failing: Option<Why>,
    /// Charts that go between it and this station.
    pub charts: Charts,
}

/// Charts that go between a station and this one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Charts {
    /// People here allow it to have this station's.
    pub given: bool,
    /// Its charts are taken here.
    pub followed: bool,
    /// Entries by way of it that are here.
    pub held: u64,
    /// Entries that it gives, as it last said.
    pub entries: u64,
    /// The place by which the next file of its charts begins; 0: nothing came yet.
    pub next: u64,
    /// When all that it had was here last, milliseconds; 0: never.
    pub received_millis: i64,
    /// Minutes since then.
    pub age_minutes: i64,
    /// Since when it is reached and gives nothing, milliseconds; 0: it gave the last time.
    pub not_given_millis: i64,
    /// Why: `not_allowed`, `unfit`, `there`, `here`; empty where it gives.
    pub why: String,
}

impl Charts {
    fn of(following: &Following, ways: &[Way], id: StationId, now: Moment) -> Charts {
        let mut charts = Charts { given: following.given.contains(&id), ..Charts::default() };
        if let Some(way) = ways.iter().find(|way| way.station == id) {
            let Reached { entries, next, whole, failing, why, .. } = way.reached.clone();
            (charts.followed, charts.held, charts.entries, charts.next) = (way.is_followed, way.held(), entries, next);
            charts.received_millis = whole;
            charts.age_minutes = if whole == 0 { 0 } else { Moment(whole).minutes_until(now).max(0) };
            (charts.not_given_millis, charts.why) = (failing, why);
        }
        charts
    }
}

/// Of every station that is known, this one first.
///
/// # Errors
/// When the store cannot be read.
pub fn heads(reader: &Reader, now: Moment) -> Result<Vec<Head>, Problem> {
    let (members, logs) = (reader.once(Members::of)?, reader.once(Reader::logs)?);
    let mut ids: Vec<StationId> = members.all.keys().copied().collect();
    ids.extend(logs.iter().map(|log| log.station));
    ids.sort_unstable_by_key(|id| (*id != members.own, *id));
    ids.dedup();
    let (heard, lines) = (reader.once(hospital::heard_of_all)?, reader.once(lines::lines)?);
    let line = |id: StationId| lines.get(&id).cloned().unwrap_or_default();
    let (following, ways) = (reader.once(Following::of)?, reader.once(following::ways)?);
    let of = |id: StationId| {
        let charts = Charts::of(&following, &ways, id, now);
        Head { charts, ..head((&members, &logs), (heard.get(&id), line(id)), id, now) }
    };
    Ok(ids.into_iter().map(of).collect())
}

fn head(
    (members, logs): (&Members, &[LogState]),
    (heard, line): (Option<&Heard>, Line),
    id: StationId,
    now: Moment,
) -> Head {
    let minutes = |since: i64| if since == 0 { 0 } else { Moment(since).minutes_until(now).max(0) };
    let member = members.all.get(&id);
    let own: Vec<&LogState> = logs.iter().filter(|log| log.station == id).collect();
    let last = own.iter().max_by_key(|log| log.incarnation);
    let is_own = id == members.own;
    let received = last.map_or(0, |log| log.received.0).max(heard.map_or(0, |heard| heard.came));
    let cut = member.and_then(|member| member.revoked.as_ref());
    let after = cut.map_or(0, |cut| own.iter().map(|log| cut.past(log)).sum::<u64>() + cut.beside());
    let ahead = last.map_or(0, |log| now.minutes_until(log.last_entry));
    Head {
        station: id.to_string(),
        name: members.name(id),
        mark: members.mark(id),
        own: is_own,
        headquarters: member.is_some_and(|member| member.headquarters),
        incarnation: last.map_or(1, |log| log.incarnation),
        up_to: last.map_or(0, |log| log.up_to()),
        missing: own.iter().flat_map(|log| log.missing()).collect(),
        forks: own.iter().flat_map(|log| log.forks.clone()).collect(),
        received_millis: received,
        age_minutes: minutes(received),
        ahead_minutes: if ahead > store::clock::GUARD_MINUTES { ahead } else { 0 },
        program: if is_own {
            env!("CARGO_PKG_VERSION").to_owned()
        } else {
            heard.map_or_else(String::new, |heard| heard.program.clone())
        },
        revoked: cut.map(|cut| cut.last),
        after,
        address: line.address.map_or_else(String::new, |address| address.to_string()),
        contact_millis: line.contact.at,
        contact_minutes: minutes(line.contact.at),
        failing_millis: line.contact.failing,
        failing_minutes: minutes(line.contact.failing),
        failing: line.contact.why,
        charts: Charts::default(),
    }
}

/// What is here of each other station's log, a few words each: `3病棟 №120（5分前） 抜け №30–№31 つながらない（12分）`. Those that were revoked
/// are left out.
pub fn in_words(heads: &[Head], t: Words) -> Vec<String> {
    let one = |head: &Head| {
        let missing =
            (!head.missing.is_empty()).then(|| format!("{} {}", t.text("stations-missing"), spans(&head.missing)));
        let up_to = match head.up_to {
            0 => t.text("stations-nothing"),
            up_to => format!("№{up_to} {}", t.with("stations-age", head.age_minutes)),
        };
        let away = (head.failing_millis != 0).then(|| t.with("stations-away", head.failing_minutes));
        [Some(head.name.clone()), Some(up_to), missing, away].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    heads.iter().filter(|head| !head.own && head.revoked.is_none()).map(one).collect()
}

/// `№45–№46 №50`.
pub fn spans(spans: &[(u64, u64)]) -> String {
    let one = |(first, last): &(u64, u64)| match first == last {
        true => format!("№{first}"),
        false => format!("№{first}–№{last}"),
    };
    spans.iter().map(one).collect::<Vec<_>>().join(" ")
}
