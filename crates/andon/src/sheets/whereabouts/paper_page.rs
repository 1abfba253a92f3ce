//! One thing: where it is, who waits for it, everything said of it, and what may be said next. And the form that registers one.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chart::PatientId;
use serde::Deserialize;
use store::Reader;

use super::super::Printed;
use super::super::ledger::ledger;
use super::super::page::{kept_back, pdf};
use super::super::scans_page::{Line as Scanned, line as scanned};
use super::super::whose::{Said, Shown, whose};
use super::print::{self, By};
use super::rules::{Paper, Standing, Told};
use super::view::{Row, View, Wish, aged, who};
use super::{boxes, day, paper, papers, say, short, take_number, things};
use crate::confidential::Flags;
use crate::event::{KINDS, PaperAct, PaperEvent, PaperSaid, Thing};
use crate::home::Problem;
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about, refusal, refusal_in_words};
use crate::writing::Request;

/// The form that registers a thing, or puts right what is known of one.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Of a thing that is known; empty for a new one.
    number: String,
    kind: String,
    title: String,
    patient: String,
    birth: String,
    kana: String,
    volume: String,
    volumes: String,
    /// Volumes that are registered at once, from 1 on.
    count: String,
    home: String,
    within: String,
    keep_until: String,
    reason: String,
    /// The number that was shown back and looked at.
    confirmed: String,
    /// How many were registered just now.
    done: String,
}

#[derive(Template)]
#[template(path = "sheets/whereabouts/register.html")]
struct RegisterPage {
    frame: Frame,
    typed: Wanted,
    no: String,
    shown: Option<Shown>,
}

impl RegisterPage {
    fn kinds(&self) -> Vec<(&'static str, String, bool)> {
        KINDS.map(|kind| (kind, self.frame.t.word("where-kind", kind), self.typed.kind == kind)).to_vec()
    }
}

/// `GET /whereabouts/register`: empty, for a patient, or with what is known of a thing that is to be put right.
pub async fn blank(State(site): State<Site>, visit: Visit, Query(mut wanted): Query<Wanted>) -> Response {
    if !wanted.number.is_empty() {
        let number = wanted.number.clone();
        match site.read(move |reader| paper(reader, &number)).await {
            Ok(Some((paper, _))) => wanted = of_thing(paper.thing),
            Ok(None) => return refusal_in_words(&site, &visit, &super::no("number").words),
            Err(problem) => return refusal_in_words(&site, &visit, &problem.words),
        }
    }
    show(&site, &visit, wanted, String::new(), None).await
}

/// A thing as the form has it. Its patient's number comes with its 照合番号, since it was confirmed once.
fn of_thing(thing: Thing) -> Wanted {
    let check = chart::check_digit::confirmation(&thing.id).filter(|_| !thing.id.is_empty());
    let number = |n: u32| if n == 0 { String::new() } else { n.to_string() };
    Wanted {
        patient: check.map_or(thing.id.clone(), |check| format!("{}-{check}", thing.id)),
        volume: number(thing.volume),
        volumes: number(thing.volumes),
        number: thing.number,
        kind: thing.kind,
        title: thing.title,
        home: thing.home,
        within: thing.within,
        keep_until: thing.keep_until,
        ..Wanted::default()
    }
}

async fn show(site: &Site, visit: &Visit, typed: Wanted, no: String, shown: Option<Shown>) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| Ok(RegisterPage { frame: Frame::new(&own, &asked, reader)?, typed, no, shown }));
    answer(site, visit, made.await)
}

/// `POST /whereabouts/register`: the first time it shows whom the number means; with that looked at, the thing is registered.
pub async fn register(State(site): State<Site>, visit: Visit, via: Via, Posted(wanted): Posted<Wanted>) -> Response {
    let (asked, t) = (wanted.clone(), visit.words);
    let found = site.read(move |reader| {
        let said = Said { patient: &asked.patient, birth: &asked.birth, kana: &asked.kana };
        whose(reader, &said, t)
    });
    let patient = match found.await {
        Ok(Ok(patient)) => patient,
        Ok(Err(no)) => return show(&site, &visit, wanted, no, None).await,
        Err(problem) => return show(&site, &visit, wanted, problem.words, None).await,
    };
    if let (Some((id, _)), Some(session)) = (&patient, &visit.session) {
        if let Some(chart) = kept_back(&site, session, id).await {
            return Redirect::to(&chart).into_response();
        }
        let about = format!("{}/{}", id.authority, id.id);
        note_about(&site, &via, &session.person, ("whereabouts-register", about, String::new()), 200);
    }
    if let Some((_, shown)) = patient.as_ref().filter(|(id, _)| wanted.confirmed != id.id) {
        let shown = Some(shown.clone());
        return show(&site, &visit, wanted, String::new(), shown).await;
    }
    let (by, write) = (visit.by(), site.writer());
    let asked = wanted.clone();
    let put = tokio::task::spawn_blocking(move || put(&asked, patient.map(|(id, _)| id), &by, &|wish| write(wish)));
    match put.await {
        Ok(Ok(Some(number))) => Redirect::to(&format!("/whereabouts/papers/{}", encoded(&number))).into_response(),
        // Several volumes: where they are all seen.
        Ok(Ok(None)) => Redirect::to(&format!("/whereabouts?tab=all&q={}", encoded(&wanted.patient))).into_response(),
        Ok(Err(problem)) => show(&site, &visit, wanted, problem.words, None).await,
        Err(_) => refusal_in_words(&site, &visit, &super::no("stopped").words),
    }
}

