//! 持込: what a patient brings, typed by a 2D scanner or told by telephone, shown back before it is on the chart; and what of it
//! does not say what the copy says, for a named person to look into.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chart::{AsOf, Body, PatientId, era_date};
use formats::jahis::Joined;
use serde::Deserialize;
use store::Reader;

use super::codes::{self, BYTES_MAX, Told};
use super::page::kept_back;
use super::pieces::scan_id;
use crate::disagreements::{self, Line, Row, line};
use crate::event::{Filing, SettledEvent};
use crate::home::Problem;
use crate::text::Words;
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about, refusal};
use crate::writing::Request;

/// Letters of what a person writes beside it.
const WORDS_MAX: usize = 200;

#[derive(Template)]
#[template(path = "sheets/hand_in.html")]
struct HandInPage {
    frame: Frame,
    id: PatientId,
    chart: String,
    /// Name, kana, birth and sex of the chart.
    who: [String; 3],
    typed: Wanted,
    /// What is wrong with what was typed.
    no: String,
    shown: Option<Shown>,
    open: Vec<Line>,
    settled: Vec<Line>,
}

/// What was read, to be looked at before it counts.
struct Shown {
    /// The file's name, by which the second step knows that the same is meant.
    file: String,
    /// Whom each code names.
    holders: Vec<String>,
    /// In what that differs from the chart.
    unlike: Vec<String>,
    /// Each fact in words.
    lines: Vec<String>,
    missing: Vec<String>,
    faults: usize,
}

/// The form by which something is handed in.
#[derive(Clone, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    authority: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    codes: String,
    #[serde(flatten)]
    told: Told,
    #[serde(default)]
    brought_by: String,
    #[serde(default)]
    checked_by: String,
    /// Why it is kept although it names somebody unlike.
    #[serde(default)]
    although: String,
    /// The file that was shown and looked at.
    #[serde(default)]
    confirmed: String,
}

impl Wanted {
    fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    /// What is to be kept, and what it is called.
    fn bytes(&self) -> (Vec<u8>, &'static str) {
        if self.codes.trim().is_empty() {
            return (self.told.code().into_bytes(), "聞き取り（電話・ファクス）");
        }
        (self.codes.clone().into_bytes(), "お薬手帳・処方箋のコード")
    }
}

fn short(text: &str) -> String {
    text.trim().chars().take(WORDS_MAX).collect()
}

fn address(id: &PatientId) -> String {
    format!("/hand-in/{}/{}", encoded(&id.authority), encoded(&id.id))
}

/// `GET /hand-in/{authority}/{id}`
pub async fn page(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    Path((authority, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let typed = Wanted { authority, id, ..Wanted::default() };
    show(&site, &visit, &via, &headers, typed, String::new(), false).await
}

/// The page, whoever asked for it: a reason first where the patient is kept back, and written down as a look.
async fn show(
    site: &Site,
    visit: &Visit,
    via: &Via,
    headers: &HeaderMap,
    typed: Wanted,
    no: String,
    read: bool,
) -> Response {
    let Some(session) = visit.session.clone() else {
        return refusal(site, headers, StatusCode::FORBIDDEN, "refused-right");
    };
    let id = typed.patient();
    if let Some(chart) = kept_back(site, &session, &id).await {
        return Redirect::to(&chart).into_response();
    }
    let about = format!("{}/{}", id.authority, id.id);
    note_about(site, via, &session.person, ("hand-in", about, String::new()), 200);
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &asked, reader, typed, no, read)).await;
    match made.transpose() {
        None => refusal(site, headers, StatusCode::NOT_FOUND, "refused-patient"),
        Some(made) => answer(site, visit, made),
    }
}

