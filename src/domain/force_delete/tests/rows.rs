//! Every row of the table and every modifier, each with its words.

use super::super::Ready::{False, True};
use super::super::Reason::{
    AlreadyEnded, ContainersEnded, ContainersRunning, EvidenceUnread, Finalizers, Gone, KubeletReporting,
    LeaseRenewed, LowerOrdinalFirst, MachineRebooted, MirrorPod, NodeFenced, NodeGone, NodeReplaced,
    NodeShutDown, NodeSilent, NotOwnedBySet, NotScheduled, NotTerminating, OutOfService,
    OutOfServiceButReady, QuorumAtRisk, RemediationRunning, VolumeOnNode, WithinGrace,
};
use super::super::Verdict::{NeedsAttestation, Refused, Safe, Unneeded, Unsafe, Useless};
use super::super::gone;
use super::story::{Case, lost, lost_of};
use crate::domain::Known;
use crate::domain::pod::Phase::{Failed, Succeeded};
use crate::domain::testing::set;

/// Proven otherwise: only what a test adds keeps it from being safe.
fn proven() -> Case {
    lost().fenced(150)
}

#[test]
fn row_1_a_mirror_pod_is_refused_whoever_controls_it() {
    let answer = proven().pod(|pod| pod.mirror = true).is(Refused, MirrorPod);
    let answer = answer.because("by the kubelet of n1 from a file").seen("pod web-1", "a mirror pod");
    answer.safer("kubectl describe pod web-1 -n shop", "its manifest is a file on the node");
}

#[test]
fn row_1_a_pod_that_the_live_set_does_not_control_is_refused() {
    let bare = proven().pod(|pod| pod.controller = None).is(Refused, NotOwnedBySet);
    bare.because("has no controller").seen("controller", "the pod has none");
    let job = proven().controller("Job", "copy", "uid-copy").is(Refused, NotOwnedBySet);
    job.because("is of Job copy").seen("job copy", "is not a StatefulSet");
    let gone = proven().set_gone().is(Refused, NotOwnedBySet);
    gone.because("does not exist any more").seen("statefulset web", "does not exist");
    let anew = proven().controller("StatefulSet", "web", "uid-before").is(Refused, NotOwnedBySet);
    let anew = anew.because("the StatefulSet web that made web-1 does not exist any more");
    let anew = anew.safer("kubectl describe pod web-1", "shows whose it is");
    anew.seen("statefulset web", "was made after the one that owns the pod");
}

#[test]
fn row_2_finalizers_make_it_useless_and_are_named_but_never_taken_off() {
    let answer = proven().finalizer("a.example/x").finalizer("b.example/y").is(Useless, Finalizers);
    let answer = answer.because("a.example/x, b.example/y must act first");
    let answer = answer.safer("describe pod web-1", "repair those").seen("pod web-1", "held by a.example/x");
    assert!(!answer.safer.command.contains("patch"));
}

#[test]
fn row_3_a_pod_that_no_node_ever_had_goes_plainly() {
    let answer = lost().pod(|pod| pod.pod.node = None).node_gone().not_asked().is(Unneeded, NotScheduled);
    let answer = answer.because("no node has ever had it").safer("kubectl delete pod web-1", "at once");
    assert!(answer.evidence.iter().all(|line| !line.at.contains("node")), "it has none to look at");
}

#[test]
fn row_4_a_pod_that_ended_with_all_its_containers_goes_by_itself() {
    for phase in [Failed, Succeeded] {
        let ended = lost().ended().pod(|pod| pod.pod.phase = phase);
        let going = ended.is(Unneeded, AlreadyEnded).because("all its containers have ended");
        let going = going.safer("kubectl wait --for=delete pod/web-1", "it goes by itself");
        going.seen("containers of web-1", "all have ended");
        let stays = ended.not_asked().is(Unneeded, AlreadyEnded);
        stays.safer("kubectl delete pod web-1 -n shop", "it goes at once");
    }
}

#[test]
fn row_4_needs_the_phase_and_the_containers() {
    let collected = lost().pod(|pod| pod.pod.phase = Failed).is(NeedsAttestation, NodeSilent);
    collected.seen("containers of web-1", "app has not ended").seen("pod web-1", "phase Failed");
    lost().ended().is(NeedsAttestation, NodeSilent);
}

#[test]
fn row_5_nothing_is_safe_before_its_deletion_was_asked_for() {
    let answer = proven().not_asked().is(Unsafe, NotTerminating).because("nobody has asked for its deletion");
    let answer = answer.safer("kubectl delete pod web-1 -n shop", "gives it its grace period");
    answer.seen("pod web-1", "its deletion has not been asked for");
}

