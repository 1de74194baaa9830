//! Who owns which part of a set, as the real API server notes it of the real kubectl.

use kubectl_stateful::cluster::{Connection, ConnectionFlags};
use kubectl_stateful::domain::ownership::Field::{Ordinals, Partition, Replicas, Strategy, Template};
use kubectl_stateful::domain::ownership::{Field, Manager, Ownership, takeover, who};
use kubectl_stateful::snapshot;
use kubectl_stateful::wire::{self, managed_fields};
use serde_json::json;
use std::io::Write as _;
use std::time::Duration;
use test_cluster::client::block_on;
use test_cluster::*;

/// Two pods; the partition is left to the server.
fn web() -> SetBuilder {
    set("web").replicas(2).service(None)
}

/// Applies a set with kubectl, as `args` say.
fn kubectl_apply(ns: &Namespace, set: SetBuilder, args: &[&str]) {
    let mut file = tempfile::NamedTempFile::with_suffix(".json").expect("a file");
    for object in set.into_objects() {
        writeln!(file, "{object}").expect("a manifest");
    }
    let path = file.path().display().to_string();
    let _ = ns.kubectl(&[&["apply", "-f", &path], args].concat()).ok();
}

fn read(ns: &Namespace) -> Ownership {
    let flags =
        ConnectionFlags { kubeconfig: Some(cluster().kubeconfig.clone()), ..ConnectionFlags::default() };
    let object = block_on(async {
        let connection = Connection::connect(&flags).await.expect("a connection");
        let path = Connection::path::<wire::StatefulSet>(Some(ns.name()), Some("web"));
        connection.raw(&path).await.expect("the set")
    });
    snapshot::ownership(&managed_fields(&object))
}

/// Does something in a second of its own: that is as fine as the server's times are.
fn later(does: impl FnOnce()) {
    std::thread::sleep(Duration::from_millis(1100));
    does();
}

fn owners(ownership: &Ownership, field: Field) -> Vec<&str> {
    ownership.owners(field).map(|manager| manager.name.as_str()).collect()
}

/// The newest owner, as `name at a time`, or its name alone.
fn last(ownership: &Ownership, field: Field) -> String {
    let last = ownership.last_writer(field, None).map(who).unwrap_or_default();
    match last.split_once(" at ") {
        Some((name, time)) if time.ends_with('Z') => format!("{name} at a time"),
        _ => last,
    }
}

fn objections(ownership: &Ownership, touches: &[Field]) -> Vec<String> {
    takeover(ownership, &[], &[], touches).into_iter().map(|objection| objection.why).collect()
}

#[test]
fn each_command_of_kubectl_owns_what_it_changed() {
    let ns = Namespace::new("persons");
    kubectl_apply(&ns, web(), &[]);
    let ownership = read(&ns);
    for field in [Replicas, Template, Partition, Strategy] {
        assert_eq!(owners(&ownership, field), ["kubectl-client-side-apply"], "{field:?}");
    }
    assert_eq!(owners(&ownership, Ordinals), [""; 0]);

    later(|| drop(ns.kubectl(&["scale", "statefulset", "web", "--replicas=1"]).ok()));
    assert_eq!(last(&read(&ns), Replicas), "kubectl (scale)", "the server notes no time");
    assert_eq!(owners(&read(&ns), Replicas), ["kubectl"], "an update takes the field from all others");

    let partition = r#"{"spec":{"updateStrategy":{"rollingUpdate":{"partition":1}}}}"#;
    later(|| drop(ns.kubectl(&["patch", "statefulset", "web", "-p", partition]).ok()));
    assert_eq!(owners(&read(&ns), Partition), ["kubectl-patch"]);
    assert_eq!(owners(&read(&ns), Strategy), ["kubectl-client-side-apply"]);

    later(|| drop(ns.kubectl(&["set", "image", "statefulset", "web", "app=example/app:2"]).ok()));
    assert_eq!(last(&read(&ns), Template), "kubectl-set at a time");
    later(|| drop(ns.kubectl(&["rollout", "restart", "statefulset", "web"]).ok()));
    let ownership = read(&ns);
    assert_eq!(
        owners(&ownership, Template),
        ["kubectl-rollout", "kubectl-set", "kubectl-client-side-apply"],
        "each owns its part of the template"
    );
    assert_eq!(objections(&ownership, &[Replicas, Template, Partition]), [""; 0]);
}

