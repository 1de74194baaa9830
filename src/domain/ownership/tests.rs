//! Who is in the way of a change, and who is named for one.

use std::collections::BTreeSet;

use super::Field::{Partition, Replicas, Template};
use super::{Field, Manager, Objection, Ownership, Writer, takeover, tool, who, writer};
use crate::domain::claim::Owner;

fn manager(name: &str, owns: &[Field]) -> Manager {
    let owns: BTreeSet<Field> = owns.iter().copied().collect();
    Manager { name: name.to_owned(), applies: false, subresource: String::new(), time: None, owns }
}

fn applier(name: &str, owns: &[Field]) -> Manager {
    Manager { applies: true, ..manager(name, owns) }
}

fn at(second: i64, manager: Manager) -> Manager {
    let start: jiff::Timestamp = "2026-01-01T12:00:00Z".parse().unwrap();
    Manager { time: Some(start + jiff::SignedDuration::from_secs(second)), ..manager }
}

fn scaling(manager: Manager) -> Manager {
    Manager { subresource: "scale".to_owned(), ..manager }
}

fn mark(tool: &str) -> (String, String) {
    (tool.to_owned(), "this set's manifest".to_owned())
}

fn owner(kind: &str, controller: bool) -> Owner {
    let (api_version, name, uid) = ("example.com/v1".to_owned(), "events".to_owned(), "uid".to_owned());
    Owner { api_version, kind: kind.to_owned(), name, uid, controller }
}

/// The sentences of all objections to a new template below a new partition.
fn objections(managers: Vec<Manager>, marks: &[(String, String)], owners: &[Owner]) -> Vec<String> {
    let found = takeover(&Ownership::new(managers), marks, owners, &[Template, Partition]);
    found.into_iter().map(|objection| objection.why).collect()
}

#[test]
fn the_newest_owner_of_a_field_is_its_last_writer() {
    let ownership = Ownership::new(vec![
        at(9, applier("argocd-controller", &[Template])),
        at(1, manager("kubectl-set", &[Template])),
        at(5, manager("kubectl-edit", &[Template, Partition])),
        manager("kubectl-create", &[Template]),
    ]);
    let names: Vec<&str> = ownership.owners(Template).map(|manager| manager.name.as_str()).collect();
    assert_eq!(names, ["argocd-controller", "kubectl-edit", "kubectl-set", "kubectl-create"]);
    let last = |field, except| ownership.last_writer(field, except).map(|manager| manager.name.as_str());
    assert_eq!(last(Template, None), Some("argocd-controller"));
    assert_eq!(last(Template, Some("argocd-controller")), Some("kubectl-edit"));
    assert_eq!(last(Partition, Some("kubectl-edit")), None);
    assert_eq!(last(Replicas, None), None);
}

#[test]
fn owners_of_one_second_keep_an_order_that_does_not_change() {
    let (apply, update) = (at(3, applier("zeta", &[Replicas])), at(3, manager("alpha", &[Replicas])));
    let ownership = Ownership::new(vec![apply, update]);
    let names: Vec<&str> = ownership.owners(Replicas).map(|manager| manager.name.as_str()).collect();
    assert_eq!(names, ["alpha", "zeta"]);
}

#[test]
fn who_wrote_is_named_as_people_know_it() {
    let said = |manager: Manager| who(&manager);
    assert_eq!(said(at(0, manager("kubectl-edit", &[]))), "kubectl-edit at 2026-01-01T12:00:00Z");
    assert_eq!(
        said(at(61, manager("argocd-controller", &[]))),
        "Argo CD (argocd-controller) at 2026-01-01T12:01:01Z"
    );
    assert_eq!(said(scaling(manager("kubectl", &[]))), "kubectl (scale)");
    assert_eq!(
        said(scaling(manager("kube-controller-manager", &[]))),
        "an autoscaler (kube-controller-manager)"
    );
    assert_eq!(said(manager("", &[])), "a client without a name");
}

