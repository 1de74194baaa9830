//! A stream to a port of a pod, through the API server.

use std::error::Error as _;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::StatusCode;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::Portforwarder;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};

use crate::cluster::Connection;
use crate::cluster::classify::classify;
use crate::cluster::error::{ApiError, Call, Reason};
use crate::cluster::status::Status;

/// A stream to a port of a pod. It ends with an error that has the kubelet's words where the kubelet gave some. Dropping
/// it ends everything that serves it.
pub(super) struct Forward {
    stream: DuplexStream,
    failure: Option<Pin<Box<dyn Future<Output = Option<String>> + Send + Sync>>>,
    forwarder: Portforwarder,
}

impl Forward {
    /// Opens it. A token that has expired is renewed, once: kube's client does not do that.
    ///
    /// # Errors
    /// Anything that a request can end with. Since Kubernetes 1.35 it takes the rights to `create` and to `get`
    /// pods/portforward.
    pub(super) async fn open(
        connection: &Connection,
        namespace: &str,
        pod: &str,
        port: u16,
    ) -> Result<Self, ApiError> {
        match Self::try_open(connection, namespace, pod, port).await {
            Err(error) if error.reason == Reason::Unauthorized && connection.renew().await.is_ok() => {
                Self::try_open(connection, namespace, pod, port).await
            }
            opened => opened,
        }
    }

    async fn try_open(
        connection: &Connection,
        namespace: &str,
        pod: &str,
        port: u16,
    ) -> Result<Self, ApiError> {
        let call = |verb| Call {
            resource: "pods/portforward".to_owned(),
            namespace: Some(namespace.to_owned()),
            namespaced: true,
            name: Some(pod.to_owned()),
            ..connection.call_of_path(verb, "")
        };
        let client = connection
            .kube_client()
            .map_err(|error| ApiError::new(Reason::Invalid, error.message(), Arc::new(call("create"))))?;
        let opened = Api::<Pod>::namespaced(client, namespace).portforward(pod, &[port]).await;
        let mut forwarder = opened.map_err(|error| explain(&error, call))?;
        let stream = forwarder.take_stream(port).zip(forwarder.take_error(port));
        let Some((stream, failure)) = stream else {
            let message = "the answer has no stream";
            return Err(ApiError::new(Reason::Malformed, message, Arc::new(call("create"))));
        };
        Ok(Self { stream, failure: Some(Box::pin(failure)), forwarder })
    }

    /// What the kubelet said of a port that cannot be used, or no longer.
    fn poll_failure(&mut self, cx: &mut Context<'_>) -> Option<io::Error> {
        let Poll::Ready(said) = self.failure.as_mut()?.as_mut().poll(cx) else { return None };
        self.failure = None;
        let kind = |said: &str| match said.contains("refused") {
            true => io::ErrorKind::ConnectionRefused,
            false => io::ErrorKind::BrokenPipe,
        };
        said.map(|said| io::Error::new(kind(&said), said.trim().to_owned()))
    }
}

/// The failure, with the one of the two rights that the server misses.
fn explain(error: &kube::Error, call: impl Fn(&'static str) -> Call) -> ApiError {
    let kube::Error::Api(status) = error else {
        let cause = error.source().map(classify).unwrap_or_else(|| classify(error));
        return cause.of(&Arc::new(call("create")));
    };
    let verb = if status.message.contains("cannot get") { "get" } else { "create" };
    let code = StatusCode::from_u16(status.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(status).unwrap_or_default();
    Status::read(code, &body).into_error(Arc::new(call(verb)))
}

impl Drop for Forward {
    fn drop(&mut self) {
        // It would otherwise wait for the server to close its side.
        self.forwarder.abort();
    }
}

impl AsyncRead for Forward {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(error) = self.poll_failure(cx) {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Forward {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
