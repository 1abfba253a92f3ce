//! 検査結果一覧（累積）(P9E): the results of one patient in columns by day, of the copy and of the outage, printed anew instead of pasting strips.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chart::{Lang, Moment, PatientId};
use serde::Deserialize;
use store::Reader;

use super::bedside::{inpatient, whose};
use super::page::kept_back;
use super::pieces::Write;
use super::whereabouts::given;
use super::{Making, Printed, nobody, told};
use crate::event::Scope;
use crate::home::Problem;
use crate::text::Words;
use crate::web::{Posted, Site, Via, Visit};
use crate::writing::{Answer, Request};

/// Prints the sheet of a patient.
///
/// # Errors
/// Nothing is held of the patient; the store cannot be read, or the run cannot be written down.
pub fn print(
    reader: &Reader,
    id: &PatientId,
    (lang, who): (Lang, &(String, String)),
    now: Moment,
    write: Write<'_>,
) -> Result<Printed, Problem> {
    let scope = Scope::Patient { authority: id.authority.clone(), id: id.id.clone() };
    let Some(one) = whose(reader, &scope, Words::of(lang), now)? else { return Err(nobody(&scope)) };
    let (by, role) = who.clone();
    let Answer::Run { prefix, run } = write(&Request::TakeRun { scope: scope.clone(), by, role })? else {
        return Err(Problem::failed("no run number"));
    };
    let mut making = Making::begin(reader, lang, &who.0, now, prefix);
    let number = making.next_id();
    let made = making.pack.results(&inpatient(&one), &number);
    making.keep(made, number, Some(&one.id), String::new());
    let parts = vec![(scope, 0..making.sheets.len())];
    told(reader, making, run, parts, who, write)
}

/// `POST /sheets/results`
#[derive(Deserialize)]
pub struct Form {
    authority: String,
    id: String,
}

/// The sheet of a patient; of whoever is kept back the chart asks for a reason first.
pub async fn post(State(site): State<Site>, visit: Visit, via: Via, Posted(form): Posted<Form>) -> Response {
    let id = PatientId { authority: form.authority, id: form.id };
    if let Some(session) = visit.session.clone()
        && let Some(chart) = kept_back(&site, &session, &id).await
    {
        return Redirect::to(&chart).into_response();
    }
    let (own, write, lang, by) = (site.clone(), site.writer(), visit.words.lang, visit.by());
    let about = id.id.clone();
    let printed = site.read(move |reader| print(reader, &id, (lang, &by), own.now(), &|wish| write(wish))).await;
    given(&site, &visit, &via, about, printed)
}
