//! 受診状況: for staff who waits where since when; for the waiting room tickets and rooms alone; for a wall, large and without names.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::Response;
use serde::Deserialize;
use store::Reader;

use super::view::{Row, View, places};
use super::visit_page::is_shown;
use crate::finding::shown::Coded;
use crate::home::Problem;
use crate::text::Words;
use crate::visits::clinics::Clinic;
use crate::visits::{Tally, Visit as Visiting, doubled, now as present};
use crate::web::{Frame, Site, Visit, answer, encoded};

/// Visits on one page; the rest is found by department and place.
const ROWS_SHOWN: usize = 300;
/// Tickets on a screen that hangs.
const TICKETS_SHOWN: usize = 60;
/// Seconds after which what hangs is made again.
const WALL_SECONDS: u32 = 15;

/// `/queue?…`
#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    /// Of this department, by letter.
    #[serde(default)]
    department: String,
    /// Of those who go to this place next.
    #[serde(default)]
    place: String,
    /// `1`: those too who are done.
    #[serde(default)]
    all: String,
    /// A ticket or a patient's number.
    #[serde(default)]
    q: String,
}

impl Asked {
    /// The address of the same list.
    fn address(&self) -> String {
        let Asked { department, place, all, .. } = self;
        format!("/queue?department={}&place={}&all={}", encoded(department), encoded(place), encoded(all))
    }
}

/// How many are left of a department.
struct Count {
    letter: String,
    name: String,
    tally: Tally,
}

#[derive(Template)]
#[template(path = "reception/queue.html")]
struct QueuePage {
    frame: Frame,
    asked: Asked,
    here: String,
    rows: Vec<Row>,
    more: usize,
    tally: Tally,
    expected: usize,
    counts: Vec<Count>,
    doubled: Vec<String>,
    apart: usize,
    places: Vec<Coded>,
}

/// `GET /queue`
pub async fn page(State(site): State<Site>, visit: Visit, Query(asked): Query<Asked>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, asked)).await;
    answer(&site, &visit, made)
}

/// Most urgent first, then those who wait longest.
fn in_order(visits: &mut [Arc<Visiting>]) {
    visits.sort_by_key(|visit| {
        (
            !visit.is_open(),
            !visit.is_doubtful(),
            !visit.words("flags").contains("urgent"),
            visit.since.at,
            visit.name.clone(),
        )
    });
}

fn made(site: &Site, visit: &Visit, reader: &Reader, asked: Asked) -> Result<QueuePage, Problem> {
    let (t, now) = (visit.words, site.now());
    let all = present(reader, now)?;
    let view = View::new(reader, t, now)?;
    let q: String = asked.q.trim().chars().map(crate::text::narrow).collect();
    let is_asked = |visit: &Arc<Visiting>| q.is_empty() || visit.said.ticket.contains(&q) || visit.said.id == q;
    let wanted = |visit: &&Arc<Visiting>| {
        is_shown(visit, &asked.department, &asked.place, asked.all == "1" || !q.is_empty()) && is_asked(visit)
    };
    let mut visits: Vec<Arc<Visiting>> = all.iter().filter(wanted).cloned().collect();
    in_order(&mut visits);
    let more = visits.len().saturating_sub(ROWS_SHOWN);
    visits.truncate(ROWS_SHOWN);
    Ok(QueuePage {
        frame: Frame::new(site, visit, reader)?,
        here: asked.address(),
        rows: view.rows(reader, &visits, &all)?,
        more,
        tally: Tally::of(&all, None),
        expected: expected(reader, &all, now)?,
        counts: counts(&all, &view.clinics),
        doubled: doubled(&all),
        apart: all.iter().filter(|visit| visit.is_doubtful()).count(),
        places: places(t),
        asked,
    })
}

fn counts(all: &[Arc<Visiting>], clinics: &[Clinic]) -> Vec<Count> {
    let count = |one: &Clinic| Count {
        letter: one.letter.clone(),
        name: one.name.clone(),
        tally: Tally::of(all, Some(&one.letter)),
    };
    let counted = clinics.iter().map(count);
    counted.filter(|count| count.tally != Tally::default()).collect()
}

