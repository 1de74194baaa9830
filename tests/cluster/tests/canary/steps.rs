//! Order and membership of each step, seen by every event of every pod.

use crate::scene::whole;
use k8s_openapi::api::apps::v1::StatefulSet;
use serde_json::json;
use test_cluster::*;

fn generation(ns: &Namespace) -> i64 {
    ns.get::<StatefulSet>("web").and_then(|set| set.metadata.generation).expect("a generation")
}

fn partition(ns: &Namespace) -> Option<i32> {
    let set = ns.get::<StatefulSet>("web")?;
    set.spec?.update_strategy?.rolling_update?.partition
}

#[test]
fn a_step_replaces_the_highest_pod_in_one_write_and_touches_no_other() {
    let ns = whole("step", set("web").replicas(4));
    let (before, history) = (generation(&ns), History::begin(&ns));
    let run = ns.plugin(&["canary", "web", "--step", "--image", "example/app:2"]).ok();
    assert!(run.stdout.contains("web: Held: 1 of 4 ordinals"), "{run}");
    assert_eq!(generation(&ns), before + 1, "template and partition go in one write: {run}");
    assert_eq!(history.end(&ns).replaced(), [3]);
    assert_eq!(partition(&ns), Some(3));
    // What the partition holds is held for good.
    let history = History::begin(&ns);
    let _ = ns.plugin(&["canary", "web"]).ok();
    let _ = ns.plugin(&["canary", "web", "--step=2"]).ok();
    assert_eq!(history.end(&ns).replaced(), [2, 1]);
    let history = History::begin(&ns);
    let run = ns.plugin(&["canary", "web", "--promote"]).ok();
    assert!(run.stdout.contains("web: Promoted: all 4 ordinals"), "{run}");
    assert_eq!(history.end(&ns).replaced(), [0]);
}

#[test]
fn a_plan_takes_its_steps_one_after_the_other_under_each_policy() {
    for (name, set) in [
        ("ordered", set("web").replicas(5)),
        ("parallel", set("web").replicas(5).parallel()),
        ("on-delete", set("web").replicas(5).on_delete()),
        ("null", set("web").replicas(5).rolling_update_null()),
    ] {
        let ns = whole(name, set);
        let history = History::begin(&ns);
        let args = ["canary", "web", "--steps", "1,50%,100%", "--image", "app=example/app:2", "-o", "json"];
        let run = ns.plugin(&args).ok();
        let story = history.end(&ns);
        assert_eq!((story.replaced(), story.fewest), (vec![4, 3, 2, 1, 0], 4), "{name}: {run}");
        let document: serde_json::Value = serde_json::from_str(&run.stdout).expect("a document");
        let item = &document["items"][0];
        assert_eq!((&item["phase"], &item["currentStep"]), (&json!("Promoted"), &json!(2)), "{name}");
        assert_eq!(item["steps"][1], json!({"updated": 3, "partition": 2}), "{name}");
        let begun: Vec<&str> =
            run.stderr.lines().filter(|line| line.contains("may be updated, partition")).collect();
        assert_eq!(begun.len(), 3, "{name}: {run}");
    }
}

#[test]
fn the_partition_is_an_offset_where_ordinals_start_higher() {
    let ns = whole("offset", set("web").replicas(3).start(3));
    let history = History::begin(&ns);
    let _ = ns.plugin(&["canary", "web", "--partition=2", "--image=example/app:2"]).ok();
    assert_eq!(history.end(&ns).replaced(), [5]);
    assert_eq!(partition(&ns), Some(2));
}

#[test]
fn a_template_that_was_changed_earlier_and_is_held_by_the_partition_is_taken_on() {
    let ns = whole("earlier", set("web").replicas(3).partition(3));
    ns.apply(set("web").replicas(3).partition(3).image("example/app:2"));
    ns.wait_until("the controller has seen it", || {
        ns.get::<StatefulSet>("web").is_some_and(|set| {
            set.status.and_then(|status| status.observed_generation) == set.metadata.generation
        })
    });
    let run = ns.plugin(&["canary", "web"]).ok();
    assert!(run.stdout.contains("no canary has been started"), "{run}");
    assert!(run.stdout.contains("--promote\n    replaces, in this order: 2, 1, 0"), "{run}");
    let history = History::begin(&ns);
    let _ = ns.plugin(&["canary", "web", "--step"]).ok();
    assert_eq!(history.end(&ns).replaced(), [2]);
}

#[test]
fn a_patch_of_the_template_comes_from_a_file_and_keeps_what_it_does_not_name() {
    let ns = whole("patch", set("web").replicas(2).pod_annotation("kept", "yes"));
    let file = std::env::temp_dir().join(format!("{}.yaml", ns.name()));
    std::fs::write(&file, "metadata:\n  annotations: {added: \"yes\"}\n").expect("a file");
    let path = file.display().to_string();
    let _ = ns.plugin(&["canary", "web", "--step", "--patch", &path]).ok();
    std::fs::remove_file(&file).expect("the file");
    let pod = ns.pod("web-1").expect("web-1").metadata.annotations.unwrap_or_default();
    assert_eq!((pod.get("kept"), pod.get("added")), (Some(&"yes".to_owned()), Some(&"yes".to_owned())));
}

#[test]
fn what_is_there_already_is_said_and_done() {
    let ns = whole("nothing", set("web").replicas(2));
    let image =
        ns.kubectl(&["get", "sts", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}"]).ok();
    let before = ns.get::<StatefulSet>("web").and_then(|set| set.metadata.resource_version);
    let run = ns.plugin(&["canary", "web", "--steps=1,100%", "--image", &image.stdout]).ok();
    assert!(run.stderr.contains("every ordinal of web is at"), "{run}");
    assert_eq!(ns.get::<StatefulSet>("web").and_then(|set| set.metadata.resource_version), before);
}

#[test]
fn one_replica_and_a_partition_beyond_the_set_are_said_plainly() {
    let ns = whole("one", set("web").replicas(1));
    let run = ns.plugin(&["canary", "web", "--partition=5", "--image=example/app:2"]).ok();
    assert!(run.stderr.contains("a partition of 5 is not below 1 replicas: no ordinal is updated"), "{run}");
    let run = ns.plugin(&["canary", "web", "--step"]).ok();
    assert!(run.stderr.contains("the canary is the whole set"), "{run}");
    assert!(run.stdout.contains("Promoted"), "{run}");
}
