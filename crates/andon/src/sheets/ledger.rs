//! The sheet ledger: every sheet that was given out and what became of it, folded from what runs made, what people said of sheets,
//! and what came back through the scanner (promise 9).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chart::Moment;
use paper::Class;
use serde::Serialize;
use store::{Reader, StoredEvent};

use super::filing::Known;
pub use super::pages::PageRow;
use super::pages::pages;
use crate::chronology_sheets::{self, Entered};
use crate::event::{
    Event, JobState, MADE_ITEM, MadeSheet, SHEET_ACTS_ITEM, ScanEvent, Scope, SheetAct, SheetsEvent, run_item,
};
use crate::home::Problem;
use crate::incident::Told;

/// Form of the out-guide (`whereabouts`).
const GUIDE_FORM: &str = "P11B";

/// Form of the tag of a thing that is nobody's (`whereabouts`).
const TAG_FORM: &str = "P11G";

/// Before the ward where the patient of a form lay when it was printed, in [`MadeSheet::digest`], which of forms has no other use.
pub const AT_WARD: &str = "ward:";

/// Where a sheet stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 白紙: numbered, nobody's yet.
    Blank,
    /// Printed.
    Issued,
    /// With somebody.
    Out,
    /// Back: on the desk, or some of its pages scanned.
    Back,
    /// All its pages are on the chart.
    Filed,
    /// 事後入力済: every row of a chronology sheet became a line, of a queue sheet (P6Q) what became of a visit, of a call list (P6C) what came
    /// of ringing; or was said to be blank or struck.
    Entered,
    /// Handed over for good.
    Delivered,
    /// 参照: a later run has taken its place; the paper is still to be collected.
    Superseded,
    /// Collected and shredded.
    Destroyed,
    /// 書損 or not needed.
    Void,
}

impl State {
    /// Nothing more is asked of it.
    pub fn is_end(self) -> bool {
        matches!(self, State::Filed | State::Entered | State::Delivered | State::Destroyed | State::Void)
    }
}

/// A sheet in the ledger.
#[derive(Clone, Debug, Serialize)]
pub struct SheetRow {
    /// Its number.
    pub number: String,
    /// Its form.
    pub form: String,
    /// The form's name.
    pub title: String,
    /// What becomes of it: `return`, `deliver`, `reference`.
    pub class: &'static str,
    /// The ward whose run it came from, or where its patient lay when it was printed; empty for others.
    pub ward: String,
    /// Of a swap list: the numbers that it takes out of the ward's box, parted by blanks.
    #[serde(skip)]
    pub takes_out: String,
    /// Assigning authority of its patient; empty for nobody's.
    pub authority: String,
    /// The patient's number; null for nobody's.
    pub patient: Option<String>,
    /// Pages.
    pub pages: u32,
    /// Pages that came back through the scanner.
    pub pages_back: u32,
    /// Where it stands.
    pub state: State,
    /// With whom, or why.
    pub words: String,
    /// Whether somebody has to do something about it.
    pub open: bool,
    /// When it was printed.
    pub issued: Moment,
    /// By whom.
    pub issued_by: String,
    /// When its state was last told.
    pub since: Moment,
    /// Who told it.
    pub by: String,
}

/// Everything about paper of this hospital.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Sheets, newest last.
    pub sheets: Vec<SheetRow>,
    /// Pages that came in, oldest first.
    pub pages: Vec<PageRow>,
    /// Files that are kept and were not read: the program ended between.
    pub unread: Vec<String>,
}

pub(super) fn events(reader: &Reader, item: &str) -> Result<Vec<(StoredEvent, Event)>, store::Error> {
    let stored = reader.events_of(item)?.into_iter().map(|stored| {
        let envelope = &stored.envelope;
        let event = Event::read(envelope.kind, envelope.version, &envelope.payload);
        (stored, event)
    });
    Ok(stored.collect())
}

