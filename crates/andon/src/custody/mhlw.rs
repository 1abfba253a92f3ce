//! What the guideline of MHLW asks of copies, held against what was found of them. Pure.
//!
//! Source: 厚生労働省「医療情報システムの安全管理に関するガイドライン」第6.0版, システム運用編 12.2 (backups are managed so that they can be used) and 18 (important files: several
//! generations, by several methods), with its Q&A: daily; of an EMR five generations, of other systems three; the third and older cut off
//! from the network or not writable; media that can be added to and media that cannot, mixed. Which of this was read in the original and
//! which in notes is told in `docs/operators/audit.md`.

use chart::Moment;
use serde::Serialize;

use super::rules::{Light, Standing};

/// Generations of an EMR.
pub const GENERATIONS: usize = 5;
/// From this generation on nothing may be writable.
pub const UNWRITABLE_FROM: usize = 3;
const DAY: i64 = 24 * 60;
/// A probe older than this tells nothing of a server's locks any more, days: it is to be run monthly.
const PROBE_DAYS: i64 = 35;

/// What a rule came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As asked, by the evidence.
    Pass,
    /// It cannot be told from here.
    Unknown,
    /// Not as asked.
    Fail,
}

impl Verdict {
    /// Its word in events and texts.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Unknown => "unknown",
            Verdict::Fail => "fail",
        }
    }
}

/// What kind of place it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A folder that is always connected: whoever owns this station can write and delete there.
    #[default]
    Folder,
    /// A disk of a rotation, unplugged between.
    Removable,
    /// A server that locks what it takes.
    Locked,
    /// Another station, which takes and neither changes nor deletes.
    Receiver,
}

/// What a server says of the locks of the objects of the generations that may not be writable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Locks {
    /// Up to which segment.
    pub upto: u32,
    /// Objects there are of those.
    pub objects: usize,
    /// Of these, asked one by one.
    pub asked: usize,
    /// Without a COMPLIANCE lock that lasts another day by the server's clock.
    pub unlocked: usize,
    /// The first of those.
    pub named: Vec<String>,
    /// The day that ends first.
    pub earliest: Option<Moment>,
}

/// When a server was last attacked to see whether it keeps locks, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Probed {
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// `held`, `open` or `unknown`.
    pub outcome: String,
    /// Checks that did not hold.
    pub found: String,
}

/// Two histories at a place, signed with the station's key: whoever made the other has that key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Forked {
    /// The first segment of which there are two; 0 where two vaults begin there.
    pub number: u32,
    /// The first objects that are not of the history which is followed; where none is, all that it is to be chosen from.
    pub beside: Vec<String>,
    /// Paper, a witness, a person, or what this home sealed itself said which is followed; else only the server's clock, or nothing.
    pub decided: bool,
}

/// What was found at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Where, without keys.
    pub place: String,
    /// What it is.
    pub kind: Kind,
    /// It was there and could be asked.
    pub connected: bool,
    /// Segments from 1 without a gap, as they lie there now; of a disk that is out, as this home put them.
    pub number: u32,
    /// Why it could not be asked.
    pub trouble: String,
    /// It could not since what lies there is not what was sealed.
    pub fault: bool,
    /// There is another history beside the one that is told of.
    pub fork: Option<Forked>,
    /// A disk: out since.
    pub out: Option<Moment>,
    /// And comes back by.
    pub due: Option<Moment>,
    /// When it last got a segment.
    pub put: Option<Moment>,
    /// When every byte was last read back.
    pub held: Option<Moment>,
    /// Locks, of a server.
    pub locks: Option<Locks>,
    /// The last probe, of a server.
    pub probed: Option<Probed>,
    /// Of a receiver: what it let be done when it was tried just now (`overwrite` `delete` `changed`); `None` where it was not tried.
    pub tried: Option<Vec<String>>,
}

