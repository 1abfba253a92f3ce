//! What wards wrote during the outage as facts: admissions, moves, leaves and discharges as movements beside those of the copy, handovers,
//! cautions and terms of dialysis as notes, meals as meal orders. Each with 停止中 and its station as source; what was struck is none.

use std::sync::Arc;

use chart::{
    Body, Coded, DOWNTIME, Document, Fact, Meal, Moment, Move, MoveKind, Origin, PatientId, Place, Precision, STAY,
    Staff, When,
};
use store::{Cut, Reader, StoredEvent};

use super::said::counts;
use crate::event::{Event, STAYS_ITEM, patient_item};
use crate::folds::Fold;
use crate::home::Problem;
use crate::hospital::{self, Members};
use crate::stays::{DIALYSIS, Past, Stay, read_meal, read_place};

/// What is shown where two stations said different things.
const DOUBT: &str = "【要確認: 2つの端末で違う】";

/// All of it of a number, of every station whose log counts, up to the cut.
pub(super) fn told(reader: &Reader, number: &PatientId, cut: &Cut) -> Result<Vec<Fact>, Problem> {
    let mut events = hospital::events_of(reader, &patient_item(number))?;
    events.retain(|stored| is_of_a_stay(stored) && counts(cut, &stored.envelope));
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let members = reader.once(Members::of)?;
    let mut facts = Vec::new();
    for one in Fold::<Stay>::of(events).iter().filter(|one| !one.is_struck()) {
        if one.item == STAYS_ITEM {
            facts.extend(one.standing().filter_map(|past| Some(fact(&members, one, past, moved(one, past)?.into()))));
        } else if let (Some(last), Some(body)) = (one.standing().next_back(), noted(one)) {
            facts.push(fact(&members, one, last, body));
        }
    }
    Ok(facts)
}

fn is_of_a_stay(stored: &StoredEvent) -> bool {
    let of = &stored.envelope;
    matches!(Event::read(of.kind, of.version, &of.payload), Event::Stay(_))
}

fn minute(at: Moment) -> When {
    When { start: at, precision: Precision::Minute }
}

fn fact(members: &Members, one: &Stay, past: &Past, body: Body) -> Fact {
    let origin = Origin {
        source: format!("{DOWNTIME} {}", members.name(past.station)),
        position: past.no,
        kind: STAY.to_owned(),
        path: format!("{}#{}", one.name, past.hash),
        message: Some(minute(past.told.at)),
        received: past.told.entry,
        ..Origin::default()
    };
    Fact { origin: Arc::new(origin), body }
}

/// What happened as a movement; `None` for what is none.
fn moved(one: &Stay, past: &Past) -> Option<Move> {
    let of = |field: &str| past.said.values.get(field).map_or("", String::as_str);
    let kind = match past.said.act.as_str() {
        "admit" => MoveKind::Admit,
        "move" => MoveKind::Transfer,
        "leave" => MoveKind::LeaveOut,
        "back" => MoveKind::LeaveBack,
        "discharge" => MoveKind::Discharge,
        "correct" => MoveKind::Attending,
        _ => return None,
    };
    let (at, place) = (Some(minute(past.told.at)), of("place"));
    let is = |kinds: MoveKind| kind == kinds;
    let diagnosis = Some(of("diagnosis")).filter(|words| !words.is_empty()).map(|words| format!("診断名 {words}"));
    let to = Some(of("to")).filter(|words| !words.is_empty()).map(|words| format!("行先 {words}"));
    let doubt = one.is_doubtful().then(|| DOUBT.to_owned());
    let reason = [doubt, diagnosis, to, Some(past.told.words.clone())].into_iter().flatten();
    let reason: Vec<String> = reason.filter(|words| !words.is_empty()).collect();
    Some(Move {
        kind,
        at,
        class: "I".to_owned(),
        place: if place.is_empty() { Place::default() } else { read_place(place) },
        prior: Place::default(),
        attending: Staff { id: String::new(), name: of("doctor").to_owned() },
        admitting: Staff::default(),
        department: Coded { text: of("department").to_owned(), ..Coded::default() },
        admitted: at.filter(|_| is(MoveKind::Admit)),
        discharged: at.filter(|_| is(MoveKind::Discharge)),
        disposition: Coded { code: disposition(of("outcome")), ..Coded::default() },
        planned: When::parse(&of("back_at").chars().filter(char::is_ascii_digit).collect::<String>())
            .filter(|_| is(MoveKind::LeaveOut)),
        reason: reason.join("　"),
    })
}

