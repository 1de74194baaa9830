//! Who follows the advice gets a set that is Complete: what lies in the rollout.

use crate::view::{ask_until_roots, ask_until_state};
use crate::world::{
    AT_ONCE, NEW, OLD, break_pod, revision, rolled_out, uid, wait_crashing, wait_image, wait_new_revision,
};
use test_cluster::*;

#[test]
fn deleting_the_broken_pod_lets_the_fixed_template_roll() {
    let ns = rolled_out("fix", 3);
    ns.apply(set("web").replicas(3).image("example/app:broken").behaviour(Behaviour::CrashLoop));
    wait_crashing(&ns, "web-2");
    ns.apply(set("web").replicas(3).image(NEW));
    let status = ask_until_roots(&ns, &[], "Stuck", &["BrokenRevisionBlocksRollout@2"]);
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
    ns.wait_rolled_out("web");
    ["web-0", "web-1", "web-2"].iter().for_each(|pod| wait_image(&ns, pod, NEW));
}

#[test]
fn a_broken_newest_template_is_undone_and_its_pod_deleted() {
    let ns = rolled_out("undo", 3);
    let untouched = uid(&ns, "web-0");
    ns.apply(set("web").replicas(3).image(NEW).behaviour(Behaviour::ImagePullError));
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["ImagePull@2"]);
    let command = status.command().expect("a way out");
    assert!(command.contains("rollout undo") && command.contains("&& kubectl delete pod web-2"), "{command}");
    status.follow(&ns);
    let status = ask_until_state(&ns, &[], "Complete");
    wait_image(&ns, "web-2", OLD);
    assert_eq!(uid(&ns, "web-0"), untouched, "pods that were well are left alone");
    assert_eq!(status.current_revision(), status.update_revision());
}

#[test]
fn after_two_broken_templates_the_undo_goes_to_the_one_that_worked() {
    let ns = rolled_out("twice", 2);
    for image in ["example/app:bad", "example/app:worse"] {
        ns.apply(set("web").replicas(2).image(image).behaviour(Behaviour::ImagePullError));
        wait_new_revision(&ns);
        ns.wait_until("web-1 waits for its image", || {
            ns.waiting_reason("web-1", "app").as_deref() == Some("ImagePullBackOff")
        });
    }
    // OrderedReady waits for the pod of the first one; once that is away, the second one fails as well.
    let status = ask_until_roots(&ns, &[], "Stuck", &["BrokenRevisionBlocksRollout@1"]);
    status.follow(&ns);
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["ImagePull@1"]);
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
    wait_image(&ns, "web-1", OLD);
}

#[test]
fn under_parallel_an_undo_alone_is_enough() {
    let ns = Namespace::new("undo-par");
    ns.apply(set("web").replicas(3).parallel());
    ns.wait_rolled_out("web");
    ns.apply(set("web").replicas(3).parallel().image(NEW).behaviour(Behaviour::CrashLoop));
    wait_crashing(&ns, "web-2");
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["CrashLoop@2"]);
    let command = status.command().expect("a way out");
    assert!(command.contains("rollout undo") && !command.contains("delete"), "{command}");
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
    wait_image(&ns, "web-2", OLD);
}

#[test]
fn a_held_canary_is_released_by_the_partition() {
    let ns = rolled_out("release", 3);
    ns.apply(set("web").replicas(3).partition(2).image(NEW));
    let status = ask_until_state(&ns, &[], "Held");
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
    wait_image(&ns, "web-0", NEW);
}

#[test]
fn ondelete_pods_are_deleted_one_after_the_other() {
    let ns = Namespace::new("one-by-one");
    ns.apply(set("web").replicas(3).on_delete());
    ns.wait_rolled_out("web");
    ns.apply(set("web").replicas(3).on_delete().image(NEW));
    wait_new_revision(&ns);
    for ordinal in [2, 1, 0] {
        let status = ask_until_roots(&ns, &[], "AwaitingDelete", &[&format!("AwaitingDelete@{ordinal}")]);
        status.follow(&ns);
    }
    let status = ask_until_state(&ns, &[], "Complete");
    assert_ne!(
        status.current_revision(),
        status.update_revision(),
        "OnDelete never moves it (kubernetes#73492)"
    );
}

#[test]
fn a_broken_pod_below_the_partition_is_freed_by_lowering_it() {
    let ns = rolled_out("lower", 3);
    break_pod(&ns, "web-0");
    ns.apply(set("web").replicas(3).partition(1).image(NEW));
    wait_new_revision(&ns);
    let status = ask_until_roots(&ns, &[], "Stuck", &["BrokenBelowPartition@0"]);
    status.follow(&ns);
    let status = ask_until_state(&ns, &[], "Complete");
    assert_eq!(revision(&ns, "web-0").as_deref(), Some(status.update_revision()));
}

#[test]
fn a_broken_canary_is_taken_back_without_a_word_on_the_pods_below() {
    let ns = rolled_out("canary", 3);
    let untouched = uid(&ns, "web-1");
    ns.apply(set("web").replicas(3).partition(2).image(NEW).behaviour(Behaviour::CrashLoop));
    wait_crashing(&ns, "web-2");
    let status = ask_until_roots(&ns, AT_ONCE, "Degraded", &["CrashLoop@2"]);
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
    wait_image(&ns, "web-2", OLD);
    assert_eq!(uid(&ns, "web-1"), untouched);
}
