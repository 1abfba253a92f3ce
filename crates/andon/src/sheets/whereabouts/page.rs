//! 所在: what is out and for how long, who asks for what, what is missing, and where a patient's papers are.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chart::PatientId;
use chart::check_digit::{Typed, typed};
use serde::Deserialize;
use store::{Find, Reader};

use super::super::page::kept_back;
use super::super::whose::{Shown, shown};
use super::rules::{Paper, Standing, Told};
use super::view::{Row, View};
use super::{boxes, letter, named, open_letters, papers};
use crate::confidential::Flags;
use crate::home::Problem;
use crate::web::{Frame, Site, Via, Visit, answer, encoded, note_about};

/// Lines of one page.
const ROWS_SHOWN: usize = 100;
/// Patients that a name typed may mean: more are a surname, and want a given name.
const PEOPLE_MAX: usize = 50;

/// `/whereabouts?…`
#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    /// `out`, `wishes`, `missing` or `all`.
    #[serde(default)]
    tab: String,
    /// A number, a patient, a name.
    #[serde(default)]
    q: String,
    /// Only what this department has or asks for.
    #[serde(default)]
    department: String,
    /// Page of the list, from 1.
    #[serde(default)]
    page: String,
}

/// What can be looked at, in order.
const TABS: [&str; 4] = ["out", "wishes", "missing", "all"];

#[derive(Template)]
#[template(path = "sheets/whereabouts/whereabouts.html")]
struct WherePage {
    frame: Frame,
    asked: Asked,
    tab: &'static str,
    /// Each tab with how many things stand there.
    tabs: Vec<(&'static str, usize)>,
    letters: usize,
    rows: Vec<Row>,
    /// Whose papers these are, where a number was typed.
    shown: Option<Shown>,
    /// What is wrong with what was typed.
    no: String,
    pages: Pages,
}

/// Where a page stands in a list.
pub(super) struct Pages {
    pub at: usize,
    pub of: usize,
    pub rows: usize,
    /// Addresses of the pages before and after; empty for none.
    pub before: String,
    pub after: String,
}

impl Pages {
    /// Page `at` (as typed) of so many rows; `address` takes a page's number.
    pub fn of(at: &str, rows: usize, shown: usize, address: &dyn Fn(usize) -> String) -> Pages {
        let of = rows.div_ceil(shown).max(1);
        let at = at.trim().parse().unwrap_or(1).clamp(1, of);
        let before = if at > 1 { address(at - 1) } else { String::new() };
        let after = if at < of { address(at + 1) } else { String::new() };
        Pages { at, of, rows, before, after }
    }

    /// The rows of this page.
    pub fn cut<'a, T>(&self, rows: &'a [T], shown: usize) -> &'a [T] {
        let from = (self.at - 1) * shown;
        rows.get(from..rows.len().min(from + shown)).unwrap_or_default()
    }
}

/// What came of what was asked.
enum Made {
    Page(Box<WherePage>, Option<PatientId>),
    /// The thing of the number that was typed.
    Thing(String),
}

/// `GET /whereabouts`
pub async fn page(State(site): State<Site>, visit: Visit, via: Via, Query(asked): Query<Asked>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    match site.read(move |reader| made(&own, &seen, reader, asked)).await {
        Ok(Made::Thing(address)) => Redirect::to(&address).into_response(),
        Ok(Made::Page(page, patient)) => {
            if let (Some(id), Some(session)) = (&patient, &visit.session) {
                if let Some(chart) = kept_back(&site, session, id).await {
                    return Redirect::to(&chart).into_response();
                }
                let about = format!("{}/{}", id.authority, id.id);
                note_about(&site, &via, &session.person, ("whereabouts", about, String::new()), 200);
            }
            answer(&site, &visit, Ok(*page))
        }
        Err(problem) => answer::<WherePage>(&site, &visit, Err(problem)),
    }
}

/// Who is meant by what was typed: one patient by number, or all whose name it may be.
enum Meant {
    Nobody,
    One(PatientId, Shown),
    Some(Vec<PatientId>),
    Wrong(String),
}

fn meant(reader: &Reader, visit: &Visit, q: &str) -> Result<Meant, Problem> {
    let t = visit.words;
    let number = match typed(q) {
        _ if q.trim().is_empty() => return Ok(Meant::Nobody),
        Typed::Wrong => return Ok(Meant::Wrong(t.text("scan-check-wrong"))),
        Typed::Confirmed(id) | Typed::Bare(id) => id,
    };
    let id = PatientId { authority: reader.about().authority.clone(), id: number };
    if let Some(person) = reader.person(&id)? {
        let shown = shown(&id, &person, t);
        return Ok(Meant::One(id, shown));
    }
    let mut people = Vec::new();
    for reading in chart::read_query(q).readings().filter(|reading| !reading.is_empty()) {
        let find = Find {
            id: reading.id.clone(),
            name: reading.name.clone(),
            kana: reading.kana.clone(),
            birth: reading.birth,
            phone: None,
            place: Vec::new(),
        };
        if find != Find::default() {
            people.extend(reader.find(&find, PEOPLE_MAX)?.hits.into_iter().map(|hit| hit.id));
        }
    }
    Ok(Meant::Some(people))
}

