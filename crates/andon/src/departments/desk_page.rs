//! 部門受付: the slips of one department, chosen once and remembered; receiving a slip, whose patient is made sure of first; what should be here and
//! is not.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use chart::{Moment, PatientId};
use store::Reader;

use super::view::{Line, Set, View};
use super::{Typed, asked, of, values, write};
use crate::chronology_sheets::number_typed;
use crate::desks::{DESKS, missing, of_sort, open_criticals, undelivered};
use crate::event::{DepartmentEvent, DepartmentSaid, QUERIES_ITEM, RESULTS_ITEM, SLIPS_ITEM};
use crate::finding::hit_of;
use crate::finding::identify::{self, Asked};
use crate::finding::shown::{Coded, Person, coded};
use crate::home::Problem;
use crate::parents::Seen;
use crate::web::{Frame, Posted, Site, Via, Visit, answered, cookie, encoded, note_about};
use crate::writing::Answer;
use crate::writing::departments::DepartmentWish;

/// The cookie that keeps which department this browser is at.
const COOKIE: &str = "desk";
/// Slips, planned tests and sheets on the page.
const SHOWN: usize = 100;

/// A patient who was found for a slip.
struct Found {
    person: Person,
    same: String,
    other: String,
    items: String,
    orders: String,
    doctor: String,
}

/// A planned test of which no slip came.
struct Wanted {
    person: Person,
    at: String,
    what: String,
    outage: bool,
}

#[derive(Template)]
#[template(path = "departments/desk.html")]
struct DeskPage {
    frame: Frame,
    desks: Vec<Coded>,
    desk: &'static str,
    desk_words: String,
    typed: Typed,
    no: String,
    asked: bool,
    found: Option<Found>,
    several: usize,
    waiting: Vec<Line>,
    waiting_count: usize,
    nobodys: Vec<Set>,
    critical: usize,
    undelivered: usize,
    queries: usize,
    planned: Vec<Wanted>,
    planned_count: usize,
    sheets: Vec<(String, Person, String)>,
    sheets_count: usize,
    over: Vec<Line>,
}

impl DeskPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn is(&self, code: &str) -> bool {
        self.desk == code
    }
}

/// `GET /desks`, with `desk` from then on this browser's; with `find=1` who a slip is of.
pub async fn page(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    headers: HeaderMap,
    Query(typed): Query<Typed>,
) -> Response {
    if let (Some(session), true) = (&visit.session, typed.contains_key("find")) {
        let said = [of(&typed, "number"), of(&typed, "name"), of(&typed, "birth"), of(&typed, "sheet")].join(" ");
        note_about(&site, &via, &session.person, ("identify", String::new(), said), 200);
    }
    let kept = cookie(&headers, COOKIE).map(str::to_owned).unwrap_or_default();
    show(&site, &visit, typed, (kept, String::new())).await
}

async fn show(site: &Site, visit: &Visit, typed: Typed, (kept, no): (String, String)) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let chosen = of(&typed, "desk");
    let meant = if chosen.is_empty() { kept } else { chosen.clone() };
    let desk = DESKS.into_iter().find(|desk| *desk == meant).unwrap_or_default();
    let made = site.read(move |reader| made(&own, &seen, reader, (desk, typed, no))).await;
    let mut response = answered(site, visit, made.map(|page| crate::web::page(axum::http::StatusCode::OK, &page)));
    if !desk.is_empty()
        && desk == chosen
        && let Ok(cookie) = format!("{COOKIE}={desk}; SameSite=Strict; Path=/desks").parse()
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn made(
    site: &Site,
    visit: &Visit,
    reader: &Reader,
    (desk, typed, no): (&'static str, Typed, String),
) -> Result<DeskPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let view = View::new(reader, t, now)?;
    let mut slips = of_sort(reader, SLIPS_ITEM)?;
    slips.retain(|slip| slip.value("desk") == desk);
    slips.sort_by_key(|slip| (slip.slip_state() == "waiting", slip.since()));
    let (waiting, over): (Vec<_>, Vec<_>) =
        slips.iter().partition(|slip| matches!(slip.slip_state(), "waiting" | "returned"));
    let said = asked(&typed);
    let sheet = of(&typed, "sheet");
    let finds = typed.contains_key("find") || !no.is_empty();
    let (found, several) = if finds { found(reader, &view, (desk, &said, &sheet), now)? } else { (None, 0) };
    let mut nobodys = of_sort(reader, RESULTS_ITEM)?;
    nobodys.retain(|set| set.waits_for_a_patient() && set.value("desk") == desk);
    let planned = if desk.is_empty() { Vec::new() } else { missing::planned(reader, desk, now.day())? };
    let sheets = if desk.is_empty() { Vec::new() } else { missing::given_out(reader, desk, now)? };
    let queries = of_sort(reader, QUERIES_ITEM)?;
    Ok(DeskPage {
        frame: Frame::new(site, visit, reader)?,
        desks: coded(DESKS, |code| t.word("desk", code)),
        desk_words: if desk.is_empty() { String::new() } else { t.word("desk", desk) },
        desk,
        asked: finds && (said.count() > 0 || !sheet.is_empty()),
        found,
        several,
        waiting: waiting.iter().take(SHOWN).map(|slip| view.slip(slip, true)).collect::<Result<_, _>>()?,
        waiting_count: waiting.len(),
        nobodys: nobodys.iter().take(SHOWN).map(|set| view.set(set, true)).collect::<Result<_, _>>()?,
        critical: open_criticals(reader)?.len(),
        undelivered: undelivered(reader)?.len(),
        queries: queries.iter().filter(|one| !one.is_over() && !one.says("answer")).count(),
        planned_count: planned.len(),
        planned: planned.iter().take(SHOWN).map(|one| wanted(&view, one)).collect::<Result<_, _>>()?,
        sheets_count: sheets.len(),
        sheets: sheets
            .iter()
            .take(SHOWN)
            .map(|one| {
                let id = PatientId { authority: one.authority.clone(), id: one.id.clone() };
                Ok((one.sheet.clone(), view.person(&id, true)?, one.printed.to_string()))
            })
            .collect::<Result<_, Problem>>()?,
        over: over.iter().rev().take(20).map(|slip| view.slip(slip, true)).collect::<Result<_, _>>()?,
        typed,
        no,
    })
}

