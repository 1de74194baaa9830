//! What lowers a verdict that would be Safe, what is warned of, and what keeps the storage to one writer.

use crate::medik8s::agent_fenced;
use crate::said::{ask, with};
use crate::scene::*;
use crate::volume::Volume;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use serde_json::json;
use test_cluster::*;

#[test]
fn without_a_majority_of_the_others_a_proof_is_not_enough() {
    let ns = Namespace::new("quorum");
    let node = ns.node("a");
    ns.apply(stuck(3, &ns).parallel());
    ns.wait_rolled_out("web");
    terminate(&ns, "web-0");
    agent_fenced(&ns, &node);
    let _ = ask(&ns).is("Safe", "NodeFenced").seen("statefulset web", "2 others Ready, a majority is 2");
    ns.behave("web-2", Behaviour::NeverReady);
    ns.wait_until("web-2 is not ready", || !ns.is_ready("web-2"));
    let said = ask(&ns).is("NeedsAttestation", "QuorumAtRisk").because("only 1 of the other 2 are Ready");
    let _ = said.safer("kubectl stateful status web");
    ns.behave("web-2", Behaviour::Healthy);
    ns.wait_until("web-2 is ready", || ns.is_ready("web-2"));
    let _ = ask(&ns).is("Safe", "NodeFenced");
}

#[test]
fn a_volume_on_the_dead_node_would_keep_the_replacement_pending() {
    let ns = Namespace::new("local");
    let node = ns.node("a");
    let _volume = Volume::local(&ns, &node);
    ns.apply(stuck(1, &ns).claims("data").storage_class(ns.name()));
    ns.wait_rolled_out("web");
    let _other = ns.node("b");
    terminate(&ns, "web-0");
    agent_fenced(&ns, &node);
    let said = ask(&ns).is("Safe", "NodeFenced").seen("volume ", "it can be used on its node only");
    assert_eq!(said.fence(), "None", "{}", said.run);
    let next = said.item()["next"].as_str().unwrap_or_default();
    assert!(next.contains("so it starts there again"), "{}", said.run);
    kill(&ns, &node);
    let said = ask(&ns).is("Useless", "VolumeOnNode").because("would stay Pending").because(node.name());
    let _ = said.safer("bring the node back");
}

#[test]
fn where_a_lower_ordinal_comes_first_force_brings_no_replacement() {
    let ns = Namespace::new("lower");
    let node = ns.node("a");
    ns.apply(stuck(2, &ns));
    ns.wait_rolled_out("web");
    terminate(&ns, "web-1");
    agent_fenced(&ns, &node);
    let _ = with(&ns, &["web-1"]).is("Safe", "NodeFenced");
    ns.behave("web-0", Behaviour::NeverReady);
    ns.wait_until("web-0 is not ready", || !ns.is_ready("web-0"));
    let said = with(&ns, &["web-1"]).is("Useless", "LowerOrdinalFirst");
    let _ = said.because("a lower ordinal is not ready").safer("bring them back first");
}

#[test]
fn where_all_ordinals_are_made_at_once_a_lower_one_does_not_matter() {
    let ns = Namespace::new("lower-parallel");
    let node = ns.node("a");
    ns.apply(stuck(2, &ns).parallel());
    ns.wait_rolled_out("web");
    terminate(&ns, "web-1");
    agent_fenced(&ns, &node);
    ns.behave("web-0", Behaviour::NeverReady);
    ns.wait_until("web-0 is not ready", || !ns.is_ready("web-0"));
    let _ = with(&ns, &["web-1"]).is("Safe", "NodeFenced");
}

#[test]
fn a_budget_that_is_spent_is_warned_of() {
    let (ns, _node) = running("budget");
    ns.apply(json!({
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "spent"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
    }));
    ns.apply(json!({
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "of-others"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "other"}}},
    }));
    let is_seen = |name: &str| {
        ns.get::<PodDisruptionBudget>(name)
            .and_then(|budget| budget.status?.observed_generation)
            .is_some_and(|seen| seen > 0)
    };
    ns.wait_until("the budgets are counted", || is_seen("spent") && is_seen("of-others"));
    let said = ask(&ns).is("Unsafe", "NotTerminating");
    let said = said.seen("poddisruptionbudget spent", "allows 0 disruptions now");
    let warnings = said.warnings();
    assert!(warnings.contains("PodDisruptionBudget spent allows no disruption now"), "{}", said.run);
    assert!(!warnings.contains("of-others"), "{}", said.run);
    let table = ns.plugin(&["force-delete", "web-0"]).code(6);
    assert!(table.stdout.contains("Warning: PodDisruptionBudget spent"), "{table}");
}

#[test]
fn a_grace_period_of_zero_is_warned_of() {
    let ns = Namespace::new("zero");
    let _node = ns.node("a");
    ns.apply(stuck(1, &ns).grace_period(0));
    ns.wait_rolled_out("web");
    let said = ask(&ns).is("Unsafe", "NotTerminating");
    assert!(said.warnings().contains("terminationGracePeriodSeconds is 0"), "{}", said.run);
    terminate(&ns, "web-0");
    let said = ask(&ns).is("Unsafe", "ContainersRunning");
    assert!(said.warnings().contains("every deletion of this pod is a force delete"), "{}", said.run);
}

#[test]
fn an_attachment_is_the_fence_of_the_storage_until_it_is_gone() {
    let ns = Namespace::new("attached");
    let node = ns.node("a");
    let volume = Volume::attachable(&ns, "ReadWriteOnce");
    ns.apply(stuck(1, &ns).claims("data").storage_class(ns.name()));
    ns.wait_rolled_out("web");
    volume.attach(&node);
    terminate(&ns, "web-0");
    agent_fenced(&ns, &node);
    let said = ask(&ns).is("Safe", "NodeFenced").seen("volume ", "attached to its node");
    assert_eq!(said.fence(), "Attached", "{}", said.run);
    let next = said.item()["next"].as_str().unwrap_or_default();
    assert!(next.contains("six minutes after the deletion"), "{}", said.run);
    volume.detach();
    let said = ask(&ns).is("Safe", "NodeFenced").seen("volume ", "not attached to its node");
    assert_eq!(said.fence(), "Detached", "{}", said.run);
    assert!(said.item()["fence"].to_string().contains("its identity is not"), "{}", said.run);
}

#[test]
fn storage_that_several_nodes_may_write_to_is_no_fence() {
    let ns = Namespace::new("shared");
    let node = ns.node("a");
    let volume = Volume::attachable(&ns, "ReadWriteMany");
    ns.apply(stuck(1, &ns).claims("data").storage_class(ns.name()));
    ns.wait_rolled_out("web");
    volume.attach(&node);
    let said = ask(&ns).seen("volume ", "several nodes may write to it");
    assert_eq!(said.fence(), "None", "{}", said.run);
}

#[test]
fn without_claims_there_is_nothing_to_fence() {
    let (ns, _node) = running("claimless");
    let said = ask(&ns);
    assert_eq!(said.fence(), "NoVolumes", "{}", said.run);
    assert_eq!(ns.list::<PersistentVolumeClaim>(), Vec::new());
}
