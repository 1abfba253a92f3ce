//! 印刷: what is printed when and where, what did not come out, a run now, and the ward's memo.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chart::age_words;
use serde::Deserialize;
use store::Reader;

use super::{RunOrder, spool};
use crate::event::{JobState, Plan, RunsEvent};
use crate::home::Problem;
use crate::printing::{JobRow, Planned, memo, printing};
use crate::sheets::ledger::{self, SheetRow};
use crate::text::Words;
use crate::web::{Frame, Posted, Site, Via, Visit, answer, note_about, refusal, refusal_in_words};
use crate::writing::Request;

/// Runs shown.
const JOBS_SHOWN: usize = 50;
/// Letters of a reason.
const WORDS_MAX: usize = 200;
/// Letters of a memo: a page of the ward's own words.
const MEMO_CHARS: usize = 4_000;

/// The addresses of these pages.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/printing", get(page))
        .route("/printing/run", post(run))
        .route("/printing/memo", post(note))
        .route("/printing/collect", post(collected))
}

#[derive(Template)]
#[template(path = "sheets/printing.html")]
struct PrintingPage {
    frame: Frame,
    troubles: Vec<JobLine>,
    printers: Vec<(String, String)>,
    plans: Vec<PlanLine>,
    jobs: Vec<JobLine>,
    swaps: Vec<SwapLine>,
    wards: Vec<WardMemo>,
}

/// A swap list whose old sheets nobody has counted yet.
struct SwapLine {
    number: String,
    ward: String,
    issued: String,
    pages: u32,
}

/// A ward with the memo that stands.
struct WardMemo {
    ward: String,
    text: String,
    said: String,
}

/// A plan in words.
struct PlanLine {
    plan: Plan,
    what: String,
    wards: String,
    at: String,
    last: String,
    /// That it is due and did not come out; empty where it is not.
    due: String,
}

/// When a plan prints, and what is said of it when it is due, in words.
pub fn plan_time(t: Words, plan: &Plan) -> (String, String) {
    match plan.is_at_stop() {
        true => (t.text("plan-at-stop"), t.text("plan-due-stop")),
        false => (plan.at.clone(), t.text("plan-due")),
    }
}

/// A run that was handed to a printer, in words.
struct JobLine {
    at: String,
    printer: String,
    plan: String,
    run: u64,
    pages: u32,
    state: String,
    bad: bool,
    words: String,
    by: String,
}

/// The words of a trouble as it is written down: its stable word in the reader's language, then the printer's own.
pub fn trouble_words(t: Words, words: &str) -> String {
    let (code, rest) = words.split_once(' ').unwrap_or((words, ""));
    if code.is_empty() {
        return String::new();
    }
    let known = t.word("trouble", code);
    format!("{known} {rest}").trim().to_owned()
}

fn job_line(row: &JobRow, t: Words, now: chart::Moment) -> JobLine {
    let JobRow { job, at, by } = row;
    JobLine {
        at: format!("{at}{}", t.with("aside", age_words(at.minutes_until(now), t.lang))),
        printer: job.printer.clone(),
        plan: job.plan.clone(),
        run: job.run,
        pages: job.pages,
        state: t.word("job", job.state.word()),
        bad: matches!(job.state, JobState::Failed | JobState::Stuck),
        words: trouble_words(t, &job.words),
        by: by.clone(),
    }
}

fn swap_line((list, pages): (&SheetRow, u32)) -> SwapLine {
    let (number, ward, issued) = (list.number.clone(), list.ward.clone(), list.issued.to_string());
    SwapLine { number, ward, issued, pages }
}

/// `GET /printing`
async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &asked, reader));
    answer(&site, &visit, made.await)
}

fn made(site: &Site, visit: &Visit, reader: &Reader) -> Result<PrintingPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let printing = reader.once(printing)?;
    let line = |row: &JobRow| job_line(row, t, now);
    let plan = |planned: &Planned| {
        let plan = planned.plan.clone();
        let last = printing.last_printed(&plan);
        let (at, is_due) = plan_time(t, &plan);
        PlanLine {
            what: plan.what.split(',').map(|word| t.word("plan", word)).collect::<Vec<_>>().join("・"),
            wards: if plan.wards.is_empty() { t.text("plan-all-wards") } else { plan.wards.replace(',', "・") },
            last: last.map_or_else(|| t.text("plan-never"), |row| row.at.to_string()),
            at,
            due: if printing.is_due(planned, now) { is_due } else { String::new() },
            plan,
        }
    };
    let mut wards = Vec::new();
    for (ward, _) in crate::stays::census::wards(reader)? {
        let memo = memo(reader, &ward)?;
        let said = memo.as_ref().map_or_else(String::new, |memo| format!("{} {}", memo.at, memo.by));
        wards.push(WardMemo { ward, text: memo.map_or_else(String::new, |memo| memo.text), said });
    }
    Ok(PrintingPage {
        troubles: printing.troubles(now).into_iter().map(line).collect(),
        printers: printing.printers.values().map(|one| (one.name.clone(), one.place.clone())).collect(),
        plans: printing.plans.values().map(plan).collect(),
        swaps: ledger::uncollected(&reader.once(ledger::ledger)?.sheets).map(swap_line).collect(),
        jobs: printing.jobs.iter().rev().take(JOBS_SHOWN).map(line).collect(),
        wards,
        frame: Frame::new(site, visit, reader)?,
    })
}