fn made(
    site: &Site,
    visit: &Visit,
    reader: &Reader,
    typed: Wanted,
    mut no: String,
    read: bool,
) -> Result<Option<HandInPage>, Problem> {
    let (id, t, now) = (typed.patient(), visit.words, site.now());
    let Some(chart) = crate::record::chart(reader, &id, &AsOf::live(now))? else { return Ok(None) };
    let mut shown = None;
    if read {
        let (bytes, _) = typed.bytes();
        match codes::read(reader, &id, &bytes) {
            Ok(found) => shown = Some(shown_of(&found, &bytes, t)),
            Err(problem) if no.is_empty() => no = problem.words,
            Err(_) => {}
        }
    }
    let patient = &chart.patient;
    let name = if patient.is_unnamed() { t.text("temporary-name") } else { patient.name.clone() };
    let birth =
        patient.birth_date.map_or_else(String::new, |birth| format!("{birth}{}", t.with("aside", era_date(&birth))));
    let who = [name, patient.kana.clone(), birth];
    let said = chart.disagreements.iter().map(|item| (item.settled.is_none(), line(item, t, now)));
    let (open, settled): (Vec<_>, Vec<_>) = said.partition(|(open, _)| *open);
    let lines = |all: Vec<(bool, Line)>| all.into_iter().map(|(_, line)| line).collect();
    Ok(Some(HandInPage {
        frame: Frame::new(site, visit, reader)?,
        chart: format!("/patients/{}/{}", encoded(&id.authority), encoded(&id.id)),
        id,
        who,
        typed,
        no,
        shown,
        open: lines(open),
        settled: lines(settled),
    }))
}

fn shown_of(found: &codes::Read, bytes: &[u8], t: Words) -> Shown {
    let holder = |set: &Joined| {
        let person = set.decoded.holder.as_deref()?;
        let names = person.names.iter().map(|name| format!("{} {}", name.family, name.given));
        let birth = person.birth.map_or_else(String::new, |birth| birth.to_string());
        Some(format!("{}　{birth}", names.collect::<Vec<_>>().join("　")))
    };
    let part = |set: &Joined| {
        let numbers = set.missing.iter().map(u16::to_string).collect::<Vec<_>>().join("・");
        (!set.missing.is_empty()).then(|| format!("{numbers} / {}", set.of))
    };
    let bodies = found.sets.iter().flat_map(|set| &set.decoded.bodies);
    Shown {
        file: scan_id(bytes),
        holders: found.sets.iter().filter_map(holder).collect(),
        unlike: found.unlike.clone(),
        lines: bodies.filter_map(|body| body_words(body, t)).collect(),
        missing: found.sets.iter().filter_map(part).collect(),
        faults: found.sets.iter().map(|set| set.decoded.faults.len()).sum(),
    }
}