/// The ledger as it stands.
///
/// # Errors
/// When the store cannot be read.
pub fn ledger(reader: &Reader) -> Result<Ledger, Problem> {
    let (pages, unread) = pages(reader)?;
    let mut sheets = Vec::new();
    let printing = reader.once(crate::printing::printing)?;
    let not_out = printing.prefixes(|state| state == JobState::Failed);
    for (stored, event) in events(reader, MADE_ITEM)? {
        let Event::Sheets(made) = event else { continue };
        let lost = made.prefix().is_some_and(|prefix| not_out.contains(prefix));
        let SheetsEvent::Made { scope, sheets: made, .. } = made else { continue };
        sheets.extend(made.into_iter().map(|sheet| (row(sheet, &stored, &scope, lost), scope.clone())));
    }
    supersede(&mut sheets);
    let mut sheets: Vec<SheetRow> = sheets.into_iter().map(|(row, _)| row).collect();
    let at: HashMap<String, usize> = sheets.iter().enumerate().map(|(at, row)| (row.number.clone(), at)).collect();
    come_back(&mut sheets, &at, &pages);
    enter(&mut sheets, &*reader.once(chronology_sheets::entered)?);
    for whole in [crate::visits::sheets::whole(reader)?, crate::bookings::sheets::whole(reader)?] {
        for (number, last) in whole {
            if let Some(row) = at.get(&number).and_then(|at| sheets.get_mut(*at)) {
                entered_whole(row, &last);
            }
        }
    }
    for (stored, event) in events(reader, SHEET_ACTS_ITEM)? {
        let Event::Scan(ScanEvent::Sheet { number, act, words }) = event else { continue };
        if let Some(row) = at.get(&number).and_then(|at| sheets.get_mut(*at)) {
            told(row, act, words, &stored);
        }
    }
    for row in &mut sheets {
        row.open = is_open(row);
    }
    Ok(Ledger { sheets, pages, unread })
}

/// What somebody asks of the ledger; empty for no matter.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Only what somebody still has to do something about.
    pub open: bool,
    /// The patient's number.
    pub patient: String,
    /// Form or family.
    pub form: String,
    /// Ward.
    pub ward: String,
    /// Number of a sheet, or how it begins.
    pub number: String,
}

impl Asked {
    /// True for a sheet that is asked for.
    pub fn wants(&self, row: &SheetRow) -> bool {
        let upper = |text: &str| text.trim().to_ascii_uppercase();
        (!self.open || row.open)
            && (self.patient.is_empty() || row.patient.as_deref() == Some(self.patient.as_str()))
            && row.form.starts_with(&upper(&self.form))
            && (self.ward.trim().is_empty() || row.ward == self.ward.trim())
            && row.number.starts_with(&upper(&self.number))
    }
}

/// The sheets that a swap list takes out of the box and nobody has shredded. What was written on is a form now, and is scanned
/// before anybody shreds it.
fn taken_out<'s>(sheets: &'s [SheetRow], list: &SheetRow) -> Vec<&'s SheetRow> {
    let out: BTreeSet<&str> = list.takes_out.split(' ').collect();
    let mine = |row: &&SheetRow| out.contains(row.number.as_str()) && !row.state.is_end() && row.class == "reference";
    sheets.iter().filter(mine).collect()
}

/// Swap lists whose old sheets were not counted to the shredder, newest first, with how many pages come out.
pub fn uncollected(sheets: &[SheetRow]) -> impl Iterator<Item = (&SheetRow, u32)> {
    let lists = sheets.iter().rev().filter(|row| row.form == super::rules::SWAP_LIST && !row.state.is_end());
    lists.map(|list| (list, taken_out(sheets, list).iter().map(|row| row.pages).sum())).filter(|(_, pages)| *pages > 0)
}

/// Writes down that the old sheets of a swap list were shredded; gives how many sheets.
///
/// # Errors
/// When the number is no swap list's, the pages differ and nobody says why, or the store refuses.
pub fn collect(
    reader: &Reader,
    number: &str,
    pages: u32,
    words: &str,
    (by, role): (&str, &str),
    write: super::pieces::Write<'_>,
) -> Result<usize, Problem> {
    let number = number.trim().to_ascii_uppercase();
    let sheets = ledger(reader)?.sheets;
    let Some(list) = sheets.iter().find(|row| row.number == number && row.form == super::rules::SWAP_LIST) else {
        return Err(Problem::usage(format!(
            "{number}: 差替え・回収票の番号ではありません。`andon sheets --form PX` で確かめてください。\n\
             {number}: not the number of a swap list; see `andon sheets --form PX`."
        )));
    };
    let mine = taken_out(&sheets, list);
    let expected: u32 = mine.iter().map(|row| row.pages).sum();
    if expected != pages && words.is_empty() {
        return Err(Problem::failed(format!(
            "この票で抜くのは {expected} ページ、数えたのは {pages} ページです。数え直すか、理由を書いてください。\n\
             The list takes out {expected} pages, {pages} were counted: count again, or say why."
        )));
    }
    let words = format!("{number} {words}").trim().to_owned();
    for row in &mine {
        let event = ScanEvent::Sheet { number: row.number.clone(), act: SheetAct::Destroyed, words: words.clone() };
        write(&crate::writing::Request::Scan { event, by: by.to_owned(), role: role.to_owned() })?;
    }
    let event = ScanEvent::Sheet { number, act: SheetAct::Destroyed, words: format!("{pages}/{expected} {words}") };
    write(&crate::writing::Request::Scan { event, by: by.to_owned(), role: role.to_owned() })?;
    Ok(mine.len())
}

