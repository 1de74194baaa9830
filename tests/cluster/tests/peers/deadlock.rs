//! Members that wait for each other: their names resolve only when they are Ready.

use crate::said::{Said, ask_for, until_agreed};
use crate::scene::{headless, plain, web};
use k8s_openapi::api::apps::v1::StatefulSet;
use serde_json::json;
use std::time::Duration;
use test_cluster::*;

/// Half a minute has to pass before it is said that pods wait for each other.
const PATIENCE: Duration = Duration::from_secs(75);

fn until_deadlock(ns: &Namespace) -> Said {
    ask_for(PATIENCE, ns, plain(), "it says so", |said| said.reasons() == ["BootstrapDeadlock"])
}

#[test]
fn members_that_start_together_find_each_other_once_those_that_are_not_ready_are_published() {
    let ns = Namespace::new("together");
    ns.apply(headless(&json!({})));
    ns.apply(web(3).parallel().behaviour(Behaviour::NeverReady));
    let early = ask_for(Duration::from_secs(25), &ns, plain(), "all pods run", |said| {
        said.reasons() == ["NotReady@0", "NotReady@1", "NotReady@2"]
    });
    assert!(early.passes("NotReady@0"), "a start takes its time: {early}");
    let said = until_deadlock(&ns);
    assert_eq!(
        said.message("BootstrapDeadlock"),
        "web-0, web-1, web-2 not Ready for 30 s or longer: if that is because of waiting for other members, it lasts for ever, as the Service hides pods that are not Ready, so none of them resolves"
    );
    said.follow(&ns, "BootstrapDeadlock");
    let said = until_agreed(&ns, plain());
    assert_eq!(said.item()["publishesNotReady"], true, "{said}");
}

#[test]
fn members_that_start_one_by_one_need_a_set_that_starts_them_together() {
    let ns = Namespace::new("in-turn");
    ns.apply(headless(&json!({})));
    ns.apply(web(3).behaviour(Behaviour::NeverReady));
    let said = until_deadlock(&ns);
    let message = said.message("BootstrapDeadlock");
    assert!(
        message.contains("pods are created one by one (OrderedReady), so web-1, web-2 do not exist before web-0 is Ready, and the Service hides"),
        "{message}"
    );
    said.follow(&ns, "BootstrapDeadlock");
    // Now it would be found; but the others still do not exist.
    let said = ask_for(PATIENCE, &ns, plain(), "the Service publishes it", |said| {
        said.peer(0)["dns"]["resolves"] == true
    });
    assert_eq!(said.reasons(), ["BootstrapDeadlock"], "{said}");
    assert!(!said.message("BootstrapDeadlock").contains("hides"), "{said}");
    said.follow(&ns, "BootstrapDeadlock");
    ns.wait_until("the set is gone", || ns.get::<StatefulSet>("web").is_none());
    assert!(ns.pod("web-0").is_some(), "its pod stays");
    ns.apply(web(3).parallel().behaviour(Behaviour::NeverReady));
    let _ = until_agreed(&ns, plain());
}
