//! Real elections: client-go's, in processes that are killed, stopped, and followed.

use crate::scene::{ask_until, leader, rolled_out};
use k8s_openapi::api::apps::v1::StatefulSet;
use serde_json::{Value, json};
use test_cluster::*;

#[test]
fn whoever_holds_the_lease_leads() {
    let ns = rolled_out("elected");
    let _first = ns.elector("web-1", "web", Term::USUAL).leads();
    let _second = ns.elector("web-0", "web", Term::USUAL);
    let run = ns.plugin(&["leader", "web", "--exit-code"]).ok();
    assert!(run.stdout.starts_with("web: web-1 leads since "), "{run}");
    assert_eq!(
        run.stderr, "",
        "an administrator may read everything, and what is deprecated is no news: {run}"
    );
    let answer = leader(&ns, &[]);
    assert_eq!((&answer["leader"], &answer["conflict"]), (&json!(1), &json!(false)), "{answer}");
    let claim = &answer["leaders"][0];
    assert_eq!((&claim["source"], &claim["object"]), (&json!("Lease"), &json!("lease/web")));
    assert_eq!((&claim["pod"], &claim["podExists"]), (&json!("web-1"), &json!(true)));
    assert_eq!((&claim["leaseSeconds"], &claim["expired"]), (&json!(15), &json!(false)));
    assert!(claim["expiresInSeconds"].as_i64().is_some_and(|left| (0..=15).contains(&left)), "{claim}");
    assert!(claim["holder"].as_str().is_some_and(|holder| holder.starts_with("web-1_")), "{claim}");
    assert_eq!(ns.plugin(&["leader", "web", "-o", "name"]).ok().stdout, "pod/web-1\n");
}

#[test]
fn a_killed_leader_leads_until_its_lease_runs_out_and_then_another_takes_over() {
    let ns = rolled_out("killed");
    let first = ns.elector("web-0", "web", Term::SHORT).leads();
    let mut watch = ns.spawn(&["leader", "web", "--watch"]);
    let mut events = ns.spawn(&["leader", "web", "--watch", "-o", "json"]);
    watch.line_with("web: web-0 leads since ");
    let present = change(&events.line());
    assert_eq!((&present["from"], &present["to"]), (&Value::Null, &json!(0)));
    first.kill();
    watch.line_with("web: nobody leads: web-0 has not renewed lease/web, which ran out");
    let answer = leader(&ns, &[]);
    assert_eq!((&answer["reason"], &answer["leader"]), (&json!("Expired"), &Value::Null), "{answer}");
    let run = ns.plugin(&["leader", "web", "--exit-code"]).code(8);
    assert!(run.stdout.contains("nobody leads: lease/web of web-0 expired "), "{run}");
    assert!(run.stdout.contains("kubectl logs web-0 -n "), "{run}");
    let _second = ns.elector("web-1", "web", Term::SHORT).leads();
    let line = watch.line_with("web: web-1 leads (lease/web), ");
    assert!(line.ends_with(" ms after the claim of web-0 ran out unrenewed"), "{line}");
    let nobody = change(&events.line());
    assert_eq!((&nobody["reason"], &nobody["gapSeconds"]), (&json!("Expired"), &Value::Null));
    let taken = change(&events.line());
    assert_eq!((&taken["from"], &taken["to"], &taken["gapSince"]), (&json!(0), &json!(1), &json!("Expired")));
    let seconds = taken["gapSeconds"].as_f64().unwrap_or_else(|| panic!("no gap in {taken}"));
    assert!((0.0..30.0).contains(&seconds), "{taken}");
    let said = format!(", {:.0} ms after", (seconds * 1000.0).floor());
    assert!(taken["message"].as_str().is_some_and(|text| text.contains(&said)), "{said} in {taken}");
    watch.interrupt();
    let _ = watch.end().code(130);
}

#[test]
fn a_leader_that_stops_in_order_leaves_a_short_gap() {
    let ns = rolled_out("stopped");
    let first = ns.elector("web-0", "web", Term::USUAL).leads();
    let second = ns.elector("web-1", "web", Term::USUAL);
    let mut watch = ns.spawn(&["leader", "web", "--watch"]);
    watch.line_with("web: web-0 leads since ");
    first.stop();
    watch.line_with("web: nobody leads: web-0 has released lease/web");
    let _second = second.leads();
    let line = watch.line_with("web: web-1 leads (lease/web), ");
    assert!(line.ends_with(" ms after web-0 released it"), "{line}");
}

#[test]
fn a_released_lease_is_the_sets_by_its_name() {
    let ns = rolled_out("released");
    ns.elector("web-0", "web-election", Term::USUAL).leads().stop();
    let answer = ask_until(&ns, "it is released", |answer| answer["reason"] == "Released");
    assert_eq!(answer["leader"], Value::Null);
    let claim = &answer["leaders"][0];
    assert_eq!((&claim["object"], &claim["holder"]), (&json!("lease/web-election"), &Value::Null), "{claim}");
    let _ = ns.plugin(&["leader", "web", "--exit-code"]).code(8);
}

#[test]
fn a_leader_whose_pod_is_gone_leads_while_its_lease_runs() {
    let ns = rolled_out("gone");
    let _leader = ns.elector("web-1", "web", Term::USUAL).leads();
    ns.patch::<StatefulSet>("web", &json!({"spec": {"replicas": 1}}));
    ns.wait_until("web-1 is gone", || ns.pod("web-1").is_none());
    let answer = leader(&ns, &[]);
    assert_eq!(
        (&answer["leader"], &answer["leaders"][0]["podExists"]),
        (&json!(1), &json!(false)),
        "{answer}"
    );
    assert!(answer["message"].as_str().is_some_and(|text| text.ends_with("but its pod is gone")), "{answer}");
    let _ = ns.plugin(&["leader", "web", "--exit-code"]).ok();
}

/// The change in a line of `--watch -o json`.
fn change(line: &str) -> Value {
    let document: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    assert_eq!(document["kind"], "LeaderChangeList");
    document["items"][0].clone()
}
