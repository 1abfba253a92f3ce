//! sheets: what a ward works by when there is no screen, as PDF. `crate::cli` prints by command, `page.rs` by button.
//!
//! A run takes its number (event 11), makes its sheets from charts (`crates/paper`), tells what it made (event 12), and
//! only then gives out a byte: a number printed once is never printed on another sheet, whatever fails between.
//! `rules.rs` decides what is left out when only what changed is wanted.

pub mod action;
mod bedside;
pub mod calls;
mod changes_page;
pub mod chronology;
pub mod codes;
pub mod dialysis;
mod digest;
pub mod filing;
pub mod forms;
mod guesses;
mod hand_in_page;
pub mod inbox;
pub mod institution_page;
pub mod labels_page;
pub mod layout;
pub mod ledger;
mod ledger_page;
mod making;
pub mod package;
mod page;
pub mod pages;
pub mod pieces;
pub mod reading;
pub mod registers;
pub mod results;
pub mod rules;
pub mod runs;
mod scan_page;
mod scans_page;
mod slots;
pub mod suggest;
#[cfg(test)]
mod tests;
pub mod visits;
pub mod whereabouts;
pub mod whose;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use chart::{Lang, Moment};
use paper::Extent;
use store::Reader;

use self::pieces::Write;
use crate::event::{Event, JobState, MadeSheet, Scope, SheetsEvent};
use crate::home::Problem;
use crate::web::{Site, UPLOAD_BYTES_MAX};
use crate::writing::{Answer, Request};
use bedside::{Bedside, ward};
use layout::Placed;
use making::Making;
use rules::{Form, Told};

/// Kinds of sheets whose boxes are told in one event, so that it stays far below what a request may hold.
const BOXES_TOLD_MAX: usize = 64;
/// A reference sheet is good until the next evening's run, milliseconds.
const VALID_MILLIS: i64 = 24 * 3_600_000;

/// The addresses of this slice.
pub fn routes() -> Router<Site> {
    let uploads = Router::new()
        .route("/scans", get(scans_page::page).post(scans_page::upload))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX));
    Router::new()
        .route("/print", post(page::print))
        .route("/wards/{ward}/changes", get(changes_page::page))
        .route("/sheets", get(ledger_page::page))
        .route("/sheets/print", post(ledger_page::print))
        .route("/sheets/mark", post(ledger_page::mark))
        .route("/sheets/chronology", post(chronology::post))
        .route("/sheets/registers", post(registers::post))
        .route("/sheets/cards", post(action::post))
        .route("/sheets/visit", post(visits::post))
        .route("/sheets/calls", post(calls::post))
        .route("/sheets/dialysis", post(dialysis::post))
        .route("/sheets/results", post(results::post))
        .route("/sheets/queue", post(visits::post_queue))
        .route("/sheets/agenda", post(registers::post_agenda))
        .route("/hand-in/{authority}/{id}", get(hand_in_page::page))
        .route("/hand-in", post(hand_in_page::hand_in))
        .route("/hand-in/settle", post(hand_in_page::settle))
        .route("/disagreements", get(hand_in_page::list))
        .route("/scans/file", post(scan_page::file))
        .route("/scans/settle", post(scans_page::settle))
        .route("/scans/{scan}/{page}", get(scan_page::page))
        .route("/scans/{scan}/{page}/picture", get(scan_page::picture))
        .merge(runs::page::routes())
        .merge(uploads)
        .merge(whereabouts::routes())
}

/// What is to be printed.
#[derive(Clone, Debug)]
pub struct Order {
    /// A ward or a patient.
    pub scope: Scope,
    /// Which sheets of a ward's pack.
    pub forms: Vec<Form>,
    /// Of each patient of a ward orders and profile too, not the first page alone.
    pub orders: bool,
    /// Leave out patients of whom there is nothing new since the ward's last run.
    pub changed_only: bool,
    /// For the ward's box: what lies there is what printers put there, and no document that somebody made to look at.
    pub boxed: bool,
    /// In which language.
    pub lang: Lang,
    /// Who prints, and in which role.
    pub by: (String, String),
}

