//! 用紙から入力: a queue sheet (P6Q) that was written by hand, row by row by the keyboard alone. Each row is on disk before the next is asked
//! for.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::Reader;

use super::view::places;
use crate::event::{QueueRow, ROW_STATES, VisitMoved};
use crate::finding::shown::Coded;
use crate::home::Problem;
use crate::incident::Told;
use crate::typed_time::on_day;
use crate::visits::clinics::{self, Clinic};
use crate::visits::{day, sheets};
use crate::web::{Frame, Posted, Site, Visit, answer, encoded};
use crate::writing::Request;
use crate::writing::desk::DeskWish;

/// A row as it is typed; also what an address says.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    number: String,
    #[serde(default)]
    row: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    at: String,
    #[serde(default)]
    ticket: String,
    /// A place, or one of the ways in which a visit ends.
    #[serde(default)]
    to: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    writer: String,
    #[serde(default)]
    words: String,
    /// The row that was just entered.
    #[serde(default)]
    done: String,
    /// `1`: it was entered before and misread.
    #[serde(default)]
    again: String,
}

/// Ways in which a row says that a visit ends or is called.
const ENDS: [&str; 3] = ["call", "done", "left"];

struct Row {
    row: u32,
    state: String,
    ticket: String,
    by: String,
    /// Two stations entered it apart.
    apart: bool,
    /// What was misread, each with who put it right and why.
    struck: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "reception/enter.html")]
struct EnterPage {
    frame: Frame,
    typed: Typed,
    no: String,
    sheet: Option<(String, Vec<Row>)>,
    /// The row that is typed now.
    current: Option<u32>,
    places: Vec<Coded>,
    ends: Vec<Coded>,
    clinics: Vec<Clinic>,
}

/// `GET /queue/enter`
pub async fn page(State(site): State<Site>, visit: Visit, Query(typed): Query<Typed>) -> Response {
    show(&site, &visit, typed, String::new()).await
}

async fn show(site: &Site, visit: &Visit, typed: Typed, no: String) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, typed, no)).await;
    answer(site, visit, made)
}

fn made(site: &Site, visit: &Visit, reader: &Reader, mut typed: Typed, mut no: String) -> Result<EnterPage, Problem> {
    let t = visit.words;
    let known = match typed.number.trim().is_empty() {
        true => None,
        false => Problem::said(sheets::known(reader, &typed.number), &mut no)?,
    };
    if typed.day.is_empty() {
        typed.day = day(site.now());
    }
    let entered = sheets::entered(reader)?;
    let ticket = |said: &QueueRow| ticket_of(reader, &said.visit, site.now());
    let rows = |(number, count): &(String, u32)| {
        let row = |row: u32| {
            let of = entered.iter().find(|of| of.row == row && of.sheet == *number);
            let stands = of.map_or(&[][..], |of| of.stands.as_slice());
            let last = stands.last();
            let struck = |(said, told, by): &(QueueRow, Told, Told)| {
                let was = [t.word("entry-row", &said.state), ticket(said), said.writer.clone(), told.who.clone()];
                (was.join(" ").trim().to_owned(), format!("{} {} {}", by.words, by.who, by.entry))
            };
            Row {
                row,
                state: last.map_or_else(|| t.text("entry-todo"), |(said, _)| t.word("entry-row", &said.state)),
                ticket: last.map_or_else(String::new, |(said, _)| ticket(said)),
                by: last
                    .map_or_else(String::new, |(said, told)| format!("{} {} {}", said.writer, told.who, told.entry)),
                apart: stands.len() > 1,
                struck: of.map_or_else(Vec::new, |of| of.struck.iter().map(struck).collect()),
            }
        };
        (1..=*count).map(row).collect::<Vec<Row>>()
    };
    let sheet = known.as_ref().map(|sheet| (sheet.0.clone(), rows(sheet)));
    let open = |sheet: &(String, Vec<Row>)| sheet.1.iter().find(|row| row.by.is_empty()).map(|row| row.row);
    let rows = known.as_ref().map_or(0, |(_, rows)| *rows);
    let asked = typed.row.trim().parse().ok().filter(|row| (1..=rows).contains(row));
    let current = asked.or_else(|| sheet.as_ref().and_then(open));
    Ok(EnterPage {
        frame: Frame::new(site, visit, reader)?,
        current,
        sheet,
        places: places(t),
        ends: ENDS.map(|act| (act, t.word("visit-act", act))).to_vec(),
        clinics: clinics::all(reader)?,
        typed,
        no,
    })
}

/// The ticket of a visit by its name; empty for one that is not of these days.
fn ticket_of(reader: &Reader, name: &str, now: chart::Moment) -> String {
    if name.is_empty() {
        String::new()
    } else {
        crate::visits::found(reader, name, now, now).map_or_else(|_| String::new(), |visit| visit.said.ticket.clone())
    }
}

/// `POST /queue/enter`: one row.
pub async fn enter(State(site): State<Site>, visit: Visit, Posted(typed): Posted<Typed>) -> Response {
    let written = typed.state == ROW_STATES[0];
    let at = match on_day(&typed.day, &typed.at, site.now()) {
        Some(at) => at,
        None if !written => site.now(),
        None => return show(&site, &visit, typed, visit.words.text("visit-no-time")).await,
    };
    let Typed { number, row, state, writer, words, ticket, again, .. } = typed.clone();
    let row =
        QueueRow { sheet: number, row: row.trim().parse().unwrap_or(0), state, visit: String::new(), writer, words };
    let (by, role) = visit.by();
    let request = Request::Desk {
        wish: DeskWish::Row { moved: moved(&typed, ticket), row, at: at.0, again: again == "1" },
        by,
        role,
    };
    match site.write(request).await {
        Ok(_) => {
            let of = |name: &str, value: &str| format!("&{name}={}", encoded(value));
            let goes_on = [of("day", &typed.day), of("writer", &typed.writer), of("done", &typed.row)].concat();
            Redirect::to(&format!("/queue/enter?number={}{goes_on}#row", encoded(&typed.number))).into_response()
        }
        Err(problem) => show(&site, &visit, typed, problem.words).await,
    }
}

fn moved(typed: &Typed, ticket: String) -> VisitMoved {
    let act = if ENDS.contains(&typed.to.as_str()) { typed.to.as_str() } else { "move" };
    let fields = [("place", &typed.to), ("department", &typed.department)];
    let said = fields.into_iter().filter(|(_, value)| act == "move" && !value.is_empty());
    let values: BTreeMap<String, String> = said.map(|(field, value)| (field.to_owned(), value.clone())).collect();
    VisitMoved { day: String::new(), visit: ticket, act: act.to_owned(), words: typed.words.clone(), values }
}
