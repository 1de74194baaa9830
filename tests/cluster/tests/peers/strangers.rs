//! Others behind the same Service.

use crate::said::{until, until_agreed};
use crate::scene::{headless, plain, web};
use serde_json::json;
use test_cluster::*;

#[test]
fn two_sets_that_share_a_service_are_told_so_and_a_selector_parts_them() {
    let ns = Namespace::new("shared");
    ns.apply(headless(&json!({"selector": {"tier": "data"}})));
    ns.apply(web(2).label("tier", "data"));
    ns.apply(set("cache").replicas(2).service(Some("web")).label("tier", "data"));
    ns.wait_rolled_out("web");
    ns.wait_rolled_out("cache");
    let said = until(&ns, plain(), &["ForeignEndpoint"]);
    assert_eq!(said.item()["agree"], true, "members find each other all the same: {said}");
    assert!(said.message("ForeignEndpoint").contains("also lists pod cache-0 and 1 more"), "{said}");
    let run = said.follow(&ns, "ForeignEndpoint");
    assert!(run.stdout.contains("web-"), "{run}");
    let exit = ns.plugin(&["peers", "web", "--exit-code", "--dns-server", &plain().address()]);
    assert_eq!(exit.code, 0, "only worth knowing: {exit}");
    ns.apply(headless(&json!({"selector": {"tier": "data", "app": "web"}})));
    let said = until(&ns, plain(), &[]);
    assert_eq!(said.item()["agree"], true, "{said}");
}

#[test]
fn a_pod_of_no_set_is_a_stranger_too() {
    let ns = Namespace::new("stranger");
    ns.apply(headless(&json!({})));
    ns.apply(web(1));
    ns.apply(json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "backup", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "app", "image": "example/app:1"}]},
    }));
    ns.wait_rolled_out("web");
    ns.wait_until("backup is Ready", || ns.is_ready("backup"));
    let said = until(&ns, plain(), &["ForeignEndpoint"]);
    assert!(said.message("ForeignEndpoint").contains("also lists pod backup, no member"), "{said}");
    let _ = ns.kubectl(&["delete", "pod", "backup"]).ok();
    let said = until_agreed(&ns, plain());
    assert_eq!(said.reasons(), [""; 0], "{said}");
}
