//! 帳票: what is out there, forms to print, and what a person says of a sheet.

use askama::Template;
use axum::extract::{self, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chart::check_digit::Typed;
use chart::{Moment, PatientId, age_words};
use serde::Deserialize;
use store::{PersonRow, Reader};

use super::forms::{self, FormOrder};
use super::ledger::{Asked, Ledger, SheetRow, ledger};
use super::page::{kept_back, pdf};
use super::whose::{Shown, shown};
use crate::event::{SHEET_ACTS, ScanEvent, SheetAct};
use crate::home::Problem;
use crate::text::Words;
use crate::web::{self, Frame, Posted, Site, Via, Visit, answer, encoded, note_about, refusal, refusal_in_words};
use crate::writing::Request;

/// Sheets shown on one page.
const SHEETS_SHOWN: usize = 200;
/// Copies that a button prints.
const COPIES_MAX: usize = 100;
/// Letters of a reason or a name.
const WORDS_MAX: usize = 200;

/// `/sheets?…`
#[derive(Deserialize, Default)]
pub struct Query {
    /// `all`: also what is done.
    #[serde(default)]
    show: String,
    /// Only of this patient, `id` of the home's authority: the chart's link.
    #[serde(default)]
    id: String,
    /// A sheet's number or how it begins, or a patient's number, with its 照合番号 or alone.
    #[serde(default)]
    q: String,
    /// Ward.
    #[serde(default)]
    ward: String,
    /// Form or family.
    #[serde(default)]
    form: String,
}

impl Query {
    /// The patient's number in what was typed.
    fn patient(&self) -> String {
        match chart::check_digit::typed(&self.q) {
            Typed::Confirmed(id) => id,
            Typed::Wrong | Typed::Bare(_) => self.q.trim().to_owned(),
        }
    }

    /// True for a sheet that is asked for.
    fn wants(&self, row: &SheetRow, all: bool) -> bool {
        let asked = |number: &str, patient: &str| Asked {
            open: !all,
            number: number.to_owned(),
            patient: patient.to_owned(),
            ward: self.ward.clone(),
            form: self.form.clone(),
        };
        let mine = self.id.is_empty() || row.patient.as_deref() == Some(self.id.as_str());
        let of_patient = !self.q.trim().is_empty() && asked("", &self.patient()).wants(row);
        mine && (of_patient || asked(&self.q, "").wants(row))
    }
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
    asked: Query,
    wards: Vec<String>,
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
pub async fn page(State(site): State<Site>, visit: Visit, extract::Query(asked): extract::Query<Query>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, asked));
    answer(&site, &visit, made.await)
}

fn made(site: &Site, visit: &Visit, reader: &Reader, asked: Query) -> Result<LedgerPage, Problem> {
    let all = asked.show == "all" || !asked.id.is_empty() || !asked.q.trim().is_empty();
    let ledger = reader.once(ledger)?;
    let Ledger { sheets, .. } = &*ledger;
    let open = sheets.iter().filter(|row| row.open).count();
    let blank = sheets.iter().filter(|row| row.state == super::ledger::State::Blank).count();
    let found: Vec<&SheetRow> = sheets.iter().rev().filter(|row| asked.wants(row, all)).collect();
    let rows = found.iter().take(SHEETS_SHOWN).map(|row| line(row, site.now(), visit.words)).collect();
    let lang = visit.words.lang as usize;
    Ok(LedgerPage {
        frame: Frame::new(site, visit, reader)?,
        rows,
        open,
        blank,
        hidden: found.len().saturating_sub(SHEETS_SHOWN),
        all,
        id: asked.id.clone(),
        asked,
        wards: crate::stays::census::wards(reader)?.into_iter().map(|(ward, _)| ward).collect(),
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
    /// The ward of blank memos.
    #[serde(default)]
    ward: String,
    /// The number that was looked at: shown back and compared, or on the chart that led here.
    #[serde(default)]
    confirmed: String,
}

/// Whose a number is, to be compared with the paper or the patient before anything is printed.
#[derive(Template)]
#[template(path = "sheets/ask.html")]
struct AskPage {
    frame: Frame,
    shown: Shown,
    wanted: Wanted,
}

/// Whom a number means that is to be printed for, alone or with its 照合番号; `None` where none was typed.
fn meant(reader: &Reader, typed: &str, t: Words) -> Result<Result<Option<(PatientId, Shown)>, String>, Problem> {
    let id = match chart::check_digit::typed(typed) {
        Typed::Wrong => return Ok(Err(t.text("scan-check-wrong"))),
        Typed::Bare(id) if id.is_empty() => return Ok(Ok(None)),
        Typed::Confirmed(id) | Typed::Bare(id) => crate::temporary::meant(reader, &id)?,
    };
    if chart::temporary::is_authority(&id.authority) {
        let person = PersonRow { name: t.text("temporary-name"), ..PersonRow::default() };
        return Ok(Ok(Some((id.clone(), shown(&id, &person, t)))));
    }
    let Some(person) = reader.person(&id)? else { return Ok(Err(t.text("scan-patient-none"))) };
    let shown = shown(&id, &person, t);
    Ok(Ok(Some((id, shown))))
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
    let typed = wanted.patient.trim().to_owned();
    let temporary = wanted.temporary == "1" || forms::is_temporary_set(&wanted.form);
    if temporary && !typed.is_empty() {
        return refusal_in_words(&site, &visit, &t.text("sheets-temporary-or-patient"));
    }
    let patient = match site.read(move |reader| meant(reader, &typed, t)).await {
        Ok(Ok(patient)) => patient,
        Ok(Err(no)) => return refusal_in_words(&site, &visit, &no),
        Err(problem) => return refusal_in_words(&site, &visit, &problem.words),
    };
    if let Some((patient, _)) = &patient
        && let Some(chart) = kept_back(&site, &session, patient).await
    {
        return Redirect::to(&chart).into_response();
    }
    // Whose number it is is looked at before it is on paper: name, kana, birth date. Who comes from the chart has seen them.
    if let Some((id, shown)) = patient.as_ref().filter(|(id, _)| wanted.confirmed != id.id) {
        let about = format!("{}/{}", id.authority, id.id);
        note_about(&site, &via, &session.person, ("print", about, format!("{} ?", wanted.form)), 200);
        let (own, asked, shown) = (site.clone(), visit.clone(), shown.clone());
        let framed = site.read(move |reader| Frame::new(&own, &asked, reader)).await;
        let frame = framed.unwrap_or_else(|_| Frame::bare(&site, &visit));
        return web::page(StatusCode::OK, &AskPage { frame, shown, wanted });
    }
    let patient = patient.map(|(id, _)| id);
    let order = FormOrder {
        codes: forms::named(&wanted.form),
        copies: wanted.copies.trim().parse().unwrap_or(1).clamp(1, COPIES_MAX),
        temporary,
        zpl: false,
        skip: 0,
        specimens: Vec::new(),
        count: wanted.count.trim().parse().unwrap_or(0),
        ward: wanted.ward,
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
    if act == SheetAct::Out && words.is_empty() {
        return no("sheets-out-who");
    }
    let (by, role) = visit.by();
    let event = ScanEvent::Sheet { number: said.number.clone(), act, words };
    match site.write(Request::Scan { event, by, role }).await {
        Ok(_) => Redirect::to("/sheets").into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