#[test]
fn who_writes_what_is_there_already_owns_nothing() {
    let ns = Namespace::new("same-value");
    kubectl_apply(&ns, web(), &[]);
    // The status is written meanwhile, by one that owns nothing of the spec.
    let of_spec = |ownership: &Ownership| -> Vec<Manager> {
        ownership.managers().iter().filter(|manager| !manager.owns.is_empty()).cloned().collect()
    };
    let before = of_spec(&read(&ns));
    let same = r#"{"spec":{"replicas":2,"updateStrategy":{"rollingUpdate":{"partition":0}}}}"#;
    later(|| drop(ns.kubectl(&["patch", "statefulset", "web", "-p", same]).ok()));
    assert_eq!(of_spec(&read(&ns)), before, "no trace of it");
    assert_eq!(last(&read(&ns), Replicas), "kubectl-client-side-apply at a time");
    later(|| drop(ns.kubectl(&["scale", "statefulset", "web", "--replicas=2"]).ok()));
    assert_eq!(last(&read(&ns), Replicas), "kubectl-client-side-apply", "scaling forgets the time");
}

#[test]
fn a_server_side_applier_owns_what_its_manifest_names_and_no_more() {
    let ns = Namespace::new("server-side");
    kubectl_apply(&ns, web(), &["--server-side", "--field-manager=argocd-controller"]);
    let ownership = read(&ns);
    assert_eq!(last(&ownership, Template), "Argo CD (argocd-controller) at a time");
    assert_eq!(owners(&ownership, Replicas), ["argocd-controller"]);
    assert_eq!(owners(&ownership, Partition), [""; 0], "the server filled it in");
    assert_eq!(
        objections(&ownership, &[Template, Partition]),
        ["Argo CD (argocd-controller) owns spec.template: its next sync would undo this"]
    );

    let args = ["--server-side", "--field-manager=argocd-controller"];
    kubectl_apply(&ns, web().partition(2), &args);
    assert_eq!(objections(&read(&ns), &[Partition]).len(), 1);
    let partition = r#"{"spec":{"updateStrategy":{"rollingUpdate":{"partition":1}}}}"#;
    later(|| drop(ns.kubectl(&["patch", "statefulset", "web", "-p", partition]).ok()));
    assert_eq!(owners(&read(&ns), Partition), ["kubectl-patch"], "a change by hand hides the applier");
}

#[test]
fn argo_cd_owns_what_a_client_side_apply_left_when_it_takes_over() {
    let ns = Namespace::new("adopted");
    kubectl_apply(&ns, web(), &[]);
    let args = ["--server-side", "--field-manager=argocd-controller", "--force-conflicts"];
    later(|| kubectl_apply(&ns, web().image("example/app:2"), &args));
    let ownership = read(&ns);
    assert_eq!(last(&ownership, Template), "Argo CD (argocd-controller) at a time");
    assert!(ownership.owners(Template).any(|manager| manager.applies), "{ownership:?}");
    assert_eq!(objections(&ownership, &[Template]).len(), 1, "{ownership:?}");
}

#[test]
fn a_client_side_applier_with_another_name_owns_also_what_the_server_filled_in() {
    let ns = Namespace::new("client-side");
    kubectl_apply(&ns, web(), &["--field-manager=argocd-controller"]);
    assert_eq!(
        objections(&read(&ns), &[Template, Partition]),
        [
            "Argo CD (argocd-controller) owns spec.template: its next sync would undo this",
            "Argo CD (argocd-controller) owns spec.updateStrategy.rollingUpdate.partition: its next sync undoes this if its manifest has that field",
        ]
    );
}

#[test]
fn an_autoscaler_is_named_for_the_replicas_it_set() {
    let ns = Namespace::new("scaled");
    kubectl_apply(&ns, web(), &[]);
    // Below the minimum it scales without knowing any metric.
    ns.apply(json!({
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": {
            "minReplicas": 3,
            "maxReplicas": 3,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web"},
        },
    }));
    ns.wait_until("the autoscaler has scaled", || {
        ns.statefulset("web").spec.is_some_and(|spec| spec.replicas == Some(3))
    });
    let ownership = read(&ns);
    assert_eq!(last(&ownership, Replicas), "an autoscaler (kube-controller-manager)");
    assert_eq!(objections(&ownership, &[Replicas]), [""; 0]);
}
