//! JSON and YAML: the same document. The only file that knows a YAML library.
//!
//! serde-saphyr, not the deprecated serde_yaml, which writes plain scalars that YAML 1.1 readers such as kubectl
//! take for booleans or numbers (`yes`, `1_000`).

use serde::Serialize;

use crate::error::{Error, Result};

/// The document as indented JSON, with a line break at the end.
pub fn json<T: Serialize>(document: &T) -> Result<String> {
    let text = serde_json::to_string_pretty(document);
    text.map(|text| text + "\n").map_err(|error| Error::failed(format!("cannot write JSON: {error}")))
}

/// The document as one line of JSON, with a line break at its end: one of many.
pub fn json_line<T: Serialize>(document: &T) -> Result<String> {
    let text = serde_json::to_string(document);
    text.map(|text| text + "\n").map_err(|error| Error::failed(format!("cannot write JSON: {error}")))
}

/// The document as YAML.
pub fn yaml<T: Serialize>(document: &T) -> Result<String> {
    serde_saphyr::to_string(document).map_err(|error| Error::failed(format!("cannot write YAML: {error}")))
}

/// One document of YAML, which JSON is too.
///
/// # Errors
/// Text that is none.
pub fn parse(text: &str) -> std::result::Result<serde_json::Value, String> {
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}
