//! A page ends within its limit, and so does its work: waiting for a turn, for the database and for a chart is all
//! counted. Work that nobody waits for any more, because its page was given up or its browser left, is stopped.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use store::{Reader, Stopper};

use super::{Site, frame};

/// Within this time every request is answered. A chart takes far less than a second; a nurse who waits longer than
/// this has long pressed the key again.
pub const PAGE_LIMIT: Duration = Duration::from_secs(10);
/// How often a work that is to end is stopped again: it may be between two statements when it is told.
const STOP_EVERY: Duration = Duration::from_millis(20);

/// Answers within the site's limit, else with the page that says so.
pub async fn in_time(State(site): State<Site>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    match tokio::time::timeout(site.limit(), next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!("a page took longer than its limit and was given up");
            frame::refusal(&site, &headers, StatusCode::SERVICE_UNAVAILABLE, "refused-late")
        }
    }
}

/// Where a page's work stands.
#[derive(Default)]
enum Stand {
    #[default]
    Waiting,
    Running(Stopper),
    Over,
}

/// Held by whoever waits for a work; dropped while the work is not over, it sees to it that it ends.
#[derive(Default)]
pub struct Waiting(Work);

/// A page's work, as the thread that does it knows it.
#[derive(Clone, Default)]
pub struct Work(Arc<Mutex<Stand>>);

impl Waiting {
    /// The work that is waited for.
    pub fn work(&self) -> Work {
        self.0.clone()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let work = self.0.clone();
        if let (true, Ok(runtime)) = (work.stop(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move {
                while work.stop() {
                    tokio::time::sleep(STOP_EVERY).await;
                }
            });
        }
    }
}

impl Work {
    /// Does `work`, unless nobody waits for it any more.
    pub fn run<T>(&self, reader: &Reader, work: impl FnOnce(&Reader) -> T) -> Option<T> {
        /// The work is over also when it stops in the middle.
        struct Over<'a>(&'a Work);
        impl Drop for Over<'_> {
            fn drop(&mut self) {
                self.0.set(Stand::Over);
            }
        }
        let waited_for = self.with(|stand| {
            let waited_for = matches!(stand, Stand::Waiting);
            if waited_for {
                *stand = Stand::Running(reader.stopper());
            }
            waited_for
        });
        let _over = Over(self);
        waited_for.then(|| work(reader))
    }

    /// Stops it; true while it is still running. After it is over its reader may be at another page's work, which is
    /// never touched: both take the same lock.
    fn stop(&self) -> bool {
        self.with(|stand| match stand {
            Stand::Running(stopper) => {
                stopper.stop();
                true
            }
            Stand::Waiting | Stand::Over => {
                *stand = Stand::Over;
                false
            }
        })
    }

    fn set(&self, now: Stand) {
        self.with(|stand| *stand = now);
    }

    fn with<T>(&self, look: impl FnOnce(&mut Stand) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;
    use crate::home::{Home, Problem};
    use crate::role::Right;
    use crate::web::{READERS_MAX, behind_the_door, needing};

    /// Long enough that a test which waits in vain ends, and says so.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn site(folder: &tempfile::TempDir, limit: Duration) -> Site {
        let dir = folder.path().join("home");
        let (hospital, authority) = ("病院".to_owned(), "hp".to_owned());
        let setup = store::Setup { training: true, hospital, authority, passphrase: None, now: crate::world::now() };
        store::create(&dir, &setup).unwrap();
        let home = Home::new(dir, store::Unlock::KeyFile);
        Site::open(home, crate::world::real_clock(), crate::cli::writer()).unwrap().with_limit(limit)
    }

    /// Asks the database for ever, until it is stopped.
    async fn endless(State(site): State<Site>) -> String {
        let asked = site.read(|reader| -> Result<(), Problem> {
            loop {
                reader.counts()?;
            }
        });
        format!("{:?}", asked.await)
    }

    async fn quick(State(site): State<Site>) -> &'static str {
        site.read(|reader| Ok(reader.counts()?.events)).await.map_or("failed", |_| "answered")
    }

    /// `GET path` as a browser that has been let in; status and text.
    async fn ask(site: &Site, path: &str) -> (StatusCode, String) {
        let own = Router::new().route("/endless", get(endless)).route("/quick", get(quick));
        let pages = behind_the_door(site.clone(), Router::new(), needing(site, Right::Charts, own));
        let get = |path: &str, cookie: &str| {
            let request = Request::get(path).header("host", "127.0.0.1:1").header("cookie", cookie);
            pages.clone().oneshot(request.body(Body::empty()).unwrap())
        };
        let opened = get(&site.gate().link().unwrap(), "").await.unwrap();
        let cookie = opened.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let answered = tokio::time::timeout(PATIENCE, get(path, &format!("lang=en; {cookie}"))).await;
        let answer = answered.expect("a page that never ends").unwrap();
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_page_without_an_end_is_given_up_and_its_work_ends() {
        let folder = tempfile::tempdir().unwrap();
        let site = site(&folder, Duration::from_millis(100));
        let (status, text) = ask(&site, "/endless").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(text.contains("took too long") && text.contains("try again"), "{text}");
        // Its turn comes back, which it does only when its thread is done.
        let turns = tokio::time::timeout(PATIENCE, site.inner.turns.acquire_many(READERS_MAX as u32)).await;
        assert!(turns.is_ok(), "the work went on");
        drop(turns);
        // The reader that was stopped answers the next page.
        assert_eq!(ask(&site, "/quick").await, (StatusCode::OK, "answered".to_owned()));
    }

    #[tokio::test]
    async fn waiting_for_a_turn_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let site = site(&folder, Duration::from_millis(100));
        let turns = site.inner.turns.acquire_many(READERS_MAX as u32).await.unwrap();
        assert_eq!(ask(&site, "/quick").await.0, StatusCode::SERVICE_UNAVAILABLE);
        drop(turns);
        assert_eq!(ask(&site, "/quick").await.0, StatusCode::OK);
    }

    #[test]
    fn what_nobody_waits_for_is_not_begun() {
        let folder = tempfile::tempdir().unwrap();
        let site = site(&folder, PAGE_LIMIT);
        let reader = site.inner.home.reader().unwrap();
        let waiting = Waiting::default();
        let work = waiting.work();
        assert_eq!(Waiting::default().work().run(&reader, |_| 1), Some(1));
        drop(waiting);
        assert_eq!(work.run(&reader, |_| 1), None);
    }
}
