//! 電話リスト: lists of people to be called, how far each is, and making one out of the copy by days, department and kind or by a CSV of numbers;
//! one list with its rows, from which the next is taken.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use chart::Moment;
use serde::Deserialize;
use store::Reader;

use super::out;
use super::rules::{Values, is_left, numbers};
use super::view::{Past, View};
use crate::bookings::day::{phones, unlike};
use crate::bookings::{Cohort, Matter, OUTCOMES, Progress, ROW_STATES, list_meant, lists, rows};
use crate::event::{BookingEvent, BookingSaid};
use crate::finding::shown::{Coded, coded, is_kept_back};
use crate::home::Problem;
use crate::parents::Seen;
use crate::visits::clinics::{self, Clinic};
use crate::web::{Frame, Posted, PostedFiles, Site, Via, Visit, answer, encoded, note_about, refusal_in_words};
use crate::writing::telephone::{Arranged, PhoneWish};
use crate::writing::{Answer, Request};

/// Rows of one list on a page; the rest is found by state.
const ROWS_SHOWN: usize = 500;

type Typed = BTreeMap<String, String>;

/// A list in words.
struct List {
    address: String,
    number: String,
    title: String,
    reason: String,
    made: String,
    over: bool,
    doubtful: bool,
    counts: Vec<(&'static str, String, usize)>,
    outcomes: Vec<(String, usize)>,
    all: usize,
    left: usize,
}

fn list_in_words(reader: &Reader, view: &View, list: &Matter) -> Result<List, Problem> {
    let t = view.t;
    let progress = Progress::of(&rows(reader, &list.name)?);
    let state = |state: &'static str| (state, t.word("calls-state", state), progress.in_state(state));
    let outcome = |code: &'static str| (t.word("calls-outcome", code), progress.came_to(code));
    Ok(List {
        address: format!("/telephone/list?list={}", encoded(&list.name)),
        number: list.short(),
        title: list.value("title").to_owned(),
        reason: list.value("reason").to_owned(),
        made: list.entered().map_or_else(String::new, |told| format!("{} {}", told.at, told.who)),
        over: !list.value("closed").is_empty(),
        doubtful: list.is_doubtful() || progress.doubtful > 0,
        counts: ROW_STATES.map(state).to_vec(),
        outcomes: OUTCOMES.map(outcome).into_iter().filter(|(_, count)| *count > 0).collect(),
        all: progress.all,
        left: progress.all - progress.in_state("done") - progress.in_state("unreachable"),
    })
}

#[derive(Template)]
#[template(path = "telephone/lists.html")]
struct ListsPage {
    frame: Frame,
    typed: Typed,
    no: String,
    lists: Vec<List>,
    clinics: Vec<Clinic>,
    kinds: Vec<Coded>,
    script: String,
}

impl ListsPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.typed(name) == value
    }
}

/// `GET /telephone/lists`
pub async fn all(State(site): State<Site>, visit: Visit) -> Response {
    show(&site, &visit, Typed::new(), String::new()).await
}

async fn show(site: &Site, visit: &Visit, typed: Typed, no: String) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let t = seen.words;
        let view = View::new(reader, t, own.now())?;
        let mut all = lists(reader)?;
        all.reverse();
        all.sort_by_key(|list| !list.value("closed").is_empty());
        Ok(ListsPage {
            frame: Frame::new(&own, &seen, reader)?,
            lists: all.iter().map(|list| list_in_words(reader, &view, list)).collect::<Result<_, _>>()?,
            clinics: clinics::all(reader)?,
            kinds: coded(["visit", "lab", "radiology", "endoscopy", "physiology"], |code| t.word("appointment", code)),
            script: t.text("calls-script-ready"),
            typed,
            no,
        })
    });
    answer(site, visit, made.await)
}

