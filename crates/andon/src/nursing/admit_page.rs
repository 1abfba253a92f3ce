//! 入院させる: who comes is asked first (two identifiers, as at the desk), then shown back with where the copy and others say that he lies; the
//! ward, bed, doctor and diagnosis in words are typed beside it and accepted together. Whoever was received today for admission is one key
//! away. A bed in which somebody is said to lie stops once, and never blocks.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chart::PatientId;
use serde::Deserialize;
use store::Reader;

use super::rules::{Values, place};
use super::view::{Shown, View, address};
use crate::event::{StayEvent, StaySaid};
use crate::finding::identify::{self, Asked, NEEDED};
use crate::finding::shown::{Person, is_kept_back};
use crate::finding::{hit_of, must_be_told_apart, twins};
use crate::home::{Problem, wrong};
use crate::names;
use crate::parents::Seen;
use crate::stays::{census, place_text};
use crate::typed_time::when;
use crate::web::{Frame, Posted, Site, Via, Visit, answer, note_about};
use crate::writing::Request;
use crate::writing::ward::WardWish;

/// What the forms say.
type Typed = BTreeMap<String, String>;
/// Visits for admission that are shown.
const COME_SHOWN: usize = 50;
/// Others of a like name that are shown.
const TWINS_SHOWN: usize = 10;

/// Somebody who may be meant.
struct Found {
    person: Person,
    same: String,
    other: String,
}

/// Who is to be admitted, as shown back.
struct Chosen {
    person: Person,
    same: String,
    other: String,
    /// Where the patient is said to lie already.
    lies: Vec<Shown>,
    /// Others who could be taken for the patient.
    twins: Vec<Person>,
}

/// Somebody received today to be admitted.
struct Come {
    ticket: String,
    person: Person,
}

#[derive(Template)]
#[template(path = "nursing/admit.html")]
struct AdmitPage {
    frame: Frame,
    typed: Typed,
    no: String,
    asked: bool,
    too_few: bool,
    hidden: usize,
    chosen: Option<Chosen>,
    several: Vec<Found>,
    come: Vec<Come>,
    wards: Vec<String>,
}

impl AdmitPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }
}

/// `/wards/admit?ward=03`
#[derive(Deserialize)]
pub struct Begun {
    #[serde(default)]
    ward: String,
}

/// `GET /wards/admit`
pub async fn page(State(site): State<Site>, visit: Visit, via: Via, Query(begun): Query<Begun>) -> Response {
    show(&site, &visit, &via, Typed::from([("ward".to_owned(), begun.ward)]), String::new()).await
}

/// `POST /wards/admit/find`: what was said is compared; who it is is shown where enough of it is the same.
pub async fn find(State(site): State<Site>, visit: Visit, via: Via, Posted(typed): Posted<Typed>) -> Response {
    show(&site, &visit, &via, typed, String::new()).await
}

/// The page, and a line in the access audit of whom it shows.
async fn show(site: &Site, visit: &Visit, via: &Via, typed: Typed, no: String) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let said: Vec<String> = ["number", "name", "birth"]
        .into_iter()
        .filter_map(|name| typed.get(name).map(|text| text.trim().to_owned()))
        .filter(|text| !text.is_empty())
        .collect();
    let made = site.read(move |reader| made(&own, &seen, reader, typed, no)).await;
    if let (Some(session), Ok(page)) = (&visit.session, &made) {
        let people = page.chosen.iter().map(|one| &one.person).chain(page.several.iter().map(|one| &one.person));
        let mut about: Vec<String> = people.map(|person| format!("{}/{}", person.authority, person.id)).collect();
        if about.is_empty() && !said.is_empty() {
            about.push(String::new());
        }
        for about in about {
            note_about(site, via, &session.person, ("identify", about, said.join(" ")), 200);
        }
    }
    answer(site, visit, made)
}

fn asked(typed: &Typed) -> Asked {
    let of = |name: &str| typed.get(name).map(|text| text.trim().chars().take(100).collect()).unwrap_or_default();
    Asked { number: of("number"), name: of("name"), birth: of("birth"), phone: String::new() }
}

