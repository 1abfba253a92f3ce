//! One scanned page: its picture, its neighbours, where it stands, and the form by which a person files it with the keyboard alone.
//! A number is taken with its 照合番号, or with birth date and kana; then name, kana and birth date are shown back before it counts.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chart::PatientId;
use serde::Deserialize;
use store::Reader;

use super::guesses::{Guess, guesses, others};
use super::ledger::{PageRow, ledger};
use super::page::kept_back;
use super::pieces::bytes_of;
use super::reading;
use super::scans_page::{Line, line};
use super::slots::{Slots, slots};
use super::suggest;
use super::whereabouts;
use super::whose::{self, Said, Shown};
use crate::event::{Filing, ScanEvent};
use crate::home::Problem;
use crate::text::Words;
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about, refusal};
use crate::writing::Request;

/// Pixels of a picture on its longer side: a page fills a screen and its small print is read.
const PICTURE_SIDE: u32 = 1_600;
/// Letters of what a person writes beside a page.
const WORDS_MAX: usize = 200;

#[derive(Template)]
#[template(path = "sheets/scan.html")]
struct ScanPage {
    frame: Frame,
    scan: String,
    line: Line,
    /// Pages before and after in the file, each with what it is.
    neighbours: Vec<Line>,
    waits: bool,
    /// The next page that waits; empty for none.
    next: String,
    typed: Wanted,
    /// What is wrong with what was typed.
    no: String,
    /// Whom the number means, to be looked at before it counts.
    shown: Option<Shown>,
    /// Other patients whose the sheet is: to put it on this chart too takes a reason.
    others: Vec<Shown>,
    /// Whose it may be: choices that still need looking at.
    guesses: Vec<Guess>,
    /// The same page of the same sheet in another scan that is on a chart: address, when it came, the patient's number.
    again: Option<(String, String, String)>,
    /// What it came with, to be put away together.
    stack: String,
    /// Of an out-guide or a tag: the thing it stands for, its address and its number.
    thing: Option<(String, String)>,
    /// That thing is still out although its out-guide is back.
    thing_out: bool,
    /// Letters of the register that wait, where the page is no sheet of ours.
    letters: Vec<(String, String)>,
    /// What seems to stand in its boxes: to be compared with the picture, and nothing else.
    suggested: Option<Slots>,
}

/// The form by which a page is filed.
#[derive(Clone, Default, Deserialize)]
pub struct Wanted {
    scan: String,
    page: u32,
    #[serde(default)]
    patient: String,
    #[serde(default)]
    birth: String,
    #[serde(default)]
    kana: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    brought_by: String,
    #[serde(default)]
    checked_by: String,
    /// Why the page is no patient's.
    #[serde(default)]
    reason: String,
    /// Why it is put on this chart although its sheet is another patient's.
    #[serde(default)]
    although: String,
    /// Number of the letter of the register that it is a page of.
    #[serde(default)]
    letter: String,
    /// The number that was shown back and looked at.
    #[serde(default)]
    confirmed: String,
}

/// How far a person has come with a page: what was typed, what is wrong with it, whom it means, and whose its sheet is besides.
#[derive(Default)]
struct Step {
    typed: Wanted,
    no: String,
    shown: Option<Shown>,
    others: Vec<Shown>,
}

impl Step {
    fn refused(typed: Wanted, no: String) -> Step {
        Step { typed, no, ..Step::default() }
    }
}

/// `GET /scans/{scan}/{page}`
pub async fn page(
    State(site): State<Site>,
    visit: Visit,
    Path((scan, page)): Path<(String, u32)>,
    headers: HeaderMap,
) -> Response {
    show(&site, &visit, &headers, Step::refused(Wanted { scan, page, ..Wanted::default() }, String::new())).await
}

