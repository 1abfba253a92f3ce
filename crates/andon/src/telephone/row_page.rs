//! One row of a call list in a clerk's hand: whom to ring, about what, what to say, and what came of it; then the next row. A row that somebody
//! took shows to all others.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::Reader;

use super::list_page::{elsewhere, next};
use super::rules::Values;
use super::view::{Past, Plan, View, asked_first};
use crate::bookings::day::{of_patient, phones, unlike};
use crate::bookings::{Matter, OUTCOMES, found, list_meant, rows};
use crate::event::{BookingEvent, BookingSaid, CALL_ROWS_ITEM};
use crate::finding::shown::{Coded, Person, coded};
use crate::home::Problem;
use crate::parents::Seen;
use crate::typed_time::when;
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about};
use crate::writing::Request;
use crate::writing::telephone::PhoneWish;

type Typed = BTreeMap<String, String>;

/// `/telephone/row?row=…`
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    row: String,
}

#[derive(Template)]
#[template(path = "telephone/row.html")]
struct RowPage {
    frame: Frame,
    typed: Typed,
    no: String,
    row: Matter,
    state_words: String,
    outcome_words: String,
    list_title: String,
    list_address: String,
    reason: String,
    script: Vec<String>,
    person: Person,
    phones: Vec<String>,
    plans: Vec<Plan>,
    tries: Vec<String>,
    others: Vec<String>,
    apart: Vec<String>,
    history: Vec<Past>,
    outcomes: Vec<Coded>,
    /// Appointments that an earlier result of this row changed, and that its present result says nothing of.
    unlike: Vec<Plan>,
    seen: Seen,
    /// Whoever looks at it has it in hand.
    mine: bool,
}

impl RowPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.typed(name) == value
    }
}

/// `GET /telephone/row`
pub async fn page(State(site): State<Site>, visit: Visit, via: Via, Query(asked): Query<Asked>) -> Response {
    show(&site, &visit, &via, asked.row, (Typed::new(), String::new())).await
}

async fn show(site: &Site, visit: &Visit, via: &Via, row: String, (typed, no): (Typed, String)) -> Response {
    let (of, here) = (row.clone(), format!("/telephone/row?row={}", encoded(&row)));
    let whose = move |reader: &Reader| Ok(found(reader, CALL_ROWS_ITEM, &of)?.patient());
    if let Some(asked) = asked_first(site, visit, whose, &here).await {
        return asked;
    }
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, &row, (typed, no))).await;
    if let (Some(session), Ok(page)) = (&visit.session, &made) {
        let about = format!("{}/{}", page.row.authority, page.row.id);
        note_about(site, via, &session.person, ("call_row", about, String::new()), 200);
    }
    answer(site, visit, made)
}

fn made(
    site: &Site,
    visit: &Visit,
    reader: &Reader,
    name: &str,
    (typed, no): (Typed, String),
) -> Result<RowPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let row = found(reader, CALL_ROWS_ITEM, name)?;
    let list = list_meant(reader, &row.list)?;
    let view = View::new(reader, t, now)?;
    let id = row.patient();
    let others = elsewhere(reader, &list.name)?.remove(&(id.authority.clone(), id.id.clone())).unwrap_or_default();
    Ok(RowPage {
        frame: Frame::new(site, visit, reader)?,
        state_words: t.word("calls-state", row.row_state()),
        outcome_words: match row.value("outcome") {
            "" => String::new(),
            code => format!("{} {}", t.word("calls-outcome", code), row.value("moved_to")),
        },
        list_title: list.value("title").to_owned(),
        list_address: format!("/telephone/list?list={}", encoded(&list.name)),
        reason: list.value("reason").to_owned(),
        script: list.value("script").lines().map(str::to_owned).collect(),
        person: view.person(reader, &id)?,
        phones: phones(reader, &id)?,
        plans: of_patient(reader, &id, now)?.iter().take(20).map(|plan| Plan::of(t, plan)).collect(),
        tries: row.tries().iter().map(ToString::to_string).collect(),
        others: others.into_iter().map(|(title, state)| format!("{title}: {}", t.word("calls-state", state))).collect(),
        apart: view.apart(&row),
        history: view.history(&row, |act| t.word("row-act", act)),
        unlike: unlike(reader, &row)?.iter().map(|plan| Plan::of(t, plan)).collect(),
        outcomes: coded(OUTCOMES, |code| t.word("calls-outcome", code)),
        seen: Seen::of(&row.tips),
        mine: !row.value("taken").is_empty() && row.value("taken") == visit.by().0,
        row: Matter::clone(&row),
        typed,
        no,
    })
}

