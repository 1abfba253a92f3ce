//! What the copy itself is: 空白時間, freshness, earlier versions, fields without a place, and what was not understood.

use chart::freshness::Held;
use chart::{Chart, Moment};

use super::{Row, Section, Stand, Writer, cell, joined};

pub(super) fn sections(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    gaps(w, chart, out);
    let links = chart.links.iter().map(|item| {
        let what = w.t.text(if item.linked { "linked" } else { "unlinked" });
        w.row(item, [what, item.other.id.clone(), item.by.clone(), item.reason.clone()].map(cell).into())
    });
    out.push(w.section("links", &["what", "patient-id", "decided-by", "reason"], links));
    let earlier = chart.earlier.iter().map(|item| {
        let text = serde_json::to_value(&item.value).map_or_else(|_| String::new(), |value| words_of(&value));
        w.row(item, vec![cell(&item.source.kind), cell(text)])
    });
    out.push(w.section("earlier", &["kind", "what"], earlier));
    let unplaced = chart.unplaced.iter().map(|item| w.row(item, vec![cell(&item.at), cell(&item.text)]));
    out.push(w.section("unplaced", &["field", "text"], unplaced));
    faults(w, chart, out);
}

/// 空白時間 (users.md 1): per data kind, from the last message to the moment shown.
fn gaps(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let time = |moment: Option<Moment>| moment.map_or_else(|| "—".to_owned(), |moment| moment.to_string());
    let rows = chart.gaps.iter().map(|gap| {
        let held = w.t.word(
            "held",
            match gap.held {
                Held::Held => "held",
                Held::NotRecorded => "not-recorded",
                Held::NotCopied => "not-copied",
            },
        );
        let length = gap.gap_minutes.map_or_else(|| "—".to_owned(), |minutes| w.age(minutes));
        let kind = format!("{} {}", crate::freshness::kind_name(&gap.kind, w.t), gap.kind);
        Row {
            cells: [kind, held, time(gap.last_of_patient), time(gap.last_of_any), length].map(cell).into(),
            stand: Stand { source: w.t.text("counted"), ..Stand::default() },
            ..Row::default()
        }
    });
    let heads = ["kind", "state", "last-of-patient", "last-of-any", "gap"];
    let mut section = w.section("gaps", &heads, rows);
    section.note = w.t.text("gaps-note");
    out.push(section);
}

fn faults(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let rows = chart.faults.iter().map(|fault| Row {
        cells: [crate::text::fault(fault.fault.code, w.t), fault.fault.at.clone(), fault.fault.text.clone()]
            .map(cell)
            .into(),
        stand: Stand {
            time: fault.origin.sent_at().map_or_else(String::new, |sent| sent.to_string()),
            age: w.age(fault.origin.received.minutes_until(w.as_of.now)),
            source: format!("{} №{} {}", fault.origin.source, fault.origin.position, fault.origin.kind),
            from: fault.origin.source.clone(),
            path: fault.origin.path.clone(),
        },
        ..Row::default()
    });
    let mut section = w.section("faults", &["reason", "field", "text"], rows);
    section.alert = !section.rows.is_empty();
    section.note = w.t.text("faults-note");
    out.push(section);
}

/// The words inside a fact, for history that has no table of its own: every text, in order.
fn words_of(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => joined(items.iter().map(words_of)),
        serde_json::Value::Object(fields) => {
            joined(fields.iter().filter(|(key, _)| *key != "fact").map(|(_, value)| words_of(value)))
        }
        _ => String::new(),
    }
}
