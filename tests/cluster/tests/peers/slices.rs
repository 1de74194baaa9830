//! EndpointSlices that nobody keeps true.

use crate::own_cluster::turn;
use crate::said::{ask_for, until, until_agreed};
use crate::scene::{headless, run_at, uid, web};
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use std::time::Duration;
use test_cluster::*;

/// After five seconds it is not the usual delay any more.
const PATIENCE: Duration = Duration::from_secs(40);

#[test]
fn slices_that_are_left_behind_are_told_apart_from_those_that_are_about_to_follow() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "stale");
    let dns = turn.dns();
    ns.apply(headless(&json!({})));
    ns.apply(web(2).behaviour(Behaviour::ByHand));
    run_at(&ns, "web-0", &["10.99.0.10"]);
    run_at(&ns, "web-1", &["10.99.0.11"]);
    let _ = until_agreed(&ns, &dns);
    let stopped = turn.stop_endpoint_slices();

    let before = uid(&ns, "web-1");
    ns.delete::<Pod>("web-1");
    ns.wait_until("web-1 is another pod", || uid(&ns, "web-1").is_some_and(|now| Some(now) != before));
    run_at(&ns, "web-1", &["10.99.0.21"]);
    let said = ask_for(PATIENCE, &ns, &dns, "the slice is old", |said| {
        said.reasons() == ["StaleEndpoint@1"] && !said.message("StaleEndpoint@1").contains("a moment ago")
    });
    let message = said.message("StaleEndpoint@1");
    assert!(message.contains("lists an earlier pod of this name"), "{message}");
    assert!(
        message.ends_with("the EndpointSlice controller (in kube-controller-manager) has not followed"),
        "{message}"
    );
    assert_eq!(said.peer(1)["dns"]["addresses"], json!(["10.99.0.11"]), "members go where nobody is: {said}");
    let run = said.follow(&ns, "StaleEndpoint@1");
    assert!(run.stdout.contains("endpointslice-controller.k8s.io"), "{run}");

    let _ = ns.kubectl(&["scale", "statefulset", "web", "--replicas=3"]).ok();
    ns.wait_until("web-2 is there", || ns.pod("web-2").is_some());
    run_at(&ns, "web-2", &["10.99.0.12"]);
    let said = until(&ns, &dns, &["StaleEndpoint@1", "StaleEndpoint@2"]);
    assert!(said.message("StaleEndpoint@2").starts_with("no EndpointSlice lists it"), "{said}");
    let _ = ns.kubectl(&["scale", "statefulset", "web", "--replicas=1"]).ok();
    ns.wait_until("web-1 is gone", || ns.pod("web-1").is_none());
    let said = until(&ns, &dns, &["StaleEndpoint@1"]);
    assert!(said.message("StaleEndpoint@1").starts_with("the set has no such pod"), "{said}");
    assert_eq!(
        (&said.peer(1)["expected"], &said.peer(1)["podExists"]),
        (&json!(false), &json!(false)),
        "{said}"
    );
    drop(stopped);
    let said = until_agreed(&ns, &dns);
    assert_eq!(said.item()["peers"].as_array().map(Vec::len), Some(1), "{said}");
}
