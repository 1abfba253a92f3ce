//! Printing by button: a ward's pack or a patient's sheet, given to the browser as PDF once it is written down.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::rules::Form;
use super::{Order, Printed};
use crate::event::Scope;
use crate::web::{Frame, Posted, Session, Site, Via, Visit, encoded, note_about, page, refusal, refusal_in_words};

/// The form of a print button.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    ward: String,
    #[serde(default)]
    authority: String,
    #[serde(default)]
    id: String,
    /// `1`: only patients of whom there is something new.
    #[serde(default)]
    changed: String,
    /// `1`: the rest is wanted although some sheets cannot be made.
    #[serde(default)]
    rest: String,
}

/// Some sheets could not be made, or not whole: which, and a button for what there is. A pack without a patient must not look
/// whole, nor one without a letter of a name.
#[derive(Template)]
#[template(path = "sheets/rest.html")]
struct RestPage {
    frame: Frame,
    failed: Vec<String>,
    flawed: Vec<String>,
    wanted: Wanted,
}

impl Wanted {
    fn scope(&self) -> Scope {
        match self.id.is_empty() {
            true => Scope::Ward(self.ward.clone()),
            false => Scope::Patient { authority: self.authority.clone(), id: self.id.clone() },
        }
    }

    fn about(&self) -> String {
        match self.scope() {
            Scope::Patient { authority, id } => format!("{authority}/{id}"),
            _ => format!("ward:{}", self.ward),
        }
    }
}

/// The address of the chart, which asks for a reason, where a patient is kept back and none was given yet.
pub(super) async fn kept_back(site: &Site, session: &Session, id: &chart::PatientId) -> Option<String> {
    if id.id.is_empty() || session.has_reason(id) {
        return None;
    }
    let (address, id) = (format!("/patients/{}/{}", encoded(&id.authority), encoded(&id.id)), id.clone());
    let flags = site.read(move |reader| crate::confidential::of_person(reader, &id)).await.ok()?;
    flags.iter().any(|flag| flag.asks_reason()).then_some(address)
}

/// `POST /print`: who prints what is on disk before the first byte is given out.
pub async fn print(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    headers: HeaderMap,
    Posted(wanted): Posted<Wanted>,
) -> Response {
    let Some(session) = visit.session.clone() else {
        return refusal(&site, &headers, StatusCode::FORBIDDEN, "refused-right");
    };
    let whose = chart::PatientId { authority: wanted.authority.clone(), id: wanted.id.clone() };
    if let Some(chart) = kept_back(&site, &session, &whose).await {
        return axum::response::Redirect::to(&chart).into_response();
    }
    let order = Order {
        scope: wanted.scope(),
        forms: Form::ALL.to_vec(),
        orders: false,
        changed_only: wanted.changed == "1",
        boxed: false,
        lang: visit.words.lang,
        by: session.person.by(),
    };
    let (own, write) = (site.clone(), site.writer());
    let printed = site.read(move |reader| super::print(reader, &order, own.now(), &|wish| write(wish))).await;
    let status = if printed.is_ok() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let detail = printed.as_ref().map_or_else(|_| String::new(), |printed| format!("run {}", printed.run));
    note_about(&site, &via, &session.person, ("print", wanted.about(), detail), status.as_u16());
    let auditor = site.auditor().clone();
    let written = tokio::task::spawn_blocking(move || auditor.flush()).await.unwrap_or(false);
    if !written {
        tracing::error!("a print could not be written down in the access audit");
    }
    match printed {
        Ok(printed) if !printed.is_whole() && !printed.sheets.is_empty() && wanted.rest != "1" => {
            let (own, asked) = (site.clone(), visit.clone());
            let framed = site.read(move |reader| Frame::new(&own, &asked, reader)).await;
            let frame = framed.unwrap_or_else(|_| Frame::bare(&site, &visit));
            let Printed { failed, flawed, .. } = printed;
            page(StatusCode::CONFLICT, &RestPage { frame, failed, flawed, wanted })
        }
        Ok(printed) => given(&site, &visit, printed),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

/// The document; or, when there is nothing to print or something could not be printed, words that say so.
fn given(site: &Site, visit: &Visit, printed: Printed) -> Response {
    if printed.sheets.is_empty() && printed.is_whole() {
        return refusal_in_words(site, visit, &visit.words.with("print-unchanged", printed.unchanged));
    }
    if printed.sheets.is_empty() {
        return refusal_in_words(site, visit, &[printed.failed, printed.flawed].concat().join("\n"));
    }
    pdf(printed)
}

/// The document under the number of its run.
pub(super) fn pdf(printed: Printed) -> Response {
    let name = format!("inline; filename=\"andon-{}.pdf\"", printed.run);
    let headers = [(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)];
    (headers, printed.pdf).into_response()
}
