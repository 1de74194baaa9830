//! Users who may not see everything, or nothing.

use crate::answer::{document, quota, status, text, trap, wait_state};
use k8s_openapi::api::core::v1::Pod;
use serde_json::Value;
use std::collections::BTreeSet;
use test_cluster::*;

/// No claims, no events, no revisions, no nodes.
const SETS_AND_PODS: &[(&str, &str, &[&str])] =
    &[("apps", "statefulsets", &["get", "list"]), ("", "pods", &["get", "list"])];

fn few_rights<'a>(ns: &'a Namespace, user: &str) -> User<'a> {
    let user = ns.as_user(user, SETS_AND_PODS);
    user.wait_can("list", "pods");
    user.wait_can("list", "statefulsets.apps");
    user
}

/// All commands that a document proposes.
fn commands(document: &Value) -> BTreeSet<String> {
    match document {
        Value::Object(fields) => {
            let own = fields.get("command").map(text);
            fields.values().flat_map(commands).chain(own).collect()
        }
        Value::Array(items) => items.iter().flat_map(commands).collect(),
        _ => BTreeSet::new(),
    }
}

/// Causes that are said to stay until somebody acts.
fn hopeless(document: &Value) -> usize {
    let causes = document["items"][0]["causes"].as_array().cloned().unwrap_or_default();
    causes.iter().filter(|cause| cause["selfResolves"] == false).count()
}

/// With fewer rights the answer may be poorer. It may not promise success that is not there, nor call stuck what
/// is not, nor propose what full sight would not.
fn assert_no_more_confident(ns: &Namespace, user: &User<'_>) -> Run {
    let full = status(ns, "web");
    let run = user.plugin(&["status", "web", "-o", "json"]).ok();
    let few = document(&run);
    let [full_state, few_state] = [&full, &few].map(|one| text(&one["items"][0]["state"]));
    let settled = ["Complete", "Held", "ScaledToZero"];
    assert!(!settled.contains(&few_state.as_str()) || few_state == full_state, "{full_state}, yet {run}");
    let lost = ["Stuck", "Degraded"];
    assert!(
        !lost.contains(&few_state.as_str()) || lost.contains(&full_state.as_str()),
        "{full_state}, yet {run}"
    );
    assert!(hopeless(&few) <= hopeless(&full), "{full}\nyet {run}");
    let more: Vec<String> = commands(&few).difference(&commands(&full)).cloned().collect();
    assert!(more.is_empty(), "proposed only without the rights to see: {more:?} in {run}");
    let notes = few["notes"].as_array().cloned().unwrap_or_default();
    assert!(!notes.is_empty(), "nothing says what could not be read: {run}");
    assert!(notes.iter().all(|note| text(note).contains("not allowed to ")), "{notes:?}");
    run
}

#[test]
fn sets_and_pods_are_enough_for_a_set_that_is_in_order() {
    let ns = Namespace::new("few");
    ns.apply(set("web").replicas(2).claims("data"));
    ns.wait_rolled_out("web");
    let user = few_rights(&ns, "user-a");
    let run = user.plugin(&["status", "web"]).ok();
    assert!(run.stdout.starts_with("web: Complete"), "{run}");
    let place = format!("in namespace {:?}", ns.name());
    for kind in ["persistentvolumeclaims", "events", "controllerrevisions.apps"] {
        assert!(run.stderr.contains(&format!("note: not allowed to list {kind} {place}")), "{kind}: {run}");
    }
    assert!(!run.stderr.contains("error"), "{run}");
    let overview = user.plugin(&["status"]).ok();
    assert!(overview.stdout.contains("web    Complete   2/2"), "{overview}");
    assert_eq!(overview.stderr, "", "an overview of sets that are in order asks for nothing else");
    let claims =
        &document(&user.plugin(&["status", "web", "-o", "json"]).ok())["items"][0]["ordinals"][0]["claims"];
    assert_eq!(claims[0]["phase"], Value::Null, "a claim that cannot be seen is not missing: {claims}");
}

