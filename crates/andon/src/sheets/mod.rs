//! sheets: what a ward works by when there is no screen, as PDF. `crate::cli` prints by command, `page.rs` by button.
//!
//! A run takes its number (event 11), makes its sheets from charts (`crates/paper`), tells what it made (event 12), and
//! only then gives out a byte: a number printed once is never printed on another sheet, whatever fails between.
//! `rules.rs` decides what is left out when only what changed is wanted.

pub mod codes;
pub mod filing;
pub mod forms;
mod hand_in_page;
pub mod inbox;
pub mod layout;
pub mod ledger;
mod ledger_page;
mod page;
pub mod pieces;
pub mod reading;
pub mod rules;
pub mod runs;
mod scan_page;
mod scans_page;
mod slots;
pub mod suggest;
pub mod whereabouts;
pub mod whose;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use chart::{AsOf, Chart, Lang, Moment, PatientId};
use paper::{Bed, Before, Extent, Head, Inpatient, Pack, Pages, SheetId};
use store::Reader;

use crate::confidential;
use crate::event::{Event, Flag, MadeSheet, Scope, SheetsEvent};
use crate::home::Problem;
use crate::text::Words;
use crate::web::{Site, UPLOAD_BYTES_MAX};
use crate::writing::{Answer, Request};
use layout::Placed;
use rules::Form;

/// Patients of one pack: several times the beds of a hospital of this size.
const PATIENTS_MAX: usize = 2_000;
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
        .route("/sheets", get(ledger_page::page))
        .route("/sheets/print", post(ledger_page::print))
        .route("/sheets/mark", post(ledger_page::mark))
        .route("/hand-in/{authority}/{id}", get(hand_in_page::page))
        .route("/hand-in", post(hand_in_page::hand_in))
        .route("/hand-in/settle", post(hand_in_page::settle))
        .route("/disagreements", get(hand_in_page::list))
        .route("/scans/file", post(scan_page::file))
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
    /// Leave out patients of whom there is nothing new since the ward's last run.
    pub changed_only: bool,
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

/// Somebody in a bed, with the chart or why it cannot be read.
struct Bedside {
    id: PatientId,
    bed: Bed,
    chart: Result<Chart, Problem>,
    hide_name: bool,
    /// What is kept back of the patient, in words.
    marks: Vec<String>,
}

