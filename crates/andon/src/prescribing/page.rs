//! 処方・指示の照合: lines are typed off the paper, shown back with what was found, and entered; the patient's written orders stand below.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chart::{AsOf, PatientId, era_date};
use serde::Deserialize;
use store::Reader;

use super::view::Outcome;
use super::{read, say};
use crate::confidential;
use crate::event::{ORDER_KINDS, OrderActed, OrderEvent, OrderLine, OrderSaid};
use crate::home::Problem;
use crate::orders::{self, Written};
use crate::text::Words;
use crate::typed_time::when;
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about, refusal, refusal_in_words};
use crate::writing::Request;

/// An order that stands, in words.
struct Row {
    name: String,
    number: String,
    kind: String,
    by: String,
    lines: Vec<String>,
    named: String,
    /// Stopped or struck: by whom, when, why.
    over: String,
    is_open: bool,
}

#[derive(Template)]
#[template(path = "prescribing/page.html")]
struct OrdersPage {
    frame: Frame,
    id: PatientId,
    chart: String,
    /// Name, kana, birth.
    who: [String; 3],
    typed: Typed,
    no: String,
    kinds: Vec<(&'static str, String)>,
    /// What was found of what is typed; none before anything was.
    outcome: Option<Outcome>,
    rows: Vec<Row>,
}

/// The form.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    authority: String,
    id: String,
    kind: String,
    lines: String,
    sheet: String,
    department: String,
    doctor: String,
    at: String,
    named: String,
    why: String,
    /// The lines that were held against the chart and shown; what was changed since is shown once more.
    looked: String,
}

impl Typed {
    fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    fn said(&self, lines: Vec<OrderLine>) -> OrderSaid {
        let fields = [
            ("sheet", &self.sheet),
            ("department", &self.department),
            ("doctor", &self.doctor),
            ("named", &self.named),
            ("why", &self.why),
        ];
        OrderSaid {
            authority: self.authority.clone(),
            id: self.id.clone(),
            kind: self.kind.clone(),
            lines,
            values: fields.map(|(field, value)| (field.to_owned(), value.trim().to_owned())).into(),
        }
    }
}

fn address(id: &PatientId) -> String {
    format!("/orders/{}/{}", encoded(&id.authority), encoded(&id.id))
}

/// `GET /orders/{authority}/{id}`
pub async fn page(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    Path((authority, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let typed = Typed { authority, id, ..Typed::default() };
    show(&site, &visit, &via, &headers, (typed, String::new())).await
}

/// The page, whoever asked for it: a reason first where the patient is kept back, and written down as a look.
async fn show(site: &Site, visit: &Visit, via: &Via, headers: &HeaderMap, (typed, no): (Typed, String)) -> Response {
    let Some(session) = visit.session.clone() else {
        return refusal(site, headers, StatusCode::FORBIDDEN, "refused-right");
    };
    let id = typed.patient();
    let asked = id.clone();
    let flags = site.read(move |reader| confidential::of_person(reader, &asked)).await;
    let kept_back = flags.is_ok_and(|flags| flags.iter().any(|flag| flag.asks_reason()));
    if kept_back && !session.has_reason(&id) {
        return Redirect::to(&format!("/patients/{}/{}", encoded(&id.authority), encoded(&id.id))).into_response();
    }
    note_about(site, via, &session.person, ("orders", format!("{}/{}", id.authority, id.id), String::new()), 200);
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &asked, reader, typed, no)).await;
    match made.transpose() {
        None => refusal(site, headers, StatusCode::NOT_FOUND, "refused-patient"),
        Some(made) => answer(site, visit, made),
    }
}

