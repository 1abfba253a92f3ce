//! A row of a sheet of the chronology (P1) is entered: it becomes a line that says from where it came, or is said to be blank or struck. A row
//! that stands is not entered again; who says so, and why, puts it right.

use std::sync::Arc;

use chart::Moment;
use store::{NewEvent, Reader, Writer};

use super::say::{SHORT_CHARS_MAX, fits, found, numbered_line, one_of_or_none};
use crate::chronology::Line;
use crate::chronology_sheets::{self, EnteredRow, Sheet};
use crate::event::{
    self, CATEGORIES, CommandEvent, Event, LineAct, LineChanged, LineSaid, LinesEvent, MEANS, ROW_STATES, RowSaid,
};
use crate::home::{Problem, one_of, wrong};
use crate::writing::Answer;

/// What is written on a sheet happened at most so long before the sheet was printed, milliseconds: more is a month or a day misread.
const BEFORE_MILLIS: i64 = 7 * 86_400_000;
/// A clock on a wall that goes before ours, milliseconds.
const AHEAD_MILLIS: i64 = 10 * 60_000;
/// Letters of a reason.
const WORDS_CHARS_MAX: usize = 200;

/// An event, when it happened, what it builds on.
type Told = (Event, Moment, Vec<store::EventHash>);

/// Enters a row, or puts right what stands of it (`correct`). All of it is written, or nothing.
///
/// # Errors
/// The sheet is not known or no sheet of the chronology, the row is not on it, half of it was given, its time cannot be, or it was entered
/// already; or the store cannot be written.
pub fn enter(
    writer: &mut Writer,
    (row, line, at): (&RowSaid, &LineSaid, Moment),
    correct: bool,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    let sheet = check(writer, (row, line, at), now)?;
    let stands =
        writer.once(chronology_sheets::entered)?.get(&sheet.number).and_then(|of| of.rows.get(&row.row)).cloned();
    let stands = stands.unwrap_or_default();
    if !stands.is_empty() && !correct {
        return Err(stands_already(writer, &sheet, row.row, &stands)?);
    }
    if !stands.is_empty() && row.words.trim().is_empty() {
        return Err(wrong("直す理由を書いてください。", "Say why it is put right."));
    }
    let before = stands.iter().map(|row| row.hash.to_string()).collect::<Vec<_>>().join(",");
    let row = RowSaid { sheet: sheet.number.clone(), form: sheet.form.clone(), before, ..row.clone() };
    let (events, row) = events(writer, (row, line, at), &stands, now)?;
    let number = match events.iter().find_map(|(event, ..)| number_of(event)) {
        Some(number) => number,
        None if row.line.is_empty() => String::new(),
        None => found(writer, &row.incident, &row.line)?.said.number.clone(),
    };
    let incident = row.incident.clone();
    let events = events.into_iter().chain([(Event::Lines(LinesEvent::Row(row)), now, Vec::new())]);
    let new: Vec<NewEvent> = events
        .filter_map(|(event, at, parents)| {
            let new = event::new_event(&event, by, now)?;
            Some(NewEvent { event_time: at, parents, ..new })
        })
        .collect();
    writer.append_events(&new)?;
    Ok(Answer::Said { incident, number })
}

/// Whether a row can be entered, whatever stands of it; its sheet.
///
/// # Errors
/// As [`enter`], but for what stands.
pub fn check(reader: &Reader, (row, line, at): (&RowSaid, &LineSaid, Moment), now: Moment) -> Result<Sheet, Problem> {
    let sheet = chronology_sheets::known(reader, &row.sheet)?;
    can_be(&sheet, row, line)?;
    if row.state == ROW_STATES[0] {
        is_time(&sheet, at, now)?;
    }
    Ok(sheet)
}

fn number_of(event: &Event) -> Option<String> {
    match event {
        Event::Command(CommandEvent::Line(said)) => Some(said.number.clone()),
        _ => None,
    }
}

/// Nothing is missing and nothing contradicts itself.
fn can_be(sheet: &Sheet, row: &RowSaid, line: &LineSaid) -> Result<(), Problem> {
    if row.row == 0 || row.row > sheet.rows {
        return Err(wrong(
            &format!("{}: この用紙（{}）の行は 1～{} です。", row.row, sheet.form, sheet.rows),
            &format!("{}: the rows of this sheet ({}) are 1 to {}.", row.row, sheet.form, sheet.rows),
        ));
    }
    fits(&[(&row.writer, SHORT_CHARS_MAX), (&row.words, WORDS_CHARS_MAX)])?;
    if row.state == ROW_STATES[0] {
        one_of_or_none(&line.means, &MEANS)?;
        one_of(&line.category, &CATEGORIES)?;
        if line.text.trim().is_empty() {
            return Err(wrong(
                "内容がありません。書いていない行なら「空欄」、二重線・斜線の行なら「抹消」にしてください。",
                "It says nothing. A row that nobody wrote on is blank, a row with a line through it is struck.",
            ));
        }
        if row.writer.trim().is_empty() {
            return Err(wrong(
                "記録者（紙に書いた人）を書いてください。読めないときは「不明」と書きます。",
                "Say who wrote it on the paper; where it cannot be read, write \"unknown\".",
            ));
        }
        return Ok(());
    }
    if !ROW_STATES.contains(&row.state.as_str()) {
        return Err(wrong("行は、記入・空欄・抹消のどれかです。", "A row is written, blank or struck."));
    }
    // What is struck can be read all the same, and is told as the reason: it is no line.
    if [&line.text, &line.from, &line.to, &line.task].iter().any(|text| !text.trim().is_empty()) {
        return Err(wrong(
            "空欄・抹消の行に、発・受・内容・対応があります。書いてある行なら「記入」にしてください。",
            "A blank or struck row has from, to, text or task: if it was written on, enter it as written.",
        ));
    }
    if row.words.trim().is_empty() {
        return Err(wrong(
            "空欄・抹消の理由を書いてください（例: 使わなかった、二重線・署名あり、書き損じ）。",
            "Say why the row is blank or struck (not used; two lines and a signature; a slip).",
        ));
    }
    Ok(())
}

