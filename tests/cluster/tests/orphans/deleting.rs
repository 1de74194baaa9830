//! `--delete`: what goes, what stays, and what must be given.

use crate::said::{expect, item, items, outcomes};
use crate::scene::{claim, delete_set, left_behind, orphans, volume, volume_of};
use serde_json::json;
use test_cluster::*;

/// `web` lives at one pod; all else is there for a reason of its own:
///
/// - `data-web-1` is proven, `data-web-2` used by a pod that does not run
/// - `data-paused-0` of a set at 0 replicas, `logs-web-3` of a template that `web` does not have
/// - `data-gone-0` of a set that does not exist
pub(crate) fn mixed(name: &str) -> Namespace {
    let ns = left_behind(name);
    ns.apply(set("paused").replicas(0).claims("data"));
    for (name, app) in [("data-paused-0", "paused"), ("logs-web-3", "web"), ("data-gone-0", "gone")] {
        ns.apply(claim(name, &json!({"app": app})));
    }
    ns.apply(json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "reader"},
        "spec": {
            "nodeSelector": {"kubectl-stateful.test/no": "node"},
            "containers": [{"name": "app", "image": "example/app:1"}],
            "volumes": [{"name": "store", "persistentVolumeClaim": {"claimName": "data-web-2"}}],
        },
    }));
    ns
}

const ALL: [&str; 6] =
    ["data-gone-0", "data-paused-0", "data-web-0", "data-web-1", "data-web-2", "logs-web-3"];

/// All claims of [`mixed`] but these.
fn without(gone: &[&str]) -> Vec<String> {
    ALL.iter().filter(|name| !gone.contains(name)).map(|name| (*name).to_owned()).collect()
}

#[test]
fn only_what_is_proven_goes() {
    let ns = mixed("del-proven");
    let old = volume_of(&ns, "data-web-1").expect("a volume");
    let (run, document) = orphans(&ns, &["--delete", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(ns.claims(), without(&["data-web-1"]), "{run}");
    let expected = [
        ("data-gone-0", "null"),
        ("data-paused-0", "null"),
        ("data-web-1", "Deleted"),
        ("logs-web-3", "null"),
    ];
    assert_eq!(outcomes(&document), expect(expected), "{run}");
    assert_eq!(item(&document, "data-web-1")["deletion"]["message"], "deleted");
    assert!(run.stderr.contains("deletes 1 claim (1Mi); the data of 1 goes with them, for ever"), "{run}");
    assert!(run.stderr.contains("of 1 claim: 1 deleted"), "{run}");
    for hint in [
        "hint: to delete 1 claim of paused too, give --include-reserved",
        "hint: to delete 1 claim of web too, give --attest TEXT",
        "hint: to delete 1 claim of gone too, give the name of its set",
    ] {
        assert!(run.stderr.contains(hint), "{hint} in {run}");
    }
    ns.wait_until("its volume went with it", || volume(&old).is_none());
}

#[test]
fn reserved_claims_go_with_their_flag_only() {
    let ns = mixed("del-reserved");
    let (run, document) = orphans(&ns, &["--delete", "--yes", "--include-reserved"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(ns.claims(), without(&["data-web-1", "data-paused-0"]), "{run}");
    assert_eq!(outcomes(&document)["data-paused-0"], "Deleted", "{run}");
    assert!(ns.get::<k8s_openapi::api::apps::v1::StatefulSet>("paused").is_some());
}

#[test]
fn unclear_claims_go_with_an_attestation_only() {
    let ns = mixed("del-unclear");
    let empty = ns.plugin(&["orphans", "--delete", "--yes", "--attest", " "]).code(2);
    assert_eq!(ns.claims(), ALL, "{empty}");
    let (run, document) = orphans(&ns, &["--delete", "--yes", "--attest", "the logs are archived"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(ns.claims(), without(&["data-web-1", "logs-web-3"]), "{run}");
    assert_eq!(outcomes(&document)["logs-web-3"], "Deleted", "{run}");
}

#[test]
fn a_named_set_bounds_what_goes() {
    let ns = mixed("del-named");
    let (run, document) = orphans(&ns, &["gone", "--delete", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(ns.claims(), without(&["data-gone-0"]), "{run}");
    assert_eq!(outcomes(&document), expect([("data-gone-0", "Deleted")]), "{run}");
    // The whole of a deleted set.
    delete_set(&ns, "web");
    let (run, _) = orphans(&ns, &["sts/web", "--delete", "--yes"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(ns.claims(), ["data-paused-0", "data-web-2"], "a pod uses one of them: {run}");
}

#[test]
fn names_of_what_went_are_printed_for_scripts() {
    let ns = mixed("del-name");
    let run = ns.plugin(&["orphans", "--delete", "--yes", "-o", "name"]).ok();
    assert_eq!(run.stdout, "persistentvolumeclaim/data-web-1\n", "{run}");
    assert_eq!(ns.claims(), without(&["data-web-1"]));
    let again = ns.plugin(&["orphans", "--delete", "--yes", "-o", "name"]).ok();
    assert_eq!(again.stdout, "", "{again}");
}

#[test]
fn many_claims_go_in_several_batches() {
    let ns = Namespace::new("del-many");
    ns.apply(set("paused").replicas(0).claims("data"));
    let names: Vec<String> = (0..40).map(|ordinal| format!("data-many-{ordinal}")).collect();
    names.iter().for_each(|name| ns.apply(claim(name, &json!({"app": "many"}))));
    ns.apply(claim("data-paused-0", &json!({"app": "paused"})));
    let (run, document) = orphans(&ns, &["many", "--delete", "--yes"]);
    assert_eq!((run.code, items(&document).len()), (0, 40), "{run}");
    assert!(outcomes(&document).values().all(|outcome| outcome == "Deleted"), "{run}");
    assert_eq!(items(&document)[10]["name"], "data-many-10", "by ordinal, not by text: {run}");
    assert!(run.stderr.contains("of 40 claims: 40 deleted"), "{run}");
    assert_eq!(ns.claims(), ["data-paused-0"]);
}
