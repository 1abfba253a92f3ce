//! One visit: its ticket in large letters with the button that prints its packet, where it is, and every way on; and what was said of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::view::{Row, View, places};
use crate::event::{VisitEvent, VisitMoved};
use crate::finding::shown::{Coded, Person, coded};
use crate::parents::Seen;
use crate::text::Words;
use crate::typed_time::when;
use crate::visits::clinics::Clinic;
use crate::visits::{FLAGS, Visit as Visiting, found};
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about, own_path, refusal_in_words};
use crate::writing::desk::{DeskWish, Received};
use crate::writing::{Answer, Request};

/// `/reception/visit?…`
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    visit: String,
    /// It was received just now: the packet is printed next.
    #[serde(default)]
    new: String,
}

/// Something that was said of it.
struct Past {
    act: String,
    said: Vec<String>,
    words: String,
    at: String,
    by: String,
    /// It is struck: by whom, when, why.
    struck: String,
}

/// Somebody with whom the patient came, or who came with him.
struct Together {
    ticket: String,
    address: String,
    name: String,
}

#[derive(Template)]
#[template(path = "reception/visit.html")]
struct VisitPage {
    frame: Frame,
    new: bool,
    row: Row,
    person: Person,
    kind: String,
    identified: String,
    red: Vec<String>,
    words: String,
    rule: String,
    received: String,
    history: Vec<Past>,
    together: Vec<Together>,
    /// What its packet has, by code and title; and what is written for its department and names no sheet.
    packet: Vec<String>,
    no_sheets: String,
    seen: Seen,
    clinics: Vec<Clinic>,
    places: Vec<Coded>,
    flags: Vec<Coded>,
    /// The letter of its present department.
    letter: String,
}

impl VisitPage {
    fn has(&self, flag: &str) -> bool {
        self.row.flags.iter().any(|(code, _)| *code == flag)
    }
}

/// `GET /reception/visit`
pub async fn page(State(site): State<Site>, visit: Visit, via: Via, Query(asked): Query<Asked>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let (t, now) = (seen.words, own.now());
        let one = found(reader, &asked.visit, now, now)?;
        let view = View::new(reader, t, now)?;
        let all = crate::visits::now(reader, now)?;
        let mut rows = view.rows(reader, std::slice::from_ref(&one), &all)?;
        let row = rows.pop().ok_or_else(|| crate::home::Problem::failed("visit"))?;
        let words = |field: &str, prefix: &str| -> Vec<String> {
            one.value(field).split_whitespace().map(|code| t.word(prefix, code)).collect()
        };
        let (about, person) = (one.patient(), view.person(reader, &one.patient())?);
        let (packet, no_sheets) = crate::visits::clinics::packet(&view.clinics, one.value("department"));
        let page = VisitPage {
            frame: Frame::new(&own, &seen, reader)?,
            new: asked.new == "1",
            row,
            person,
            kind: t.word("visit-kind", one.value("kind")),
            identified: words("identified", "identifier").join("・"),
            red: words("red", "visit-red"),
            words: one.said.words.clone(),
            rule: match one.value("rule") {
                "" => String::new(),
                rule => format!("{rule} {}", t.word("item-state", one.value("rule_state"))),
            },
            received: format!("{} {}", one.received.at, one.received.who),
            history: one.history.iter().rev().map(|said| past(said, &view, t)).collect(),
            together: together(reader, &view, &one, &all)?,
            packet: packet.iter().map(|code| title(code, t)).collect(),
            no_sheets: no_sheets.join(" "),
            seen: Seen::of(&one.tips),
            clinics: view.clinics,
            places: places(t),
            flags: coded(FLAGS, |code| t.word("visit-flag", code)),
            letter: one.value("department").to_owned(),
        };
        Ok((page, about))
    });
    let made = made.await.map(|(page, about)| {
        if let Some(session) = &visit.session {
            note_about(
                &site,
                &via,
                &session.person,
                ("visit", format!("{}/{}", about.authority, about.id), String::new()),
                200,
            );
        }
        page
    });
    answer(&site, &visit, made)
}

