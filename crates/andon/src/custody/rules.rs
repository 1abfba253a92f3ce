//! How the vault stands, from what is known of it. Pure.
//!
//! The whole is as bad as the worst of: how long something has waited to be sealed, each place it is kept, and the three proofs. Red outranks
//! amber outranks green, and what was never proved is at best amber.

use chart::Moment;
use serde::Serialize;

use super::seal::LAG_MINUTES;
use super::trouble::{self, Answered};

/// How good something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// As it should be.
    #[default]
    Green,
    /// To be looked at.
    Amber,
    /// To be acted on now.
    Red,
}

impl Light {
    /// Its word in texts.
    pub fn word(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Amber => "amber",
            Light::Red => "red",
        }
    }

    /// Its letter beside the word, so that it is told without its colour.
    pub fn letter(self) -> &'static str {
        match self {
            Light::Green => "○",
            Light::Amber => "△",
            Light::Red => "×",
        }
    }

    /// The kind of its mark on a page.
    pub fn class(self) -> &'static str {
        match self {
            Light::Green => "quiet",
            Light::Amber => "note",
            Light::Red => "warn",
        }
    }
}

/// Waiting longer than this is amber, and than this red, minutes: a seal that was missed three times, and an hour.
const WAITING_AMBER: i64 = 3 * LAG_MINUTES;
const WAITING_RED: i64 = 60;
const DAY: i64 = 24 * 60;
/// Clocks may be so far apart, minutes.
const CLOCK_MINUTES: i64 = 10;
/// Every byte is read back within so many days; twice that is red.
pub const HELD_DAYS: i64 = 7;
/// A prover opens it within so many days.
pub const READABLE_DAYS: i64 = 35;
/// Officers open it in a drill within so many days: twice a year.
pub const RECOVERABLE_DAYS: i64 = 190;

/// What is known of one proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proved {
    /// When it was last shown.
    pub at: Option<Moment>,
    /// When something was last found wrong that was not mended since.
    pub fault: Option<Moment>,
}

impl Proved {
    fn light(self, days: i64, red_when_old: bool, now: Moment) -> Light {
        if self.fault.is_some() {
            return Light::Red;
        }
        match self.at.map(|at| at.minutes_until(now)) {
            // What was shown in the future was shown by a clock that was ahead: nobody knows when.
            Some(age) if (-CLOCK_MINUTES..=days * DAY).contains(&age) => Light::Green,
            Some(age) if age > 2 * days * DAY && red_when_old => Light::Red,
            _ => Light::Amber,
        }
    }
}

/// What is known of a place where the vault is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// Where.
    pub place: String,
    /// Comes back within so many days; 0 for what is always there.
    pub days: u32,
    /// The last segment it has.
    pub number: u32,
    /// When that was put.
    pub put: Option<Moment>,
    /// Its medium is in now.
    pub is_in: bool,
    /// Since when it is in, or out.
    pub since: Option<Moment>,
    /// When every byte of it was last read back.
    pub held: Option<Moment>,
    /// When something was found wrong of it that was not mended since.
    pub fault: Option<Moment>,
    /// The reading that is going on.
    pub round: Option<RoundLine>,
    /// What it last answered, of a place on another machine.
    pub answer: Option<Answered>,
    /// The last probe of a server found a way round its locks.
    pub unguarded: bool,
}

/// How far reading back is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RoundLine {
    /// Segments that were read.
    pub number: u32,
    /// Segments in all.
    pub upto: u32,
    /// Bytes that were read.
    pub read: u64,
    /// Bytes in all, about.
    pub total: u64,
    /// Since when.
    pub began: Moment,
}

/// Everything that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Segments there are.
    pub number: u32,
    /// When the last was closed.
    pub sealed: Option<Moment>,
    /// Since when the oldest entry waits that is not sealed.
    pub waiting: Option<Moment>,
    /// Somebody can open it.
    pub recipients: usize,
    /// Where it is kept.
    pub kept: Vec<Kept>,
    /// Opened and compared by a prover.
    pub readable: Proved,
    /// The prover could not open or compare everything.
    pub readable_in_part: bool,
    /// When it was last opened by hand, with a key: shown, and no proof.
    pub opened_by_hand: Option<Moment>,
    /// Opened by officers.
    pub recoverable: Proved,
}