/// The word of a class in JSON.
pub fn class_word(class: Class) -> &'static str {
    match class {
        Class::Return => "return",
        Class::Deliver => "deliver",
        Class::Reference => "reference",
    }
}

fn row(sheet: MadeSheet, stored: &StoredEvent, scope: &Scope, lost: bool) -> SheetRow {
    let form = paper::form(&sheet.form);
    let class = form.map_or("return", |form| class_word(form.class));
    let envelope = &stored.envelope;
    let blank = sheet.id.is_empty() && form.is_some_and(|form| form.of_patient);
    let state = match (lost, blank) {
        (true, _) => State::Void,
        (false, true) => State::Blank,
        (false, false) => State::Issued,
    };
    let ward = match scope {
        Scope::Ward(ward) => ward.clone(),
        _ => sheet.digest.strip_prefix(AT_WARD).unwrap_or_default().to_owned(),
    };
    SheetRow {
        number: sheet.number,
        ward,
        takes_out: if sheet.form == super::rules::SWAP_LIST { sheet.digest } else { String::new() },
        form: sheet.form,
        title: form.map_or_else(String::new, |form| form.title[0].to_owned()),
        class,
        authority: sheet.authority,
        patient: (!sheet.id.is_empty()).then_some(sheet.id),
        pages: sheet.pages,
        pages_back: 0,
        state,
        words: if lost { NOT_OUT.to_owned() } else { String::new() },
        open: false,
        issued: envelope.entry_time,
        issued_by: envelope.person.clone(),
        since: envelope.entry_time,
        by: envelope.person.clone(),
    }
}

/// Why a sheet is void that its printer did not print.
const NOT_OUT: &str = "プリンターから出なかった / not printed";

/// A reference sheet ends when a later run printed the same for the same, or a swap list takes it out.
fn supersede(sheets: &mut [(SheetRow, Scope)]) {
    let mut later: BTreeSet<(String, Option<String>, String)> = BTreeSet::new();
    let out: BTreeSet<String> = sheets
        .iter()
        .flat_map(|(row, _)| row.takes_out.split(' '))
        .filter(|number| !number.is_empty())
        .map(str::to_owned)
        .collect();
    for (row, scope) in sheets.iter_mut().rev().filter(|(row, _)| row.state != State::Void) {
        if out.contains(&row.number) {
            row.state = State::Superseded;
        }
        // What was stuck on something stays good, whatever is printed later.
        let lasts = [super::filing::BATCH_FORM, TAG_FORM].contains(&row.form.as_str()) || row.form.starts_with('L');
        // A blank memo is one of many, and good until it is written on.
        let lasts = lasts || (row.form == super::forms::MEMO && *scope == Scope::House);
        if row.class != "reference" || lasts {
            continue;
        }
        let of = if row.patient.is_some() { String::new() } else { scope.item() };
        if !later.insert((row.form.clone(), row.patient.clone(), of)) {
            row.state = State::Superseded;
        }
    }
}

/// Pages that are filed bring their sheet back, and home when they are all there. What leaves the hospital does not return:
/// of such a sheet the copy's pages are as many as came with a code, which says more at its head and may take a page more.
fn come_back(sheets: &mut [SheetRow], at: &HashMap<String, usize>, pages: &[PageRow]) {
    let mut back: BTreeMap<usize, (BTreeSet<u32>, &PageRow)> = BTreeMap::new();
    // A page that a person put away brings nobody's sheet home: it is to be scanned again.
    let put_away = |page: &PageRow| page.filing.is_some() && page.patient().is_none();
    let of_patient = |page: &PageRow| paper::form(&page.read.form).is_some_and(|form| form.of_patient);
    let back_here = |page: &&PageRow| !page.waits() && page.later.is_none() && !(put_away(page) && of_patient(page));
    for page in pages.iter().filter(back_here) {
        if let Some(at) = at.get(page.sheet()) {
            let entry = back.entry(*at).or_insert_with(|| (BTreeSet::new(), page));
            entry.0.insert(page.read.sheet_page.max(1));
            entry.1 = page;
        }
    }
    for (at, (numbers, last)) in back {
        let Some(row) = sheets.get_mut(at) else { continue };
        row.pages_back = numbers.len() as u32;
        let coded = if row.class == "deliver" { row.pages.div_ceil(2) } else { row.pages };
        row.state = if row.pages_back >= coded.max(1) { State::Filed } else { State::Back };
        if row.patient.is_none()
            && let Some((authority, id)) = last.patient()
        {
            (row.authority, row.patient) = (authority.to_owned(), Some(id.to_owned()));
        }
        (row.since, row.by) = (last.at, last.by.clone());
    }
}

