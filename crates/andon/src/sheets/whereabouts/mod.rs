//! 所在: which chart, box, film or letter of paper is with whom since when, who asks for it, and which letters wait to be scanned.
//!
//! What is so is folded from events 20 to 22: `rules.rs` for one thing, `letters.rs` for the register. Lists read what things are
//! and the marks of what is open ([`crate::event::OPEN`]), never what was long ago; `page.rs`, `paper_page.rs` and `letters_page.rs`
//! show them, `print.rs` prints out-guides, labels and the register.

pub mod letters;
mod letters_page;
mod page;
mod paper_page;
pub mod print;
pub mod rules;
#[cfg(test)]
mod tests;
mod view;

use std::collections::{BTreeMap, HashMap};

use axum::Router;
use axum::routing::{get, post};
use chart::{Lang, PatientId};
use paper::SheetCode;
use store::{EventNo, Reader, StoredEvent};

use super::ledger::PageRow;
use crate::event::{
    DONE, Event, KINDS, LETTER_KINDS, LETTERS_ITEM, Letter, OPEN, PaperAct, PaperEvent, PaperSaid, ScanEvent, Scope,
    SheetAct, THINGS_ITEM, Thing, guide_item, paper_item, scan_item,
};
use crate::home::Problem;
use crate::text::Words;
use crate::web::Site;
use crate::writing::{Answer, Request};
use letters::LetterRow;
pub use letters_page::choices;
pub(super) use paper_page::given;
use rules::{Paper, Told};

/// The kind of a thing that holds others.
pub const BOX: &str = "box";

/// The addresses of 所在.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/whereabouts", get(page::page))
        .route("/whereabouts/register", get(paper_page::blank).post(paper_page::register))
        .route("/whereabouts/act", post(paper_page::act))
        .route("/whereabouts/print", post(paper_page::print))
        .route("/whereabouts/papers/{number}", get(paper_page::page))
        .route("/whereabouts/letters", get(letters_page::page).post(letters_page::register))
        .route("/whereabouts/letters/act", post(letters_page::act))
        .route("/whereabouts/letters/print", post(letters_page::print))
}

fn read(stored: &StoredEvent) -> Option<PaperEvent> {
    let envelope = &stored.envelope;
    match Event::read(envelope.kind, envelope.version, &envelope.payload) {
        Event::Paper(event) => Some(event),
        _ => None,
    }
}

fn told(said: PaperSaid, stored: &StoredEvent) -> Told {
    let envelope = &stored.envelope;
    Told::of(said, envelope.entry_time, (&envelope.person, &envelope.role))
}

/// What was said at a number of the log.
fn said_at(reader: &Reader, no: EventNo) -> Result<Option<Told>, Problem> {
    let Some(stored) = reader.event(no)? else { return Ok(None) };
    Ok(match read(&stored) {
        Some(PaperEvent::Said(said)) => Some(told(said, &stored)),
        _ => None,
    })
}

/// Everything that is open now, `out/NUMBER` and the like, with the event that opened it last.
///
/// # Errors
/// When the store cannot be read.
fn open_marks(reader: &Reader, of: &str) -> Result<Vec<(String, EventNo)>, Problem> {
    let done: HashMap<String, EventNo> = reader.items(&format!("{DONE}{of}"))?.into_iter().collect();
    let open = reader.items(&format!("{OPEN}{of}"))?.into_iter();
    Ok(open.filter(|(what, no)| done.get(what).is_none_or(|done| done < no)).collect())
}

/// Every thing as it stands, in the order registered: from what things are, and from what is open now.
///
/// # Errors
/// When the store cannot be read.
pub fn papers(reader: &Reader) -> Result<Vec<Paper>, Problem> {
    let (mut papers, mut at): (Vec<Paper>, HashMap<String, usize>) = Default::default();
    for stored in reader.events_of(THINGS_ITEM)? {
        match read(&stored) {
            Some(PaperEvent::Thing(thing)) => match at.get(&thing.number).and_then(|at| papers.get_mut(*at)) {
                Some(known) => known.correct(thing),
                None => {
                    at.insert(thing.number.clone(), papers.len());
                    papers.push(Paper::new(thing));
                }
            },
            Some(PaperEvent::Said(said)) => {
                if let Some(paper) = at.get(&said.number).and_then(|at| papers.get_mut(*at)) {
                    paper.tell(told(said, &stored));
                }
            }
            _ => {}
        }
    }
    // In this order: who took it out before who has it, and wishes in the order asked.
    for of in ["out/", "held/", "missing/", "request/"] {
        for (what, no) in open_marks(reader, of)? {
            let number = if of == "request/" { what.rsplit_once('/').map_or("", |(number, _)| number) } else { &what };
            if let Some(paper) = at.get(number).and_then(|at| papers.get_mut(*at))
                && let Some(told) = said_at(reader, no)?
                && paper.closed.is_none()
            {
                paper.tell(told);
            }
        }
    }
    for paper in &mut papers {
        paper.wishes.sort_by_key(|wish| wish.of);
    }
    Ok(papers)
}

