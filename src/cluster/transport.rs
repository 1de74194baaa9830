//! One connection for all requests: HTTP/2 where the server speaks it, a pool of HTTP/1.1 connections else.
//!
//! Requests that arrive while the connection is being opened wait for it together, and share its failure too:
//! ten requests to a dead server take one time-out, not ten. A connection that broke is opened again for the
//! next request; nothing that may have reached the server is sent twice.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use http::{Request, Response, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http2;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::classify::{Fault, classify};
use super::dial::Dialer;
use super::error::{Reason, Unreachable};
use super::io::Io;

/// A ping is sent when nothing was received for this long, and must be answered within as long again: so a
/// connection that broke silently is noticed within 20 s.
const PING: Duration = Duration::from_secs(10);

type Body = Full<Bytes>;
type Opening = Shared<BoxFuture<'static, Result<Link, Fault>>>;

/// A way to send requests.
#[derive(Clone)]
enum Link {
    Http2(http2::SendRequest<Body>),
    Http1(Box<Client<Reopen, Body>>),
}

/// The connection to a server, opened when it is first needed.
pub(super) struct Transport {
    dialer: Dialer,
    link: Mutex<Option<Opening>>,
}

impl Transport {
    /// A connection that is not open yet.
    pub(super) fn new(dialer: Dialer) -> Self {
        Self { dialer, link: Mutex::new(None) }
    }

    /// Sends a request and waits for the head of the answer.
    pub(super) async fn send(&self, mut request: Request<Body>) -> Result<Response<Incoming>, Fault> {
        const ATTEMPTS: usize = 3;
        for _ in 0..ATTEMPTS {
            let opening = self.link();
            let link = match opening.clone().await {
                Ok(link) => link,
                Err(fault) => {
                    self.forget(&opening);
                    return Err(fault);
                }
            };
            let mut sender = match link {
                Link::Http1(client) => {
                    return client.request(request).await.map_err(|error| classify(&error));
                }
                Link::Http2(sender) => sender,
            };
            match sender.try_send_request(request).await {
                Ok(response) => return Ok(response),
                Err(mut error) => match error.take_message() {
                    // The connection had ended before the request was sent: that is safe to do again.
                    Some(unsent) => {
                        request = unsent;
                        self.forget(&opening);
                    }
                    None => {
                        if sender.is_closed() {
                            self.forget(&opening);
                        }
                        return Err(classify(error.error()));
                    }
                },
            }
        }
        Err(Fault::new(Reason::Unreachable(Unreachable::Broken), "it closes each new connection at once"))
    }

    /// The open connection, or the attempt under way, or a new one.
    fn link(&self) -> Opening {
        let mut slot = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        let dead = |opening: &Opening| match opening.peek() {
            Some(Ok(Link::Http2(sender))) => sender.is_closed(),
            Some(Err(_)) => true,
            Some(Ok(Link::Http1(_))) | None => false,
        };
        match slot.as_ref().filter(|opening| !dead(opening)) {
            Some(opening) => opening.clone(),
            None => slot.insert(open(self.dialer.clone()).boxed().shared()).clone(),
        }
    }

    fn forget(&self, opening: &Opening) {
        let mut slot = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.as_ref().is_some_and(|current| current.ptr_eq(opening)) {
            *slot = None;
        }
    }
}

async fn open(dialer: Dialer) -> Result<Link, Fault> {
    let io = dialer.open().await?;
    if !io.is_http2() {
        let first = Arc::new(Mutex::new(Some(io)));
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).timer(TokioTimer::new());
        return Ok(Link::Http1(Box::new(builder.build(Reopen { dialer, first }))));
    }
    let (sender, connection) = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .keep_alive_while_idle(true)
        .max_frame_size(128 * 1024)
        .handshake(io)
        .await
        .map_err(|error| classify(&error))?;
    // It ends by itself when the last sender and the last answer are dropped; each request sees its errors.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(Link::Http2(sender))
}

/// Hands out the connection that is already open, and then new ones.
#[derive(Clone)]
struct Reopen {
    dialer: Dialer,
    first: Arc<Mutex<Option<Io>>>,
}

/// A [`Fault`] on its way through hyper's errors.
#[derive(Debug)]
pub(super) struct FaultError(pub(super) Fault);

impl std::fmt::Display for FaultError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for FaultError {}

impl tower::Service<Uri> for Reopen {
    type Response = Io;
    type Error = FaultError;
    type Future = BoxFuture<'static, Result<Io, FaultError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), FaultError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let dialer = self.dialer.clone();
        async move {
            match first {
                Some(io) => Ok(io),
                None => dialer.open().await.map_err(FaultError),
            }
        }
        .boxed()
    }
}
