//! IPv6: Services that have it, and pods that do not.

use crate::own_cluster::turn;
use crate::said::{until, until_agreed};
use crate::scene::{headless, run_at, web};
use serde_json::json;
use test_cluster::*;

#[test]
fn a_service_of_another_family_than_the_pods_finds_none() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "only-six");
    let dns = turn.dns();
    ns.apply(headless(&json!({"ipFamilies": ["IPv6"], "ipFamilyPolicy": "SingleStack"})));
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    let said = until(&ns, &dns, &["FamilyMissing@0", "FamilyMissing@1"]);
    assert_eq!(
        said.message("FamilyMissing@1"),
        "Service web has IPv6 addresses, and the pod has none: who asks for that kind does not find it"
    );
    assert!(!said.passes("FamilyMissing@1") && said.peer(1)["dns"]["resolves"] == false, "{said}");
    let run = said.follow(&ns, "FamilyMissing@1");
    assert!(run.stdout.contains("ipFamilyPolicy: SingleStack"), "{run}");
}

#[test]
fn members_of_both_families_are_asked_for_in_both() {
    let turn = turn();
    let ns = Namespace::on(&turn.handle, "both");
    let dns = turn.dns();
    ns.apply(headless(&json!({"ipFamilyPolicy": "RequireDualStack"})));
    ns.apply(web(2).behaviour(Behaviour::ByHand));
    run_at(&ns, "web-0", &["10.99.1.10", "fd00:99::10"]);
    run_at(&ns, "web-1", &["10.99.1.11"]);
    let said = until(&ns, &dns, &["FamilyMissing@1"]);
    assert_eq!(said.peer(0)["dns"]["addresses"], json!(["10.99.1.10", "fd00:99::10"]), "{said}");
    assert_eq!(said.peer(0)["endpoint"]["addresses"], json!(["10.99.1.10", "fd00:99::10"]), "{said}");
    run_at(&ns, "web-1", &["10.99.1.11", "fd00:99::11"]);
    let said = until_agreed(&ns, &dns);
    assert_eq!(said.peer(1)["dns"]["addresses"], json!(["10.99.1.11", "fd00:99::11"]), "{said}");
}
