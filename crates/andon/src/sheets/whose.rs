//! Whom a number that somebody typed off paper means: with its 照合番号, or with birth date and kana, both as the copy has them
//! (users.md 10). Name, kana and birth date are shown back before it counts.

use chart::PatientId;
use chart::check_digit::{Typed, confirmation, typed};
use store::{PersonRow, Reader};

use crate::home::Problem;
use crate::text::Words;

/// A patient shown back.
#[derive(Clone)]
pub struct Shown {
    /// The number.
    pub id: String,
    /// Its 照合番号; empty where it can have none.
    pub check: String,
    /// Name.
    pub name: String,
    /// Kana.
    pub kana: String,
    /// Birth date, in the calendar and the era.
    pub birth: String,
}

/// What was typed: number with or without 照合番号, birth date, kana.
pub struct Said<'a> {
    /// The number.
    pub patient: &'a str,
    /// Birth date, needed without 照合番号.
    pub birth: &'a str,
    /// Kana, needed without 照合番号.
    pub kana: &'a str,
}

/// Whom it means, or what is wrong with it, in words. `None` where no number was typed.
///
/// # Errors
/// When the store cannot be read.
pub fn whose(
    reader: &Reader,
    said: &Said<'_>,
    t: Words,
) -> Result<Result<Option<(PatientId, Shown)>, String>, Problem> {
    let (id, bare) = match typed(said.patient) {
        Typed::Wrong => return Ok(Err(t.text("scan-check-wrong"))),
        Typed::Bare(id) if id.is_empty() => return Ok(Ok(None)),
        Typed::Confirmed(id) => (id, false),
        Typed::Bare(id) => (id, true),
    };
    let id = match crate::temporary::meant(reader, &id) {
        Ok(id) => id,
        Err(problem) => return Ok(Err(problem.words)),
    };
    if chart::temporary::is_authority(&id.authority) {
        return Ok(if bare { Err(t.text("scan-temporary-check")) } else { Ok(Some(newcomer(id, t))) });
    }
    let Some(person) = reader.person(&id)? else { return Ok(Err(t.text("scan-patient-none"))) };
    if bare && !is_confirmed(&person, said) {
        return Ok(Err(t.text("scan-birth-kana")));
    }
    let shown = shown(&id, &person, t);
    Ok(Ok(Some((id, shown))))
}

/// A patient in words to look at.
pub fn shown(id: &PatientId, person: &PersonRow, t: Words) -> Shown {
    let birth =
        person.birth.map_or_else(String::new, |birth| format!("{birth}{}", t.with("aside", chart::era_date(&birth))));
    let check = confirmation(&id.id).unwrap_or_default();
    Shown { id: id.id.clone(), check, name: person.name.clone(), kana: person.kana.clone(), birth }
}

/// A temporary patient shown back: nothing is known but the number, so it counts with its 照合番号 alone.
fn newcomer(id: PatientId, t: Words) -> (PatientId, Shown) {
    let person = PersonRow { name: t.text("temporary-name"), ..PersonRow::default() };
    let shown = shown(&id, &person, t);
    (id, shown)
}

/// A number without 照合番号 counts only with birth date and kana.
fn is_confirmed(person: &PersonRow, said: &Said<'_>) -> bool {
    let query = chart::read_query(said.birth);
    let meant = query.readings().find_map(|reading| reading.birth);
    let birth =
        person.birth.zip(meant).is_some_and(|(birth, (from, to))| from == to && birth.start.day() == from.start.day());
    let kana = chart::fold_kana(said.kana);
    birth && !kana.is_empty() && kana == chart::fold_kana(&person.kana)
}
