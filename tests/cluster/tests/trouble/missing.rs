//! Sets that do not exist, or no longer.

use k8s_openapi::api::apps::v1::StatefulSet;
use serde_json::json;
use test_cluster::*;

#[test]
fn a_name_that_is_nearly_right_is_suggested() {
    let ns = Namespace::new("near");
    for name in ["postgres", "queue"] {
        ns.apply(set(name).replicas(0));
    }
    for command in ["status", "capture"] {
        let run = ns.plugin(&[command, "postgers"]).code(1);
        let name = ns.name();
        assert_eq!(run.stdout, "");
        let expected = format!("error: statefulsets.apps \"postgers\" not found in namespace {name:?}\n");
        assert!(run.stderr.starts_with(&expected), "{run}");
        assert!(run.stderr.contains("hint: ") && run.stderr.contains("postgres"), "{run}");
        assert!(!run.stderr.contains("queue"), "{run}");
    }
    for flag in ["--watch", "--wait"] {
        let run = ns.plugin(&["status", "postgers", flag]).code(1);
        assert!(run.stderr.contains("has postgres"), "{run}");
    }
}

#[test]
fn a_name_that_is_in_another_namespace_is_found_there() {
    let (here, there) = (Namespace::new("here"), Namespace::new("there"));
    let name = format!("db-{}", there.name());
    there.apply(set(&name).replicas(0));
    let run = here.plugin(&["status", &name]).code(1);
    let command = format!("kubectl stateful status {name} -n {}", there.name());
    assert!(run.stderr.contains(&command), "{run}");
    assert!(run.stderr.contains("has no StatefulSet at all"), "{run}");
    let args: Vec<&str> = command.split(' ').skip(1).collect();
    let _ = here.kubectl(&args).ok();
}

#[test]
fn one_of_several_names_is_missing() {
    let ns = Namespace::new("several");
    ns.apply(set("web").replicas(0));
    let run = ns.plugin(&["status", "web", "nothing-like-it"]).code(1);
    assert!(run.stderr.contains("\"nothing-like-it\" not found"), "{run}");
}

#[test]
fn somebody_who_sees_one_namespace_only_is_told_what_can_be_told() {
    let ns = Namespace::new("narrow");
    let user = ns.as_user("user-a", &[("apps", "statefulsets", &["get", "list"]), ("", "pods", &["list"])]);
    user.wait_can("list", "statefulsets.apps");
    let run = user.plugin(&["status", "web"]).code(1);
    assert!(run.stderr.starts_with("error: statefulsets.apps \"web\" not found"), "{run}");
    assert!(!run.stderr.contains("not allowed"), "nobody asked for the other namespaces: {run}");
}

#[test]
fn an_empty_namespace_says_that_it_is_empty() {
    let ns = Namespace::new("empty");
    let run = ns.plugin(&["status"]).ok();
    // As kubectl does: a line of column names over nothing leaves one wondering.
    assert_eq!(run.stdout, "", "{run}");
    assert!(run.stderr.contains(ns.name()), "{run}");
}

#[test]
fn a_set_that_is_deleted_and_made_again_is_told_line_by_line() {
    let ns = Namespace::new("vanish");
    ns.apply(set("web").replicas(2));
    ns.wait_rolled_out("web");
    let mut watch = ns.spawn(&["status", "web", "--watch"]);
    assert!(watch.line().contains("web: Complete 2/2"));
    ns.delete::<StatefulSet>("web");
    watch.line_with("web: deleted");
    ns.wait_until("its pods are gone", || ns.pod("web-0").is_none() && ns.pod("web-1").is_none());
    ns.apply(set("web").replicas(1));
    watch.line_with("web: Complete 1/1");
    watch.interrupt();
    let run = watch.end().code(130);
    let deleted = run.stdout.matches("web: deleted").count();
    assert_eq!(deleted, 1, "{run}");
}

/// Made again before anybody has seen that it was gone: only the identity tells.
#[test]
fn a_set_of_the_same_name_is_another_set() {
    let ns = Namespace::new("reborn");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let mut watch = ns.spawn(&["status", "web", "--watch"]);
    watch.line_with("web: Complete 1/1");
    watch.halt();
    let _ = ns.kubectl(&["delete", "statefulset", "web", "--cascade=foreground"]).ok();
    ns.apply(set("web").replicas(2));
    ns.wait_rolled_out("web");
    watch.signal(nix::sys::signal::Signal::SIGCONT);
    watch.line_with("web: Complete 2/2");
    watch.interrupt();
    let run = watch.end().code(130);
    assert!(run.stdout.contains("deleted"), "{run}");
}

#[test]
fn a_wait_ends_when_the_set_is_deleted() {
    let ns = Namespace::new("wait-gone");
    ns.apply(set("web").behaviour(Behaviour::NeverReady));
    ns.wait_until("web-0 is there", || ns.pod("web-0").is_some());
    let wait = ns.spawn(&["status", "web", "--wait"]);
    wait.stderr_with("web: ");
    ns.delete::<StatefulSet>("web");
    let run = wait.end().code(1);
    assert!(run.stderr.contains("error: ") && run.stderr.contains("deleted"), "{run}");
}

#[test]
fn a_wait_for_a_set_that_is_on_its_way_out_is_lost() {
    let ns = Namespace::new("wait-deleting");
    ns.apply(set("web").behaviour(Behaviour::StuckTerminating));
    ns.wait_rolled_out("web");
    let _ = ns.kubectl(&["delete", "statefulset", "web", "--cascade=foreground", "--wait=false"]).ok();
    ns.wait_until("web is being deleted", || ns.statefulset("web").metadata.deletion_timestamp.is_some());
    let run = ns.plugin(&["status", "web", "--wait"]).code(4);
    assert!(run.stderr.contains("Deleting"), "{run}");
    assert_eq!(ns.plugin(&["status", "web", "--exit-code"]).code, 4);
    ns.patch::<StatefulSet>("web", &json!({"metadata": {"finalizers": null}}));
}
