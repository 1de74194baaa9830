//! What the model predicts while the controller stands still is what the controller does once it goes on.

use crate::own_cluster::turn;
use crate::view::{ask, ask_until_state};
use crate::world::{NEW, revision, wait_crashing};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use test_cluster::*;

#[test]
fn what_is_predicted_while_the_controller_stands_still_is_what_it_then_does() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "predict");
    let builder = || set("web").replicas(3).start(3).partition(1).parallel();
    ns.apply(builder());
    ns.wait_rolled_out("web");
    ns.apply(builder().image(NEW));
    let held = ask_until_state(&ns, &[], "Held");

    let stopped = turn.stop_statefulset_controller();
    ns.delete::<Pod>("web-3");
    ns.delete::<Pod>("web-5");
    ns.wait_until("both are gone", || ns.pod("web-3").is_none() && ns.pod("web-5").is_none());
    let predicted = ask(&ns, &[]);
    assert_eq!(predicted.moves(), ["CreatePod web-3", "CreatePod web-5"]);
    let at =
        |index: usize| predicted.field(&format!("/nextMoves/{index}/revision")).as_str().map(str::to_owned);
    assert_eq!(
        (at(0).as_deref(), at(1).as_deref()),
        (Some(held.current_revision()), Some(held.update_revision()))
    );
    drop(stopped);
    let _ = ask_until_state(&ns, &[], "Held");
    assert_eq!((revision(&ns, "web-3"), revision(&ns, "web-5")), (at(0), at(1)));

    let stopped = turn.stop_statefulset_controller();
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 1}}));
    assert_eq!(ask(&ns, &[]).moves(), ["DeletePod web-5", "DeletePod web-4"], "Parallel: all at once");
    ns.patch::<StatefulSet>("web", &json!({"spec": {"podManagementPolicy": "Parallel", "replicas": 5}}));
    assert_eq!(ask(&ns, &[]).moves(), ["CreatePod web-6", "CreatePod web-7"]);
    drop(stopped);
    let status = ask_until_state(&ns, &[], "Held");
    assert_eq!(status.ordinals(), [3, 4, 5, 6, 7]);
}

#[test]
fn without_rollingupdate_the_revision_of_a_missing_pod_is_predicted_by_currentreplicas() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "null");
    let builder = || set("web").replicas(3).rolling_update_null();
    ns.apply(builder());
    ns.wait_rolled_out("web");
    ns.apply(builder().image(NEW).behaviour(Behaviour::CrashLoop));
    wait_crashing(&ns, "web-2");
    let stopped = turn.stop_statefulset_controller();
    // Not web-1: it comes back old or new, as the controller has a sync while it is terminating or has not, because
    // each sync counts `currentReplicas` anew.
    ns.delete::<Pod>("web-0");
    ns.wait_until("web-0 is gone", || ns.pod("web-0").is_none());
    let predicted = ask(&ns, &[]);
    assert_eq!(predicted.moves(), ["CreatePod web-0"]);
    let expected = predicted.field("/nextMove/revision").as_str().map(str::to_owned);
    let old_pods = ns.statefulset("web").status.and_then(|status| status.current_replicas);
    assert_eq!((old_pods, expected.as_deref()), (Some(2), Some(predicted.current_revision())), "{predicted}");
    drop(stopped);
    ns.wait_until("web-0 is back", || ns.pod("web-0").is_some());
    assert_eq!(revision(&ns, "web-0"), expected);
}
