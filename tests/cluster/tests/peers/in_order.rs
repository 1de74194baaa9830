//! Groups on which all sources agree.

use crate::said::{Said, ask, list, until_agreed};
use crate::scene::{address_of, fqdn, group, headless, plain, web};
use serde_json::json;
use test_cluster::*;

#[test]
fn all_sources_say_the_same_of_a_group_that_is_in_order() {
    let ns = group("order", 2);
    let said = until_agreed(&ns, plain());
    assert_eq!((said.reasons().len(), said.notes().len()), (0, 0), "{said}");
    let address = address_of(&ns, "web-1").expect("an address").to_string();
    assert_eq!(
        *said.peer(1),
        json!({
            "ordinal": 1, "pod": "web-1", "podExists": true, "podReady": true, "expected": true,
            "fqdn": fqdn(&ns, "web-1"),
            "endpoint": {
                "present": true, "ready": true, "serving": true, "terminating": false,
                "address": address, "addresses": [address],
            },
            "dns": {"resolves": true, "addresses": [address], "ttlSeconds": 5},
        })
    );
    let run = ns.plugin(&["peers", "sts/web", "--exit-code", "--dns-server", &plain().address()]).ok();
    assert!(run.stdout.starts_with("web: all sources agree on 2 members\n"), "{run}");
    let row = run.stdout.lines().find(|line| line.contains("web-1")).unwrap_or_default();
    assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["1", "web-1", "yes", &address, &address, "5s"]);
    let names = ns.plugin(&["peers", "web", "-o", "name", "--dns-server", &plain().address()]).ok();
    assert_eq!(names.stdout, "pod/web-0\npod/web-1\n");
}

#[test]
fn ordinals_may_start_anywhere() {
    let ns = Namespace::new("start");
    ns.apply(headless(&json!({})));
    ns.apply(web(2).start(3));
    ns.wait_rolled_out("web");
    let said = until_agreed(&ns, plain());
    let ordinals: Vec<_> = list(&said.item()["peers"]).iter().map(|peer| &peer["ordinal"]).collect();
    assert_eq!(ordinals, [3, 4], "{said}");
}

#[test]
fn a_set_of_none_has_nothing_to_disagree_on() {
    let ns = group("none", 1);
    let _ = ns.kubectl(&["scale", "statefulset", "web", "--replicas=0"]).ok();
    ns.wait_until("web-0 is gone", || ns.pod("web-0").is_none());
    let said = until_agreed(&ns, plain());
    assert_eq!((list(&said.item()["peers"]).len(), said.reasons().len()), (0, 0), "{said}");
}

#[test]
fn fifty_members_take_no_more_requests_than_two() {
    let ns = Namespace::new("fifty");
    ns.apply(headless(&json!({})));
    ns.apply(web(50).parallel());
    ns.wait_rolled_out("web");
    let said = until_agreed(&ns, plain());
    let addresses = |peer: &serde_json::Value| peer["dns"]["addresses"].clone();
    for peer in list(&said.item()["peers"]) {
        let pod = peer["pod"].as_str().expect("a name");
        assert_eq!(addresses(peer), json!([address_of(&ns, pod).expect("an address").to_string()]), "{pod}");
    }
    assert_eq!(list(&said.item()["srv"][0]["targets"]).len(), 50, "{said}");
    let relay = Relay::new(ns.name(), None);
    let said = Said::of(
        ns.plugin(&["peers", "web", "-o", "json", "-s", &relay.server(), "--dns-server", &plain().address()])
            .ok(),
    );
    assert_eq!(said.item()["agree"], true, "{said}");
    let mut asked: Vec<String> = relay.seen().into_iter().map(|call| call.what).collect();
    asked.sort();
    assert_eq!(
        asked,
        [
            "GET /api/v1/namespaces/NS/pods",
            "GET /api/v1/namespaces/NS/services/web",
            "GET /api/v1/namespaces/default/services/kubernetes",
            "GET /apis/apps/v1/namespaces/NS/statefulsets/web",
            "GET /apis/discovery.k8s.io/v1/namespaces/NS/endpointslices",
        ]
    );
    // In the table only those that matter: none.
    ns.behave("web-17", Behaviour::NeverReady);
    ns.wait_until("web-17 is hidden", || ask(&ns, plain()).reasons() == ["NotReady@17"]);
    let table = ns.plugin(&["peers", "web", "--dns-server", &plain().address()]).ok();
    assert!(
        table.stdout.contains("and 49 in order, on which all sources agree (-o wide shows them)"),
        "{table}"
    );
    assert!(table.stdout.contains("web-17 ") && !table.stdout.contains("web-18"), "{table}");
}
