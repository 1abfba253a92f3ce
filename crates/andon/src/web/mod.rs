//! Pages for a browser: the page frame, the door (one-time link, sessions, rights, Host and Origin checks), what is
//! written down of those who look (`audit`), and the listeners (`serve`; `lan` for other machines, design §3).

mod audit;
mod delay;
mod form;
mod frame;
mod gate;
mod health;
mod lan;
mod limit;
mod serve;
mod session;

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use store::{About, Access, Reader};

use crate::home::{Home, Problem};
use crate::role::Right;
use crate::world::Clock;
use crate::writing::{Answer, Request as Wish};

pub use audit::Auditor;
pub use form::{FORM_COOKIE, Posted, PostedFiles, UPLOAD_BYTES_MAX, Uploaded, decoded, encoded};
pub use frame::{Badge, Frame, Visit, answer, answered, refusal, refusal_in_words};
pub use gate::{Gate, cookie, leave, let_in, note, note_about, own_path};
pub use lan::Lan;
pub use serve::{Door, Via, listen, serve};
pub use session::{Person, Session};

/// Requests served at once beyond which a page waits its turn: readers are connections to one file on one disk, each keeps
/// 32 MiB of its pages, and the station may be an old laptop.
const READERS_MAX: usize = 4;
/// Bytes of a request's body: a form's few lines, percent-encoded.
const BODY_BYTES_MAX: usize = 16 << 10;

/// How a page has something written: by the process that holds the home's lock, this one or another.
pub type Write = Arc<dyn Fn(&Home, &Wish) -> Result<Answer, Problem> + Send + Sync>;

/// What every page can reach. Cheap to clone. It can read, and have a decision of a person written; it has no way to what
/// was received (promise 6).
#[derive(Clone)]
pub struct Site {
    inner: Arc<Inner>,
    limit: Duration,
}

struct Inner {
    home: Home,
    about: About,
    clock: Clock,
    gate: Gate,
    auditor: Auditor,
    write: Write,
    access: Mutex<Option<Access>>,
    own_switch: OnceLock<String>,
    idle: Mutex<Vec<Reader>>,
    turns: Arc<tokio::sync::Semaphore>,
}

impl Site {
    /// A site over a home; opens one reader at once, so that a wrong key is told before a page is asked for.
    ///
    /// # Errors
    /// When the home does not open or the machine gives no randomness.
    pub fn open(home: Home, clock: Clock, write: Write) -> Result<Site, Problem> {
        let about = home.about()?;
        let idle = Mutex::new(vec![home.reader()?]);
        let turns = Arc::new(tokio::sync::Semaphore::new(READERS_MAX));
        let (gate, auditor) = (Gate::default(), Auditor::start(home.clone()));
        let (access, own_switch) = (Mutex::new(None), OnceLock::new());
        let inner = Arc::new(Inner { home, about, clock, gate, auditor, write, access, own_switch, idle, turns });
        Ok(Site { inner, limit: limit::PAGE_LIMIT })
    }

    /// The folder of the home.
    pub fn home(&self) -> &Path {
        self.inner.home.dir()
    }

    /// Who writes down what is looked at.
    pub fn auditor(&self) -> &Auditor {
        &self.inner.auditor
    }

    /// Address of the network on which a person vouched for a switch of its own; empty where there is none.
    pub fn own_switch(&self) -> &str {
        self.inner.own_switch.get().map_or("", String::as_str)
    }

    /// Says on every page, from now on, that pages go over a switch somebody vouched for.
    pub fn set_own_switch(&self, address: String) {
        self.inner.own_switch.get_or_init(|| address);
    }

    /// Has a person's decision written, on a thread that may block.
    ///
    /// # Errors
    /// When it is refused, or nobody can write now.
    pub async fn write(&self, wish: Wish) -> Result<Answer, Problem> {
        let inner = Arc::clone(&self.inner);
        let job = tokio::task::spawn_blocking(move || (inner.write)(&inner.home, &wish));
        job.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Work that a page begins and does not wait for, with a reader of its own.
    pub fn apart(
        &self,
        work: impl FnOnce(&Reader, &dyn Fn(&Wish) -> Result<Answer, Problem>) -> Result<(), Problem> + Send + 'static,
    ) {
        let inner = Arc::clone(&self.inner);
        std::thread::spawn(move || {
            let done = inner.home.reader().and_then(|reader| work(&reader, &|wish| (inner.write)(&inner.home, wish)));
            if let Err(problem) = done {
                tracing::error!(exit = problem.exit as u8, "work that a page began was not finished");
            }
        });
    }

    /// How to have something written from a thread that may block.
    pub fn writer(&self) -> impl Fn(&Wish) -> Result<Answer, Problem> + Send + Sync + use<> {
        let inner = Arc::clone(&self.inner);
        move |wish| (inner.write)(&inner.home, wish)
    }

    /// Runs `work` with the credentials and the access audit, one at a time: deriving a secret costs 19 MiB and tens of
    /// milliseconds, and a shift that logs in at once must not take the machine.
    ///
    /// # Errors
    /// What `work` says, or that the file does not open.
    pub async fn access<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Access) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let inner = Arc::clone(&self.inner);
        let job = tokio::task::spawn_blocking(move || {
            let mut access = inner.access.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let open = match access.take() {
                Some(open) => open,
                None => inner.home.access()?,
            };
            work(access.insert(open))
        });
        job.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// The same site with another limit for a page.
    #[cfg(test)]
    fn with_limit(self, limit: Duration) -> Site {
        Site { limit, ..self }
    }

