//! The rest of the first screenful: the most urgent rows of what stands below in full. Nothing disappears: each card says how
//! many more there are, and leads to them.

use chart::drugs::{LastGiven, Use};
use chart::exams::OrderState;
use chart::freshness::Held;
use chart::labs::LabSeries;
use chart::{Chart, Coded};

use super::results::{flag_class, value};
use super::treatment::{warnings, words};
use super::{Cell, Row, Writer, amount, cell, joined, when};

/// Rows shown of each card: what a window of 1280 × 800 holds (`crates/andon/tests/pages/every.rs`).
const DRUGS_SHOWN: usize = 6;
const PROBLEMS_SHOWN: usize = 3;
const LABS_SHOWN: usize = 6;
const ORDERS_SHOWN: usize = 3;
/// Kinds whose gap is told at first sight: injections given, injections, prescriptions, laboratory results.
const GAPS_FIRST: [&str; 4] = ["OMP-12", "OMP-02", "OMP-01", "OML-11"];
/// An abnormal result of this many minutes still comes before a newer normal one: a week of a ward.
const RECENT_MINUTES: i64 = 7 * 24 * 60;

/// Weight and height older than this are marked: doses are reckoned by them. Three months.
const OLD_MINUTES: i64 = 90 * 24 * 60;

/// What the first screenful shows beside who and the four answers.
pub struct First {
    /// Weight, height, kidneys, meal.
    pub body: Card,
    /// Drugs in force, high-risk first.
    pub drugs: Card,
    /// Orders nothing came back to.
    pub orders: Card,
    /// Active problems.
    pub problems: Card,
    /// Last results, abnormal first.
    pub labs: Card,
    /// 空白時間.
    pub gaps: Card,
}

/// A card: a heading, a count, some rows, and how many more there are.
pub struct Card {
    /// Heading.
    pub title: String,
    /// Behind the heading: how many there are, or that nothing is recorded.
    pub count: String,
    /// A sentence that holds for all rows.
    pub note: String,
    /// Rows shown; the first cell is the one to read.
    pub rows: Vec<Row>,
    /// Words of the link to the rest; empty where all is shown.
    pub more: String,
    /// Anchor of the section that has everything.
    pub full: &'static str,
}

impl First {
    pub(super) fn of(w: Writer<'_>, chart: &Chart) -> First {
        First {
            body: body(w, chart),
            drugs: drugs(w, chart),
            orders: orders(w, chart),
            problems: problems(w, chart),
            labs: labs(w, chart),
            gaps: gaps(w, chart),
        }
    }
}

impl Card {
    /// A card of all rows of which the first `shown` are kept.
    fn new(w: Writer<'_>, title: &str, full: &'static str, mut rows: Vec<Row>, shown: usize) -> Card {
        let all = rows.len();
        rows.truncate(shown);
        let hidden = all - rows.len();
        let more = if hidden == 0 { String::new() } else { w.t.with("more-below", hidden) };
        let count = if all == 0 { w.t.text("nothing-recorded") } else { w.t.with("count-of", all) };
        Card { title: w.t.text(title), count, note: String::new(), rows, more, full }
    }
}

/// 体重・身長, what the kidneys do (JLAC10 3C015 serum creatinine, 8A065 eGFR, or their names), and the meal.
fn body(w: Writer<'_>, chart: &Chart) -> Card {
    let mut rows = Vec::new();
    for (code, word) in [("9N006", "体重"), ("9N001", "身長")] {
        let named = |item: &Coded| item.code.starts_with(code) || item.text.contains(word);
        let newest = chart.measures.iter().find(|item| named(&item.item));
        rows.extend(newest.map(|item| {
            let value = format!("{}\u{a0}{}", item.value.value, item.value.unit.shown());
            let mut row = w.row(item, vec![cell(format!("{} {value}", item.item.shown()))]);
            if item.age_minutes > OLD_MINUTES {
                row.marks.push(w.mark("note", "old-value"));
            }
            row
        }));
    }
    rows.extend(chart.labs.iter().filter(|series| tells_kidneys(series)).map(|series| lab(w, series)));
    let meals = chart.meals.iter().filter(|meal| meal.current);
    rows.extend(meals.map(|meal| {
        let diet = joined([meal.meal.diet.shown(), &meal.meal.text]);
        w.row(meal, vec![cell(format!("{} {diet}", w.t.word("section", "meals")))])
    }));
    let shown = rows.len();
    let weighed =
        chart.measures.iter().any(|item| item.item.code.starts_with("9N006") || item.item.text.contains("体重"));
    let mut card = Card::new(w, "first-body", "measures", rows, shown);
    card.count = if weighed { String::new() } else { w.t.text("no-weight") };
    card
}

