//! Others behind the same Service.

use crate::said::{list, until, until_agreed};
use crate::scene::{address_of, group, headless, plain, web};
use serde_json::json;
use test_cluster::*;

#[test]
fn two_sets_that_share_a_service_are_told_so_and_a_selector_parts_them() {
    let ns = Namespace::new("shared");
    ns.apply(headless(&json!({"selector": {"tier": "data"}})));
    ns.apply(web(2).pod_label("tier", "data"));
    ns.apply(set("cache").replicas(2).service(Some("web")).pod_label("tier", "data"));
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

#[test]
fn a_stranger_that_takes_the_name_of_a_member_is_named() {
    let ns = group("taken", 2);
    ns.apply(json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "imposter", "labels": {"app": "web"}},
        "spec": {
            "hostname": "web-1", "subdomain": "web", "containers": [{"name": "app", "image": "example/app:1"}],
        },
    }));
    ns.wait_until("imposter is Ready", || ns.is_ready("imposter"));
    let said = until(&ns, plain(), &["NameShared@1", "ForeignEndpoint"]);
    let address = address_of(&ns, "imposter").expect("an address");
    let start = format!("pod imposter at {address} has the same host name");
    assert!(said.message("NameShared@1").starts_with(&start), "{said}");
    assert_eq!(list(&said.peer(1)["dns"]["addresses"]).len(), 2, "members are led to either: {said}");
    let run = said.follow(&ns, "NameShared@1");
    assert!(run.stdout.contains("name: imposter"), "{run}");
    let _ = ns.kubectl(&["delete", "pod", "imposter"]).ok();
    let said = until_agreed(&ns, plain());
    assert_eq!(said.reasons(), [""; 0], "{said}");
}
