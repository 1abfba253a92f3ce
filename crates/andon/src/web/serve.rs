//! Connections of browsers: how many at once, how long a head may be and how long it may take to come.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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

/// Listens on 127.0.0.1, port as asked (0: any free one).
///
/// # Errors
/// When the port is taken.
pub async fn listen(port: u16) -> Result<TcpListener, Problem> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).await.map_err(|error| {
        Problem::failed(format!(
            "127.0.0.1:{port} を開けません。別の --port を指定してください。\n\
             Cannot listen on 127.0.0.1:{port}; give another --port. ({error})"
        ))
    })
}

/// Serves until `stop` resolves; then the pages under way have their limit to end.
pub async fn serve(listener: TcpListener, pages: Router, stop: impl Future<Output = ()>) {
    let (open, places) = (GracefulShutdown::new(), Arc::new(Semaphore::new(CONNECTIONS_MAX)));
    let mut stop = pin!(stop);
    loop {
        let (stream, place) = tokio::select! {
            () = &mut stop => break,
            connection = connection(&listener, &places) => connection,
        };
        let mut head = http1::Builder::new();
        head.timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT);
        head.max_header_size(HEAD_BYTES_MAX).max_headers(HEAD_LINES_MAX);
        let service = TowerToHyperService::new(pages.clone());
        let served = open.watch(head.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = served.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(PAGE_LIMIT, open.shutdown()).await.is_err() {
        tracing::warn!("pages under way were cut off at the end");
    }
}

/// The next connection, once there is a place for it.
async fn connection(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}
