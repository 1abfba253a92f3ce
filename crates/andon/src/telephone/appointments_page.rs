//! 予約: who comes on a day, with what was made, moved, cancelled and judged since the copy ended; and one appointment with all that can be
//! said of it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chart::{Lang, When};
use serde::Deserialize;
use store::Reader;

use super::rules::Values;
use super::view::{Past, Plan, View, asked_first};
use crate::bookings::day::{Comer, DayCounts, PlanRow, comers, named};
use crate::bookings::{POSTPONE, bookings};
use crate::event::{BookingEvent, BookingSaid};
use crate::finding::shown::{Coded, Person, coded, is_kept_back};
use crate::home::Problem;
use crate::parents::Seen;
use crate::role::Role;
use crate::typed_time::day_in_words;
use crate::visits::clinics::{self, Clinic};
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about, own_path};
use crate::writing::Request;
use crate::writing::telephone::PhoneWish;

/// Patients shown on one page.
const COMERS_SHOWN: usize = 500;
/// Characters of a department that are read; the rest is a paste.
const DEPARTMENT_MAX: usize = 60;
/// What of a day is shown: all; tests to be decided of; what was changed since; what two stations say apart.
const SHOWS: [&str; 4] = ["all", "tests", "changed", "doubtful"];

/// `/appointments?…`
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    day: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    show: String,
}

/// Somebody who comes, in words.
struct Row {
    chart: String,
    name: String,
    kana: String,
    id: String,
    born: String,
    phones: Vec<String>,
    alike: bool,
    place: String,
    plans: Vec<Plan>,
}

#[derive(Template)]
#[template(path = "telephone/appointments.html")]
struct DayPage {
    frame: Frame,
    /// What was typed, when it is no day: today is shown.
    unread: String,
    day: When,
    department: String,
    show: &'static str,
    rows: Vec<Row>,
    count: usize,
    counts: DayCounts,
    cut: bool,
    clinics: Vec<Clinic>,
    shows: Vec<Coded>,
    postpone: Vec<Coded>,
    /// Whoever looks at it may decide of tests.
    is_doctor: bool,
}

impl DayPage {
    fn title(&self, lang: &Lang) -> String {
        day_in_words(&self.day, *lang)
    }

    fn beside(&self, days: i64) -> String {
        self.address(&self.day.start.plus_days(days).day().iso(), self.show)
    }

    fn address(&self, day: &str, show: &str) -> String {
        format!("/appointments?day={}&department={}&show={show}", encoded(day), encoded(&self.department))
    }

    fn here(&self) -> String {
        self.address(&self.day.iso(), self.show)
    }

    fn is_past(&self) -> bool {
        self.day.end() <= self.frame.made.day().start
    }
}

fn wanted(plan: &PlanRow, show: &str) -> bool {
    match show {
        "tests" => plan.is_test() && plan.stands(),
        "changed" => plan.source == "outage" || !plan.stands(),
        "doubtful" => plan.doubtful,
        _ => true,
    }
}

/// `GET /appointments`
pub async fn page(State(site): State<Site>, visit: Visit, Query(asked): Query<Asked>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, &asked));
    answer(&site, &visit, made.await)
}

fn made(site: &Site, visit: &Visit, reader: &Reader, asked: &Asked) -> Result<DayPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let (unread, day) = match crate::typed_time::day(&asked.day, now) {
        Some(day) => (String::new(), day),
        None => (asked.day.chars().take(DEPARTMENT_MAX).collect(), now.day()),
    };
    let department: String = asked.department.trim().chars().take(DEPARTMENT_MAX).collect();
    let show = SHOWS.into_iter().find(|show| *show == asked.show).unwrap_or(SHOWS[0]);
    let found = comers(reader, day, &department)?;
    let counts = DayCounts::of(&found.rows);
    let view = View::new(reader, t, now)?;
    let shown = found.rows.iter().filter(|row| row.plans.iter().any(|plan| wanted(plan, show)));
    let count = shown.clone().count();
    let rows = shown.take(COMERS_SHOWN).map(|row| in_words(reader, &view, row, show)).collect::<Result<_, _>>()?;
    Ok(DayPage {
        frame: Frame::new(site, visit, reader)?,
        unread,
        day,
        department,
        show,
        rows,
        count,
        counts,
        cut: found.cut,
        clinics: clinics::all(reader)?,
        shows: coded(SHOWS, |show| t.word("appointments-show", show)),
        postpone: coded(POSTPONE, |code| t.word("postpone", code)),
        is_doctor: is_doctor(visit),
    })
}

fn is_doctor(visit: &Visit) -> bool {
    visit.by().1 == Role::Doctor.code()
}