#[test]
fn an_overview_of_a_broken_set_works_with_few_rights() {
    let ns = Namespace::new("few-overview");
    ns.apply(set("web").replicas(2).claims("data").behaviour(Behaviour::CrashLoop));
    ns.wait_until("web-0 crash loops", || ns.waiting_reason("web-0", "app").is_some());
    let user = few_rights(&ns, "user-a");
    let run = user.plugin(&["status", "--stuck-after", "0s"]).ok();
    assert!(run.stdout.contains("CrashLoop web-0"), "{run}");
    assert!(run.stderr.contains("note: not allowed to list events"), "{run}");
    let document = document(&user.plugin(&["status", "-o", "json"]).ok());
    assert!(document["notes"].as_array().is_some_and(|notes| !notes.is_empty()), "{document}");
}

#[test]
fn few_rights_see_less_of_a_trap_and_promise_no_more() {
    let ns = Namespace::new("few-trap");
    trap(&ns, || set("web").replicas(3));
    wait_state(&ns, "web", "Stuck");
    let run = assert_no_more_confident(&ns, &few_rights(&ns, "user-b"));
    assert!(run.stdout.contains("BrokenRevisionBlocksRollout"), "the pods alone show it: {run}");
}

#[test]
fn few_rights_do_not_turn_a_refused_pod_into_progress_that_is_sure() {
    let ns = Namespace::new("few-quota");
    ns.apply(quota());
    ns.apply(set("web").replicas(3));
    wait_state(&ns, "web", "Stuck");
    let run = assert_no_more_confident(&ns, &few_rights(&ns, "user-b"));
    assert!(run.stdout.contains("refused pods"), "the note says what may be missing: {run}");
}

#[test]
fn few_rights_on_a_pending_claim() {
    let ns = Namespace::new("few-claim");
    ns.apply(set("web").claims("data").storage_class("never"));
    ns.wait_until("web-0 is there", || {
        ns.pod("web-0").is_some_and(|pod| pod.status.is_some_and(|s| s.conditions.is_some()))
    });
    let _ = assert_no_more_confident(&ns, &few_rights(&ns, "user-b"));
}

#[test]
fn few_rights_on_a_dead_node() {
    let ns = Namespace::new("few-node");
    let node = ns.node("a");
    ns.apply(set("web").replicas(2).node(&node));
    ns.wait_rolled_out("web");
    node.kill_kubelet();
    ns.wait_until("web-1 is evicted", || node.ready() == "Unknown" && ns.is_terminating("web-1"));
    let run = assert_no_more_confident(&ns, &few_rights(&ns, "user-b"));
    assert!(run.stdout.contains("not allowed to get nodes"), "{run}");
    // A pod that a finalizer holds and one that a dead node holds look alike to this user.
    assert!(!run.stdout.contains("--force"), "{run}");
}

#[test]
fn watching_needs_the_right_to_watch_and_says_so() {
    let ns = Namespace::new("no-watch");
    // One that is in order needs no watch to be waited for.
    ns.apply(set("web").behaviour(Behaviour::NeverReady));
    let user = few_rights(&ns, "user-c");
    for flag in ["--watch", "--wait"] {
        let run = user.plugin(&["status", "web", flag]).code(1);
        assert!(run.stderr.contains("not allowed to watch "), "{run}");
        assert_can_i_hint(&ns, &user, &run, "watch");
    }
}

#[test]
fn watching_with_few_rights_shows_pods_as_they_change() {
    let ns = Namespace::new("few-watch");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let verbs: &[&str] = &["get", "list", "watch"];
    let user = ns.as_user("user-c", &[("apps", "statefulsets", verbs), ("", "pods", verbs)]);
    user.wait_can("watch", "pods");
    let mut watch = user.spawn(&["status", "web", "--watch"]);
    watch.line_with("web: Complete 1/1");
    ns.delete::<Pod>("web-0");
    watch.line_with("available");
    watch.line_with("web: Complete 1/1");
    watch.interrupt();
    let run = watch.end().code(130);
    assert!(run.stderr.contains("not allowed to list events"), "{run}");
}

