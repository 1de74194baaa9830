//! The set and its parts as they stand in the API.

use super::SET;
use crate::prove::lives::{Shape, Template, Update};
use crate::story::{BEHAVIOUR, NO_NODE, retention_policy};
use crate::{Behaviour, SetBuilder, set};
use kube::ResourceExt;
use serde_json::{Value, json};

/// A finalizer nobody takes away by itself.
const HOLD: &str = "kubectl-stateful.test/hold";
/// An annotation of pod templates: the same number is the same template.
const NUMBER: &str = "kubectl-stateful.test/template";

/// The set of a shape, with so many claims for each pod.
pub(super) fn builder(shape: &Shape, namespace: &str, claims: u32) -> SetBuilder {
    let mut builder = set(SET)
        // Short, so that pods that stay longer are known to be stuck soon.
        .grace_period(2)
        .replicas(i32::try_from(shape.replicas).unwrap_or(i32::MAX))
        .start(i32::try_from(shape.start).unwrap_or(i32::MAX))
        .update_strategy(strategy(&shape.update))
        .min_ready_seconds(i32::try_from(shape.min_ready_seconds).unwrap_or(i32::MAX))
        .storage_class(&shape.class);
    for number in 0..claims {
        builder = builder.claims(&format!("data{number}"));
    }
    if shape.parallel {
        builder = builder.parallel();
    }
    if shape.own_nodes {
        builder = builder.nodes_in(namespace);
    }
    if shape.init {
        builder = builder.init_container("init");
    }
    builder.retention(word(shape.delete_with_set), word(shape.delete_when_scaled))
}

/// `spec.persistentVolumeClaimRetentionPolicy`.
pub(super) fn retention(with_set: bool, when_scaled: bool) -> Value {
    retention_policy(word(with_set), word(when_scaled))
}

/// `spec.updateStrategy`.
pub(super) fn strategy(update: &Update) -> Value {
    match update {
        Update::Null => json!({"type": "RollingUpdate", "rollingUpdate": null}),
        Update::OnDelete => json!({"type": "OnDelete", "rollingUpdate": null}),
        Update::Partition(partition) => {
            json!({"type": "RollingUpdate", "rollingUpdate": {"partition": partition, "maxUnavailable": null}})
        }
        Update::Budget(partition, amount) => {
            let amount = amount.parse::<u32>().map_or_else(|_| json!(amount), |count| json!(count));
            json!({"type": "RollingUpdate", "rollingUpdate": {"partition": partition, "maxUnavailable": amount}})
        }
    }
}

/// A template as a patch over any other.
pub(super) fn patch_of(template: Template, number: usize) -> Value {
    let (behaviour, nowhere, volumes) = match template {
        Template::Of(behaviour) => (behaviour, Value::Null, Value::Null),
        Template::Unschedulable => (Behaviour::Healthy, json!("node"), Value::Null),
        Template::AbsentClaim => {
            let absent = json!({"name": "absent", "persistentVolumeClaim": {"claimName": "absent"}});
            (Behaviour::Healthy, Value::Null, json!([absent]))
        }
    };
    json!({
        "metadata": {"annotations": {BEHAVIOUR: behaviour.name(), NUMBER: number.to_string()}},
        "spec": {"nodeSelector": {NO_NODE: nowhere}, "volumes": volumes},
    })
}

/// RFC 7386, for a whole object that is about to be made.
pub(super) fn merge(object: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *object = patch.clone();
        return;
    };
    if !object.is_object() {
        *object = json!({});
    }
    for (key, value) in fields {
        if value.is_null() {
            object.as_object_mut().map(|object| object.remove(key));
        } else {
            merge(&mut object[key.as_str()], value);
        }
    }
}

/// Held by us, or by nobody.
pub(super) fn finalizers(held: bool) -> Value {
    json!({"metadata": {"finalizers": if held { json!([HOLD]) } else { Value::Null }}})
}

/// Held by us as well.
pub(super) fn add_finalizer(object: &impl ResourceExt) -> Value {
    let all: Vec<&str> = object.finalizers().iter().map(String::as_str).chain([HOLD]).collect();
    json!({"metadata": {"finalizers": all}})
}

/// No longer held by us.
pub(super) fn without_finalizer(object: &impl ResourceExt) -> Value {
    let rest: Vec<&String> = object.finalizers().iter().filter(|one| *one != HOLD).collect();
    json!({"metadata": {"finalizers": rest}})
}

pub(super) fn is_held(object: &impl ResourceExt) -> bool {
    object.finalizers().iter().any(|finalizer| finalizer == HOLD)
}

fn word(delete: bool) -> &'static str {
    if delete { "Delete" } else { "Retain" }
}
