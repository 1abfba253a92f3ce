//! Sheets of the chronology (P1) that were written by hand and entered afterwards: which rows of which sheet are accounted for, folded from
//! kind 52 of every station; and what is known of a sheet by its number.

use std::collections::{BTreeMap, HashMap, HashSet};

use chart::Moment;
use paper::SheetCode;
use store::{EventHash, Reader, StoredEvent};

use crate::event::{
    Event, LinesEvent, MADE_ITEM, ROWS_ITEM, RowSaid, SHEET_ACTS_ITEM, ScanEvent, SheetAct, SheetsEvent, run_item,
};
use crate::home::Problem;
use crate::hospital;
use crate::incident::Told;
use crate::text::narrow;

/// What stands of one row: who entered what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnteredRow {
    /// What was said.
    pub said: RowSaid,
    /// Who entered it, when.
    pub told: Told,
    /// The event.
    pub hash: EventHash,
}

/// What was entered from a sheet: for each row what stands, the last of which counts. Two stand where two stations entered a row apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// By the row's printed number.
    pub rows: BTreeMap<u32, Vec<EnteredRow>>,
}

impl Entered {
    /// Rows of a form that nobody has accounted for; `None` for a form that is none of the chronology's.
    pub fn left(&self, form: &str) -> Option<Vec<u32>> {
        let rows = paper::chronology_rows(form)?;
        Some((1..=rows).filter(|row| !self.rows.contains_key(row)).collect())
    }

    /// Every row of the form is accounted for.
    pub fn is_whole(&self, form: &str) -> bool {
        self.left(form).is_some_and(|left| left.is_empty())
    }

    /// Who entered the last of it, and when.
    pub fn last(&self) -> Option<&Told> {
        self.rows.values().flatten().map(|row| &row.told).max_by_key(|told| told.entry)
    }
}

/// What was entered from every sheet, by its number.
///
/// # Errors
/// When the store cannot be read.
pub fn entered(reader: &Reader) -> Result<HashMap<String, Entered>, Problem> {
    Ok(fold(&hospital::events_of(reader, ROWS_ITEM)?))
}

/// The same events, the same rows, in whatever order they come.
fn fold(events: &[StoredEvent]) -> HashMap<String, Entered> {
    let mut sheets: HashMap<String, Entered> = HashMap::new();
    let mut replaced: HashSet<String> = HashSet::new();
    for stored in events {
        let of = &stored.envelope;
        let Event::Lines(LinesEvent::Row(said)) = Event::read(of.kind, of.version, &of.payload) else { continue };
        replaced.extend(said.before.split(',').filter(|hash| !hash.is_empty()).map(str::to_owned));
        let row = EnteredRow { told: Told::of(stored, &said.words), hash: stored.hash, said };
        sheets.entry(row.said.sheet.clone()).or_default().rows.entry(row.said.row).or_default().push(row);
    }
    for row in sheets.values_mut().flat_map(|sheet| sheet.rows.values_mut()) {
        // What was replaced is history, unless (in a log that was forged) everything replaces each other.
        if row.iter().any(|row| !replaced.contains(&row.hash.to_string())) {
            row.retain(|row| !replaced.contains(&row.hash.to_string()));
        }
    }
    sheets
}

/// A sheet of the chronology as its run made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its number.
    pub number: String,
    /// `P1` or `P1W`.
    pub form: String,
    /// Rows that are printed on it.
    pub rows: u32,
    /// When it was printed.
    pub printed: Moment,
    /// By whom.
    pub by: String,
}

