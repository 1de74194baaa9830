//! Users who may not read everything: what they cannot see is a note, and never an answer.

use crate::said::Said;
use crate::scene::{group, plain};
use serde_json::json;
use test_cluster::*;

type Rule = (&'static str, &'static str, &'static [&'static str]);

const SETS: Rule = ("apps", "statefulsets", &["get"]);
const PODS: Rule = ("", "pods", &["list"]);
const SERVICES: Rule = ("", "services", &["get"]);
const SLICES: Rule = ("discovery.k8s.io", "endpointslices", &["list"]);

/// What is followed.
const FOLLOWS: [(&str, &str); 4] =
    [("apps", "statefulsets"), ("", "pods"), ("", "services"), ("discovery.k8s.io", "endpointslices")];

/// Asks as a user, by an address.
fn ask_as(user: &User<'_>, more: &[&str]) -> Run {
    let address = plain().address();
    user.plugin(&[&["peers", "web", "--dns-server", &address], more].concat())
}

#[test]
fn four_rights_are_all_that_it_takes_where_the_dns_server_is_named() {
    let ns = group("four", 2);
    let user = ns.as_user("user-a", &[SETS, PODS, SERVICES, SLICES]);
    user.wait_can("list", "endpointslices.discovery.k8s.io");
    let said = Said::of(ask_as(&user, &["-o", "json"]).ok());
    assert_eq!((&said.item()["agree"], said.notes().len()), (&json!(true), 0), "{said}");
}

#[test]
fn without_slices_what_is_published_is_not_known() {
    let ns = group("no-slices", 2);
    let user = ns.as_user("user-a", &[SETS, PODS, SERVICES]);
    user.wait_can("get", "services");
    let said = Said::of(ask_as(&user, &["-o", "json"]).ok());
    assert!(said.peer(0)["endpoint"].is_null(), "{said}");
    assert_eq!((&said.item()["agree"], said.reasons().len()), (&json!(false), 0), "{said}");
    assert_eq!(said.peer(0)["dns"]["resolves"], true, "DNS can still be asked: {said}");
    let [note] = said.notes()[..] else { panic!("one note: {said}") };
    assert!(
        note.contains("endpointslices") && note.contains("what is published of the members is not known"),
        "{note}"
    );
    let run = ask_as(&user, &["--exit-code"]).code(1);
    assert!(
        run.stderr.contains("whether the sources agree") && run.stderr.contains("endpointslices"),
        "{run}"
    );
    assert!(run.stdout.contains("<unknown>"), "{run}");
}

#[test]
fn without_the_service_nobody_says_that_it_is_missing() {
    let ns = group("no-services", 2);
    let user = ns.as_user("user-a", &[SETS, PODS, SLICES]);
    user.wait_can("list", "endpointslices.discovery.k8s.io");
    let said = Said::of(ask_as(&user, &["-o", "json"]).ok());
    assert_eq!(said.reasons(), [""; 0], "{said}");
    assert!(said.item()["headless"].is_null() && said.item()["agree"] == false, "{said}");
    let [note] = said.notes()[..] else { panic!("one note: {said}") };
    assert!(note.contains("services") && note.contains("whether the governing Service exists"), "{note}");
    assert_eq!(said.peer(0)["dns"]["resolves"], true, "{said}");
}

#[test]
fn without_pods_or_the_set_there_is_nothing_to_compare() {
    let ns = group("nothing", 1);
    let user = ns.as_user("user-a", &[SETS, SERVICES, SLICES]);
    user.wait_can("get", "services");
    let run = ask_as(&user, &[]).code(1);
    assert!(run.stderr.contains(&format!("kubectl auth can-i list pods -n {}", ns.name())), "{run}");
    let user = ns.as_user("user-b", &[PODS, SERVICES, SLICES]);
    user.wait_can("list", "pods");
    let run = ask_as(&user, &[]).code(1);
    assert!(run.stderr.contains("kubectl auth can-i get statefulsets.apps/web"), "{run}");
}

#[test]
fn without_a_look_at_where_dns_usually_is_the_other_sources_stand() {
    let ns = group("no-system", 1);
    let user = ns.as_user("user-a", &[SETS, PODS, SERVICES, SLICES]);
    user.wait_can("list", "endpointslices.discovery.k8s.io");
    let said = Said::of(user.plugin(&["peers", "web", "-o", "json"]).ok());
    assert_eq!((said.reasons().len(), &said.item()["agree"]), (0, &json!(false)), "{said}");
    assert!(said.peer(0)["dns"].is_null() && said.peer(0)["endpoint"]["ready"] == true, "{said}");
    let told = |note: &&str| {
        note.starts_with("not allowed to list pods in namespace \"kube-system\"") && note.contains("--no-dns")
    };
    assert!(said.notes().iter().any(told), "{said}");
    let follows = FOLLOWS.map(|(group, resource)| (group, resource, &["get", "list", "watch"][..]));
    let user = ns.as_user("user-b", &follows);
    user.wait_can("watch", "endpointslices.discovery.k8s.io");
    let run = user.plugin(&["peers", "web", "--wait", "--timeout", "20s"]).code(1);
    assert!(run.stderr.contains("the sources cannot be waited for: DNS cannot be asked"), "{run}");
}

#[test]
fn to_follow_takes_the_right_to_watch_and_its_lack_is_said() {
    let ns = group("no-watch", 1);
    let user = ns.as_user("user-a", &[SETS, PODS, SERVICES, SLICES]);
    user.wait_can("list", "endpointslices.discovery.k8s.io");
    let run = ask_as(&user, &["--watch"]).code(1);
    assert!(
        run.stderr.contains("kubectl auth can-i watch ") || run.stderr.contains("kubectl auth can-i list "),
        "{run}"
    );
}