/// One thing with everything ever said of it, oldest first; `None` where there is none of that number.
///
/// # Errors
/// When the store cannot be read.
pub fn paper(reader: &Reader, number: &str) -> Result<Option<(Paper, Vec<Told>)>, Problem> {
    let (mut paper, mut history): (Option<Paper>, Vec<Told>) = (None, Vec::new());
    for stored in reader.events_of(&paper_item(number))? {
        let envelope = &stored.envelope;
        match (read(&stored), &mut paper) {
            (Some(PaperEvent::Thing(thing)), known) => {
                history.push(Told::registered(&thing, envelope.entry_time, (&envelope.person, &envelope.role)));
                match known {
                    Some(paper) => paper.correct(thing),
                    None => paper = Some(Paper::new(thing)),
                }
            }
            (Some(PaperEvent::Said(said)), Some(paper)) => {
                let told = told(said, &stored);
                history.push(told.clone());
                paper.tell(told);
            }
            _ => {}
        }
    }
    Ok(paper.map(|paper| (paper, history)))
}

fn put(rows: &mut Vec<LetterRow>, at: &mut HashMap<String, usize>, letter: Letter, stored: &StoredEvent) {
    match at.get(&letter.number).and_then(|at| rows.get_mut(*at)) {
        Some(known) => known.letter = letter,
        None => {
            at.insert(letter.number.clone(), rows.len());
            let (since, by) = (stored.envelope.entry_time, stored.envelope.person.clone());
            rows.push(LetterRow { letter, since, by, ended: None });
        }
    }
}

fn fold_letters(events: &[StoredEvent]) -> Vec<LetterRow> {
    let (mut rows, mut at) = (Vec::new(), HashMap::new());
    for stored in events {
        match read(stored) {
            Some(PaperEvent::Letter(letter)) => put(&mut rows, &mut at, letter, stored),
            Some(PaperEvent::Said(said)) => {
                if let Some(row) = at.get(&said.number).and_then(|at| rows.get_mut(*at)) {
                    row.tell(told(said, stored));
                }
            }
            _ => {}
        }
    }
    rows
}

/// Letters that wait, sorted.
///
/// # Errors
/// When the store cannot be read.
pub fn open_letters(reader: &Reader) -> Result<Vec<LetterRow>, Problem> {
    let mut rows = Vec::new();
    for (what, _) in open_marks(reader, "letter/")? {
        rows.extend(letter(reader, &what)?);
    }
    rows.retain(LetterRow::is_open);
    letters::sort(&mut rows);
    Ok(rows)
}

/// All letters that ever came, sorted.
///
/// # Errors
/// When the store cannot be read.
pub fn all_letters(reader: &Reader) -> Result<Vec<LetterRow>, Problem> {
    let mut rows = fold_letters(&reader.events_of(LETTERS_ITEM)?);
    letters::sort(&mut rows);
    Ok(rows)
}

/// One letter; `None` where there is none of that number.
///
/// # Errors
/// When the store cannot be read.
pub fn letter(reader: &Reader, number: &str) -> Result<Option<LetterRow>, Problem> {
    Ok(fold_letters(&reader.events_of(&paper_item(number))?).pop())
}

/// The number of a thing or letter as somebody typed it, or as a scanner read it from a label or an out-guide.
///
/// # Errors
/// When the store cannot be read.
pub fn named(reader: &Reader, text: &str) -> Result<Option<String>, Problem> {
    let text = text.trim().to_ascii_uppercase();
    let sheet = match SheetCode::read(&text) {
        Some(SheetCode::Page(code)) => code.number,
        Some(SheetCode::Label(code)) => code.number,
        None => text,
    };
    if letter(reader, &sheet)?.is_some() {
        return Ok(Some(sheet));
    }
    thing_of(reader, &sheet)
}

/// The thing that a sheet stands for: its own label or tag, or an out-guide printed for it.
///
/// # Errors
/// When the store cannot be read.
pub fn thing_of(reader: &Reader, sheet: &str) -> Result<Option<String>, Problem> {
    if paper(reader, sheet)?.is_some() {
        return Ok(Some(sheet.to_owned()));
    }
    let guides = reader.events_of(&guide_item(sheet))?;
    Ok(guides.iter().rev().find_map(|stored| match read(stored) {
        Some(PaperEvent::Said(said)) => Some(said.number),
        _ => None,
    }))
}

