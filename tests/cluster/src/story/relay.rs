//! A way to the API server on which every request is seen, and one of them can be stopped at.

use http::request::Parts;
use http::{Method, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;
use kube::client::Body;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::cluster;
use crate::client::block_on;

/// One request of a run: what is asked, and the how manieth time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// Method and path, with `NS` for the namespace, and what matters of the query.
    pub what: String,
    /// How often the same was asked before.
    pub nth: usize,
}

/// Where a run is stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The request.
    pub call: Call,
    /// On which side of the server.
    pub when: When,
}

/// On which side of the server a run is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The server has not heard of it.
    Before,
    /// The server has carried it out, and the client has not heard of that.
    After,
}

impl Call {
    /// Whether it changes something.
    #[must_use]
    pub fn writes(&self) -> bool {
        !self.what.starts_with("GET") && !self.what.contains("dryRun")
    }
}

/// A proxy for the requests of one program.
pub struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

struct Shared {
    namespace: String,
    stop: Option<Stop>,
    seen: Mutex<Vec<Call>>,
    stopped: watch::Sender<bool>,
    released: watch::Sender<bool>,
    cut: AtomicBool,
}

impl Relay {
    /// Begins to listen. A request at which it stops waits for [`Relay::go_on`], for ever if need be.
    ///
    /// # Panics
    /// Without a free port.
    #[must_use]
    pub fn new(namespace: &str, stop: Option<Stop>) -> Self {
        let (stopped, released) = (watch::Sender::new(false), watch::Sender::new(false));
        let namespace = namespace.to_owned();
        let shared = Arc::new(Shared {
            namespace,
            stop,
            seen: Mutex::default(),
            stopped,
            released,
            cut: AtomicBool::default(),
        });
        let ours = Arc::clone(&shared);
        block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let listening = tokio::spawn(async move {
                while let Ok((client, _)) = listener.accept().await {
                    let shared = Arc::clone(&ours);
                    let answer = move |request| answer(Arc::clone(&shared), request);
                    let service = hyper::service::service_fn(answer);
                    let connection = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(client), service);
                    // A client that was killed breaks its connections.
                    tokio::spawn(async move { drop(connection.await) });
                }
            });
            Self { address, shared, listening }
        })
    }

    /// The URL by which the server can be reached.
    #[must_use]
    pub fn server(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, in their order.
    #[must_use]
    pub fn seen(&self) -> Vec<Call> {
        self.shared.seen().clone()
    }

    /// Lets the request at which it stops pass.
    pub fn go_on(&self) {
        self.shared.released.send_replace(true);
    }

    /// Breaks the connection of the request at which it stops: nobody ever answers that.
    pub fn cut(&self) {
        self.shared.cut.store(true, Ordering::SeqCst);
        self.go_on();
    }

    /// Whether the request at which it stops has come.
    #[must_use]
    pub fn has_stopped(&self) -> bool {
        *self.shared.stopped.borrow()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Vec<Call>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, parts: &Parts, body: &[u8]) -> Call {
        let what = describe(&self.namespace, parts, body);
        let mut seen = self.seen();
        let nth = seen.iter().filter(|call| call.what == what).count();
        let call = Call { what, nth };
        seen.push(call.clone());
        call
    }

    fn stops_at(&self, call: &Call, when: When) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.call == *call && stop.when == when)
    }

    async fn stop(&self) -> Result<(), kube::Error> {
        self.stopped.send_replace(true);
        // The sender lives as long as this does.
        let _ = self.released.subscribe().wait_for(|released| *released).await;
        // A request that ends with an error here ends its connection without an answer.
        if self.cut.load(Ordering::SeqCst) { Err(kube::Error::Service("cut".into())) } else { Ok(()) }
    }
}

/// What is asked, apart from what differs between two runs: the namespace, versions and time limits.
fn describe(namespace: &str, request: &Parts, body: &[u8]) -> String {
    let path = request.uri.path().replace(namespace, "NS");
    let query = request.uri.query().unwrap_or_default();
    let kept: BTreeMap<&str, &str> = (query.split('&').filter_map(|pair| pair.split_once('=')))
        .filter(|(key, _)| matches!(*key, "watch" | "dryRun" | "fieldSelector"))
        .collect();
    let kept: Vec<String> = kept.iter().map(|(key, value)| format!("{key}={value}")).collect();
    // How often a Lease is renewed is a matter of time; it is given up once.
    let lease = match (&request.method, path.contains("/leases/")) {
        (&Method::PATCH, true) if String::from_utf8_lossy(body).contains("\"holderIdentity\":\"\"") => {
            "release"
        }
        (&Method::PATCH, true) => "renew",
        _ => "",
    };
    format!("{} {path} {}{lease}", request.method, kept.join("&")).trim_end().replace(namespace, "NS")
}

type Answer = Response<UnsyncBoxBody<Bytes, kube::Error>>;

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Answer, kube::Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let call = shared.note(&parts, &body);
    if shared.stops_at(&call, When::Before) {
        shared.stop().await?;
    }
    let target = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let mut asked = Request::builder().method(parts.method.clone()).uri(target);
    for name in ["accept", "content-type", "user-agent"] {
        asked = parts.headers.get(name).into_iter().fold(asked, |asked, value| asked.header(name, value));
    }
    let asked = asked.body(Body::from(body.to_vec())).expect("a request");
    let answer = cluster().client().send(asked).await?;
    let (head, body) = answer.into_parts();
    let streams = parts.method == Method::GET && call.what.contains("watch=");
    let body = if streams {
        body.boxed_unsync()
    } else {
        let whole = body.collect().await?.to_bytes();
        Full::new(whole).map_err(|never| match never {}).boxed_unsync()
    };
    if shared.stops_at(&call, When::After) {
        shared.stop().await?;
    }
    let mut response = Response::builder().status(head.status);
    for name in ["content-type", "date", "warning"] {
        response =
            head.headers.get(name).into_iter().fold(response, |response, value| response.header(name, value));
    }
    Ok(response.body(body).expect("a response"))
}
