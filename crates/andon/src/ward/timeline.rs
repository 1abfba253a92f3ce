//! The page 経過: what happened to a patient, newest first, by day; a filter by kind in plain links, and pages of a limited length.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chart::{Moment, PatientId};
use serde::Deserialize;
use store::Reader;

use super::page::address;
use super::view::timeline::{Entry, KINDS, entries};
use super::view::{Heading, Row};
use crate::home::Problem;
use crate::text::Words;
use crate::web::{Frame, Site, Visit, answer, refusal};

/// Entries on one page: a screenful or ten, quick to load and to print; the rest is one link further.
pub(super) const ENTRIES_SHOWN: usize = 100;

/// `/patients/…/timeline?kind=…&from=…&at=…`
#[derive(Deserialize)]
pub struct Asked {
    kind: Option<String>,
    from: Option<usize>,
    at: Option<String>,
}

#[derive(Template)]
#[template(path = "ward/timeline.html")]
struct TimelinePage {
    frame: Frame,
    view: Heading,
    same_name: u64,
    /// Address of the chart.
    chart: String,
    choices: Vec<Choice>,
    days: Vec<Day>,
    /// Which entries of how many are shown.
    shown: String,
    /// How many entries the filter hides.
    hidden: usize,
    /// Address of the entries before these, and its words; empty where there are none.
    next: String,
    more: String,
}

/// One link of the filter.
struct Choice {
    address: String,
    title: String,
    count: usize,
    chosen: bool,
}

/// One day with its entries, each with the words of its kind.
pub(super) struct Day {
    pub title: String,
    pub ahead: bool,
    pub entries: Vec<(String, Row)>,
}

/// `GET /patients/{authority}/{id}/timeline`.
pub async fn timeline(
    State(site): State<Site>,
    visit: Visit,
    Path((authority, id)): Path<(String, String)>,
    Query(query): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let patient = PatientId { authority, id };
    let made = site.read(move |reader| page(&own, &asked, reader, &patient, &query));
    match made.await.transpose() {
        None => refusal(&site, &headers, StatusCode::NOT_FOUND, "refused-patient"),
        Some(made) => answer(&site, &visit, made),
    }
}

fn page(
    site: &Site,
    visit: &Visit,
    reader: &Reader,
    patient: &PatientId,
    query: &Asked,
) -> Result<Option<TimelinePage>, Problem> {
    let t = visit.words;
    let moment = query.at.as_deref().and_then(super::rules::read_moment);
    let Some(chart) = super::chart(reader, patient, moment, site.now())? else { return Ok(None) };
    let all = entries(&chart, t);
    let total = all.len();
    // An unknown kind shows everything: a filter must not hide by a slip.
    let kind = KINDS.into_iter().find(|kind| query.kind.as_deref() == Some(kind));
    let link = |kind: Option<&str>, from: usize| link(patient, moment.and(query.at.as_deref()), kind, from);
    let choices = choices(&all, kind, t, |kind| link(kind, 0));
    let mine: Vec<Entry> = all.into_iter().filter(|entry| kind.is_none_or(|kind| entry.kind == kind)).collect();
    let (count, from) = (mine.len(), query.from.unwrap_or(0).min(mine.len()));
    let page: Vec<Entry> = mine.into_iter().skip(from).take(ENTRIES_SHOWN).collect();
    let until = from + page.len();
    let left = count - until;
    let first = if page.is_empty() { from } else { from + 1 };
    Ok(Some(TimelinePage {
        frame: Frame::new(site, visit, reader)?,
        same_name: reader.same_name_count(&chart::fold_name(&chart.patient.name))?,
        chart: at(address(patient), moment.and(query.at.as_deref())),
        choices,
        shown: format!("{} {}", t.with("timeline-count", count), t.with("timeline-shown", format!("{first}–{until}"))),
        hidden: total - count,
        next: if left == 0 { String::new() } else { link(kind, until) },
        more: t.with("timeline-more", left),
        days: days(page, chart.as_of.moment, t),
        view: Heading::of(&chart, t),
    }))
}

/// An address of this page. `at` was read as a moment before, yet is a visitor's text: it is encoded.
fn link(patient: &PatientId, moment: Option<&str>, kind: Option<&str>, from: usize) -> String {
    let mut query = Vec::new();
    query.extend(kind.map(|kind| format!("kind={kind}")));
    query.extend((from > 0).then(|| format!("from={from}")));
    query.extend(moment.map(|moment| format!("at={}", crate::web::encoded(moment))));
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}/timeline{mark}{}", address(patient), query.join("&"))
}

/// An address for the moment asked for.
pub fn at(address: String, moment: Option<&str>) -> String {
    moment.map_or_else(|| address.clone(), |moment| format!("{address}?at={}", crate::web::encoded(moment)))
}

/// The links of the filter: all, then each kind that has entries.
fn choices(all: &[Entry], chosen: Option<&str>, t: Words, link: impl Fn(Option<&str>) -> String) -> Vec<Choice> {
    let every =
        Choice { address: link(None), title: t.text("timeline-all"), count: all.len(), chosen: chosen.is_none() };
    let kinds = KINDS.into_iter().map(|kind| Choice {
        address: link(Some(kind)),
        title: t.word("entry", kind),
        count: all.iter().filter(|entry| entry.kind == kind).count(),
        chosen: chosen == Some(kind),
    });
    std::iter::once(every).chain(kinds.filter(|choice| choice.count > 0 || choice.chosen)).collect()
}

/// Entries by the day they belong to; the order stays.
pub(super) fn days(entries: Vec<Entry>, moment: Moment, t: Words) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for entry in entries {
        let title = entry.at.day().to_string();
        let told = (t.word("entry", entry.kind), entry.row);
        match days.last_mut().filter(|day| day.title == title) {
            Some(day) => day.entries.push(told),
            None => days.push(Day { title, ahead: entry.at > moment, entries: vec![told] }),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(day: &str, kind: &'static str) -> Entry {
        Entry { at: chart::When::parse(day).unwrap().start, kind, row: Row::default() }
    }

    #[test]
    fn entries_stand_by_day_in_their_order_and_what_lies_ahead_says_so() {
        let now = chart::When::parse("202110310030").unwrap().start;
        let all = vec![entry("20211105", "labs"), entry("202110301200", "moves"), entry("202110300900", "labs")];
        let days = days(all, now, Words::of(chart::Lang::Ja));
        let told: Vec<_> = days.iter().map(|day| (day.title.as_str(), day.ahead, day.entries.len())).collect();
        assert_eq!(told, [("2021-11-05", true, 1), ("2021-10-30", false, 2)]);
    }

    #[test]
    fn the_filter_counts_each_kind_and_an_address_keeps_the_moment() {
        let all = [entry("20211030", "moves"), entry("20211030", "labs"), entry("20211029", "labs")];
        let choices = choices(&all, Some("labs"), Words::of(chart::Lang::Ja), |kind| kind.unwrap_or("all").into());
        let told: Vec<_> = choices.iter().map(|c| (c.address.as_str(), c.count, c.chosen)).collect();
        assert_eq!(told, [("all", 3, false), ("moves", 1, false), ("labs", 2, true)]);
        let patient = PatientId { authority: "a".into(), id: "1".into() };
        assert_eq!(link(&patient, None, None, 0), "/patients/a/1/timeline");
        assert_eq!(
            link(&patient, Some("2021-10-31&x"), Some("labs"), 100),
            "/patients/a/1/timeline?kind=labs&from=100&at=2021-10-31%26x"
        );
    }
}