/// The thing that a scanned page stands for, and whether it is still out although its out-guide is back; `None` for other pages.
///
/// # Errors
/// When the store cannot be read.
pub fn stands_for(reader: &Reader, row: &PageRow) -> Result<Option<(String, bool)>, Problem> {
    let Some(number) = thing_of(reader, row.sheet())? else { return Ok(None) };
    let Some((known, history)) = paper(reader, &number)? else { return Ok(None) };
    let back = known.out.is_some() && scanned_guides(std::slice::from_ref(row), &known, &history).next().is_some();
    Ok(Some((number, back)))
}

/// Pages of a thing's out-guides that came back through the scanner: of what is out, those of guides printed since it was lent.
pub fn scanned_guides<'p>(
    pages: &'p [PageRow],
    known: &Paper,
    history: &[Told],
) -> impl Iterator<Item = &'p PageRow> + use<'p> {
    let lent = known.out.as_ref().map(|out| out.since);
    let since = |told: &&Told| told.act == PaperAct::Guide && lent.is_none_or(|lent| told.since >= lent);
    let guides: Vec<String> = history.iter().filter(since).map(|told| told.who.clone()).collect();
    pages.iter().filter(move |page| guides.iter().any(|guide| guide == page.sheet()))
}

/// Why a page may not end a letter: it ended already, or the register has it under another patient's number.
///
/// # Errors
/// What is wrong, in both languages.
pub fn may_scan(reader: &Reader, number: &str, patient: Option<&PatientId>) -> Result<(), Problem> {
    let Some(row) = letter(reader, number)? else { return Err(no("number")) };
    row.may(PaperAct::Scanned, "").map_err(no)?;
    let own =
        |id: &PatientId| row.letter.id.is_empty() || (row.letter.id == id.id && row.letter.authority == id.authority);
    if patient.is_some_and(own) { Ok(()) } else { Err(no("other")) }
}

/// Letters that ended with this page of this file.
///
/// # Errors
/// When the store cannot be read.
pub fn letters_of_page(reader: &Reader, scan: &str, page: u32) -> Result<Vec<String>, Problem> {
    let mut numbers = Vec::new();
    for stored in reader.events_of(&scan_item(scan))? {
        let Some(PaperEvent::Said(said)) = read(&stored) else { continue };
        let ends = |told: &Told| told.act == PaperAct::Scanned && told.who == scan && told.of == page;
        if letter(reader, &said.number)?.is_some_and(|row| row.ended.as_ref().is_some_and(ends)) {
            numbers.push(said.number);
        }
    }
    Ok(numbers)
}

/// What filing a page by hand says of letters: the one it is a page of is scanned; those it was a page of wait again, where the page
/// went to somebody else.
pub fn of_filing(
    letter: &str,
    (scan, page): (&str, u32),
    before: Vec<String>,
    (by, role): (&str, &str),
) -> Vec<Request> {
    let t = Words::of(Lang::Ja);
    let moved = before
        .iter()
        .filter(|number| *number != letter)
        .map(|number| PaperSaid { words: t.text("where-moved-page"), ..PaperSaid::new(number, PaperAct::Reopen) });
    let scanned = (!letter.is_empty() && !before.iter().any(|number| number == letter)).then(|| PaperSaid {
        who: scan.to_owned(),
        of: page,
        ..PaperSaid::new(letter, PaperAct::Scanned)
    });
    let requests = moved.chain(scanned).map(|said| Request::Paper {
        event: PaperEvent::Said(said),
        by: by.to_owned(),
        role: role.to_owned(),
    });
    requests.collect()
}

/// Takes a number for things or letters from where sheets have theirs, and gives what every number of the run begins with.
///
/// # Errors
/// When it cannot be written down.
pub fn take_number(
    patient: Option<&PatientId>,
    (by, role): (&str, &str),
    write: &dyn Fn(&Request) -> Result<Answer, Problem>,
) -> Result<String, Problem> {
    let scope =
        patient.map_or(Scope::House, |id| Scope::Patient { authority: id.authority.clone(), id: id.id.clone() });
    let taken = Request::TakeRun { scope, by: by.to_owned(), role: role.to_owned() };
    match write(&taken)? {
        Answer::Run { prefix, .. } => Ok(prefix),
        _ => Err(Problem::failed("no run number")),
    }
}

/// What is wrong, in both languages.
pub fn no(word: &str) -> Problem {
    let say = |lang| Words::of(lang).word("where-no", word);
    Problem::failed(format!("{}\n{}", say(Lang::Ja), say(Lang::En)))
}

