//! Ctrl-C: what is under way is said.

use crate::medik8s::agent_fenced;
use crate::scene::*;
use test_cluster::*;

fn at(ns: &Namespace, what: &str, when: When, args: &[&str]) -> (Relay, Running) {
    let relay = Relay::new(ns.name(), Some(Stop { call: Call { what: what.to_owned(), nth: 0 }, when }));
    let server = relay.server();
    let running = ns.spawn(&[&["force-delete", "web-0", "-s", &server], args].concat());
    ns.wait_until("the run is at that request", || relay.has_stopped());
    (relay, running)
}

#[test]
fn while_it_looks_nothing_was_written() {
    let (ns, _node) = fenced("while-looking");
    let before = uid(&ns, "web-0");
    let statefulset = "GET /apis/apps/v1/namespaces/NS/statefulsets/web";
    let (_relay, running) = at(&ns, statefulset, When::Before, &["--yes"]);
    running.interrupt();
    let run = running.end().code(130);
    assert!(run.stderr.contains("interrupted; nothing was written to the cluster"), "{run}");
    assert_eq!(uid(&ns, "web-0"), before);
}

#[test]
fn while_it_waits_for_a_lease_nothing_was_written() {
    let Silent { ns, dead: _dead, .. } = silent("while-leasing");
    let before = uid(&ns, "web-0");
    let running = ns.spawn(&["force-delete", "web-0", "--attest", "it is off"]);
    running.stderr_with("reading it again");
    running.interrupt();
    let run = running.end().code(130);
    assert!(run.stderr.contains("interrupted; nothing was written to the cluster"), "{run}");
    assert_eq!(uid(&ns, "web-0"), before);
}

#[test]
fn while_the_deletion_has_no_answer_it_is_said_to_be_sent() {
    let (ns, _node) = fenced("while-deleting");
    let delete = "DELETE /api/v1/namespaces/NS/pods/web-0";
    let (_relay, running) = at(&ns, delete, When::After, &["--yes"]);
    running.interrupt();
    let run = running.end().code(130);
    let said = "interrupted; the deletion of web-0 had been sent, whether it was carried out is not known";
    assert!(run.stderr.contains(said), "{run}");
}

#[test]
fn while_the_replacement_comes_the_pod_is_said_to_be_deleted() {
    let ns = Namespace::new("while-following");
    let node = ns.node("a");
    ns.apply(stuck(1, &ns).on_delete());
    ns.wait_rolled_out("web");
    ns.apply(stuck(1, &ns).on_delete().behaviour(Behaviour::NeverReady));
    terminate(&ns, "web-0");
    agent_fenced(&ns, &node);
    let before = uid(&ns, "web-0");
    let running = ns.spawn(&["force-delete", "web-0", "--yes"]);
    running.stderr_with("web-0: ");
    running.interrupt();
    let run = running.end().code(130);
    let said = "interrupted; web-0 has been deleted, and its replacement was not waited for";
    assert!(run.stderr.contains(said), "{run}");
    ns.wait_until("there is another", || {
        ns.pod("web-0").is_some_and(|pod| pod.metadata.uid.as_deref() != Some(&before))
    });
}

#[test]
fn while_it_waits_for_safety_nothing_was_written() {
    let (ns, _node) = terminating("while-waiting");
    let running = ns.spawn(&["force-delete", "web-0", "--wait-safe", "--yes"]);
    running.stderr_with("Unsafe (ContainersRunning)");
    running.interrupt();
    let run = running.end().code(130);
    assert!(run.stderr.contains("interrupted; nothing was written to the cluster"), "{run}");
}

#[test]
fn while_an_attestation_is_recorded_it_is_not_said_that_nothing_was_written() {
    let (ns, _node) = ended("while-recording");
    let events = "POST /api/v1/namespaces/NS/events";
    let (_relay, running) = at(&ns, events, When::After, &["--attest", "it is off"]);
    running.interrupt();
    let run = running.end().code(130);
    assert!(run.stderr.contains("the event that records the attestation may have been written"), "{run}");
    assert!(run.stderr.contains("web-0 was not deleted"), "{run}");
}
