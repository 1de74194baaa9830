//! What somebody else does to the set: nothing of it is written over.

use crate::scene::*;
use serde_json::{Value, json};
use std::io::Write as _;
use test_cluster::*;

const STEP: [&str; 3] = ["--step", "--image", "example/app:2"];

/// Does something while a run soaks; it must end with 5 and leave what was done. What it says.
fn meets(name: &str, does: impl FnOnce(&Namespace)) -> (Namespace, Run) {
    let ns = whole(name, web());
    let run = soaking(&ns, &["-o", "json"]);
    does(&ns);
    let theirs = written(&ns);
    let run = run.end().code(5);
    assert_eq!(written(&ns), theirs, "{run}");
    assert_eq!(holder(&ns), None, "{run}");
    (ns, run)
}

fn kubectl(ns: &Namespace, args: &[&str]) {
    let _ = ns.kubectl(args).ok();
}

fn conflict(run: &Run, what: &str, who: &str) {
    assert!(run.stderr.contains("error: somebody else has changed web: "), "{run}");
    assert!(run.stderr.contains(what) && run.stderr.contains(who), "{run}");
    let item = item(run);
    assert_eq!(item["phase"], "Conflict", "{run}");
    assert!(item["conflicts"].to_string().contains(what), "{run}");
}

#[test]
fn scaling() {
    let (_, run) = meets("scaling", |ns| kubectl(ns, &["scale", "statefulset", "web", "--replicas=4"]));
    conflict(&run, "replicas was 3, is 4", "spec.replicas was last written by kubectl (scale)");
}

#[test]
fn scaling_to_0_is_said_to_promote() {
    let (ns, run) = meets("zero", |ns| kubectl(ns, &["scale", "statefulset", "web", "--replicas=0"]));
    // Who scales to 0 is the one thing that the server does not note.
    conflict(&run, "replicas was 3, is 0, which makes the new revision the current one", "");
    ns.wait_until("it has", || {
        let status = ns.statefulset("web").status.unwrap_or_default();
        status.replicas == 0 && status.current_revision == status.update_revision
    });
}

#[test]
fn another_partition() {
    let patch = r#"{"spec":{"updateStrategy":{"rollingUpdate":{"partition":1}}}}"#;
    let (_, run) = meets("partition", |ns| kubectl(ns, &["patch", "statefulset", "web", "-p", patch]));
    let who = "spec.updateStrategy.rollingUpdate.partition was last written by kubectl-patch at ";
    conflict(&run, "the partition was 2, is 1", who);
}

#[test]
fn another_image() {
    let (_, run) =
        meets("image", |ns| kubectl(ns, &["set", "image", "statefulset", "web", "app=example/app:3"]));
    conflict(&run, "the pod template is not the one", "spec.template was last written by kubectl-set at ");
}

#[test]
fn another_strategy() {
    let patch = r#"{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}"#;
    let (_, run) = meets("strategy", |ns| {
        kubectl(ns, &["patch", "statefulset", "web", "--type=merge", "-p", patch]);
    });
    let who = "spec.updateStrategy was last written by kubectl-patch at ";
    conflict(&run, "the update strategy was RollingUpdate, is OnDelete", who);
}

#[test]
fn a_record_that_is_taken_away() {
    let (_, run) =
        meets("record", |ns| kubectl(ns, &["annotate", "statefulset", "web", "kubectl-stateful/canary-"]));
    assert!(run.stderr.contains("error: the record of the canary of web was taken away"), "{run}");
    assert_eq!(item(&run)["name"], "web", "{run}");
}

