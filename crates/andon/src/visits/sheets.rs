//! Sheets of the queue (P6Q) that were written by hand and entered afterwards: which rows of which sheet are accounted for, folded from kind
//! 59 of every station; and what is known of a sheet by its number.

use std::collections::{BTreeMap, HashMap};

use store::{Reader, StoredEvent};

use crate::chronology_sheets::{not_ended, number_typed, printed};
use crate::event::{Event, QUEUE_ROWS_ITEM, QueueRow, VisitEvent};
use crate::home::Problem;
use crate::hospital;
use crate::incident::Told;

/// Rows of one sheet that were entered; of a row that two stations entered apart both.
pub type Rows = BTreeMap<u32, Vec<(QueueRow, Told)>>;

/// What was entered from every sheet, by its number.
///
/// # Errors
/// When the store cannot be read.
pub fn entered(reader: &Reader) -> Result<HashMap<String, Rows>, Problem> {
    Ok(fold(&hospital::events_of(reader, QUEUE_ROWS_ITEM)?))
}

fn fold(events: &[StoredEvent]) -> HashMap<String, Rows> {
    let mut sheets: HashMap<String, Rows> = HashMap::new();
    for stored in events {
        let of = &stored.envelope;
        if let Event::Visit(VisitEvent::Row(row)) = Event::read(of.kind, of.version, &of.payload) {
            let told = Told::of(stored, &row.words);
            sheets.entry(row.sheet.clone()).or_default().entry(row.row).or_default().push((row, told));
        }
    }
    sheets
}

/// A queue sheet as its run made it: number and rows.
///
/// # Errors
/// No sheet of that number is known here, it is of another form, or it was declared void; or the store cannot be read.
pub fn known(reader: &Reader, typed: &str) -> Result<(String, u32), Problem> {
    let number = number_typed(typed);
    let form = printed(reader, &number)?.map(|(form, _)| form);
    let shown = crate::text::one_line(&number, 40);
    let Some(rows) = form.as_deref().and_then(paper::queue_rows) else {
        return Err(Problem::usage(format!(
            "{shown}: この番号の受診状況の用紙（P6Q）を、この端末は知りません。用紙の番号をもう一度確かめてください。ほかの端末で印刷した用紙なら、その端末の記録を取り込んでから入力します。\n\
             {shown}: no queue sheet (P6Q) of this number is known here. Read the number again; if it was printed at another station, import its log first."
        )));
    };
    not_ended(reader, &number)?;
    Ok((number, rows))
}
