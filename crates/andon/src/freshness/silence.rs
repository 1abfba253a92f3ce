//! When silence becomes an alarm. Pure.
//!
//! A source is *silent* when nothing came for longer than its limit. A data kind has no limit of its own: late output
//! is legal in SS-MIX2 (meal orders may come in bulk at discharge, standards §0.7), so a kind's age is shown and only
//! the source is judged. Sources that lie side by side in one folder are the volumes of one storage, split by period
//! or kind (standards §1.1): a volume may rest while another has news, and is then *quiet*, which is no alarm
//! (docs/decisions/0007-silence-by-storage.md).

use chart::Moment;
use store::Source;

/// How a source stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its first reading is not over: charts are not whole yet.
    Reading,
    /// Something came within the limit.
    Fresh,
    /// Nothing has come yet, and its first limit has not passed.
    Never,
    /// Nothing came for longer than the limit, but another volume of the same storage has news.
    Quiet,
    /// Nothing came for longer than the limit.
    Silent,
    /// Something is wrong with it now: its storage is not there, cannot be read, or is over its budget.
    Trouble,
    /// What comes is held back by the gate ([`crate::hold`]); nothing of it counts.
    Held,
}

impl State {
    /// Turns the top bar of every page red.
    pub fn is_red(self) -> bool {
        matches!(self, State::Silent | State::Trouble | State::Held)
    }

    /// The word for programs and text keys.
    pub fn code(self) -> &'static str {
        match self {
            State::Reading => "reading",
            State::Fresh => "fresh",
            State::Never => "never",
            State::Quiet => "quiet",
            State::Silent => "silent",
            State::Trouble => "trouble",
            State::Held => "held",
        }
    }
}

/// When a source last had news: the newest 発生日時 it sent, but never later than we received it. A tree read today that
/// ends five years ago is five years old; a sender whose clock runs ahead makes nothing newer than our own clock says.
pub fn last_news(last_sent: Option<Moment>, last_received: Option<Moment>) -> Option<Moment> {
    last_received.map(|received| last_sent.map_or(received, |sent| sent.min(received)))
}

/// How each source stands at `now`, by its last news ([`last_news`]), in the order given.
pub fn of_sources(sources: &[(&Source, Option<Moment>)], now: Moment) -> Vec<State> {
    let alone: Vec<State> = sources.iter().map(|(source, news)| of_source(source, *news, now)).collect();
    let storage = |at: usize| sources.get(at).map(|(source, _)| (source.root.parent(), &source.authority));
    let has_news = |at: usize| {
        (0..sources.len()).any(|other| alone.get(other) == Some(&State::Fresh) && storage(other) == storage(at))
    };
    let judged = alone.iter().enumerate().map(|(at, state)| match state {
        State::Silent if has_news(at) => State::Quiet,
        state => *state,
    });
    judged.collect()
}

fn of_source(source: &Source, last_news: Option<Moment>, now: Moment) -> State {
    let limit = i64::from(source.silence_minutes);
    let over = |moment: Moment| moment.minutes_until(now) >= limit;
    match last_news {
        _ if source.trouble.is_some() => State::Trouble,
        // A new source gets as long as any silence may last before its first message is missed.
        Some(_) if source.last_contact.is_none() => State::Reading,
        None if over(source.added) => State::Silent,
        None => State::Never,
        Some(last) if over(last) => State::Silent,
        Some(_) => State::Fresh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_rests_while_its_neighbour_has_news() {
        let volume = |root: &str| Source { root: root.into(), ..source(None) };
        let (one, two, other) = (volume("/emr/std1"), volume("/emr/std2"), volume("/lab/std"));
        let (old, new, now) = (Some(Moment(0)), Some(Moment(90 * 60_000)), Moment(100 * 60_000));
        let states =
            |news: [Option<Moment>; 3]| of_sources(&[(&one, news[0]), (&two, news[1]), (&other, news[2])], now);
        assert_eq!(states([old, new, new]), [State::Quiet, State::Fresh, State::Fresh]);
        assert_eq!(states([old, old, new]), [State::Silent, State::Silent, State::Fresh]);
        assert_eq!(states([new, new, old]), [State::Fresh, State::Fresh, State::Silent]);
    }

    fn source(trouble: Option<&str>) -> Source {
        Source {
            no: 1,
            name: "std1".into(),
            authority: "here".into(),
            root: "/".into(),
            added: Moment(0),
            silence_minutes: 60,
            last_position: 0,
            last_contact: Some(Moment(0)),
            trouble: trouble.map(str::to_owned),
            held_bytes: 0,
            budget_bytes: 0,
        }
    }

    #[test]
    fn until_the_first_look_is_over_a_source_is_being_read() {
        let first = Source { last_contact: None, ..source(None) };
        assert_eq!(of_sources(&[(&first, Some(Moment(0)))], Moment(1)), [State::Reading]);
        assert_eq!(of_sources(&[(&first, None)], Moment(1)), [State::Never]);
    }

    #[test]
    fn silence_begins_at_the_limit_and_trouble_comes_first() {
        for (received, trouble, now, want) in [
            (None, None, 59, State::Never),
            (None, None, 60, State::Silent),
            (Some(10), None, 69, State::Fresh),
            (Some(10), None, 70, State::Silent),
            (Some(10), Some("mount_gone"), 11, State::Trouble),
            (None, Some("unreadable"), 1, State::Trouble),
            (Some(200), None, 100, State::Fresh),
        ] {
            let received = received.map(|minutes: i64| Moment(minutes * 60_000));
            let state = of_source(&source(trouble), received, Moment(now * 60_000));
            assert_eq!(state, want, "{received:?} at {now}");
            assert_eq!(state.is_red(), matches!(want, State::Silent | State::Trouble));
        }
    }
}
