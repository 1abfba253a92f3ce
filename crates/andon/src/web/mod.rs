//! Pages for a browser on this PC: the page frame and the door (one-time link, cookie, Host and Origin checks).
//!
//! Listens on 127.0.0.1 only; a LAN listener comes with its own rules (design §3).

mod frame;
mod gate;
mod health;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use store::{About, Reader};

use crate::home::{Home, Problem};
use crate::world::Clock;

pub use frame::{Frame, Visit, answer, refusal};
pub use gate::Gate;

/// Requests served at once beyond which a page waits its turn: readers are connections to one file on one disk.
const READERS_MAX: usize = 8;

/// What every page can reach. Cheap to clone. It can read and cannot append (promise 6).
#[derive(Clone)]
pub struct Site {
    inner: Arc<Inner>,
}

struct Inner {
    home: Home,
    about: About,
    clock: Clock,
    gate: Gate,
    idle: Mutex<Vec<Reader>>,
    turns: tokio::sync::Semaphore,
}

impl Site {
    /// A site over a home; opens one reader at once, so that a wrong key is told before a page is asked for.
    ///
    /// # Errors
    /// When the home does not open or the machine gives no randomness.
    pub fn open(home: Home, clock: Clock) -> Result<Site, Problem> {
        let about = home.about()?;
        let idle = Mutex::new(vec![home.reader()?]);
        let turns = tokio::sync::Semaphore::new(READERS_MAX);
        Ok(Site { inner: Arc::new(Inner { home, about, clock, gate: Gate::default(), idle, turns }) })
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

    /// Runs `work` with a reader on a thread that may block.
    ///
    /// # Errors
    /// What `work` says, or that no reader could be opened.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reader) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let Ok(_turn) = self.inner.turns.acquire().await else {
            return Err(Problem::failed("終了中です。 / Shutting down."));
        };
        let inner = Arc::clone(&self.inner);
        let job = tokio::task::spawn_blocking(move || {
            let idle = inner.idle.lock().ok().and_then(|mut idle| idle.pop());
            let reader = idle.map_or_else(|| inner.home.reader(), Ok)?;
            let done = work(&reader);
            if let Ok(mut idle) = inner.idle.lock() {
                idle.push(reader);
            }
            done
        });
        job.await.unwrap_or_else(|_| Err(Problem::failed("内部の処理が止まりました。 / A page's work stopped.")))
    }
}

/// The slices' pages behind the door, beside what needs no cookie: the one-time link, the style, the monitors' addresses.
pub fn behind_the_door(site: Site, slices: Router<Site>) -> Router {
    let inside = slices
        .route("/help", get(frame::help))
        .fallback(frame::not_found)
        .layer(axum::middleware::from_fn_with_state(site.clone(), gate::cookie_needed));
    Router::new()
        .route("/open/{token}", get(gate::open))
        .route("/assets/style.css", get(style))
        .merge(health::routes())
        .merge(inside)
        .layer(axum::middleware::from_fn_with_state(site.clone(), gate::own_host_only))
        .layer(axum::middleware::map_response(harden))
        .with_state(site)
}

/// Listens on 127.0.0.1, port as asked (0: any free one).
///
/// # Errors
/// When the port is taken.
pub async fn listen(port: u16) -> Result<tokio::net::TcpListener, Problem> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    tokio::net::TcpListener::bind(address).await.map_err(|error| {
        Problem::failed(format!(
            "127.0.0.1:{port} を開けません。別の --port を指定してください。\n\
             Cannot listen on 127.0.0.1:{port}; give another --port. ({error})"
        ))
    })
}

/// Serves until `stop` resolves.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    pages: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Problem> {
    Ok(axum::serve(listener, pages).with_graceful_shutdown(stop).await?)
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("assets/style.css")).into_response()
}

/// Nothing of a page may be kept by a browser of a borrowed PC, framed by another page, or load from elsewhere.
async fn harden(mut response: Response) -> Response {
    let policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
                  frame-ancestors 'none'";
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
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
