//! An answer that is made piece by piece while it is sent: a list or an object of any size takes the memory of one piece.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::body::{Body, Frame};

/// Gives the next piece; `None` at the end.
type Next = dyn FnMut() -> io::Result<Option<Vec<u8>>> + Send;

/// Pieces as the body of an answer.
pub struct Flow(Box<Next>);

impl Flow {
    /// Of what gives the next piece.
    pub fn of(next: impl FnMut() -> io::Result<Option<Vec<u8>>> + Send + 'static) -> axum::body::Body {
        axum::body::Body::new(Flow(Box::new(next)))
    }
}

impl Body for Flow {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        // The disk may let us wait: others are served meanwhile.
        let piece = tokio::task::block_in_place(|| (self.0)());
        Poll::Ready(piece.transpose().map(|piece| piece.map(|bytes| Frame::data(Bytes::from(bytes)))))
    }
}
