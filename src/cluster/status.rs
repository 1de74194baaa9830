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

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(code: u16, body: &str) -> (Reason, String) {
        let status = Status::read(StatusCode::from_u16(code).expect("a code"), body.as_bytes());
        (status.classify(), status.message)
    }

    #[test]
    fn codes_and_reasons_are_told_apart() {
        for (code, body, expected) in [
            (401, "", Reason::Unauthorized),
            (403, "", Reason::Forbidden),
            (404, "", Reason::NotFound),
            (409, r#"{"reason":"AlreadyExists","code":409}"#, Reason::AlreadyExists),
            (409, r#"{"reason":"Conflict","code":409}"#, Reason::Conflict),
            (410, r#"{"reason":"Expired"}"#, Reason::Gone),
            (422, r#"{"reason":"Invalid"}"#, Reason::Invalid),
            (429, "", Reason::TooManyRequests),
            (504, r#"{"reason":"Timeout"}"#, Reason::Timeout),
            (504, r#"{"details":{"causes":[{"reason":"ResourceVersionTooLarge"}]}}"#, Reason::Gone),
            (503, "", Reason::Status { code: 503, reason: String::new() }),
        ] {
            assert_eq!(reason(code, body).0, expected, "{code} {body}");
        }
    }

    #[test]
    fn bodies_that_are_no_status_become_its_message() {
        assert_eq!(reason(502, "\n bad gateway \nmore").1, "bad gateway");
        assert_eq!(reason(502, "<html><body>x</body></html>").1, "");
        assert_eq!(reason(500, "\u{1}\u{fffd}").0, Reason::Status { code: 500, reason: String::new() });
    }

    #[test]
    fn a_status_in_protobuf_is_the_same() {
        #[derive(Clone, PartialEq, prost::Message)]
        struct Envelope {
            #[prost(bytes = "vec", tag = "2")]
            raw: Vec<u8>,
        }
        let cause = Cause { kind: "K".to_owned(), message: "m".to_owned() };
        let status = Status {
            metadata: None,
            message: "no".to_owned(),
            reason: "Forbidden".to_owned(),
            details: Some(Details { causes: vec![cause], retry_after_seconds: 3 }),
            code: 403,
        };
        let body = [b"k8s\0".to_vec(), Envelope { raw: status.encode_to_vec() }.encode_to_vec()].concat();
        assert_eq!(Status::read(StatusCode::FORBIDDEN, &body), status);
        let json = r#"{"kind":"Status","metadata":{},"message":"no","reason":"Forbidden","code":403,
            "details":{"causes":[{"reason":"K","message":"m","field":"f"}],"retryAfterSeconds":3}}"#;
        let read = Status::read(StatusCode::FORBIDDEN, json.as_bytes());
        assert_eq!(Status { metadata: None, ..read }, status);
    }
}