/// What was printed.
pub struct Printed {
    /// The document.
    pub pdf: Vec<u8>,
    /// Number of the run.
    pub run: u64,
    /// Its sheets.
    pub sheets: Vec<MadeSheet>,
    /// Where the boxes to be read stand, sheet by sheet.
    pub boxes: Vec<(String, Vec<Placed>)>,
    /// Patients left out because nothing changed.
    pub unchanged: usize,
    /// Sheets that could not be made, and why.
    pub failed: Vec<String>,
    /// What is not whole on those that were: letters that no font has, charts that cannot be read.
    pub flawed: Vec<String>,
}

impl Printed {
    /// True when nothing is missing: neither a sheet nor a letter.
    pub fn is_whole(&self) -> bool {
        self.failed.is_empty() && self.flawed.is_empty()
    }
}

/// Prints a ward's pack or a patient's sheet.
///
/// # Errors
/// When nobody is there, the store cannot be read, or the run cannot be written down.
pub fn print(
    reader: &Reader,
    order: &Order,
    now: Moment,
    write: &dyn Fn(&Request) -> Result<Answer, Problem>,
) -> Result<Printed, Problem> {
    print_all(reader, std::slice::from_ref(&order.scope), order, now, write)
}

/// Prints the packs of several wards as one document and one run, ward by ward; `order` says how.
///
/// # Errors
/// As [`print`]; a ward without patients is left out as long as another has some.
pub fn print_all(
    reader: &Reader,
    scopes: &[Scope],
    order: &Order,
    now: Moment,
    write: &dyn Fn(&Request) -> Result<Answer, Problem>,
) -> Result<Printed, Problem> {
    print_parts(reader, scopes, order, now, None, write)
}

/// What of a run is no ward's.
type House<'a> = &'a dyn Fn(&mut Making) -> Result<(), Problem>;

/// The packs of wards, and behind them what is no ward's, as one document and one run.
fn print_parts(
    reader: &Reader,
    scopes: &[Scope],
    order: &Order,
    now: Moment,
    house: Option<House<'_>>,
    write: &dyn Fn(&Request) -> Result<Answer, Problem>,
) -> Result<Printed, Problem> {
    let mut wards = Vec::new();
    for scope in scopes {
        // Read one by one as they are set: a hospital's charts at once would be most of a run's memory.
        let mut ward = ward(reader, scope, order, now)?;
        if ward.found.peek().is_some() {
            wards.push(ward);
        }
    }
    if wards.is_empty() && house.is_none() {
        return Err(nobody(&order.scope));
    }
    let scope = match (wards.as_slice(), house) {
        ([only], None) => only.scope.clone(),
        _ => Scope::House,
    };
    let (by, role) = order.by.clone();
    let taken = Request::TakeRun { scope, by, role };
    let Answer::Run { prefix, run } = write(&taken)? else { return Err(Problem::failed("no run number")) };
    let mut making = Making::begin(reader, order.lang, &order.by.0, now, prefix);
    let (mut unchanged, mut parts) = (0, Vec::new());
    for ward in wards {
        let (from, scope) = (making.sheets.len(), ward.scope.clone());
        unchanged += making.pack_of(reader, order, ward)?;
        parts.push((scope, from..making.sheets.len()));
    }
    if let Some(house) = house {
        let from = making.sheets.len();
        house(&mut making)?;
        parts.push((Scope::House, from..making.sheets.len()));
    }
    let printed = told(reader, making, run, parts, &order.by, write)?;
    Ok(Printed { unchanged, ..printed })
}

/// A run of the house with one kind of sheet in it, which `fill` makes.
fn of_house(
    reader: &Reader,
    (lang, who): (Lang, &(String, String)),
    now: Moment,
    write: Write<'_>,
    fill: impl FnOnce(&mut Making),
) -> Result<Printed, Problem> {
    let (by, role) = who.clone();
    let Answer::Run { prefix, run } = write(&Request::TakeRun { scope: Scope::House, by, role })? else {
        return Err(Problem::failed("no run number"));
    };
    let mut making = Making::begin(reader, lang, &who.0, now, prefix);
    fill(&mut making);
    let parts = vec![(Scope::House, 0..making.sheets.len())];
    told(reader, making, run, parts, who, write)
}