async fn show(site: &Site, visit: &Visit, headers: &HeaderMap, step: Step) -> Response {
    let suggested = suggested(site, visit, &step.typed).await;
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &asked, reader, step)).await;
    let made = made.map(|page| page.map(|page| ScanPage { suggested, ..page }));
    match made.transpose() {
        None => refusal(site, headers, StatusCode::NOT_FOUND, "refused-page"),
        Some(made) => answer(site, visit, made),
    }
}

fn made(site: &Site, visit: &Visit, reader: &Reader, step: Step) -> Result<Option<ScanPage>, Problem> {
    let (t, now) = (visit.words, site.now());
    let Step { typed, no, shown, others } = step;
    let ledger = reader.once(ledger)?;
    let Some(row) = ledger.pages.iter().find(|row| is_page(row, &typed)) else { return Ok(None) };
    let of_file = ledger.pages.iter().filter(|other| other.scan == row.scan);
    let near = of_file.filter(|other| other.read.page.abs_diff(row.read.page) == 1);
    let next = next_waiting(&ledger.pages, &typed);
    let thing = whereabouts::stands_for(reader, row)?;
    Ok(Some(ScanPage {
        scan: row.scan.clone(),
        line: line(row, now, t),
        neighbours: near.map(|other| line(other, now, t)).collect(),
        waits: row.waits(),
        thing_out: thing.as_ref().is_some_and(|(_, out)| *out),
        thing: thing.map(|(number, _)| (format!("/whereabouts/papers/{}", encoded(&number)), number)),
        letters: if row.sheet().is_empty() { whereabouts::choices(reader, t)? } else { Vec::new() },
        next: next.map(address).unwrap_or_default(),
        guesses: if row.waits() { guesses(reader, row, &ledger.pages)? } else { Vec::new() },
        again: again(row, &ledger.pages),
        stack: row.stack(),
        frame: Frame::new(site, visit, reader)?,
        typed,
        no,
        shown,
        others,
        suggested: None,
    }))
}

fn address(row: &PageRow) -> String {
    format!("/scans/{}/{}", row.scan, row.read.page)
}

/// The page that waits behind this one, else the first that waits.
fn next_waiting<'p>(pages: &'p [PageRow], this: &Wanted) -> Option<&'p PageRow> {
    let waits = |other: &&PageRow| other.waits() && !is_page(other, this);
    let behind = pages.iter().skip_while(|row| !is_page(row, this)).find(waits);
    behind.or_else(|| pages.iter().find(waits))
}

/// The newest other scan of the same page of the same sheet that is on a chart: address, when it came, the patient's number.
fn again(row: &PageRow, pages: &[PageRow]) -> Option<(String, String, String)> {
    let place = row.place()?;
    let same = |other: &&PageRow| other.place() == Some(place) && other.scan != row.scan;
    let newest = pages.iter().filter(same).filter(|other| other.patient().is_some()).max_by_key(|other| other.came)?;
    Some((address(newest), newest.came.to_string(), newest.patient()?.1.to_owned()))
}

/// What seems to stand in the boxes of a page; nothing for whoever may not see the page, and nothing where it cannot be told: the
/// picture is there all the same.
async fn suggested(site: &Site, visit: &Visit, wanted: &Wanted) -> Option<Slots> {
    let (session, of) = (visit.session.clone()?, wanted.clone());
    let found = site.read(move |reader| {
        let ledger = reader.once(ledger)?;
        let Some(row) = ledger.pages.iter().find(|row| is_page(row, &of)) else { return Ok(None) };
        let (authority, id) = row.patient().unwrap_or_default();
        let patient = PatientId { authority: authority.to_owned(), id: id.to_owned() };
        Ok(suggest::asked(reader, row)?.map(|asked| (patient, asked)))
    });
    let (patient, asked) = found.await.ok()??;
    if kept_back(site, &session, &patient).await.is_some() {
        return None;
    }
    let looked = tokio::task::spawn_blocking(move || asked.look()).await.ok()?.ok()??;
    slots(&looked, visit.words)
}

fn is_page(row: &PageRow, wanted: &Wanted) -> bool {
    row.scan == wanted.scan && row.read.page == wanted.page
}

