//! 端末: received up to №, №–№ missing, age, for every station; where it listens, when it was last spoken to, and since when it is not
//! reached.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::heads::{Head, heads, spans};
use crate::web::{Frame, Site, Visit, answer};

#[derive(Template)]
#[template(path = "stations/stations.html")]
struct StationsPage {
    frame: Frame,
    heads: Vec<Head>,
}

impl StationsPage {
    fn spans(&self, missing: &[(u64, u64)]) -> String {
        spans(missing)
    }

    fn numbers(&self, numbers: &[u64]) -> String {
        numbers.iter().map(|no| format!("№{no}")).collect::<Vec<_>>().join(" ")
    }

    fn moment(&self, millis: &i64) -> String {
        chart::Moment(*millis).to_string()
    }
}

/// `GET /stations`
pub async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        Ok(StationsPage { frame: Frame::new(&own, &asked, reader)?, heads: heads(reader, own.now())? })
    });
    answer(&site, &visit, made.await)
}