/// What one fact says, short enough for a line; what is not for a list (places, fields without a place) stands on the chart.
fn body_words(body: &Body, t: Words) -> Option<String> {
    let joined = |words: &[&str]| {
        words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    match body {
        Body::Drug(drug) => {
            let day = drug.start.map_or_else(String::new, |start| start.to_string());
            let words = chart::disagreement::drug_words(drug);
            Some(joined(&[&t.text("hand-in-drug"), &words, &day, &drug.pharmacy, &drug.institution]))
        }
        Body::Allergy(allergy) => Some(joined(&[&allergy.category.text, allergy.allergen.shown()])),
        Body::Problem(problem) => Some(joined(&[&problem.class.text, &problem.label])),
        Body::Measure(measure) => Some(joined(&[measure.item.shown(), &measure.value, measure.unit.shown()])),
        _ => None,
    }
}

/// `POST /hand-in`: the first time it shows what was read and whom it names; with that looked at, it is on the chart.
pub async fn hand_in(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    headers: HeaderMap,
    Posted(wanted): Posted<Wanted>,
) -> Response {
    let t = visit.words;
    let (bytes, title) = wanted.bytes();
    if bytes.is_empty() || bytes.len() > BYTES_MAX {
        let why = if bytes.is_empty() { "hand-in-empty" } else { "hand-in-large" };
        return show(&site, &visit, &via, &headers, wanted, t.text(why), false).await;
    }
    let (id, asked) = (wanted.patient(), bytes.clone());
    let unlike = match site.read(move |reader| codes::read(reader, &id, &asked)).await {
        Ok(found) => !found.unlike.is_empty(),
        Err(problem) => return show(&site, &visit, &via, &headers, wanted, problem.words, false).await,
    };
    if wanted.confirmed != scan_id(&bytes) {
        return show(&site, &visit, &via, &headers, wanted, String::new(), true).await;
    }
    if unlike && wanted.although.trim().is_empty() {
        return show(&site, &visit, &via, &headers, wanted, t.text("hand-in-although"), true).await;
    }
    // On a chart that asks for a reason nothing is put before it was given.
    let Some(session) = visit.session.clone() else {
        return refusal(&site, &headers, StatusCode::FORBIDDEN, "refused-right");
    };
    if let Some(chart) = kept_back(&site, &session, &wanted.patient()).await {
        return Redirect::to(&chart).into_response();
    }
    let brought = short(&wanted.brought_by);
    let filing = Filing {
        title: title.to_owned(),
        brought_by: if brought.is_empty() { t.text("hand-in-patient") } else { brought },
        checked_by: short(&wanted.checked_by),
        reason: short(&wanted.although),
        ..Filing::default()
    };
    let (id, (by, role), write) = (wanted.patient(), visit.by(), site.writer());
    let kept = site.read(move |_| codes::keep(&id, &bytes, filing, (&by, &role), &|wish| write(wish))).await;
    match kept {
        Ok(()) => Redirect::to(&format!("{}#disagreements", address(&wanted.patient()))).into_response(),
        Err(problem) => show(&site, &visit, &via, &headers, wanted, problem.words, true).await,
    }
}

/// What a person found.
#[derive(Deserialize)]
pub struct Found {
    authority: String,
    id: String,
    key: String,
    #[serde(default)]
    words: String,
}

/// `POST /hand-in/settle`
pub async fn settle(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    headers: HeaderMap,
    Posted(found): Posted<Found>,
) -> Response {
    let (t, words) = (visit.words, short(&found.words));
    let id = PatientId { authority: found.authority.clone(), id: found.id.clone() };
    let typed = Wanted { authority: found.authority, id: found.id, ..Wanted::default() };
    if words.is_empty() {
        return show(&site, &visit, &via, &headers, typed, t.text("unlike-words-needed"), false).await;
    }
    let (now, key, whose) = (site.now(), found.key, id.clone());
    let known = site.read(move |reader| disagreements::of_key(reader, &whose, &key, now)).await;
    let one = match known {
        Ok(Some(one)) => one,
        // What was shown is no longer so: the page as it stands now says why.
        Ok(None) => return show(&site, &visit, &via, &headers, typed, t.text("unlike-gone"), false).await,
        Err(problem) => return show(&site, &visit, &via, &headers, typed, problem.words, false).await,
    };
    let (by, role) = visit.by();
    let about = line(&one, t, now).what;
    let event = SettledEvent { authority: id.authority.clone(), id: id.id.clone(), key: one.key, about, words };
    match site.write(Request::Settle { event, by, role }).await {
        Ok(_) => Redirect::to(&format!("{}#disagreements", address(&id))).into_response(),
        Err(problem) => show(&site, &visit, &via, &headers, typed, problem.words, false).await,
    }
}

#[derive(Template)]
#[template(path = "sheets/disagreements.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<(String, Row, Vec<Line>)>,
}

/// `GET /disagreements`: whoever has an open one.
pub async fn list(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let (t, now) = (asked.words, own.now());
        let row = |row: Row| {
            let id = PatientId { authority: row.authority.clone(), id: row.id.clone() };
            let open = row.disagreements.iter().filter(|item| item.settled.is_none());
            let lines = open.map(|item| line(item, t, now)).collect();
            (address(&id), row, lines)
        };
        let flags = reader.once(crate::confidential::Flags::all)?;
        // Of whom a reason is asked for, a list tells nothing but that there is something.
        let rows = disagreements::list(reader, None, false, now)?.into_iter().map(row).map(|(href, row, lines)| {
            let id = PatientId { authority: row.authority.clone(), id: row.id.clone() };
            let asks = flags.of(&id).iter().any(|flag| flag.asks_reason());
            (href, row, if asks { Vec::new() } else { lines })
        });
        Ok(ListPage { rows: rows.collect(), frame: Frame::new(&own, &asked, reader)? })
    });
    answer(&site, &visit, made.await)
}