/// The end of a stay in our own words, as the code of a movement's end.
fn disposition(outcome: &str) -> String {
    if outcome.is_empty() { String::new() } else { format!("ward_{outcome}") }
}

/// What a ward says of an inpatient, as it stands.
fn noted(one: &Stay) -> Option<Body> {
    let first = one.standing().next()?;
    let at = Some(minute(first.told.at));
    let author = Staff { id: String::new(), name: first.told.who.clone() };
    let kind = match one.sort() {
        "memo" => format!("申し送り（停止中・{}）", shift(one.value("shift"))),
        "caution" => "注意（停止中・病棟）".to_owned(),
        "dialysis" => "透析の条件（停止中）".to_owned(),
        "meal" => return Some(meal(one, first).into()),
        _ => return None,
    };
    let doubt = if one.is_doubtful() { DOUBT } else { "" };
    let ended = if one.holds() { "" } else { "【終わり】" };
    let text = match one.sort() {
        "dialysis" => dialysis(one),
        "caution" => format!("{}　{}", caution(one.value("caution")), one.value("text")),
        _ => one.value("text").to_owned(),
    };
    let kind = Coded { text: kind, ..Coded::default() };
    Some(Document { kind, text: format!("{doubt}{ended}{text}"), at, author, ..Document::default() }.into())
}

fn meal(one: &Stay, first: &Past) -> Meal {
    let start = read_meal(one.value("from")).unwrap_or(first.told.at);
    let fasting = !one.value("fasting").is_empty();
    // Over before the meal at which it ends; what is taken back ends now.
    let until = read_meal(one.value("to")).map(|at| Moment(at.0 - 1));
    let ended = one.standing().find(|past| past.said.act == "end").map(|past| past.told.at);
    let end = until.into_iter().chain(ended).min();
    Meal {
        // Of whatever kind the copy's order is: this one is what the tray is made by.
        kind: "D".to_owned(),
        diet: Coded { text: if fasting { "禁食" } else { one.value("diet") }.to_owned(), ..Coded::default() },
        text: one.value("text").to_owned(),
        start: Some(minute(start)),
        end: end.map(|start| When { start, precision: Precision::Milli }),
        ..Meal::default()
    }
}

fn shift(code: &str) -> &'static str {
    match code {
        "day" => "日勤",
        "evening" => "準夜",
        _ => "深夜",
    }
}

/// Said in Japanese, as the notes of the copy are.
fn caution(code: &str) -> &'static str {
    match code {
        "allergy" => "アレルギー",
        "infection" => "感染症",
        "falls" => "転倒・転落",
        "wandering" => "離院・徘徊",
        "restraint" => "抑制",
        "isolation" => "個室・隔離",
        "swallowing" => "誤嚥",
        _ => "注意",
    }
}

fn dialysis(one: &Stay) -> String {
    // Beginning as `chart::dialysis` looks for them.
    let names = [
        "曜日・クール",
        "透析時間",
        "ドライウエイト",
        "抗凝固",
        "バスキュラーアクセス",
        "ダイアライザ",
        "感染症",
        "前回の透析",
    ];
    let says = DIALYSIS.iter().zip(names).filter(|(field, _)| !one.value(field).is_empty());
    says.map(|(field, name)| format!("{name}: {}", one.value(field))).collect::<Vec<_>>().join("\n")
}