#[test]
fn a_set_on_its_way_out() {
    let (_, run) = meets("leaving", |ns| {
        kubectl(
            ns,
            &["patch", "statefulset", "web", "-p", r#"{"metadata":{"finalizers":["example.com/hold"]}}"#],
        );
        kubectl(ns, &["delete", "statefulset", "web", "--wait=false"]);
        ns.patch::<k8s_openapi::api::apps::v1::StatefulSet>(
            "web",
            &json!({"metadata": {"labels": {"a": "b"}}}),
        );
    });
    conflict(&run, "the set is being deleted", "");
}

#[test]
fn a_set_that_is_gone() {
    let ns = whole("gone", web());
    let run = soaking(&ns, &[]);
    kubectl(&ns, &["delete", "statefulset", "web"]);
    let run = run.end().code(5);
    assert!(run.stderr.contains("\"web\" was deleted meanwhile"), "{run}");
    assert_eq!(holder(&ns), None, "{run}");
}

/// Applies a set with kubectl, as a tool does that calls itself so.
fn server_side(ns: &Namespace, set: SetBuilder, manager: &str) {
    let mut file = tempfile::NamedTempFile::with_suffix(".json").expect("a file");
    for object in set.into_objects() {
        writeln!(file, "{object}").expect("a manifest");
    }
    kubectl(ns, &["apply", "--server-side", "--field-manager", manager, "-f", path(&file)]);
}

#[test]
fn what_a_delivery_tool_owns_is_taken_over_once_and_only_when_told_so() {
    let ns = Namespace::new("argo");
    server_side(&ns, web(), "argocd-controller");
    ns.wait_rolled_out("web");
    let before = version(&ns);
    let run = canary(&ns, &[&STEP[..], &["-o", "json"]].concat()).code(6);
    assert!(run.stderr.contains("error: web: Argo CD (argocd-controller) owns spec.template"), "{run}");
    assert!(run.stderr.contains("--take-over"), "{run}");
    assert_eq!((&item(&run)["phase"], version(&ns)), (&"None".into(), before), "{run}");
    let run = canary(&ns, &[&STEP[..], &["--take-over"]].concat()).ok();
    assert!(run.stderr.contains("note: Argo CD (argocd-controller) owns spec.template"), "{run}");
    let run = canary(&ns, &["--step"]).ok();
    assert!(run.stdout.contains("web: Held: 2 of 3"), "{run}");
    let run = canary(&ns, &["--abort"]).ok();
    assert!(run.stdout.contains("web: Aborted"), "{run}");
}

#[test]
fn the_marks_of_helm_are_enough_to_refuse() {
    let ns = whole("helm", web().annotation("meta.helm.sh/release-name", "web"));
    let before = version(&ns);
    let run = canary(&ns, &STEP).code(6);
    assert!(run.stderr.contains("error: web: Helm applies this set's manifest"), "{run}");
    assert_eq!(version(&ns), before, "{run}");
    let _ = canary(&ns, &[&STEP[..], &["--take-over"]].concat()).ok();
}

#[test]
fn an_autoscaler_is_only_noted() {
    let ns = whole("autoscaler", web());
    ns.apply(json!({
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "grows"},
        "spec": {
            "minReplicas": 3,
            "maxReplicas": 3,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web"},
        },
    }));
    let run = canary(&ns, &STEP).ok();
    assert!(run.stderr.contains("note: HorizontalPodAutoscaler grows owns replicas"), "{run}");
}

#[test]
fn without_replicas_there_is_nothing_to_try_a_revision_on() {
    let ns = whole("nothing", web().replicas(0));
    let before = version(&ns);
    let run = canary(&ns, &[&STEP[..], &["-o", "json"]].concat()).code(6);
    assert!(run.stderr.contains("error: web has 0 replicas"), "{run}");
    assert_eq!((&item(&run)["phase"], version(&ns)), (&"None".into(), before), "{run}");
}

#[test]
fn a_held_canary_whose_template_was_changed_is_left_alone() {
    let ns = whole("changed", web());
    let _ = canary(&ns, &STEP).ok();
    kubectl(&ns, &["set", "image", "statefulset", "web", "app=example/app:3"]);
    let theirs = written(&ns);
    for act in ["--promote", "--step", "--resume", "--abort"] {
        let run = canary(&ns, &[act, "-o", "json"]).code(5);
        assert!(run.stderr.contains("the pod template is not the one of this canary any more"), "{run}");
        assert!(run.stderr.contains("spec.template was last written by kubectl-set at "), "{run}");
        let item = item(&run);
        assert_eq!(item["phase"], "Conflict", "{run}");
        assert_ne!(item["conflicts"], Value::Array(Vec::new()), "{run}");
        assert_eq!(written(&ns), theirs, "{run}");
    }
    let run = canary(&ns, &["--promote", "--take-over"]).ok();
    assert!(run.stdout.contains("web: Promoted"), "{run}");
    assert_eq!(image(&ns, "web-0"), "example/app:3");
}