/// Registers what the form says; the number where it is one thing.
fn put(
    wanted: &Wanted,
    patient: Option<PatientId>,
    (by, role): &(String, String),
    write: super::super::pieces::Write<'_>,
) -> Result<Option<String>, Problem> {
    let number = |text: &str| text.trim().parse::<u32>().unwrap_or(0);
    let (authority, id) = patient.clone().map(|id| (id.authority, id.id)).unwrap_or_default();
    let thing = Thing {
        number: wanted.number.clone(),
        kind: wanted.kind.clone(),
        title: short(&wanted.title),
        authority,
        id,
        volume: number(&wanted.volume),
        volumes: number(&wanted.volumes),
        home: short(&wanted.home),
        within: short(&wanted.within).to_ascii_uppercase(),
        keep_until: day(&wanted.keep_until)?,
        reason: short(&wanted.reason),
    };
    let all = match wanted.number.is_empty() {
        true => things(&take_number(patient.as_ref(), (by, role), write)?, &thing, number(&wanted.count)),
        false if thing.reason.is_empty() => return Err(super::no("why")),
        false => vec![thing],
    };
    let only = if let [one] = all.as_slice() { Some(one.number.clone()) } else { None };
    for thing in all {
        write(&Request::Paper { event: PaperEvent::Thing(thing), by: by.clone(), role: role.clone() })?;
    }
    Ok(only)
}

#[derive(Template)]
#[template(path = "sheets/whereabouts/paper.html")]
struct PaperPage {
    frame: Frame,
    row: Row,
    thing: Thing,
    lies: String,
    holder: String,
    out: bool,
    missing: bool,
    closed: bool,
    is_box: bool,
    wishes: Vec<Wish>,
    inside: Vec<Row>,
    /// Pages of its out-guides that came back through the scanner, since it was lent where it is out.
    guides: Vec<Scanned>,
    history: Vec<Line>,
}

/// Something said, in words.
struct Line {
    act: String,
    words: String,
    at: String,
    by: String,
}

fn line(told: &Told, now: chart::Moment, t: crate::text::Words) -> Line {
    let parts = [who(told, t), told.due.clone(), told.words.clone(), told.within.clone()];
    let role = t.word("role", &told.role);
    Line {
        act: t.word("where-act", told.act.word()),
        words: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("　"),
        at: aged(told.since, now, t),
        by: format!("{}{}", told.by, t.with("aside", role)),
    }
}

/// `GET /whereabouts/papers/{number}`
pub async fn page(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = match site.read(move |reader| made(&own, &asked, reader, &number)).await {
        Ok(None) => return refusal(&site, &headers, StatusCode::NOT_FOUND, "refused-paper"),
        Ok(Some(made)) => made,
        Err(problem) => return answer::<PaperPage>(&site, &visit, Err(problem)),
    };
    let id = PatientId { authority: made.thing.authority.clone(), id: made.thing.id.clone() };
    if let (false, Some(session)) = (id.id.is_empty(), &visit.session) {
        if let Some(chart) = kept_back(&site, session, &id).await {
            return Redirect::to(&chart).into_response();
        }
        let about = format!("{}/{}", id.authority, id.id);
        note_about(&site, &via, &session.person, ("whereabouts-papers", about, made.thing.number.clone()), 200);
    }
    answer(&site, &visit, Ok(made))
}