/// A day to which the record can be restored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Generation {
    /// The day in Japan, `2026-11-27`.
    pub day: String,
    /// Its last segment.
    pub number: u32,
    /// When that was closed: the latest moment of that day to which it goes.
    pub sealed: Moment,
    /// Places that have it whole.
    pub places: Vec<String>,
}

/// Everything that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    /// When it was looked.
    pub now: Moment,
    /// The vault.
    pub vault: String,
    /// Segments that this home sealed.
    pub number: u32,
    /// Places.
    pub places: Vec<Place>,
    /// Days, newest first.
    pub generations: Vec<Generation>,
    /// What was received waited at most so many minutes to be sealed, in the days above; `None` where no manifest could be read.
    pub longest_wait: Option<i64>,
    /// Since when the oldest waits that is not sealed.
    pub waiting: Option<Moment>,
    /// The proofs, as the vault's status has them.
    pub standing: Standing,
}

/// A rule, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its word: `mhlw-CODE` in texts.
    pub code: &'static str,
    /// What it came to.
    pub verdict: Verdict,
    /// What is to be done, `mhlw-next-CODE` in texts; none where nothing is.
    pub next: Option<&'static str>,
    /// Places it stands on, or that fail it.
    pub places: Vec<String>,
}

fn rule(code: &'static str, verdict: Verdict, next: &'static str, places: Vec<String>) -> Rule {
    let next = (verdict != Verdict::Pass).then_some(next);
    Rule { code, verdict, next, places }
}

fn names<'a>(places: impl IntoIterator<Item = &'a Place>) -> Vec<String> {
    places.into_iter().map(|place| place.name.clone()).collect()
}

/// Holds the facts against every rule.
pub fn judge(facts: &Facts) -> Vec<Rule> {
    vec![daily(facts), generations(facts), unwritable(facts), methods(facts), detached(facts), proofs(facts)]
}

/// The worst of all.
pub fn worst(rules: &[Rule]) -> Verdict {
    rules.iter().map(|rule| rule.verdict).max().unwrap_or(Verdict::Unknown)
}

/// As the log keeps it: `daily:pass generations:fail …`.
pub fn words(rules: &[Rule]) -> String {
    let words: Vec<String> = rules.iter().map(|rule| format!("{}:{}", rule.code, rule.verdict.word())).collect();
    words.join(" ")
}

/// Nothing that was received waits longer than a day until it is sealed and lies at a place that is there.
fn daily(facts: &Facts) -> Rule {
    let waits = facts.waiting.map_or(0, |since| since.minutes_until(facts.now));
    let whole: Vec<&Place> =
        facts.places.iter().filter(|place| place.connected && place.number >= facts.number).collect();
    let (verdict, next) = match facts.longest_wait {
        None => (Verdict::Unknown, "connect"),
        Some(longest) if longest.max(waits) > DAY => (Verdict::Fail, "daily"),
        Some(_) if facts.number == 0 || whole.is_empty() => (Verdict::Fail, "behind"),
        Some(_) => (Verdict::Pass, ""),
    };
    rule("daily", verdict, next, names(whole))
}

fn generations(facts: &Facts) -> Rule {
    let there: Vec<&Generation> = facts.generations.iter().filter(|one| !one.places.is_empty()).collect();
    let (verdict, next) = match there.len() {
        0 if facts.places.iter().all(|place| !place.connected) => (Verdict::Unknown, "connect"),
        count if count < GENERATIONS => (Verdict::Fail, "generations"),
        _ => (Verdict::Pass, ""),
    };
    let mut places: Vec<String> = there.iter().flat_map(|one| one.places.clone()).collect();
    places.sort();
    places.dedup();
    rule("generations", verdict, next, places)
}

