//! The rights that docs/examples/canary-job.yaml gives are enough, and nothing is written without them.

use crate::scene::{holder, partition, uids, version, web, whole};
use serde_json::Value;
use test_cluster::*;

const JOB: &str = include_str!("../../../../docs/examples/canary-job.yaml");

/// A right: API group, resource, verbs.
type Right = (String, String, Vec<String>);

/// All strings of a list.
fn strings(list: &Value) -> Vec<String> {
    let strings = list.as_array().expect("a list").iter();
    strings.map(|value| value.as_str().expect("a string").to_owned()).collect()
}

/// The rights of the Role in the example.
fn documented() -> Vec<Right> {
    let objects: Vec<Value> = serde_saphyr::from_multiple(JOB).expect("manifests");
    let role = objects.iter().find(|object| object["kind"] == "Role").expect("a Role");
    let mut rights = Vec::new();
    for rule in role["rules"].as_array().expect("rules") {
        for group in strings(&rule["apiGroups"]) {
            for resource in strings(&rule["resources"]) {
                rights.push((group.clone(), resource, strings(&rule["verbs"])));
            }
        }
    }
    rights
}

/// A user with these rights, once the authorizer has seen them.
fn user<'a>(ns: &'a Namespace, name: &str, rights: &[Right]) -> User<'a> {
    let verbs: Vec<Vec<&str>> =
        rights.iter().map(|(_, _, verbs)| verbs.iter().map(String::as_str).collect()).collect();
    let rules: Vec<(&str, &str, &[&str])> = rights
        .iter()
        .zip(&verbs)
        .map(|((group, resource, _), verbs)| (group.as_str(), resource.as_str(), verbs.as_slice()))
        .collect();
    let user = ns.as_user(name, &rules);
    for (group, resource, verbs) in rules {
        let resource = if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") };
        verbs.iter().for_each(|verb| user.wait_can(verb, &resource));
    }
    user
}

/// Starts a canary as this user.
fn start_as(user: &User<'_>, args: &[&str]) -> Running {
    user.spawn(&[&["canary", "web"], args].concat())
}

/// The same rights without one verb on one resource.
fn without(verb: &str, resource: &str) -> Vec<Right> {
    let mut rights = documented();
    let right = rights.iter_mut().find(|right| right.1 == resource).expect("a documented right");
    right.2.retain(|other| other != verb);
    rights
}

#[test]
fn the_rights_of_the_example_are_enough_for_a_canary_and_for_its_abort() {
    let ns = whole("canary-rights", web());
    let user = user(&ns, "user-a", &documented());
    let steps = ["--steps", "1,100%", "--image", "example/app:2", "-o", "json"];
    let promoted = start_as(&user, &steps).end().ok();
    assert!(promoted.stdout.contains("\"phase\": \"Promoted\""), "{promoted}");

    let held = start_as(&user, &["--step", "--image", "example/app:3", "-o", "json"]).end().ok();
    assert!(held.stdout.contains("\"phase\": \"Held\""), "{held}");
    let aborted = start_as(&user, &["--abort", "-o", "json"]).end().ok();
    assert!(aborted.stdout.contains("\"phase\": \"Aborted\""), "{aborted}");
    assert_eq!((partition(&ns), holder(&ns)), (Some(0), None));
    ns.wait_rolled_out("web");
}

#[test]
fn the_rights_of_the_example_are_enough_under_on_delete() {
    let ns = Namespace::new("canary-rights");
    ns.apply(web().on_delete());
    ns.wait_until("all pods are Ready", || ["web-0", "web-1", "web-2"].iter().all(|pod| ns.is_ready(pod)));
    let user = user(&ns, "user-b", &documented());
    let _ = start_as(&user, &["--steps", "1,100%", "--image", "example/app:2"]).end().ok();
    let _ = start_as(&user, &["--step", "--image", "example/app:3"]).end().ok();
    let _ = start_as(&user, &["--abort"]).end().ok();
}

#[test]
fn without_the_right_to_patch_the_set_nothing_is_written() {
    let ns = whole("canary-rights", web());
    let user = user(&ns, "user-c", &without("patch", "statefulsets"));
    let pods = ["web-0", "web-1", "web-2"];
    let before = (version(&ns), uids(&ns, pods));
    for args in [&["--step", "--image", "example/app:2"][..], &["--promote", "--image", "example/app:2"]] {
        let refused = start_as(&user, args).end().code(1);
        assert!(refused.stderr.contains("not allowed to patch statefulsets.apps \"web\""), "{refused}");
        assert!(refused.stderr.contains("hint: kubectl auth can-i patch statefulsets.apps/web"), "{refused}");
    }
    assert_eq!((version(&ns), uids(&ns, pods)), before);
    assert_eq!(holder(&ns), None, "the Lease was given back");
}

#[test]
fn without_rights_on_leases_nothing_is_written() {
    let ns = whole("canary-rights", web());
    let before = version(&ns);
    for (name, verb) in [("user-a", "create"), ("user-b", "get")] {
        let user = user(&ns, name, &without(verb, "leases"));
        let refused = start_as(&user, &["--step", "--image", "example/app:2"]).end().code(1);
        assert!(refused.stderr.contains(&format!("not allowed to {verb} leases")), "{refused}");
    }
    assert_eq!(version(&ns), before);
}

#[test]
fn without_the_right_to_delete_pods_an_abort_ends_before_its_first_pod() {
    let ns = whole("canary-rights", web());
    let user = user(&ns, "user-d", &without("delete", "pods"));
    let _ = start_as(&user, &["--step", "--image", "example/app:2"]).end().ok();
    let updated = uids(&ns, ["web-2"]);
    let refused = start_as(&user, &["--abort"]).end().code(1);
    assert!(refused.stderr.contains("not allowed to delete pods \"web-2\""), "{refused}");
    assert_eq!((partition(&ns), uids(&ns, ["web-2"])), (Some(3), updated));
}