fn made(site: &Site, visit: &Visit, reader: &Reader, number: &str) -> Result<Option<PaperPage>, Problem> {
    let (t, now) = (visit.words, site.now());
    let Some((known, history)) = paper(reader, number)? else { return Ok(None) };
    let (all, flags) = (reader.once(papers)?, reader.once(Flags::all)?);
    let boxes = boxes(&all);
    let view = View { reader, flags: &flags, boxes: &boxes, now, t };
    let inside = all.iter().filter(|other| other.thing.within == number && other.closed.is_none());
    let standing = known.standing();
    Ok(Some(PaperPage {
        frame: Frame::new(site, visit, reader)?,
        row: view.row(&known, None)?,
        lies: view.lies(&known),
        holder: known.holder().map_or_else(String::new, |holder| who(holder, t)),
        out: known.out.is_some(),
        missing: standing == Standing::Missing,
        closed: standing == Standing::Closed,
        is_box: known.thing.kind == super::BOX,
        wishes: known.wishes.iter().map(|told| super::view::wish(told, now, t)).collect(),
        inside: inside.map(|other: &Paper| view.row(other, None)).collect::<Result<_, _>>()?,
        guides: super::scanned_guides(&reader.once(ledger)?.pages, &known, &history)
            .map(|page| scanned(page, now, t))
            .collect(),
        history: history.iter().rev().map(|told| line(told, now, t)).collect(),
        thing: known.thing,
    }))
}

/// What a person says of a thing.
#[derive(Deserialize)]
pub struct ActForm {
    number: String,
    act: String,
    #[serde(default)]
    who: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    due: String,
    #[serde(default)]
    of: String,
    #[serde(default)]
    within: String,
}

/// `POST /whereabouts/act`
pub async fn act(State(site): State<Site>, visit: Visit, Posted(form): Posted<ActForm>) -> Response {
    let known = PaperAct::read(&form.act).filter(|act| !act.is_of_letters() && *act != PaperAct::Guide);
    let Some(act) = known else { return refusal_in_words(&site, &visit, &visit.words.text("sheets-act-none")) };
    let said = PaperSaid {
        who: short(&form.who),
        place: short(&form.place),
        phone: short(&form.phone),
        words: short(&form.words),
        due: short(&form.due),
        of: form.of.trim().parse().unwrap_or(0),
        within: short(&form.within).to_ascii_uppercase(),
        ..PaperSaid::new(&form.number, act)
    };
    let ((by, role), write) = (visit.by(), site.writer());
    let done = site.read(move |reader| say(reader, said, (&by, &role), &|wish| write(wish))).await;
    match done {
        Ok(()) => Redirect::to(&format!("/whereabouts/papers/{}", encoded(&form.number))).into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

/// What is to be printed of a thing.
#[derive(Deserialize)]
pub struct PrintForm {
    number: String,
    /// `guide` or `label`.
    what: String,
}

/// `POST /whereabouts/print`
pub async fn print(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    headers: HeaderMap,
    Posted(form): Posted<PrintForm>,
) -> Response {
    let Some(session) = visit.session.clone() else {
        return refusal(&site, &headers, StatusCode::FORBIDDEN, "refused-right");
    };
    let number = form.number.clone();
    let whose = match site.read(move |reader| paper(reader, &number)).await {
        Ok(Some((paper, _))) => PatientId { authority: paper.thing.authority, id: paper.thing.id },
        Ok(None) => return refusal(&site, &headers, StatusCode::NOT_FOUND, "refused-paper"),
        Err(problem) => return refusal_in_words(&site, &visit, &problem.words),
    };
    if let Some(chart) = kept_back(&site, &session, &whose).await {
        return Redirect::to(&chart).into_response();
    }
    let (own, write) = (site.clone(), site.writer());
    let by = By { lang: visit.words.lang, by: session.person.by() };
    let printed = site.read(move |reader| {
        let print = if form.what == "label" { print::label } else { print::out_guide };
        print(reader, &form.number, &by, own.now(), &|wish| write(wish))
    });
    let printed = printed.await;
    let about = if whose.id.is_empty() { String::new() } else { format!("{}/{}", whose.authority, whose.id) };
    given(&site, &visit, &via, about, printed)
}

/// The document, once it is written down who printed it; or why there is none.
pub(in crate::sheets) fn given(
    site: &Site,
    visit: &Visit,
    via: &Via,
    about: String,
    printed: Result<Printed, Problem>,
) -> Response {
    let status = if printed.is_ok() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let detail = printed.as_ref().map_or_else(|_| String::new(), |printed| format!("run {}", printed.run));
    if let Some(session) = &visit.session {
        note_about(site, via, &session.person, ("print", about, detail), status.as_u16());
    }
    match printed {
        Ok(printed) if !printed.sheets.is_empty() => pdf(printed),
        Ok(printed) => refusal_in_words(site, visit, &printed.failed.join(" ")),
        Err(problem) => refusal_in_words(site, visit, &problem.words),
    }
}
