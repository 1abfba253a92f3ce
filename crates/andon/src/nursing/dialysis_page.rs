//! 透析: who is on dialysis with the terms of the next session, what must not be given, and the last values: out of the copy and of what was
//! written since, each with source and age; what neither tells is to be filled in. Below, who is asked when this house cannot dialyse.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chart::dialysis::{last_values, plain, terms};
use chart::infection::Finding;
use chart::{Answer, Chart, SourceRef, age_words};
use serde::Deserialize;
use store::Reader;

use super::view::{View, address, place_words};
use crate::finding::shown::{Person, is_kept_back};
use crate::home::{Problem, wrong};
use crate::registers::{items, known};
use crate::stays::census;
use crate::stays::dialysis::{OnDialysis, patients};
use crate::text::Words;
use crate::web::{Frame, Posted, Site, Visit, answer, refusal_in_words};

/// The register of who takes over what this house cannot do.
const PARTNERS: &str = "partners";

/// One term with when and by which source it is told; nothing where it is to be filled in.
struct Term {
    name: String,
    told: Option<(String, String)>,
}

struct Row {
    person: Person,
    address: String,
    hidden: bool,
    place: String,
    terms: Vec<Term>,
    allergies: Vec<String>,
    allergy_words: String,
    infections: Vec<String>,
    infection_words: String,
    values: Vec<(String, String)>,
}

impl Row {
    /// Something is to be filled in.
    fn is_missing(&self) -> bool {
        self.terms.iter().any(|term| term.told.is_none())
    }
}

struct Partner {
    name: String,
    service: String,
    phone: String,
    said: String,
    state: String,
}

#[derive(Template)]
#[template(path = "nursing/dialysis.html")]
struct DialysisPage {
    frame: Frame,
    rows: Vec<Row>,
    more: bool,
    partners: Vec<Partner>,
}

/// `GET /dialysis`
pub async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let view = View::new(reader, seen.words, own.now())?;
        let (found, more) = patients(reader, own.now())?;
        let mut rows = found.iter().map(|one| row(reader, &view, one)).collect::<Result<Vec<Row>, Problem>>()?;
        rows.sort_by_cached_key(|row| (row.place.is_empty(), row.place.clone(), row.person.kana.clone()));
        let partners = partners(reader, seen.words)?;
        Ok(DialysisPage { frame: Frame::new(&own, &seen, reader)?, rows, more, partners })
    });
    answer(&site, &visit, made.await)
}

/// A number as typed.
#[derive(Deserialize)]
pub struct Number {
    number: String,
}

/// `POST /dialysis/find`: the page of somebody who is not on the list, to write the terms there.
pub async fn find(State(site): State<Site>, visit: Visit, Posted(typed): Posted<Number>) -> Response {
    let found = site.read(move |reader| {
        let plain = crate::temporary::plain(reader, typed.number.trim())?;
        let id = crate::temporary::meant(reader, &plain)?;
        match reader.person(&id)?.is_some() || crate::temporary::is_issued(reader, &id)? {
            true => Ok(id),
            false => {
                Err(wrong("この番号の患者はこのコピーにありません。", "No patient of this number is in this copy."))
            }
        }
    });
    match found.await {
        Ok(id) => Redirect::to(&format!("{}#dialysis", address(&id))).into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

fn row(reader: &Reader, view: &View, one: &OnDialysis) -> Result<Row, Problem> {
    let (t, chart) = (view.t, &one.chart);
    let place = census::place(reader, &one.id)?;
    let flags = reader.once(crate::confidential::Flags::all)?;
    let told = |code: &str, told: &chart::Item<chart::boxes::Told>| {
        (plain(code, &told.text), stand(t, told.time.map(|time| time.to_string()), told.age_minutes, &told.source))
    };
    let terms = terms(chart).into_iter().map(|entry| Term {
        name: t.word("stay-field", entry.code),
        told: entry.told.as_ref().map(|item| told(entry.code, item)),
    });
    let (allergies, allergy_words) = allergies(t, chart);
    let (infections, infection_words) = infections(t, chart);
    Ok(Row {
        person: view.person(reader, &one.id)?,
        address: address(&one.id),
        hidden: is_kept_back(&flags, &one.id),
        place: place.map_or_else(String::new, |lies| place_words(&lies.place)),
        terms: terms.collect(),
        allergies,
        allergy_words,
        infections,
        infection_words,
        values: values(t, chart),
    })
}

fn stand(t: Words, time: Option<String>, age_minutes: i64, source: &SourceRef) -> String {
    let age = t.with("aside", age_words(age_minutes, t.lang));
    format!("{}{age} {} №{}", time.unwrap_or_default(), source.source, source.position)
}

/// What is recorded, and what is to be said where nothing is: an empty place would be read as none.
fn unless_recorded(t: Words, answer: Answer) -> String {
    match answer {
        Answer::Recorded => String::new(),
        Answer::NoneConfirmed => t.text("answer-none-confirmed"),
        _ => t.text("dialysis-not-recorded"),
    }
}

fn allergies(t: Words, chart: &Chart) -> (Vec<String>, String) {
    let told = chart.allergies.items.iter().filter(|item| !item.says_none);
    let mut words: Vec<String> = told.map(|item| item.allergy.allergen.shown().to_owned()).collect();
    words.dedup();
    (words, unless_recorded(t, chart.allergies.answer))
}

fn infections(t: Words, chart: &Chart) -> (Vec<String>, String) {
    let found = chart.infections.items.iter().filter(|item| item.finding != Finding::Negative);
    let mut words: Vec<String> = found.map(|item| item.about.to_owned()).collect();
    words.dedup();
    (words, unless_recorded(t, chart.infections.answer))
}

/// Each last value with its day, age and source.
fn values(t: Words, chart: &Chart) -> Vec<(String, String)> {
    let one = |series: &&chart::labs::LabSeries| {
        let latest = &series.latest;
        let value = format!("{} {} {}", series.name, latest.value.value, latest.unit.shown());
        (value, stand(t, latest.time.map(|time| time.to_string()), latest.age_minutes, &latest.source))
    };
    last_values(chart).iter().map(one).collect()
}

/// Who takes over dialysis, in the order of the register.
fn partners(reader: &Reader, t: Words) -> Result<Vec<Partner>, Problem> {
    let all = items(reader, known(PARTNERS)?, crate::incident::now(reader)?.as_ref())?;
    let ours = all.iter().filter(|item| item.value("critical") == "dialysis");
    Ok(ours
        .map(|item| Partner {
            name: item.value("organisation").to_owned(),
            service: t.word("item-choice", item.value("critical")),
            phone: [item.value("phone"), item.value("phone_other")].join(" ").trim().to_owned(),
            said: [item.value("takes"), item.value("conditions")].join("　").trim().to_owned(),
            state: t.word("item-state", item.state),
        })
        .collect())
}