fn made(site: &Site, visit: &Visit, reader: &Reader, asked: Asked) -> Result<Made, Problem> {
    let (t, now) = (visit.words, site.now());
    if !asked.q.trim().is_empty()
        && let Some(number) = named(reader, &asked.q)?
    {
        let of =
            if letter(reader, &number)?.is_some() { "/whereabouts/letters?number=" } else { "/whereabouts/papers/" };
        return Ok(Made::Thing(format!("{of}{}", encoded(&number))));
    }
    let all = reader.once(papers)?;
    let meant = meant(reader, visit, &asked.q)?;
    let tab = TABS.iter().copied().find(|tab| *tab == asked.tab);
    // Who looks for somebody wants all of that patient's papers, wherever they stand.
    let tab = tab.unwrap_or(if asked.q.trim().is_empty() { "out" } else { "all" });
    let of_these = |paper: &&Paper| is_meant(paper, &meant, &asked);
    let mut found: Vec<&Paper> = all.iter().filter(of_these).collect();
    let tabs = TABS.map(|tab| (tab, found.iter().map(|paper| lines(paper, tab).len()).sum::<usize>())).to_vec();
    found.sort_by_key(|paper| (since(paper, tab), paper.thing.number.as_str()));
    let lines: Vec<(&Paper, Option<&Told>)> =
        found.iter().flat_map(|paper| lines(paper, tab).into_iter().map(|wish| (*paper, wish))).collect();
    let address = |page: usize| {
        let [q, department] = [&asked.q, &asked.department].map(|text| encoded(text));
        format!("/whereabouts?tab={tab}&q={q}&department={department}&page={page}")
    };
    let pages = Pages::of(&asked.page, lines.len(), ROWS_SHOWN, &address);
    let (flags, boxes) = (reader.once(Flags::all)?, boxes(&all));
    let view = View { reader, flags: &flags, boxes: &boxes, now, t };
    let shown_lines = pages.cut(&lines, ROWS_SHOWN).iter();
    let rows = shown_lines.map(|(paper, wish)| view.row(paper, *wish)).collect::<Result<_, _>>()?;
    let (shown, patient, no) = match meant {
        Meant::One(id, shown) => (Some(shown), Some(id), String::new()),
        Meant::Wrong(no) => (None, None, no),
        _ => (None, None, String::new()),
    };
    let letters = reader.once(open_letters)?.len();
    let frame = Frame::new(site, visit, reader)?;
    Ok(Made::Page(Box::new(WherePage { frame, asked, tab, tabs, letters, rows, shown, no, pages }), patient))
}

/// The lines that a thing makes under a tab: one, or one a wish.
fn lines<'a>(paper: &'a Paper, tab: &str) -> Vec<Option<&'a Told>> {
    let is = |standing| if paper.standing() == standing { vec![None] } else { Vec::new() };
    match tab {
        "out" => is(Standing::Out),
        "missing" => is(Standing::Missing),
        "wishes" => paper.wishes.iter().map(Some).collect(),
        _ => vec![None],
    }
}

/// What a tab is ordered by: longest out, longest asked, longest missing; else as registered.
fn since(paper: &Paper, tab: &str) -> i64 {
    let told = match tab {
        "out" => paper.out.as_ref(),
        "missing" => paper.missing.as_ref(),
        "wishes" => paper.wishes.first(),
        _ => None,
    };
    told.map_or(0, |told| told.since.0)
}

fn is_meant(paper: &Paper, meant: &Meant, asked: &Asked) -> bool {
    let thing = &paper.thing;
    let own = |id: &PatientId| thing.id == id.id && thing.authority == id.authority;
    let titled = || chart::fold_name(&thing.title).contains(&chart::fold_name(&asked.q));
    let whose = match meant {
        Meant::Nobody => true,
        Meant::Wrong(_) => false,
        Meant::One(id, _) => own(id),
        Meant::Some(people) => people.iter().any(own) || titled(),
    };
    let department = asked.department.trim();
    let at = || paper.holder().into_iter().chain(&paper.wishes).any(|told| told.place.contains(department));
    whose && (department.is_empty() || at())
}
