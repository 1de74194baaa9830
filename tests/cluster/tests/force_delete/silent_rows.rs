//! What is said of a node that is not heard of: a partition is not a death.

use crate::said::{Said, ask, with};
use crate::scene::*;
use jiff::SignedDuration;
use std::time::Duration;
use test_cluster::*;

#[test]
fn a_lease_that_is_fresh_forbids_it() {
    let Silent { ns, dead, .. } = silent("fresh");
    dead.renew_lease(SignedDuration::ZERO);
    let said = ask(&ns).is("Unsafe", "LeaseRenewed").because("a partition at most");
    assert!(!said.run.stderr.contains("reading it again"), "one look is enough: {}", said.run);
    let _ = said.seen("lease ", "and lasts 4s").safer("repair the way between node and API server");
}

#[test]
fn a_lease_that_advances_forbids_it_although_its_clock_is_far_behind() {
    let Silent { ns, dead, .. } = silent("behind");
    let behind = SignedDuration::from_hours(2);
    dead.renew_lease(behind);
    let running = ns.spawn(&["force-delete", "web-0", "-o", "json"]);
    running.stderr_with("reading it again");
    dead.renew_lease(behind);
    let said = Said::of(running.end()).is("Unsafe", "LeaseRenewed");
    let _ = said.seen("lease ", "renewed meanwhile");
}

#[test]
fn a_silent_node_proves_nothing_and_its_lease_is_read_twice() {
    let Silent { ns, dead, .. } = silent("silent");
    let said = ask(&ns).is("NeedsAttestation", "NodeSilent").because("looks just the same");
    assert!(said.run.stderr.contains("reading it again in 1s"), "{}", said.run);
    let said = said.seen("node ", "Ready is Unknown").seen("lease ", "not renewed meanwhile");
    let taint = format!(
        "kubectl taint node {} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute",
        dead.name()
    );
    let _ = said.safer(&taint).safer("power the machine off");
    let table = ns.plugin(&["force-delete", "web-0"]).code(7);
    let hint = format!("force-delete web-0 -n {} --attest \"how you know\"", ns.name());
    assert!(table.stderr.contains(&hint), "{table}");
}

/// Kubernetes looks for such pods each 20 s. What it does to a pod of another node tells when it has just looked.
#[test]
fn pods_of_a_node_that_is_out_of_service_go_by_themselves() {
    let Silent { ns, dead, other } = silent("out-of-service");
    let third = ns.node("c");
    ns.apply(set("mark").node(&other));
    ns.wait_rolled_out("mark");
    kill(&ns, &other);
    terminate(&ns, "mark-0");
    let mark = uid(&ns, "mark-0");
    let is_other =
        |pod: &str, uid: &str| ns.pod(pod).is_none_or(|pod| pod.metadata.uid.as_deref() != Some(uid));
    other.taint("node.kubernetes.io/out-of-service", "nodeshutdown");
    let patience = Duration::from_secs(60);
    ns.wait_for(patience, "Kubernetes has looked", || is_other("mark-0", &mark));

    let before = uid(&ns, "web-0");
    dead.taint("node.kubernetes.io/out-of-service", "nodeshutdown");
    let said = ask(&ns).is("Unneeded", "OutOfService").because("by itself within 20s");
    let _ = said.safer("kubectl wait --for=delete pod/web-0").seen("node ", "marked out of service");
    let refused = with(&ns, &["web-0", "--yes", "--attest", "it is off"]).is("Unneeded", "OutOfService");
    assert!(refused.run.stderr.contains("web-0 was not deleted"), "{}", refused.run);
    assert_eq!(uid(&ns, "web-0"), before);
    ns.wait_for(patience, "it has gone by itself", || is_other("web-0", &before));
    ns.wait_until("its replacement runs elsewhere", || {
        ns.is_ready("web-0") && node_of(&ns, "web-0") == third.name()
    });
}

#[test]
fn a_node_that_was_deleted_stops_no_container() {
    let (ns, node) = terminating("deleted");
    hush(&ns, &node);
    node.delete();
    let said = ask(&ns).is("NeedsAttestation", "NodeGone").because("stops no machine and no container");
    let _ = said.seen("node ", "does not exist").safer("make sure that the machine is off");
}

#[test]
fn a_node_of_the_same_name_says_nothing_of_the_machine_before() {
    let (ns, node) = terminating("anew");
    hush(&ns, &node);
    next_second(&ns);
    node.make_anew();
    reboot(&ns, &node);
    let said =
        ask(&ns).is("NeedsAttestation", "NodeReplaced").because("says nothing of the machine that ran it");
    let _ = said.seen("node ", "this Node was made after the pod");
}

#[test]
fn the_clouds_word_that_a_machine_is_off_is_no_proof() {
    let Silent { ns, dead, .. } = silent("shutdown");
    dead.taint("node.cloudprovider.kubernetes.io/shutdown", "");
    let said = ask(&ns).is("NeedsAttestation", "NodeShutDown").because("nothing here proves it");
    let _ = said.seen("node ", "shut down, by the cloud's word").safer("node.kubernetes.io/out-of-service=");
}