/// What was typed, as sheets have their numbers: full-width figures as half, `O` and `I` as the figures that they were read for (a number
/// has neither). What a 2D scanner types of a page's code is the number in it.
pub fn number_typed(typed: &str) -> String {
    let one = |c: char| match c {
        '‐' | '‑' | '–' | '−' | 'ー' => '-',
        c => narrow(c),
    };
    let plain: String = typed.trim().chars().map(one).collect::<String>().to_ascii_uppercase();
    match SheetCode::read(&plain) {
        Some(SheetCode::Page(page)) => page.number,
        _ => {
            let figure = |c| match c {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            plain.chars().map(figure).collect()
        }
    }
}

/// The sheet of the chronology that a number means.
///
/// # Errors
/// No sheet of that number is known here, it is of another form, or it was declared void; or the store cannot be read.
pub fn known(reader: &Reader, typed: &str) -> Result<Sheet, Problem> {
    let number = number_typed(typed);
    if number.is_empty() {
        return Err(Problem::usage(
            "用紙の番号を書いてください（用紙にある №）。\nWrite the sheet's number (№ on the paper).",
        ));
    }
    let Some((form, stored)) = printed(reader, &number)? else { return Err(unknown(reader, &number)?) };
    let Some(rows) = paper::chronology_rows(&form) else {
        let title = paper::form(&form).map_or(["", ""], |form| form.title);
        return Err(Problem::usage(format!(
            "{number}: これは {form} {} です。クロノロ用紙（P1・P1W）の番号を確かめてください。\n\
             {number}: this is {form} {}. Look for the number of a chronology sheet (P1, P1W).",
            title[0], title[1]
        )));
    };
    not_ended(reader, &number)?;
    let of = stored.envelope;
    Ok(Sheet { number, form, rows, printed: of.entry_time, by: of.person })
}

/// The form of a sheet of that number and the event that says it was made; `None` where none is known here.
///
/// # Errors
/// When the store cannot be read.
pub fn printed(reader: &Reader, number: &str) -> Result<Option<(String, StoredEvent)>, Problem> {
    let mut found = None;
    for stored in hospital::events_of(reader, &run_item(number).unwrap_or_default())? {
        found = made(&stored).into_iter().find(|sheet| sheet.0 == number).map(|sheet| (sheet.1, stored)).or(found);
    }
    Ok(found)
}

/// A refusal where a sheet was declared void or shredded.
///
/// # Errors
/// It was; or the store cannot be read.
pub fn not_ended(reader: &Reader, number: &str) -> Result<(), Problem> {
    match reader.once(ended)?.get(number) {
        None => Ok(()),
        Some(words) => Err(Problem::usage(format!(
            "{number}: この用紙は書損・裁断として記録されています（{words}）。番号を確かめてください。書いてあるものなら、「帳票」で「返却」にしてから入力します。\n\
             {number}: recorded as void or shredded ({words}). Look at the number again; if it is written on, record it as back on the page of sheets first."
        ))),
    }
}

/// Number and form of the sheets that an event says were made.
fn made(stored: &StoredEvent) -> Vec<(String, String)> {
    let of = &stored.envelope;
    match Event::read(of.kind, of.version, &of.payload) {
        Event::Sheets(SheetsEvent::Made { sheets, .. }) => {
            sheets.into_iter().map(|sheet| (sheet.number, sheet.form)).collect()
        }
        _ => Vec::new(),
    }
}

/// Sheets that are void or shredded by the last word on them, each with why.
fn ended(reader: &Reader) -> Result<HashMap<String, String>, Problem> {
    let mut ended = HashMap::new();
    for stored in hospital::events_of(reader, SHEET_ACTS_ITEM)? {
        let of = stored.envelope;
        let read = Event::read(of.kind, of.version, &of.payload);
        let Event::Scan(ScanEvent::Sheet { number, act, words }) = read else { continue };
        match act {
            SheetAct::Void | SheetAct::Destroyed => ended.insert(number, words),
            _ => ended.remove(&number),
        };
    }
    Ok(ended)
}

/// Sheets named in a refusal.
const NAMED_MAX: usize = 8;

fn unknown(reader: &Reader, number: &str) -> Result<Problem, Problem> {
    let open: Vec<String> = open(reader)?.into_iter().take(NAMED_MAX).map(|(sheet, _)| sheet.number).collect();
    let open = if open.is_empty() { "—".to_owned() } else { open.join("、") };
    let number = crate::text::one_line(number, 40);
    Ok(Problem::usage(format!(
        "{number}: この番号の用紙を、この端末は知りません。読み違いがないか、用紙の番号をもう一度確かめてください（未入力のクロノロ用紙: {open}）。\
         ほかの端末で印刷した用紙なら、その端末の記録を取り込んでから入力します。\n\
         {number}: no sheet of this number is known here. Read the number again (not entered yet: {open}). If it was printed at another \
         station, import its log first."
    )))
}

/// Sheets of the chronology of which rows are not accounted for, the newest first, with how many.
///
/// # Errors
/// When the store cannot be read.
pub fn open(reader: &Reader) -> Result<Vec<(Sheet, usize)>, Problem> {
    let (entered, ended) = (reader.once(entered)?, reader.once(ended)?);
    let mut open = Vec::new();
    for stored in hospital::events_of(reader, MADE_ITEM)?.into_iter().rev() {
        for (number, form) in made(&stored) {
            let Some(rows) = paper::chronology_rows(&form) else { continue };
            let left = entered.get(&number).map_or(rows as usize, |of| of.left(&form).map_or(0, |left| left.len()));
            if left > 0 && !ended.contains_key(&number) {
                let of = &stored.envelope;
                let (printed, by) = (of.entry_time, of.person.clone());
                open.push((Sheet { number, form, rows, printed, by }, left));
            }
        }
    }
    Ok(open)
}

#[cfg(test)]
mod tests {
    use store::{Envelope, EventNo, StationId};

    use super::*;
    use crate::event;

    fn row(station: u8, hash: u8, before: &[u8], state: &str) -> StoredEvent {
        let before: Vec<String> = before.iter().map(|hash| EventHash([*hash; 32]).to_string()).collect();
        let (sheet, form, state) = ("2B7301-1-1".to_owned(), "P1".to_owned(), state.to_owned());
        let said = RowSaid { sheet, form, row: 2, state, before: before.join(","), ..RowSaid::default() };
        let new = event::new_event(&Event::Lines(LinesEvent::Row(said)), ("係", "clerk"), Moment(0)).unwrap();
        let store::NewEvent { kind, version, payload, .. } = new;
        let envelope = Envelope { station: StationId([station; 16]), kind, version, payload, ..Envelope::default() };
        StoredEvent { no: EventNo(u64::from(hash)), hash: EventHash([hash; 32]), bytes: Vec::new(), envelope }
    }

    #[test]
    fn a_row_that_was_put_right_stands_once_and_one_entered_apart_twice_in_whatever_order_they_came() {
        let first = row(1, 1, &[], "written");
        let right = row(1, 2, &[1], "struck");
        let apart = row(2, 3, &[1], "blank");
        let states = |events: &[StoredEvent]| {
            let sheets = fold(events);
            let mut states: Vec<String> =
                sheets["2B7301-1-1"].rows[&2].iter().map(|row| row.said.state.clone()).collect();
            states.sort();
            states
        };
        assert_eq!(states(&[right.clone(), first.clone()]), ["struck"]);
        assert_eq!(states(&[apart.clone(), first.clone(), right.clone()]), ["blank", "struck"]);
        assert_eq!(states(&[row(1, 4, &[2, 3], "blank"), first, apart, right]), ["blank"]);
        let whole = fold(&[row(1, 1, &[], "written")]).remove("2B7301-1-1").unwrap();
        assert_eq!(whole.left("P1").unwrap(), [1, 3, 4, 5, 6, 7, 8, 9]);
        assert!(!whole.is_whole("P1") && whole.left("P4").is_none());
    }

    #[test]
    fn a_number_is_read_as_people_and_scanners_type_it() {
        for typed in ["2b7301-1-3", "２Ｂ７３０１－１－３", " 2B73O1-I-3 ", "P1-1-1-1-2111010030-N-2B7301-1-3"]
        {
            assert_eq!(number_typed(typed), "2B7301-1-3", "{typed}");
        }
    }
}
