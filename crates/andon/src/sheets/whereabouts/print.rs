//! What is printed of 所在: the out-guide of a thing that is lent, a label by which a thing is found again, the register of
//! letters. Numbered and told like every run.

use chart::{Lang, Moment, PatientId};
use paper::{LetterLine, LetterList, OutGuide, SheetId, ThingInside, ThingTag};
use store::Reader;

use super::super::bedside::{inpatient, whose};
use super::super::pieces::Write;
use super::super::{Making, Printed, ledger, nobody, told};
use super::letters::LetterRow;
use super::rules::{Paper, Told};
use super::{BOX, no, paper, papers};
use crate::confidential;
use crate::event::{PaperAct, PaperEvent, PaperSaid, Scope};
use crate::home::Problem;
use crate::text::Words;
use crate::writing::{Answer, Request};

/// Letters on one list: several times what a hospital without a scanner for two months had.
const LETTERS_MAX: usize = 5_000;

/// Who prints and in which language.
#[derive(Clone, Debug)]
pub struct By {
    /// Language of the sheet.
    pub lang: Lang,
    /// Name and role.
    pub by: (String, String),
}

/// The out-guide of a thing that is out now, with who has it. That it was printed is said of the thing, so that its code leads back.
///
/// # Errors
/// When the thing is not out, its patient cannot be read, or the run cannot be written down.
pub fn out_guide(reader: &Reader, number: &str, by: &By, now: Moment, write: Write<'_>) -> Result<Printed, Problem> {
    let Some((known, _)) = paper(reader, number)? else { return Err(no("number")) };
    let Some(holder) = known.holder() else { return Err(no("here")) };
    let t = Words::of(by.lang);
    let guide = guide(&known, holder, t);
    let scope = scope(&known);
    let patient = whose(reader, &scope, t, now)?;
    let (mut making, run) = begin(reader, &scope, by, now, write)?;
    let id = making.next_id();
    let sheet = id.number.clone();
    let row = patient.as_ref().filter(|one| one.chart.is_ok());
    let made = making.pack.out_guide(row.map(inpatient).as_ref(), &guide, &id);
    making.keep(made, id, row.map(|one| &one.id), String::new());
    let parts = vec![(scope, 0..making.sheets.len())];
    let printed = told(reader, making, run, parts, &by.by, write)?;
    if !printed.sheets.is_empty() {
        let said = PaperSaid { who: sheet, ..PaperSaid::new(number, PaperAct::Guide) };
        let (by, role) = by.by.clone();
        write(&Request::Paper { event: PaperEvent::Said(said), by, role })?;
    }
    Ok(printed)
}

fn scope(paper: &Paper) -> Scope {
    let (authority, id) = (paper.thing.authority.clone(), paper.thing.id.clone());
    if id.is_empty() { Scope::House } else { Scope::Patient { authority, id } }
}

fn begin(reader: &Reader, scope: &Scope, by: &By, now: Moment, write: Write<'_>) -> Result<(Making, u64), Problem> {
    let (name, role) = by.by.clone();
    let taken = Request::TakeRun { scope: scope.clone(), by: name, role };
    let Answer::Run { prefix, run } = write(&taken)? else { return Err(Problem::failed("no run number")) };
    Ok((Making::begin(reader, by.lang, &by.by.0, now, prefix), run))
}

fn guide(paper: &Paper, holder: &Told, t: Words) -> OutGuide {
    let words = |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("　");
    OutGuide {
        number: paper.thing.number.clone(),
        what: what(paper, t),
        home: paper.place.clone(),
        with: words(&[&holder.place, &holder.who, &holder.phone]),
        since: holder.since.to_string(),
        why: words(&[&holder.words, &holder.due]),
    }
}

/// What a thing is, in words: kind, title, volume.
pub fn what(paper: &Paper, t: Words) -> String {
    let thing = &paper.thing;
    let volume = match (thing.volume, thing.volumes) {
        (0, _) => String::new(),
        (volume, 0) => t.with("where-volume", volume),
        (volume, volumes) => t.with("where-volume", format!("{volume}/{volumes}")),
    };
    let parts = [t.word("where-kind", &thing.kind), thing.title.clone(), volume];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("　")
}