fn is_time(sheet: &Sheet, at: Moment, now: Moment) -> Result<(), Problem> {
    if at.0 > now.0 + AHEAD_MILLIS {
        return Err(wrong(
            &format!("{at}: まだ来ていない時刻です。紙の時刻と月日を確かめてください。"),
            &format!("{at}: this time has not come yet. Look at the time and date on the paper."),
        ));
    }
    if at.0 < sheet.printed.0 - BEFORE_MILLIS {
        return Err(wrong(
            &format!("{at}: この用紙が印刷された {} より1週間以上前です。紙の月日を確かめてください。", sheet.printed),
            &format!(
                "{at}: more than a week before the sheet was printed ({}). Look at the date on the paper.",
                sheet.printed
            ),
        ));
    }
    Ok(())
}

/// The lines that stand of a row.
fn lines_of(writer: &Writer, stands: &[EnteredRow]) -> Result<Vec<Arc<Line>>, Problem> {
    let written = stands.iter().filter(|row| !row.said.line.is_empty());
    written.map(|row| found(writer, &row.said.incident, &row.said.line)).collect()
}

fn stands_already(writer: &Writer, sheet: &Sheet, row: u32, stands: &[EnteredRow]) -> Result<Problem, Problem> {
    let lines = lines_of(writer, stands)?;
    let written = lines.iter().map(|line| format!("{} {}", line.said.number, line.told.at));
    let without = stands.iter().filter(|row| row.said.line.is_empty());
    let without = without.map(|row| {
        let state = if row.said.state == ROW_STATES[1] { "空欄 / blank" } else { "抹消 / struck" };
        format!("{state}（{}）", row.said.words)
    });
    let what = written.chain(without).collect::<Vec<_>>().join("、");
    let number = &sheet.number;
    let who = stands.iter().map(|row| format!("{} {}", row.told.who, row.told.entry)).collect::<Vec<_>>().join("、");
    Ok(Problem::failed(format!(
        "№{number}-{row} はもう入力されています: {what}（入力 {who}）。同じなら、何もしないでください。違うなら、理由を書いて訂正してください。\n\
         №{number}-{row} is entered already: {what} (by {who}). If it is the same, do nothing; if not, correct it and say why."
    )))
}

/// What is written of a row, and the row with its line.
fn events(
    writer: &Writer,
    (mut row, line, at): (RowSaid, &LineSaid, Moment),
    stands: &[EnteredRow],
    now: Moment,
) -> Result<(Vec<Told>, RowSaid), Problem> {
    let lines: Vec<Arc<Line>> = lines_of(writer, stands)?.into_iter().filter(|line| line.struck.is_none()).collect();
    let written = row.state == ROW_STATES[0];
    // Where only the text was misread the line stays, and its text is corrected.
    let stays = lines.first().filter(|stood| written && is_same_but_text(stood, line, at)).cloned();
    let mut events: Vec<Told> = Vec::new();
    for stood in lines.iter().filter(|stood| stays.as_ref().is_none_or(|stays| stays.name != stood.name)) {
        events.push((changed(stood, LineAct::Strike, "", &row.words), now, stood.tips.clone()));
    }
    match stays {
        Some(stays) => {
            if stays.text != line.text {
                let event = changed(&stays, LineAct::Correct, &line.text, &row.words);
                events.push((event, now, stays.tips.clone()));
            }
            (row.line, row.incident) = (stays.name.clone(), stays.said.incident.clone());
        }
        None if written => {
            let said = numbered_line(writer, line.clone())?;
            let head = writer.head();
            row.line = format!("{}/{}/{}", head.station, head.incarnation, said.no);
            row.incident = said.incident.clone();
            events.push((Event::Command(CommandEvent::Line(said)), at, Vec::new()));
        }
        None => row.incident = String::new(),
    }
    Ok((events, row))
}

fn is_same_but_text(stood: &Line, line: &LineSaid, at: Moment) -> bool {
    let of = |said: &LineSaid| {
        let LineSaid { from, to, means, category, task, due, log, about, .. } = said.clone();
        [from, to, means, category, task, due, log, about]
    };
    stood.told.at == at && of(&stood.said) == of(line)
}

fn changed(line: &Line, act: LineAct, value: &str, words: &str) -> Event {
    Event::Command(CommandEvent::Changed(LineChanged {
        incident: line.said.incident.clone(),
        line: line.name.clone(),
        act: act.word().to_owned(),
        value: value.to_owned(),
        words: words.to_owned(),
    }))
}
