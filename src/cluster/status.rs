//! The server's own words: `meta/v1.Status`, in both encodings, and how they become a [`Reason`].

use std::sync::Arc;

use http::StatusCode;
use prost::Message as _;
use serde::Deserialize;

use super::error::{ApiError, Call, Reason};
use super::protobuf;

/// What we read of a `Status`.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub(super) struct Status {
    #[prost(message, optional, tag = "1")]
    pub(super) metadata: Option<crate::wire::ListMeta>,
    #[prost(string, tag = "3")]
    pub(super) message: String,
    #[prost(string, tag = "4")]
    pub(super) reason: String,
    #[prost(message, optional, tag = "5")]
    pub(super) details: Option<Details>,
    #[prost(int32, tag = "6")]
    pub(super) code: i32,
}

/// What the status is about.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Details {
    #[prost(message, repeated, tag = "4")]
    pub(super) causes: Vec<Cause>,
    #[prost(int32, tag = "5")]
    pub(super) retry_after_seconds: i32,
}

/// One cause among several.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub(super) struct Cause {
    #[prost(string, tag = "1")]
    #[serde(rename = "reason")]
    pub(super) kind: String,
    #[prost(string, tag = "2")]
    pub(super) message: String,
}

impl Status {
    /// Reads the body of an answer with an error code. What is no `Status` (a proxy's page, plain text)
    /// becomes the message of one.
    pub(super) fn read(code: StatusCode, body: &[u8]) -> Self {
        let read = match protobuf::unwrap(body) {
            Some(raw) => Self::decode(raw).ok(),
            None => serde_json::from_slice(body).ok(),
        };
        let mut status = read.unwrap_or_else(|| Self { message: first_line(body), ..Self::default() });
        if status.code == 0 {
            status.code = i32::from(code.as_u16());
        }
        status
    }

    /// The error that this status is, as the answer to `call`.
    pub(super) fn into_error(self, call: Arc<Call>) -> ApiError {
        let reason = self.classify();
        ApiError::new(reason, self.message, call)
    }

    fn version_too_large(&self) -> bool {
        let causes = self.details.iter().flat_map(|details| &details.causes);
        causes.into_iter().any(|cause| cause.kind == "ResourceVersionTooLarge")
    }

    fn classify(&self) -> Reason {
        let code = u16::try_from(self.code).unwrap_or(0);
        match (code, self.reason.as_str()) {
            (401, _) => Reason::Unauthorized,
            (403, _) => Reason::Forbidden,
            (404, _) => Reason::NotFound,
            (409, "AlreadyExists") => Reason::AlreadyExists,
            (409, _) => Reason::Conflict,
            (410, _) => Reason::Gone,
            // The storage has not reached that version: it was restored from a backup, or is another replica.
            // Like a version that is too old, it can only be cured by reading anew.
            (504, _) if self.version_too_large() => Reason::Gone,
            (400 | 413 | 415 | 422, _) => Reason::Invalid,
            (429, _) => Reason::TooManyRequests,
            (504, _) => Reason::Timeout,
            (code, reason) => Reason::Status { code, reason: reason.to_owned() },
        }
    }
}

fn first_line(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    // A proxy's HTML page says nothing in its first line.
    if line.starts_with('<') { String::new() } else { line.chars().take(300).collect() }
}