/// What is to be printed now: a plan, or wards on a printer.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    plan: String,
    #[serde(default)]
    printer: String,
    #[serde(default)]
    what: String,
    #[serde(default)]
    ward: String,
    /// `1`: only patients of whom there is something new.
    #[serde(default)]
    changed: String,
}

impl Wanted {
    /// The plan that it names, or the one that it is, and under what it is written down.
    fn plan(&self, reader: &Reader) -> Result<Option<(Plan, String)>, Problem> {
        if !self.plan.is_empty() {
            let printing = reader.once(printing)?;
            let planned = printing.plans.get(&self.plan);
            return Ok(planned.map(|planned| (planned.plan.clone(), printing.written_as(&planned.plan))));
        }
        let plan = Plan {
            what: self.what.clone(),
            wards: self.ward.clone(),
            days: 3,
            changed: self.changed == "1",
            printer: self.printer.clone(),
            on: true,
            ..Plan::default()
        };
        Ok(Some((plan, String::new())))
    }
}

/// `POST /printing/run`: begun when this answers; what becomes of it stands on the page.
async fn run(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    headers: HeaderMap,
    Posted(wanted): Posted<Wanted>,
) -> Response {
    let Some(session) = visit.session.clone() else {
        return refusal(&site, &headers, StatusCode::FORBIDDEN, "refused-right");
    };
    let found = site.read(move |reader| {
        let plan = wanted.plan(reader)?;
        let named = |(plan, _): &(Plan, String)| reader.once(printing).ok()?.printers.get(&plan.printer).cloned();
        let printer = plan.as_ref().and_then(named);
        Ok(plan.zip(printer))
    });
    let ((plan, written), printer) = match found.await {
        Ok(Some(found)) => found,
        Ok(None) => return refusal_in_words(&site, &visit, &visit.words.text("printing-no-printer")),
        Err(problem) => return refusal_in_words(&site, &visit, &problem.words),
    };
    let Some(order) = RunOrder::of_plan(&plan, visit.words.lang, session.person.by()) else {
        return refusal_in_words(&site, &visit, &visit.words.text("printing-no-printer"));
    };
    let detail = format!("{} {}", plan.what, printer.name);
    note_about(&site, &via, &session.person, ("print", format!("ward:{}", plan.wards), detail), 200);
    let own = site.clone();
    site.apart(move |reader, write| {
        let clock = || own.now();
        spool::print(reader, (&printer, &written), &order, spool::PATIENCE, &clock, write).map(drop)
    });
    Redirect::to("/printing").into_response()
}

/// A ward's memo as typed.
#[derive(Deserialize)]
struct Noted {
    ward: String,
    #[serde(default)]
    text: String,
}

/// `POST /printing/memo`
async fn note(State(site): State<Site>, visit: Visit, Posted(noted): Posted<Noted>) -> Response {
    let (by, role) = visit.by();
    let text: String = noted.text.replace('\r', "").trim_end().chars().take(MEMO_CHARS).collect();
    let event = RunsEvent::Memo { ward: noted.ward, text };
    match site.write(Request::Runs { event, by, role }).await {
        Ok(_) => Redirect::to("/printing").into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

/// What was counted to the shredder.
#[derive(Deserialize)]
struct Counted {
    number: String,
    pages: String,
    #[serde(default)]
    words: String,
}

/// `POST /printing/collect`: the old sheets of a swap list were shredded.
async fn collected(State(site): State<Site>, visit: Visit, Posted(counted): Posted<Counted>) -> Response {
    let (by, role) = visit.by();
    let Ok(pages) = counted.pages.trim().parse() else {
        return refusal_in_words(&site, &visit, &visit.words.text("collect-no-number"));
    };
    let words: String = counted.words.trim().chars().take(WORDS_MAX).collect();
    let write = site.writer();
    let done = site
        .read(move |reader| ledger::collect(reader, &counted.number, pages, &words, (&by, &role), &|wish| write(wish)));
    match done.await {
        Ok(_) => Redirect::to("/printing").into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
