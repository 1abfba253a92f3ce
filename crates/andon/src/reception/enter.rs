//! 用紙から入力: a row of a queue sheet (P6Q) that was written by hand: the visit goes on at the time on the paper, and the row is accounted
//! for, both or neither. A row is entered once; what was misread is entered anew with a reason: what was entered first is struck, with who
//! and why, and what it did to a visit counts no more.

use std::sync::Arc;

use chart::Moment;
use store::{EventHash, NewEvent, Reader, Writer};

use super::say::{answer, change, signed};
use crate::event::{self, Event, QueueRow, ROW_STATES, VisitEvent, VisitMoved};
use crate::home::{Problem, one_of, wrong};
use crate::visits::sheets::{self, SheetRow, known};
use crate::visits::{Visit, found};
use crate::writing::Answer;

/// A visit with the changes of it that a row caused.
type Misread = (Arc<Visit>, Vec<EventHash>);

/// A row as it is to be entered.
pub struct Entered<'a> {
    /// The row.
    pub row: &'a QueueRow,
    /// What it says of a visit.
    pub moved: &'a VisitMoved,
    /// It was entered before and misread.
    pub again: bool,
}

/// Enters a row.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn row(
    writer: &mut Writer,
    entered: &Entered<'_>,
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    let Entered { row, moved, again } = entered;
    signed(by, &row.words)?;
    one_of(&row.state, &ROW_STATES)?;
    let (sheet, rows) = known(writer, &row.sheet)?;
    if !(1..=rows).contains(&row.row) {
        return Err(wrong(&format!("行の番号は 1 から {rows} です。"), &format!("A row's number is 1 to {rows}.")));
    }
    let stands = sheets::row(writer, &sheet, row.row)?;
    let row = QueueRow { sheet, ..(*row).clone() };
    may_be_entered(stands.as_deref(), &row, *again)?;
    let struck = match &stands {
        Some(stands) => misread(writer, stands, (at, now))?,
        None => Vec::new(),
    };
    let parents = stands.map_or_else(Vec::new, |stands| stands.tips.clone());
    let accounted = |row: QueueRow| {
        let new = event::new_event(&Event::Visit(VisitEvent::Row(row)), by, now);
        new.map(|new| NewEvent { parents: parents.clone(), ..new })
    };
    let taken_back = |(visit, hashes): &Misread| {
        let said = VisitMoved { act: "correct".to_owned(), words: row.words.clone(), ..VisitMoved::default() };
        change(writer, (visit, &said), hashes, now, by, now)
    };
    if row.state != ROW_STATES[0] {
        let events: Result<Vec<NewEvent>, Problem> = struck.iter().map(taken_back).collect();
        let events: Vec<NewEvent> = events?.into_iter().chain(accounted(row.clone())).collect();
        writer.append_events(&events)?;
        return Ok(Answer::Done);
    }
    let visit = found(writer, &moved.visit, at, now)?;
    let (own, others): (Vec<_>, Vec<_>) = struck.into_iter().partition(|(of, _)| of.name == visit.name);
    let own: Vec<EventHash> = own.into_iter().flat_map(|(_, hashes)| hashes).collect();
    let mut said = (*moved).clone();
    said.values.insert("paper".to_owned(), format!("{}{}", paper(&row), row.writer));
    if !own.is_empty() {
        said.words = row.words.clone();
    }
    let events: Result<Vec<NewEvent>, Problem> = others.iter().map(taken_back).collect();
    let moved = change(writer, (&visit, &said), &own, at, by, now)?;
    let row = accounted(QueueRow { visit: visit.name.clone(), ..row.clone() });
    let events: Vec<NewEvent> = events?.into_iter().chain([moved]).chain(row).collect();
    writer.append_events(&events)?;
    Ok(answer(&visit))
}

/// A row is entered once, and anew where it was misread.
fn may_be_entered(stands: Option<&SheetRow>, row: &QueueRow, again: bool) -> Result<(), Problem> {
    let reason = !row.words.trim().is_empty();
    match stands {
        Some(_) if !again => Err(wrong(
            "この行はもう入力されています。読み違いは「読み直す」で、理由を書いて入れ直してください（前の入力は線を引いて残ります）。",
            "This row is entered already. If it was misread, enter it again with a reason (the earlier entry stays, struck).",
        )),
        Some(_) if !reason => Err(wrong("読み違えた理由を書いてください。", "Say in what it was misread.")),
        _ if row.state != ROW_STATES[0] && !reason => {
            Err(wrong("空欄・抹消の理由を書いてください。", "Say why the row is blank or struck."))
        }
        _ if row.state == ROW_STATES[0] && row.writer.trim().is_empty() => {
            Err(wrong("用紙に書いた人の名前を入れてください。", "Say who wrote it on the paper."))
        }
        _ => Ok(()),
    }
}

/// What the `paper` of a change begins with that a row caused.
fn paper(row: &QueueRow) -> String {
    format!("{}-{} ", row.sheet, row.row)
}

/// What a row that was misread did: its visits, each with the changes that it caused. A row says of which visit it speaks and not of which
/// day; that is looked for around the time on the paper, the time it was entered, and now.
fn misread(reader: &Reader, row: &SheetRow, (at, now): (Moment, Moment)) -> Result<Vec<Misread>, Problem> {
    let mut struck = Vec::new();
    for (said, told) in row.stands.iter().filter(|(said, _)| !said.visit.is_empty()) {
        let looked = [now, at, told.entry].into_iter().find_map(|at| found(reader, &said.visit, at, now).ok());
        let visit = looked.ok_or_else(|| {
            wrong(
                "前に入力した受診が、この端末で見つかりません。ほかの端末で受け付けた人なら、その端末の記録を取り込んでから直してください。",
                "The visit of the earlier entry is not found here; if another station received it, import its log first.",
            )
        })?;
        let caused = |past: &&crate::visits::Past| {
            let paper_of = past.said.values.get("paper");
            past.struck.is_none() && paper_of.is_some_and(|of| of.starts_with(&paper(said)))
        };
        let hashes: Vec<EventHash> = visit.history.iter().filter(caused).map(|past| past.hash).collect();
        let is_new = struck.iter().all(|(known, _): &Misread| known.name != visit.name);
        if is_new && !hashes.is_empty() {
            struck.push((visit, hashes));
        }
    }
    Ok(struck)
}
