//! Making a list of people to be called out of the copy: by days, department and kind of booking, or by patients' numbers. All its rows are
//! written at once, or none.

use std::collections::{BTreeMap, BTreeSet};

use chart::{Moment, PatientId};
use store::{Reader, Writer};

use super::rules::{self, Values};
use super::say::{event_at, signed};
use crate::bookings::Cohort;
use crate::bookings::day::{PlanRow, of_patient, planned};
use crate::event::{BookingEvent, BookingSaid};
use crate::home::{Problem, wrong};
use crate::writing::Answer;
use crate::writing::telephone::Arranged;

/// Rows of one list: several times the 350 of Handa.
const ROWS_MAX: usize = 2_000;
/// Numbers named in a refusal.
const NAMED_MAX: usize = 20;

/// The name of what the event that comes so many events from now enters.
pub(super) fn next_name(writer: &Writer, ahead: u64) -> String {
    let head = writer.head();
    format!("{}/{}/{}", head.station, head.incarnation, head.next_no + ahead)
}

/// Makes a list.
///
/// # Errors
/// It cannot be so: nobody is in it, too many are, or a number is wrong (all of them are named). Or the store cannot be written.
pub fn list(
    writer: &mut Writer,
    cohort: &Cohort,
    values: &BTreeMap<String, String>,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    signed(by, "")?;
    let mut values = rules::list("make", "", values)?;
    let rows = rows(writer, cohort, now)?;
    if rows.is_empty() {
        return Err(wrong(
            "当てはまる人がいません。日・診療科・種類を確かめてください（コピーにない予約は出ません）。",
            "Nobody fits: look at days, department and kind (what is not in the copy is not found).",
        ));
    }
    if rows.len() > ROWS_MAX {
        return Err(wrong(
            &format!("{ROWS_MAX}人より多くなります。1つのリストは{ROWS_MAX}人までです。日か診療科で分けてください。"),
            &format!("More than {ROWS_MAX} people; a list has at most {ROWS_MAX}: part it by day or department."),
        ));
    }
    for (field, value) in [("from", &cohort.from), ("to", &cohort.to), ("department", &cohort.department)] {
        values.insert(field.to_owned(), crate::text::one_line(value, 100));
    }
    values.insert("made_of".to_owned(), if cohort.numbers.is_empty() { "copy" } else { "numbers" }.to_owned());
    let name = next_name(writer, 0);
    let made = BookingSaid { act: "make".into(), values, ..BookingSaid::default() };
    let mut events = vec![event_at(BookingEvent::List(made), (now, Vec::new()), by, now)?];
    let count = rows.len();
    for (no, (id, values)) in (1_u32..).zip(rows) {
        let values = values.into_iter().chain([("no".to_owned(), no.to_string())]).collect();
        let PatientId { authority, id } = id;
        let row =
            BookingSaid { list: name.clone(), authority, id, act: "make".into(), values, ..BookingSaid::default() };
        events.push(event_at(BookingEvent::Row(row), (now, Vec::new()), by, now)?);
    }
    writer.append_events(&events)?;
    let number = crate::bookings::list_meant(writer, &name)?.short();
    Ok(Answer::Arranged(Arranged { thing: name, number, rows: count }))
}

/// Who is on it, each once whatever numbers are linked, with the appointments it is about: soonest first, or in the order in which numbers
/// were given. Whoever writes waits for this, so that no more is read than a list may hold.
fn rows(reader: &Reader, cohort: &Cohort, now: Moment) -> Result<Vec<(PatientId, Values)>, Problem> {
    let kind = cohort.kind.trim();
    let fits = |row: &PlanRow| {
        let is_kind = kind.is_empty() || row.plan.kind == kind || row.plan.text.contains(kind);
        row.stands() && row.is_of(&cohort.department) && is_kind
    };
    let days = match cohort.from.trim() {
        "" => Vec::new(),
        _ => rules::days((&cohort.from, &cohort.to), now)?,
    };
    if days.is_empty() && cohort.numbers.is_empty() {
        return Err(wrong("日か、患者番号の一覧を入れてください。", "Give days, or a list of numbers."));
    }
    let mut people = People::default();
    if cohort.numbers.is_empty() {
        for day in days {
            let mut plans = planned(reader, day)?.0;
            plans.sort_by_cached_key(|(id, row)| (row.plan.at.map(|at| at.start), id.clone()));
            for (id, row) in plans.into_iter().filter(|(_, row)| fits(row)) {
                people.add(reader, &id, vec![row])?;
            }
            if people.rows.len() > ROWS_MAX {
                break;
            }
        }
    } else {
        let from = days.first().map_or(now, |day| day.start);
        let on_days = |row: &PlanRow| {
            let day = row.plan.at.map(|at| at.start.day().iso());
            days.is_empty() || day.is_some_and(|day| days.iter().any(|one| one.iso() == day))
        };
        // Who was named is called, whatever the copy has of an appointment.
        for id in patients(reader, &cohort.numbers)? {
            let plans = of_patient(reader, &id, from)?.into_iter().filter(|row| fits(row) && on_days(row));
            people.add(reader, &id, plans.collect())?;
        }
    }
    Ok(people.rows.into_iter().map(|(id, plans)| (id, values_of(&plans))).collect())
}

