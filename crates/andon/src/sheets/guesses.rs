//! Whose a page may be that waits: the best guesses, each a choice that a person still looks at and confirms; and on whose chart its
//! sheet is already. A neighbour in the file is no guess (promise 15).

use chart::PatientId;
use chart::check_digit::confirmation;
use store::Reader;

use super::ledger;
use super::pages::PageRow;
use super::whose::{Shown, shown};
use crate::home::Problem;
use crate::text::Words;

/// A guess, as a button types it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The number with its 照合番号.
    pub typed: String,
    /// From where: `sheet` (it was printed for the patient), `before` (this page was filed so, now or in another scan), `other_page`.
    pub why: &'static str,
}

/// Guesses about a page, the surest first.
///
/// # Errors
/// When the store cannot be read.
pub fn guesses(reader: &Reader, row: &PageRow, pages: &[PageRow]) -> Result<Vec<Guess>, Problem> {
    let printed = printed_for(reader, row.sheet())?;
    let own = &reader.about().authority;
    let mut seen: Vec<PatientId> = row.patient().map(id).into_iter().collect();
    let mut found = Vec::new();
    for (patient, why) in candidates(row, pages, printed) {
        // A number is typed without its authority: that of another hospital would mean somebody else.
        let ours = patient.authority == *own || chart::temporary::is_authority(&patient.authority);
        if !ours || seen.contains(&patient) {
            continue;
        }
        let check = confirmation(&patient.id).map_or_else(String::new, |check| format!("-{check}"));
        found.push(Guess { typed: format!("{}{check}", patient.id), why });
        seen.push(patient);
    }
    Ok(found)
}

fn candidates(row: &PageRow, pages: &[PageRow], printed: Option<PatientId>) -> Vec<(PatientId, &'static str)> {
    let mut found: Vec<(PatientId, &'static str)> = printed.map(|patient| (patient, "sheet")).into_iter().collect();
    let before = row.filing.as_ref().and_then(|filing| filing.before.split_once('/'));
    found.extend(before.map(|before| (id(before), "before")));
    if row.sheet().is_empty() {
        return found;
    }
    let of_sheet = |other: &&PageRow| other.sheet() == row.sheet() && !is_same(other, row);
    let (same, others): (Vec<&PageRow>, Vec<&PageRow>) =
        pages.iter().rev().filter(of_sheet).partition(|other| other.place() == row.place());
    let named = |rows: Vec<&PageRow>, why| -> Vec<(PatientId, &'static str)> {
        rows.into_iter().filter_map(PageRow::patient).map(|of| (id(of), why)).collect()
    };
    found.extend(named(same, "before"));
    found.extend(named(others, "other_page"));
    found
}

fn id((authority, id): (&str, &str)) -> PatientId {
    PatientId { authority: authority.to_owned(), id: id.to_owned() }
}

fn is_same(one: &PageRow, other: &PageRow) -> bool {
    one.scan == other.scan && one.read.page == other.read.page
}

/// For whom a sheet was printed; `None` for a blank one and for paper that is not ours.
fn printed_for(reader: &Reader, sheet: &str) -> Result<Option<PatientId>, Problem> {
    if sheet.is_empty() {
        return Ok(None);
    }
    let known = ledger::known(reader, sheet)?.map(|known| known.sheet);
    Ok(known.filter(|sheet| !sheet.id.is_empty()).map(|sheet| PatientId { authority: sheet.authority, id: sheet.id }))
}

/// Other patients whose the sheet of a page is: by its print, or because pages of it are on their charts. Numbers that are linked are
/// one patient.
///
/// # Errors
/// When the store cannot be read.
pub fn others(
    reader: &Reader,
    row: &PageRow,
    pages: &[PageRow],
    chosen: &PatientId,
    t: Words,
) -> Result<Vec<(PatientId, Shown)>, Problem> {
    if row.sheet().is_empty() {
        return Ok(Vec::new());
    }
    let filed = pages.iter().filter(|other| other.sheet() == row.sheet() && !is_same(other, row));
    let mut found: Vec<PatientId> = filed.filter_map(PageRow::patient).map(id).collect();
    found.extend(printed_for(reader, row.sheet())?);
    found.sort();
    found.dedup();
    let one = crate::record::numbers(reader, chosen)?;
    let mut shown_back = Vec::new();
    for other in found.into_iter().filter(|other| !one.contains(other)) {
        let person = reader.person(&other)?.unwrap_or_default();
        let back = shown(&other, &person, t);
        shown_back.push((other, back));
    }
    Ok(shown_back)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Filing, ReadPage};
    use chart::Moment;

    fn row(scan: &str, sheet: &str, page: u32, id: &str) -> PageRow {
        let read = ReadPage {
            page: 1,
            sheet: sheet.into(),
            sheet_page: page,
            authority: if id.is_empty() { "" } else { "self" }.into(),
            id: id.into(),
            ..ReadPage::default()
        };
        let (at, by, name) = (Moment(0), String::new(), String::new());
        PageRow { scan: scan.into(), read, filing: None, at, by, came: at, name, later: None }
    }

    #[test]
    fn guesses_are_of_the_page_its_sheet_and_its_own_story_and_never_of_a_neighbour() {
        let mut waits = row("b", "A-1", 1, "");
        let mut neighbour = row("b", "A-2", 1, "9");
        neighbour.read.page = 2;
        let pages = [row("a", "A-1", 1, "2"), row("a", "A-1", 2, "3"), waits.clone(), neighbour];
        let printed = Some(id(("self", "1")));
        let found = |row: &PageRow, printed| -> Vec<(String, &'static str)> {
            candidates(row, &pages, printed).into_iter().map(|(patient, why)| (patient.id, why)).collect()
        };
        let want =
            |all: &[(&str, &'static str)]| all.iter().map(|(id, why)| ((*id).to_owned(), *why)).collect::<Vec<_>>();
        assert_eq!(found(&waits, printed), want(&[("1", "sheet"), ("2", "before"), ("3", "other_page")]));
        waits.filing = Some(Filing { before: "self/4".into(), sheet: "A-1".into(), ..Filing::default() });
        assert_eq!(found(&waits, None), want(&[("4", "before"), ("2", "before"), ("3", "other_page")]));
        assert!(found(&row("c", "", 0, ""), None).is_empty());
    }
}
