//! How long each trouble is given before it counts as stuck.

use crate::domain::testing::{Story, set};

fn one() -> Story {
    set("web").replicas(1)
}

#[test]
fn each_trouble_passes_within_its_grace_and_not_after() {
    let attach = "Multi-Attach error for volume \"pv\"";
    let event = |reason: &str, words: &str| one().starting(0, "A").event("Pod", "web-0", reason, words, 5);
    let zone = "3 node(s) had volume node affinity conflict";
    let newer_zone = "3 node(s) didn't match PersistentVolume's node affinity.";
    for (name, story, grace) in [
        ("crash loop", one().crashing(0, "A"), 60),
        ("out of memory", one().oom(0, "A"), 60),
        ("init container", one().init_failing(0, "A"), 60),
        ("image", one().image_pull(0, "A"), 60),
        ("configuration", one().config_error(0, "A"), 60),
        ("unschedulable", one().unscheduled(0, "A", "0/3 nodes"), 180),
        ("volume elsewhere", one().unscheduled(0, "A", zone), 180),
        ("volume elsewhere, newer words", one().unscheduled(0, "A", newer_zone), 180),
        ("probe", one().probe_failing(0, "A"), 300),
        ("attached elsewhere", event("FailedAttachVolume", attach), 420),
        ("starting", one().starting(0, "A"), 600),
        ("running", one().not_ready(0, "A"), 600),
    ] {
        let within = story.clone().since(0, grace - 1).tell();
        assert!(within.first().self_resolves, "{name} within {grace} s");
        assert!(!story.since(0, grace).tell().first().self_resolves, "{name} after {grace} s");
    }
}

#[test]
fn a_pod_past_its_grace_period_has_a_minute_to_go() {
    let story = |late: i64| one().ready(0, "A").terminating(0, -late).tell();
    assert!(story(59).first().self_resolves);
    assert!(!story(60).first().self_resolves);
}

#[test]
fn a_set_patience_overrides_every_grace() {
    let story = one().starting(0, "A").since(0, 100);
    assert!(story.tell().first().self_resolves);
    assert!(!story.stuck_after(60).tell().first().self_resolves);
    let crash = one().crashing(0, "A").since(0, 100).stuck_after(120);
    assert!(crash.tell().first().self_resolves);
}

#[test]
fn no_patience_makes_a_dead_end_pass_or_a_sure_thing_stop() {
    let dead_end = one().foreign(0, Some("Job/other")).stuck_after(100_000);
    assert!(!dead_end.tell().first().self_resolves);
    let sure = one().ready_for(0, "A", 1).min_ready(30).stuck_after(0);
    assert!(sure.tell().first().self_resolves);
}
