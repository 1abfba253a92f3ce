//! 申し送り: one row a bed with what the last shifts handed over and room for the next; what is to be looked out for; and where a handover that
//! was written on paper is. Typed ones go with the ward's next pack and stand on each chart.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chart::{PatientId, natural};
use store::Reader;

use super::stay_page::wish;
use super::view::{View, address, bed_words};
use crate::finding::shown::{Coded, Person, coded, is_kept_back};
use crate::home::Problem;
use crate::stays::day::of_day;
use crate::stays::{SHIFTS, Stay, census, notes};
use crate::web::{Frame, Posted, Site, Visit, answer, encoded};
use crate::writing::Request;

/// What the form says.
type Typed = BTreeMap<String, String>;
/// Beds of a ward that are shown: several times those of any.
const BEDS_SHOWN: usize = 200;
/// Handovers of one patient on the list; all of them are on the patient's page.
const MEMOS_SHOWN: usize = 3;

/// Something handed over.
struct Memo {
    said: String,
    stand: String,
    doubtful: bool,
}

struct Row {
    place: String,
    address: String,
    authority: String,
    person: Person,
    /// Whose name stands on no list.
    hidden: bool,
    cautions: Vec<String>,
    memos: Vec<Memo>,
    more: usize,
}

#[derive(Template)]
#[template(path = "nursing/handover.html")]
struct HandoverPage {
    frame: Frame,
    ward: String,
    home: String,
    typed: Typed,
    no: String,
    rows: Vec<Row>,
    more: bool,
    shifts: Vec<Coded>,
    shift: &'static str,
    /// What moved on the ward today: what, when, who, from and to where.
    today: Vec<(String, String, String, String)>,
    /// How many of those here are on leave.
    away: usize,
    /// The ward's own memo, printed with its next pack.
    memo: String,
    memo_stand: String,
}

impl HandoverPage {
    fn typed_for(&self, row: &Row) -> &str {
        let is = |name: &str, value: &str| self.typed.get(name).is_some_and(|typed| typed == value);
        let mine = is("id", &row.person.id) && is("authority", &row.authority);
        self.typed.get("text").filter(|_| mine).map_or("", String::as_str)
    }
}

/// The shift of a moment: 日勤 from 8:30, 準夜 from 16:30, 深夜 from 0:30, as three shifts are worked in Japan; a person may choose another.
fn shift_at(now: chart::Moment) -> &'static str {
    let civil = now.civil();
    match civil.hour * 60 + civil.minute {
        510..990 => "day",
        990.. | 0..30 => "evening",
        _ => "night",
    }
}

/// `GET /wards/{ward}/handover`
pub async fn page(State(site): State<Site>, visit: Visit, Path(ward): Path<String>) -> Response {
    show(&site, &visit, ward, Typed::new(), String::new()).await
}

async fn show(site: &Site, visit: &Visit, ward: String, typed: Typed, no: String) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, (&ward, typed), no));
    answer(site, visit, made.await)
}

fn made(
    site: &Site,
    visit: &Visit,
    reader: &Reader,
    (address, typed): (&str, Typed),
    no: String,
) -> Result<HandoverPage, Problem> {
    let ward = if address == "-" { String::new() } else { address.to_owned() };
    let (t, now) = (visit.words, site.now());
    let view = View::new(reader, t, now)?;
    let flags = reader.once(crate::confidential::Flags::all)?;
    let all = notes(reader)?;
    let (mut lying, more) = census::of_ward(reader, Some(&ward), BEDS_SHOWN)?;
    lying.sort_by_cached_key(|one| {
        (natural(&one.inpatient.place.room), natural(&one.inpatient.place.bed), one.id.clone())
    });
    let mut rows = Vec::new();
    for one in &lying {
        let hidden = is_kept_back(&flags, &one.id);
        rows.push(Row { place: bed_words(&one.inpatient.place), hidden, ..row(reader, &view, &one.id, &all)? });
    }
    let memo = crate::printing::memo(reader, &ward)?;
    let mut today = Vec::new();
    for one in of_day(reader, &ward, now)? {
        let hidden = is_kept_back(&flags, &one.patient);
        let name = if hidden { t.text("flag-mark") } else { view.person(reader, &one.patient)?.name };
        let way = [one.from.as_str(), &one.to].into_iter().filter(|place| !place.is_empty());
        let way = way.collect::<Vec<_>>().join(" → ");
        today.push((one.at.to_string(), t.word("handover-move", one.kind), format!("{name} {}", one.id), way));
    }
    let away = lying.iter().filter(|one| one.inpatient.on_leave).count();
    Ok(HandoverPage {
        frame: Frame::new(site, visit, reader)?,
        home: format!("/wards/{}", if ward.is_empty() { "-".to_owned() } else { encoded(&ward) }),
        today,
        away,
        memo_stand: memo.as_ref().map_or_else(String::new, |memo| format!("{} {}", memo.at, memo.by)),
        memo: memo.map_or_else(String::new, |memo| memo.text),
        ward,
        typed,
        no,
        rows,
        more,
        shifts: coded(SHIFTS, |code| t.word("stay-shift", code)),
        shift: shift_at(now),
    })
}

fn row(reader: &Reader, view: &View, id: &PatientId, all: &[std::sync::Arc<Stay>]) -> Result<Row, Problem> {
    let own: Vec<&Stay> = all.iter().filter(|one| one.patient() == *id && one.holds()).map(AsRef::as_ref).collect();
    let cautions = own.iter().filter(|one| one.sort() == "caution").map(|one| view.noted(one)).collect();
    let memos: Vec<&&Stay> = own.iter().filter(|one| one.sort() == "memo").collect();
    let memo = |one: &&&Stay| Memo {
        said: view.noted(one),
        stand: one.standing().next_back().map_or_else(String::new, |past| view.stand(past)),
        doubtful: one.is_doubtful(),
    };
    Ok(Row {
        place: String::new(),
        address: address(id),
        authority: id.authority.clone(),
        person: view.person(reader, id)?,
        hidden: false,
        cautions,
        more: memos.len().saturating_sub(MEMOS_SHOWN),
        memos: memos.iter().rev().take(MEMOS_SHOWN).map(memo).collect(),
    })
}

/// `POST /wards/{ward}/handover`: what is handed over of one patient. What was typed is not lost where it cannot be so.
pub async fn say(
    State(site): State<Site>,
    visit: Visit,
    Path(ward): Path<String>,
    Posted(typed): Posted<Typed>,
) -> Response {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let id = PatientId { authority: of("authority"), id: of("id") };
    let said = typed.iter().map(|(name, value)| (name.clone(), value.clone()));
    let said: Typed = said.chain([("act".to_owned(), "memo".to_owned())]).collect();
    let (by, role) = visit.by();
    let done = match wish(&said, &id, site.now()) {
        Ok(wish) => site.write(Request::Ward { wish, by, role }).await.map(drop),
        Err(problem) => Err(problem),
    };
    let home = format!("/wards/{}/handover", if ward == "-" { ward.clone() } else { encoded(&ward) });
    match done {
        Ok(()) => Redirect::to(&home).into_response(),
        Err(problem) => show(&site, &visit, ward, typed, problem.words).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shift_that_works_now() {
        for (at, want) in [
            ("202111010829", "night"),
            ("202111010830", "day"),
            ("202111011629", "day"),
            ("202111011630", "evening"),
            ("202111010029", "evening"),
            ("202111010030", "night"),
        ] {
            assert_eq!(shift_at(chart::When::parse(at).unwrap().start), want, "{at}");
        }
    }
}
