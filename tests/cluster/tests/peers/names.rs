//! Pods that carry another name than the set gives them now.

use crate::said::{ask, until, until_agreed};
use crate::scene::{group, headless, plain, service, uid, web};
use k8s_openapi::api::apps::v1::StatefulSet;
use serde_json::{Value, json};
use test_cluster::*;

/// Deletes a set and leaves its pods.
fn leave_pods(ns: &Namespace) {
    let _ = ns.kubectl(&["delete", "statefulset", "web", "--cascade=orphan"]).ok();
    ns.wait_until("the set is gone", || ns.get::<StatefulSet>("web").is_none());
}

#[test]
fn pods_of_a_set_made_anew_under_another_service_are_replaced_one_by_one() {
    let ns = group("renamed", 2);
    leave_pods(&ns);
    ns.apply(service("peers", &json!({})));
    ns.apply(set("web").replicas(2).service(Some("peers")));
    let said = until(&ns, plain(), &["SubdomainMismatch@0", "SubdomainMismatch@1"]);
    assert_eq!(
        said.message("SubdomainMismatch@1"),
        "the pod was made with spec.subdomain web, and not peers: it has no name under that Service (a pod keeps what it was made with)"
    );
    assert_eq!(said.peer(0)["dns"]["resolves"], false, "{said}");
    let before = uid(&ns, "web-0");
    said.follow(&ns, "SubdomainMismatch@1");
    let said = until(&ns, plain(), &["SubdomainMismatch@0"]);
    assert_eq!(uid(&ns, "web-0"), before, "only the one that was named");
    said.follow(&ns, "SubdomainMismatch@0");
    let _ = until_agreed(&ns, plain());
}

/// A pod that somebody made by hand, as `web-0`, before there was a set that adopts it.
fn made_by_hand(ns: &Namespace, hostname: Option<&str>) {
    let mut spec = json!({"subdomain": "web", "containers": [{"name": "app", "image": "example/app:1"}]});
    if let Some(hostname) = hostname {
        spec["hostname"] = Value::from(hostname);
    }
    ns.apply(json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-0", "labels": {"app": "web"}}, "spec": spec,
    }));
    ns.wait_until("web-0 is Ready", || ns.is_ready("web-0"));
    ns.apply(headless(&json!({})));
    // Otherwise the controller replaces it at once: it is of no revision.
    ns.apply(web(2).on_delete());
    ns.wait_until("web-1 is Ready", || ns.is_ready("web-1"));
}

#[test]
fn an_adopted_pod_has_the_host_name_that_it_was_made_with() {
    let ns = Namespace::new("adopted");
    made_by_hand(&ns, Some("primary"));
    let said = until(&ns, plain(), &["HostnameMismatch@0"]);
    assert_eq!(
        said.message("HostnameMismatch@0"),
        "the pod was made with spec.hostname primary: that is its name under the Service"
    );
    said.follow(&ns, "HostnameMismatch@0");
    let _ = until_agreed(&ns, plain());
}

#[test]
fn an_adopted_pod_without_host_name_has_no_name() {
    let ns = Namespace::new("hostless");
    made_by_hand(&ns, None);
    let said = until(&ns, plain(), &["HostnameMismatch@0"]);
    assert!(
        said.message("HostnameMismatch@0").starts_with("the pod was made without spec.hostname"),
        "{said}"
    );
    assert_eq!(said.peer(0)["dns"]["resolves"], false, "{said}");
    said.follow(&ns, "HostnameMismatch@0");
    let _ = until_agreed(&ns, plain());
}

#[test]
fn a_set_that_is_adopted_as_it_was_needs_nothing() {
    let ns = group("same", 2);
    leave_pods(&ns);
    let run = ns.plugin(&["peers", "web", "--dns-server", &plain().address()]).code(1);
    assert!(run.stderr.contains("statefulsets.apps \"web\" not found"), "{run}");
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    let said = ask(&ns, plain());
    assert_eq!((said.reasons().len(), &said.item()["agree"]), (0, &json!(true)), "{said}");
}
