//! 用紙から入力: a printed call list (P6C) that was filled in by pen, row by row by the keyboard alone. Each row is on disk before the next is
//! asked for.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use store::Reader;

use super::enter::sheet;
use super::rules::Values;
use super::view::View;
use crate::bookings::sheets::{entered, on_sheet};
use crate::bookings::{OUTCOMES, rows};
use crate::finding::shown::{Coded, coded, is_kept_back};
use crate::home::Problem;
use crate::typed_time::on_day;
use crate::visits::day;
use crate::web::{Frame, Posted, Site, Visit, answer, encoded};
use crate::writing::Request;
use crate::writing::telephone::PhoneWish;

type Typed = BTreeMap<String, String>;

struct Row {
    no: u32,
    id: String,
    who: String,
    outcome: String,
    /// Who wrote it on this sheet; empty where it was not entered.
    writer: String,
}

#[derive(Template)]
#[template(path = "telephone/enter.html")]
struct EnterPage {
    frame: Frame,
    typed: Typed,
    no: String,
    sheet: Option<(String, String)>,
    rows: Vec<Row>,
    current: Option<u32>,
    whose: String,
    outcomes: Vec<Coded>,
}

impl EnterPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.typed(name) == value
    }
}

/// `GET /telephone/enter`
pub async fn page(State(site): State<Site>, visit: Visit, Query(typed): Query<Typed>) -> Response {
    show(&site, &visit, typed, String::new()).await
}

async fn show(site: &Site, visit: &Visit, typed: Typed, no: String) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, typed, no)).await;
    answer(site, visit, made)
}

fn made(site: &Site, visit: &Visit, reader: &Reader, mut typed: Typed, mut no: String) -> Result<EnterPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let number = typed.get("number").cloned().unwrap_or_default();
    let known = match number.trim().is_empty() {
        true => None,
        false => Problem::said(sheet(reader, &number), &mut no)?,
    };
    typed.entry("day".to_owned()).or_insert_with(|| day(now));
    let view = View::new(reader, t, now)?;
    let (mut all, flags) = (Vec::new(), reader.once(crate::confidential::Flags::all)?);
    let mut printed: BTreeSet<u32> = BTreeSet::new();
    if let Some((number, list)) = &known {
        printed.extend(on_sheet(reader, list, number)?.iter().map(|row| row.no()));
        for row in rows(reader, &list.name)? {
            let outcome = row.value("outcome");
            all.push(Row {
                no: row.no(),
                id: row.id.clone(),
                who: match is_kept_back(&flags, &row.patient()) {
                    true => t.text("flag-mark"),
                    false => view.person(reader, &row.patient())?.name,
                },
                outcome: if outcome.is_empty() { String::new() } else { t.word("calls-outcome", outcome) },
                writer: entered(&row, number).map(|(writer, _)| writer.to_owned()).unwrap_or_default(),
            });
        }
    }
    let asked: Option<u32> = typed.get("row").and_then(|row| row.trim().parse().ok());
    let is_known = |no: &u32| all.iter().any(|row| row.no == *no);
    let current = asked
        .filter(is_known)
        .or_else(|| all.iter().find(|row| row.writer.is_empty() && printed.contains(&row.no)).map(|row| row.no));
    let whose = all
        .iter()
        .find(|row| Some(row.no) == current)
        .map_or_else(String::new, |row| format!("{} {}", row.who, row.id));
    Ok(EnterPage {
        frame: Frame::new(site, visit, reader)?,
        sheet: known.map(|(number, list)| (number, list.value("title").to_owned())),
        rows: all,
        current,
        whose,
        outcomes: coded(OUTCOMES, |code| t.word("calls-outcome", code)),
        typed,
        no,
    })
}

/// `POST /telephone/enter`: one row.
pub async fn enter(State(site): State<Site>, visit: Visit, Posted(typed): Posted<Typed>) -> Response {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let act = if of("act") == "blank" { "blank" } else { "result" };
    let at = match on_day(&of("day"), &of("at"), site.now()) {
        Some(at) => at,
        None if act == "blank" => site.now(),
        None => {
            let no = visit.words.text("visit-no-time");
            return show(&site, &visit, typed, no).await;
        }
    };
    let fields = ["outcome", "moved_to", "next"].into_iter().filter(|_| act == "result");
    let values: Values =
        fields.map(|field| (field.to_owned(), of(field))).filter(|(_, value)| !value.is_empty()).collect();
    let wish = PhoneWish::Row {
        sheet: of("number"),
        row: of("row").parse().unwrap_or(0),
        writer: of("writer"),
        act: act.to_owned(),
        values,
        words: of("words"),
        at: at.0,
    };
    let (by, role) = visit.by();
    match site.write(Request::Telephone { wish, by, role }).await {
        Ok(_) => {
            let and = |name: &str| format!("&{name}={}", encoded(&of(name)));
            let done = format!("&done={}", encoded(&of("row")));
            let goes_on = [and("day"), and("writer"), done].concat();
            Redirect::to(&format!("/telephone/enter?number={}{goes_on}#row", encoded(&of("number")))).into_response()
        }
        Err(problem) => show(&site, &visit, typed, problem.words).await,
    }
}