fn tells_kidneys(series: &LabSeries) -> bool {
    let item = &series.item;
    let folded = chart::fold_kana(&item.text);
    let by_code = ["3C015", "8A065"].iter().any(|code| item.code.starts_with(code));
    let by_name = folded.contains("egfr") || folded.contains("クレアチニン") && !folded.contains('尿');
    (by_code || by_name) && !series.specimen.shown().contains('尿')
}

/// Drugs and injections in force: names shared with an allergy first, then high-risk classes, then as the sections have them.
fn drugs(w: Writer<'_>, chart: &Chart) -> Card {
    let medications = chart.medications.iter().filter(|item| item.in_use.current).map(|item| {
        let drug = &item.drug;
        let how = joined([amount(&drug.dose), words(&drug.usage), until(w, &item.in_use, when(drug.end))]);
        (&item.in_use, w.row(item, vec![cell(drug.drug.shown()), cell(how)]))
    });
    let injections = chart.injections.iter().filter(|item| item.in_use.current).map(|item| {
        let injection = &item.injection;
        let names = injection.ingredients.iter().map(|part| part.drug.shown());
        let names = names.collect::<Vec<_>>().join(" + ");
        let rate = joined([amount(&injection.rate), injection.route.shown().to_owned(), words(&injection.usage)]);
        let how = joined([w.t.word("order", "injection"), rate, until(w, &item.in_use, when(injection.end))]);
        (&item.in_use, w.row(item, vec![cell(names), cell(how)]))
    });
    let mut all: Vec<(&Use, Row)> = medications.chain(injections).collect();
    all.sort_by_key(|(used, _)| (used.clashes.is_empty(), used.high_risk.is_empty()));
    // Said once where it holds for all (users.md 1 asks for it of each).
    let silent = all.iter().all(|(used, _)| matches!(used.last_given, Some(LastGiven::NoRecord)));
    let risky = all.iter().filter(|(used, _)| !used.high_risk.is_empty() || !used.clashes.is_empty()).count();
    let any = !all.is_empty();
    let rows = all.into_iter().map(|(used, mut row)| {
        row.marks.extend(warnings(w, used));
        if !silent {
            row.cells.push(cell(format!("{} {}", w.t.text("last-given"), given(w, used))));
        }
        row
    });
    let title = if w.as_of.is_past() { "first-drugs-then" } else { "first-drugs" };
    let mut card = Card::new(w, title, "medications", rows.collect(), DRUGS_SHOWN);
    if risky > 0 {
        card.count = joined([card.count, w.t.with("risky", risky)]);
    }
    if any && silent {
        card.note = w.t.text("none-given");
    }
    card
}

/// When it was last given, how long ago, and who says so; the section has the amount too.
fn given(w: Writer<'_>, used: &Use) -> String {
    match &used.last_given {
        Some(LastGiven::Recorded { time, age_minutes, completion, source, .. }) => {
            let completion = w.t.word("completion", completion);
            joined([when(*time), w.age(*age_minutes), completion, source.source.clone()])
        }
        _ => w.t.text("no-administration"),
    }
}

fn until(w: Writer<'_>, used: &Use, end: String) -> String {
    match used.in_force_until {
        _ if !end.is_empty() => format!("〜\u{a0}{end}"),
        Some(until) => format!("〜\u{a0}{}", chart::Moment(until.0 - 1).day()),
        None => w.t.text("no-end"),
    }
}

