//! What a receiver answers: a list, an object or a part of it, and whether it took one. To who came in by TLS with a key that is registered,
//! and of that key's vault alone. There is no question that changes or deletes anything.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use hyper::body::Body as _;
use serde::Deserialize;
use vault::receiver::{LIST, OBJECT, TAKEN, key_of};
use vault::target::Put;
use vault::{Target, VaultId, name};

use super::flow::Flow;
use super::folder::taken;
use super::rights::Right;
use super::shelf::{Refusal, Shelf};
use crate::web::Via;
use crate::world;

/// A sender that is silent for so long is gone.
const SILENCE: Duration = Duration::from_secs(20);
/// Slower than this over all of an object, bytes a second, is no network of a hospital.
const SLOWEST: u64 = 64 << 10;
/// Bytes of an answer at a time.
const PIECE: usize = 256 << 10;
/// Lines of a list at a time.
const LINES: usize = 1000;
/// Reasons for which no station that means well is refused. What is cut off, late or too much for the disk may happen to anybody.
const HOSTILE: [&str; 6] = ["no-such-name", "only-reads", "never", "another-is-there", "too-large", "not-its-hash"];

/// The addresses of a receiver.
pub fn routes(shelf: Shelf) -> Router {
    let object = format!("{OBJECT}{{*name}}");
    Router::new().route(LIST, get(list)).route(&object, any(object_of)).fallback(nothing).with_state(Arc::new(shelf))
}

async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, self.1).into_response()
    }
}

/// What the key of this connection may do now. TLS has seen that it holds the key; the right may have been taken back since.
fn right(shelf: &Shelf, via: &Via) -> Result<Right, Refusal> {
    let none = Refusal(403, "no-right");
    let key = via.certificate.as_deref().and_then(key_of).ok_or(none)?;
    let rights = shelf.folder().rights().map_err(|_| none)?;
    rights.into_iter().find(|right| right.key.key == key).ok_or(none)
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    prefix: String,
}

async fn list(State(shelf): State<Arc<Shelf>>, via: Via, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let right = right(&shelf, &via)?;
    let disk = shelf.folder().disk(&right.vault);
    let listed = || if disk.root().exists() { Target::Disk(disk.clone()).list(&asked.prefix) } else { Ok(Vec::new()) };
    let objects = tokio::task::block_in_place(listed).map_err(|_| Refusal(500, "disk"))?;
    let (root, mut objects) = (disk.root().to_owned(), objects.into_iter());
    Ok(Flow::of(move || {
        let mut text = String::new();
        for object in objects.by_ref().take(LINES) {
            let taken = taken(&fs::metadata(root.join(&object.name))?).0;
            text += &format!("{} {taken} {}\n", object.size, object.name);
        }
        Ok((!text.is_empty()).then(|| text.into_bytes()))
    })
    .into_response())
}

async fn object_of(
    State(shelf): State<Arc<Shelf>>,
    via: Via,
    Path(name): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let right = match right(&shelf, &via) {
        Ok(right) => right,
        Err(refusal) => return refusal.into_response(),
    };
    let answer = match method {
        Method::GET | Method::HEAD => given(&shelf, &right, &name, &headers),
        Method::PUT => take(&shelf, &right, &name, (&headers, body)).await,
        _ => Err(Refusal(405, "never")),
    };
    answer.unwrap_or_else(|refusal| {
        told(&shelf, &right.vault, (&method, &name), refusal);
        refusal.into_response()
    })
}

/// Writes down what nobody asks who means well.
fn told(shelf: &Shelf, vault: &VaultId, (method, name): (&Method, &str), Refusal(status, why): Refusal) {
    tracing::warn!(status, why, "a receiver refused what was asked of it");
    if !HOSTILE.contains(&why) {
        return;
    }
    let name = if name::check(name).is_ok() { name } else { "?" };
    shelf.folder().refused(world::now(), vault, &format!("{method} {name}"), why);
}

fn given(shelf: &Shelf, right: &Right, name: &str, headers: &HeaderMap) -> Result<Response, Refusal> {
    let path = path(shelf, right, name)?;
    let missing = |_| Refusal(404, "missing");
    let mut file = File::open(path).map_err(missing)?;
    let meta = file.metadata().ok().filter(fs::Metadata::is_file).ok_or(Refusal(404, "missing"))?;
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let range = match asked {
        None => 0..meta.len(),
        Some(text) => part(text, meta.len()).ok_or(Refusal(416, "no-such-part"))?,
    };
    file.seek(SeekFrom::Start(range.start)).map_err(|_| Refusal(500, "disk"))?;
    let mut left = file.take(range.end - range.start);
    let body = Flow::of(move || {
        let mut piece = Vec::new();
        left.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        Ok((!piece.is_empty()).then_some(piece))
    });
    let status = if asked.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let len = (range.end - range.start).to_string();
    Ok((status, [(header::CONTENT_LENGTH.as_str(), len), (TAKEN, taken(&meta).0.to_string())], body).into_response())
}

fn path(shelf: &Shelf, right: &Right, name: &str) -> Result<PathBuf, Refusal> {
    name::limit(name).ok_or(Refusal(400, "no-such-name"))?;
    Ok(shelf.folder().disk(&right.vault).root().join(name))
}

/// `bytes=A-B`, both within; B may go past the end.
fn part(text: &str, len: u64) -> Option<Range<u64>> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    (first < len && first <= last).then(|| first..len.min(last.saturating_add(1)))
}

async fn take(
    shelf: &Shelf,
    right: &Right,
    name: &str,
    (headers, mut body): (&HeaderMap, Body),
) -> Result<Response, Refusal> {
    let len = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let len = len.ok_or(Refusal(411, "no-length"))?;
    let mut taking = tokio::task::block_in_place(|| shelf.begin(right, name, len))?;
    let ends = Instant::now() + SILENCE + Duration::from_secs(len / SLOWEST);
    loop {
        let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context));
        let patience = SILENCE.min(ends.saturating_duration_since(Instant::now()));
        match tokio::time::timeout(patience, frame).await {
            Err(_) => return Err(Refusal(408, "too-slow")),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(Refusal(400, "broken-off")),
            Ok(Some(Ok(frame))) => {
                let Ok(bytes) = frame.into_data() else { continue };
                tokio::task::block_in_place(|| taking.write_all(&bytes)).map_err(|_| Refusal(507, "no-room"))?;
            }
        }
    }
    match tokio::task::block_in_place(|| taking.finish())? {
        Put::Written => Ok(StatusCode::CREATED.into_response()),
        Put::Already => Ok(StatusCode::OK.into_response()),
    }
}
