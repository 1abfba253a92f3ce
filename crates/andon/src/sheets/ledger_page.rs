//! 帳票: what is out there, forms to print, and what a person says of a sheet.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chart::{Moment, age_words};
use serde::Deserialize;
use store::Reader;

use super::forms::{self, FormOrder};
use super::ledger::{Ledger, SheetRow, ledger};
use super::page::{kept_back, pdf};
use crate::event::{SHEET_ACTS, ScanEvent, SheetAct};
use crate::home::Problem;
use crate::text::Words;
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about, refusal, refusal_in_words};
use crate::writing::Request;

/// Sheets shown on one page.
const SHEETS_SHOWN: usize = 200;
/// Copies that a button prints.
const COPIES_MAX: usize = 100;
/// Letters of a reason or a name.
const WORDS_MAX: usize = 200;

/// `/sheets?…`
#[derive(Deserialize, Default)]
pub struct Asked {
    /// `all`: also what is done.
    #[serde(default)]
    show: String,
    /// Only of this patient, `id` of the home's authority.
    #[serde(default)]
    id: String,
}

#[derive(Template)]
#[template(path = "sheets/ledger.html")]
struct LedgerPage {
    frame: Frame,
    rows: Vec<Line>,
    /// How many are open, how many blank ones are out, how many are not shown.
    open: usize,
    blank: usize,
    hidden: usize,
    all: bool,
    id: String,
    forms: Vec<(&'static str, String, bool)>,
}

impl LedgerPage {
    fn acts(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        SHEET_ACTS.iter().map(|(_, word)| (*word, self.frame.t.word("sheet-act", word)))
    }
}

/// A sheet in words.
struct Line {
    row: SheetRow,
    title: String,
    state: String,
    since: String,
    chart: String,
}

fn line(row: &SheetRow, now: Moment, t: Words) -> Line {
    let state =
        serde_json::to_value(row.state).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
    let form = paper::form(&row.form).map_or_else(String::new, |form| form.title[t.lang as usize].to_owned());
    let age = age_words(row.since.minutes_until(now), t.lang);
    let chart = row.patient.as_ref().map(|id| format!("/patients/{}/{}", encoded(&row.authority), encoded(id)));
    let back = if row.pages_back > 0 { format!(" {}/{}", row.pages_back, row.pages) } else { String::new() };
    Line {
        title: format!("{} {form}", row.form),
        state: t.word("sheet", &state) + &back,
        since: format!("{}{}", row.since, t.with("aside", age)),
        chart: chart.unwrap_or_default(),
        row: row.clone(),
    }
}

/// `GET /sheets`
pub async fn page(State(site): State<Site>, visit: Visit, Query(asked): Query<Asked>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, asked));
    answer(&site, &visit, made.await)
}

fn made(site: &Site, visit: &Visit, reader: &Reader, asked: Asked) -> Result<LedgerPage, Problem> {
    let all = asked.show == "all" || !asked.id.is_empty();
    let ledger = reader.once(ledger)?;
    let Ledger { sheets, .. } = &*ledger;
    let open = sheets.iter().filter(|row| row.open).count();
    let blank = sheets.iter().filter(|row| row.state == super::ledger::State::Blank).count();
    let mine = |row: &&SheetRow| {
        let of = asked.id.is_empty() || row.patient.as_deref() == Some(asked.id.as_str());
        of && (all || row.open)
    };
    let found: Vec<&SheetRow> = sheets.iter().rev().filter(mine).collect();
    let rows = found.iter().take(SHEETS_SHOWN).map(|row| line(row, site.now(), visit.words)).collect();
    let lang = visit.words.lang as usize;
    Ok(LedgerPage {
        frame: Frame::new(site, visit, reader)?,
        rows,
        open,
        blank,
        hidden: found.len().saturating_sub(SHEETS_SHOWN),
        all,
        id: asked.id,
        forms: paper::forms()
            .chain(paper::LabelKind::ALL.map(paper::LabelKind::info))
            .map(|form| (form.code, form.title[lang].to_owned(), form.of_patient))
            .collect(),
    })
}