/// A label that is stuck on a thing, with the thing's own number in its code: the patient's, or of what is nobody's a tag (P11G) with what
/// lies in it. Printed again it is the same label.
///
/// # Errors
/// When its patient cannot be read, or the run cannot be written down.
pub fn label(reader: &Reader, number: &str, by: &By, now: Moment, write: Write<'_>) -> Result<Printed, Problem> {
    let Some((known, _)) = paper(reader, number)? else { return Err(no("number")) };
    let (scope, t) = (scope(&known), Words::of(by.lang));
    let again = ledger::known(reader, number)?.is_some();
    let mut making = Making::begin(reader, by.lang, &by.by.0, now, String::new());
    let id = SheetId { number: number.to_owned() };
    match whose(reader, &scope, t, now)? {
        _ if scope == Scope::House => {
            let made = making.pack.thing_tag(&tag(reader, &known, t)?, &id);
            making.keep(made, id, None, String::new());
        }
        Some(one) if one.chart.is_ok() => {
            let [patient, ..] = &making.rules;
            let run = patient.run(1, &one.id.id);
            let made = making.pack.labels(&inpatient(&one), &run, &id);
            making.keep(made, id, Some(&one.id), String::new());
        }
        _ => return Err(nobody(&scope)),
    }
    let parts = if again { Vec::new() } else { vec![(scope, 0..making.sheets.len())] };
    told(reader, making, 0, parts, &by.by, write)
}

fn tag(reader: &Reader, known: &Paper, t: Words) -> Result<ThingTag, Problem> {
    let thing = &known.thing;
    let all = if thing.kind == BOX { papers(reader)? } else { Vec::new() };
    let inside = all.into_iter().filter(|other| other.thing.within == thing.number && other.closed.is_none());
    let line =
        |other: Paper| ThingInside { what: what(&other, t), number: other.thing.number, patient: other.thing.id };
    Ok(ThingTag {
        what: what(known, t),
        home: thing.home.clone(),
        keep_until: thing.keep_until.clone(),
        inside: inside.map(line).collect(),
    })
}

/// The register of letters that wait, a table a department, to be carried.
///
/// # Errors
/// When the store cannot be read, there are too many, or the run cannot be written down.
pub fn letters(
    reader: &Reader,
    rows: &[LetterRow],
    by: &By,
    now: Moment,
    write: Write<'_>,
) -> Result<Printed, Problem> {
    if rows.len() > LETTERS_MAX {
        return Err(no("many"));
    }
    let (t, mut lists) = (Words::of(by.lang), Vec::<LetterList>::new());
    for row in rows {
        let line = line(reader, row, t)?;
        match lists.last_mut().filter(|list| list.department == row.letter.department) {
            Some(list) => list.lines.push(line),
            None => lists.push(LetterList { department: row.letter.department.clone(), lines: vec![line] }),
        }
    }
    let (mut making, run) = begin(reader, &Scope::House, by, now, write)?;
    let id = making.next_id();
    let made = making.pack.letters(&lists, &id);
    making.keep(made, id, None, String::new());
    let parts = vec![(Scope::House, 0..making.sheets.len())];
    told(reader, making, run, parts, &by.by, write)
}

/// A letter on the list. A name that may not hang anywhere is its first kana and the number.
fn line(reader: &Reader, row: &LetterRow, t: Words) -> Result<LetterLine, Problem> {
    let letter = row.letter.clone();
    let id = PatientId { authority: letter.authority.clone(), id: letter.id.clone() };
    let flags = if letter.id.is_empty() { Default::default() } else { confidential::of_person(reader, &id)? };
    let marks = flags.iter().map(|flag| t.word("flag", flag.code()));
    let hidden = flags.iter().any(|flag| flag.hides_name());
    let (kana, name) = match hidden {
        true => (letter.kana.chars().take(1).collect(), String::new()),
        false => (letter.kana.clone(), letter.name.clone()),
    };
    let name = std::iter::once(name).chain(marks).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    Ok(LetterLine {
        number: letter.number,
        received: letter.received,
        kana,
        name,
        id: letter.id,
        from: format!("{} {}", letter.hospital, letter.doctor).trim().to_owned(),
        kind: t.word("letter-kind", &letter.kind),
        pages: if letter.pages == 0 { String::new() } else { letter.pages.to_string() },
        words: letter.words,
    })
}
