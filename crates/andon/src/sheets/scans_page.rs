//! スキャン: what came in, what waits for a person, and a door for files.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chart::{Moment, age_words};
use serde::Deserialize;
use store::Reader;

use super::inbox;
use super::ledger::{Ledger, PageRow, ledger};
use crate::event::{Filing, ScanEvent};
use crate::home::Problem;
use crate::text::{Words, one_line};
use crate::web::{Frame, Posted, Site, Uploaded, Visit, answer, refusal_in_words};
use crate::writing::Request;

/// Pages that wait, shown at once.
const WAITING_SHOWN: usize = 200;
/// Letters of a reason.
const WORDS_MAX: usize = 200;
/// Pages that were filed, shown for a look back.
const FILED_SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "sheets/scans.html")]
struct ScansPage {
    frame: Frame,
    waiting: Vec<Stack>,
    /// Pages that wait, and how many of them are not shown.
    count: usize,
    more: usize,
    filed: Vec<Line>,
    /// Files being read now.
    unread: usize,
    newest: String,
}

/// What came together and waits: a batch, or a file.
struct Stack {
    /// [`PageRow::stack`].
    key: String,
    title: String,
    /// How many pages the header says and how many came, where they differ.
    count: String,
    /// More than a page: it can be put away together.
    together: bool,
    lines: Vec<Line>,
}

/// Pages that wait by what they came with, in the order in which it came.
fn stacks(rows: &[&PageRow], now: Moment, t: Words) -> Vec<Stack> {
    let mut stacks: Vec<Stack> = Vec::new();
    for row in rows {
        let key = row.stack();
        let stack = match stacks.iter_mut().position(|stack| stack.key == key) {
            Some(at) => stacks.get_mut(at),
            None => {
                let batch = row.read.batch.as_ref();
                let title = batch.map_or_else(|| row.name.clone(), |batch| t.with("scans-batch", &batch.header));
                let count = counts(row, t);
                stacks.push(Stack { key, title, count, together: batch.is_some(), lines: Vec::new() });
                stacks.last_mut()
            }
        };
        if let Some(stack) = stack {
            stack.lines.push(line(row, now, t));
            stack.together |= stack.lines.len() > 1;
        }
    }
    stacks
}

/// Of a batch that is not as many as its header says: what it says, and how many came.
fn counts(row: &PageRow, t: Words) -> String {
    let batch = row.read.batch.as_ref().filter(|batch| batch.said != batch.found);
    batch.map_or_else(String::new, |batch| {
        format!("{}{}", t.with("scans-said", batch.said), t.with("scans-found", batch.found))
    })
}

/// A page in words.
pub(super) struct Line {
    pub address: String,
    /// The file's name.
    pub name: String,
    pub page: u32,
    pub reason: String,
    pub sheet: String,
    pub patient: String,
    pub at: String,
    pub by: String,
}

pub(super) fn line(row: &PageRow, now: Moment, t: Words) -> Line {
    let age = age_words(row.at.minutes_until(now), t.lang);
    let count = if row.read.reason == "count_unlike" { counts(row, t) } else { String::new() };
    Line {
        name: row.name.clone(),
        address: format!("/scans/{}/{}", row.scan, row.read.page),
        page: row.read.page,
        reason: if row.read.reason.is_empty() {
            String::new()
        } else {
            format!("{} {count}", t.word("scan", &row.read.reason)).trim_end().to_owned()
        },
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
    let filed = pages.iter().rev().filter(|page| !page.waits() && page.later.is_none());
    let newest = pages.iter().map(|page| page.at).max();
    Ok(ScansPage {
        waiting: stacks(waits.get(..WAITING_SHOWN).unwrap_or(&waits), now, t),
        count: waits.len(),
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
    let mut scans = Vec::new();
    for (file, bytes) in files {
        let (write, by) = (site.writer(), (name.clone(), role.clone()));
        let kept = site.read(move |reader| inbox::keep(reader, &file, &bytes, (&by.0, &by.1), &|wish| write(wish)));
        match kept.await {
            Ok(scan) => scans.push(scan),
            Err(problem) => return refusal_in_words(&site, &visit, &problem.words),
        }
    }
    let before = inbox::settled_before(site.now());
    site.apart(move |reader, write| {
        let by = (name.as_str(), role.as_str());
        let read = inbox::together(reader, &scans, by, write).into_values().try_for_each(|taken| taken.map(drop));
        read.and(inbox::catch_up(reader, &|last| last.at < before, by, write).map(drop))
    });
    Redirect::to("/scans").into_response()
}

/// Why what came together is put away.
#[derive(Deserialize)]
pub struct Settled {
    /// [`PageRow::stack`].
    stack: String,
    #[serde(default)]
    reason: String,
}

/// `POST /scans/settle`: all pages that wait of a batch, or of a file, are nobody's, with one reason. The files stay.
pub async fn settle(State(site): State<Site>, visit: Visit, Posted(settled): Posted<Settled>) -> Response {
    let reason = one_line(&settled.reason, WORDS_MAX);
    if reason.is_empty() {
        return refusal_in_words(&site, &visit, &visit.words.text("scans-settle-needed"));
    }
    let found = site.read(move |reader| {
        let ledger = reader.once(ledger)?;
        let mine = ledger.pages.iter().filter(|row| row.waits() && row.stack() == settled.stack);
        Ok(mine.map(|row| put_away(row, &reason)).collect::<Vec<Filing>>())
    });
    let filings = match found.await {
        Ok(filings) => filings,
        Err(problem) => return refusal_in_words(&site, &visit, &problem.words),
    };
    let (by, role) = visit.by();
    for filing in filings {
        let (event, by, role) = (ScanEvent::Filed(filing), by.clone(), role.clone());
        if let Err(problem) = site.write(Request::Scan { event, by, role }).await {
            return refusal_in_words(&site, &visit, &problem.words);
        }
    }
    Redirect::to("/scans").into_response()
}

/// A person's word that a page is nobody's.
fn put_away(row: &PageRow, reason: &str) -> Filing {
    let read = &row.read;
    Filing {
        scan: row.scan.clone(),
        page: read.page,
        sheet: read.sheet.clone(),
        form: read.form.clone(),
        sheet_page: read.sheet_page,
        sheet_pages: read.sheet_pages,
        reason: reason.to_owned(),
        ..Filing::default()
    }
}
