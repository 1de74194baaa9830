//! What a claim is: claims and pods that a set leaves behind in other ways.

use crate::said::item;
use crate::scene::{assert_all, delete_set, left_behind, only_pods, scale_down, web};
use k8s_openapi::api::apps::v1::StatefulSet;
use serde_json::json;
use test_cluster::*;

const DOWN: &str = "Orphaned ScaledDown";

#[test]
fn a_set_that_owns_its_claims_leaves_them_at_a_scale_down() {
    let ns = Namespace::new("rows-owned");
    scale_down(&ns, || web(1).retention("Delete", "Retain"));
    let document =
        assert_all(&ns, [("data-web-0", "InUse UsedByPod"), ("data-web-1", DOWN), ("data-web-2", DOWN)]);
    assert_eq!(item(&document, "data-web-1")["deletable"], json!(true), "its owner is its own set");
    delete_set(&ns, "web");
    ns.wait_until("the claims went with their set", || ns.claims().is_empty());
}

#[test]
fn pods_that_outlive_their_set_use_their_claims() {
    let ns = left_behind("rows-cascade");
    let _ = ns.kubectl(&["delete", "statefulset", "web", "--cascade=orphan"]).ok();
    only_pods(&ns, &["web-0"]);
    let gone = "Orphaned SetGone";
    assert_all(&ns, [("data-web-0", "InUse UsedByPod"), ("data-web-1", gone), ("data-web-2", gone)]);
    let run = ns.plugin(&["orphans", "web", "--delete", "--yes"]).ok();
    assert_eq!(ns.claims(), ["data-web-0"], "{run}");
}

#[test]
fn a_pod_that_cannot_go_uses_its_claim() {
    let ns = Namespace::new("rows-leaving");
    ns.apply(web(2).behaviour(Behaviour::StuckTerminating));
    ns.wait_rolled_out("web");
    ns.apply(web(1).behaviour(Behaviour::StuckTerminating));
    ns.wait_until("web-1 is going", || ns.is_terminating("web-1"));
    assert_all(&ns, [("data-web-0", "InUse UsedByPod"), ("data-web-1", "InUse UsedByPod")]);
    ns.behave("web-1", Behaviour::Healthy);
    only_pods(&ns, &["web-0"]);
    assert_all(&ns, [("data-web-0", "InUse UsedByPod"), ("data-web-1", DOWN)]);
}

#[test]
fn a_set_whose_name_ends_in_a_number_keeps_its_claims() {
    let ns = Namespace::new("rows-number");
    ns.apply(set("db").replicas(1).claims("data"));
    ns.apply(set("db-0").replicas(2).claims("data"));
    ns.wait_rolled_out("db");
    ns.wait_rolled_out("db-0");
    ns.patch::<StatefulSet>("db-0", &json!({"spec": {"replicas": 1}}));
    only_pods(&ns, &["db-0", "db-0-0"]);
    let document = assert_all(
        &ns,
        [
            ("data-db-0", "InUse UsedByPod"),
            ("data-db-0-0", "InUse UsedByPod"),
            ("data-db-0-1", "Orphaned ScaledDown"),
        ],
    );
    assert_eq!(item(&document, "data-db-0-1")["set"], "db-0");
}
