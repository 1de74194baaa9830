//! A Service without selector, whose endpoints somebody writes.

use crate::said::{ask, until, until_agreed};
use crate::scene::{address_of, headless, plain, web};
use serde_json::{Value, json};
use test_cluster::*;

/// A group whose Service selects nothing.
fn unselected(name: &str) -> Namespace {
    let ns = Namespace::new(name);
    ns.apply(headless(&json!({"selector": null})));
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    ns
}

/// Writes the slice: the host names of pods, each at that pod's address.
fn write(ns: &Namespace, members: &[(&str, Option<&str>)]) {
    let endpoint = |(pod, hostname): &(&str, Option<&str>)| -> Value {
        let address = address_of(ns, pod).expect("an address").to_string();
        let mut endpoint = json!({"addresses": [address], "conditions": {"ready": true}});
        if let Some(hostname) = hostname {
            endpoint["hostname"] = Value::from(*hostname);
        }
        endpoint
    };
    ns.apply(json!({
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {"name": "web-by-hand", "labels": {
            "kubernetes.io/service-name": "web", "endpointslice.kubernetes.io/managed-by": "somebody.example.com",
        }},
        "addressType": "IPv4",
        "endpoints": members.iter().map(endpoint).collect::<Vec<_>>(),
        "ports": [{"name": "http", "port": 80, "protocol": "TCP"}],
    }));
}

#[test]
fn endpoints_written_by_hand_make_names_too() {
    let ns = unselected("hand");
    write(&ns, &[("web-0", Some("web-0")), ("web-1", Some("web-1"))]);
    let said = until_agreed(&ns, plain());
    assert_eq!(said.reasons(), [""; 0], "{said}");
}

#[test]
fn one_that_was_forgotten_is_named_and_the_slice_shown() {
    let ns = unselected("forgotten");
    write(&ns, &[("web-0", Some("web-0"))]);
    let said = until(&ns, plain(), &["StaleEndpoint@1"]);
    assert_eq!(
        said.message("StaleEndpoint@1"),
        "no endpoint was written for it: Service web has no selector, so somebody else writes its endpoints"
    );
    let run = said.follow(&ns, "StaleEndpoint@1");
    assert!(run.stdout.contains("endpointslice.kubernetes.io/managed-by: somebody.example.com"), "{run}");
    write(&ns, &[("web-0", Some("web-0")), ("web-1", Some("web-1"))]);
    let _ = until_agreed(&ns, plain());
}

#[test]
fn one_without_host_name_has_no_name() {
    let ns = unselected("unnamed-endpoint");
    write(&ns, &[("web-0", Some("web-0")), ("web-1", None)]);
    let said = until(&ns, plain(), &["StaleEndpoint@1"]);
    let message = said.message("StaleEndpoint@1");
    assert!(message.contains("without its host name: Service web has no selector"), "{message}");
}

#[test]
fn an_endpoint_of_another_address_is_not_where_the_pod_is() {
    let ns = unselected("elsewhere");
    write(&ns, &[("web-0", Some("web-0")), ("web-1", Some("web-1"))]);
    let _ = until_agreed(&ns, plain());
    write(&ns, &[("web-0", Some("web-0")), ("web-0", Some("web-1"))]);
    ns.wait_until("the sources disagree", || ask(&ns, plain()).reasons() == ["StaleEndpoint@1"]);
    let said = ask(&ns, plain());
    assert!(said.message("StaleEndpoint@1").contains("EndpointSlice web-by-hand lists"), "{said}");
}