/// `POST /telephone/row`: a row is taken, laid back, or what came of it is said; then on to the next. What was typed is not lost.
pub async fn say(State(site): State<Site>, visit: Visit, via: Via, Posted(typed): Posted<Typed>) -> Response {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let (act, thing) = (of("act"), of("row"));
    let Some(at) = when(&of("at"), site.now()) else {
        let no = visit.words.text("visit-no-time");
        return show(&site, &visit, &via, thing, (typed, no)).await;
    };
    let fields = ["outcome", "moved_to", "next", "spoke_with"].into_iter().filter(|_| act == "result");
    let values: Values = fields
        .map(|field| (field.to_owned(), of(field)))
        .filter(|(field, value)| !value.is_empty() || field == "next")
        .collect();
    let said = BookingSaid { thing: thing.clone(), act: act.clone(), words: of("words"), values, ..Default::default() };
    let event = BookingEvent::Row(said);
    let (by, role) = visit.by();
    let wish = PhoneWish::Say { event, seen: Seen::from(of("seen")), at: at.0, again: of("again") == "1" };
    let done = site.write(Request::Telephone { wish, by: by.clone(), role: role.clone() }).await;
    match done {
        Err(problem) => show(&site, &visit, &via, thing, (typed, problem.words)).await,
        Ok(_) if act == "take" => to_row(&thing),
        Ok(_) if act == "result" && of("then") == "next" => take_next(&site, &thing, (by, role)).await,
        Ok(_) => to_list(&site, thing).await,
    }
}

fn to_row(thing: &str) -> Response {
    Redirect::to(&format!("/telephone/row?row={}", encoded(thing))).into_response()
}

async fn to_list(site: &Site, thing: String) -> Response {
    let list = site.read(move |reader| Ok(found(reader, CALL_ROWS_ITEM, &thing)?.list.clone())).await;
    let list = list.unwrap_or_default();
    Redirect::to(&format!("/telephone/list?list={}", encoded(&list))).into_response()
}

/// Takes the next row for whoever is done with one; where somebody else was faster, the one after it. Without any, back to the list.
async fn take_next(site: &Site, thing: &str, (by, role): (String, String)) -> Response {
    const RACES_MAX: usize = 5;
    let now = site.now();
    for _ in 0..RACES_MAX {
        let of = thing.to_owned();
        let next = site.read(move |reader| {
            let list = found(reader, CALL_ROWS_ITEM, &of)?.list.clone();
            let all = rows(reader, &list)?;
            let others: Vec<_> = all.into_iter().filter(|row| row.name != of).collect();
            Ok(next(&others, now).map(|row| row.name.clone()))
        });
        let Ok(Some(next)) = next.await else { break };
        let said = BookingSaid { thing: next.clone(), act: "take".into(), ..Default::default() };
        let event = BookingEvent::Row(said);
        let wish = PhoneWish::Say { event, seen: Seen::default(), at: site.now().0, again: false };
        if site.write(Request::Telephone { wish, by: by.clone(), role: role.clone() }).await.is_ok() {
            return to_row(&next);
        }
    }
    to_list(site, thing.to_owned()).await
}
