//! `--wait-safe`: it ends once the pod is proven to have ended, or goes without force.

use crate::medik8s::agent_fenced;
use crate::said::{Said, with};
use crate::scene::*;
use test_cluster::*;

fn wait(ns: &Namespace, more: &[&str]) -> Running {
    ns.spawn(&[&["force-delete", "web-0", "--wait-safe", "-o", "json"], more].concat())
}

#[test]
fn it_ends_when_a_reboot_is_reported() {
    let (ns, node) = terminating("await-reboot");
    let before = uid(&ns, "web-0");
    let running = wait(&ns, &[]);
    running.stderr_with("web-0: Unsafe (ContainersRunning)");
    reboot(&ns, &node);
    let _ = Said::of(running.end()).is("Safe", "MachineRebooted");
    assert_eq!(uid(&ns, "web-0"), before, "nobody said yes");
}

#[test]
fn with_yes_it_deletes_as_soon_as_that_is_safe() {
    let Silent { ns, dead, other } = silent("await-yes");
    let running = wait(&ns, &["--yes"]);
    running.stderr_with("web-0: NeedsAttestation (NodeSilent)");
    reboot(&ns, &dead);
    let said = Said::of(running.end());
    assert_eq!(said.is_replaced(), other.name(), "{}", said.run);
}

#[test]
fn each_change_of_the_verdict_is_told_once() {
    let (ns, node) = running("await-told");
    let running = wait(&ns, &[]);
    running.stderr_with("web-0: Unsafe (NotTerminating)");
    terminate(&ns, "web-0");
    running.stderr_with("web-0: Unsafe (ContainersRunning)");
    end_containers(&ns, "web-0");
    running.stderr_with("web-0: NeedsAttestation (ContainersEnded)");
    reboot(&ns, &node);
    let said = Said::of(running.end()).is("Safe", "MachineRebooted");
    let told = |verdict: &str| said.run.stderr.matches(verdict).count();
    for verdict in ["(NotTerminating)", "(ContainersRunning)", "(ContainersEnded)"] {
        assert_eq!(told(verdict), 1, "{verdict} in {}", said.run);
    }
}

#[test]
fn a_timeout_is_said_with_what_it_waited_for() {
    let (ns, _node) = terminating("await-timeout");
    let run = ns.plugin(&["force-delete", "web-0", "--wait-safe", "--timeout", "2s"]).code(3);
    assert!(run.stderr.contains("error: after 2s web-0 still is Unsafe (ContainersRunning)"), "{run}");
    assert!(run.stderr.contains("hint: "), "{run}");
}

#[test]
fn what_is_safe_already_is_not_waited_for() {
    let (ns, _node) = fenced("await-none");
    let said = with(&ns, &["web-0", "--wait-safe", "--timeout", "0s"]).is("Safe", "NodeFenced");
    assert!(!said.run.stderr.contains("Unsafe"), "{}", said.run);
}

#[test]
fn it_ends_when_the_node_is_marked_out_of_service() {
    let Silent { ns, dead, .. } = silent("await-mark");
    let running = wait(&ns, &[]);
    running.stderr_with("web-0: NeedsAttestation (NodeSilent)");
    dead.taint("node.kubernetes.io/out-of-service", "nodeshutdown");
    let said = Said::of(running.end().ok());
    let item = said.item();
    assert_eq!((&item["verdict"], &item["deleted"]), (&"Unneeded".into(), &false.into()), "{}", said.run);
    // Kubernetes may have been faster.
    assert!(item["reason"] == "OutOfService" || item["reason"] == "Gone", "{}", said.run);
}

#[test]
fn it_ends_when_the_pod_goes_by_itself_also_where_it_was_to_be_deleted() {
    let Silent { ns, dead, .. } = silent("await-gone");
    let running = [wait(&ns, &[]), wait(&ns, &["--yes"])];
    for running in &running {
        running.stderr_with("web-0: NeedsAttestation (NodeSilent)");
    }
    dead.revive_kubelet();
    for running in running {
        let said = Said::of(running.end().ok());
        let item = said.item();
        assert_eq!((&item["verdict"], &item["reason"]), (&"Unneeded".into(), &"Gone".into()), "{}", said.run);
        assert_eq!(item["deleted"], false, "{}", said.run);
    }
}

#[test]
fn a_timeout_prints_its_document() {
    let (ns, _node) = terminating("await-document");
    let said = with(&ns, &["web-0", "--wait-safe", "--timeout", "1s"]);
    assert_eq!(said.run.code, 3, "{}", said.run);
    assert_eq!(said.item()["reason"], "ContainersRunning", "{}", said.run);
}

/// A wait that stops at a request of its second look, and whose connection breaks there.
fn broken_at(ns: &Namespace, what: &str) -> (Relay, Running) {
    let call = Call { what: what.to_owned(), nth: 1 };
    let relay = Relay::new(ns.name(), Some(Stop { call, when: When::Before }));
    let server = relay.server();
    let running = ns.spawn(&["force-delete", "web-0", "--wait-safe", "-o", "json", "-s", &server]);
    ns.wait_until("the run is at that request", || relay.has_stopped());
    relay.cut();
    (relay, running)
}

#[test]
fn a_wait_outlasts_a_broken_connection() {
    let (ns, node) = terminating("await-outage");
    let (_relay, running) = broken_at(&ns, "GET /api/v1/namespaces/NS/pods/web-0");
    agent_fenced(&ns, &node);
    let said = Said::of(running.end()).is("Safe", "NodeFenced");
    assert!(said.run.stderr.contains("asking again"), "{}", said.run);
}

#[test]
fn a_note_does_not_outlive_what_it_is_about() {
    let (ns, node) = terminating("await-note");
    let (_relay, running) = broken_at(&ns, "GET /api/v1/nodes/NS-a");
    agent_fenced(&ns, &node);
    let said = Said::of(running.end()).is("Safe", "NodeFenced");
    assert_eq!(said.notes(), "[]", "{}", said.run);
}