/// `POST /telephone/lists`: a list is made. What was typed is not lost where it cannot be so.
pub async fn make(
    State(site): State<Site>,
    visit: Visit,
    PostedFiles(mut typed, files): PostedFiles<Typed>,
) -> Response {
    if let Some((_, bytes)) = files.iter().find(|(_, bytes)| !bytes.is_empty()) {
        // It stands in the form from then on, so that a wrong line can be put right there.
        typed.insert("numbers".to_owned(), numbers(&String::from_utf8_lossy(bytes)).join("\n"));
    }
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let cohort = Cohort {
        from: of("from"),
        to: of("to"),
        department: of("department"),
        kind: if of("kind").is_empty() { of("what") } else { of("kind") },
        numbers: numbers(&of("numbers")),
    };
    let named_nobody =
        cohort.numbers.is_empty() && (!of("numbers").is_empty() || files.iter().any(|(_, bytes)| !bytes.is_empty()));
    if named_nobody {
        let words = visit.words.text("calls-no-numbers");
        return show(&site, &visit, typed, words).await;
    }
    let values: Values = ["title", "reason", "script"].into_iter().map(|field| (field.to_owned(), of(field))).collect();
    let (by, role) = visit.by();
    match site.write(Request::Telephone { wish: PhoneWish::List { cohort, values }, by, role }).await {
        Ok(Answer::Arranged(Arranged { thing, .. })) => {
            Redirect::to(&format!("/telephone/list?list={}", encoded(&thing))).into_response()
        }
        Ok(_) => Redirect::to("/telephone/lists").into_response(),
        Err(problem) => show(&site, &visit, typed, problem.words).await,
    }
}

/// `/telephone/list?…`
#[derive(Clone, Deserialize)]
pub struct Asked {
    #[serde(default)]
    list: String,
    #[serde(default)]
    state: String,
}

/// A row in words.
struct Row {
    no: u32,
    address: String,
    name: String,
    id: String,
    phones: String,
    at: String,
    what: String,
    state: &'static str,
    state_words: String,
    outcome: String,
    tries: usize,
    taken: String,
    next: String,
    said: String,
    other: String,
    apart: Vec<String>,
    /// An earlier result changed an appointment, and the present one says nothing of that.
    unlike: bool,
}

#[derive(Template)]
#[template(path = "telephone/list.html")]
struct ListPage {
    frame: Frame,
    asked: Asked,
    thing: String,
    seen: Seen,
    list: List,
    script: String,
    rows: Vec<Row>,
    more: usize,
    /// The row to be taken next.
    next: String,
    printed: Vec<String>,
    history: Vec<Past>,
    apart: Vec<String>,
}

/// `GET /telephone/list`
pub async fn one(State(site): State<Site>, visit: Visit, via: Via, Query(asked): Query<Asked>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| list_made(&own, &seen, reader, asked)).await;
    if let (Some(session), Ok(page)) = (&visit.session, &made) {
        note_about(&site, &via, &session.person, ("call_list", String::new(), page.list.number.clone()), 200);
    }
    answer(&site, &visit, made)
}

fn list_made(site: &Site, visit: &Visit, reader: &Reader, asked: Asked) -> Result<ListPage, Problem> {
    let list = list_meant(reader, &asked.list)?;
    let view = View::new(reader, visit.words, site.now())?;
    let all = rows(reader, &list.name)?;
    let is_asked = |row: &&Arc<Matter>| match asked.state.as_str() {
        "" => true,
        "doubtful" => row.is_doubtful(),
        state => row.row_state() == state,
    };
    let wanted: Vec<&Arc<Matter>> = all.iter().filter(is_asked).collect();
    let others = elsewhere(reader, &list.name)?;
    let in_words = |row: &&Arc<Matter>| row_in_words(reader, &view, row, &others);
    let sheets = list.history.iter().filter_map(|(said, ..)| said.values.get("sheet").cloned());
    Ok(ListPage {
        frame: Frame::new(site, visit, reader)?,
        thing: list.name.clone(),
        seen: Seen::of(&list.tips),
        script: list.value("script").to_owned(),
        more: wanted.len().saturating_sub(ROWS_SHOWN),
        rows: wanted.iter().take(ROWS_SHOWN).map(in_words).collect::<Result<_, _>>()?,
        next: next(&all, site.now()).map_or_else(String::new, |row| row.name.clone()),
        printed: sheets.filter(|sheet| !sheet.is_empty()).collect(),
        history: view.history(&list, |act| visit.words.word("list-act", act)),
        apart: view.apart(&list),
        list: list_in_words(reader, &view, &list)?,
        asked,
    })
}

/// The row that is rung next: first whom nobody rang, or somebody took and left; then who did not answer, whose last try is longest ago.
pub fn next(rows: &[Arc<Matter>], now: Moment) -> Option<&Arc<Matter>> {
    let todo = rows.iter().find(|row| row.row_state() == "todo" || is_left(row, now));
    let again = || {
        let waits = rows.iter().filter(|row| row.row_state() == "again");
        waits.min_by_key(|row| row.tries().into_iter().max())
    };
    todo.or_else(again)
}

