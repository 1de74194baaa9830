//! Writes, as data: JSON Patches that the server carries out only if the set is still as it was read.

use serde_json::{Value, json};

pub use super::record::ANNOTATION;
use super::record::Record;
use crate::domain::set::{Annotated, Strategy};
use crate::domain::{Offset, Revision, Set};

/// A change of the set. Everything in it is one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The new record.
    pub record: Record,
    /// The new partition, where it changes.
    pub partition: Option<Partition>,
    /// The revision whose template is put in place.
    pub template: Option<Revision>,
}

/// A partition to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partition {
    /// This one.
    At(Offset),
    /// None: `rollingUpdate` is taken away.
    None,
}

/// The JSON Patch of a change; `template` is the whole new pod template.
///
/// It tests identity, generation and the old partition, so that nobody's change of the spec is written over, and the
/// old record, so that no other runner's is: a change of annotations alone does not count as a generation.
pub fn json_patch(set: &Set, change: &Change, template: Option<&Value>) -> Value {
    let mut patch = vec![
        json!({"op": "test", "path": "/metadata/uid", "value": set.uid}),
        json!({"op": "test", "path": "/metadata/generation", "value": set.generation}),
    ];
    if let Some(partition) = change.partition {
        patch.extend(of_partition(set, partition));
    }
    if let Some(template) = template {
        patch.push(json!({"op": "replace", "path": "/spec/template", "value": template}));
    }
    patch.extend(of_annotation(set, &change.record));
    Value::Array(patch)
}

fn of_partition(set: &Set, partition: Partition) -> Vec<Value> {
    const ROLLING: &str = "/spec/updateStrategy/rollingUpdate";
    let path = format!("{ROLLING}/partition");
    let rolling = match &set.spec.strategy {
        Strategy::RollingUpdate(Some(rolling)) => Some(rolling.partition),
        _ => None,
    };
    match (rolling, partition) {
        (Some(old), Partition::At(new)) => vec![
            // The server writes 0 where a client leaves it out, so it is always there.
            json!({"op": "test", "path": path, "value": old}),
            json!({"op": "replace", "path": path, "value": new}),
        ],
        (Some(old), Partition::None) => {
            vec![json!({"op": "test", "path": path, "value": old}), json!({"op": "remove", "path": ROLLING})]
        }
        (None, Partition::At(new)) => {
            vec![json!({"op": "add", "path": ROLLING, "value": {"partition": new}})]
        }
        (None, Partition::None) => Vec::new(),
    }
}

fn of_annotation(set: &Set, record: &Record) -> Vec<Value> {
    let path = format!("/metadata/annotations/{}", ANNOTATION.replace('/', "~1"));
    let text = record.text();
    match (&set.annotated, &set.canary) {
        // There is no map to add to. Nothing tells whether somebody else makes one meanwhile but the version.
        (Annotated::No { resource_version }, _) => vec![
            json!({"op": "test", "path": "/metadata/resourceVersion", "value": resource_version}),
            json!({"op": "add", "path": "/metadata/annotations", "value": {ANNOTATION: text}}),
        ],
        (Annotated::Yes, Some(old)) => vec![
            json!({"op": "test", "path": path, "value": old}),
            json!({"op": "replace", "path": path, "value": text}),
        ],
        (Annotated::Yes, None) => vec![json!({"op": "add", "path": path, "value": text})],
    }
}
