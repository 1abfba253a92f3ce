//! 前回の印刷から変わったこと: of each patient of a ward what came since the summary that was printed last, who is new, who left; so that a nurse
//! knows which sheets in the box are to be printed again.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chart::{Moment, PatientId, natural};
use store::{Cut, Reader};

use super::runs::Previous;
use crate::event::Scope;
use crate::finding::shown::{Person, is_kept_back};
use crate::home::Problem;
use crate::record::news::{News, since};
use crate::stays::census;
use crate::text::Words;
use crate::web::{Frame, Site, Visit, answer, encoded};

/// Beds of a ward that are shown: several times those of any.
const BEDS_SHOWN: usize = 200;

/// One patient and what is new.
struct Row {
    place: String,
    person: Person,
    hidden: bool,
    /// When the last summary was printed; empty for never.
    printed: String,
    news: Vec<String>,
}

#[derive(Template)]
#[template(path = "sheets/changes.html")]
struct ChangesPage {
    frame: Frame,
    code: String,
    ward: String,
    home: String,
    rows: Vec<Row>,
    /// Patients whose last summary says all that there is to say.
    unchanged: usize,
    /// Who was printed for this ward and is not here.
    left: Vec<(Person, bool, String)>,
    more: bool,
}

/// `GET /wards/{ward}/changes`
pub async fn page(State(site): State<Site>, visit: Visit, Path(address): Path<String>) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let ward = if address == "-" { String::new() } else { address };
    let made = site.read(move |reader| made(&own, &asked, reader, ward));
    answer(&site, &visit, made.await)
}

/// What was printed for a ward, by whichever way, oldest first.
fn previous(reader: &Reader, scope: &Scope) -> Result<Previous, Problem> {
    let mut all = super::runs(reader, scope, true)?;
    all.extend(super::runs(reader, scope, false)?);
    all.sort_by_key(|(at, _)| *at);
    Ok(Previous::of(all.into_iter()))
}

fn made(site: &Site, visit: &Visit, reader: &Reader, ward: String) -> Result<ChangesPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let previous = previous(reader, &Scope::Ward(ward.clone()))?;
    let (mut lying, more) = census::of_ward(reader, Some(&ward), BEDS_SHOWN)?;
    lying.sort_by_cached_key(|one| {
        (natural(&one.inpatient.place.room), natural(&one.inpatient.place.bed), one.id.clone())
    });
    let quiet = previous.quiet(reader, lying.iter().map(|one| &one.id), now)?;
    let flags = reader.once(crate::confidential::Flags::all)?;
    let mut rows = Vec::new();
    for one in lying.iter().filter(|one| !quiet.contains(&one.id)) {
        let place = &one.inpatient.place;
        let last = previous.summary(&one.id);
        let news = match last.and_then(|last| Cut::read(&last.cut)) {
            Some(cut) => since(reader, &one.id, &cut)?,
            None => Vec::new(),
        };
        let news: Vec<String> = news.iter().map(|news| words(t, news)).collect();
        rows.push(Row {
            place: [place.room.as_str(), &place.bed].join("-").trim_matches('-').to_owned(),
            person: person(reader, &one.id, t, now)?,
            hidden: is_kept_back(&flags, &one.id),
            printed: last.map_or_else(String::new, |last| last.printed.to_string()),
            // Nothing came, and yet the sheet would differ: a drug ended, a day began.
            news: if news.is_empty() && last.is_some() { vec![t.text("changes-by-time")] } else { news },
        });
    }
    let here: BTreeSet<&PatientId> = lying.iter().map(|one| &one.id).collect();
    let mut left = Vec::new();
    for (id, last) in previous.summaries().filter(|(id, _)| !here.contains(id)) {
        left.push((person(reader, id, t, now)?, is_kept_back(&flags, id), last.printed.to_string()));
    }
    Ok(ChangesPage {
        frame: Frame::new(site, visit, reader)?,
        home: format!("/wards/{}", if ward.is_empty() { "-".to_owned() } else { encoded(&ward) }),
        code: ward.clone(),
        ward,
        rows,
        unchanged: quiet.len(),
        left,
        more,
    })
}

fn person(reader: &Reader, id: &PatientId, t: Words, now: Moment) -> Result<Person, Problem> {
    let mut hit = crate::finding::hit_of(reader, id)?;
    crate::names::tell(&mut hit, &crate::names::all(reader)?);
    Ok(Person::of(&hit, &*reader.once(crate::confidential::Flags::all)?, t, now))
}

fn words(t: Words, news: &News) -> String {
    match news {
        News::Messages { kind, count, last } => {
            format!("{} {}　{last}", chart::kind_name(kind), t.with("changes-messages", *count))
        }
        News::Ward { act, at, by } => format!("{} {}　{at} {by}", t.text("stay-outage"), t.word("stay-act", act)),
        News::Said { count, last } => format!("{}　{last}", t.with("changes-said", *count)),
    }
}
