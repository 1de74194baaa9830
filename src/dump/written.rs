//! What a capture looks like as a file.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{CAPTURED_AT, ELECTIONS, READ, Redactor};

/// A List that kubectl reads as well, cleaned of what nobody should pass on, with marks that say when it was taken and
/// which kinds, by plural name, it holds all of, and of which it holds every election of its sets.
pub fn document(mut items: Vec<Value>, complete: &[&str], elections: &[&str], at: Timestamp) -> Value {
    let mut redactor = Redactor::default();
    items.iter_mut().for_each(|item| redactor.clean(item));
    json!({
        "apiVersion": "v1",
        "kind": "List",
        "metadata": {"annotations": {
            CAPTURED_AT: at.to_string(),
            READ: complete.join(","),
            ELECTIONS: elections.join(","),
        }},
        "items": items,
    })
}