fn in_words(reader: &Reader, view: &View, row: &Comer, show: &str) -> Result<Row, Problem> {
    let t = view.t;
    let flags = reader.once(crate::confidential::Flags::all)?;
    let person = view.person(reader, &row.patient())?;
    let kept_back = is_kept_back(&flags, &row.patient());
    let place = row.place.as_ref().map_or_else(String::new, |place| {
        format!("{} {} {}-{}", t.text("in-hospital"), place.ward, place.room, place.bed)
            .trim_end_matches('-')
            .to_owned()
    });
    Ok(Row {
        chart: person.chart,
        name: if kept_back { t.text("flag-mark") } else { person.name },
        kana: if kept_back { String::new() } else { person.kana },
        id: row.id.clone(),
        born: format!("{} {} {}", row.birth_date.map_or_else(String::new, |born| born.iso()), person.age, person.sex),
        phones: if kept_back { Vec::new() } else { row.phones.clone() },
        alike: row.same_name > 1 || row.alike != crate::finding::Alike::No,
        place,
        plans: row.plans.iter().filter(|plan| wanted(plan, show)).map(|plan| Plan::of(t, plan)).collect(),
    })
}

/// `/appointments/one?booking=…`
#[derive(Deserialize)]
pub struct One {
    #[serde(default)]
    booking: String,
}

#[derive(Template)]
#[template(path = "telephone/booking.html")]
struct BookingPage {
    frame: Frame,
    typed: Values,
    no: String,
    person: Person,
    plan: Plan,
    at: String,
    is_test: bool,
    apart: Vec<String>,
    history: Vec<Past>,
    seen: Seen,
    postpone: Vec<Coded>,
    is_doctor: bool,
}

impl BookingPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }
}

/// `GET /appointments/one`
pub async fn one(State(site): State<Site>, visit: Visit, via: Via, Query(asked): Query<One>) -> Response {
    show_one(&site, &visit, &via, asked.booking, (Values::new(), String::new())).await
}

async fn show_one(site: &Site, visit: &Visit, via: &Via, booking: String, (typed, no): (Values, String)) -> Response {
    let (of, here) = (booking.clone(), format!("/appointments/one?booking={}", encoded(&booking)));
    if let Some(asked) = asked_first(site, visit, move |reader| Ok(named(reader, &of)?.0), &here).await {
        return asked;
    }
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let (t, now) = (seen.words, own.now());
        let (id, row) = named(reader, &booking)?;
        let said = bookings(reader)?.into_iter().find(|one| one.name == booking);
        let view = View::new(reader, t, now)?;
        let page = BookingPage {
            frame: Frame::new(&own, &seen, reader)?,
            person: view.person(reader, &id)?,
            plan: Plan::of(t, &row),
            at: super::view::time(row.plan.at),
            is_test: row.is_test(),
            apart: said.as_ref().map_or_else(Vec::new, |said| view.apart(said)),
            history: said.as_ref().map_or_else(Vec::new, |said| view.history(said, |act| t.word("booking-act", act))),
            seen: row.seen.clone(),
            postpone: coded(POSTPONE, |code| t.word("postpone", code)),
            is_doctor: is_doctor(&seen),
            typed,
            no,
        };
        Ok((page, id))
    });
    let made = made.await.map(|(page, about)| {
        if let Some(session) = &visit.session {
            let about = format!("{}/{}", about.authority, about.id);
            note_about(site, via, &session.person, ("appointment", about, String::new()), 200);
        }
        page
    });
    answer(site, visit, made)
}

/// `POST /appointments/one`: what is said of an appointment. What was typed is not lost where it cannot be so: the appointment's own page
/// has it, also of what was typed on the day's list.
pub async fn say(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Response {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let fields: &[&str] = match of("act").as_str() {
        "move" => &["at", "department", "doctor", "told_by"],
        "cancel" => &["told_by"],
        "decide" => &["postpone", "condition", "decided_by", "passed_on_by"],
        _ => &[],
    };
    let says = |field: &&str| Some(((*field).to_owned(), of(field))).filter(|(_, value)| !value.is_empty());
    let mut values: Values = fields.iter().filter_map(says).collect();
    let (by, role) = visit.by();
    // A doctor who decides need not write the own name.
    if of("act") == "decide" && role == Role::Doctor.code() {
        values.entry("decided_by".to_owned()).or_insert_with(|| by.clone());
    }
    let said = BookingSaid { thing: of("booking"), act: of("act"), words: of("words"), values, ..Default::default() };
    let wish = PhoneWish::Say {
        event: BookingEvent::Booking(said),
        seen: Seen::from(of("seen")),
        at: site.now().0,
        again: false,
    };
    match site.write(Request::Telephone { wish, by, role }).await {
        Ok(_) if !of("back_to").is_empty() => Redirect::to(own_path(&of("back_to"))).into_response(),
        Ok(_) => Redirect::to(&format!("/appointments/one?booking={}", encoded(&of("booking")))).into_response(),
        Err(problem) => show_one(&site, &visit, &via, of("booking"), (typed, problem.words)).await,
    }
}