/// Of patients, by authority and number: titles of lists and how the row there stands.
pub type Elsewhere = BTreeMap<(String, String), Vec<(String, &'static str)>>;

/// What other lists that are not over say of the same patients.
pub fn elsewhere(reader: &Reader, own: &str) -> Result<Elsewhere, Problem> {
    let mut others = Elsewhere::new();
    for list in lists(reader)?.iter().filter(|list| list.name != own && list.value("closed").is_empty()) {
        for row in rows(reader, &list.name)? {
            let title = list.value("title").to_owned();
            others.entry((row.authority.clone(), row.id.clone())).or_default().push((title, row.row_state()));
        }
    }
    Ok(others)
}

fn row_in_words(reader: &Reader, view: &View, row: &Matter, others: &Elsewhere) -> Result<Row, Problem> {
    let (t, id) = (view.t, row.patient());
    let flags = reader.once(crate::confidential::Flags::all)?;
    let kept_back = is_kept_back(&flags, &id);
    let person = view.person(reader, &id)?;
    let phones = phones(reader, &id)?.join(" ");
    let other = others.get(&(row.authority.clone(), row.id.clone())).into_iter().flatten();
    let other: Vec<String> = other.map(|(title, state)| format!("{title} {}", t.word("calls-state", state))).collect();
    let since = row.taken_since().map_or(0, |told| told.at.minutes_until(view.now).max(0));
    let taken = match row.value("taken") {
        "" => String::new(),
        who => format!("{who} {}", t.with("visit-minutes", since)),
    };
    let outcome = row.value("outcome");
    let what = match (row.value("what"), row.value("kind")) {
        ("", "") => String::new(),
        ("", kind) => t.word("appointment", kind),
        (what, _) => what.to_owned(),
    };
    let last = row.history.iter().rev().find(|(said, ..)| said.act == "result");
    Ok(Row {
        no: row.no(),
        address: format!("/telephone/row?row={}", encoded(&row.name)),
        name: if kept_back { t.text("flag-mark") } else { person.name },
        id: row.id.clone(),
        phones: if kept_back { String::new() } else { phones },
        at: row.value("at").to_owned(),
        what: format!("{} {what}", row.value("department")),
        state: row.row_state(),
        state_words: t.word("calls-state", row.row_state()),
        outcome: match outcome {
            "" => String::new(),
            "moved" => format!("{} {}", t.word("calls-outcome", outcome), row.value("moved_to")),
            code => t.word("calls-outcome", code),
        },
        tries: row.tries().len(),
        taken,
        next: row.value("next").to_owned(),
        said: last.map_or_else(String::new, |(said, told, _)| format!("{} {} {}", said.words, told.at, told.who)),
        other: other.join("・"),
        apart: view.apart(row),
        unlike: !unlike(reader, row)?.is_empty(),
    })
}

/// `POST /telephone/list`: a list is over, or goes on after all.
pub async fn say(State(site): State<Site>, visit: Visit, Posted(typed): Posted<Typed>) -> Response {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let said = BookingSaid { thing: of("list"), act: of("act"), words: of("words"), ..Default::default() };
    let (by, role) = visit.by();
    let event = BookingEvent::List(said);
    let wish = PhoneWish::Say { event, seen: Seen::from(of("seen")), at: site.now().0, again: false };
    match site.write(Request::Telephone { wish, by, role }).await {
        Ok(_) => Redirect::to(&format!("/telephone/list?list={}", encoded(&of("list")))).into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

/// `GET /telephone/list.csv`
pub async fn csv(State(site): State<Site>, visit: Visit, via: Via, Query(asked): Query<Asked>) -> Response {
    let t = visit.words;
    let made = site.read(move |reader| {
        let list = list_meant(reader, &asked.list)?;
        Ok((out::csv(reader, &Arc::new(rows(reader, &list.name)?), t)?, list.short()))
    });
    match made.await {
        Ok((bytes, number)) => {
            if let Some(session) = &visit.session {
                note_about(&site, &via, &session.person, ("call_list_csv", String::new(), number.clone()), 200);
            }
            let name = format!("attachment; filename=\"calls-{number}.csv\"");
            ([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
                .into_response()
        }
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
