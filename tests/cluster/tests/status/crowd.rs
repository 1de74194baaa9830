//! Several sets in one question.

use crate::world::{NEW, rolled_out};
use serde_json::Value;
use test_cluster::*;

#[test]
fn all_sets_of_a_namespace_are_told_a_line_each() {
    let ns = rolled_out("crowd", 1);
    ns.apply(set("held").replicas(2));
    ns.wait_rolled_out("held");
    ns.apply(set("held").replicas(2).partition(2).image(NEW));
    ns.apply(set("none").replicas(0));
    ns.wait_until("the controller has seen all", || {
        ["held", "none"].iter().all(|name| {
            let set = ns.statefulset(name);
            set.status.and_then(|status| status.observed_generation) == set.metadata.generation
        })
    });
    let run = ns.plugin(&["status", "-o", "json"]).ok();
    let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let told: Vec<(&str, &str)> = document["items"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|item| (item["name"].as_str().unwrap_or_default(), item["state"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(told, [("held", "Held"), ("none", "ScaledToZero"), ("web", "Complete")]);
    let table = ns.kubectl(&["stateful", "status"]).ok().stdout;
    assert_eq!(table.lines().count(), 4, "{table}");
    let names = ns.kubectl(&["stateful", "status", "-o", "name"]).ok().stdout;
    assert_eq!(names, "statefulset.apps/held\nstatefulset.apps/none\nstatefulset.apps/web\n");
}
