//! What may not be read makes nothing safe, and is said.

use crate::medik8s;
use crate::person::{Person, READS, Right};
use crate::said::{ask, with};
use crate::scene::*;
use test_cluster::*;

const DELETE: [Right; 1] = [("", "pods", &["delete"])];

/// A rebooted machine, with claims and both kinds of remediations: Safe for whoever may read it all.
fn provable(name: &str) -> (Namespace, TestNode) {
    medik8s::serve();
    let ns = Namespace::new(name);
    let node = ns.node("a");
    ns.apply(stuck(1, &ns).claims("data"));
    ns.wait_rolled_out("web");
    terminate(&ns, "web-0");
    reboot(&ns, &node);
    (ns, node)
}

#[test]
fn who_may_read_it_all_needs_no_more_than_that() {
    let (ns, _node) = provable("all-rights");
    let person = Person::with(&ns, "all", &READS);
    let said = person.ask(&["web-0"]).is("Safe", "MachineRebooted");
    assert_eq!(said.notes(), "[]", "{}", said.run);
}

/// Each of these must be read before that proof counts.
fn capped(name: &str, resources: &[&'static str]) {
    let (ns, _node) = provable(name);
    let before = uid(&ns, "web-0");
    for resource in resources {
        let person = Person::without(&ns, resource, &DELETE);
        let said = person.ask(&["web-0"]);
        let said = said.is("NeedsAttestation", "EvidenceUnread").because("could not be read");
        assert!(said.notes().contains(resource), "without {resource}: {}", said.run);
        assert!(said.notes().contains("cannot be proven"), "without {resource}: {}", said.run);
        let said = said.safer("kubectl auth can-i --list");
        let refused = person.ask(&["web-0", "--yes"]).is("NeedsAttestation", "EvidenceUnread");
        assert_eq!(uid(&ns, "web-0"), before, "{} {}", said.run, refused.run);
    }
    let _ = ask(&ns).is("Safe", "MachineRebooted");
}

#[test]
fn without_the_node_nothing_is_proven() {
    capped("no-node", &["nodes"]);
}

#[test]
fn without_events_of_nodes_no_reboot_is_known() {
    medik8s::serve();
    let Silent { ns, dead, .. } = silent("no-events");
    reboot(&ns, &dead);
    let _ = ask(&ns).is("Safe", "MachineRebooted");
    let before = uid(&ns, "web-0");
    let person = Person::without(&ns, "events", &DELETE);
    let said = person.ask(&["web-0", "--yes"]).is("NeedsAttestation", "NodeSilent");
    assert!(said.notes().contains("events in namespace \\\"default\\\""), "{}", said.run);
    let _ = said.seen("events of node ", "could not be read");
    assert_eq!(uid(&ns, "web-0"), before);
}

#[test]
fn without_the_set_nothing_is_proven() {
    capped("no-set", &["statefulsets"]);
}

#[test]
fn without_remediations_nothing_is_proven() {
    capped("no-remedy", &["selfnoderemediations", "fenceagentsremediations"]);
}

#[test]
fn without_claims_or_volumes_nothing_is_proven() {
    capped("no-volume", &["persistentvolumeclaims", "persistentvolumes"]);
}

/// The Lease counts where a fence was before the deletion: a kubelet that was heard of since may have started the pod.
#[test]
fn without_the_lease_a_fence_before_the_deletion_is_no_proof() {
    let Silent { ns, dead, .. } = dying("no-lease");
    medik8s::agent_fenced(&ns, &dead);
    next_second(&ns);
    terminate(&ns, "web-0");
    let _ = ask(&ns).is("Safe", "NodeFenced");
    let before = uid(&ns, "web-0");
    let person = Person::without(&ns, "leases", &DELETE);
    let said = person.ask(&["web-0", "--yes"]);
    assert_eq!((said.run.code, &said.item()["verdict"]), (7, &"NeedsAttestation".into()), "{}", said.run);
    assert!(said.notes().contains("leases"), "{}", said.run);
    let _ = said.seen("lease ", "could not be read");
    assert_eq!(uid(&ns, "web-0"), before);
}

#[test]
fn without_the_lease_a_silent_node_may_live() {
    let Silent { ns, dead, .. } = silent("no-lease-silent");
    dead.renew_lease(jiff::SignedDuration::ZERO);
    let person = Person::without(&ns, "leases", &DELETE);
    let said = person.ask(&["web-0"]);
    assert_eq!((said.run.code, &said.item()["verdict"]), (7, &"NeedsAttestation".into()), "{}", said.run);
    assert!(said.notes().contains("leases"), "{}", said.run);
}

/// These only warn, or describe: their absence is said, and lowers nothing.
#[test]
fn what_does_not_prove_anything_may_stay_unread() {
    let (ns, _node) = provable("optional");
    for resource in ["poddisruptionbudgets", "csidrivers", "services", "horizontalpodautoscalers"] {
        let person = Person::without(&ns, resource, &[]);
        let said = person.ask(&["web-0"]).is("Safe", "MachineRebooted");
        assert!(said.notes().contains(resource), "without {resource}: {}", said.run);
    }
}

#[test]
fn who_may_only_get_pods_is_told_what_is_missing_and_never_that_it_is_safe() {
    let (ns, _node) = provable("pods-only");
    let before = uid(&ns, "web-0");
    let person = Person::with(&ns, "few", &[("", "pods", &["get", "delete"])]);
    let said = person.ask(&["web-0", "--yes"]);
    assert_eq!((said.run.code, &said.item()["verdict"]), (7, &"NeedsAttestation".into()), "{}", said.run);
    let notes = said.notes();
    for resource in
        ["nodes", "leases", "events", "statefulsets", "selfnoderemediations", "fenceagentsremediations"]
    {
        assert!(notes.contains(resource), "no {resource}: {}", said.run);
    }
    let table = person.run(&["web-0"]).code(7);
    assert!(table.stdout.starts_with("web-0: NeedsAttestation"), "{table}");
    assert!(table.stderr.contains("note: not allowed to get nodes"), "{table}");
    assert_eq!(uid(&ns, "web-0"), before);
}

#[test]
fn who_may_not_get_the_pod_gets_no_answer() {
    let (ns, _node) = running("no-pod");
    let person = Person::with(&ns, "none", &[("", "nodes", &["get"])]);
    let run = person.run(&["web-0"]).code(1);
    assert_eq!(run.stdout, "", "{run}");
    assert!(run.stderr.contains("not allowed to get pods"), "{run}");
    assert!(run.stderr.contains("hint: kubectl auth can-i get pods"), "{run}");
    let node = with(&ns, &["web-0"]).item()["node"].as_str().unwrap_or_default().to_owned();
    let run = person.run(&["--node", &node]).code(1);
    assert!(run.stderr.contains("not allowed to list pods"), "{run}");
}
