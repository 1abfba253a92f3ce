//! スキャン: what came in, what waits for a person, and a door for files.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chart::{Moment, age_words};
use store::Reader;

use super::inbox;
use super::ledger::{Ledger, PageRow, ledger};
use super::pieces::keep_file;
use crate::home::Problem;
use crate::text::Words;
use crate::web::{Frame, Site, Uploaded, Visit, answer, refusal_in_words};

/// Pages that wait, shown at once.
const WAITING_SHOWN: usize = 200;
/// Pages that were filed, shown for a look back.
const FILED_SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "sheets/scans.html")]
struct ScansPage {
    frame: Frame,
    waiting: Vec<Line>,
    more: usize,
    filed: Vec<Line>,
    /// Files being read now.
    unread: usize,
    newest: String,
}

/// A page in words.
pub(super) struct Line {
    pub address: String,
    pub page: u32,
    pub reason: String,
    pub sheet: String,
    pub patient: String,
    pub at: String,
    pub by: String,
}

pub(super) fn line(row: &PageRow, now: Moment, t: Words) -> Line {
    let age = age_words(row.at.minutes_until(now), t.lang);
    Line {
        address: format!("/scans/{}/{}", row.scan, row.read.page),
        page: row.read.page,
        reason: if row.read.reason.is_empty() { String::new() } else { t.word("scan", &row.read.reason) },
        sheet: format!("{} {}", row.read.form, row.sheet()).trim().to_owned(),
        patient: row.patient().map_or_else(String::new, |(_, id)| id.to_owned()),
        at: format!("{}{}", row.at, t.with("aside", age)),
        by: row.by.clone(),
    }
}

/// `GET /scans`
pub async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &asked, reader));
    answer(&site, &visit, made.await)
}

fn made(site: &Site, visit: &Visit, reader: &Reader) -> Result<ScansPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let ledger = reader.once(ledger)?;
    let Ledger { pages, unread, .. } = &*ledger;
    let waits: Vec<&PageRow> = pages.iter().filter(|page| page.waits()).collect();
    let filed = pages.iter().rev().filter(|page| !page.waits());
    let newest = pages.iter().map(|page| page.at).max();
    Ok(ScansPage {
        waiting: waits.iter().take(WAITING_SHOWN).map(|row| line(row, now, t)).collect(),
        more: waits.len().saturating_sub(WAITING_SHOWN),
        filed: filed.take(FILED_SHOWN).map(|row| line(row, now, t)).collect(),
        unread: unread.len(),
        newest: newest.map_or_else(|| t.text("scans-none"), |at| at.to_string()),
        frame: Frame::new(site, visit, reader)?,
    })
}

/// `POST /scans`: files are on disk when this answers; they are read after it.
pub async fn upload(State(site): State<Site>, visit: Visit, Uploaded(files): Uploaded) -> Response {
    let (name, role) = visit.by();
    for (file, bytes) in files {
        let (write, by) = (site.writer(), (name.clone(), role.clone()));
        let kept = site.read(move |reader| keep_file(reader, &file, &bytes, (&by.0, &by.1), &|wish| write(wish))).await;
        if let Err(problem) = kept {
            return refusal_in_words(&site, &visit, &problem.words);
        }
    }
    site.apart(move |reader, write| inbox::catch_up(reader, (&name, &role), write).map(drop));
    Redirect::to("/scans").into_response()
}
