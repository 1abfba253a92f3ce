//! 病名: problems with onset and first-visit dates, and the neutral mark for what the patient was not told.

use std::sync::Arc;

use serde::Serialize;

use crate::fact::Problem;
use crate::item::{Item, Standing, View};
use crate::stays::FirstVisit;
use crate::when::When;

/// A problem as staff see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProblemEntry {
    /// As sent.
    #[serde(flatten)]
    pub problem: Arc<Problem>,
    /// True when the patient was not told (PRB-25 未告知).
    pub untold: bool,
    /// `◇` for untold, else empty: neutral, because screens face patients (users.md 3).
    pub mark: &'static str,
    /// False when it has ended by the moment asked for.
    pub active: bool,
    /// First visit to its department, where it lies before the diagnosis: for certificates that ask 初診日.
    pub first_visit: Option<When>,
}

/// 転帰 (HL70241) that ends a problem.
fn is_over(outcome: &str) -> bool {
    matches!(outcome, "D" | "F" | "R" | "S")
}

/// Problems, active ones first, newest first.
pub(crate) fn problems(view: &View<'_>, first_visits: &[FirstVisit]) -> Vec<Item<ProblemEntry>> {
    let items = view.items(|problem: &Problem| problem.diagnosed.or(problem.onset).or(problem.recorded));
    let entry = |mut item: Item<Problem>| {
        if item.value.action == "DE" {
            item.standing = Standing::Cancelled;
        }
        let problem = &item.value;
        let ended = problem.ended.is_some_and(|ended| view.clock.has_reached(ended.start));
        let active = item.standing == Standing::Current
            && !ended
            && !(problem.ended.is_none() && is_over(&problem.outcome.code));
        let department = &problem.department;
        let same = |visit: &&FirstVisit| !department.is_empty() && visit.department.code == department.code;
        let before = |at: &When| problem.diagnosed.is_none_or(|diagnosed| at.start < diagnosed.end());
        let first_visit = first_visits.iter().find(same).map(|visit| visit.at).filter(before);
        let untold = problem.untold();
        let mark = if untold { "◇" } else { "" };
        item.map(|problem| ProblemEntry { problem, untold, mark, active, first_visit })
    };
    let mut entries: Vec<_> = items.into_iter().map(entry).collect();
    entries.sort_by_key(|item| !item.active);
    entries
}
