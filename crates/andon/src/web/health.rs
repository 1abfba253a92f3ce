//! For monitors: `/healthz` (the program runs), `/readyz` (the store answers and no source is silent), `/metrics`.
//! Counts and ages only, never a patient; so no cookie is asked.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Site;
use crate::freshness::Bar;

/// The three addresses.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}

async fn ready(State(site): State<Site>) -> Response {
    let now = site.now();
    match site.read(move |reader| Bar::now(reader, now)).await {
        Ok(bar) if bar.red => (StatusCode::SERVICE_UNAVAILABLE, "stale\n").into_response(),
        Ok(_) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "store does not answer\n").into_response(),
    }
}

async fn metrics(State(site): State<Site>) -> Response {
    let now = site.now();
    let made = site.read(move |reader| {
        let ahead = reader.clock_ahead_minutes(now)?;
        Ok((reader.counts()?, reader.sources()?, Bar::now(reader, now)?, ahead))
    });
    let Ok((counts, sources, bar, ahead)) = made.await else {
        return (StatusCode::SERVICE_UNAVAILABLE, "store does not answer\n").into_response();
    };
    let mut text = String::new();
    for (name, help, value) in [
        ("andon_sightings_total", "Sightings held", counts.sightings),
        ("andon_contents_total", "Messages held", counts.contents),
        ("andon_patients", "Patients with a record", counts.patients),
        ("andon_events_total", "Events in the station's log", counts.events),
        ("andon_bytes_held", "Bytes of messages as received", counts.held_bytes),
        ("andon_bytes_on_disk", "Bytes of the store on disk", counts.disk_bytes),
        ("andon_undecoded", "Faults listed", bar.undecoded),
        ("andon_clock_ahead_minutes", "How far the station's log runs ahead of its clock", ahead.unsigned_abs()),
        ("andon_stale", "1 when the top bar is red", u64::from(bar.red)),
    ] {
        text += &format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
    }
    text += "# HELP andon_source_contact_age_seconds Since the last complete pass\n";
    text += "# TYPE andon_source_contact_age_seconds gauge\n";
    for source in sources {
        if let Some(contact) = source.last_contact {
            let age = (now.0 - contact.0) / 1000;
            text += &format!("andon_source_contact_age_seconds{{source=\"{}\"}} {age}\n", source.no);
        }
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