/// Orders at the stop to which nothing came back; drugs have a card of their own.
fn orders(w: Writer<'_>, chart: &Chart) -> Card {
    let drug = |category: &str| matches!(category, "prescription" | "injection" | "meal");
    let open = chart.orders.iter().filter(|item| item.state == OrderState::Open && !drug(item.category));
    let rows = open.map(|item| {
        // A panel's items are counted here and named in the section.
        let items = item.laboratory.as_ref().map(|lab| lab.items.len()).filter(|items| *items > 1);
        let what = items.map_or_else(
            || joined(&item.text),
            |items| joined([item.text.first().cloned().unwrap_or_default(), w.t.with("lab-items", items)]),
        );
        let planned = when(item.planned);
        let planned = if planned.is_empty() { planned } else { format!("{} {planned}", w.t.text("planned")) };
        w.row(item, vec![cell(format!("{} {what}", w.t.word("order", item.category))), cell(planned)])
    });
    let title = if w.as_of.is_past() { "first-orders-then" } else { "first-orders" };
    let mut card = Card::new(w, title, "orders", rows.collect(), ORDERS_SHOWN);
    if card.rows.is_empty() {
        card.count = w.t.text("none-in-copy");
    }
    card
}

fn problems(w: Writer<'_>, chart: &Chart) -> Card {
    let rows = chart.problems.iter().filter(|item| item.active).map(|item| {
        let problem = &item.problem;
        let name = if problem.label.is_empty() { problem.name.shown() } else { &problem.label };
        let suspected = if problem.suspected { w.t.text("suspected") } else { String::new() };
        let mut row = w.row(item, vec![cell(name), cell(joined([suspected, problem.department.shown().to_owned()]))]);
        if item.untold {
            row.marks.push(w.untold(item.mark));
        }
        row
    });
    Card::new(w, "section-problems", "problems", rows.collect(), PROBLEMS_SHOWN)
}

/// Last results: recent abnormal ones first, then the newest.
fn labs(w: Writer<'_>, chart: &Chart) -> Card {
    let abnormal = |series: &&LabSeries| !flag_class(&series.latest.flag).is_empty();
    let mut all: Vec<&LabSeries> = chart.labs.iter().collect();
    all.sort_by_key(|series| !(abnormal(series) && series.latest.age_minutes <= RECENT_MINUTES));
    let hidden = all.iter().skip(LABS_SHOWN).filter(|series| abnormal(series)).count();
    let mut card = Card::new(w, "first-labs", "labs", all.iter().map(|series| lab(w, series)).collect(), LABS_SHOWN);
    if hidden > 0 {
        card.more = joined([card.more, w.t.with("more-abnormal", hidden)]);
    }
    card
}

fn lab(w: Writer<'_>, series: &LabSeries) -> Row {
    let latest = &series.latest;
    let value = Cell { text: value(w, latest), class: flag_class(&latest.flag), ..Cell::default() };
    // What was remarked may be long: it is not kept on the value's line.
    w.row(latest, vec![cell(series.name.as_str()), value, cell(latest.comment.as_str())])
}

/// 空白時間 (users.md 1): first of the kinds that tell what was given and found, whatever the copy holds of them.
fn gaps(w: Writer<'_>, chart: &Chart) -> Card {
    let mut all: Vec<_> = chart.gaps.iter().collect();
    all.sort_by_key(|gap| GAPS_FIRST.iter().position(|kind| *kind == gap.kind).unwrap_or(GAPS_FIRST.len()));
    let rows = all.iter().map(|gap| {
        let length = match gap.held {
            Held::NotCopied => w.t.word("held", "not-copied"),
            _ => gap
                .gap_minutes
                .map_or_else(|| w.t.word("held", "not-copied"), |minutes| w.t.with("gap-since", w.age(minutes))),
        };
        let name = crate::freshness::kind_name(&gap.kind, w.t);
        Row { cells: vec![cell(name), cell(length)], ..Row::default() }
    });
    let mut card = Card::new(w, "section-gaps", "gaps", rows.collect(), GAPS_FIRST.len());
    card.count = w.t.text("gap-whole");
    card
}