fn made(
    site: &Site,
    visit: &Visit,
    reader: &Reader,
    typed: Typed,
    mut no: String,
) -> Result<Option<OrdersPage>, Problem> {
    let (id, t, now) = (typed.patient(), visit.words, site.now());
    let Some(chart) = crate::record::chart(reader, &id, &AsOf::live(now))? else { return Ok(None) };
    let patient = &chart.patient;
    let name = if patient.is_unnamed() { t.text("temporary-name") } else { patient.name.clone() };
    let birth =
        patient.birth_date.map_or_else(String::new, |birth| format!("{birth}{}", t.with("aside", era_date(&birth))));
    let mut outcome = None;
    if !typed.lines.is_empty() {
        match read::lines(&typed.lines) {
            Ok(lines) => {
                let words = lines.iter().map(line_in_words).collect();
                let checked = say::checked(reader, &typed.said(lines), now)?;
                outcome = checked.map(|checked| Outcome::of(&checked, words, t));
            }
            Err(problem) if no.is_empty() => no = problem.words,
            Err(_) => {}
        }
    }
    let numbers = crate::record::numbers(reader, &id)?;
    let all = orders::all(reader)?;
    let own = all.iter().rev().filter(|order| numbers.contains(&order.patient()));
    Ok(Some(OrdersPage {
        frame: Frame::new(site, visit, reader)?,
        chart: format!("/patients/{}/{}", encoded(&id.authority), encoded(&id.id)),
        who: [name, patient.kana.clone(), birth],
        kinds: ORDER_KINDS.map(|kind| (kind, t.word("order-kind", kind))).to_vec(),
        rows: own.map(|order| row(order, t)).collect(),
        outcome,
        id,
        typed,
        no,
    }))
}

fn line_in_words(line: &OrderLine) -> String {
    let daily = if line.daily.is_empty() { String::new() } else { format!("1日{}{}", line.daily, line.unit) };
    let days = if line.days.is_empty() { String::new() } else { format!("{}日分", line.days) };
    let parts = [line.drug.clone(), daily, line.usage.clone(), days];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("　")
}

fn row(order: &Written, t: Words) -> Row {
    let told =
        |told: &crate::incident::Told, key: &str| format!("{} {} {} {}", t.text(key), told.entry, told.who, told.words);
    let struck = order.struck.as_ref().map(|of| told(of, "order-struck"));
    let over = struck.or_else(|| order.stopped.as_ref().map(|of| told(of, "order-stopped"))).unwrap_or_default();
    let by = [order.told.at.to_string(), order.value("department").to_owned(), order.value("doctor").to_owned()];
    Row {
        number: order.short(),
        kind: t.word("order-kind", &order.said.kind),
        by: format!("{}　{} {} {}", by.join(" "), t.text("order-entered-by"), order.told.who, order.value("sheet")),
        lines: order.said.lines.iter().map(line_in_words).collect(),
        named: match order.value("named") {
            "" => String::new(),
            name => format!("{name}: {}", order.value("why")),
        },
        is_open: over.is_empty(),
        over,
        name: order.name.clone(),
    }
}

/// `POST /orders`: the first time what was found is shown; with just that looked at, the order is entered.
pub async fn check(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    headers: HeaderMap,
    Posted(typed): Posted<Typed>,
) -> Response {
    if typed.looked.trim() != typed.lines.trim() || typed.lines.trim().is_empty() {
        let no = if typed.lines.trim().is_empty() { read::lines("").err().map(|no| no.words) } else { None };
        return show(&site, &visit, &via, &headers, (typed, no.unwrap_or_default())).await;
    }
    let (by, role) = visit.by();
    let Some(at) = when(&typed.at, site.now()) else {
        let no = visit.words.text("visit-no-time");
        return show(&site, &visit, &via, &headers, (typed, no)).await;
    };
    let lines = match read::lines(&typed.lines) {
        Ok(lines) => lines,
        Err(problem) => return show(&site, &visit, &via, &headers, (typed, problem.words)).await,
    };
    let event = OrderEvent::Written(typed.said(lines));
    match site.write(Request::Order { event, at: at.0, by, role }).await {
        Ok(_) => Redirect::to(&format!("{}#orders", address(&typed.patient()))).into_response(),
        Err(problem) => show(&site, &visit, &via, &headers, (typed, problem.words)).await,
    }
}

/// What becomes of an order.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Acting {
    authority: String,
    id: String,
    order: String,
    act: String,
    words: String,
}

/// `POST /orders/act`: it is stopped, or was entered by mistake.
pub async fn act(State(site): State<Site>, visit: Visit, Posted(acting): Posted<Acting>) -> Response {
    let (by, role) = visit.by();
    let Acting { authority, id, order, act, words } = acting;
    let here = address(&PatientId { authority: authority.clone(), id: id.clone() });
    let event = OrderEvent::Acted(OrderActed { authority, id, order, act, words });
    match site.write(Request::Order { event, at: site.now().0, by, role }).await {
        Ok(_) => Redirect::to(&format!("{here}#orders")).into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
