//! What is wrong with the governing Service, and so for all members.

use crate::said::{ask, until, until_agreed};
use crate::scene::{group, headless, plain, web};
use k8s_openapi::api::core::v1::{Pod, Service};
use serde_json::json;
use test_cluster::*;

#[test]
fn a_set_without_service_name_is_made_anew_with_one() {
    let ns = Namespace::new("nameless");
    ns.apply(headless(&json!({})));
    ns.apply(web(2).service(None));
    ns.wait_rolled_out("web");
    let said = ask(&ns, plain());
    assert_eq!(said.reasons(), ["NoServiceName"], "{said}");
    assert_eq!(said.message("NoServiceName"), "spec.serviceName is empty: no member has a name in DNS");
    assert!(said.item()["service"].is_null() && said.peer(0)["fqdn"].is_null(), "{said}");
    said.follow(&ns, "NoServiceName");
    ns.wait_until("the set is gone", || ns.get::<k8s_openapi::api::apps::v1::StatefulSet>("web").is_none());
    ns.apply(web(2));
    let mut said = until(&ns, plain(), &["SubdomainMismatch@0", "SubdomainMismatch@1"]);
    assert!(
        said.message("SubdomainMismatch@0")
            .starts_with("the pod was made without spec.subdomain, and not web:"),
        "{said}"
    );
    for reason in ["SubdomainMismatch@0", "SubdomainMismatch@1"] {
        said.follow(&ns, reason);
        ns.wait_rolled_out("web");
        said = ask(&ns, plain());
        if reason.ends_with('0') {
            said = until(&ns, plain(), &["SubdomainMismatch@1"]);
        }
    }
    let _ = until_agreed(&ns, plain());
}

#[test]
fn a_missing_service_is_made_by_what_is_advised() {
    let ns = Namespace::new("missing");
    ns.apply(web(2).port("peer", 7000));
    ns.wait_rolled_out("web");
    let said = ask(&ns, plain());
    assert_eq!(said.reasons(), ["ServiceMissing"], "{said}");
    assert!(!said.passes("ServiceMissing"), "{said}");
    assert!(said.item()["headless"].is_null(), "{said}");
    assert_eq!(said.peer(1)["dns"]["resolves"], false, "{said}");
    said.follow(&ns, "ServiceMissing");
    let said = until_agreed(&ns, plain());
    assert_eq!(said.reasons(), [""; 0], "{said}");
    assert_eq!(said.item()["srv"][0]["port"], 7000, "the port that the containers declare: {said}");
}

#[test]
fn a_service_with_an_address_is_made_anew_without_one() {
    let ns = Namespace::new("address");
    ns.apply(headless(&json!({"clusterIP": null})));
    ns.apply(web(2).port("http", 80));
    ns.wait_rolled_out("web");
    let said = until(&ns, plain(), &["ServiceNotHeadless"]);
    assert_eq!(said.item()["headless"], false, "{said}");
    assert_eq!(said.peer(0)["dns"]["resolves"], true, "CoreDNS names them nevertheless: {said}");
    said.follow(&ns, "ServiceNotHeadless");
    let said = until_agreed(&ns, plain());
    assert_eq!((&said.item()["headless"], said.reasons().len()), (&json!(true), 0), "{said}");
}

#[test]
fn a_service_that_is_only_another_name_is_replaced() {
    let ns = Namespace::new("external");
    ns.apply(json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"type": "ExternalName", "externalName": "web.example.com"},
    }));
    ns.apply(web(2).port("http", 80));
    ns.wait_rolled_out("web");
    let said = ask(&ns, plain());
    assert_eq!(said.reasons(), ["ServiceNotHeadless"], "{said}");
    assert!(said.message("ServiceNotHeadless").starts_with("Service web is an ExternalName"), "{said}");
    said.follow(&ns, "ServiceNotHeadless");
    let _ = until_agreed(&ns, plain());
}

#[test]
fn a_service_without_selector_gets_the_labels_of_the_template() {
    let ns = Namespace::new("unselective");
    ns.apply(headless(&json!({"selector": null})));
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    let said = ask(&ns, plain());
    assert_eq!(said.reasons(), ["NoSelector"], "{said}");
    assert_eq!(
        said.message("NoSelector"),
        "Service web has no selector, and nobody has written endpoints for it"
    );
    said.follow(&ns, "NoSelector");
    let _ = until_agreed(&ns, plain());
}

#[test]
fn a_selector_that_fits_no_pod_is_brought_in_line_with_the_template() {
    let ns = Namespace::new("selector");
    ns.apply(headless(&json!({"selector": {"app": "wbe", "release": "one"}})));
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    let said = ask(&ns, plain());
    assert_eq!(said.reasons(), ["SelectorMismatch"], "{said}");
    assert!(
        said.message("SelectorMismatch").starts_with("Service web selects app=wbe,release=one, which no pod")
    );
    said.follow(&ns, "SelectorMismatch");
    let service: Service = ns.get("web").expect("the Service");
    let selector = service.spec.and_then(|spec| spec.selector).unwrap_or_default();
    assert_eq!(selector.into_iter().collect::<Vec<_>>(), [("app".to_owned(), "web".to_owned())]);
    let _ = until_agreed(&ns, plain());
}

#[test]
fn a_pod_that_lost_a_label_gets_it_back() {
    let ns = Namespace::new("unlabelled");
    ns.apply(headless(&json!({"selector": {"app": "web", "role": "member"}})));
    ns.apply(web(3).pod_label("role", "member"));
    ns.wait_rolled_out("web");
    ns.patch::<Pod>("web-1", &json!({"metadata": {"labels": {"role": null}}}));
    let said = until(&ns, plain(), &["SelectorMismatch@1"]);
    assert_eq!(
        said.message("SelectorMismatch@1"),
        "Service web selects app=web,role=member, and the pod lacks role=member"
    );
    said.follow(&ns, "SelectorMismatch@1");
    let _ = until_agreed(&ns, plain());
}

#[test]
fn a_pod_that_the_set_has_let_go_is_said_to_be_in_the_way() {
    let ns = group("released", 2);
    ns.patch::<Pod>("web-1", &json!({"metadata": {"labels": {"app": "other"}}}));
    let said = until(&ns, plain(), &["PodMissing@1"]);
    assert!(ns.pod("web-1").is_some(), "it has no owner any more, and takes the name");
    let status = said.follow(&ns, "PodMissing@1");
    assert!(status.stdout.contains("ForeignPod"), "{status}");
}
