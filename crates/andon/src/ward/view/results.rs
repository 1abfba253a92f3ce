//! What was found: laboratory, microbiology, imaging and other examinations, vital signs, measures.

use chart::exams::{ExamCase, OrderLine, OrderState, service_word};
use chart::labs::{Culture, LabSeries};
use chart::{Chart, Item, Lab, Measure, Phase};

use super::trend::trend;
use super::{Cell, Mark, Row, Section, Writer, cell, coded, joined, staff, when};

/// Earlier results written behind the newest.
const TREND_SHOWN: usize = 8;
/// Characters of a reference range that stay on one line.
const RANGE_SHORT: usize = 16;

pub(super) fn sections(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let labs = chart.labs.iter().map(|series| lab(w, series));
    out.push(w.section("labs", &["item", "result", "range", "earlier", "specimen"], labs));
    let cultures = chart.microbiology.iter().flat_map(|culture| culture_rows(w, culture));
    out.push(w.section("microbiology", &["specimen", "organism", "result"], cultures));
    orders(w, chart, out);
    let exams = chart.exams.iter().flat_map(|case| exam_rows(w, case));
    out.push(w.section("exams", &["service", "item", "phase", "values", "order-no"], exams));
    out.push(measures(w, "vitals", &chart.vitals));
    out.push(measures(w, "measures", &chart.measures));
}

fn lab(w: Writer<'_>, series: &LabSeries) -> Row {
    let latest = &series.latest;
    let earlier = series.previous.iter().take(TREND_SHOWN).map(|item| {
        format!(
            "{}{}（{}）",
            item.value.value,
            arrow(&item.flag),
            item.time.map_or_else(String::new, |time| time.start.day().to_string())
        )
    });
    let result = Cell { text: result(w, latest), class: flag_class(&latest.flag), ..Cell::default() };
    let earlier = Cell { text: joined(earlier), class: "series", trend: trend(w, series), ..Cell::default() };
    // A range is short and must not be read in pieces; what is longer is words.
    let class = if latest.range.chars().count() <= RANGE_SHORT { "keep" } else { "" };
    let range = Cell { class, ..cell(&latest.range) };
    let cells = vec![cell(coded(&series.item)), result, range, earlier, cell(series.specimen.shown())];
    let mut row = w.row(latest, cells);
    match latest.status.as_str() {
        "F" | "" => (),
        status => row.marks.push(Mark { class: "note", text: w.t.word("result", status) }),
    }
    if series.units_differ {
        row.marks.push(w.mark("note", "units-differ"));
    }
    row
}

/// A value with its unit and its flag, so that colour is never the only sign; then what was remarked.
pub(super) fn result(w: Writer<'_>, item: &Lab) -> String {
    joined([value(w, item), item.comment.clone()])
}

/// The same without what was remarked.
pub(super) fn value(w: Writer<'_>, item: &Lab) -> String {
    let unit = item.unit.shown();
    let unit = if unit.is_empty() { String::new() } else { format!("\u{a0}{unit}") };
    format!("{}{unit}{}", item.value, flag_words(w, &item.flag))
}

/// All flags in words, those with a direction with an arrow too.
fn flag_words(w: Writer<'_>, flag: &str) -> String {
    let flags = flag.split(',').filter(|flag| !matches!(*flag, "" | "N"));
    flags.map(|flag| format!(" {}", w.t.word("flag", flag))).collect()
}

/// All flags short, for rows of earlier results: those with a direction with an arrow.
fn arrow(flag: &str) -> String {
    let word = |flag: &str| match flag {
        "" | "N" => String::new(),
        "H" => " H↑".into(),
        "HH" => " HH↑↑".into(),
        "L" => " L↓".into(),
        "LL" => " LL↓↓".into(),
        other => format!(" {other}"),
    };
    flag.split(',').map(word).collect()
}

/// The colour of the first flag that has one.
pub(super) fn flag_class(flag: &str) -> &'static str {
    let class = |flag: &str| match flag {
        "H" | "HH" | ">" => "high",
        "L" | "LL" | "<" => "low",
        "A" | "AA" | "R" => "high",
        _ => "",
    };
    flag.split(',').map(class).find(|class| !class.is_empty()).unwrap_or_default()
}

