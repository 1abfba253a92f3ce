//! Results of the outage as facts: each set that stands on a patient's chart beside the EMR's own results, with 停止中 and the station as source,
//! and what nobody confirmed yet marked so (users.md 23).

use std::sync::Arc;

use chart::{Body, Coded, Fact, Lab, Order, Origin, PatientId, When};
use store::{Cut, Reader};

use super::said::{counts, outage};
use crate::desks::rows::Row;
use crate::desks::{Entry, is_contested};
use crate::event::{Event, RESULTS_ITEM, patient_item};
use crate::home::Problem;
use crate::{desks, hospital};

/// What results of the outage are asked for by.
pub(super) const RESULTS: &str = "検査結果（停止中）";

/// Of OBX-11 (HL7 table 0085): entered, not verified; final; corrected.
const UNVERIFIED: &str = "R";

/// Results that stand, at every station whose log counts, up to the cut.
pub(super) fn results(reader: &Reader, number: &PatientId, cut: &Cut) -> Result<Vec<Fact>, Problem> {
    let events = hospital::events_of(reader, &patient_item(number))?;
    let is_result = |stored: &&store::StoredEvent| {
        let of = &stored.envelope;
        matches!(Event::read(of.kind, of.version, &of.payload), Event::Department(event) if event.item() == RESULTS_ITEM)
            && counts(cut, of)
    };
    let events: Vec<store::StoredEvent> = events.iter().filter(is_result).cloned().collect();
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let all = desks::all(reader)?;
    let mut facts = Vec::new();
    for set in
        crate::folds::Fold::<Entry>::of(events.clone()).iter().filter(|set| !set.is_over() && set.patient() == *number)
    {
        let Some(last) = events.iter().find(|stored| set.fields.tips.last() == Some(&stored.hash)) else { continue };
        let at = read_time(set.value("collected")).or_else(|| read_time(&set.since().to_string()));
        let origin = Origin { path: set.name.clone(), message: at, ..outage(reader, &last.envelope)? };
        let origin = Arc::new(origin);
        let marks = marks(set, is_contested(&all, set));
        facts.extend(set.rows().into_iter().map(|(_, row)| fact(&origin, set, &row, (at, &marks))));
    }
    Ok(facts)
}

fn read_time(text: &str) -> Option<When> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(12).collect();
    (digits.len() >= 8).then(|| When::parse(&digits)).flatten()
}

/// What whoever reads a value must know of it, wherever it is shown.
fn marks(set: &Entry, contested: bool) -> Vec<String> {
    let mut marks = Vec::new();
    if set.set_state() == "unconfirmed" {
        let how =
            if set.value("source") == "typed" { "手入力・未照合" } else { "装置ファイル・未照合" };
        marks.push(how.to_owned());
    }
    match set.value("qc") {
        "failed" => marks.push("精度管理 範囲外".to_owned()),
        "not_done" => marks.push("精度管理 未実施".to_owned()),
        _ => {}
    }
    if set.is_doubtful() || contested {
        marks.push("要確認: 2つの端末で違う".to_owned());
    }
    marks
}

fn fact(origin: &Arc<Origin>, set: &Entry, row: &Row, (at, marks): (Option<When>, &[String])) -> Fact {
    let status = match (set.set_state(), set.changed()) {
        ("confirmed", None) => "F",
        ("confirmed", Some(_)) => "C",
        _ => UNVERIFIED,
    };
    let is_number = crate::ranges::number(&row.value).is_some();
    let critical = (!row.critical.is_empty()).then(|| format!("パニック値 {}", row.critical));
    let comment: Vec<String> = marks.iter().cloned().chain(critical).collect();
    let item = Coded { text: row.name.clone(), code: row.code.clone(), system: row.system.clone(), alternate: None };
    let lab = Lab {
        order: Arc::new(Order::default()),
        specimen: Arc::new(Coded { text: set.value("specimen").to_owned(), ..Coded::default() }),
        item,
        value_type: if is_number { "NM" } else { "ST" }.to_owned(),
        value: row.value.clone(),
        unit: Coded { text: row.unit.clone(), ..Coded::default() },
        range: row.range.clone(),
        flag: row.flag.clone(),
        status: status.to_owned(),
        collected: at,
        comment: comment.join("・"),
        ..Lab::default()
    };
    Fact { origin: Arc::clone(origin), body: Body::from(lab) }
}