fn made(site: &Site, visit: &Visit, reader: &Reader, typed: Typed, no: String) -> Result<AdmitPage, Problem> {
    let (t, now, said) = (visit.words, site.now(), asked(&typed));
    let view = View::new(reader, t, now)?;
    let enough = said.count() >= NEEDED;
    let identified = if enough { identify::find(reader, &said)? } else { identify::Identified::default() };
    let words =
        |codes: &[&'static str]| codes.iter().map(|code| t.word("identifier", code)).collect::<Vec<_>>().join("・");
    let mut several = Vec::new();
    for (hit, compared) in &identified.found {
        let person = view.person(reader, &hit.patient())?;
        several.push(Found { person, same: words(&compared.same), other: words(&compared.other) });
    }
    let picked = picked(&typed);
    let chosen = match (&picked, several.len()) {
        (Some(id), _) => {
            let found = several.iter().position(|one| one.person.authority == id.authority && one.person.id == id.id);
            let found = found.map(|at| several.swap_remove(at));
            let (same, other) = found.map_or_else(Default::default, |found| (found.same, found.other));
            several.clear();
            Some(chosen(reader, &view, id, (same, other))?)
        }
        (None, 1) => match several.pop() {
            Some(Found { person, same, other }) => {
                let id = PatientId { authority: person.authority.clone(), id: person.id.clone() };
                Some(chosen(reader, &view, &id, (same, other))?)
            }
            None => None,
        },
        _ => None,
    };
    Ok(AdmitPage {
        frame: Frame::new(site, visit, reader)?,
        asked: !said.is_empty(),
        too_few: !enough && !said.is_empty() && picked.is_none(),
        hidden: identified.hidden,
        come: if chosen.is_none() { come(reader, &view)? } else { Vec::new() },
        wards: census::wards(reader)?.into_iter().map(|(ward, _)| ward).filter(|ward| !ward.is_empty()).collect(),
        chosen,
        several,
        typed,
        no,
    })
}

/// Whom a button of the page named.
fn picked(typed: &Typed) -> Option<PatientId> {
    let of = |name: &str| typed.get(name).filter(|text| !text.is_empty()).cloned();
    Some(PatientId { authority: of("authority")?, id: of("id")? })
}

fn chosen(reader: &Reader, view: &View, id: &PatientId, (same, other): (String, String)) -> Result<Chosen, Problem> {
    let lies = census::of_patient(reader, id)?.iter().map(|one| view.lying(one)).collect();
    let mut own = hit_of(reader, id)?;
    names::tell(&mut own, &names::all(reader)?);
    let mut alike = twins(reader, &own)?;
    alike.retain(|(_, why)| must_be_told_apart(why));
    let twins = alike.iter().take(TWINS_SHOWN).map(|(hit, _)| view.person(reader, &hit.patient()));
    Ok(Chosen { person: view.person(reader, id)?, same, other, lies, twins: twins.collect::<Result<_, _>>()? })
}

/// Who was received today for admission and lies nowhere yet.
fn come(reader: &Reader, view: &View) -> Result<Vec<Come>, Problem> {
    let flags = reader.once(crate::confidential::Flags::all)?;
    let mut come = Vec::new();
    for one in crate::visits::now(reader, view.now)?.iter() {
        let id = one.patient();
        let waits = one.is_open() && one.value("kind") == "admission" && !is_kept_back(&flags, &id);
        if waits && come.len() < COME_SHOWN && census::place(reader, &id)?.is_none() {
            come.push(Come { ticket: one.said.ticket.clone(), person: view.person(reader, &id)? });
        }
    }
    Ok(come)
}

/// `POST /wards/admit`: accepted as it was shown back. What was typed is not lost where it cannot be so.
pub async fn admit(State(site): State<Site>, visit: Visit, via: Via, Posted(typed): Posted<Typed>) -> Response {
    let wish = wish(&typed, site.now());
    let (by, role) = visit.by();
    let done = match wish {
        Ok((wish, id)) => site.write(Request::Ward { wish, by, role }).await.map(|_| id),
        Err(problem) => Err(problem),
    };
    match done {
        Ok(id) => Redirect::to(&address(&id)).into_response(),
        Err(problem) => show(&site, &visit, &via, typed, problem.words).await,
    }
}

fn wish(typed: &Typed, now: chart::Moment) -> Result<(WardWish, PatientId), Problem> {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let id = picked(typed).ok_or_else(|| wrong("患者を選んでください。", "Choose the patient."))?;
    let at = when(&of("at"), now)
        .ok_or_else(|| wrong("時刻として読めません。例 0930、11/01 09:30", "Not a time. Try 0930 or 11/01 09:30"))?;
    let mut values = Values::from([("place".to_owned(), place_text(&place(&of("ward"), &of("room"), &of("bed"))?))]);
    for field in ["department", "doctor", "diagnosis", "identified"] {
        values.extend(Some((field.to_owned(), of(field))).filter(|(_, value)| !value.is_empty()));
    }
    let (authority, number) = (id.authority.clone(), id.id.clone());
    let said =
        StaySaid { authority, id: number, act: "admit".into(), words: of("words"), values, ..StaySaid::default() };
    let again = of("again") == "1";
    Ok((WardWish { event: StayEvent::Stay(said), seen: Seen::default(), at: at.0, again }, id))
}
