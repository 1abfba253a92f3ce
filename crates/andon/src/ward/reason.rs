//! 秘匿 at the chart's door: a patient who is kept back opens for a reason, which is written down; and where flags are set.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use chart::PatientId;
use serde::Deserialize;

use super::page::address;
use crate::confidential;
use crate::event::{Flag, FlagEvent};
use crate::home::Problem;
use crate::text::one_line;
use crate::web::{Frame, Posted, Site, Via, Visit, answer, note_about, own_path};
use crate::writing;

/// Characters of a reason.
const REASON_MAX: usize = 200;

#[derive(Template)]
#[template(path = "ward/reason.html")]
struct ReasonPage {
    frame: Frame,
    id: PatientId,
    /// The flags, in words.
    flags: String,
    next: String,
}

#[derive(Template)]
#[template(path = "ward/flags.html")]
struct FlagsPage {
    frame: Frame,
    id: PatientId,
    /// Each flag: code, words, set or not.
    flags: Vec<(&'static str, String, bool)>,
    chart: String,
    no: String,
}

/// Lets a request for a patient through, or asks why first.
pub async fn needed(State(site): State<Site>, params: RawPathParams, request: Request, next: Next) -> Response {
    let of = |name: &str| params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
    let (Some(authority), Some(id)) = (of("authority"), of("id")) else { return next.run(request).await };
    let id = PatientId { authority, id };
    let session = request.extensions().get::<std::sync::Arc<crate::web::Session>>().cloned();
    if session.is_some_and(|session| session.has_reason(&id)) {
        return next.run(request).await;
    }
    let asked = id.clone();
    match site.read(move |reader| confidential::of_person(reader, &asked)).await {
        Ok(flags) if flags.iter().any(|flag| flag.asks_reason()) => {
            let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
            Redirect::to(&confidential::reason_address(&id, here)).into_response()
        }
        // A store that does not answer says so on the page itself.
        _ => next.run(request).await,
    }
}

/// Where to go on to.
#[derive(Deserialize)]
pub struct Onward {
    #[serde(default)]
    next: String,
}

/// `GET /patients/{authority}/{id}/reason`
pub async fn ask(
    State(site): State<Site>,
    visit: Visit,
    Path((authority, id)): Path<(String, String)>,
    axum::extract::Query(onward): axum::extract::Query<Onward>,
) -> Response {
    let id = PatientId { authority, id };
    let next = if own_path(&onward.next) == "/" { address(&id) } else { onward.next };
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let flags = confidential::of_person(reader, &id)?;
        let flags = flags.iter().map(|flag| asked.words.word("flag", flag.code())).collect::<Vec<_>>().join("・");
        Ok(ReasonPage { frame: Frame::new(&own, &asked, reader)?, id, flags, next })
    });
    answer(&site, &visit, made.await)
}

/// Why.
#[derive(Deserialize)]
pub struct Given {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    next: String,
}

/// `POST /patients/{authority}/{id}/reason`
pub async fn give(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    Path((authority, id)): Path<(String, String)>,
    Posted(given): Posted<Given>,
) -> Response {
    let id = PatientId { authority, id };
    let reason = one_line(&given.reason, REASON_MAX);
    let Some(session) = visit.session.filter(|_| !reason.is_empty()) else {
        return Redirect::to(&confidential::reason_address(&id, &given.next)).into_response();
    };
    let about = format!("{}/{}", id.authority, id.id);
    note_about(&site, &via, &session.person, ("reason", about, reason), 200);
    session.gave_reason(id);
    Redirect::to(own_path(&given.next)).into_response()
}

/// `GET /patients/{authority}/{id}/flags`
pub async fn flags(State(site): State<Site>, visit: Visit, Path((authority, id)): Path<(String, String)>) -> Response {
    flags_page(&site, &visit, PatientId { authority, id }, String::new()).await
}

async fn flags_page(site: &Site, visit: &Visit, id: PatientId, no: String) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let set = confidential::of_person(reader, &id)?;
        let row = |flag: Flag| (flag.code(), asked.words.word("flag", flag.code()), set.contains(&flag));
        let flags = Flag::ALL.into_iter().map(row).collect();
        Ok(FlagsPage { frame: Frame::new(&own, &asked, reader)?, chart: address(&id), id, flags, no })
    });
    answer(site, visit, made.await)
}

/// The form of flags: those ticked, and why.
#[derive(Deserialize)]
pub struct Ticked {
    #[serde(default)]
    no_inquiry: String,
    #[serde(default)]
    visit_limit: String,
    #[serde(default)]
    hide_name: String,
    #[serde(default)]
    staff_patient: String,
    #[serde(default)]
    reason: String,
}

impl Ticked {
    fn flags(&self) -> BTreeSet<Flag> {
        let ticked = [&self.no_inquiry, &self.visit_limit, &self.hide_name, &self.staff_patient];
        Flag::ALL.into_iter().zip(ticked).filter(|(_, ticked)| *ticked == "1").map(|(flag, _)| flag).collect()
    }
}

/// `POST /patients/{authority}/{id}/flags`: what differs from what was is an event each, with the reason.
pub async fn set(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    Path((authority, id)): Path<(String, String)>,
    Posted(ticked): Posted<Ticked>,
) -> Response {
    let id = PatientId { authority, id };
    let reason = one_line(&ticked.reason, REASON_MAX);
    if reason.is_empty() {
        let no = visit.words.text("flags-reason-needed");
        return flags_page(&site, &visit, id, no).await;
    }
    let no = match change(&site, &visit, &id, &ticked.flags(), &reason).await {
        Ok(()) => String::new(),
        Err(problem) => problem.words,
    };
    if let Some(session) = &visit.session {
        note_about(&site, &via, &session.person, ("flags-set", format!("{}/{}", id.authority, id.id), reason), 200);
    }
    flags_page(&site, &visit, id, no).await
}

async fn change(
    site: &Site,
    visit: &Visit,
    id: &PatientId,
    wanted: &BTreeSet<Flag>,
    reason: &str,
) -> Result<(), Problem> {
    let asked = id.clone();
    let was = site.read(move |reader| confidential::of_person(reader, &asked)).await?;
    let (by, role) = visit.by();
    for flag in was.symmetric_difference(wanted) {
        let (authority, number, on) = (id.authority.clone(), id.id.clone(), wanted.contains(flag));
        let event = FlagEvent { authority, id: number, flag: *flag, on, reason: reason.to_owned() };
        site.write(writing::Request::Flag { event, by: by.clone(), role: role.clone() }).await?;
    }
    Ok(())
}