/// Whether nothing can be written over or deleted at a place, up to a segment.
fn kept_from_writing(place: &Place, number: u32, now: Moment) -> Verdict {
    match (place.kind, &place.locks, &place.probed) {
        (Kind::Removable, ..) if place.out.is_some() && place.number >= number => Verdict::Pass,
        (Kind::Locked, Some(locks), probed) if locks.upto >= number && place.number >= number => {
            let locked = locks.asked > 0 && locks.unlocked == 0;
            match probed {
                _ if !locked => Verdict::Fail,
                Some(probed) if probed.outcome == "open" => Verdict::Fail,
                Some(probed) if probed.outcome == "held" && probed.at.minutes_until(now) <= PROBE_DAYS * DAY => {
                    Verdict::Pass
                }
                _ => Verdict::Unknown,
            }
        }
        (Kind::Locked, None, _) => Verdict::Unknown,
        (Kind::Receiver, ..) if !place.connected => Verdict::Unknown,
        (Kind::Receiver, ..) if place.number >= number => match &place.tried {
            Some(open) if open.is_empty() => Verdict::Pass,
            Some(_) => Verdict::Fail,
            None => Verdict::Unknown,
        },
        _ => Verdict::Fail,
    }
}

/// The third generation and what is older lies somewhere where nobody can write: unplugged, under locks that hold, or at a receiver that
/// refused when it was tried.
fn unwritable(facts: &Facts) -> Rule {
    let Some(third) = facts.generations.get(UNWRITABLE_FROM - 1) else {
        return rule("unwritable", Verdict::Unknown, "no_third", Vec::new());
    };
    let judged = |verdict: Verdict| {
        facts.places.iter().filter(move |place| kept_from_writing(place, third.number, facts.now) == verdict)
    };
    let (kept, unknown) = (names(judged(Verdict::Pass)), names(judged(Verdict::Unknown)));
    let is_away = |name: &String| facts.places.iter().any(|place| place.name == *name && !place.connected);
    match (kept.is_empty(), unknown.is_empty()) {
        (false, _) => rule("unwritable", Verdict::Pass, "", kept),
        (true, false) if unknown.iter().any(is_away) => rule("unwritable", Verdict::Unknown, "connect", unknown),
        (true, false) => rule("unwritable", Verdict::Unknown, "probe", unknown),
        (true, true) => rule("unwritable", Verdict::Fail, "unwritable", Vec::new()),
    }
}

/// A medium that can be added to, and one on which what was written stays.
fn methods(facts: &Facts) -> Rule {
    // By what they are, not by what they hold: a server that does not answer now is still one.
    let with = |kind: fn(Kind) -> bool| facts.places.iter().filter(move |place| kind(place.kind));
    let added: Vec<&Place> = with(|kind| kind != Kind::Locked).collect();
    let written_once: Vec<&Place> = with(|kind| kind == Kind::Locked).collect();
    let locked = |place: &&Place| place.locks.as_ref().is_some_and(|locks| locks.asked > 0 && locks.unlocked == 0);
    let good = written_once.iter().copied().filter(|place| locked(place));
    let places = names(added.iter().copied().chain(good.clone()));
    let asked = written_once.iter().any(|place| place.locks.is_some());
    let (verdict, next) = match (added.is_empty(), good.count() > 0, asked) {
        (false, true, _) => (Verdict::Pass, ""),
        (_, false, false) if !written_once.is_empty() => (Verdict::Unknown, "connect"),
        (true, ..) => (Verdict::Fail, "methods_added"),
        (false, false, _) => (Verdict::Fail, "methods"),
    };
    rule("methods", verdict, next, places)
}

/// One medium is unplugged now, and is not overdue.
fn detached(facts: &Facts) -> Rule {
    let out = facts.places.iter().filter(|place| place.kind == Kind::Removable && place.out.is_some());
    let out: Vec<&Place> = out.filter(|place| place.number > 0).collect();
    let in_time = |place: &&Place| place.due.is_none_or(|due| facts.now <= due);
    let good: Vec<&Place> = out.iter().copied().filter(in_time).collect();
    let any = facts.places.iter().any(|place| place.kind == Kind::Removable);
    match (good.is_empty(), out.is_empty(), any) {
        (false, ..) => rule("detached", Verdict::Pass, "", names(good)),
        (true, false, _) => rule("detached", Verdict::Fail, "overdue", names(out)),
        (true, true, true) => rule("detached", Verdict::Fail, "unplug", Vec::new()),
        (true, true, false) => rule("detached", Verdict::Fail, "rotation", Vec::new()),
    }
}

