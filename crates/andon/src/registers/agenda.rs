//! 議題, drawn together from what the registers say: what two said apart, what departments report, what is late, what is to be decided.
//! Pure.

use std::collections::BTreeSet;
use std::sync::Arc;

use chart::Moment;

use super::{Item, Present, Register};

/// What is owed within this time is on the agenda, hours.
const SOON_HOURS: i64 = 24;

/// One section of the agenda.
#[derive(Debug)]
pub struct Section {
    /// Its code; its words are in the texts.
    pub code: &'static str,
    /// The items it is about, each with its register.
    pub items: Vec<(&'static Register, Arc<Item>)>,
    /// Departments that have something open and have reported nothing.
    pub departments: Vec<String>,
}

/// The agenda as the registers stand now; sections that have nothing are left out.
pub fn agenda(present: &Present, now: Moment) -> Vec<Section> {
    let soon = Moment(now.0.saturating_add(SOON_HOURS * 3_600_000));
    let all = || present.iter().flat_map(|(of, items)| items.iter().map(move |item| (*of, item)));
    let section = |code: &'static str, wanted: &dyn Fn(&'static Register, &Item) -> bool| Section {
        code,
        items: all().filter(|(of, item)| wanted(of, item)).map(|(of, item)| (of, Arc::clone(item))).collect(),
        departments: Vec::new(),
    };
    let is = |of: &Register, item: &Item, code: &str, states: &[&str]| {
        of.code == code && item.struck.is_none() && states.contains(&item.state)
    };
    let sections = [
        section("doubtful", &|_, item| item.doubtful),
        section("reports", &|of, item| is(of, item, "reports", &["new"])),
        Section { code: "silent", items: Vec::new(), departments: silent(present) },
        section("late", &|of, item| of.code != "notices" && item.is_late(of, now)),
        section("answered", &|of, item| is(of, item, "tasks", &["answered"])),
        section("notices", &|of, item| of.code == "notices" && item.is_late(of, soon)),
        section("decide", &|of, item| {
            is(of, item, "rules", &["proposed"]) || is(of, item, "plans", &["considered", "chosen", "doing"])
        }),
        section("services", &|of, item| is(of, item, "services", &["stopped", "limited"])),
    ];
    sections.into_iter().filter(|section| !section.items.is_empty() || !section.departments.is_empty()).collect()
}

/// Departments of whom something is wanted and nothing new is reported.
fn silent(present: &Present) -> Vec<String> {
    let of = |code: &str, open: bool| {
        let items = present.iter().filter(|(of, _)| of.code == code).flat_map(|(of, items)| {
            items.iter().filter(move |item| item.struck.is_none() && (!open || item.is_open(of)))
        });
        items.map(|item| item.value("department").to_owned()).filter(|name| !name.is_empty()).collect::<BTreeSet<_>>()
    };
    let reported = of("reports", true);
    let asked: BTreeSet<String> = ["tasks", "services"].into_iter().flat_map(|code| of(code, true)).collect();
    let known = &asked | &of("reports", false);
    known.difference(&reported).cloned().collect()
}