/// Whether an event may be written now, as things stand, and the event with what only who writes knows: the number of a wish.
///
/// # Errors
/// What is wrong, in both languages; nothing is written then.
pub fn allowed(reader: &Reader, event: &PaperEvent) -> Result<PaperEvent, Problem> {
    match event {
        PaperEvent::Thing(thing) => {
            if !KINDS.contains(&thing.kind.as_str()) {
                return Err(no("kind"));
            }
            if thing.title.is_empty() && thing.id.is_empty() {
                return Err(no("what"));
            }
            let known = paper(reader, &thing.number)?;
            if letter(reader, &thing.number)?.is_some() || (known.is_some() && thing.reason.is_empty()) {
                return Err(no("known"));
            }
            is_in_a_box(reader, &thing.number, &thing.within)?;
        }
        PaperEvent::Said(said) if said.act.is_of_letters() => {
            let Some(row) = letter(reader, &said.number)? else { return Err(no("number")) };
            row.may(said.act, &said.words).map_err(no)?;
        }
        PaperEvent::Said(said) => {
            let Some((known, _)) = paper(reader, &said.number)? else { return Err(no("number")) };
            let said = known.meeting(said);
            known.may(&said).map_err(no)?;
            is_in_a_box(reader, &said.number, &said.within)?;
            return Ok(PaperEvent::Said(said));
        }
        PaperEvent::Letter(letter) => {
            if !LETTER_KINDS.contains(&letter.kind.as_str()) {
                return Err(no("kind"));
            }
            if letter.id.is_empty() && letter.name.is_empty() && letter.kana.is_empty() {
                return Err(no("whose"));
            }
            if paper(reader, &letter.number)?.is_some() {
                return Err(no("known"));
            }
        }
    }
    Ok(event.clone())
}

/// A thing may lie in a box that is registered, and not in itself.
fn is_in_a_box(reader: &Reader, number: &str, within: &str) -> Result<(), Problem> {
    if within.is_empty() {
        return Ok(());
    }
    let holds = paper(reader, within)?.is_some_and(|(paper, _)| paper.thing.kind == BOX && paper.closed.is_none());
    if holds && within != number { Ok(()) } else { Err(no("box")) }
}

/// Has something said of a thing written down. When it is back, the out-guides that stood for it since it was lent are back too.
///
/// # Errors
/// What is wrong, in both languages; nothing is written then.
pub fn say(
    reader: &Reader,
    said: PaperSaid,
    (by, role): (&str, &str),
    write: &dyn Fn(&Request) -> Result<Answer, Problem>,
) -> Result<(), Problem> {
    let (number, ends) = (said.number.clone(), matches!(said.act, PaperAct::Return | PaperAct::Close));
    let history = if ends { paper(reader, &number)?.map_or_else(Vec::new, |(_, history)| history) } else { Vec::new() };
    write(&Request::Paper { event: PaperEvent::Said(said), by: by.to_owned(), role: role.to_owned() })?;
    let since = history.iter().rev().take_while(|told| told.act != PaperAct::Lend);
    for guide in since.filter(|told| told.act == PaperAct::Guide) {
        let event = ScanEvent::Sheet { number: guide.who.clone(), act: SheetAct::Back, words: number.clone() };
        write(&Request::Scan { event, by: by.to_owned(), role: role.to_owned() })?;
    }
    Ok(())
}

/// The home place of a thing and where it is now, by number: what a list says of what lies in boxes.
pub fn boxes(papers: &[Paper]) -> BTreeMap<&str, &Paper> {
    let of_boxes = papers.iter().filter(|paper| paper.thing.kind == BOX);
    of_boxes.map(|paper| (paper.thing.number.as_str(), paper)).collect()
}

/// What a thing is and where, when it is registered anew: every field but the number.
pub fn things(prefix: &str, thing: &Thing, count: u32) -> Vec<Thing> {
    let count = count.clamp(1, VOLUMES_MAX);
    (1..=count)
        .map(|at| {
            let volume = if count > 1 { at } else { thing.volume };
            let volumes = if count > 1 { count } else { thing.volumes };
            Thing { number: format!("{prefix}-{at}"), volume, volumes, ..thing.clone() }
        })
        .collect()
}

/// Volumes registered at once.
pub const VOLUMES_MAX: u32 = 50;

/// Letters of what a person writes into one field.
pub const WORDS_MAX: usize = 200;

/// A field as it is kept: one line of bounded length.
pub fn short(text: &str) -> String {
    crate::text::one_line(text, WORDS_MAX)
}

/// A day as somebody typed it, `R3.11.1` or `2021-11-01`, as it is kept: `2021-11-01`; empty for nothing typed.
///
/// # Errors
/// When it is no day.
pub fn day(text: &str) -> Result<String, Problem> {
    match chart::parse_birth(text) {
        _ if text.trim().is_empty() => Ok(String::new()),
        Some((from, to)) if from == to => Ok(from.to_string()),
        _ => Err(no("day")),
    }
}