/// Who is to be called, and where each stands.
#[derive(Default)]
struct People {
    rows: Vec<(PatientId, Vec<PlanRow>)>,
    at: BTreeMap<PatientId, usize>,
}

impl People {
    fn add(&mut self, reader: &Reader, id: &PatientId, plans: Vec<PlanRow>) -> Result<(), Problem> {
        if !self.at.contains_key(id) {
            let numbers = crate::record::numbers(reader, id)?;
            let known = numbers.iter().find_map(|number| self.at.get(number).copied());
            if known.is_none() {
                self.rows.push((id.clone(), Vec::new()));
            }
            self.at.insert(id.clone(), known.unwrap_or(self.rows.len() - 1));
        }
        if let Some((_, known)) = self.at.get(id).and_then(|at| self.rows.get_mut(*at)) {
            for row in plans {
                if known.iter().all(|one| one.booking != row.booking) {
                    known.push(row);
                }
            }
        }
        Ok(())
    }
}

fn values_of(plans: &[PlanRow]) -> Values {
    let mut whats: Vec<String> =
        plans.iter().map(|row| row.plan.text.clone()).filter(|text| !text.is_empty()).collect();
    whats.dedup();
    let names: Vec<&str> = plans.iter().map(|plan| plan.booking.as_str()).collect();
    let first = plans.first();
    let said = [
        ("booking", names.join("\n")),
        ("at", first.and_then(|row| row.plan.at).map_or_else(String::new, |at| at.to_string())),
        ("department", first.map_or_else(String::new, |row| row.department().to_owned())),
        ("kind", first.map_or_else(String::new, |row| row.plan.kind.clone())),
        ("what", whats.join("、")),
    ];
    said.into_iter().filter(|(_, value)| !value.is_empty()).map(|(field, value)| (field.to_owned(), value)).collect()
}

/// The patients of numbers as typed: check digits are looked at, each patient is in the copy. What is wrong is told of all of them.
fn patients(reader: &Reader, typed: &[String]) -> Result<Vec<PatientId>, Problem> {
    let (mut ids, mut known, mut bad) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (line, number) in (1..).zip(typed) {
        match patient(reader, number)? {
            Some(id) if known.insert(id.clone()) => ids.push(id),
            Some(_) => {}
            None => bad.push(format!("{line}行目 {}", crate::text::one_line(number, 40))),
        }
    }
    if bad.is_empty() {
        return Ok(ids);
    }
    let (count, shown) = (bad.len(), bad.into_iter().take(NAMED_MAX).collect::<Vec<_>>().join("、"));
    Err(wrong(
        &format!(
            "照合番号が合わない、コピーにない、またはゼロを除くと二人に当てはまる番号が{count}件あります: {shown}。番号を直してください。まだ何も作っていません。"
        ),
        &format!(
            "{count} numbers are wrong by their check digits, not in this copy, or fit two patients but for zeros: {shown}. Put them right; nothing was made."
        ),
    ))
}

/// One patient by a number as typed: zeros at its beginning are lost in spreadsheets and do not count, a check digit of the site is taken off.
fn patient(reader: &Reader, typed: &str) -> Result<Option<PatientId>, Problem> {
    let scheme = chart::check_digit::Scheme::named(&reader.check_digit()?);
    let Ok(plain) = crate::temporary::plain(reader, typed) else { return Ok(None) };
    let id = crate::temporary::meant(reader, &plain)?;
    let alike = reader.find(&store::Find { id: Some(chart::fold_id(&plain)), ..Default::default() }, 2)?.hits;
    // A spreadsheet takes zeros away: the number as it stands may then be another patient's.
    if alike.len() > 1 && plain == typed.trim() {
        return Ok(None);
    }
    if reader.person(&id)?.is_some() || crate::temporary::is_issued(reader, &id)? {
        return Ok(Some(id));
    }
    let of_scheme = scheme.map_or_else(Vec::new, |scheme| scheme.numbers(&plain));
    for id in std::iter::once(chart::fold_id(&plain)).chain(of_scheme.into_iter().map(|(_, number)| number)) {
        let mut hits = reader.find(&store::Find { id: Some(id), ..Default::default() }, 2)?.hits;
        if let (Some(only), true) = (hits.pop(), hits.is_empty()) {
            return Ok(Some(only.id));
        }
    }
    Ok(None)
}
