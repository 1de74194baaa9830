//! Warnings: true now, holds nothing up now.

use super::testing::{Story, set};
use super::warning::WarningReason;

fn two() -> Story {
    set("web").replicas(2).all_ready(0..2, "A")
}

/// The reasons of a story's warnings.
fn reasons(story: &Story) -> Vec<WarningReason> {
    story.tell().warnings.iter().map(|warning| warning.reason).collect()
}

fn message(story: &Story) -> String {
    let told = story.tell();
    assert_eq!(told.warnings.len(), 1, "{:?}", told.warnings);
    told.warnings[0].message.clone()
}

#[test]
fn a_set_in_order_warns_of_nothing() {
    assert_eq!(reasons(&two()), []);
}

#[test]
fn a_governing_service_that_does_not_exist_or_is_not_named_is_warned_of() {
    let gone = two().start(4).service("peers", false);
    assert_eq!(reasons(&gone), [WarningReason::NoGoverningService]);
    assert!(message(&gone).contains("web-4.peers do not resolve"));
    let action = gone.tell().warnings[0].action.clone().unwrap();
    assert!(
        action.starts_with("kubectl create service clusterip peers --clusterip=None -n shop"),
        "{action}"
    );
    assert_eq!(reasons(&two().service("", true)), [WarningReason::NoGoverningService]);
    assert_eq!(reasons(&two().service_unread()), [], "one that was not read may exist");
}

#[test]
fn no_grace_period_makes_every_delete_a_force_delete() {
    assert_eq!(reasons(&two().grace(0)), [WarningReason::GracePeriodZero]);
    assert_eq!(reasons(&two().grace(1)), []);
}

#[test]
fn scaling_to_zero_finishes_a_canary() {
    let zero = set("web").partition(2);
    assert_eq!(reasons(&zero), [WarningReason::PromotedByScaleToZero]);
    assert!(message(&zero).contains("every ordinal gets A"));
    assert_eq!(reasons(&zero.clone().revisions_unread()), [], "there may be one revision only");
    assert_eq!(reasons(&set("web")), [], "no partition");
    assert_eq!(reasons(&zero.revisions("A", "B")), [], "not promoted yet");
}

#[test]
fn a_partition_larger_than_replicas_rolls_nothing() {
    assert_eq!(reasons(&two().partition(3)), [WarningReason::PartitionBeyondReplicas]);
    assert!(
        message(&two().partition(3)).contains("the partition (3) is larger than the number of replicas (2)")
    );
    assert_eq!(reasons(&two().partition(2)), [], "as many as replicas is how a rollout is held");
}

#[test]
fn a_strategy_of_a_later_kubernetes_is_warned_of() {
    let story = two().strategy("Recreate");
    assert_eq!(reasons(&story), [WarningReason::UnknownStrategy]);
    assert!(message(&story).contains("Recreate"));
}

#[test]
fn an_autoscaler_owns_the_number_of_replicas() {
    let story = two().autoscaler("web-cpu");
    assert_eq!(reasons(&story), [WarningReason::AutoscalerActive]);
    assert!(message(&story).contains("web-cpu"));
}

#[test]
fn an_operator_owns_the_set() {
    let story = two().owner("Postgres", "main", true);
    assert_eq!(reasons(&story), [WarningReason::ManagedByOperator]);
    assert!(message(&story).contains("Postgres main"));
    assert_eq!(reasons(&two().owner("Project", "shop", false)), [], "an owner that does not control it");
}

#[test]
fn a_tool_that_applies_the_manifest_undoes_changes_by_hand() {
    let story = two().applied_by("Argo CD", "spec.replicas").applied_by("Argo CD", "spec.template");
    assert_eq!(reasons(&story), [WarningReason::ForeignFieldOwner]);
    assert!(message(&story).starts_with("Argo CD applies spec.replicas, spec.template"));
}

#[test]
fn several_warnings_stand_side_by_side() {
    let story = two().grace(0).partition(9).autoscaler("web-cpu");
    assert_eq!(
        reasons(&story),
        [
            WarningReason::GracePeriodZero,
            WarningReason::PartitionBeyondReplicas,
            WarningReason::AutoscalerActive
        ]
    );
}