/// One place, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptLine {
    /// Its name.
    pub name: String,
    /// Where.
    pub place: String,
    /// The last segment it has.
    pub number: u32,
    /// Segments it has not.
    pub behind: u32,
    /// A removable disk of a rotation.
    pub removable: bool,
    /// In now.
    pub is_in: bool,
    /// In or out since.
    pub since: Option<Moment>,
    /// When a disk that is out is to come back.
    pub due: Option<Moment>,
    /// When it was last put to.
    pub put: Option<Moment>,
    /// How good.
    pub light: Light,
    /// When every byte of it was last read back, and how good that is.
    pub held: (Option<Moment>, Light),
    /// Until when every byte of it is to be read back again.
    pub held_due: Option<Moment>,
    /// The reading that is going on.
    pub round: Option<RoundLine>,
    /// When something was found wrong there that was not mended since.
    pub fault: Option<Moment>,
    /// What it last answered, of a place on another machine.
    pub answer: Option<Answered>,
    /// The last probe of a server found a way round its locks.
    pub unguarded: bool,
    /// How good it is but for what was read back there.
    #[serde(skip)]
    own: Light,
}

impl KeptLine {
    /// Whether it is one of those that a word of [`Standing::why`] speaks of.
    fn is_why(&self, word: &str) -> bool {
        match word {
            "target" => self.own > Light::Green,
            "held" => self.held.1 > Light::Green && self.fault.is_none(),
            "changed" => self.fault.is_some(),
            "unguarded" => self.unguarded,
            _ => false,
        }
    }

    /// Where its medium is, as a word of texts.
    pub fn medium(&self) -> &'static str {
        match (self.removable, self.is_in) {
            (true, true) => "in",
            (true, false) => "out",
            (false, true) => "there",
            (false, false) => "not-there",
        }
    }
}

/// How the vault stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The worst of all below.
    pub light: Light,
    /// Why it is not green: stable words.
    pub why: Vec<&'static str>,
    /// Segments there are.
    pub number: u32,
    /// When the last was closed.
    pub sealed: Option<Moment>,
    /// Since when the oldest entry waits that is not sealed.
    pub waiting: Option<Moment>,
    /// How good that is.
    pub sealing: Light,
    /// When every byte was last read back.
    pub held: (Option<Moment>, Light),
    /// When it was last opened and compared.
    pub readable: (Option<Moment>, Light),
    /// When officers last opened it.
    pub recoverable: (Option<Moment>, Light),
    /// Until when each of the three is to be shown again.
    pub due: [Option<Moment>; 3],
    /// The prover could not open or compare everything.
    pub readable_in_part: bool,
    /// When it was last opened by hand, with a key: shown, and no proof.
    pub opened_by_hand: Option<Moment>,
    /// Something unplugged holds a copy.
    pub away: bool,
    /// Where it is kept.
    pub targets: Vec<KeptLine>,
}

impl Standing {
    /// The places that a word of `why` speaks of; none where it is of no place.
    pub fn places(&self, why: &str) -> Vec<&str> {
        self.targets.iter().filter(|line| line.is_why(why)).map(|line| line.name.as_str()).collect()
    }
}

/// How the vault stands now.
pub fn standing(known: &Known, now: Moment) -> Standing {
    let targets: Vec<KeptLine> = known.kept.iter().map(|kept| line(kept, known.number, now)).collect();
    let away = targets.iter().any(|line| line.removable && !line.is_in && line.number > 0);
    let sealing = match known.waiting.map(|since| since.minutes_until(now)) {
        Some(minutes) if minutes > WAITING_RED => Light::Red,
        Some(minutes) if minutes > WAITING_AMBER => Light::Amber,
        _ => Light::Green,
    };
    let held = held(known);
    let held_light = held.light(HELD_DAYS, true, now);
    // What a prover could not open or compare is not proved, however much it did.
    let in_part = if known.readable_in_part { Light::Amber } else { Light::Green };
    let readable = known.readable.light(READABLE_DAYS, false, now).max(in_part);
    let recoverable = known.recoverable.light(RECOVERABLE_DAYS, false, now);
    let worst_place = targets.iter().map(|line| line.own).max().unwrap_or(Light::Green);
    let unguarded = if targets.iter().any(|line| line.unguarded) { Light::Amber } else { Light::Green };
    // Found to be otherwise than sealed is one thing, not read yet another.
    let changed = if held.fault.is_some() { Light::Red } else { Light::Green };
    let unread = targets.iter().filter(|line| line.fault.is_none()).map(|line| line.held.1).max();
    let unread = unread.unwrap_or(if targets.is_empty() { held_light } else { Light::Green });
    let set_up = if targets.is_empty() || known.recipients == 0 { Light::Red } else { Light::Green };
    let one_copy = if away { Light::Green } else { Light::Amber };
    let parts = [
        (set_up, "not_set_up"),
        (sealing, "waiting"),
        (worst_place, "target"),
        (changed, "changed"),
        (unread, "held"),
        (unguarded, "unguarded"),
        (readable, "readable"),
        (recoverable, "recoverable"),
        (one_copy, "nothing_away"),
    ];
    let light = parts.iter().map(|(light, _)| *light).max().unwrap_or_default();
    let mut why: Vec<_> = parts.iter().filter(|(light, _)| *light > Light::Green).collect();
    why.sort_by_key(|(light, _)| std::cmp::Reverse(*light));
    Standing {
        light,
        why: why.into_iter().map(|(_, word)| *word).collect(),
        number: known.number,
        sealed: known.sealed,
        waiting: known.waiting,
        sealing,
        held: (held.at, held_light),
        readable: (known.readable.at, readable),
        recoverable: (known.recoverable.at, recoverable),
        due: [
            due(held.at, HELD_DAYS),
            due(known.readable.at, READABLE_DAYS),
            due(known.recoverable.at, RECOVERABLE_DAYS),
        ],
        readable_in_part: known.readable_in_part,
        opened_by_hand: known.opened_by_hand,
        away,
        targets,
    }
}

