//! What changes between two requests of a deletion, and answers that are lost.

use crate::said::{Said, with};
use crate::scene::*;
use k8s_openapi::api::core::v1::{Event, Pod};
use serde_json::json;
use test_cluster::*;

const LOOK: &str = "GET /api/v1/namespaces/NS/pods/web-0";
const DELETE: &str = "DELETE /api/v1/namespaces/NS/pods/web-0";

/// A run that waits at a request.
fn at(ns: &Namespace, what: &str, nth: usize, when: When, args: &[&str]) -> (Relay, Running) {
    let relay = Relay::new(ns.name(), Some(Stop { call: Call { what: what.to_owned(), nth }, when }));
    let server = relay.server();
    let common = ["force-delete", "web-0", "-o", "json", "-s", &server];
    let running = ns.spawn(&[&common, args].concat());
    ns.wait_until("the run is at that request", || relay.has_stopped());
    (relay, running)
}

fn deletions(relay: &Relay) -> usize {
    relay.seen().iter().filter(|call| call.what.starts_with("DELETE ")).count()
}

#[test]
fn a_kubelet_that_writes_before_the_deletion_keeps_its_pod() {
    let (ns, _node) = fenced("writes");
    let before = uid(&ns, "web-0");
    let (relay, running) = at(&ns, DELETE, 0, When::Before, &["--yes"]);
    ns.patch_status::<Pod>("web-0", &json!({"message": "written by its kubelet"}));
    relay.go_on();
    let run = running.end().code(5);
    assert!(run.stderr.contains("error: pod web-0 has changed in the last moment"), "{run}");
    assert!(run.stderr.contains("hint: its kubelet may be back"), "{run}");
    assert_eq!((uid(&ns, "web-0"), deletions(&relay)), (before, 1), "{run}");
}

#[test]
fn another_pod_of_the_same_name_is_not_deleted_for_the_first() {
    let (ns, _node) = fenced("another");
    let (relay, running) = at(&ns, DELETE, 0, When::Before, &["--yes"]);
    let before = uid(&ns, "web-0");
    ns.behave("web-0", Behaviour::Healthy);
    ns.wait_until("there is another, and it is ready", || {
        ns.pod("web-0").is_some_and(|pod| pod.metadata.uid.as_deref() != Some(&before))
            && ns.is_ready("web-0")
    });
    let second = uid(&ns, "web-0");
    relay.go_on();
    let run = running.end().code(5);
    assert_eq!(uid(&ns, "web-0"), second, "{run}");
    assert!(!ns.is_terminating("web-0"), "{run}");
}

#[test]
fn a_kubelet_that_is_back_before_the_last_look_keeps_its_pod() {
    let (ns, node) = terminating("back");
    kill(&ns, &node);
    let before = uid(&ns, "web-0");
    let (relay, running) = at(&ns, LOOK, 1, When::Before, &["--attest", "it is off"]);
    node.revive_kubelet();
    ns.wait_until("the node is Ready", || node.ready() == "True");
    relay.go_on();
    let said = Said::of(running.end()).is("Unsafe", "ContainersRunning");
    assert!(said.run.stderr.contains("at the last look it was no longer so"), "{}", said.run);
    assert!(said.run.stderr.contains("web-0 was not deleted: that would be Unsafe"), "{}", said.run);
    assert_eq!((uid(&ns, "web-0"), deletions(&relay)), (before, 0), "{}", said.run);
    let recorded = |event: &Event| event.reason.as_deref() == Some("ForceDeleteAttested");
    assert!(!ns.list::<Event>().iter().any(recorded), "nothing was done, so nothing is recorded");
}

#[test]
fn a_pod_that_goes_by_itself_before_the_last_look_is_not_deleted_again() {
    let Silent { ns, dead, .. } = silent("by-itself");
    let before = uid(&ns, "web-0");
    let (relay, running) = at(&ns, LOOK, 1, When::Before, &["--attest", "it is off"]);
    dead.revive_kubelet();
    ns.wait_until("its kubelet let it go, and there is another", || {
        ns.pod("web-0").is_some_and(|pod| pod.metadata.uid.as_deref() != Some(&before))
            && ns.is_ready("web-0")
    });
    let second = uid(&ns, "web-0");
    relay.go_on();
    let said = Said::of(running.end());
    assert_eq!((said.run.code, &said.item()["deleted"]), (0, &false.into()), "{}", said.run);
    assert!(said.run.stderr.contains("note: web-0 has gone by itself meanwhile"), "{}", said.run);
    assert_eq!((uid(&ns, "web-0"), deletions(&relay)), (second, 0), "{}", said.run);
}

#[test]
fn a_deletion_whose_answer_is_lost_is_found_to_be_done() {
    let (ns, _node) = fenced("lost-after");
    let before = uid(&ns, "web-0");
    let (relay, running) = at(&ns, DELETE, 0, When::After, &["--yes"]);
    relay.cut();
    let said = Said::of(running.end());
    let _ = said.is_replaced();
    assert_eq!(deletions(&relay), 1, "it is not sent again: {}", said.run);
    assert!(uid(&ns, "web-0") != before, "{}", said.run);
}

#[test]
fn a_deletion_that_the_server_never_heard_of_is_found_not_to_be_done() {
    let (ns, _node) = fenced("lost-before");
    let before = uid(&ns, "web-0");
    let (relay, running) = at(&ns, DELETE, 0, When::Before, &["--yes"]);
    relay.cut();
    let run = running.end().code(1);
    assert!(run.stderr.starts_with("deleting pod web-0") || run.stderr.contains("\nerror: "), "{run}");
    assert!(!run.stderr.contains("error sending request"), "{run}");
    assert!(run.stderr.contains("hint: web-0 was not deleted"), "{run}");
    assert_eq!((uid(&ns, "web-0"), deletions(&relay)), (before, 1), "it is not sent again: {run}");
}

#[test]
fn a_record_whose_answer_is_lost_deletes_nothing() {
    let (ns, _node) = ended("lost-record");
    let before = uid(&ns, "web-0");
    let events = "POST /api/v1/namespaces/NS/events";
    let (relay, running) = at(&ns, events, 0, When::After, &["--attest", "it is off"]);
    relay.cut();
    let run = running.end().code(1);
    assert!(run.stderr.contains("hint: nothing was deleted"), "{run}");
    assert_eq!((uid(&ns, "web-0"), deletions(&relay)), (before, 0), "{run}");
}

#[test]
fn the_deletion_names_the_pod_and_its_version() {
    let (ns, _node) = fenced("preconditions");
    let stale = with(&ns, &["web-0", "--dry-run=server", "--yes"]).is("Safe", "NodeFenced");
    let (relay, running) = at(&ns, DELETE, 0, When::Before, &["--yes", "--dry-run=server"]);
    ns.patch_status::<Pod>("web-0", &json!({"message": "written by its kubelet"}));
    relay.go_on();
    let run = running.end().code(5);
    assert!(run.stderr.contains("has changed in the last moment"), "{run} {}", stale.run);
}

#[test]
fn a_conflict_prints_its_document() {
    let (ns, _node) = fenced("conflict");
    let (relay, running) = at(&ns, DELETE, 0, When::Before, &["--yes"]);
    ns.patch_status::<Pod>("web-0", &json!({"message": "written by its kubelet"}));
    relay.go_on();
    let said = Said::of(running.end().code(5));
    assert_eq!(said.item()["deleted"], false, "{}", said.run);
}