impl Bedside {
    /// The name as a ward's sheet may show it; the number where it may not, or the chart cannot be read.
    fn name(&self, t: Words) -> String {
        match &self.chart {
            Ok(chart) if !self.hide_name => chart.patient.name.clone(),
            _ => t.with("print-number", &self.id.id),
        }
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
        let bedsides = bedsides(reader, scope, Words::of(order.lang), now)?;
        if !bedsides.is_empty() {
            wards.push((scope.clone(), bedsides));
        }
    }
    if wards.is_empty() && house.is_none() {
        return Err(nobody(&order.scope));
    }
    let scope = match (wards.as_slice(), house) {
        ([(only, _)], None) => only.clone(),
        _ => Scope::House,
    };
    let (by, role) = order.by.clone();
    let taken = Request::TakeRun { scope, by, role };
    let Answer::Run { prefix, run } = write(&taken)? else { return Err(Problem::failed("no run number")) };
    let mut making = Making::begin(reader, order.lang, &order.by.0, now, prefix);
    let (mut unchanged, mut parts) = (0, Vec::new());
    for (scope, bedsides) in wards {
        let from = making.sheets.len();
        unchanged += making.pack_of(reader, order, &scope, &bedsides)?;
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

/// Tells what a run made, part by part under what it is about, and only then gives it out.
fn told(
    reader: &Reader,
    making: Making,
    run: u64,
    parts: Vec<(Scope, std::ops::Range<usize>)>,
    (by, role): &(String, String),
    write: &dyn Fn(&Request) -> Result<Answer, Problem>,
) -> Result<Printed, Problem> {
    let Making { pack, sheets, boxes, failed, flawed, .. } = making;
    let (program, cut) = (env!("CARGO_PKG_VERSION").to_owned(), reader.cut()?.words());
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
    Ok(Printed { pdf, run, sheets, boxes, unchanged: 0, failed, flawed })
}

fn refused(error: paper::Error) -> Problem {
    Problem::failed(error.to_string())
}

/// Whose chart cannot be read, by bed: the ward's lists have a row that says so, and a summary there is not.
fn unread(one: &Bedside) -> Option<String> {
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

/// What earlier runs of the same scope made that came out, oldest first, with when.
fn runs(reader: &Reader, scope: &Scope) -> Result<impl Iterator<Item = (Moment, SheetsEvent)> + use<>, Problem> {
    let (events, not_out) = (reader.events_of(&scope.item())?, crate::printing::not_out(reader)?);
    Ok(events.into_iter().filter_map(move |stored| {
        let envelope = &stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Sheets(event) if !event.prefix().is_some_and(|prefix| not_out.contains(prefix)) => {
                Some((envelope.entry_time, event))
            }
            _ => None,
        }
    }))
}

/// The patients of a scope in the order of beds, each with the whole chart.
fn bedsides(reader: &Reader, scope: &Scope, t: Words, now: Moment) -> Result<Vec<Bedside>, Problem> {
    let mut places = match scope {
        Scope::Ward(ward) => {
            let placed = reader.inpatients(Some(ward), PATIENTS_MAX)?.into_iter();
            placed.map(|placed| (placed.id, placed.inpatient.place)).collect()
        }
        Scope::Patient { authority, id } => {
            let id = PatientId { authority: authority.clone(), id: id.clone() };
            let place = reader.place(&id)?.map(|inpatient| inpatient.place).unwrap_or_default();
            vec![(id, place)]
        }
        Scope::House => Vec::new(),
    };
    places.sort_by_cached_key(|(id, place)| (chart::natural(&place.room), chart::natural(&place.bed), id.clone()));
    let mut bedsides = Vec::with_capacity(places.len());
    for (id, place) in places {
        let bed = Bed { ward: place.ward, room: place.room, bed: place.bed };
        let read = crate::record::chart(reader, &id, &AsOf::live(now))
            .and_then(|chart| Ok((chart, confidential::of_person(reader, &id)?)));
        bedsides.push(match read {
            Ok((None, _)) => continue,
            Ok((Some(chart), flags)) => Bedside {
                id,
                bed,
                chart: Ok(chart),
                hide_name: flags.contains(&Flag::HideName),
                marks: flags.iter().map(|flag| t.word("flag", flag.code())).collect(),
            },
            Err(problem) => {
                let marks = vec![t.with("print-number", &id.id)];
                Bedside { id, bed, chart: Err(problem), hide_name: true, marks }
            }
        });
    }
    // One chart that cannot be read is one row (promise 11); when none can, the store cannot.
    if bedsides.iter().all(|one| one.chart.is_err())
        && let Some(Bedside { chart: Err(problem), .. }) = bedsides.pop()
    {
        return Err(problem);
    }
    Ok(bedsides)
}

/// A run being made.
struct Making {
    pack: Pack,
    prefix: String,
    sheets: Vec<MadeSheet>,
    boxes: Vec<(String, Vec<Placed>)>,
    failed: Vec<String>,
    flawed: Vec<String>,
}

impl Making {
    fn begin(reader: &Reader, lang: Lang, by: &str, now: Moment, prefix: String) -> Making {
        let head = Head {
            hospital: reader.about().hospital.clone(),
            training: reader.about().training,
            made: now,
            printed_by: by.to_owned(),
            valid_until: Moment(now.0 + VALID_MILLIS),
        };
        let (sheets, boxes, failed, flawed) = Default::default();
        Making { pack: Pack::new(lang, head), prefix, sheets, boxes, failed, flawed }
    }

    fn next_id(&self) -> SheetId {
        SheetId { number: format!("{}-{}", self.prefix, self.sheets.len() + self.failed.len() + 1) }
    }

    /// The pack of a ward, or of one patient; gives how many summaries were left out because nothing changed.
    fn pack_of(
        &mut self,
        reader: &Reader,
        order: &Order,
        scope: &Scope,
        bedsides: &[Bedside],
    ) -> Result<usize, Problem> {
        let from = self.sheets.len();
        let previous = if order.changed_only { Some(runs::Previous::of(runs(reader, scope)?)) } else { None };
        self.flawed.extend(bedsides.iter().filter_map(unread));
        for form in order.forms.iter().filter(|form| **form != Form::Summary) {
            self.of_ward(reader, *form, scope, bedsides)?;
        }
        let mut unchanged = 0;
        for one in bedsides.iter().filter(|_| order.forms.contains(&Form::Summary)) {
            let Ok(chart) = &one.chart else { continue };
            let digest = rules::digest(chart);
            let last = previous.as_ref().and_then(|previous| previous.summary(&one.id));
            if last.is_some_and(|last| last.digest == digest) {
                unchanged += 1;
            } else {
                let before = previous.as_ref().and_then(|previous| previous.before(reader, &one.id));
                self.of_patient(one, scope, digest, before.as_ref());
            }
        }
        if let (Some(previous), Scope::Ward(ward)) = (previous, scope) {
            self.swap_list(order.lang, ward, &previous, bedsides, (from, unchanged));
        }
        Ok(unchanged)
    }

    /// What goes into the ward's box and what comes out of it, where there is anything.
    fn swap_list(
        &mut self,
        lang: Lang,
        ward: &str,
        previous: &runs::Previous,
        bedsides: &[Bedside],
        (from, unchanged): (usize, usize),
    ) {
        let swaps = previous.swaps(Words::of(lang), self.sheets.get(from..).unwrap_or_default(), bedsides);
        if swaps.is_empty() {
            return;
        }
        let id = self.next_id();
        let made = self.pack.swaps(ward, &swaps, unchanged, &id);
        self.keep(made, id, None, runs::taken_out(&swaps));
    }

    fn of_ward(&mut self, reader: &Reader, form: Form, scope: &Scope, bedsides: &[Bedside]) -> Result<(), Problem> {
        let Scope::Ward(ward) = scope else { return Ok(()) };
        let memo = if form == Form::Memo { crate::printing::memo(reader, ward)? } else { None };
        if form == Form::Memo && memo.is_none() {
            return Ok(());
        }
        let rows: Vec<Inpatient<'_>> = bedsides.iter().map(inpatient).collect();
        let id = self.next_id();
        let made = match form {
            Form::Board => self.pack.board(ward, &rows, &id),
            Form::Gaps => self.pack.gaps(ward, &rows, &id),
            Form::Meals => self.pack.meals(ward, &rows, &id),
            Form::Memo => self.pack.memo(ward, memo.as_ref(), &id),
            Form::Summary => return Ok(()),
        };
        self.keep(made, id, None, String::new());
        Ok(())
    }

    fn of_patient(&mut self, one: &Bedside, scope: &Scope, digest: String, before: Option<&Before>) {
        let id = self.next_id();
        let extent = if matches!(scope, Scope::Ward(_)) { Extent::FirstPage } else { Extent::Whole };
        let made = match before {
            Some(before) => self.pack.summary_since(&inpatient(one), before, &id),
            None => self.pack.summary(&inpatient(one), extent, &id),
        };
        self.keep(made, id, Some(&one.id), digest);
    }

    /// One sheet that cannot be made does not keep back the others (promise 11).
    fn keep(&mut self, made: Result<Pages, paper::Error>, id: SheetId, of: Option<&PatientId>, digest: String) {
        match made {
            Ok(pages) => {
                self.flawed.extend(pages.flaw());
                let boxes = layout::placed(&pages.marks);
                if !boxes.is_empty() {
                    self.boxes.push((id.number.clone(), boxes));
                }
                self.sheets.push(MadeSheet {
                    number: id.number,
                    form: pages.form.to_owned(),
                    authority: of.map_or_else(String::new, |of| of.authority.clone()),
                    id: of.map_or_else(String::new, |of| of.id.clone()),
                    pages: u32::try_from(pages.count).unwrap_or(u32::MAX),
                    digest,
                });
            }
            Err(error) => self.failed.push(error.to_string()),
        }
    }
}

fn inpatient(one: &Bedside) -> Inpatient<'_> {
    Inpatient { bed: &one.bed, chart: one.chart.as_ref().ok(), hide_name: one.hide_name, marks: &one.marks }
}
