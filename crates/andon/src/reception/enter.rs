//! 用紙から入力: a row of a queue sheet (P6Q) that was written by hand: the visit goes on at the time on the paper, and the row is accounted
//! for, both or neither. A row is entered once; what was misread is put right on the screen, with a reason.

use chart::Moment;
use store::Writer;

use super::say::{moved, one_of, signed, wrong};
use crate::event::{self, Event, QueueRow, ROW_STATES, VisitEvent, VisitMoved};
use crate::home::Problem;
use crate::parents::Seen;
use crate::visits::sheets::{entered, known};
use crate::writing::Answer;
use crate::writing::desk::Received;

/// Enters a row.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn row(
    writer: &mut Writer,
    (row, said): (&QueueRow, &VisitMoved),
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    signed(by, &row.words)?;
    one_of(&row.state, &ROW_STATES)?;
    let (sheet, rows) = known(writer, &row.sheet)?;
    if !(1..=rows).contains(&row.row) {
        return Err(wrong(&format!("行の番号は 1 から {rows} です。"), &format!("A row's number is 1 to {rows}.")));
    }
    if entered(writer)?.get(&sheet).is_some_and(|of| of.contains_key(&row.row)) {
        return Err(wrong(
            "この行はもう入力されています。読み違いは、受診状況の画面で理由を書いて直してください。",
            "This row is entered already. What was misread is put right on the queue's page, with a reason.",
        ));
    }
    let row = QueueRow { sheet, ..row.clone() };
    let accounted = |row: QueueRow| event::new_event(&Event::Visit(VisitEvent::Row(row)), by, now).into_iter();
    if row.state != ROW_STATES[0] {
        if row.words.trim().is_empty() {
            return Err(wrong("空欄・抹消の理由を書いてください。", "Say why the row is blank or struck."));
        }
        let events: Vec<_> = accounted(row).collect();
        writer.append_events(&events)?;
        return Ok(Answer::Done);
    }
    if row.writer.trim().is_empty() {
        return Err(wrong("用紙に書いた人の名前を入れてください。", "Say who wrote it on the paper."));
    }
    let paper = format!("{}-{} {}", row.sheet, row.row, row.writer);
    let mut said = said.clone();
    said.values.insert("paper".to_owned(), paper);
    let (event, answer) = moved(writer, (&said, &Seen::default()), at, by, now)?;
    let Answer::Visit(Received { visit, .. }) = &answer else { return Ok(answer) };
    let events: Vec<_> = std::iter::once(event).chain(accounted(QueueRow { visit: visit.clone(), ..row })).collect();
    writer.append_events(&events)?;
    Ok(answer)
}