/// The error's hint is a command; as the same user it answers no, and as administrator yes.
fn assert_can_i_hint(ns: &Namespace, user: &User<'_>, run: &Run, verb: &str) {
    let hint = run.stderr.lines().find_map(|line| line.strip_prefix("hint: kubectl ")).unwrap_or_default();
    assert!(hint.starts_with(&format!("auth can-i {verb} ")), "{run}");
    assert!(hint.contains(&format!(" -n {}", ns.name())), "it names the namespace: {run}");
    let args: Vec<&str> = hint.split(' ').collect();
    assert_eq!(user.kubectl(&args).code(1).stdout.trim(), "no");
    assert_eq!(ns.kubectl(&args).ok().stdout.trim(), "yes");
}

#[test]
fn no_rights_at_all_names_the_right_that_is_missing() {
    let ns = Namespace::new("nothing");
    ns.apply(set("web"));
    let user = ns.as_user("user-d", &[]);
    let run = user.plugin(&["status", "web"]).code(1);
    let name = ns.name();
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.starts_with(&format!(
            "error: not allowed to get statefulsets.apps \"web\" in namespace {name:?}"
        )),
        "{run}"
    );
    assert_can_i_hint(&ns, &user, &run, "get");
    for args in [&["status"][..], &["capture"]] {
        let run = user.plugin(args).code(1);
        assert!(
            run.stderr.contains(&format!("not allowed to list statefulsets.apps in namespace {name:?}")),
            "{run}"
        );
        assert_can_i_hint(&ns, &user, &run, "list");
    }
    let all = user.plugin(&["status", "-A"]).code(1);
    assert!(all.stderr.contains("kubectl auth can-i list statefulsets.apps -A"), "{all}");
    assert!(!all.stderr.contains("namespace \"\""), "{all}");
}

#[test]
fn sets_without_pods_are_not_judged() {
    let ns = Namespace::new("no-pods");
    ns.apply(set("web"));
    ns.wait_rolled_out("web");
    let user = ns.as_user("user-e", &[("apps", "statefulsets", &["get", "list"])]);
    user.wait_can("list", "statefulsets.apps");
    let run = user.plugin(&["status", "web"]).code(1);
    assert!(run.stderr.contains("not allowed to list pods"), "{run}");
    assert_can_i_hint(&ns, &user, &run, "list");
}

#[test]
fn a_token_that_the_server_does_not_know() {
    let ns = Namespace::new("token");
    ns.apply(set("web"));
    for args in [&["status", "web"][..], &["status", "web", "--wait"], &["status"], &["capture", "web"]] {
        let run = ns.plugin(&[args, &["--token", "expired-token"]].concat()).code(1);
        assert!(run.stderr.contains("did not accept the credentials"), "{run}");
        assert!(run.stderr.contains("hint: the token or certificate may have expired"), "{run}");
        assert!(!run.stderr.contains("expired-token") && run.stdout.is_empty(), "{run}");
        assert!(run.stderr.lines().count() <= 4, "{run}");
    }
}

#[test]
fn a_wait_with_few_rights_says_what_it_could_not_see() {
    let ns = Namespace::new("few-wait");
    ns.apply(set("web").behaviour(Behaviour::NeverReady));
    let verbs: &[&str] = &["get", "list", "watch"];
    let user = ns.as_user("user-d", &[("apps", "statefulsets", verbs), ("", "pods", verbs)]);
    user.wait_can("watch", "pods");
    let run = user.plugin(&["status", "web", "--wait", "--timeout", "2s"]).code(3);
    assert!(run.stderr.contains("not allowed to list events"), "{run}");
}