#[test]
fn row_6_the_grace_period_goes_first_and_what_is_left_is_said() {
    let answer = proven().asked(10).is(Unsafe, WithinGrace).because("its grace period goes on for 20s");
    let answer = answer.safer("kubectl wait --for=delete pod/web-1", "ends by itself");
    answer.seen("pod web-1", "its grace of 30s ends in 20s");
}

#[test]
fn row_7_a_living_node_that_is_marked_out_of_service_is_unsafe_also_after_a_fence() {
    let answer = proven().ready(True).out_of_service().is(Unsafe, OutOfServiceButReady);
    let answer = answer.because("its kubelet says that it is ready").seen("node n1", "marked out of service");
    answer.safer("kubectl taint node n1 node.kubernetes.io/out-of-service-", "takes the wrong mark off");
}

#[test]
fn row_8_while_a_remediation_runs_an_earlier_one_proves_nothing() {
    let answer = proven().rebooted(150).being_fenced().is(Unsafe, RemediationRunning);
    let answer = answer.because("a remediation of node n1 is running");
    let answer =
        answer.safer("kubectl stateful force-delete web-1 -n shop --wait-safe", "until the node is fenced");
    let answer = answer.seen("selfnoderemediation n1", "is running");
    answer.seen("selfnoderemediation n1", "fenced the node 2m30s ago");
}

#[test]
fn row_9_a_fence_is_a_proof() {
    let answer = lost().fenced(150).is(Safe, NodeFenced).because("node n1 has been fenced");
    let answer = answer.safer("kubectl wait --for=delete", "removes the pod, too");
    answer.seen("selfnoderemediation n1", "fenced the node 2m30s ago");
    lost().not_fenced().is(NeedsAttestation, NodeSilent).seen("selfnoderemediation n1", "without fencing");
}

#[test]
fn row_10_a_reboot_is_a_proof() {
    let answer = lost().rebooted(400).rebooted(150).is(Safe, MachineRebooted);
    let answer = answer.because("the machine of node n1 has rebooted");
    let answer = answer.safer("kubectl wait --for=delete", "a kubelet that is back");
    answer.seen("events of node n1", "was reported 2m30s ago");
    let captured = lost().captured(150, "boot-0", "machine-1").is(Safe, MachineRebooted);
    captured.seen("node n1", "the capture of 2m30s ago");
}

#[test]
fn row_11_a_container_on_a_node_that_answers_runs() {
    let answer = lost().ready(True).pod(|pod| pod.alive.push("proxy".to_owned()));
    let answer =
        answer.is(Unsafe, ContainersRunning).because("node n1 is Ready by its last report, and app, proxy");
    let answer = answer.safer("kubectl describe node n1", "container runtime");
    let answer = answer.seen("containers of web-1", "app, proxy have not ended");
    answer.seen("containers of web-1", "the last start was 60m ago");
}

#[test]
fn row_12_ended_containers_on_a_node_that_answers_take_a_persons_word() {
    let answer = lost().ready(True).renewed(5).ended().is(NeedsAttestation, ContainersEnded);
    answer.because("a mount may be stuck").safer("kubectl describe pod web-1", "does not unmount");
}

#[test]
fn row_13_a_kubelet_that_reports_that_it_is_not_ready_lives() {
    let answer =
        lost().ready(False).ended().is(Unsafe, KubeletReporting).because("the kubelet of node n1 lives");
    let answer = answer.safer("kubectl describe node n1", "what the kubelet lacks");
    answer.seen("node n1", "Ready is False for 5m: its kubelet says so");
}

#[test]
fn row_14_a_renewed_lease_vetoes_whatever_people_and_clouds_say() {
    let veto = lost().renewed(20).out_of_service().node(|node| node.shut_down = true);
    let answer = veto.is(Unsafe, LeaseRenewed).because("it renews its Lease");
    let answer = answer.safer("kubectl describe node n1", "the way between node and API server");
    answer.seen("lease n1", "renewed 20s ago, and lasts 40s");
    lost().renewed(20).node_gone().is(Unsafe, LeaseRenewed);
    lost().renewed(20).node_made(1_000).is(Unsafe, LeaseRenewed);
}

#[test]
fn row_15_a_dead_node_that_is_marked_out_of_service_needs_no_force() {
    let answer = lost().out_of_service().node(|node| node.shut_down = true).is(Unneeded, OutOfService);
    let answer = answer.because("Kubernetes deletes the pod by itself within 20s");
    answer.safer("kubectl wait --for=delete", "take the taint off after the repair");
}

#[test]
fn row_16_a_deleted_or_replaced_node_stops_no_machine() {
    let gone = lost().node_gone().is(NeedsAttestation, NodeGone).because("stops no machine and no container");
    let gone = gone.safer("kubectl wait --for=delete", "make sure that the machine is off");
    gone.seen("node n1", "does not exist");
    let replaced = lost().node_made(1_000).is(NeedsAttestation, NodeReplaced);
    replaced.because("says nothing of the machine that ran it").seen("node n1", "made after the pod");
}

