//! Hundreds of replicas: a step touches its own, and what is said stays short.

use crate::scene::canary;
use k8s_openapi::api::apps::v1::StatefulSet;
use std::time::Duration;
use test_cluster::*;

const REPLICAS: i32 = 500;

/// So many pods take about ten seconds on a machine with nothing else to do.
const PATIENCE: Duration = Duration::from_secs(180);

#[test]
fn of_five_hundred_pods_a_step_and_the_way_back_touch_three() {
    let ns = Namespace::new("large");
    ns.apply(set("web").replicas(REPLICAS).parallel());
    ns.wait_for(PATIENCE, "all replicas are available", || {
        let status = ns.get::<StatefulSet>("web").and_then(|set| set.status);
        status.and_then(|status| status.available_replicas) == Some(REPLICAS)
    });
    let before = ns.statefulset("web").spec;
    let history = History::begin(&ns);
    let run = canary(&ns, &["--image=example/app:2", "--step=3"]).ok();
    let story = history.end(&ns);
    assert_eq!((story.replaced(), story.fewest), (vec![499, 498, 497], 499), "{run}");
    assert!(run.stdout.contains("web: Held: 3 of 500 ordinals"), "{run}");

    // No line for each pod, but each way on, and what it begins with.
    let page = canary(&ns, &[]).ok();
    assert!(page.stdout.lines().count() < 25, "{page}");
    for (flag, order) in [("--step", "496\n"), ("--promote", "496"), ("--abort", "499, 498, 497\n")] {
        let begin = format!("canary web -n {} {flag}\n    replaces, in this order: {order}", ns.name());
        assert!(page.stdout.contains(&begin), "{begin} is not in {page}");
    }

    let history = History::begin(&ns);
    let run = canary(&ns, &["--abort"]).ok();
    let story = history.end(&ns);
    assert_eq!((story.replaced(), story.fewest), (vec![499, 498, 497], 499), "{run}");
    assert_eq!(ns.statefulset("web").spec, before, "{run}");
    let status = ns.statefulset("web").status.expect("a status");
    assert!(
        story.created.iter().all(|(_, revision)| status.current_revision.as_ref() == Some(revision)),
        "{run}"
    );
}
