//! The Lease in the cluster: read, made, and changed on the condition that nobody else has changed it.

use std::future::Future;
use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::Connection;
use super::super::error::{ApiError, Reason};
use super::super::send::JSON;
use crate::domain::lease::Lease;
use crate::snapshot;
use crate::wire::{self, Object as _};

/// Where a Lease is.
pub(super) struct Place {
    connection: Connection,
    namespace: String,
    name: String,
}

/// A Lease as it was read.
pub(super) struct Found {
    pub(super) lease: Lease,
    pub(super) version: String,
}

impl Place {
    pub(super) fn new(connection: &Connection, namespace: &str, name: &str) -> Self {
        Self { connection: connection.clone(), namespace: namespace.to_owned(), name: name.to_owned() }
    }

    pub(super) async fn find(&self) -> Result<Option<Found>, ApiError> {
        let object = self.connection.find::<wire::Lease>(Some(&self.namespace), &self.name).await?;
        Ok(object.map(|object| Found {
            lease: snapshot::lease(&object),
            version: object.meta().resource_version.clone(),
        }))
    }

    /// Makes the Lease and returns its version, if the answer has one.
    pub(super) async fn create(&self, spec: &Value) -> Result<Option<String>, ApiError> {
        let resource = wire::Lease::RESOURCE;
        let object = json!({
            "apiVersion": resource.api_version(),
            "kind": resource.kind,
            "metadata": {"name": self.name, "labels": labels()},
            "spec": spec,
        });
        let path = Connection::path::<wire::Lease>(Some(&self.namespace), None);
        self.connection.write(Method::POST, &path, JSON, &object).await.map(|answer| version(&answer))
    }

    /// Changes the Lease if it is still at that version, and returns the new one, if the answer has one. Within a merge
    /// patch the version is a precondition, as it is in an update; unlike an update it leaves alone what we do not
    /// know.
    pub(super) async fn change(&self, from: &str, spec: &Value) -> Result<Option<String>, ApiError> {
        let patch = json!({"metadata": {"resourceVersion": from, "labels": labels()}, "spec": spec});
        let path = Connection::path::<wire::Lease>(Some(&self.namespace), Some(&self.name));
        let answer =
            self.connection.write(Method::PATCH, &path, "application/merge-patch+json", &patch).await;
        answer.map(|answer| version(&answer))
    }

    /// The server's time in whole microseconds, as a Lease keeps it: what is read is equal to what was written.
    pub(super) fn now(&self) -> Timestamp {
        let now = self.connection.server_now().unwrap_or_else(Timestamp::now);
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// Bounds work on the Lease. Cutting off a write leaves open whether it has happened.
    pub(super) async fn within<T, E: From<ApiError>>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
            let call = self.connection.call(
                &wire::Lease::RESOURCE,
                "patch",
                Some(&self.namespace),
                Some(&self.name),
            );
            let message = format!("none within {:.1} s", limit.as_secs_f64());
            Err(ApiError::new(Reason::Timeout, message, call).into())
        })
    }
}

/// What takes the Lease.
pub(super) fn taken(identity: &str, duration: Duration, at: Timestamp, transitions: u32) -> Value {
    let mut spec = renewed(identity, duration, at);
    spec["acquireTime"] = json!(micro(at));
    spec["leaseTransitions"] = json!(transitions);
    spec
}

/// What renews it, and puts right what somebody else may have changed.
pub(super) fn renewed(identity: &str, duration: Duration, at: Timestamp) -> Value {
    // The Lease knows whole seconds only; others may wait a little longer than we count, never shorter.
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    json!({"holderIdentity": identity, "leaseDurationSeconds": seconds, "renewTime": micro(at)})
}

/// What releases it.
pub(super) fn released() -> Value {
    json!({"holderIdentity": ""})
}

fn labels() -> Value {
    json!({"app.kubernetes.io/managed-by": "kubectl-stateful"})
}

/// A MicroTime: the server accepts six digits only.
fn micro(time: Timestamp) -> String {
    format!("{time:.6}")
}

/// The version in the server's answer to a write.
fn version(answer: &Value) -> Option<String> {
    answer["metadata"]["resourceVersion"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_a_lease_has_six_digits_of_a_second_and_rounds_its_duration_up() {
        let at: Timestamp = "2026-01-01T10:00:00Z".parse().expect("a time");
        assert_eq!(
            taken("me", Duration::from_millis(1500), at, 3),
            json!({
                "holderIdentity": "me",
                "leaseDurationSeconds": 2,
                "acquireTime": "2026-01-01T10:00:00.000000Z",
                "renewTime": "2026-01-01T10:00:00.000000Z",
                "leaseTransitions": 3,
            })
        );
    }
}
