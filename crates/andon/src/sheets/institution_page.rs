//! 病院の所在地と番号: what the forms of the law say of the hospital beside its name. For whoever keeps the accounts, at the station itself.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use paper::Institution;
use serde::Deserialize;
use store::Reader;

use crate::event::{InstitutionSaid, RunsEvent};
use crate::home::Problem;
use crate::printing::institution;
use crate::web::{Frame, Posted, Site, Visit, answer, refusal_in_words};
use crate::writing::Request;

/// The address of this page.
pub fn routes() -> Router<Site> {
    Router::new().route("/institution", get(page).post(set))
}

#[derive(Template)]
#[template(path = "sheets/institution.html")]
struct InstitutionPage {
    frame: Frame,
    own: Institution,
    /// When and by whom; empty where nobody said anything.
    said: String,
}

/// `GET /institution`
async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &asked, reader));
    answer(&site, &visit, made.await)
}

fn made(site: &Site, visit: &Visit, reader: &Reader) -> Result<InstitutionPage, Problem> {
    let (own, said) = institution::told(reader)?;
    Ok(InstitutionPage { own, said, frame: Frame::new(site, visit, reader)? })
}

/// What was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    address: String,
    phone: String,
    prefecture: String,
    table: String,
    code: String,
}

/// `POST /institution`
async fn set(State(site): State<Site>, visit: Visit, Posted(typed): Posted<Typed>) -> Response {
    let Typed { address, phone, prefecture, table, code } = typed;
    let said = match institution::read(InstitutionSaid { address, phone, prefecture, table, code }) {
        Ok(said) => said,
        Err(no) => return refusal_in_words(&site, &visit, &visit.words.word("institution-no", no)),
    };
    let (by, role) = visit.by();
    match site.write(Request::Runs { event: RunsEvent::Institution(said), by, role }).await {
        Ok(_) => Redirect::to("/institution").into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