fn wanted(view: &View<'_>, one: &missing::Planned) -> Result<Wanted, Problem> {
    let what = [view.t.word("appointment", &one.kind), one.text.clone(), one.department.clone(), one.doctor.clone()];
    Ok(Wanted {
        person: view.person(&one.patient(), true)?,
        at: one.at.map_or_else(String::new, |at| at.to_string()),
        what: what.join(" "),
        outage: one.source == "outage",
    })
}

/// Whose a slip is, as its sheet or two identifiers tell: and how many there are.
fn found(
    reader: &Reader,
    view: &View<'_>,
    (desk, said, sheet): (&str, &Asked, &str),
    now: Moment,
) -> Result<(Option<Found>, usize), Problem> {
    let of_sheet = if sheet.is_empty() { None } else { missing::patient_of_sheet(reader, &number_typed(sheet))? };
    let (hit, compared, several) = match of_sheet {
        Some(id) => {
            let mut hit = hit_of(reader, &id)?;
            crate::names::tell(&mut hit, &crate::names::all(reader)?);
            let compared = identify::compared(reader, said, &hit)?;
            (hit, compared, 1)
        }
        None => {
            let found = identify::find(reader, said)?.found;
            let several = found.len();
            match found.into_iter().next() {
                Some((hit, compared)) if several == 1 => (hit, compared, several),
                _ => return Ok((None, several)),
            }
        }
    };
    let words = |codes: &[&'static str]| {
        codes.iter().map(|code| view.t.word("identifier", code)).collect::<Vec<_>>().join("・")
    };
    let id = hit.patient();
    let ordered = missing::ordered(reader, &id, (desk, ""), now)?;
    let lines: Vec<String> = ordered.iter().flat_map(|one| one.items.clone()).collect();
    Ok((
        Some(Found {
            person: view.person(&id, false)?,
            same: if sheet.is_empty() {
                words(&compared.same)
            } else {
                [view.t.text("desk-by-sheet"), words(&compared.same)].join(" ")
            },
            other: words(&compared.other),
            items: lines.join("\n"),
            orders: ordered.iter().map(|one| one.number.as_str()).collect::<Vec<_>>().join(" "),
            doctor: ordered.first().map(|one| one.doctor.clone()).unwrap_or_default(),
        }),
        several,
    ))
}

/// `POST /desks`: a slip is received. What was typed is not lost where it cannot be so.
pub async fn receive(State(site): State<Site>, visit: Visit, Posted(typed): Posted<Typed>) -> Response {
    let (authority, id, words) = (of(&typed, "authority"), of(&typed, "id"), of(&typed, "words"));
    let mut values = values(&typed);
    values.extend([("desk".to_owned(), of(&typed, "desk")), ("sheet".to_owned(), of(&typed, "sheet"))]);
    values.retain(|_, value| !value.is_empty());
    let said = DepartmentSaid { authority, id, act: "receive".into(), words, values, ..DepartmentSaid::default() };
    let event = DepartmentEvent::Slip(said);
    let written = match super::moment(&site, &of(&typed, "at")) {
        Ok(at) => {
            let (seen, post) = (Seen::default(), String::new());
            write(&site, &visit, DepartmentWish::Say { event, seen, asked: asked(&typed), post, at: at.0 }).await
        }
        Err(problem) => Err(problem),
    };
    match written {
        Ok(Answer::Arranged(made)) => {
            Redirect::to(&format!("/desks/slip?slip={}&new=1", encoded(&made.thing))).into_response()
        }
        Ok(_) => Redirect::to("/desks").into_response(),
        Err(problem) => show(&site, &visit, typed, (String::new(), problem.words)).await,
    }
}