#[test]
fn tools_are_known_by_their_names_and_by_how_names_begin() {
    let name = |manager: &str| tool(manager).map(|tool| tool.name);
    for (manager, expected) in [
        ("argocd-controller", "Argo CD"),
        ("argocd-application-controller", "Argo CD"),
        ("kustomize-controller", "Flux"),
        ("helm-controller", "Flux"),
        ("helm", "Helm"),
        ("Helm", "Helm"),
        ("fleetagent", "Rancher Fleet"),
        ("Terraform", "Terraform"),
        ("terraform-provider-helm_v3.0.2_x5", "Terraform"),
        ("pulumi-kubernetes", "Pulumi"),
        ("pulumi-kubernetes-4b2f9c1e", "Pulumi"),
        ("apiextensions.crossplane.io/composed/ef08e4db35ab", "Crossplane"),
        ("provider-kubernetes/web", "Crossplane"),
    ] {
        assert_eq!(name(manager), Some(expected), "{manager}");
    }
    for person in ["kubectl", "kubectl-client-side-apply", "kubectl-scale", "kubectl-stateful"] {
        assert_eq!(writer(person), Writer::Person, "{person}");
    }
    assert_eq!(writer("kube-controller-manager"), Writer::Kubernetes);
    for other in ["helmfile", "argocd", "ci", "", "ancient-changes"] {
        assert_eq!(writer(other), Writer::Unknown, "{other}");
    }
}

#[test]
fn a_person_and_kubernetes_itself_never_object() {
    let managers = vec![
        manager("kubectl-client-side-apply", &[Template, Partition]),
        applier("kubectl", &[Template, Partition]),
        scaling(manager("kube-controller-manager", &[Replicas])),
    ];
    assert_eq!(objections(managers, &[], &[]), [""; 0]);
    assert_eq!(objections(Vec::new(), &[], &[]), [""; 0]);
}

#[test]
fn a_delivery_tool_objects_to_what_it_owns() {
    let managers = vec![applier("kustomize-controller", &[Replicas, Template])];
    assert_eq!(
        objections(managers, &[mark("Flux")], &[]),
        ["Flux (kustomize-controller) owns spec.template: its next reconciliation would undo this"]
    );
    let elsewhere = vec![applier("kustomize-controller", &[Replicas])];
    assert_eq!(objections(elsewhere, &[mark("Flux")], &[]), [""; 0], "its mark adds nothing");
}

#[test]
fn a_tool_that_updates_may_own_a_partition_that_only_the_server_filled_in() {
    assert_eq!(
        objections(vec![manager("helm", &[Template, Partition])], &[mark("Helm")], &[]),
        [
            "Helm (helm) owns spec.template: its next upgrade would undo this",
            "Helm (helm) owns spec.updateStrategy.rollingUpdate.partition: its next upgrade undoes this if its manifest has that field",
        ]
    );
}

#[test]
fn a_tool_that_changed_to_server_side_apply_objects_once() {
    let twice = vec![
        applier("argocd-controller", &[Template, Partition]),
        at(9, manager("argocd-controller", &[Template, Partition])),
    ];
    let said = objections(twice, &[], &[]);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().all(|why| why.ends_with("its next sync would undo this")), "{said:?}");
}

#[test]
fn an_operator_objects_always_and_first() {
    let managers = vec![manager("helm", &[Template])];
    let owners = [owner("Backup", false), owner("Kafka", true)];
    let found = takeover(&Ownership::new(managers), &[], &owners, &[Template]);
    let who: Vec<&str> = found.iter().map(|objection| objection.who.as_str()).collect();
    assert_eq!(who, ["Kafka events", "Helm (helm)"]);
    assert_eq!(found[0].field, None);
}

#[test]
fn an_unknown_client_objects_only_when_it_applies() {
    let found = takeover(
        &Ownership::new(vec![manager("node-fetch", &[Template]), applier("ci", &[Template])]),
        &[],
        &[],
        &[Template],
    );
    let why = "ci applies spec.template: its next run would undo this, or fail with a conflict".to_owned();
    assert_eq!(found, [Objection { who: "ci".to_owned(), field: Some(Template), why, comes_back: false }]);
}

#[test]
fn marks_speak_where_managed_fields_are_silent() {
    let argo = [mark("Argo CD"), mark("Argo CD")];
    let said = [
        "Argo CD applies this set's manifest, as its marks say, and managedFields do not tell which fields: \
         its next run may undo this",
    ];
    assert_eq!(objections(Vec::new(), &argo, &[]), said, "managedFields were thrown away");
    let by_hand = vec![manager("kubectl-client-side-apply", &[Template, Partition])];
    assert_eq!(objections(by_hand, &argo, &[]), said, "Argo CD is none of the owners");
}

#[test]
fn the_mark_of_helm_is_explained_by_any_tool_that_embeds_it() {
    let flux = vec![applier("helm-controller", &[Replicas])];
    assert_eq!(objections(flux, &[mark("Flux"), mark("Helm")], &[]), [""; 0]);
    let argo = vec![manager("helm", &[Replicas])];
    assert_eq!(objections(argo, &[mark("Argo CD")], &[]).len(), 1, "Helm explains no mark but its own");
}