/// Every place must have been read back: the oldest counts, and any fault.
fn held(known: &Known) -> Proved {
    let fault = known.kept.iter().filter_map(|kept| kept.fault).max();
    let oldest = known.kept.iter().map(|kept| kept.held).min().flatten();
    Proved { at: oldest.filter(|_| fault.is_none()), fault }
}

fn due(at: Option<Moment>, days: i64) -> Option<Moment> {
    at.map(|at| at.plus_days(days))
}

/// How good it is that another machine answers so.
fn answers(answer: &Answered, now: Moment) -> Light {
    match (answer.code.as_str(), answer.since) {
        (trouble::OK, _) => Light::Green,
        (_, Some(since)) if since.minutes_until(now) > WAITING_RED => Light::Red,
        _ => Light::Amber,
    }
}

fn line(kept: &Kept, number: u32, now: Moment) -> KeptLine {
    let removable = kept.days > 0;
    let back = kept.since.filter(|_| removable && !kept.is_in).map(|since| since.plus_days(i64::from(kept.days)));
    let behind = number.saturating_sub(kept.number);
    let lacks = match kept.put.map(|put| put.minutes_until(now)) {
        _ if behind == 0 => Light::Green,
        Some(minutes) if minutes > WAITING_RED => Light::Red,
        _ => Light::Amber,
    };
    let own = match (removable, kept.is_in, &kept.answer) {
        (_, _, Some(answer)) => answers(answer, now).max(lacks),
        (true, false, _) if back.is_some_and(|due| due < now) => Light::Red,
        (true, false, _) if kept.number == 0 => Light::Amber,
        (true, false, _) => Light::Green,
        (false, false, _) => Light::Red,
        (_, true, _) => lacks,
    };
    let held = Proved { at: kept.held, fault: kept.fault }.light(HELD_DAYS, true, now);
    let unguarded = if kept.unguarded { Light::Amber } else { Light::Green };
    KeptLine {
        name: kept.name.clone(),
        place: kept.place.clone(),
        number: kept.number,
        behind,
        removable,
        is_in: kept.is_in,
        since: kept.since,
        due: back,
        put: kept.put,
        light: own.max(held).max(unguarded),
        held: (kept.held, held),
        held_due: due(kept.held, HELD_DAYS),
        round: kept.round,
        fault: kept.fault,
        answer: kept.answer.clone(),
        unguarded: kept.unguarded,
        own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_635_607_800_000);

    fn ago(minutes: i64) -> Moment {
        Moment(NOW.0 - minutes * 60_000)
    }

    fn answer(code: &str, minutes: i64) -> Answered {
        let since = Some(ago(minutes));
        Answered { code: code.to_owned(), since, at: Some(NOW), detail: String::new() }
    }

    fn good() -> Known {
        let proved = |days: i64| Proved { at: Some(ago(days * DAY)), fault: None };
        let held = proved(1).at;
        let disk = Kept { name: "A".into(), number: 9, put: Some(ago(3)), is_in: true, held, ..Kept::default() };
        let away = Kept { name: "B".into(), days: 7, number: 7, since: Some(ago(3 * DAY)), held, ..Kept::default() };
        let (readable, recoverable) = (proved(20), proved(100));
        let (number, sealed, kept) = (9, Some(ago(3)), vec![disk, away]);
        Known { number, sealed, recipients: 1, kept, readable, recoverable, ..Known::default() }
    }

    fn with(change: impl FnOnce(&mut Known)) -> (Light, Vec<&'static str>) {
        let mut known = good();
        change(&mut known);
        let standing = standing(&known, NOW);
        (standing.light, standing.why)
    }

    #[test]
    fn the_whole_is_as_bad_as_the_worst_part() {
        assert_eq!(with(|_| ()), (Light::Green, vec![]));
        type Change<'a> = &'a dyn Fn(&mut Known);
        let cases: [(Change<'_>, Light, &str); 24] = [
            (&|known| known.waiting = Some(ago(10)), Light::Green, ""),
            (&|known| known.waiting = Some(ago(20)), Light::Amber, "waiting"),
            (&|known| known.waiting = Some(ago(61)), Light::Red, "waiting"),
            (&|known| known.kept[1].held = None, Light::Amber, "held"),
            (&|known| known.kept[0].held = Some(ago(8 * DAY)), Light::Amber, "held"),
            (&|known| known.kept[1].held = Some(ago(15 * DAY)), Light::Red, "held"),
            (&|known| known.kept[0].fault = Some(ago(1)), Light::Red, "changed"),
            // A fault that was not mended stays, however much was read back elsewhere meanwhile.
            (&|known| known.kept[1].fault = Some(ago(9 * DAY)), Light::Red, "changed"),
            (&|known| known.readable.at = None, Light::Amber, "readable"),
            // Opened by hand with a key, and no prover: shown, and no proof.
            (&|known| (known.readable.at, known.opened_by_hand) = (None, Some(ago(1))), Light::Amber, "readable"),
            (&|known| known.readable_in_part = true, Light::Amber, "readable"),
            (&|known| known.readable = Proved { at: None, fault: Some(ago(1)) }, Light::Red, "readable"),
            (&|known| known.readable.at = Some(ago(-DAY)), Light::Amber, "readable"),
            (&|known| known.recoverable.at = Some(ago(900 * DAY)), Light::Amber, "recoverable"),
            (&|known| known.recipients = 0, Light::Red, "not_set_up"),
            (&|known| known.kept[0].number = 8, Light::Amber, "target"),
            (&|known| known.kept[0].is_in = false, Light::Red, "target"),
            (&|known| known.kept[1].since = Some(ago(8 * DAY)), Light::Red, "target"),
            (&|known| known.kept[1].is_in = true, Light::Amber, "target"),
            // Another machine, with nothing new to put: whether it answers is what counts.
            (&|known| known.kept[0].answer = Some(answer("ok", 90)), Light::Green, ""),
            (&|known| known.kept[0].answer = Some(answer("silent", 5)), Light::Amber, "target"),
            (&|known| known.kept[0].answer = Some(answer("silent", 61)), Light::Red, "target"),
            (&|known| known.kept[0].answer = Some(Answered::never()), Light::Amber, "target"),
            (&|known| known.kept[0].unguarded = true, Light::Amber, "unguarded"),
        ];
        for (number, (change, light, why)) in cases.iter().enumerate() {
            let (found, words) = with(change);
            assert_eq!(found, *light, "case {number}: {words:?}");
            assert!(why.is_empty() == words.is_empty() && words.first().is_none_or(|first| first == why), "{words:?}");
        }
    }

    #[test]
    fn a_place_is_as_bad_as_what_was_read_there_and_each_reason_names_its_places() {
        let mut known = good();
        known.kept[0].fault = Some(ago(1));
        known.kept[1].held = None;
        let standing = standing(&known, NOW);
        assert_eq!(standing.targets[0].light, Light::Red);
        assert_eq!((standing.places("changed"), standing.places("held")), (vec!["A"], vec!["B"]));
        assert!(standing.places("target").is_empty() && standing.places("readable").is_empty());
        assert_eq!(standing.why, ["changed", "held"]);
    }

    #[test]
    fn red_stands_before_amber_and_nothing_hides_it() {
        let (light, why) = with(|known| {
            (known.readable.at, known.recoverable.at) = (None, None);
            known.waiting = Some(ago(90));
        });
        assert_eq!((light, why), (Light::Red, vec!["waiting", "readable", "recoverable"]));
    }

    #[test]
    fn what_has_no_place_yet_is_red() {
        let (light, why) = with(|known| known.kept.clear());
        assert_eq!((light, why), (Light::Red, vec!["not_set_up", "held", "nothing_away"]));
    }
}
