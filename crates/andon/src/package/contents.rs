//! Which tables go into which package. Pure.

use super::Kind;
use super::held::{self, Held};
use super::make::Order;
use super::recorded;
use super::table::{Column, Row, Table, free, named, ours};
use crate::text::Words;

/// 区分 of lines that concern an attack: not requests between departments, not the press. 安全 has the first signs of it too.
pub(super) const OF_ATTACK: [&str; 6] = ["info", "report", "order", "decision", "outside", "safety"];
/// Registers that a panel of experts is shown as they stand.
const FOR_EXPERTS: [&str; 10] =
    ["systems", "services", "plans", "meetings", "rules", "promises", "costs", "notices", "capability", "reports"];

/// The tables of a package, as they were said.
pub fn of(order: &Order, held: &Held, t: Words) -> Vec<Table> {
    match order.kind {
        Kind::Police => police(order, held, t),
        Kind::Experts => experts(held, t),
        Kind::Publication => vec![publication(held, t)],
    }
}

/// Devices with all that was done with them, logs, custody, the attack's lines, the attacker's words, leaked accounts, attachments, and
/// what was handed over before.
fn police(order: &Order, held: &Held, t: Words) -> Vec<Table> {
    let wanted = |category: &str| match order.categories.is_empty() {
        true => OF_ATTACK.contains(&category),
        false => order.categories.iter().any(|word| word == category),
    };
    let lines: Vec<_> = held
        .lines
        .iter()
        .filter(|line| wanted(&line.said.category) && !recorded::is_of_a_package(line))
        .cloned()
        .collect();
    vec![
        held::devices(&held.devices, false, t),
        held::device_history(&held.devices, t),
        held::devices(&held.devices, true, t),
        held::items("evidence", held.items("evidence"), t),
        held::history("evidence-history", "evidence", held.items("evidence"), t),
        held::items("demands", held.items("demands"), t),
        held::items("leaks", held.items("leaks"), t),
        held::history("leaks-history", "leaks", held.items("leaks"), t),
        held::chronology(lines.iter(), &held.members, t),
        held::attachments(&lines, t),
        recorded::before(&held.lines, t),
    ]
}

/// What happened, what was decided, what stood still until when, what it cost, what was learnt.
fn experts(held: &Held, t: Words) -> Vec<Table> {
    let own = held.lines.iter().filter(|line| line.is_of_headquarters() || line.key);
    let mut tables = vec![
        held::decisions(&held.said, t),
        held::chronology(own, &held.members, t),
        held::device_counts(&held.devices, t),
    ];
    tables.push(held::devices(&held.devices, false, t));
    tables.push(held::device_history(&held.devices, t));
    tables.extend(FOR_EXPERTS.iter().map(|code| held::items(code, held.items(code), t)));
    tables.push(held::history("services-history", "services", held.items("services"), t));
    tables.push(held::history("systems-history", "systems", held.items("systems"), t));
    tables.push(held::history("plans-history", "plans", held.items("plans"), t));
    tables.push(held::history("rules-history", "rules", held.items("rules"), t));
    tables
}

/// ★要点 and what was promoted, without what was struck: when, from whom to whom, what.
fn publication(held: &Held, t: Words) -> Table {
    let heads = [
        ("no", "devices-number"),
        ("event_time", "package-at"),
        ("category", "command-category"),
        ("from", "command-from"),
        ("to", "command-to"),
        ("text", "command-text"),
    ];
    let shown = held.lines.iter().filter(|line| (line.key || line.promoted.is_some()) && line.struck.is_none());
    let rows = shown.map(|line| {
        let said = &line.said;
        let about = if said.about == "1" { t.text("command-about-mark") } else { String::new() };
        let cells = vec![
            ours(&said.number),
            ours(format!("{}{about}", line.told.at)),
            ours(t.word("command-category", &said.category)),
            named(&said.from),
            named(&said.to),
            free(&line.text),
        ];
        Row { cells, struck: false, doubtful: line.doubtful }
    });
    let columns = heads.map(|(code, key)| Column { code, title: t.text(key) }).to_vec();
    Table { code: "timeline", title: t.word("package-table", "timeline"), columns, rows: rows.collect() }
}
