//! What to send, and to whom.

use serde::Deserialize;

use crate::Result;

/// A server, and requests for it.
#[derive(Deserialize)]
pub struct Plan {
    /// Host and port.
    pub address: String,
    /// The certificate authority, PEM.
    pub ca: String,
    /// The bearer token.
    pub token: String,
    /// Requests that go out together; the next wave waits for the answers of the last.
    pub waves: Vec<Vec<Ask>>,
}

/// One request.
#[derive(Clone, Deserialize)]
pub struct Ask {
    /// Path and query.
    pub path: String,
    /// The Accept header.
    pub accept: String,
    /// Whether to follow the list's `continue` tokens to its end.
    #[serde(default)]
    pub all_pages: bool,
}

/// Reads a plan from a file.
pub fn read(path: &str) -> Result<Plan> {
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}
