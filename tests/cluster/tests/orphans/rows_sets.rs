//! What a claim is: sets whose range, templates or names are not as simple.

use crate::said::{classes, expect, item, text};
use crate::scene::{assert_all, claim, delete_set, left_behind, only_pods, orphans, scale_down, web};
use k8s_openapi::api::apps::v1::StatefulSet;
use serde_json::json;
use test_cluster::*;

fn scale(ns: &Namespace, set: &str, replicas: i32) {
    ns.patch::<StatefulSet>(set, &json!({"spec": {"replicas": replicas}}));
}

#[test]
fn an_ordinal_in_range_has_its_claim_in_use_without_a_pod() {
    let ns = Namespace::new("rows-range");
    // OrderedReady: web-1 is not made before web-0 is Ready.
    ns.apply(claim("data-web-1", &json!({"app": "web"})));
    ns.apply(claim("data-web-2", &json!({"app": "web"})));
    ns.apply(web(2).behaviour(Behaviour::NeverReady));
    only_pods(&ns, &["web-0"]);
    let document = assert_all(
        &ns,
        [
            ("data-web-0", "InUse UsedByPod"),
            ("data-web-1", "InUse InRange"),
            ("data-web-2", "Orphaned ScaledDown"),
        ],
    );
    assert_eq!(
        item(&document, "data-web-1")["evidence"],
        json!(["statefulset web asks for ordinals 0 to 1"])
    );
    assert!(ns.pod("web-1").is_none());
}

#[test]
fn a_set_that_is_scaled_to_0_is_paused() {
    let ns = left_behind("rows-paused");
    scale(&ns, "web", 0);
    only_pods(&ns, &[]);
    let all = ["data-web-0", "data-web-1", "data-web-2"].map(|name| (name, "Reserved SetPaused"));
    let document = assert_all(&ns, all);
    let found = item(&document, "data-web-0");
    assert_eq!((&found["deletable"], &found["needs"]), (&json!(false), &json!("override")), "{found}");
    scale(&ns, "web", 1);
    only_pods(&ns, &["web-0"]);
    let down = "Orphaned ScaledDown";
    assert_all(&ns, [("data-web-0", "InUse UsedByPod"), ("data-web-1", down), ("data-web-2", down)]);
}

#[test]
fn below_the_first_ordinal_it_may_have_moved_elsewhere() {
    let ns = Namespace::new("rows-start");
    ns.apply(web(3));
    ns.wait_rolled_out("web");
    ns.apply(web(1).start(1));
    only_pods(&ns, &["web-1"]);
    let document = assert_all(
        &ns,
        [
            ("data-web-0", "Unclear BelowStart"),
            ("data-web-1", "InUse UsedByPod"),
            ("data-web-2", "Orphaned ScaledDown"),
        ],
    );
    let found = item(&document, "data-web-0");
    assert_eq!((&found["deletable"], &found["needs"]), (&json!(false), &json!("attestation")), "{found}");
    assert!(text(&found["evidence"][0]).contains("statefulset web begins with ordinal 1"), "{found}");
}

#[test]
fn a_set_made_again_with_another_template_leaves_its_claims_unclear() {
    let ns = left_behind("rows-template");
    delete_set(&ns, "web");
    ns.apply(set("web").replicas(1).claims("logs"));
    ns.wait_rolled_out("web");
    let document = assert_all(
        &ns,
        [
            ("data-web-0", "Unclear TemplateGone"),
            ("data-web-1", "Unclear TemplateGone"),
            ("data-web-2", "Unclear TemplateGone"),
            ("logs-web-0", "InUse UsedByPod"),
        ],
    );
    let found = item(&document, "data-web-0");
    assert_eq!((&found["deletable"], &found["needs"]), (&json!(false), &json!("attestation")), "{found}");
    assert_eq!((&found["set"], &found["template"]), (&json!("web"), &json!("data")), "{found}");
}

#[test]
fn a_name_that_two_sets_give_is_in_use_if_either_uses_it() {
    let ns = Namespace::new("rows-two");
    scale_down(&ns, || set("web").claims("data-web"));
    ns.apply(set("web-web").replicas(2).claims("data"));
    ns.wait_rolled_out("web-web");
    let document = assert_all(
        &ns,
        [
            ("data-web-web-0", "InUse UsedByPod"),
            // Above the range of web, in that of web-web.
            ("data-web-web-1", "InUse UsedByPod"),
            ("data-web-web-2", "Unclear SeveralSets"),
        ],
    );
    let found = item(&document, "data-web-web-2");
    assert_eq!((&found["deletable"], &found["needs"]), (&json!(false), &json!("attestation")), "{found}");
    assert!(text(&found["evidence"][0]).contains("any of statefulsets web, web-web"), "{found}");
    assert_eq!(item(&document, "data-web-web-1")["set"], "web-web", "the one that uses it");
    for name in ["web", "web-web"] {
        let (run, listed) = orphans(&ns, &[name]);
        assert_eq!(classes(&listed), expect([("data-web-web-2", "Unclear SeveralSets")]), "{run}");
    }

    // With one of them gone, the other one alone decides.
    delete_set(&ns, "web-web");
    assert_all(
        &ns,
        [
            ("data-web-web-0", "InUse UsedByPod"),
            ("data-web-web-1", "Orphaned ScaledDown"),
            ("data-web-web-2", "Orphaned ScaledDown"),
        ],
    );
}
