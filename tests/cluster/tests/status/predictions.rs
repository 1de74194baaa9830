//! What the model says comes next is what the real controller then does. Predictions made while it stands still are
//! in [`crate::standstill`].

use crate::view::{ask, ask_until_roots, ask_until_state};
use crate::world::{AT_ONCE, NEW, revision, wait_crashing};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use test_cluster::*;

#[test]
fn a_partition_is_an_offset_from_the_first_ordinal() {
    let ns = Namespace::new("offset");
    ns.apply(set("web").replicas(3).start(3).partition(1));
    ns.wait_rolled_out("web");
    ns.apply(set("web").replicas(3).start(3).partition(1).image(NEW));
    let status = ask_until_state(&ns, &[], "Held");
    assert_eq!(status.ordinals(), [3, 4, 5]);
    assert_eq!(status.of(3), ["HeldByPartition@3"]);
    let (old, new) = (status.current_revision().to_owned(), status.update_revision().to_owned());
    let expected = |ordinal| status.ordinal(ordinal)["expectedRevision"].as_str().map(str::to_owned);
    assert_eq!([expected(3), expected(4), expected(5)], [Some(old), Some(new.clone()), Some(new)]);
    for ordinal in [3, 4, 5] {
        assert_eq!(revision(&ns, &format!("web-{ordinal}")), expected(ordinal), "so it is");
    }
    assert!(status.words().contains("below 4"), "{status}");
    status.follow(&ns);
    let _ = ask_until_state(&ns, &[], "Complete");
}

#[test]
fn without_rollingupdate_every_ordinal_is_updated() {
    let ns = Namespace::new("null");
    ns.apply(set("web").replicas(2).rolling_update_null());
    ns.wait_rolled_out("web");
    ns.apply(set("web").replicas(2).rolling_update_null().image(NEW));
    let status = ask_until_state(&ns, &[], "Complete");
    assert!(status.field("/strategy/partition").is_null(), "{status}");
    assert_eq!(status.ordinal(0)["revision"], *status.update_revision());
}

#[test]
fn without_rollingupdate_a_pod_that_goes_missing_comes_back_old_and_is_then_updated() {
    let ns = Namespace::new("null-missing");
    let builder = || set("web").replicas(3).rolling_update_null();
    ns.apply(builder());
    ns.wait_rolled_out("web");
    let old = ask(&ns, &[]).update_revision().to_owned();
    ns.apply(builder().image("example/app:broken").behaviour(Behaviour::CrashLoop));
    wait_crashing(&ns, "web-2");
    ns.delete::<Pod>("web-0");
    ns.wait_until("web-0 is back", || ns.is_ready("web-0"));
    assert_eq!(revision(&ns, "web-0"), Some(old), "below start + currentReplicas");
    let status = ask_until_roots(&ns, AT_ONCE, "Stuck", &["CrashLoop@2"]);
    assert_eq!(status.of(0), ["MaxUnavailableSpent <- CrashLoop@2"], "it still has to be updated");
}

#[test]
fn a_pod_below_the_partition_comes_back_at_the_old_revision() {
    let ns = Namespace::new("comes-back");
    ns.apply(set("web").replicas(2).partition(1));
    ns.wait_rolled_out("web");
    ns.apply(set("web").replicas(2).partition(1).image(NEW));
    let before = ask_until_state(&ns, &[], "Held");
    ns.delete::<Pod>("web-0");
    let after = ask_until_state(&ns, &[], "Held");
    assert_eq!(after.ordinal(0)["revision"], before.ordinal(0)["expectedRevision"]);
}

#[test]
fn ordered_pods_are_removed_highest_first_and_parallel_ones_at_once() {
    let ns = Namespace::new("down");
    ns.apply(set("web").replicas(4).behaviour(Behaviour::StuckTerminating));
    ns.wait_rolled_out("web");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 1}}));
    for highest in [3, 2, 1] {
        let pod = format!("web-{highest}");
        ns.wait_until(&format!("{pod} is told to go"), || ns.is_terminating(&pod));
        let status = ask(&ns, &[]);
        assert_eq!(status.moves(), [format!("Wait {pod}")]);
        assert!((1..highest).all(|lower| !ns.is_terminating(&format!("web-{lower}"))), "one at a time");
        ns.behave(&pod, Behaviour::Healthy);
    }
    let _ = ask_until_state(&ns, &[], "Complete");

    let ns = Namespace::new("down-par");
    ns.apply(set("web").replicas(4).parallel().behaviour(Behaviour::StuckTerminating));
    ns.wait_rolled_out("web");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 1}}));
    ns.wait_until("all are told to go", || {
        (1..4).all(|ordinal| ns.is_terminating(&format!("web-{ordinal}")))
    });
    let status = ask(&ns, &[]);
    assert_eq!(status.state(), "Progressing", "{status}");
}

#[test]
fn a_start_that_moves_up_makes_the_highest_and_then_removes_the_lowest() {
    let ns = Namespace::new("moves-up");
    let builder = || set("web").replicas(2).behaviour(Behaviour::StuckTerminating);
    ns.apply(builder());
    ns.wait_rolled_out("web");
    ns.apply(builder().start(1));
    ns.wait_until("web-0 is told to go", || ns.is_terminating("web-0"));
    assert!(ns.is_ready("web-2"), "it was made before");
    let status = ask(&ns, &[]);
    assert_eq!((status.state(), status.ordinals()), ("Progressing", vec![0, 1, 2]), "{status}");
    assert_eq!(status.ordinal(0)["inRange"], false);
    ns.behave("web-0", Behaviour::Healthy);
    let status = ask_until_state(&ns, &[], "Complete");
    assert_eq!(status.ordinals(), [1, 2]);
}
