//! The pages of the ward: load, decide, render.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use chart::{Moment, PatientId};
use serde::Deserialize;
use store::Reader;

use super::drawn::{Asked, DrawnChart, DrawnCharts, html};
use super::rules::Hit;
use crate::home::Problem;
use crate::text::Words;
use crate::web::{Frame, Site, Visit, answer, answered, encoded, refusal};

/// Hits shown on one page; more means that the words should say more.
const HITS_SHOWN: usize = 50;
/// Characters of a search line that are read; the rest is a paste.
const TYPED_MAX: usize = 200;

/// `/?q=…`
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "ward/search.html")]
struct SearchPage {
    frame: Frame,
    typed: String,
    hits: Vec<HitRow>,
    /// More match, or may match: only the first are shown.
    more: bool,
    /// What to say of a number that nobody has; empty for none.
    missing: String,
    /// What to say of check digits beside it.
    check: String,
}

/// A hit in words.
struct HitRow {
    address: String,
    id: String,
    name: String,
    kana: String,
    birth: String,
    age: String,
    sex: String,
    former: String,
    /// Names that only a desk knows.
    learned: String,
    temporary: bool,
    same_name: bool,
    /// Another of these hits has this name and this birth date.
    same_birth: bool,
    /// What is kept back, in words.
    flags: String,
    same_reading: bool,
    place: String,
}

impl HitRow {
    fn of(hit: Hit, t: Words, now: Moment) -> HitRow {
        let id = PatientId { authority: hit.authority, id: hit.id };
        HitRow {
            address: address(&id),
            id: id.id,
            name: if hit.name.is_empty() && hit.temporary { t.text("temporary-name") } else { hit.name },
            kana: hit.kana,
            birth: hit
                .birth_date
                .map_or_else(|| t.text("not-recorded-short"), |birth| super::rules::both_calendars(&birth)),
            age: hit
                .birth_date
                .and_then(|birth| chart::age_at(&birth, now))
                .map_or_else(String::new, |age| super::rules::age_words(&age, t.lang)),
            sex: t.word("sex", super::rules::sex_code(hit.sex)),
            former: hit.former_names.join("・"),
            learned: hit.learned_names.join("・"),
            temporary: hit.temporary,
            same_name: hit.same_name > 1,
            same_birth: hit.same_birth,
            flags: hit.flags.iter().map(|flag| t.word("flag", flag.code())).collect::<Vec<_>>().join("・"),
            same_reading: hit.same_reading,
            place: hit.place.map_or_else(String::new, |place| {
                format!("{} {} {}", t.text("in-hospital"), place.ward, bed_words(&place.room, &place.bed))
            }),
        }
    }
}

/// The address of a chart: both parts percent-encoded, since a number may hold anything.
pub fn address(id: &PatientId) -> String {
    format!("/patients/{}/{}", encoded(&id.authority), encoded(&id.id))
}

/// Room and bed as people say them: `301-2`.
pub fn bed_words(room: &str, bed: &str) -> String {
    if bed.is_empty() || room.is_empty() { format!("{room}{bed}") } else { format!("{room}-{bed}") }
}

/// `GET /`: the one search box and its hits.
pub async fn search(State(site): State<Site>, visit: Visit, Query(typed): Query<Typed>) -> Response {
    let typed: String = typed.q.trim().chars().take(TYPED_MAX).collect();
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let found = crate::finding::search(reader, &typed, HITS_SHOWN)?;
        let (now, t, more) = (own.now(), asked.words, found.more);
        let missing = found.missing_number.map_or_else(String::new, |number| t.with("number-none", number));
        let check = match missing.is_empty() || found.check_digit.is_empty() {
            true => String::new(),
            false => t.with("number-check", found.check_digit),
        };
        let hits = found.hits.into_iter().map(|hit| HitRow::of(hit, asked.words, now)).collect();
        Ok(SearchPage { frame: Frame::new(&own, &asked, reader)?, typed, hits, more, missing, check })
    });
    answer(&site, &visit, made.await)
}

/// `/patients/…?at=…`
#[derive(Deserialize)]
pub struct At {
    at: Option<String>,
    /// The section that is shown whole.
    #[serde(default)]
    all: String,
}

#[derive(Template)]
#[template(path = "ward/chart.html")]
struct ChartPage {
    frame: Frame,
    id: PatientId,
    view: Arc<DrawnChart>,
    /// How many patients of the copy bear this name.
    same_name: u64,
    /// Messages filed under other numbers whose PID-3 names this one, in words.
    doubts: Vec<String>,
    /// How many entries of this patient are held back.
    held: u64,
}

/// `GET /patients/{authority}/{id}`: the downtime chart.
pub async fn chart(
    State(site): State<Site>,
    visit: Visit,
    Path((authority, id)): Path<(String, String)>,
    Query(at): Query<At>,
    Extension(drawn): Extension<DrawnCharts>,
    headers: HeaderMap,
) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let patient = PatientId { authority, id };
    let made = site.read(move |reader| chart_page(&own, &drawn, &asked, reader, &patient, &at));
    match made.await.transpose() {
        None => refusal(&site, &headers, StatusCode::NOT_FOUND, "refused-patient"),
        Some(made) => answered(&site, &visit, made.map(|html| Html(html).into_response())),
    }
}

fn chart_page(
    site: &Site,
    drawn: &DrawnCharts,
    visit: &Visit,
    reader: &Reader,
    patient: &PatientId,
    at: &At,
) -> Result<Option<Vec<u8>>, Problem> {
    let t = visit.words;
    let now = site.now();
    let moment = at.at.as_deref().and_then(super::rules::read_moment);
    let asked = Asked { lang: t.lang, patient: patient.clone(), at: moment.and(at.at.clone()), all: at.all.clone() };
    let state = (reader.once(crate::record::state)?, Moment(0).minutes_until(now));
    let Some(view) = drawn.or_draw(state, asked, |asked| DrawnChart::draw(reader, asked, moment, now, t))? else {
        return Ok(None);
    };
    let doubts = super::doubts(reader, patient)?.iter().map(|doubt| doubt.words(t)).collect();
    let numbers = crate::record::numbers(reader, patient)?;
    let page = ChartPage {
        id: patient.clone(),
        held: crate::hold::held_back(reader, &numbers)?,
        frame: Frame::new(site, visit, reader)?,
        same_name: reader.same_name_count(&chart::fold_name(&view.who.name))?,
        doubts,
        view,
    };
    Ok(Some(page.view.within(&html(&page)?)?))
}
