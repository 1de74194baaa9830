//! kube's client over connections of ours, for what kube does best: streams within a WebSocket.

use std::sync::Arc;

use http::Request;
use http_body_util::Full;
use kube::client::Body;
use tower::BoxError;

use super::Connection;
use super::dial::{Dialer, HTTP_1};
use super::send::Outgoing;
use super::transport::{FaultError, Transport};
use crate::error::Result;

/// What becomes a stream has no format: the API server answers 406 to whoever insists on one.
const ANYTHING: &str = "*/*";

impl Connection {
    /// kube's client for the same cluster and user, with connections of its own: only those of HTTP/1.1 can turn into a
    /// WebSocket. It does not renew credentials, and does not retry.
    ///
    /// # Errors
    /// Certificates that cannot be used.
    pub fn kube_client(&self) -> Result<kube::Client> {
        let (target, session) = (&self.shared.target, self.session());
        let dialer = Dialer::new(target, session.identity.as_ref(), self.shared.connect_timeout, HTTP_1)?;
        let (transport, connection) = (Arc::new(Transport::new(dialer)), self.clone());
        let service = tower::service_fn(move |request: Request<Body>| {
            let (transport, connection) = (Arc::clone(&transport), connection.clone());
            let session = Arc::clone(&session);
            async move {
                let (head, body) = request.into_parts();
                let path = head.uri.to_string();
                let outgoing = Outgoing { method: head.method, path, accept: ANYTHING, body: None };
                let mut request = connection.build(&outgoing, &session)?;
                request.headers_mut().extend(head.headers);
                *request.body_mut() = Full::new(body.collect_bytes().await?);
                transport.send(request).await.map_err(|fault| BoxError::from(FaultError(fault)))
            }
        });
        Ok(kube::Client::new(service, target.namespace.clone()))
    }
}
