//! sheets: what a ward works by when there is no screen, as PDF. `crate::cli` prints by command, `page.rs` by button.
//!
//! A run takes its number (event 11), makes its sheets from charts (`crates/paper`), tells what it made (event 12), and
//! only then gives out a byte: a number printed once is never printed on another sheet, whatever fails between.
//! `rules.rs` decides what is left out when only what changed is wanted.

pub mod codes;
pub mod filing;
pub mod forms;
pub mod inbox;
pub mod layout;
pub mod ledger;
mod ledger_page;
mod page;
pub mod pieces;
pub mod reading;
pub mod rules;
mod scan_page;
mod scans_page;
mod slots;
pub mod suggest;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use chart::{AsOf, Chart, Lang, Moment, PatientId};
use paper::{Bed, Extent, Head, Inpatient, Pack, Pages, SheetId};
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
        .route("/scans/file", post(scan_page::file))
        .route("/scans/{scan}/{page}", get(scan_page::page))
        .route("/scans/{scan}/{page}/picture", get(scan_page::picture))
        .merge(uploads)
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
    let mut wards = Vec::new();
    for scope in scopes {
        let bedsides = bedsides(reader, scope, Words::of(order.lang), now)?;
        if !bedsides.is_empty() {
            wards.push((scope.clone(), bedsides));
        }
    }
    let Some((first, _)) = wards.first() else { return Err(nobody(&order.scope)) };
    let scope = if let [only] = scopes { only.clone() } else { Scope::House };
    let (scope, (by, role)) = (if wards.len() == 1 { first.clone() } else { scope }, order.by.clone());
    let taken = Request::TakeRun { scope, by, role };
    let Answer::Run { prefix, run } = write(&taken)? else { return Err(Problem::failed("no run number")) };
    let mut making = Making::begin(reader, order.lang, &order.by.0, now, prefix);
    let (mut unchanged, mut parts) = (0, Vec::new());
    for (scope, bedsides) in wards {
        let from = making.sheets.len();
        unchanged += making.pack_of(reader, order, &scope, &bedsides)?;
        parts.push((scope, from..making.sheets.len()));
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
    let (program, cut) = (env!("CARGO_PKG_VERSION").to_owned(), cut_words(&reader.cut()?));
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

/// Which entries the sheets show: positions by source, numbers by station.
fn cut_words(cut: &store::Cut) -> String {
    let sources = cut.positions.iter().map(|(source, position)| format!("{source}:{position}"));
    let stations = cut.events.iter().map(|(station, life, no)| format!("{station}/{life}:{no}"));
    sources.chain(stations).collect::<Vec<_>>().join(" ")
}

/// What earlier runs of the same scope made, oldest first.
fn runs(reader: &Reader, scope: &Scope) -> Result<impl Iterator<Item = SheetsEvent> + use<>, Problem> {
    let events = reader.events_of(&scope.item())?;
    Ok(events.into_iter().filter_map(|stored| {
        let envelope = &stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Sheets(event) => Some(event),
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
        let before = if order.changed_only { rules::printed(runs(reader, scope)?) } else { Default::default() };
        self.flawed.extend(bedsides.iter().filter_map(unread));
        for form in order.forms.iter().filter(|form| **form != Form::Summary) {
            self.of_ward(*form, scope, bedsides);
        }
        let mut unchanged = 0;
        for one in bedsides.iter().filter(|_| order.forms.contains(&Form::Summary)) {
            let Ok(chart) = &one.chart else { continue };
            let digest = rules::digest(chart);
            if before.get(&one.id) == Some(&digest) {
                unchanged += 1;
            } else {
                self.of_patient(one, scope, digest);
            }
        }
        Ok(unchanged)
    }

    fn of_ward(&mut self, form: Form, scope: &Scope, bedsides: &[Bedside]) {
        let Scope::Ward(ward) = scope else { return };
        let rows: Vec<Inpatient<'_>> = bedsides.iter().map(inpatient).collect();
        let id = self.next_id();
        let made = match form {
            Form::Board => self.pack.board(ward, &rows, &id),
            Form::Gaps => self.pack.gaps(ward, &rows, &id),
            Form::Meals => self.pack.meals(ward, &rows, &id),
            Form::Summary => return,
        };
        self.keep(made, id, None, String::new());
    }

    fn of_patient(&mut self, one: &Bedside, scope: &Scope, digest: String) {
        let id = self.next_id();
        let extent = if matches!(scope, Scope::Ward(_)) { Extent::FirstPage } else { Extent::Whole };
        let made = self.pack.summary(&inpatient(one), extent, &id);
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
