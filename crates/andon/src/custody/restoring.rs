//! While a restore goes on: a number is typed, that chart is brought out of the vault before everything else and opens on the ordinary
//! page; how far the rest is stands beside it. Until everything is in there are no other pages: a ward's list with half its patients
//! would be believed. Afterwards this page is gone and the ordinary ones are there.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use chart::PatientId;
use chart::check_digit::{self, Typed};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::restore::{Progress, Want};
use crate::home::Problem;
use crate::web::{Frame, Posted, Site, Visit, answer, decoded, encoded};

/// Where the page is.
const HERE: &str = "/restoring";
/// People who wait for a chart at once.
const WANTS_MAX: usize = 32;
/// Characters of a number that are read.
const TYPED_MAX: usize = 64;

/// A restore, as the pages beside it see it.
#[derive(Default)]
pub struct Restoring(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    progress: Progress,
    stage: Stage,
    wants: Option<SyncSender<Want>>,
    /// Whose charts are whole already.
    brought: BTreeSet<PatientId>,
}

/// How far a restore is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Reading,
    /// Everything is in; the lists are being made.
    Listing,
    Done,
}

impl Restoring {
    /// A restore that begins, and where it hears of those who wait for a chart.
    pub fn new() -> (Arc<Restoring>, Receiver<Want>) {
        let (wants, asked) = sync_channel(WANTS_MAX);
        (Arc::new(Restoring(Mutex::new(Inner { wants: Some(wants), ..Inner::default() }))), asked)
    }

    /// It is so far.
    pub fn reached(&self, progress: &Progress) {
        self.inner().progress = progress.clone();
    }

    /// Every chart is in.
    pub fn all_in(&self) {
        let mut inner = self.inner();
        (inner.stage, inner.wants) = (Stage::Listing, None);
    }

    /// The home is whole, and who writes into it may.
    pub fn finished(&self) {
        self.inner().stage = Stage::Done;
    }

    /// Whether the home is whole.
    pub fn is_done(&self) -> bool {
        self.inner().stage == Stage::Done
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the chart at this path is whole.
    fn shows(&self, path: &str) -> bool {
        let mut parts = path.strip_prefix("/patients/").unwrap_or_default().split('/').map(decoded);
        let (Some(authority), Some(id)) = (parts.next(), parts.next()) else { return false };
        let inner = self.inner();
        inner.stage != Stage::Reading || inner.brought.contains(&PatientId { authority, id })
    }

    /// Has a chart brought; none where nobody has that number.
    async fn bring(&self, typed: String, authority: &str) -> Result<Option<PatientId>, Problem> {
        if self.inner().stage != Stage::Reading {
            // Its page says where nobody has it.
            let (Typed::Confirmed(id) | Typed::Bare(id)) = check_digit::typed(&typed) else { return Ok(None) };
            return Ok(Some(PatientId { authority: authority.to_owned(), id }));
        }
        // One answer.
        let (answer, mut brought) = mpsc::channel(1);
        let wants = self.inner().wants.clone();
        let sent = wants.is_some_and(|wants| wants.try_send(Want { typed, answer }).is_ok());
        let busy = || {
            Problem::failed(
                "いま受け付けられません。少し待ってもう一度入れてください。 / Not now: wait a moment and type it again.",
            )
        };
        let patient = if sent { brought.recv().await.ok_or_else(busy)? } else { return Err(busy()) };
        self.inner().brought.extend(patient.clone());
        Ok(patient)
    }
}

/// The addresses of a restore.
pub fn routes() -> Router<Site> {
    Router::new().route(HERE, get(page).post(bring))
}

/// Leads everything but a whole chart to the page of the restore, until the home is whole.
pub async fn first(Extension(restoring): Extension<Arc<Restoring>>, request: Request, next: Next) -> Response {
    let here = request.uri().path() == HERE;
    if restoring.is_done() {
        return if here { Redirect::to("/").into_response() } else { next.run(request).await };
    }
    if here || restoring.shows(request.uri().path()) {
        return next.run(request).await;
    }
    Redirect::to(HERE).into_response()
}

#[derive(Template)]
#[template(path = "custody/restoring.html")]
struct RestoringPage {
    frame: Frame,
    progress: Progress,
    megabytes: String,
    listing: bool,
    /// What to say of the number that was typed; empty for nothing.
    none: String,
    token: String,
}

async fn page(State(site): State<Site>, visit: Visit, Extension(restoring): Extension<Arc<Restoring>>) -> Response {
    shown(&site, visit, &restoring, String::new())
}

fn shown(site: &Site, visit: Visit, restoring: &Restoring, none: String) -> Response {
    let inner = restoring.inner();
    let frame = Frame::bare(site, &visit);
    let made = RestoringPage {
        token: frame.who.as_ref().map_or_else(String::new, |who| who.token.clone()),
        megabytes: format!("{:.1}", inner.progress.bytes as f64 / 1e6),
        progress: inner.progress.clone(),
        listing: inner.stage == Stage::Listing,
        none,
        frame,
    };
    drop(inner);
    answer(site, &visit, Ok(made))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    number: String,
}

async fn bring(
    State(site): State<Site>,
    visit: Visit,
    Extension(restoring): Extension<Arc<Restoring>>,
    Posted(asked): Posted<Asked>,
) -> Response {
    let number: String = asked.number.trim().chars().take(TYPED_MAX).collect();
    match restoring.bring(number.clone(), &site.about().authority).await {
        Ok(Some(id)) => {
            Redirect::to(&format!("/patients/{}/{}", encoded(&id.authority), encoded(&id.id))).into_response()
        }
        Ok(None) => {
            let none = visit.words.with("restoring-none", number);
            shown(&site, visit, &restoring, none)
        }
        Err(problem) => shown(&site, visit, &restoring, problem.words),
    }
}
