//! What may not be read makes no claim look unused, and is said.

use crate::said::{classes, document, expect, item, text};
use crate::scene::{left_behind, settle, versions};
use serde_json::{Value, json};
use test_cluster::*;

/// A right in the namespace.
pub(crate) type Right = (&'static str, &'static str, &'static [&'static str]);

const LIST: &[&str] = &["list"];
const READ: &[&str] = &["get", "list"];

/// All that can be read in a namespace of what could use a claim, and deleting claims.
pub(crate) const RIGHTS: [Right; 11] = [
    ("apps", "statefulsets", READ),
    ("", "pods", READ),
    ("apps", "deployments", LIST),
    ("apps", "replicasets", LIST),
    ("apps", "daemonsets", LIST),
    ("batch", "jobs", LIST),
    ("batch", "cronjobs", LIST),
    ("autoscaling", "horizontalpodautoscalers", LIST),
    ("keda.sh", "scaledobjects", LIST),
    ("snapshot.storage.k8s.io", "volumesnapshots", LIST),
    ("", "persistentvolumeclaims", &["get", "list", "watch", "delete"]),
];

/// A user with [`RIGHTS`], but none on these resources, once the authorizer has seen it.
pub(crate) fn user<'a>(ns: &'a Namespace, name: &str, without: &[&str]) -> User<'a> {
    let rights: Vec<Right> =
        RIGHTS.into_iter().filter(|(_, resource, _)| !without.contains(resource)).collect();
    let user = ns.as_user(name, &rights);
    // A role is seen as a whole.
    let (group, resource, verbs) = rights[0];
    user.wait_can(verbs[0], &format!("{resource}.{group}"));
    user
}

/// Runs `orphans` as the user and reads its document, whatever the exit code.
pub(crate) fn orphans_as(ns: &Namespace, user: &User<'_>, args: &[&str]) -> (Run, Value) {
    settle(ns);
    let run = user.plugin(&[&["orphans", "-o", "json"], args].concat());
    let document = document(&run);
    (run, document)
}

pub(crate) fn notes(document: &Value) -> Vec<String> {
    document["notes"].as_array().expect("notes").iter().map(text).collect()
}

/// Of each kind that could use a claim: without it every claim that nothing else shows to be used is `Unknown`.
fn assert_unknown(ns: &Namespace, name: &str, resource: &str, more: [(&str, &str); 1]) {
    let before = versions(ns);
    let user = user(ns, name, &[resource]);
    let unknown = [("data-web-1", "Unknown EvidenceUnread"), ("data-web-2", "Unknown EvidenceUnread")];
    let (run, all) = orphans_as(ns, &user, &["--all"]);
    let expected = expect([more[0], unknown[0], unknown[1]]);
    assert_eq!((run.code, classes(&all)), (0, expected), "without {resource}: {run}");
    for (claim, _) in unknown {
        let found = item(&all, claim);
        assert_eq!((&found["deletable"], &found["needs"]), (&json!(false), &Value::Null), "{run}");
        let why = format!("what could use it was not readable: {resource}");
        assert_eq!(found["evidence"], json!([why]), "{run}");
    }
    let about = notes(&all).into_iter().filter(|note| note.contains(resource)).collect::<Vec<_>>();
    let [note] = about.as_slice() else { panic!("one note on {resource} in {run}") };
    assert!(note.starts_with("not allowed to list ") && note.contains("is Unknown"), "{note}");
    // They are findings: "may not read" never looks like "no orphans".
    let _ = user.plugin(&["orphans", "--exit-code"]).code(8);
    let table = user.plugin(&["orphans"]).ok();
    assert!(table.stdout.contains("Unknown: 2 claims") && table.stderr.contains(note), "{table}");

    for more in [&[][..], &["web"], &["--attest", "I know it", "--include-reserved"]] {
        let (run, _) = orphans_as(ns, &user, &[&["--delete", "--yes"], more].concat());
        assert!(run.stderr.contains("nothing was deleted"), "{run}");
        assert!(run.stderr.contains(resource) || run.stdout.contains(resource), "it says why: {run}");
    }
    assert_eq!(versions(ns), before, "without {resource}");
}

#[test]
fn without_pods_nothing_is_known() {
    let ns = left_behind("rights-pods");
    // The range of its set is enough for one that is in use.
    assert_unknown(&ns, "user-a", "pods", [("data-web-0", "InUse InRange")]);
}

#[test]
fn without_cron_jobs_nothing_is_known() {
    let ns = left_behind("rights-cron");
    assert_unknown(&ns, "user-b", "cronjobs", [("data-web-0", "InUse UsedByPod")]);
}

#[test]
fn without_sets_nothing_is_known() {
    let ns = left_behind("rights-sets");
    let user = ns.as_user("user-c", &RIGHTS[1..]);
    user.wait_can("list", "pods");
    let (run, all) = orphans_as(&ns, &user, &["--all"]);
    let unknown = "Unknown EvidenceUnread";
    let expected =
        expect([("data-web-0", "InUse UsedByPod"), ("data-web-1", unknown), ("data-web-2", unknown)]);
    assert_eq!((run.code, classes(&all)), (0, expected), "{run}");
    // A name still selects: by the names and labels of the claims.
    let (run, named) = orphans_as(&ns, &user, &["web"]);
    let expected = expect([("data-web-1", unknown), ("data-web-2", unknown)]);
    assert_eq!((run.code, classes(&named)), (0, expected), "{run}");
}

#[test]
fn without_any_workload_nothing_is_known() {
    let ns = left_behind("rights-each");
    let unknown = "Unknown EvidenceUnread";
    let expected =
        expect([("data-web-0", "InUse UsedByPod"), ("data-web-1", unknown), ("data-web-2", unknown)]);
    let users = ["user-a", "user-b", "user-c", "user-d"];
    let kinds = ["deployments", "replicasets", "daemonsets", "jobs"];
    for (name, kind) in users.iter().zip(kinds) {
        let user = user(&ns, name, &[kind]);
        let (run, all) = orphans_as(&ns, &user, &["--all"]);
        assert_eq!((run.code, classes(&all)), (0, expected.clone()), "without {kind}: {run}");
    }
}

#[test]
fn claims_themselves_must_be_readable() {
    let ns = left_behind("rights-claims");
    let user = user(&ns, "user-a", &["persistentvolumeclaims"]);
    for args in [&["orphans"][..], &["orphans", "--delete", "--yes"], &["orphans", "-o", "json"]] {
        let run = user.plugin(args).code(1);
        assert_eq!(run.stdout, "", "{run}");
        let error = format!("error: not allowed to list persistentvolumeclaims in namespace {:?}", ns.name());
        assert!(run.stderr.contains(&error), "{run}");
        let hint = format!("hint: kubectl auth can-i list persistentvolumeclaims -n {}", ns.name());
        assert!(run.stderr.contains(&hint), "{run}");
        assert!(!run.stderr.contains("no claim"), "{run}");
    }
    let all = user.plugin(&["orphans", "-A"]).code(1);
    assert!(all.stderr.contains("kubectl auth can-i list persistentvolumeclaims -A"), "{all}");
}
