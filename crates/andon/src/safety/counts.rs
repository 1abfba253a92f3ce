//! Reports counted by cause and week, and what was changed in each week. Pure.

use std::sync::Arc;

use chart::{Moment, When};
use serde::Serialize;

use crate::registers::{CAUSES, Item, OF_PAPER};

const DAY_MILLIS: i64 = 86_400_000;

/// A rule or form that was changed because of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The report's number.
    pub report: String,
    /// What was changed: a rule's number, a form.
    pub changed: String,
    /// The day, `YYYY-MM-DD`; empty where nobody said.
    pub on: String,
}

/// Reports of one cause.
#[derive(Clone, Debug, Serialize)]
pub struct Cause {
    /// Its code; empty for reports without a cause.
    pub cause: &'static str,
    /// Whether it is of working on paper.
    pub of_paper: bool,
    /// How many in each of the weeks.
    pub weeks: Vec<usize>,
    /// How many in all, earlier ones too.
    pub all: usize,
    /// What was changed because of them, oldest first.
    pub changes: Vec<Change>,
}

/// What was reported.
#[derive(Clone, Debug, Serialize)]
pub struct Counts {
    /// The Mondays on which the weeks begin, `YYYY-MM-DD`, the oldest first; the last is this week.
    pub weeks: Vec<String>,
    /// Causes of which there is a report, in the order of the register.
    pub causes: Vec<Cause>,
    /// Reports in each of the weeks.
    pub totals: Vec<usize>,
    /// Reports in all.
    pub all: usize,
    /// How many of them are of working on paper.
    pub of_paper: usize,
}

/// Counts what stands, over so many weeks up to now.
pub fn counts(items: &[Arc<Item>], weeks: usize, now: Moment) -> Counts {
    let last = monday(now);
    let begins: Vec<Moment> = (0..weeks as i64).rev().map(|back| last.plus_days(-7 * back)).collect();
    let standing: Vec<&Arc<Item>> = items.iter().filter(|item| item.struck.is_none()).collect();
    let of = |cause: &'static str, of_paper| {
        let items: Vec<&Arc<Item>> = standing.iter().copied().filter(|item| item.value("cause") == cause).collect();
        let weeks = begins.iter().map(|week| items.iter().filter(|item| monday(at(item)) == *week).count()).collect();
        let mut changes: Vec<Change> = items.iter().filter_map(|item| change(item)).collect();
        changes.sort_by(|one, other| one.on.cmp(&other.on));
        Cause { cause, of_paper, weeks, all: items.len(), changes }
    };
    let causes = CAUSES.iter().enumerate().map(|(at, cause)| of(cause, at < OF_PAPER));
    let causes: Vec<Cause> = causes.chain([of("", false)]).filter(|cause| cause.all > 0).collect();
    Counts {
        weeks: begins.iter().map(|week| week.day().iso()).collect(),
        totals: (0..weeks).map(|week| causes.iter().map(|cause| cause.weeks[week]).sum()).collect(),
        all: causes.iter().map(|cause| cause.all).sum(),
        of_paper: causes.iter().filter(|cause| cause.of_paper).map(|cause| cause.all).sum(),
        causes,
    }
}

fn change(item: &Item) -> Option<Change> {
    let changed = item.value("changed");
    let on = item.value("changed_on").chars().take(10).collect();
    (!changed.is_empty()).then(|| Change { report: item.number.clone(), changed: changed.to_owned(), on })
}

/// When it happened, as it says, else when it was entered.
fn at(item: &Item) -> Moment {
    let digits: String = item.value("at").chars().take(10).filter(|character| *character != '-').collect();
    let said = When::parse(&digits).map(|day| day.start);
    said.or_else(|| item.entered().map(|told| told.at)).unwrap_or(Moment(0))
}

/// The Monday, in Japan, of the week that a moment is in.
fn monday(at: Moment) -> Moment {
    let day = at.day().start;
    // The first of January 1970 was a Thursday: three days after a Monday.
    let days = (day.0 + 9 * 3_600_000).div_euclid(DAY_MILLIS) + 3;
    day.plus_days(-days.rem_euclid(7))
}
