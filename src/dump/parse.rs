//! YAML and JSON documents.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::wire::{Encoded, Object};

/// All documents of one file. Names the file in errors.
pub(super) fn parse(name: &str, bytes: &[u8]) -> Result<Vec<Value>> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(not_a_document(name, "it is not UTF-8 text"));
    };
    let start = text.trim_start();
    if start.is_empty() {
        return Err(not_a_document(name, "it is empty"));
    }
    let documents = if start.starts_with('{') || start.starts_with('[') { json(text) } else { yaml(text) };
    let documents = documents.map_err(|problem| not_a_document(name, &problem))?;
    let objects: Vec<Value> = documents.into_iter().filter(|document| !document.is_null()).collect();
    if !objects.iter().any(Value::is_object) {
        return Err(not_a_document(name, "it holds no objects"));
    }
    Ok(objects)
}

/// One JSON value after another, as `kubectl get -o json` of several commands gives when appended.
fn json(text: &str) -> Result<Vec<Value>, String> {
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        values.push(value.map_err(|error| error.to_string())?);
    }
    Ok(values)
}

fn yaml(text: &str) -> Result<Vec<Value>, String> {
    // The limits of the parser are meant for configuration files; a dump of a cluster is larger. What stays limited
    // is nesting and the expansion of aliases, which no honest dump uses.
    let size = text.len();
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: size,
            max_nodes: size,
            max_total_scalar_bytes: size,
            max_documents: size,
        },
    };
    let documents: Vec<Value> = serde_saphyr::from_multiple_with_options(text, options)
        .map_err(|error| first_line(&error.to_string()))?;
    Ok(documents)
}

/// The parser adds an excerpt of the file, which may be huge or binary.
fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().chars().take(200).collect()
}

fn not_a_document(name: &str, problem: &str) -> Error {
    Error::failed(format!("{name} is no YAML or JSON of Kubernetes objects: {problem}"))
}

/// Reads an object as `T`, with nulls taken for absent fields: hand-written and generated files have both.
pub(super) fn object<T: Object>(value: Value) -> Result<T, String> {
    T::read(Encoded::Json(without_nulls(value).to_string().as_bytes()))
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(key, value)| (key, without_nulls(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}