/// It was read back, opened and opened by officers lately.
fn proofs(facts: &Facts) -> Rule {
    let lights = [facts.standing.held, facts.standing.readable, facts.standing.recoverable].map(|(_, light)| light);
    let verdict = match lights.into_iter().max() {
        Some(Light::Green) => Verdict::Pass,
        Some(Light::Red) => Verdict::Fail,
        _ => Verdict::Unknown,
    };
    rule("proofs", verdict, "proofs", Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custody::rules::{Known, standing};

    const NOW: Moment = Moment(1_635_607_800_000);

    fn ago(days: i64) -> Moment {
        NOW.plus_days(-days)
    }

    /// A folder, a disk that is out, and a server whose locks hold: six days.
    fn good() -> Facts {
        let generation = |back: u32| Generation {
            day: format!("day {back}"),
            number: 60 - back,
            sealed: ago(i64::from(back)),
            places: vec!["A".into()],
        };
        let folder = Place { name: "A".into(), connected: true, number: 60, ..Place::default() };
        let out = Place {
            name: "B".into(),
            kind: Kind::Removable,
            number: 59,
            out: Some(ago(1)),
            due: Some(ago(-6)),
            ..Place::default()
        };
        let locks = Locks { upto: 58, objects: 9, asked: 9, earliest: Some(ago(-30)), ..Locks::default() };
        let probed = Probed { at: ago(3), by: "甲".into(), outcome: "held".into(), found: String::new() };
        let server = Place {
            name: "C".into(),
            kind: Kind::Locked,
            connected: true,
            number: 60,
            locks: Some(locks),
            probed: Some(probed),
            ..Place::default()
        };
        let mut standing = standing(&Known::default(), NOW);
        for proof in [&mut standing.held, &mut standing.readable, &mut standing.recoverable] {
            *proof = (Some(ago(1)), Light::Green);
        }
        Facts {
            now: NOW,
            vault: "v".into(),
            number: 60,
            places: vec![folder, out, server],
            generations: (0..6).map(generation).collect(),
            longest_wait: Some(6),
            waiting: None,
            standing,
        }
    }

    fn verdict(code: &str, change: impl FnOnce(&mut Facts)) -> (Verdict, Option<&'static str>) {
        let mut facts = good();
        change(&mut facts);
        let rules = judge(&facts);
        let rule = rules.iter().find(|rule| rule.code == code).unwrap();
        (rule.verdict, rule.next)
    }

    #[test]
    fn a_hospital_that_does_all_of_it_passes() {
        let rules = judge(&good());
        assert!(rules.iter().all(|rule| rule.verdict == Verdict::Pass && rule.next.is_none()), "{rules:?}");
        assert_eq!(worst(&rules), Verdict::Pass);
        assert!(words(&rules).starts_with("daily:pass generations:pass unwritable:pass"));
    }

    type Case = (&'static str, fn(&mut Facts), Verdict, &'static str);

    /// A rule, what is changed of a hospital that does all of it, and what the rule comes to then.
    fn cases() -> [Case; 19] {
        [
            ("daily", |facts| facts.longest_wait = Some(DAY + 1), Verdict::Fail, "daily"),
            ("daily", |facts| facts.waiting = Some(ago(2)), Verdict::Fail, "daily"),
            ("daily", |facts| facts.longest_wait = None, Verdict::Unknown, "connect"),
            ("daily", |facts| facts.number = 61, Verdict::Fail, "behind"),
            ("generations", |facts| facts.generations.truncate(4), Verdict::Fail, "generations"),
            (
                "generations",
                |facts| facts.generations[4..].iter_mut().for_each(|one| one.places.clear()),
                Verdict::Fail,
                "generations",
            ),
            ("unwritable", |facts| facts.generations.truncate(2), Verdict::Unknown, "no_third"),
            // A folder alone never counts, however whole it is.
            ("unwritable", |facts| facts.places.truncate(1), Verdict::Fail, "unwritable"),
            (
                "unwritable",
                |facts| (facts.places[1].out, facts.places[2].probed) = (None, None),
                Verdict::Unknown,
                "probe",
            ),
            (
                "unwritable",
                |facts| {
                    facts.places.remove(1);
                    facts.places[1].probed.as_mut().unwrap().at = ago(40);
                },
                Verdict::Unknown,
                "probe",
            ),
            (
                "unwritable",
                |facts| {
                    facts.places.remove(1);
                    facts.places[1].probed.as_mut().unwrap().outcome = "open".into();
                },
                Verdict::Fail,
                "unwritable",
            ),
            (
                "unwritable",
                |facts| {
                    facts.places.remove(1);
                    facts.places[1].locks.as_mut().unwrap().unlocked = 1;
                },
                Verdict::Fail,
                "unwritable",
            ),
            (
                "unwritable",
                |facts| {
                    facts.places.truncate(2);
                    facts.places[1].number = 57;
                },
                Verdict::Fail,
                "unwritable",
            ),
            ("methods", |facts| facts.places.truncate(2), Verdict::Fail, "methods"),
            ("methods", |facts| facts.places[2].locks = None, Verdict::Unknown, "connect"),
            ("methods", |facts| drop(facts.places.drain(..2)), Verdict::Fail, "methods_added"),
            ("detached", |facts| facts.places[1].due = Some(ago(1)), Verdict::Fail, "overdue"),
            ("detached", |facts| facts.places[1].out = None, Verdict::Fail, "unplug"),
            ("detached", |facts| drop(facts.places.remove(1)), Verdict::Fail, "rotation"),
        ]
    }

    #[test]
    fn each_rule_fails_or_cannot_tell_for_its_own_reason() {
        for (number, (code, change, expected, next)) in cases().into_iter().enumerate() {
            assert_eq!(verdict(code, change), (expected, Some(next)), "case {number}: {code}");
        }
        assert_eq!(verdict("unwritable", |facts| drop(facts.places.remove(1))), (Verdict::Pass, None), "locks alone");
        assert_eq!(verdict("unwritable", |facts| drop(facts.places.pop())), (Verdict::Pass, None), "a disk alone");
        // A server that does not answer is a server all the same: nobody is told to add one.
        let away = verdict("methods", |facts| {
            let server = &mut facts.places[2];
            (server.connected, server.number, server.locks) = (false, 0, None);
        });
        assert_eq!(away, (Verdict::Unknown, Some("connect")));
        let receiver = |connected, tried: Option<Vec<String>>| {
            verdict("unwritable", move |facts| {
                facts.places.truncate(1);
                let place = &mut facts.places[0];
                (place.kind, place.connected, place.tried) = (Kind::Receiver, connected, tried);
            })
        };
        assert_eq!(receiver(true, Some(Vec::new())), (Verdict::Pass, None), "a receiver alone");
        assert_eq!(receiver(true, Some(vec!["delete".into()])), (Verdict::Fail, Some("unwritable")));
        assert_eq!(receiver(true, None), (Verdict::Unknown, Some("probe")));
        assert_eq!(receiver(false, None), (Verdict::Unknown, Some("connect")), "one that does not answer");
        let light = |light| verdict("proofs", move |facts| facts.standing.readable.1 = light);
        assert_eq!(light(Light::Amber), (Verdict::Unknown, Some("proofs")));
        assert_eq!(light(Light::Red), (Verdict::Fail, Some("proofs")));
    }
}
