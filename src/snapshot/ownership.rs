//! What managedFields say of the parts of a set's spec.

use std::collections::BTreeSet;

use serde_json::Value;

use super::convert::time;
use crate::domain::ownership::{Field, Manager, Ownership};
use crate::wire;

/// Who owns what of a set.
pub fn ownership(managed: &[wire::ManagedField]) -> Ownership {
    Ownership::new(managed.iter().map(manager).collect())
}

fn manager(managed: &wire::ManagedField) -> Manager {
    Manager {
        name: managed.manager.clone(),
        applies: managed.operation == "Apply",
        subresource: managed.subresource.clone(),
        time: time(managed.time),
        owns: fields(&managed.fields),
    }
}

/// The parts of the spec in a tree of owned fields.
fn fields(owned: &Value) -> BTreeSet<Field> {
    let parts = [
        (Field::Replicas, owns(owned, "/f:spec/f:replicas")),
        (Field::Template, owns(owned, "/f:spec/f:template")),
        (Field::Partition, owns(owned, "/f:spec/f:updateStrategy/f:rollingUpdate/f:partition")),
        (Field::Strategy, owns_strategy(owned)),
        (Field::Ordinals, owns(owned, "/f:spec/f:ordinals")),
    ];
    parts.into_iter().filter(|(_, owned)| *owned).map(|(field, _)| field).collect()
}

fn owns(owned: &Value, path: &str) -> bool {
    owned.pointer(path).is_some()
}

/// The strategy's own parts, or the strategy or `rollingUpdate` as a whole. `rollingUpdate` with something in it is
/// no more than the way to that, and says nothing of the strategy.
fn owns_strategy(owned: &Value) -> bool {
    let Some(strategy) = owned.pointer("/f:spec/f:updateStrategy") else { return false };
    let rolling = strategy.get("f:rollingUpdate");
    is_leaf(strategy)
        || owns(strategy, "/.")
        || owns(strategy, "/f:type")
        || rolling.is_some_and(|rolling| is_leaf(rolling) || owns(rolling, "/f:maxUnavailable"))
}

