//! What the operators of medik8s decide.

use crate::medik8s::{self, CAN_REBOOT};
use crate::said::ask;
use crate::scene::*;

#[test]
fn while_a_remediation_runs_nothing_is_safe() {
    let (ns, node) = rebooted("remedy-runs");
    let _ = ask(&ns).is("Safe", "MachineRebooted");
    node.annotate(CAN_REBOOT, "true");
    medik8s::self_running(&ns, &node);
    let said = ask(&ns).is("Unsafe", "RemediationRunning").because(node.name());
    let said = said.seen("selfnoderemediation ", "is running, and has not fenced the node yet");
    let _ = said.safer("--wait-safe");
}

#[test]
fn while_a_fence_agent_acts_nothing_is_safe() {
    let (ns, node) = terminating("agent-runs");
    medik8s::agent_running(&ns, &node);
    let said = ask(&ns).is("Unsafe", "RemediationRunning");
    let _ = said.seen("fenceagentsremediation ", "is running, and has not fenced the node yet");
    medik8s::agent_fenced(&ns, &node);
    let _ = ask(&ns).is("Safe", "NodeFenced");
}

#[test]
fn a_node_that_has_rebooted_itself_is_fenced() {
    let (ns, node) = terminating("self-fenced");
    node.annotate(CAN_REBOOT, "true");
    medik8s::self_fenced(&ns, &node);
    let said = ask(&ns).is("Safe", "NodeFenced").because("its machine was off");
    let _ = said.seen("selfnoderemediation ", "fenced the node").safer("kubectl wait --for=delete");
}

#[test]
fn a_node_that_cannot_reboot_itself_is_not_fenced_by_saying_so() {
    let (ns, node) = terminating("self-unable");
    medik8s::self_fenced(&ns, &node);
    let said = ask(&ns).is("Unsafe", "ContainersRunning");
    let _ = said.seen("selfnoderemediation ", "ended without fencing the node");
    node.annotate(CAN_REBOOT, "false");
    let _ = ask(&ns).is("Unsafe", "ContainersRunning");
}

#[test]
fn a_fence_before_the_pod_started_again_proves_nothing() {
    let (ns, node) = running("early-fence");
    medik8s::agent_fenced(&ns, &node);
    next_second(&ns);
    // Its kubelet has been heard of since: the pod may have started once more.
    ns.wait_until("the Lease is renewed after the fence", || {
        node.lease_age().is_some_and(|age| age.as_secs() < 1)
    });
    terminate(&ns, "web-0");
    let _ = ask(&ns).is("Unsafe", "ContainersRunning").seen("fenceagentsremediation ", "fenced the node");
}

#[test]
fn a_fence_of_another_node_proves_nothing() {
    let (ns, _node) = terminating("other-fence");
    let other = ns.node("b");
    medik8s::agent_fenced(&ns, &other);
    let _ = ask(&ns).is("Unsafe", "ContainersRunning");
}
