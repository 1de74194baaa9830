//! One request: credentials, time-outs, and what every answer teaches.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use jiff::Timestamp;

use super::Connection;
use super::classify::{Fault, classify};
use super::connection::Session;
use super::error::{ApiError, Call, Reason, Unreachable};
use super::status::Status;

/// Credentials are renewed this long before they end, so that they do not end on the way.
const EARLY: jiff::SignedDuration = jiff::SignedDuration::from_secs(10);
/// A token file is read again after this long, as client-go does.
const REREAD: Duration = Duration::from_secs(60);
/// Credentials this young are not renewed because of a 401: the server has refused the best that we can get.
const YOUNG: Duration = Duration::from_secs(5);
/// How often and how long to wait where the server asks for patience with a read.
const BUSY_ATTEMPTS: u32 = 3;
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// JSON, for what has no slim type.
pub(super) const JSON: &str = "application/json";
/// Protobuf where the server can, else JSON.
pub(super) const ANY: &str = "application/vnd.kubernetes.protobuf, application/json;q=0.9";
/// Lists of the metadata alone, which cost the server a third; of servers that cannot, whole objects.
pub(super) const METADATA: &str = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, \
     application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1;q=0.9, application/json;q=0.8";
/// The same of the objects of a watch.
pub(super) const WATCHED_METADATA: &str =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json;q=0.8";

/// A request, apart from who sends it.
#[derive(Clone)]
pub(super) struct Outgoing {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) accept: &'static str,
    /// Content type and content.
    pub(super) body: Option<(&'static str, Bytes)>,
}

impl Outgoing {
    /// A request that reads.
    pub(super) fn get(path: String, accept: &'static str) -> Self {
        Self { method: Method::GET, path, accept, body: None }
    }
}

impl Connection {
    /// Sends a request and returns the answer if it is a success; the body is still to be read.
    ///
    /// A read waits, a few times and briefly, where the server says that it is busy. Nothing else is sent twice,
    /// save after a 401 with credentials that could be renewed: such a request was not carried out.
    pub(super) async fn send(
        &self,
        request: &Outgoing,
        call: &Arc<Call>,
    ) -> Result<Response<Incoming>, ApiError> {
        let mut renewed = false;
        let mut busy = 0;
        loop {
            let session = self.fresh_session(call).await?;
            let response = self.exchange(request, &session, call).await?;
            let status = response.status();
            if status.is_success() {
                return Ok(response);
            }
            if status == StatusCode::UNAUTHORIZED
                && !std::mem::replace(&mut renewed, true)
                && self.shared.auth.is_renewable()
                && session.obtained.elapsed() > YOUNG
            {
                self.renew_since(&session).await.map_err(|error| credentials_error(&error, call))?;
                continue;
            }
            let wait = retry_after(response.headers()).filter(|wait| *wait <= BUSY_WAIT);
            if let (StatusCode::TOO_MANY_REQUESTS, true, Some(wait)) =
                (status, request.method == Method::GET, wait)
                && busy < BUSY_ATTEMPTS
            {
                busy += 1;
                tokio::time::sleep(wait).await;
                continue;
            }
            return Err(failure(response, call).await);
        }
    }

    /// The session, with credentials that are not about to end.
    async fn fresh_session(&self, call: &Arc<Call>) -> Result<Arc<Session>, ApiError> {
        let session = self.session();
        let ending = session
            .expires
            .is_some_and(|end| Timestamp::now().saturating_add(EARLY).is_ok_and(|soon| soon >= end));
        let stale = self.shared.auth.is_file() && session.obtained.elapsed() > REREAD;
        // A plugin that hands out what is about to end must not run for every request.
        let ended = ending && session.obtained.elapsed() > YOUNG;
        if !stale && !ended {
            return Ok(session);
        }
        match self.renew_since(&session).await {
            Ok(()) => Ok(self.session()),
            // As client-go: the last token serves on where the file is gone.
            Err(_) if stale => Ok(session),
            Err(error) => Err(credentials_error(&error, call)),
        }
    }

    async fn exchange(
        &self,
        request: &Outgoing,
        session: &Session,
        call: &Arc<Call>,
    ) -> Result<Response<Incoming>, ApiError> {
        let built = self
            .build(request, session)
            .map_err(|why| ApiError::new(Reason::Invalid, why, Arc::clone(call)))?;
        let sent = Timestamp::now();
        let response = session.transport.send(built).await.map_err(|fault| fault.of(call))?;
        tracing::debug!(
            "{} {}{} {} in {:.0} ms, accept {}",
            request.method,
            self.server(),
            request.path,
            response.status().as_u16(),
            Timestamp::now().duration_since(sent).as_secs_f64() * 1000.0,
            request.accept
        );
        self.clock().learn(response.headers(), sent, Timestamp::now());
        self.warnings().collect(&request.method, response.headers());
        Ok(response)
    }

    pub(super) fn build(
        &self,
        request: &Outgoing,
        session: &Session,
    ) -> Result<Request<Full<Bytes>>, String> {
        let url = format!("{}{}", self.server(), request.path);
        let body = request.body.clone();
        let mut built =
            Request::new(Full::new(body.as_ref().map(|(_, bytes)| bytes.clone()).unwrap_or_default()));
        *built.method_mut() = request.method.clone();
        *built.uri_mut() = url.parse().map_err(|error| format!("{url:?} is no URL: {error}"))?;
        let headers = built.headers_mut();
        headers.clone_from(&self.shared.headers);
        headers.insert(ACCEPT, HeaderValue::from_static(request.accept));
        // Compressing costs the server more than it saves, except on the slowest lines.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let Some((content_type, _)) = body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if let Some(authorization) = &session.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        Ok(built)
    }

    /// Bounds one request by `--request-timeout`.
    pub(super) async fn in_time<T>(
        &self,
        call: &Arc<Call>,
        work: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, ApiError> {
        let Some(limit) = self.shared.request_timeout else { return work.await };
        tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
            let message = format!("none within {} s", limit.as_secs_f64());
            Err(ApiError::new(Reason::Timeout, message, Arc::clone(call)))
        })
    }
}

impl Fault {
    /// The fault, as the end of `call`.
    pub(super) fn of(self, call: &Arc<Call>) -> ApiError {
        ApiError::new(self.reason, self.message, Arc::clone(call))
    }
}

/// A connection that broke in the middle of an answer.
pub(super) fn broken(error: &(dyn std::error::Error + 'static), call: &Arc<Call>) -> ApiError {
    let fault = classify(error);
    match fault.reason {
        Reason::Tls(_) => fault.of(call),
        _ => ApiError::new(Reason::Unreachable(Unreachable::Broken), fault.message, Arc::clone(call)),
    }
}

async fn failure(response: Response<Incoming>, call: &Arc<Call>) -> ApiError {
    const LONGEST: usize = 1 << 20;
    let code = response.status();
    let body = Limited::new(response.into_body(), LONGEST).collect().await;
    let bytes = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Status::read(code, &bytes).into_error(Arc::clone(call))
}

fn credentials_error(error: &crate::error::Error, call: &Arc<Call>) -> ApiError {
    let mut failed = ApiError::new(Reason::Credentials, error.message(), Arc::clone(call));
    failed.hints = error.hints().to_vec();
    failed
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}
