//! Rows 1 to 5: going, or used.

use super::super::Class::{GarbageCollecting, InUse, Orphaned, Terminating};
use super::super::Reason::{
    BeingDeleted, InRange, NamedByTemplate, OwnedByCondemnedPod, ScaledDown, SetPaused, UsedByPod,
};
use super::super::{Class, Source};
use super::scene::{AnyClaim, Scene, claim, pod, scene, set, shows};

/// A set that asks for web-0 and web-1.
fn web() -> Scene {
    scene().set(set("web").start(0).replicas(2).template("data"))
}

/// Claim data-web-3, whose pod web-3 is scaled away.
fn of_condemned() -> AnyClaim {
    claim("data-web-3").owned_by("v1", "Pod", "web-3")
}

#[test]
fn a_claim_whose_deletion_was_asked_for_is_going_whatever_else_holds() {
    let going = of_condemned().deleted();
    let story = web().pod(pod("web-3").of("web").using("data-web-3"));
    assert_eq!(story.says(&going), (Terminating, BeingDeleted));
    shows(&story.judge(&going), &["2m ago", "kubernetes.io/pvc-protection", "pod web-3"]);
    assert_eq!(web().says(&claim("data-web-0").deleted()), (Terminating, BeingDeleted));
    let marked = claim("data-web-3").deleted().annotation("helm.sh/resource-policy", "keep");
    assert_eq!(web().without(Source::Pods).says(&marked), (Terminating, BeingDeleted));
    assert_eq!(web().says(&claim("data-web-3")), (Orphaned, ScaledDown));
}

#[test]
fn a_condemned_pod_takes_the_claim_that_it_owns_along_although_it_still_uses_it() {
    let condemned = pod("web-3").of("web").using("data-web-3");
    let taken = (GarbageCollecting, OwnedByCondemnedPod);
    assert_eq!(web().pod(condemned.clone()).says(&of_condemned()), taken);
    assert_eq!(web().pod(condemned.clone().ended()).says(&of_condemned()), taken, "until it is gone");
    // The other way round: used by that pod, but not owned by it.
    assert_eq!(web().pod(condemned.clone()).says(&claim("data-web-3")), (InUse, UsedByPod));
    let named = web().pod(condemned).workload(Source::CronJobs, "cronjob backup", "data-web-3");
    assert_eq!(named.says(&of_condemned()), taken);
}

#[test]
fn a_pod_that_owns_a_claim_and_is_not_condemned_takes_nothing_along() {
    let uses = |name: &str| pod(name).using("data-web-1").using("data-web-3").using("data-web-0");
    let owned = claim("data-web-1").owned_by("v1", "Pod", "web-1");
    assert_eq!(web().pod(uses("web-1").of("web")).says(&owned), (InUse, UsedByPod));
    // Out of the range of nothing: no set, or another set, is its controller.
    assert_eq!(web().pod(uses("web-3")).says(&of_condemned()), (InUse, UsedByPod));
    assert_eq!(web().pod(uses("web-3").of("other")).says(&of_condemned()), (InUse, UsedByPod));
    // Below the start counts as out of range, above it does not.
    let moved = scene().set(set("web").start(2).replicas(2).template("data"));
    let below = claim("data-web-0").owned_by("v1", "Pod", "web-0");
    let condemned = (GarbageCollecting, OwnedByCondemnedPod);
    assert_eq!(moved.clone().pod(uses("web-0").of("web")).says(&below), condemned);
    assert_eq!(moved.pod(uses("web-3").of("web")).says(&of_condemned()), (InUse, UsedByPod));
}

#[test]
fn any_pod_that_has_not_ended_uses_the_claims_of_its_volumes() {
    let debug = pod("debug-shell").using("data-web-3");
    assert_eq!(web().pod(debug.clone()).says(&claim("data-web-3")), (InUse, UsedByPod));
    assert_eq!(web().pod(debug.clone().ended()).says(&claim("data-web-3")), (Orphaned, ScaledDown));
    assert_eq!(web().pod(debug.clone()).says(&claim("data-web-4")), (Orphaned, ScaledDown));
    let both = web().pod(debug.clone().ended()).pod(pod("other").using("data-web-3"));
    assert_eq!(both.says(&claim("data-web-3")), (InUse, UsedByPod));
    shows(&both.judge(&claim("data-web-3")), &["pod other"]);
    let elsewhere = claim("data-web-3").namespace("test").label("app", "web");
    assert!(web().pod(debug).judge(&elsewhere).class.is_deletable(), "the pod is in another namespace");
}

#[test]
fn a_generic_ephemeral_volume_is_a_use() {
    let runner = pod("ci-runner").ephemeral("work-0");
    let made = claim("ci-runner-work-0").owned_by("v1", "Pod", "ci-runner").label("app", "ci");
    assert_eq!(scene().pod(runner.clone()).says(&made), (InUse, UsedByPod));
    assert_eq!(scene().pod(runner.ended()).says(&made).0, Class::Managed, "it still owns it");
}

#[test]
fn a_claim_that_a_template_names_is_in_use_before_any_pod_runs() {
    for (source, workload) in [
        (Source::Deployments, "deployment reports"),
        (Source::ReplicaSets, "replicaset reports-1"),
        (Source::DaemonSets, "daemonset reports"),
        (Source::Jobs, "job reports"),
        (Source::CronJobs, "cronjob reports"),
        (Source::Sets, "statefulset reports"),
    ] {
        let story = web().workload(source, workload, "data-web-3");
        let verdict = story.judge(&claim("data-web-3"));
        assert_eq!((verdict.class, verdict.reason), (InUse, NamedByTemplate), "{workload}");
        shows(&verdict, &[workload]);
        assert_eq!(story.says(&claim("data-web-4")), (Orphaned, ScaledDown));
    }
}

#[test]
fn use_by_a_pod_is_said_first_then_templates_then_the_range() {
    let story = web().workload(Source::Jobs, "job copy", "data-web-1");
    assert_eq!(story.says(&claim("data-web-1")), (InUse, NamedByTemplate));
    let story = story.pod(pod("copy-x").using("data-web-1"));
    assert_eq!(story.says(&claim("data-web-1")), (InUse, UsedByPod));
}

#[test]
fn ordinals_in_range_are_in_use_with_or_without_a_pod() {
    for (start, replicas, number, expected) in [
        (0, 2, 0, (InUse, InRange)),
        (0, 2, 1, (InUse, InRange)),
        (0, 2, 2, (Orphaned, ScaledDown)),
        (5, 2, 5, (InUse, InRange)),
        (5, 2, 6, (InUse, InRange)),
        (5, 2, 7, (Orphaned, ScaledDown)),
        (0, 0, 0, (Class::Reserved, SetPaused)),
        (0, 11, 10, (InUse, InRange)),
        (2_147_483_647, 1, 2_147_483_647, (InUse, InRange)),
    ] {
        let story = scene().set(set("web").start(start).replicas(replicas).template("logs").template("data"));
        for template in ["data", "logs"] {
            let name = format!("{template}-web-{number}");
            assert_eq!(story.says(&claim(&name)), expected, "{name} of {replicas} from {start}");
        }
    }
}

#[test]
fn a_claim_in_range_is_in_use_whoever_has_marked_or_owned_it() {
    let story = web().without(Source::Pods).without(Source::CronJobs);
    let marked = claim("data-web-1").annotation("meta.helm.sh/release-name", "shop");
    assert_eq!(story.says(&marked), (InUse, InRange));
    assert_eq!(story.says(&claim("data-web-1").owned_by("v1", "Pod", "gone")), (InUse, InRange));
}
