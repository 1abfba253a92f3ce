//! Connections of browsers: how many at once, how long a head may be and how long it may take to come.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tower::ServiceExt;

use super::limit::PAGE_LIMIT;
use crate::home::Problem;

/// Connections at once; more wait in the system's own list. One browser opens six, and 32 may be let in.
const CONNECTIONS_MAX: usize = 256;
/// Bytes of a request's head: a long search line, percent-encoded, and our cookies, many times over.
const HEAD_BYTES_MAX: usize = 32 << 10;
/// Lines of a request's head; browsers send about twenty.
const HEAD_LINES_MAX: usize = 64;
/// Within this time the head of a request must have come, also the next one of a connection that is kept.
const HEAD_LIMIT: Duration = Duration::from_secs(5);
/// After a connection could not be taken (no file handles), how long to wait before the next.
const BREATH: Duration = Duration::from_millis(200);

/// By which way a request came.
#[derive(Clone, Debug)]
pub struct Via {
    /// Whose machine.
    pub address: IpAddr,
    /// From another machine: a thin client.
    pub elsewhere: bool,
    /// Over TLS.
    pub secure: bool,
    /// What a request from elsewhere may name as its host.
    pub names: Arc<[String]>,
    /// What the other side showed of itself over TLS; TLS has seen that it holds the key of it.
    pub certificate: Option<Arc<CertificateDer<'static>>>,
}

impl Default for Via {
    fn default() -> Via {
        Via {
            address: Ipv4Addr::LOCALHOST.into(),
            elsewhere: false,
            secure: false,
            names: Arc::new([]),
            certificate: None,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Via {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Via, Infallible> {
        Ok(parts.extensions.get::<Via>().cloned().unwrap_or_default())
    }
}

/// A place where connections come in.
pub struct Door {
    /// Where it listens.
    pub listener: TcpListener,
    /// The certificate's side of TLS, where it speaks that.
    pub tls: Option<TlsAcceptor>,
    /// What comes in there, but for the address.
    pub via: Via,
}

/// Listens on 127.0.0.1, port as asked (0: any free one).
///
/// # Errors
/// When the port is taken.
pub async fn listen(port: u16) -> Result<Door, Problem> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Problem::failed(format!(
            "127.0.0.1:{port} を開けません。別の --port を指定してください。\n\
             Cannot listen on 127.0.0.1:{port}; give another --port. ({error})"
        ))
    })?;
    Ok(Door { listener, tls: None, via: Via::default() })
}

/// Serves at every door until `stop` resolves; then the pages under way have their limit to end.
pub async fn serve(doors: Vec<Door>, pages: Router, stop: impl Future<Output = ()>) {
    let (open, places) = (Arc::new(GracefulShutdown::new()), Arc::new(Semaphore::new(CONNECTIONS_MAX)));
    let mut keepers = JoinSet::new();
    for door in doors {
        keepers.spawn(keep(door, pages.clone(), Arc::clone(&places), Arc::clone(&open)));
    }
    stop.await;
    keepers.shutdown().await;
    let Some(open) = Arc::into_inner(open) else { return };
    if tokio::time::timeout(PAGE_LIMIT, open.shutdown()).await.is_err() {
        tracing::warn!("pages under way were cut off at the end");
    }
}

/// Takes connections at one door for ever.
async fn keep(door: Door, pages: Router, places: Arc<Semaphore>, open: Arc<GracefulShutdown>) {
    loop {
        let (stream, address, place) = connection(&door.listener, &places).await;
        let (via, tls) = (Via { address: address.ip(), ..door.via.clone() }, door.tls.clone());
        let (pages, open) = (pages.clone(), open.watcher());
        tokio::spawn(async move {
            match tls {
                None => converse(stream, pages, via, open).await,
                Some(tls) => match tokio::time::timeout(HEAD_LIMIT, tls.accept(stream)).await {
                    Ok(Ok(stream)) => {
                        let shown = stream.get_ref().1.peer_certificates().and_then(|all| all.first());
                        let certificate = shown.map(|one| Arc::new(one.clone().into_owned()));
                        converse(stream, pages, Via { certificate, ..via }, open).await;
                    }
                    _ => tracing::debug!("a connection did not come to TLS"),
                },
            }
            drop(place);
        });
    }
}

/// One connection, until it ends.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    pages: Router,
    via: Via,
    open: Watcher,
) {
    let pages = pages.map_request(move |mut request: axum::http::Request<Incoming>| {
        request.extensions_mut().insert(via.clone());
        request
    });
    let mut head = http1::Builder::new();
    head.timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT);
    head.max_header_size(HEAD_BYTES_MAX).max_headers(HEAD_LINES_MAX);
    let served = open.watch(head.serve_connection(TokioIo::new(stream), TowerToHyperService::new(pages)));
    if let Err(error) = served.await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// The next connection, once there is a place for it.
async fn connection(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, address)) => return (stream, address, place),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}