/// Sheets of the chronology whose rows are all accounted for, at whatever station they were entered.
fn enter(sheets: &mut [SheetRow], entered: &HashMap<String, Entered>) {
    for row in sheets {
        if let Some(last) = entered.get(&row.number).filter(|of| of.is_whole(&row.form)).and_then(Entered::last) {
            entered_whole(row, last);
        }
    }
}

/// All of a sheet was entered.
fn entered_whole(row: &mut SheetRow, last: &Told) {
    if row.state != State::Void {
        (row.state, row.since, row.by) = (State::Entered, last.entry, last.who.clone());
    }
}

/// What a person says of a sheet stands, except that what is filed or entered stays so until it is void.
fn told(row: &mut SheetRow, act: SheetAct, words: String, stored: &StoredEvent) {
    let state = match act {
        SheetAct::Out => State::Out,
        SheetAct::Back | SheetAct::Written => State::Back,
        SheetAct::Delivered => State::Delivered,
        SheetAct::Destroyed => State::Destroyed,
        SheetAct::Void => State::Void,
    };
    if matches!(row.state, State::Filed | State::Entered) && act != SheetAct::Void {
        return;
    }
    if act == SheetAct::Written {
        row.class = "return";
    }
    (row.state, row.words) = (state, words);
    (row.since, row.by) = (stored.envelope.entry_time, stored.envelope.person.clone());
}

/// Work for somebody: a form that is out there. Reference sheets of everyday runs ask for nothing until they are written on.
fn is_open(row: &SheetRow) -> bool {
    match row.class {
        "reference" => row.state == State::Back && row.pages_back < row.pages,
        // The thing it stood for is back: 所在 has kept its story, and the card asks for nothing.
        _ if row.form == GUIDE_FORM && row.state == State::Back => false,
        _ => !row.state.is_end() && row.state != State::Blank,
    }
}

/// Numbers of the sheets that are void or destroyed by what was said of them last: once a file, however many pages it has.
fn ended(reader: &Reader) -> Result<BTreeSet<String>, store::Error> {
    let mut ended = BTreeSet::new();
    for (_, event) in events(reader, SHEET_ACTS_ITEM)? {
        let Event::Scan(ScanEvent::Sheet { number, act, .. }) = event else { continue };
        match act {
            SheetAct::Void | SheetAct::Destroyed => ended.insert(number),
            _ => ended.remove(&number),
        };
    }
    Ok(ended)
}

/// What this hospital knows of one sheet, without folding all of them.
///
/// # Errors
/// When the store cannot be read.
pub fn known(reader: &Reader, number: &str) -> Result<Option<Known>, store::Error> {
    let Some(item) = run_item(number) else { return Ok(None) };
    let mut found = None;
    for (_, event) in events(reader, &item)? {
        let Event::Sheets(SheetsEvent::Made { sheets, .. }) = event else { continue };
        found = sheets.into_iter().find(|sheet| sheet.number == number).or(found);
    }
    let Some(sheet) = found else { return Ok(None) };
    let ended = reader.once(ended)?.contains(number);
    let of_patient = paper::form(&sheet.form).is_some_and(|form| form.of_patient);
    // What is printed for somebody is nobody else's; of a blank only the pages tell.
    let filed_under = if of_patient && sheet.id.is_empty() { filed_under(reader, number)? } else { Vec::new() };
    Ok(Some(Known { sheet, ended, of_patient, filed_under }))
}

/// The patients on whose chart pages of a sheet are.
fn filed_under(reader: &Reader, number: &str) -> Result<Vec<(String, String)>, store::Error> {
    let pages = reader.once(pages)?;
    let mine = pages.0.iter().filter(|page| page.sheet() == number).filter_map(PageRow::patient);
    let mut whose: Vec<(String, String)> = mine.map(|(of, id)| (of.to_owned(), id.to_owned())).collect();
    whose.sort();
    whose.dedup();
    Ok(whose)
}