/// The form by which forms are printed.
#[derive(Deserialize)]
pub struct Wanted {
    form: String,
    /// The patient's number, with its 照合番号 or alone; empty for blank ones.
    #[serde(default)]
    patient: String,
    #[serde(default)]
    copies: String,
    /// `1`: for new temporary patients, as many as copies.
    #[serde(default)]
    temporary: String,
    /// Pages of the stack of a batch header.
    #[serde(default)]
    count: String,
}

/// `POST /sheets/print`: a form for a patient, or blank ones, as PDF.
pub async fn print(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    headers: HeaderMap,
    Posted(wanted): Posted<Wanted>,
) -> Response {
    let t = visit.words;
    let Some(session) = visit.session.clone() else {
        return refusal(&site, &headers, StatusCode::FORBIDDEN, "refused-right");
    };
    let id = match chart::check_digit::typed(wanted.patient.trim()) {
        chart::check_digit::Typed::Wrong => {
            return refusal_in_words(&site, &visit, &t.text("scan-check-wrong"));
        }
        chart::check_digit::Typed::Confirmed(id) | chart::check_digit::Typed::Bare(id) => id,
    };
    let temporary = wanted.temporary == "1" || forms::is_temporary_set(&wanted.form);
    if temporary && !id.is_empty() {
        return refusal_in_words(&site, &visit, &t.text("sheets-temporary-or-patient"));
    }
    let patient = match id.is_empty() {
        true => None,
        false => match site.read(move |reader| crate::temporary::meant(reader, &id)).await {
            Ok(patient) => Some(patient),
            Err(problem) => return refusal_in_words(&site, &visit, &problem.words),
        },
    };
    if let Some(patient) = &patient
        && let Some(chart) = kept_back(&site, &session, patient).await
    {
        return Redirect::to(&chart).into_response();
    }
    let order = FormOrder {
        codes: forms::named(&wanted.form),
        copies: wanted.copies.trim().parse().unwrap_or(1).clamp(1, COPIES_MAX),
        temporary,
        zpl: false,
        count: wanted.count.trim().parse().unwrap_or(0),
        lang: t.lang,
        by: session.person.by(),
        patient,
    };
    let about = order.patient.as_ref().map_or_else(String::new, |id| format!("{}/{}", id.authority, id.id));
    let (own, write) = (site.clone(), site.writer());
    let printed = site.read(move |reader| forms::print_forms(reader, &order, own.now(), &|wish| write(wish))).await;
    let status = if printed.is_ok() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let detail = printed.as_ref().map_or_else(|_| String::new(), |printed| format!("run {}", printed.run));
    note_about(&site, &via, &session.person, ("print", about, detail), status.as_u16());
    match printed {
        Ok(printed) if !printed.sheets.is_empty() => pdf(printed),
        Ok(printed) => refusal_in_words(&site, &visit, &printed.failed.join(" ")),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

/// What a person says of a sheet.
#[derive(Deserialize)]
pub struct Said {
    number: String,
    act: String,
    #[serde(default)]
    words: String,
}

/// `POST /sheets/mark`
pub async fn mark(State(site): State<Site>, visit: Visit, Posted(said): Posted<Said>) -> Response {
    let t = visit.words;
    let no = |why: &str| refusal_in_words(&site, &visit, &t.text(why));
    let Some(act) = SheetAct::read(&said.act) else { return no("sheets-act-none") };
    let words: String = said.words.trim().chars().take(WORDS_MAX).collect();
    if act == SheetAct::Void && words.is_empty() {
        return no("sheets-void-why");
    }
    let (by, role) = visit.by();
    let event = ScanEvent::Sheet { number: said.number.clone(), act, words };
    match site.write(Request::Scan { event, by, role }).await {
        Ok(_) => Redirect::to("/sheets").into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
