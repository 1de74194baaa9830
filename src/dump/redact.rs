//! Takes out of a capture what nobody should pass on.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Removes the values of environment variables, the annotation that repeats the applied manifest, and what only
/// fills the file. Equal values become equal placeholders, so that two templates that differ only in such a value
/// still differ.
#[derive(Debug, Default)]
pub(super) struct Redactor {
    seen: BTreeMap<String, usize>,
}

impl Redactor {
    /// Cleans one object in place.
    pub(super) fn clean(&mut self, object: &mut Value) {
        if let Some(meta) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            meta.remove("managedFields");
        }
        if object.get("kind").and_then(Value::as_str) == Some("Node")
            && let Some(status) = object.get_mut("status").and_then(Value::as_object_mut)
        {
            status.remove("images");
        }
        self.walk(object);
    }

    fn walk(&mut self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                self.environment(fields);
                applied_manifest(fields);
                fields.values_mut().for_each(|value| self.walk(value));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item)),
            _ => {}
        }
    }

    fn environment(&mut self, container: &mut Map<String, Value>) {
        let Some(Value::Array(variables)) = container.get_mut("env") else { return };
        for value in variables.iter_mut().filter_map(|variable| variable.get_mut("value")) {
            let next = self.seen.len() + 1;
            let number = *self.seen.entry(value.to_string()).or_insert(next);
            *value = json!(format!("(removed {number})"));
        }
    }
}

/// `kubectl apply` keeps the whole manifest, values and all, in an annotation, and revisions copy it.
fn applied_manifest(fields: &mut Map<String, Value>) {
    if let Some(Value::Object(annotations)) = fields.get_mut("annotations") {
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_of_an_environment_variable_survives_anywhere() {
        let template = json!({"spec": {"containers": [{"name": "app", "env": [
            {"name": "PASSWORD", "value": "hunter2"},
            {"name": "AGAIN", "value": "hunter2"},
            {"name": "OTHER", "value": "s3cret"},
            {"name": "REF", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
        ]}]}});
        let mut object = json!({
            "kind": "StatefulSet",
            "metadata": {
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "hunter2", "keep": "me"},
                "managedFields": [{"manager": "kubectl"}],
            },
            "spec": {"template": &template},
            "data": {"spec": {"template": &template}},
        });
        Redactor::default().clean(&mut object);
        let text = object.to_string();
        assert!(
            !text.contains("hunter2") && !text.contains("s3cret") && !text.contains("managedFields"),
            "{text}"
        );
        assert!(text.contains("keep"), "{text}");
        let env = object.pointer("/data/spec/template/spec/containers/0/env").unwrap();
        assert_eq!(env[0]["value"], env[1]["value"]);
        assert_ne!(env[0]["value"], env[2]["value"]);
        assert_eq!(env[3]["valueFrom"]["secretKeyRef"]["name"], "db");
    }
}