fn culture_rows(w: Writer<'_>, culture: &Culture) -> Vec<Row> {
    let specimen = joined([culture.specimen.shown(), culture.number.trim_start_matches('0')]);
    let mut rows = Vec::new();
    for isolate in &culture.isolates {
        let organism = result(w, &isolate.organism);
        let amount = joined(isolate.quantity.iter().map(|item| result(w, item)));
        rows.push(w.row(&isolate.organism, vec![cell(&specimen), cell(&organism), cell(amount)]));
        for drug in &isolate.susceptibilities {
            let tested = joined([coded(&drug.item), result(w, drug)]);
            let tested = Cell { text: tested, class: flag_class(&drug.flag), ..Cell::default() };
            rows.push(w.row(drug, vec![cell(""), cell(&organism), tested]));
        }
    }
    let other = |item: &Item<Lab>| w.row(item, vec![cell(&specimen), cell(coded(&item.item)), cell(result(w, item))]);
    rows.extend(culture.others.iter().map(other));
    rows
}

fn orders(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let row = |item: &Item<OrderLine>| {
        let state = state(w, item.state);
        let number = item.order.number.trim_start_matches('0');
        let who = joined([staff(&item.order.doctor), item.order.department.shown()]);
        let cells =
            [w.t.word("order", item.category), joined(&item.text), when(item.planned), state, number.into(), who];
        let mut row = w.row(item, cells.map(cell).into());
        row.struck |= item.state == OrderState::Stopped;
        row
    };
    let heads = ["kind", "what", "planned", "state", "order-no", "ordered-by"];
    out.push(w.section("orders", &heads, chart.orders.iter().map(row)));
}

/// What became of an order, in words.
pub(super) fn state(w: Writer<'_>, state: OrderState) -> String {
    let code = match state {
        OrderState::Open => "open",
        OrderState::Done => "done",
        OrderState::Resulted => "resulted",
        OrderState::Stopped => "stopped",
    };
    w.t.word("order-state", code)
}

fn exam_rows(w: Writer<'_>, case: &ExamCase) -> Vec<Row> {
    let service = w.t.word("service", service_word(case.service));
    let row = |item: &Item<chart::Exam>| {
        let phase = phase(w, item.phase);
        let values =
            item.values.iter().map(|value| format!("{} {} {}", value.item.shown(), value.value, value.unit.shown()));
        let extra = [item.modality.shown().to_owned(), item.accession.clone(), item.details.join("\n")];
        let cells = [
            service.clone(),
            coded(&item.item),
            phase,
            joined(values.chain(extra)),
            case.number.trim_start_matches('0').into(),
        ];
        let mut row = w.row(item, cells.map(cell).into());
        row.struck |= case.stopped;
        row
    };
    case.events.iter().map(row).collect()
}

/// How far an examination has come, in words.
pub(super) fn phase(w: Writer<'_>, phase: Phase) -> String {
    let code = match phase {
        Phase::Ordered => "ordered",
        Phase::Done => "done",
        Phase::Reported => "reported",
    };
    w.t.word("phase", code)
}

fn measures(w: Writer<'_>, id: &'static str, items: &[Item<Measure>]) -> Section {
    let row = |item: &Item<Measure>| {
        let text = format!("{}\u{a0}{}{}", item.value.value, item.unit.shown(), flag_words(w, &item.flag));
        let value = Cell { text, class: flag_class(&item.flag), ..Cell::default() };
        w.row(item, vec![cell(coded(&item.item)), value])
    };
    w.section(id, &["item", "result"], items.iter().map(row))
}

#[cfg(test)]
mod tests {
    use chart::{AsOf, Moment};

    use crate::text::{Lang, Words};
    use crate::ward::view::Writer;

    #[test]
    fn a_flag_says_its_direction_in_words_in_both_languages() {
        let as_of = AsOf::live(Moment(0));
        let said = |lang, flag| super::flag_words(Writer { t: Words::of(lang), as_of: &as_of, whole: None }, flag);
        assert_eq!((said(Lang::Ja, "H"), said(Lang::En, "LL")), (" 高い H↑".into(), " very low LL↓↓".into()));
        assert_eq!((said(Lang::Ja, "N"), said(Lang::Ja, "S")), (String::new(), " S".into()));
    }

    #[test]
    fn every_flag_is_written_and_the_first_with_a_colour_colours() {
        for (flag, words, class) in
            [("", "", ""), ("H", " H↑", "high"), ("HH,A", " HH↑↑ A", "high"), ("N,L", " L↓", "low"), ("S", " S", "")]
        {
            assert_eq!((super::arrow(flag).as_str(), super::flag_class(flag)), (words, class), "{flag}");
        }
    }
}
