//! 用紙から入力: a row of a printed call list (P6C) that was filled in by pen: what came of ringing is said of the list's row, with the time and
//! writer on the paper. A row is entered once; what was misread is put right on the list's page. Whoever wrote it knew nothing of what a
//! screen said later: where the two differ both stand, 要確認.

use std::sync::Arc;

use chart::Moment;
use store::{Reader, Writer};

use super::say::{events_of, signed};
use crate::bookings::sheets::entered;
use crate::bookings::{Matter, lists, rows};
use crate::chronology_sheets::{not_ended, number_typed, printed};
use crate::event::{BookingEvent, BookingSaid};
use crate::home::{Problem, wrong};
use crate::parents::Seen;
use crate::writing::Answer;
use crate::writing::telephone::{Arranged, PhoneWish};

/// The form of a printed call list.
pub const FORM: &str = "P6C";

/// A printed call list: its number and the list it was printed of.
///
/// # Errors
/// No such sheet is known here, or it was declared void; the store cannot be read.
pub fn sheet(reader: &Reader, typed: &str) -> Result<(String, Arc<Matter>), Problem> {
    let number = number_typed(typed);
    let is_printed = printed(reader, &number)?.is_some_and(|(form, _)| form == FORM);
    let bears = |said: &BookingSaid| said.act == "print" && said.values.get("sheet").is_some_and(|of| *of == number);
    let list = lists(reader)?.into_iter().find(|list| list.history.iter().any(|(said, ..)| bears(said)));
    let Some(list) = list.filter(|_| is_printed) else {
        let shown = crate::text::one_line(&number, 40);
        return Err(wrong(
            &format!(
                "{shown}: この番号の電話リストの用紙（P6C）を、この端末は知りません。用紙の番号をもう一度確かめてください。ほかの端末で印刷した用紙なら、その端末の記録を取り込んでから入力します。"
            ),
            &format!(
                "{shown}: no printed call list (P6C) of this number is known here. Read the number again; if it was printed at another station, import its log first."
            ),
        ));
    };
    not_ended(reader, &number)?;
    Ok((number, list))
}

/// Enters a row.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn row(writer: &mut Writer, wish: &PhoneWish, by: (&str, &str), now: Moment) -> Result<Answer, Problem> {
    let PhoneWish::Row { sheet: typed, row: no, writer: wrote, act, values, words, at } = wish else {
        return Err(Problem::failed("row"));
    };
    signed(by, words)?;
    let (number, list) = sheet(writer, typed)?;
    let rows = rows(writer, &list.name)?;
    let Some(stands) = rows.iter().find(|row| row.no() == *no) else {
        let last = rows.len();
        return Err(wrong(&format!("行の番号は 1 から {last} です。"), &format!("A row's number is 1 to {last}.")));
    };
    if entered(stands, &number).is_some() {
        return Err(wrong(
            "この行はもう入力されています。読み違いは、リストの画面で理由を書いて直してください。",
            "This row is entered already. What was misread is put right on the list's page, with a reason.",
        ));
    }
    if act == "blank" && words.trim().is_empty() {
        return Err(wrong("空欄の理由を書いてください。", "Say why the row is blank."));
    }
    if act != "blank" && wrote.trim().is_empty() {
        return Err(wrong("用紙に書いた人の名前を入れてください。", "Say who wrote it on the paper."));
    }
    let mut values = values.clone();
    values.insert("paper".to_owned(), format!("{number}-{no} {}", wrote.trim()));
    let said = BookingSaid {
        thing: stands.name.clone(),
        list: list.name.clone(),
        act: act.clone(),
        words: words.clone(),
        values,
        ..BookingSaid::default()
    };
    let said = BookingEvent::Row(said);
    // Somebody may have it in hand who took it since: what a pen wrote before lays nothing back.
    let seen = Seen::of(&stands.as_of(Moment(*at)).tips);
    let events = events_of(writer, (&said, &seen, true), Moment(*at), by, now)?;
    writer.append_events(&events)?;
    Ok(Answer::Arranged(Arranged { thing: stands.name.clone(), number: format!("{number}-{no}"), rows: 1 }))
}
