//! Users who may not see everything: nobody is said not to lead by whom they could not look for.

use crate::scene::{annotated, item, lease, notes, rolled_out};
use serde_json::{Value, json};
use test_cluster::*;

type Rule = (&'static str, &'static str, &'static [&'static str]);

const SETS_AND_PODS: [Rule; 2] = [("apps", "statefulsets", &["get", "list"]), ("", "pods", &["get", "list"])];

const ANNOTATED: [Rule; 2] = [("", "endpoints", &["list"]), ("", "configmaps", &["list"])];

fn user<'a>(ns: &'a Namespace, name: &str, more: &[Rule]) -> User<'a> {
    let user = ns.as_user(name, &[&SETS_AND_PODS, more].concat());
    user.wait_can("list", "pods");
    user.wait_can("list", "statefulsets.apps");
    user
}

#[test]
fn without_leases_it_is_not_known_whether_anybody_leads() {
    let ns = rolled_out("blind");
    ns.apply(lease("web", "web-0", 600, 1));
    let user = user(&ns, "user-a", &ANNOTATED);
    let run = user.plugin(&["leader", "web"]).ok();
    assert!(run.stdout.starts_with("web: whether anybody leads is not known"), "{run}");
    let said = notes(&run);
    assert!(said.len() == 1 && said[0].ends_with(": that nobody leads cannot be said"), "{run}");
    assert!(said[0].starts_with("not allowed to list leases.coordination.k8s.io"), "{run}");
    let run = user.plugin(&["leader", "web", "-o", "json", "--exit-code"]).code(1);
    assert!(run.stderr.contains("error: web: whether anybody leads is not known"), "{run}");
    let answer = item(&run);
    assert_eq!((&answer["leader"], &answer["reason"]), (&Value::Null, &json!("Unread")), "{answer}");
    let overview = user.plugin(&["leader", "--exit-code"]).code(1);
    assert!(overview.stderr.contains("of 1 set it is not known whether anybody leads"), "{overview}");
}

#[test]
fn what_can_be_read_still_names_a_leader_or_two() {
    let ns = rolled_out("one-eyed");
    ns.apply(annotated("ConfigMap", "web", "web-1", 600));
    let user = user(&ns, "user-b", &ANNOTATED);
    user.wait_can("list", "configmaps");
    let run = user.plugin(&["leader", "web", "--exit-code"]).ok();
    assert!(run.stdout.starts_with("web: web-1 leads since "), "{run}");
    ns.apply(annotated("Endpoints", "elected", "web-0", 600));
    let run = user.plugin(&["leader", "web", "--exit-code"]).code(8);
    assert!(run.stdout.starts_with("web: TWO lead"), "{run}");
}

#[test]
fn a_lease_is_enough_to_know_that_it_has_expired() {
    let ns = rolled_out("leases");
    ns.apply(lease("web", "web-0", 15, 60));
    let user = user(&ns, "user-c", &[("coordination.k8s.io", "leases", &["list"])]);
    user.wait_can("list", "leases.coordination.k8s.io");
    let run = user.plugin(&["leader", "web", "--exit-code"]).code(8);
    assert!(run.stdout.starts_with("web: nobody leads: lease/web of web-0 expired "), "{run}");
    assert_eq!(notes(&run).len(), 2, "of Endpoints and of ConfigMaps: {run}");
}

#[test]
fn watching_without_the_right_to_watch_leases_says_so() {
    let ns = rolled_out("no-watch");
    ns.apply(lease("web", "web-0", 600, 1));
    let rules: [Rule; 3] = [
        ("apps", "statefulsets", &["get", "list", "watch"]),
        ("", "pods", &["list", "watch"]),
        ("coordination.k8s.io", "leases", &["list"]),
    ];
    let user = ns.as_user("user-d", &rules);
    user.wait_can("watch", "pods");
    user.wait_can("list", "leases.coordination.k8s.io");
    let mut watch = user.spawn(&["leader", "web", "--watch"]);
    // Who leads is listed before the watch is refused; which is first told of is a matter of chance.
    watch.stderr_with("not allowed to watch leases.coordination.k8s.io");
    watch.line_with("web: whether anybody leads is not known");
}
