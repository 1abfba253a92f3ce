//! A run on its way through a printer: asked whether it is ready, made, handed over, followed until it came out. Each step is written
//! down, so that a failure is seen by whoever looks and what failed is not taken for printed.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chart::Moment;
use serde::Serialize;
use store::Reader;

use super::target::{Target, Trouble};
use super::{RunOrder, make};
use crate::event::{Job, JobState, RunsEvent};
use crate::home::Problem;
use crate::printing::{Printer, printing};
use crate::sheets::Printed;
use crate::sheets::pieces::Write;
use crate::writing::{Answer, Request};

/// How long a run may take to come out before it is taken back.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Outcome {
    /// What was written down last.
    #[serde(flatten)]
    pub job: Job,
    /// Sheets that could not be made, and what is not whole on those that were.
    pub flawed: Vec<String>,
    /// Patients left out because nothing changed.
    pub unchanged: usize,
}

/// Printers that print now: one run at a time each, whoever asks.
static BUSY: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// How what becomes of a job is written down.
type Say<'a> = &'a dyn Fn(&Job) -> Result<(), Problem>;

/// A printer taken for one run.
struct Turn(String);

impl Turn {
    fn take(printer: &str) -> Option<Turn> {
        let mut busy = BUSY.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(printer.to_owned()).then(|| Turn(printer.to_owned()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        BUSY.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// Prints one run; `None` when the printer is busy with another.
///
/// # Errors
/// When the store cannot be read or written. A printer that does not print is an outcome, not an error.
pub fn print(
    reader: &Reader,
    (printer, plan): (&Printer, &str),
    order: &RunOrder,
    patience: Duration,
    clock: &dyn Fn() -> Moment,
    write: Write<'_>,
) -> Result<Option<Outcome>, Problem> {
    let Some(_turn) = Turn::take(&printer.name) else { return Ok(None) };
    let say = |job: &Job| -> Result<(), Problem> {
        let (by, role) = order.by.clone();
        write(&Request::Runs { event: RunsEvent::Job(job.clone()), by, role }).map(drop)
    };
    let job = Job {
        run: 0,
        prefix: String::new(),
        printer: printer.name.clone(),
        plan: plan.to_owned(),
        state: JobState::Failed,
        pages: 0,
        words: String::new(),
    };
    let target = Target::read(&printer.place).ok_or_else(|| Trouble::of("address", &printer.place));
    if let Err(trouble) = target.clone().and_then(|target| target.ready()) {
        let job = Job { words: trouble.to_string(), ..job };
        if !said_already(reader, &job)? {
            say(&job)?;
        }
        return Ok(Some(Outcome { job, flawed: Vec::new(), unchanged: 0 }));
    }
    let (job, printed) = made(reader, order, clock(), job, (write, &say))?;
    let Printed { pdf, sheets, unchanged, failed, flawed, .. } = match printed {
        Ok(printed) => printed,
        Err(problem) => {
            let words = Trouble::of("not_made", &problem.words).to_string();
            let job = Job { state: JobState::Failed, words, ..job };
            say(&job)?;
            return Ok(Some(Outcome { job, flawed: Vec::new(), unchanged: 0 }));
        }
    };
    let flawed = [failed, flawed].concat();
    let job = Job { pages: sheets.iter().map(|sheet| sheet.pages).sum(), ..job };
    if sheets.is_empty() {
        // A run without sheets is an answer too: nothing changed.
        let job = Job { state: JobState::Printed, words: "unchanged".to_owned(), ..job };
        say(&job)?;
        return Ok(Some(Outcome { job, flawed, unchanged }));
    }
    let mut stuck = |why: &str| {
        // That it stands still is told where it can be; the printing itself goes on either way.
        let told = say(&Job { state: JobState::Stuck, words: why.to_owned(), ..job.clone() });
        if told.is_err() {
            tracing::warn!("a printer that stands still could not be written down");
        }
    };
    let came = target.and_then(|target| target.print(&format!("andon-{}", job.prefix), &pdf, patience, &mut stuck));
    let job = match came {
        Ok(()) => Job { state: JobState::Printed, ..job },
        Err(trouble) => Job { state: JobState::Failed, words: trouble.to_string(), ..job },
    };
    say(&job)?;
    Ok(Some(Outcome { job, flawed, unchanged }))
}

/// Makes the run. The job is told as soon as it has its number, before any sheet: whatever ends the program after that, the run is known
/// not to have come out.
fn made(
    reader: &Reader,
    order: &RunOrder,
    now: Moment,
    job: Job,
    (write, say): (Write<'_>, Say<'_>),
) -> Result<(Job, Result<Printed, Problem>), Problem> {
    let begun = RefCell::new(job);
    let writes = |request: &Request| -> Result<Answer, Problem> {
        let answer = write(request)?;
        if let Answer::Run { prefix, run } = &answer {
            let job = Job { run: *run, prefix: prefix.clone(), state: JobState::Sent, ..begun.borrow().clone() };
            say(&job)?;
            begun.replace(job);
        }
        Ok(answer)
    };
    let printed = reader.steady(|reader| make(reader, order, now, &writes))?;
    Ok((begun.into_inner(), printed))
}

/// Whether the same was the last word on this printer and plan: a printer that is off all night is one line, not six hundred.
fn said_already(reader: &Reader, job: &Job) -> Result<bool, Problem> {
    let printing = printing(reader)?;
    let last = printing.jobs.iter().rev().find(|row| row.job.printer == job.printer && row.job.plan == job.plan);
    Ok(last.is_some_and(|row| row.job == *job))
}