/// A sheet by code and title.
fn title(code: &str, t: Words) -> String {
    let of = |title: &[&'static str; 2]| title[usize::from(t.lang != chart::Lang::Ja)].to_owned();
    let title = paper::form(code).map_or_else(String::new, |form| of(&form.title));
    format!("{title}{}", t.with("aside", code))
}

/// Who came together: whom this visit names, who names it, and who names the same.
fn together(
    reader: &store::Reader,
    view: &View,
    one: &Visiting,
    all: &[Arc<Visiting>],
) -> Result<Vec<Together>, crate::home::Problem> {
    let with = Some(one.value("with")).filter(|with| !with.is_empty());
    let is = |other: &&Arc<Visiting>| {
        other.name != one.name
            && other.state != "struck"
            && (other.value("with") == one.name
                || with.is_some_and(|with| other.name == with || other.value("with") == with))
    };
    let found: Vec<Arc<Visiting>> = all.iter().filter(is).cloned().collect();
    let rows = view.rows(reader, &found, all)?;
    Ok(rows.into_iter().map(|row| Together { ticket: row.ticket, address: row.address, name: row.who }).collect())
}

fn past(past: &crate::visits::Past, view: &View, t: Words) -> Past {
    let (said, told) = (&past.said, &past.told);
    let mut words = Vec::new();
    if said.values.contains_key("place") {
        words.push(view.place(&said.values));
    }
    for field in ["room", "doctor", "referred_to", "transport", "paper"] {
        words.extend(
            said.values
                .get(field)
                .filter(|value| !value.is_empty())
                .map(|value| format!("{} {value}", t.word("visit-field", field))),
        );
    }
    let late = told.entry.0.saturating_sub(told.at.0) >= 60_000;
    Past {
        act: t.word("visit-act", &said.act),
        said: words,
        words: said.words.clone(),
        at: if late {
            format!("{}{}", told.at, t.with("visit-entered", told.entry.to_string()))
        } else {
            told.at.to_string()
        },
        by: told.who.clone(),
        struck: past.struck.as_ref().map_or_else(String::new, |by| format!("{} {} {}", by.words, by.who, by.entry)),
    }
}

/// `POST /queue/move`: a visit goes on.
pub async fn go_on(
    State(site): State<Site>,
    visit: Visit,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Response {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let Some(at) = when(&of("at"), site.now()) else {
        return refusal_in_words(&site, &visit, &visit.words.text("visit-no-time"));
    };
    let (by, role) = visit.by();
    let event = VisitEvent::Moved(moved(&typed));
    let request = Request::Desk { wish: DeskWish::Visit { event, seen: Seen::from(of("seen")), at: at.0 }, by, role };
    let back = of("back_to");
    match site.write(request).await {
        Ok(Answer::Visit(Received { visit: name, .. })) if back.is_empty() => {
            Redirect::to(&format!("/reception/visit?visit={}", encoded(&name))).into_response()
        }
        Ok(_) => Redirect::to(own_path(&back)).into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

fn moved(typed: &BTreeMap<String, String>) -> VisitMoved {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let act = of("act");
    let mut values = BTreeMap::new();
    let fields: &[&str] = match act.as_str() {
        "move" | "reopen" => &["place", "department", "room"],
        "call" => &["room"],
        "refuse" => &["doctor", "referred_to", "transport"],
        _ => &[],
    };
    for field in fields {
        let value = of(field);
        if !value.is_empty() {
            values.insert((*field).to_owned(), value);
        }
    }
    if act == "flag" {
        let flags: Vec<&str> = typed.keys().filter_map(|key| key.strip_prefix("flag_")).collect();
        values.insert("flags".to_owned(), flags.join(" "));
    }
    VisitMoved { day: String::new(), visit: of("visit"), act, words: of("words"), values }
}

/// True for a visit that stands on the present list.
pub fn is_shown(visit: &Visiting, department: &str, place: &str, all: bool) -> bool {
    (all || visit.is_open())
        && (department.is_empty() || visit.departments().contains(department))
        && (place.is_empty() || visit.value("place") == place)
}