#[test]
fn row_17_a_clouds_word_is_no_proof() {
    let answer = lost().node(|node| node.shut_down = true).is(NeedsAttestation, NodeShutDown);
    let answer = answer.because("nothing here proves it").seen("node n1", "shut down, by the cloud's word");
    answer.safer("taint node n1 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute", "power");
}

#[test]
fn row_18_silence_is_no_proof_however_long() {
    let answer = lost().is(NeedsAttestation, NodeSilent);
    let answer = answer.because("silent for 5m40s; a machine that is cut off looks just the same");
    let answer = answer.safer("out-of-service=nodeshutdown:NoExecute", "power the machine off");
    let answer = answer.seen("node n1", "Ready is Unknown for 5m: its kubelet has stopped reporting");
    answer.seen("lease n1", "not renewed meanwhile; renewed 5m40s ago");
    let ages = lost().asked(9_000_000).renewed(9_000_000).started(9_900_000);
    ages.is(NeedsAttestation, NodeSilent).because("silent for 104d");
}

#[test]
fn row_19_what_is_left_over_takes_a_persons_word() {
    let once = lost().lease(Some(340), None).is(NeedsAttestation, EvidenceUnread);
    once.because("its Lease was read but once").safer("kubectl taint node n1", "first");
    lost().node_unread().is(NeedsAttestation, EvidenceUnread).seen("node n1", "could not be read");
    lost().lease_unread().is(NeedsAttestation, EvidenceUnread).seen("lease n1", "could not be read");
}

#[test]
fn a_pod_that_has_gone_meanwhile_needs_no_force() {
    let answer = gone(lost().ready(True).facts()).because("web-1 has gone by itself");
    assert_eq!((answer.verdict, answer.reason), (Unneeded, Gone));
    for silent in [lost(), lost().node_gone(), lost().node_unread()] {
        let answer = gone(silent.facts()).because("nothing here proves that its processes have ended");
        assert_eq!((answer.verdict, answer.reason), (Unneeded, Gone));
    }
    answer.safer("kubectl stateful status web -n shop", "how its replacement fares");
}

#[test]
fn what_could_not_be_read_caps_a_proof_and_what_goes_by_itself() {
    let (fenced, marked) = (proven(), lost().out_of_service());
    for case in [
        fenced.clone().set_unread(),
        fenced.clone().node_unread(),
        fenced.volumes_unread(),
        lost().rebooted(150).remediations_unread(),
        marked.clone().set_unread(),
        marked.clone().remediations_unread(),
        marked.clone().reboots_unread(),
        marked.clone().lease_unread(),
    ] {
        let answer = case.is(NeedsAttestation, EvidenceUnread).because("could not be read");
        answer.safer("kubectl auth can-i --list -n shop", "docs/rbac.md");
    }
    marked.lease(Some(340), None).is(NeedsAttestation, EvidenceUnread).because("was read but once");
    proven().reboots_unread().is(Safe, NodeFenced);
    proven().with(|facts| facts.budgets = Known::Unknown).is(Safe, NodeFenced);
}

#[test]
fn with_few_others_ready_a_proof_needs_a_person_too() {
    let few = lost_of(set("web").replicas(5).all_ready(0..3, "A").not_ready(3, "A").not_ready(4, "A"), 1);
    let answer = few.fenced(150).is(NeedsAttestation, QuorumAtRisk);
    let answer = answer.because("only 2 of the other 4 are Ready, less than a majority of 3");
    let answer = answer.safer("kubectl stateful status web -n shop", "bring them back");
    answer.seen("statefulset web", "5 replicas, 2 others Ready, a majority is 3");
}

#[test]
fn a_volume_on_the_dead_node_makes_proof_and_word_useless() {
    for case in [proven(), lost(), lost().node_gone()] {
        let answer = case.local_volume().is(Useless, VolumeOnNode).because("its volume is on node n1");
        let answer = answer.safer("kubectl describe node n1", "bring the node back");
        answer.seen("volume pv-1", "data-web-1").seen("volume pv-1", "it can be used on its node only");
    }
    lost().local_volume().out_of_service().is(Unneeded, OutOfService);
    lost().local_volume().renewed(20).is(Unsafe, LeaseRenewed);
}

#[test]
fn a_lower_ordinal_that_would_be_made_first_makes_it_useless() {
    let waits = || lost_of(set("web").replicas(3).not_ready(0, "A").all_ready(1..3, "A"), 1);
    for case in [waits(), waits().fenced(150)] {
        let answer = case.is(Useless, LowerOrdinalFirst).because("a lower ordinal is not ready");
        answer.safer("kubectl stateful status web -n shop", "what the other ordinals lack");
    }
    waits().renewed(20).is(Unsafe, LeaseRenewed);
    waits().local_volume().is(Useless, VolumeOnNode);
}
