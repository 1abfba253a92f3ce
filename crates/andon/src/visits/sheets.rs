//! Sheets of the queue (P6Q) that were written by hand and entered afterwards: which rows of which sheet are accounted for, folded from kind
//! 59 of every station; and what is known of a sheet by its number. An event that builds on others of its row puts them right: they are
//! struck, and never taken away.

use std::collections::BTreeMap;
use std::sync::Arc;

use store::{EventHash, Reader, StoredEvent};

use crate::chronology_sheets::{not_ended, number_typed, printed};
use crate::event::{Event, QUEUE_ROWS_ITEM, QueueRow, VisitEvent};
use crate::folds::{self, Folded, Heard, Says};
use crate::home::Problem;
use crate::incident::Told;

/// A row as it was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Number of the sheet.
    pub sheet: String,
    /// The row's printed number.
    pub row: u32,
    /// What stands; of a row that two stations entered apart both.
    pub stands: Vec<(QueueRow, Told)>,
    /// What was misread: as it was entered, and who put it right.
    pub struck: Vec<(QueueRow, Told, Told)>,
    /// What puts right all that stands.
    pub tips: Vec<EventHash>,
}

impl Folded for SheetRow {
    type Said = QueueRow;

    fn read(stored: &StoredEvent) -> Option<(Says, QueueRow)> {
        let of = &stored.envelope;
        let Event::Visit(VisitEvent::Row(row)) = Event::read(of.kind, of.version, &of.payload) else { return None };
        Some((Says::PutsRight(format!("{}/{}", row.sheet, row.row)), row))
    }

    fn fold(_: String, entered: Heard<'_, SheetRow>, changes: &[Heard<'_, SheetRow>]) -> SheetRow {
        let mut all: Vec<Heard<'_, SheetRow>> = changes.iter().copied().chain([entered]).collect();
        all.sort_by_key(|(stored, _)| store::fold_key(stored));
        let (sheet, row) = (entered.1.sheet.clone(), entered.1.row);
        let mut of = SheetRow { sheet, row, stands: Vec::new(), struck: Vec::new(), tips: Vec::new() };
        for (stored, said) in &all {
            let told = Told::of(stored, &said.words);
            let by = all.iter().find(|(later, _)| later.envelope.parents.contains(&stored.hash));
            match by {
                Some((later, right)) => of.struck.push(((*said).clone(), told, Told::of(later, &right.words))),
                None => {
                    of.stands.push(((*said).clone(), told));
                    of.tips.push(stored.hash);
                }
            }
        }
        of
    }
}

/// Every row that was entered.
///
/// # Errors
/// When the store cannot be read.
pub fn entered(reader: &Reader) -> Result<Arc<Vec<Arc<SheetRow>>>, Problem> {
    folds::things(reader, &[QUEUE_ROWS_ITEM.to_owned()])
}

/// A row of a sheet, where it was entered.
///
/// # Errors
/// When the store cannot be read.
pub fn row(reader: &Reader, sheet: &str, row: u32) -> Result<Option<Arc<SheetRow>>, Problem> {
    Ok(entered(reader)?.iter().find(|of| of.row == row && of.sheet == sheet).cloned())
}

/// Sheets all of whose rows are accounted for, each with who entered the last.
///
/// # Errors
/// When the store cannot be read.
pub fn whole(reader: &Reader) -> Result<BTreeMap<String, Told>, Problem> {
    let mut sheets: BTreeMap<&str, Vec<&SheetRow>> = BTreeMap::new();
    let all = entered(reader)?;
    for row in all.iter() {
        sheets.entry(&row.sheet).or_default().push(row);
    }
    let mut whole = BTreeMap::new();
    for (sheet, rows) in sheets {
        let form = printed(reader, sheet)?.map(|(form, _)| form).unwrap_or_default();
        let is_whole = paper::queue_rows(&form).is_some_and(|count| rows.len() as u64 >= u64::from(count));
        let last = rows.iter().flat_map(|row| &row.stands).map(|(_, told)| told).max_by_key(|told| told.entry);
        if let (true, Some(last)) = (is_whole, last) {
            whole.insert(sheet.to_owned(), last.clone());
        }
    }
    Ok(whole)
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

#[cfg(test)]
mod tests {
    use store::{Envelope, EventNo, StationId};

    use super::*;
    use crate::event;
    use crate::folds::Fold;

    fn entered(at: u8, parents: &[u8], visit: &str, words: &str) -> StoredEvent {
        let row = QueueRow {
            sheet: "S".into(),
            row: 1,
            state: "written".into(),
            visit: visit.into(),
            writer: "甲".into(),
            words: words.into(),
        };
        let event = Event::Visit(VisitEvent::Row(row));
        let store::NewEvent { kind, version, payload, .. } =
            event::new_event(&event, ("係", "clerk"), Default::default()).unwrap();
        let parents = parents.iter().map(|parent| EventHash([*parent; 32])).collect();
        let (station, hlc) = (StationId([at; 16]), u64::from(at) << 16);
        let envelope = Envelope { station, no: 1, hlc, parents, kind, version, payload, ..Envelope::default() };
        StoredEvent { no: EventNo(u64::from(at)), hash: EventHash([at; 32]), bytes: Vec::new(), envelope }
    }

    #[test]
    fn what_was_misread_is_struck_with_who_and_why_and_what_two_entered_apart_stands_twice() {
        let (first, apart, right) =
            (entered(1, &[], "v1", ""), entered(2, &[], "v2", ""), entered(3, &[1], "v3", "7と1"));
        let of = |events: &[StoredEvent]| Fold::<SheetRow>::of(events.to_vec())[0].clone();
        for order in [[&first, &right], [&right, &first]] {
            let row = of(&order.map(Clone::clone));
            assert_eq!(
                (row.stands.len(), &row.stands[0].0.visit, row.tips.as_slice()),
                (1, &"v3".into(), &[right.hash][..])
            );
            assert_eq!(
                (row.struck.len(), &row.struck[0].0.visit, &row.struck[0].2.words),
                (1, &"v1".into(), &"7と1".into())
            );
        }
        let row = of(&[first, apart, right]);
        assert_eq!((row.stands.len(), row.struck.len()), (2, 1));
        // Both that stand are put right together.
        let row = of(&[entered(1, &[], "v1", ""), entered(2, &[], "v2", ""), entered(4, &[1, 2], "v2", "確かめた")]);
        assert_eq!((row.stands.len(), row.struck.len()), (1, 2));
    }
}
