//! The floor of a page: `bare_page FOLDER PORT`. Loads the files of a folder into a plain SQLite table, then answers each
//! path by one SELECT by key and the bytes as they are: no session, no audit, no chart, nothing encrypted. Says `ready`.

use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::extract::{Path as Asked, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rusqlite::{Connection, OpenFlags, OptionalExtension};

type Fail = Box<dyn std::error::Error>;
/// Connections that wait to be used; more are opened when all are in use.
type Idle = Arc<(String, Mutex<Vec<Connection>>)>;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Fail> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, port] = &args[..] else { return Err("usage: bare_page FOLDER PORT".into()) };
    let file = format!("{folder}.db");
    load(Path::new(folder), &file)?;
    let idle: Idle = Arc::new((file, Mutex::new(Vec::new())));
    let app = axum::Router::new().route("/{key}", axum::routing::get(page)).with_state(idle);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port.parse::<u16>()?)).await?;
    println!("ready");
    axum::serve(listener, app).await?;
    Ok(())
}

fn load(folder: &Path, file: &str) -> Result<(), Fail> {
    let _ = std::fs::remove_file(file);
    let mut db = Connection::open(file)?;
    db.execute_batch("PRAGMA journal_mode=WAL; CREATE TABLE page (key TEXT PRIMARY KEY, body BLOB)")?;
    let all = db.transaction()?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let row = (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path())?);
        all.execute("INSERT INTO page VALUES (?1, ?2)", row)?;
    }
    Ok(all.commit()?)
}

async fn page(State(idle): State<Idle>, Asked(key): Asked<String>) -> Response {
    match tokio::task::spawn_blocking(move || find(&idle, &key)).await {
        Ok(Ok(Some(body))) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response(),
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn find(idle: &Idle, key: &str) -> Result<Option<Vec<u8>>, rusqlite::Error> {
    let (file, connections) = &**idle;
    let kept = connections.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).pop();
    let db = match kept {
        Some(db) => db,
        None => Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
    };
    let found =
        db.prepare_cached("SELECT body FROM page WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional();
    connections.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(db);
    found
}