    /// Within this time every request is answered.
    fn limit(&self) -> Duration {
        self.limit
    }

    /// What `init` decided.
    pub fn about(&self) -> &About {
        &self.inner.about
    }

    /// Now, by the clock handed in.
    pub fn now(&self) -> chart::Moment {
        (self.inner.clock)()
    }

    /// Who may come in.
    pub fn gate(&self) -> &Gate {
        &self.inner.gate
    }

    /// Runs `work` with a reader on a thread that may block. When the future is dropped, because the page's time is over or
    /// its browser has left, the work is stopped; its turn ends only when it has ended.
    ///
    /// # Errors
    /// What `work` says, or that no reader could be opened.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reader) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let inner = Arc::clone(&self.inner);
        let Ok(turn) = Arc::clone(&inner.turns).acquire_owned().await else { return Err(ending()) };
        let waiting = limit::Waiting::default();
        let own = waiting.work();
        let job = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let idle = inner.idle.lock().ok().and_then(|mut idle| idle.pop());
            let reader = idle.map_or_else(|| inner.home.reader(), Ok)?;
            // Stopping the work does not stop the end of what it saw.
            let done = reader.steady(|reader| own.run(reader, work))?.unwrap_or_else(|| Err(ending()));
            if let (true, Ok(mut idle)) = (reader.is_at_rest(), inner.idle.lock()) {
                idle.push(reader);
            }
            done
        });
        job.await.unwrap_or_else(|_| Err(stopped()))
    }
}

fn stopped() -> Problem {
    Problem::failed("内部の処理が止まりました。 / A page's work stopped.")
}

fn ending() -> Problem {
    Problem::failed("終了中です。 / Shutting down.")
}

/// Pages of slices that need a right.
pub fn needing(site: &Site, right: Right, pages: Router<Site>) -> Router<Site> {
    pages.layer(axum::middleware::from_fn_with_state((site.clone(), right), gate::right_needed))
}

/// The slices' pages behind the door (`inside`, each with the right it needs), and beside them what needs nobody: where
/// one logs in (`porch`), the one-time link, the style, the monitors' addresses.
pub fn behind_the_door(site: Site, porch: Router<Site>, inside: Router<Site>) -> Router {
    let own = Router::new().route("/help", get(frame::help)).fallback(frame::not_found);
    Router::new()
        .route("/open/{token}", get(gate::open))
        .route("/assets/style.css", get(style))
        .merge(health::routes())
        .merge(porch)
        .merge(inside)
        .merge(needing(&site, Right::Enter, own))
        .layer(axum::middleware::from_fn_with_state(site.clone(), gate::own_host_only))
        .layer(axum::middleware::from_fn_with_state(site.clone(), limit::in_time))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(axum::middleware::map_response(harden))
        .layer(axum::middleware::from_fn(tell))
        .with_state(site)
}

/// A line of log for each request: the route as it is written in the code, never the address, which holds numbers of
/// patients and what was searched for.
async fn tell(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let began = Instant::now();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let (status, millis) = (response.status().as_u16(), began.elapsed().as_millis() as u64);
    tracing::info!(route, status, millis, "a request was answered");
    response
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!(concat!(env!("OUT_DIR"), "/style.css")))
        .into_response()
}

/// Nothing of a page may be kept by a browser of a borrowed PC, framed by another page, or load from elsewhere.
async fn harden(mut response: Response) -> Response {
    let policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; \
                  frame-ancestors 'none'";
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not no-referrer: a browser would send `Origin: null` with our own forms, and the door would refuse every one.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A rendered template, or the page that says that rendering failed.
pub fn page(status: StatusCode, template: &impl askama::Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, "ページを作れませんでした。 / The page could not be made.")
                .into_response()
        }
    }
}
