//! 保留された記録: what came of a patient after the last trusted position of a source, shown beside the chart and never merged
//! with it. Hiding a true new allergy is its own harm (design §4): so it is one click away, and read as far as it can be read.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chart::{AsOf, Chart, PatientId};
use formats::ssmix2::FilePath;
use store::{Reader, Sighting, SightingAct};

use super::page::address;
use super::view::{ChartView, Heading};
use crate::freshness::kind_name;
use crate::home::Problem;
use crate::text::Words;
use crate::web::{Frame, Site, Visit, answer, refusal};

/// Entries listed; all of them are counted, and all are in the sections above.
const ENTRIES_SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "ward/held.html")]
struct HeldPage {
    frame: Frame,
    /// Who it is, by what is trusted.
    heading: Heading,
    same_name: u64,
    /// Address of the chart.
    chart: String,
    /// What the entries say, alone.
    held: ChartView,
    count: usize,
    entries: Vec<EntryRow>,
}

/// One entry in words.
struct EntryRow {
    received: String,
    source: String,
    kind: String,
    act: String,
    path: String,
}

/// `GET /patients/{authority}/{id}/held`
pub async fn page(
    State(site): State<Site>,
    visit: Visit,
    Path((authority, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| held_page(&own, &asked, reader, &PatientId { authority, id }));
    match made.await.transpose() {
        None => refusal(&site, &headers, StatusCode::NOT_FOUND, "refused-patient"),
        Some(made) => answer(&site, &visit, made),
    }
}

fn held_page(site: &Site, visit: &Visit, reader: &Reader, patient: &PatientId) -> Result<Option<HeldPage>, Problem> {
    let (t, now) = (visit.words, site.now());
    let Some(chart) = super::chart(reader, patient, None, now)? else { return Ok(None) };
    let (record, entries) = crate::record::held(reader, patient)?;
    let alone = Chart::at(&record, &AsOf::live(now));
    let own = address(patient);
    let sources = reader.once(Reader::sources)?;
    let name = |no: u32| store::source_name(&sources, no);
    let row = |entry: &Sighting| EntryRow {
        received: entry.received.to_string(),
        source: name(entry.source),
        kind: kind_name(&crate::record::kind(&FilePath::parse(&entry.path)), t),
        act: t.word("held-act", act(entry)),
        path: String::from_utf8_lossy(&entry.path).into_owned(),
    };
    Ok(Some(HeldPage {
        same_name: reader.same_name_count(&chart::fold_name(&chart.patient.name))?,
        heading: Heading::of(&chart, t),
        held: ChartView::of(&alone, t),
        count: entries.len(),
        // The newest first.
        entries: entries.iter().rev().take(ENTRIES_SHOWN).map(row).collect(),
        frame: Frame::new(site, visit, reader)?,
        chart: own,
    }))
}

fn act(entry: &Sighting) -> &'static str {
    match entry.act {
        SightingAct::Seen => "seen",
        SightingAct::Renamed { .. } => "renamed",
        SightingAct::Gone => "gone",
        SightingAct::Withheld { .. } => "withheld",
    }
}

impl HeldPage {
    fn words(&self) -> Words {
        self.frame.t
    }
}
