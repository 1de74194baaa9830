//! What `force-delete` says about pods in files.

use insta::assert_snapshot;

use crate::fixture;
use crate::plugin::{Answer, plugin};

fn force_delete(more: &str) -> Answer {
    plugin().line(&format!("force-delete --from dead-node/state.yaml {more}")).run()
}

#[test]
fn a_pod_on_a_dead_node_has_its_verdict_its_evidence_and_a_safer_way() {
    assert_snapshot!("pod", force_delete("web-1"));
    assert_snapshot!("json", force_delete("pod/web-1 -o json"));
    assert_eq!(force_delete("web-1 -o name").code(6).stdout, "pod/web-1\n");
}

/// The same, captured a quarter of an hour later: the Lease in it was read but once.
#[test]
fn later_nothing_in_files_proves_that_it_has_ended() {
    let state = fixture::text("dead-node");
    let later = state.replace("captured-at: \"2026-11-21T17:05:25.", "captured-at: \"2026-11-21T17:20:25.");
    assert_ne!(state, later, "has the fixture another time?");
    let answer = plugin().line("force-delete web-0 --from -").stdin(later).run();
    assert_snapshot!("later", answer);
}

#[test]
fn all_pods_of_a_node_are_listed_worst_first() {
    let node = force_delete("web-1 -o json").code(6).stdout;
    let node =
        node.lines().find_map(|line| line.trim().strip_prefix("\"node\": \"")?.split('"').next()).unwrap();
    assert_snapshot!("node", force_delete(&format!("--node {node}")));
    assert_snapshot!("other-node", force_delete("--node nowhere"));
}

#[test]
fn a_pod_that_is_not_there_is_told_from_those_that_are() {
    assert_snapshot!("missing", force_delete("web-9"));
}

#[test]
fn from_files_nothing_is_deleted_or_waited_for() {
    for flag in ["--yes", "--attest known", "--wait-safe"] {
        let answer = force_delete(&format!("web-1 {flag}")).code(2);
        assert!(answer.stderr.contains("need a cluster"), "{answer}");
    }
}

#[test]
fn what_is_no_pod_is_a_usage_error() {
    for line in ["sts/web", "", "web-1 --node n", "--node n --yes", "--node n --attest x", "web-1 --attest="]
    {
        assert_eq!(force_delete(line).code, 2, "{line}");
    }
}

#[test]
fn an_earlier_capture_must_say_when_it_was_made() {
    let answer = force_delete("web-1 --earlier stuck-rollout/get.yaml").code(1);
    assert!(answer.stderr.contains("does not say when it was made"), "{answer}");
}