/// Whether a path ends here: `{}`.
fn is_leaf(owned: &Value) -> bool {
    owned.as_object().is_some_and(serde_json::Map::is_empty)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::ownership::Field::{Ordinals, Partition, Replicas, Strategy, Template};
    use crate::domain::ownership::{takeover, who};

    fn read(managed: &Value) -> Ownership {
        ownership(&wire::managed_fields(&json!({"metadata": {"name": "web", "managedFields": managed}})))
    }

    fn owned(fields: &Value) -> Vec<Field> {
        let managed =
            json!([{"manager": "m", "operation": "Update", "fieldsType": "FieldsV1", "fieldsV1": fields}]);
        read(&managed).managers()[0].owns.iter().copied().collect()
    }

    /// What `kubectl apply` leaves at a new set, abridged: it owns also what the server filled in.
    fn applied_client_side(manager: &str) -> Value {
        json!({
            "apiVersion": "apps/v1", "fieldsType": "FieldsV1", "manager": manager, "operation": "Update",
            "time": "2026-01-01T12:00:00Z",
            "fieldsV1": {
                "f:metadata": {"f:annotations": {".": {}, "f:kubectl.kubernetes.io/last-applied-configuration": {}}},
                "f:spec": {
                    "f:persistentVolumeClaimRetentionPolicy": {".": {}, "f:whenDeleted": {}, "f:whenScaled": {}},
                    "f:podManagementPolicy": {}, "f:replicas": {}, "f:revisionHistoryLimit": {},
                    "f:selector": {}, "f:serviceName": {},
                    "f:template": {
                        "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
                        "f:spec": {
                            "f:containers": {"k:{\"name\":\"app\"}": {".": {}, "f:image": {}, "f:name": {}}},
                            "f:restartPolicy": {}, "f:terminationGracePeriodSeconds": {},
                        },
                    },
                    "f:updateStrategy": {"f:rollingUpdate": {".": {}, "f:partition": {}}, "f:type": {}},
                },
            },
        })
    }

    /// What somebody wrote of the image of a set's container.
    fn image_set(manager: &str, operation: &str, time: &str) -> Value {
        let containers = json!({"k:{\"name\":\"app\"}": {"f:image": {}}});
        json!({
            "apiVersion": "apps/v1", "fieldsType": "FieldsV1", "manager": manager, "operation": operation,
            "time": time,
            "fieldsV1": {"f:spec": {"f:template": {"f:spec": {"f:containers": containers}}}},
        })
    }

    fn status_written() -> Value {
        json!({
            "apiVersion": "apps/v1", "fieldsType": "FieldsV1", "manager": "kube-controller-manager",
            "operation": "Update", "subresource": "status", "time": "2026-01-01T12:09:00Z",
            "fieldsV1": {"f:status": {"f:replicas": {}, "f:readyReplicas": {}, "f:observedGeneration": {}}},
        })
    }

    #[test]
    fn a_client_side_apply_owns_the_whole_spec_and_the_controller_none_of_it() {
        let ownership = read(&json!([applied_client_side("kubectl-client-side-apply"), status_written()]));
        let managers = ownership.managers();
        assert_eq!((managers[0].name.as_str(), managers[0].owns.len()), ("kube-controller-manager", 0));
        let owns: Vec<Field> = managers[1].owns.iter().copied().collect();
        assert_eq!(owns, [Replicas, Template, Partition, Strategy]);
        assert_eq!(takeover(&ownership, &[], &[], &[Template, Partition]), []);
    }

    #[test]
    fn each_part_of_the_strategy_is_told_apart() {
        let strategy = |strategy: Value| owned(&json!({"f:spec": {"f:updateStrategy": strategy}}));
        assert_eq!(strategy(json!({"f:rollingUpdate": {"f:partition": {}}})), [Partition]);
        assert_eq!(strategy(json!({"f:rollingUpdate": {".": {}, "f:partition": {}}})), [Partition]);
        assert_eq!(strategy(json!({"f:rollingUpdate": {"f:maxUnavailable": {}}})), [Strategy]);
        assert_eq!(strategy(json!({"f:type": {}})), [Strategy]);
        for whole in [json!({}), json!({".": {}}), json!({"f:rollingUpdate": {}})] {
            assert_eq!(strategy(whole.clone()), [Strategy], "{whole}");
        }
        assert_eq!(owned(&json!({"f:spec": {"f:ordinals": {"f:start": {}}}})), [Ordinals]);
        assert_eq!(owned(&json!({"f:spec": {"f:selector": {}}, "f:status": {"f:replicas": {}}})), []);
    }

    #[test]
    fn who_set_the_image_after_an_apply_is_the_last_writer_of_the_template() {
        let ownership = read(&json!([
            applied_client_side("kubectl-client-side-apply"),
            image_set("kubectl-set", "Update", "2026-01-01T12:05:07Z"),
        ]));
        let last = |field| ownership.last_writer(field, None).map(who).unwrap_or_default();
        assert_eq!(last(Template), "kubectl-set at 2026-01-01T12:05:07Z");
        assert_eq!(last(Partition), "kubectl-client-side-apply at 2026-01-01T12:00:00Z");
    }

    #[test]
    fn argo_cd_is_found_in_both_of_its_ways_to_apply() {
        let server_side = image_set("argocd-controller", "Apply", "2026-01-01T12:05:00Z");
        for entry in [applied_client_side("argocd-controller"), server_side] {
            let objections = takeover(&read(&json!([entry])), &[], &[], &[Template]);
            let said: Vec<&str> = objections.iter().map(|objection| objection.why.as_str()).collect();
            assert_eq!(
                said,
                ["Argo CD (argocd-controller) owns spec.template: its next sync would undo this"]
            );
        }
    }

    #[test]
    fn an_autoscaler_is_named_for_the_replicas() {
        let scaled = json!([{
            "apiVersion": "apps/v1", "fieldsType": "FieldsV1", "manager": "kube-controller-manager",
            "operation": "Update", "subresource": "scale",
            "fieldsV1": {"f:spec": {"f:replicas": {}}},
        }]);
        let last = read(&scaled).last_writer(Replicas, None).map(who);
        assert_eq!(
            last.as_deref(),
            Some("an autoscaler (kube-controller-manager)"),
            "the server notes no time"
        );
    }

    #[test]
    fn entries_of_a_strange_shape_are_skipped() {
        let found = wire::managed_fields(&json!({"metadata": {"managedFields": [
            {}, 7, null, {"manager": 7, "operation": "Update"}, {"manager": "m", "operation": "Update", "time": "soon"},
            {"operation": "Update", "manager": null, "subresource": null, "time": null},
        ]}}));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].manager.as_str(), found[0].time), ("", None));
        for object in [json!({}), json!({"metadata": {"managedFields": {}}}), json!(null)] {
            assert_eq!(wire::managed_fields(&object), []);
        }
    }
}
