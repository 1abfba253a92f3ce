//! What was opened by a sealed card is looked into the next morning; until then every page is red.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::rules;
use crate::event::PeopleEvent;
use crate::staff::{self, Opened};
use crate::web::{Frame, Posted, Site, Via, Visit, answer, note};
use crate::writing::Request;

#[derive(Template)]
#[template(path = "people/openings.html")]
struct OpeningsPage {
    frame: Frame,
    openings: Vec<Opened>,
    no: String,
}

/// `GET /openings`
pub async fn page(State(site): State<Site>, visit: Visit) -> Response {
    openings_page(&site, &visit, String::new()).await
}

async fn openings_page(site: &Site, visit: &Visit, no: String) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let mut openings = staff::break_glass(reader)?.openings;
        // What is still to be looked into first, then the newest.
        openings.sort_by_key(|opened| (opened.review.is_some(), std::cmp::Reverse(opened.at.0)));
        Ok(OpeningsPage { frame: Frame::new(&own, &asked, reader)?, openings, no })
    });
    answer(site, visit, made.await)
}

/// What was found.
#[derive(Deserialize)]
pub struct Found {
    opening: String,
    #[serde(default)]
    words: String,
}

/// `POST /openings`
pub async fn review(State(site): State<Site>, visit: Visit, via: Via, Posted(found): Posted<Found>) -> Response {
    let words = rules::words(&found.words);
    if words.is_empty() {
        return openings_page(&site, &visit, visit.words.text("openings-words-needed")).await;
    }
    let Some(session) = visit.session.clone() else { return openings_page(&site, &visit, String::new()).await };
    let (by, role) = session.person.by();
    let event = PeopleEvent::Reviewed { opening: found.opening, words };
    let no = match site.write(Request::People { event, by, role }).await {
        Ok(_) => String::new(),
        Err(problem) => problem.words,
    };
    let status = if no.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    note(&site, &via, &session.person, "openings-reviewed", status.as_u16());
    openings_page(&site, &visit, no).await
}