/// Patients who are expected today, by the copy and by what was made, moved or cancelled since, and whom nobody received yet; inpatients do
/// not come to the desk.
///
/// # Errors
/// When the store cannot be read.
pub fn expected(reader: &Reader, all: &[Arc<Visiting>], now: chart::Moment) -> Result<usize, Problem> {
    let came: std::collections::BTreeSet<chart::PatientId> = all.iter().map(|visit| visit.patient()).collect();
    Ok(crate::bookings::day::expected(reader, now.day())?.difference(&came).count())
}

/// A ticket on a screen that hangs.
struct Shown {
    ticket: String,
    room: String,
    place: String,
    minutes: i64,
    is_called: bool,
    urgent: bool,
}

#[derive(Template)]
#[template(path = "reception/public.html")]
struct PublicPage {
    frame: Frame,
    called: Vec<Shown>,
    waiting: Vec<(String, Vec<Shown>)>,
    more: usize,
}

#[derive(Template)]
#[template(path = "reception/wall.html")]
struct WallPage {
    frame: Frame,
    rows: Vec<Shown>,
    more: usize,
    tally: Tally,
    counts: Vec<Count>,
    apart: usize,
}

fn shown(visit: &Visiting, view: &View, now: chart::Moment) -> Shown {
    Shown {
        ticket: visit.said.ticket.clone(),
        room: visit.value("room").to_owned(),
        place: view.place(&visit.values),
        minutes: visit.minutes(now),
        is_called: visit.state == "called",
        urgent: visit.words("flags").contains("urgent"),
    }
}

/// `GET /queue/public`: for the waiting room. Ticket and room, and nothing that says who or why.
pub async fn public(State(site): State<Site>, visit: Visit, Query(asked): Query<Asked>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let (now, t) = (own.now(), seen.words);
        let view = View::new(reader, t, now)?;
        let mut all = present(reader, now)?;
        // Who is at an examination or the counter waits for no call from here, unless somebody calls.
        let waits = |visit: &Visiting| visit.state == "called" || matches!(visit.value("place"), "doctor" | "triage");
        all.retain(|visit| waits(visit) && is_shown(visit, &asked.department, "", false));
        all.sort_by_key(|visit| (visit.since.at, visit.name.clone()));
        let of = |called: bool| all.iter().filter(move |visit| (visit.state == "called") == called);
        let waiting: Vec<(String, Vec<Shown>)> = view
            .clinics
            .iter()
            .map(|clinic| {
                let own = of(false).filter(|visit| visit.value("department") == clinic.letter);
                (clinic.name.clone(), own.take(TICKETS_SHOWN).map(|visit| shown(visit, &view, now)).collect::<Vec<_>>())
            })
            .filter(|(_, tickets)| !tickets.is_empty())
            .collect();
        let more = of(false).count().saturating_sub(waiting.iter().map(|(_, tickets)| tickets.len()).sum());
        let called = of(true).map(|visit| shown(visit, &view, now)).collect();
        // Patients look at it: what the laboratory has to tell a doctor is not theirs.
        let frame = Frame { critical: String::new(), ..Frame::new(&own, &seen, reader)? };
        Ok(PublicPage { frame, called, waiting, more })
    });
    refreshed(answer(&site, &visit, made.await))
}

/// `GET /queue/wall`: for a wall of a department or the office, in large letters and without names.
pub async fn wall(State(site): State<Site>, visit: Visit, Query(asked): Query<Asked>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| wall_made(&own, &seen, reader, &asked));
    refreshed(answer(&site, &visit, made.await))
}

fn wall_made(site: &Site, visit: &Visit, reader: &Reader, asked: &Asked) -> Result<WallPage, Problem> {
    let (now, t): (_, Words) = (site.now(), visit.words);
    let all = present(reader, now)?;
    let view = View::new(reader, t, now)?;
    let mut open: Vec<Arc<Visiting>> =
        all.iter().filter(|visit| is_shown(visit, &asked.department, &asked.place, false)).cloned().collect();
    in_order(&mut open);
    Ok(WallPage {
        frame: Frame::new(site, visit, reader)?,
        rows: open.iter().take(TICKETS_SHOWN).map(|visit| shown(visit, &view, now)).collect(),
        more: open.len().saturating_sub(TICKETS_SHOWN),
        tally: Tally::of(&all, None),
        counts: counts(&all, &view.clinics),
        apart: open.iter().filter(|visit| visit.is_doubtful()).count(),
    })
}

fn refreshed(mut response: Response) -> Response {
    response.headers_mut().insert(header::REFRESH, WALL_SECONDS.into());
    response
}
