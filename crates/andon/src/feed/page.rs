//! データ時点 (freshness) and 解読できないデータ (undecoded): the two pages that say how far the copy can be trusted.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::Response;
use axum::routing::get;
use chart::{Moment, age_words};
use serde::Deserialize;
use store::{Reader, Source};

use crate::freshness::{FaultCount, Freshness, kind_name};
use crate::home::Problem;
use crate::text::{self, Words};
use crate::web::{Frame, Site, Visit, answer};

/// Faults shown on one page.
const FAULTS_SHOWN: usize = 200;

/// The addresses of this slice.
pub fn routes() -> Router<Site> {
    Router::new().route("/freshness", get(freshness)).route("/undecoded", get(undecoded)).merge(super::gate::routes())
}

#[derive(Template)]
#[template(path = "feed/freshness.html")]
struct FreshnessPage {
    frame: Frame,
    freshness: Freshness,
    /// It stands on a screen that somebody passes: it comes again by itself, and sounds while something is wrong.
    watch: bool,
}

impl FreshnessPage {
    /// Something is held back, or missed.
    fn gate_speaks(&self) -> bool {
        self.frame.bar.as_ref().is_some_and(|bar| !bar.holds.is_empty())
    }

    fn kind(&self, code: &str) -> String {
        kind_name(code, self.frame.t)
    }

    fn age(&self, minutes: &i64) -> String {
        age_words(*minutes, self.frame.t.lang)
    }

    fn time(&self, moment: &Option<Moment>) -> String {
        moment.map_or_else(|| "—".to_owned(), |moment| moment.to_string())
    }
}

/// `/freshness?watch=1`
#[derive(Deserialize)]
struct Watch {
    watch: Option<String>,
}

/// A watched page comes again so often, seconds.
const WATCH_SECONDS: u16 = 60;

async fn freshness(State(site): State<Site>, visit: Visit, Query(Watch { watch }): Query<Watch>) -> Response {
    let (own, asked, watch) = (site.clone(), visit.clone(), watch.is_some());
    let made = site.read(move |reader| {
        let frame = Frame::new(&own, &asked, reader)?;
        Ok(FreshnessPage { frame, freshness: Freshness::now(reader, own.now())?, watch })
    });
    let mut response = answer(&site, &visit, made.await);
    if watch {
        response.headers_mut().insert(header::REFRESH, WATCH_SECONDS.into());
    }
    response
}

/// `/undecoded?before=…`
#[derive(Deserialize)]
struct Before {
    before: Option<u64>,
}

#[derive(Template)]
#[template(path = "feed/undecoded.html")]
struct UndecodedPage {
    frame: Frame,
    counts: Vec<FaultCount>,
    rows: Vec<FaultRow>,
    older: Option<u64>,
}

impl UndecodedPage {
    fn reason(&self, code: &str) -> String {
        text::fault(code, self.frame.t)
    }
}

/// One fault in words.
struct FaultRow {
    source: String,
    path: String,
    what: String,
    at: String,
    text: String,
    content: String,
    received: String,
    bytes: String,
}

async fn undecoded(State(site): State<Site>, visit: Visit, Query(before): Query<Before>) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let faults = reader.faults(before.before, FAULTS_SHOWN)?;
        let older = (faults.len() == FAULTS_SHOWN).then(|| faults.last().map(|fault| fault.no)).flatten();
        let sources = reader.sources()?;
        let rows = faults.into_iter().map(|fault| fault_row(reader, &sources, fault, asked.words));
        let rows = rows.collect::<Result<_, Problem>>()?;
        let counts = Freshness::now(reader, own.now())?.faults;
        Ok(UndecodedPage { frame: Frame::new(&own, &asked, reader)?, counts, rows, older })
    });
    answer(&site, &visit, made.await)
}

/// Bytes of a doubtful message shown beside its fault.
const BYTES_SHOWN: usize = 512;

fn fault_row(reader: &Reader, sources: &[Source], fault: store::StoredFault, t: Words) -> Result<FaultRow, Problem> {
    let bytes = reader.content(&fault.content)?.unwrap_or_default();
    let shown = bytes.get(..BYTES_SHOWN).unwrap_or(&bytes);
    let source = sources.iter().find(|source| source.no == fault.source).map_or_else(String::new, |s| s.name.clone());
    Ok(FaultRow {
        source,
        path: String::from_utf8_lossy(&fault.path).into_owned(),
        what: text::fault(&fault.row.code, t),
        at: fault.row.at,
        text: fault.row.text,
        content: fault.content.to_string(),
        received: fault.received.to_string(),
        bytes: shown.escape_ascii().to_string(),
    })
}