/// `GET /scans/{scan}/{page}/picture`: drawn in a child without keys; written down as a look at the patient it is filed under.
pub async fn picture(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    Path((scan, page)): Path<(String, u32)>,
    headers: HeaderMap,
) -> Response {
    let of = Wanted { scan: scan.clone(), page, ..Wanted::default() };
    let found = site.read(move |reader| {
        let ledger = reader.once(ledger)?;
        let patient = ledger.pages.iter().find(|row| is_page(row, &of)).and_then(|row| {
            row.patient().map(|(authority, id)| PatientId { authority: authority.to_owned(), id: id.to_owned() })
        });
        Ok((patient, bytes_of(reader, &of.scan)?))
    });
    let (patient, bytes) = match found.await {
        Ok(found) => found,
        Err(_) => return refusal(&site, &headers, StatusCode::NOT_FOUND, "refused-page"),
    };
    let Some(session) = visit.session.clone() else {
        return refusal(&site, &headers, StatusCode::FORBIDDEN, "refused-right");
    };
    if let Some(patient) = &patient {
        if let Some(chart) = kept_back(&site, &session, patient).await {
            return Redirect::to(&chart).into_response();
        }
        let about = format!("{}/{}", patient.authority, patient.id);
        note_about(&site, &via, &session.person, ("paper", about, format!("{scan} {page}")), 200);
    }
    let drawn = tokio::task::spawn_blocking(move || reading::picture(&bytes, page, PICTURE_SIDE)).await;
    match drawn {
        Ok(Ok(jpeg)) => {
            ([(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store")], jpeg).into_response()
        }
        _ => refusal(&site, &headers, StatusCode::UNPROCESSABLE_ENTITY, "refused-picture"),
    }
}

/// `POST /scans/file`: the first time it shows whom the number means; with that looked at, the page is filed.
pub async fn file(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    headers: HeaderMap,
    Posted(wanted): Posted<Wanted>,
) -> Response {
    let (asked, t) = (wanted.clone(), visit.words);
    let found = site.read(move |reader| looked_up(reader, &asked, t)).await;
    let (patient, Found { row, letters, others }) = match found {
        Ok((Ok(patient), found)) => (patient, found),
        Ok((Err(no), _)) => return show(&site, &visit, &headers, Step::refused(wanted, no)).await,
        Err(problem) => return show(&site, &visit, &headers, Step::refused(wanted, problem.words)).await,
    };
    // Whose name was shown, and on whose chart a page was put, is told like any look at a patient.
    if let (Some((id, _)), Some(session)) = (&patient, &visit.session) {
        let about = format!("{}/{}", id.authority, id.id);
        let detail = format!("{} {}", wanted.scan, wanted.page);
        note_about(&site, &via, &session.person, ("paper-filed", about, detail.clone()), 200);
        for (other, _) in &others {
            let about = format!("{}/{}", other.authority, other.id);
            note_about(&site, &via, &session.person, ("paper", about, detail.clone()), 200);
        }
    }
    let unsaid = !others.is_empty() && wanted.although.trim().is_empty();
    if let Some((id, shown)) = patient.as_ref().filter(|(id, _)| unsaid || wanted.confirmed != id.id) {
        let no = if unsaid && wanted.confirmed == id.id { t.text("scan-other-why") } else { String::new() };
        let others = others.into_iter().map(|(_, shown)| shown).collect();
        let step = Step { typed: wanted, no, shown: Some(shown.clone()), others };
        return show(&site, &visit, &headers, step).await;
    }
    let this = wanted.clone();
    let event = ScanEvent::Filed(filing(&wanted, patient.map(|(id, _)| id), row));
    let (by, role) = visit.by();
    let letters = whereabouts::of_filing(&wanted.letter, (&wanted.scan, wanted.page), letters, (&by, &role));
    for request in std::iter::once(Request::Scan { event, by, role }).chain(letters) {
        if let Err(problem) = site.write(request).await {
            return show(&site, &visit, &headers, Step::refused(wanted, problem.words)).await;
        }
    }
    let next = site.read(move |reader| Ok(next_waiting(&reader.once(ledger)?.pages, &this).map(address)));
    let next = next.await.ok().flatten();
    Redirect::to(next.as_deref().unwrap_or("/scans")).into_response()
}

/// What is known of a page that somebody files.
#[derive(Default)]
struct Found {
    row: Option<PageRow>,
    letters: Vec<String>,
    /// Other patients whose its sheet is.
    others: Vec<(PatientId, Shown)>,
}

type Meant = Result<Option<(PatientId, Shown)>, String>;

fn looked_up(reader: &Reader, asked: &Wanted, t: Words) -> Result<(Meant, Found), Problem> {
    let patient = match whose(reader, asked, t)? {
        Ok(patient) => patient,
        Err(no) => return Ok((Err(no), Found::default())),
    };
    let whose = patient.as_ref().map(|(id, _)| id);
    let ledger = reader.once(ledger)?;
    let row = ledger.pages.iter().find(|row| is_page(row, asked)).cloned();
    let letters = letters(reader, asked, whose, row.as_ref())?;
    let others = match (&row, whose) {
        (Some(row), Some(chosen)) => others(reader, row, &ledger.pages, chosen, t)?,
        _ => Vec::new(),
    };
    Ok((Ok(patient), Found { row, letters, others }))
}

/// Letters of the register that the page was of until now, where it is the same patient's no longer, and whether it may be of the one
/// that was chosen.
fn letters(
    reader: &Reader,
    wanted: &Wanted,
    whose: Option<&PatientId>,
    row: Option<&PageRow>,
) -> Result<Vec<String>, Problem> {
    let before = whereabouts::letters_of_page(reader, &wanted.scan, wanted.page)?;
    if !wanted.letter.is_empty() && !before.contains(&wanted.letter) {
        whereabouts::may_scan(reader, &wanted.letter, whose)?;
    }
    let same = row.and_then(PageRow::patient) == whose.map(|id| (id.authority.as_str(), id.id.as_str()));
    Ok(if same && wanted.letter.is_empty() { Vec::new() } else { before })
}

/// Whom what was typed means; `None` for a page that is no patient's, with its reason.
fn whose(reader: &Reader, wanted: &Wanted, t: Words) -> Result<Meant, Problem> {
    let said = Said { patient: &wanted.patient, birth: &wanted.birth, kana: &wanted.kana };
    let meant = whose::whose(reader, &said, t)?;
    let silent = matches!(meant, Ok(None)) && wanted.reason.trim().is_empty();
    Ok(if silent { Err(t.text("scan-nobody-why")) } else { meant })
}

fn filing(wanted: &Wanted, patient: Option<PatientId>, row: Option<PageRow>) -> Filing {
    let short = |text: &str| text.trim().chars().take(WORDS_MAX).collect::<String>();
    let before = row.as_ref().and_then(PageRow::patient).map(|(authority, id)| format!("{authority}/{id}"));
    let read = row.map(|row| row.read).unwrap_or_default();
    let form = paper::form(&read.form).map_or_else(String::new, |form| form.title[0].to_owned());
    let title = short(&wanted.title);
    let why = if patient.is_some() && !wanted.although.trim().is_empty() { &wanted.although } else { &wanted.reason };
    let (authority, id) = patient.map(|id| (id.authority, id.id)).unwrap_or_default();
    Filing {
        scan: wanted.scan.clone(),
        page: wanted.page,
        authority,
        id,
        sheet: read.sheet,
        form: read.form,
        sheet_page: read.sheet_page,
        sheet_pages: read.sheet_pages,
        title: if title.is_empty() { form } else { title },
        brought_by: short(&wanted.brought_by),
        checked_by: short(&wanted.checked_by),
        reason: short(why),
        before: before.unwrap_or_default(),
    }
}