/// Tells what a run made, part by part under what it is about, and only then gives it out.
fn told(
    reader: &Reader,
    making: Making,
    run: u64,
    parts: Vec<(Scope, std::ops::Range<usize>)>,
    (by, role): &(String, String),
    write: &dyn Fn(&Request) -> Result<Answer, Problem>,
) -> Result<Printed, Problem> {
    let Making { pack, mut sheets, boxes, failed, flawed, .. } = making;
    let (program, cut) = (env!("CARGO_PKG_VERSION").to_owned(), crate::hold::trusted(reader)?.words());
    let pdf = if sheets.is_empty() { Vec::new() } else { pack.finish().map_err(refused)? };
    for (scope, part) in parts {
        let sheets = sheets.get(part).unwrap_or_default().to_vec();
        let event = SheetsEvent::Made { run, scope, program: program.clone(), cut: cut.clone(), sheets };
        write(&Request::SheetsMade { event, by: by.clone(), role: role.clone() })?;
    }
    for told in layout::told(reader, &boxes)?.chunks(BOXES_TOLD_MAX) {
        let event = SheetsEvent::Boxes(told.to_vec());
        write(&Request::SheetsMade { event, by: by.clone(), role: role.clone() })?;
    }
    // What is told beside the digest is for the next run alone.
    for sheet in &mut sheets {
        let of_ward = sheet.digest.starts_with(ledger::AT_WARD);
        sheet.digest = if of_ward { String::new() } else { Told::read(&sheet.digest).digest };
    }
    Ok(Printed { pdf, run, sheets, boxes, unchanged: 0, failed, flawed })
}

fn refused(error: paper::Error) -> Problem {
    Problem::failed(error.to_string())
}

/// Whose chart cannot be read, by bed: the ward's lists have a row that says so, and a summary there is not.
fn flaw(one: &Bedside) -> Option<String> {
    let problem = one.chart.as_ref().err()?;
    Some(format!(
        "{}: カルテを読めず、サマリーはありません。本人・リストバンドで確かめ、手書きで補ってください / chart not read, no summary: {}",
        one.bed.words(),
        problem.words
    ))
}

fn nobody(scope: &Scope) -> Problem {
    match scope {
        Scope::Ward(ward) => Problem::failed(format!(
            "{ward}: この病棟に入院中の患者は、コピーにいません。`andon ward` で病棟名を確かめてください。\n\
             {ward}: no inpatients of this ward in this copy; see `andon ward`."
        )),
        _ => Problem::failed(
            "この番号の患者はこのコピーにありません。`andon search` で確かめてください。\n\
             No patient of this number is in this copy; try `andon search`.",
        ),
    }
}

/// What earlier runs of the same scope made, oldest first, with when; without what was handed to a printer and is not known to have
/// come out, the program having ended meanwhile or not: it is printed once more rather than missed in the ward's box. `boxed`: only
/// what a printer did print.
fn runs(reader: &Reader, scope: &Scope, boxed: bool) -> Result<Vec<(Moment, SheetsEvent)>, Problem> {
    let printing = reader.once(crate::printing::printing)?;
    let told = printing.prefixes(|state| boxed == (state == JobState::Printed));
    let made = reader.events_of(&scope.item())?.into_iter().filter_map(|stored| {
        let envelope = &stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Sheets(event) if boxed == event.prefix().is_some_and(|prefix| told.contains(prefix)) => {
                Some((envelope.entry_time, event))
            }
            _ => None,
        }
    });
    Ok(made.collect())
}

impl Order {
    /// How much of each summary: of one patient all of it.
    fn extent(&self, scope: &Scope) -> Extent {
        if self.orders || !matches!(scope, Scope::Ward(_)) { Extent::Whole } else { Extent::FirstPage }
    }
}
