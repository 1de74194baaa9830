//! Rows 7 to 10: unread, reserved, attached, being copied.

use super::super::Class::{Attached, InUse, Managed, Orphaned, Reserved, Unclear, Unknown};
use super::super::Reason::{
    AutoscalerMayUse, BeingCopied, BelowStart, EvidenceUnread, InRange, MarkedAsManaged, ScaledDown,
    SetPaused, VolumeAttached,
};
use super::super::{Need, Source};
use super::scene::{Scene, claim, scene, set, shows};

fn web() -> Scene {
    scene().set(set("web").replicas(2).template("data"))
}

const ESSENTIAL: [Source; 7] = [
    Source::Sets,
    Source::Pods,
    Source::Deployments,
    Source::ReplicaSets,
    Source::DaemonSets,
    Source::Jobs,
    Source::CronJobs,
];

#[test]
fn nothing_is_said_where_what_could_use_it_was_not_readable() {
    for source in Source::ALL {
        let paused = scene().set(set("web").template("data")).volume("pv-1", "Delete").attached("pv-1", "n1");
        let bound = claim("data-web-3").bound("pv-1").label("app", "web");
        let story = paused.without(source);
        if ESSENTIAL.contains(&source) {
            let verdict = story.judge(&bound);
            assert_eq!((verdict.class, verdict.reason), (Unknown, EvidenceUnread), "{source:?}");
            shows(&verdict, &[source.name()]);
        } else {
            assert_eq!(story.says(&bound), (Reserved, SetPaused), "{source:?}");
        }
    }
    let two = web().without(Source::CronJobs).without(Source::Pods);
    shows(&two.judge(&claim("data-web-3")), &["pods", "cronjobs"]);
}

#[test]
fn unread_comes_after_everything_that_is_certain() {
    let story = web().without(Source::Pods).without(Source::CronJobs);
    assert_eq!(story.says(&claim("data-web-1")), (InUse, InRange));
    let marked = claim("data-web-3").annotation("helm.sh/resource-policy", "keep");
    assert_eq!(story.says(&marked), (Managed, MarkedAsManaged));
    assert_eq!(story.hpa("web", 5).says(&claim("data-web-3")), (Unknown, EvidenceUnread));
}

#[test]
fn an_autoscaler_may_need_every_ordinal_up_to_its_maximum() {
    for (start, number, expected) in [
        (0, 2, (Reserved, AutoscalerMayUse)),
        (0, 4, (Reserved, AutoscalerMayUse)),
        (0, 5, (Orphaned, ScaledDown)),
        (3, 5, (Reserved, AutoscalerMayUse)),
        (3, 7, (Reserved, AutoscalerMayUse)),
        (3, 8, (Orphaned, ScaledDown)),
        // The table says `ordinal < start + maxReplicas`.
        (3, 2, (Reserved, AutoscalerMayUse)),
    ] {
        let story = || scene().set(set("web").start(start).replicas(2).template("data"));
        let lone = claim(&format!("data-web-{number}"));
        assert_eq!(story().hpa("web", 5).says(&lone), expected, "{number} from {start}");
        assert_eq!(story().keda("web", 5).says(&lone), expected, "{number} from {start}");
        assert_eq!(story().keda("web", 5).hpa("web", 1).says(&lone), expected, "the wider one counts");
        assert_eq!(story().keda("web", 1).hpa("web", 5).says(&lone), expected, "the wider one counts");
    }
    let verdict = web().hpa("web", 5).judge(&claim("data-web-3"));
    shows(&verdict, &["horizontalpodautoscaler up", "web", "5"]);
    assert_eq!(verdict.needs, [Need::Override]);
}

#[test]
fn an_autoscaler_of_another_set_or_below_the_replicas_reserves_nothing() {
    assert_eq!(web().hpa("db", 9).says(&claim("data-web-3")), (Orphaned, ScaledDown));
    assert_eq!(web().hpa("web", 1).says(&claim("data-web-2")), (Orphaned, ScaledDown));
    let widest = scene().set(set("web").start(2_147_483_000).replicas(1).template("data"));
    let last = claim("data-web-2147483647");
    assert_eq!(widest.hpa("web", u32::MAX).says(&last), (Reserved, AutoscalerMayUse));
}

#[test]
fn a_set_at_zero_replicas_is_paused_and_keeps_all_its_claims() {
    let paused = |start| scene().set(set("web").start(start).template("data"));
    for number in [0, 1, 7] {
        let lone = claim(&format!("data-web-{number}"));
        assert_eq!(paused(0).says(&lone), (Reserved, SetPaused));
        assert_eq!(paused(3).says(&lone), (Reserved, SetPaused), "wherever it starts");
        let expected = if number < 5 { AutoscalerMayUse } else { SetPaused };
        assert_eq!(paused(0).hpa("web", 5).says(&lone), (Reserved, expected));
    }
    assert_eq!(paused(0).judge(&claim("data-web-0")).needs, [Need::Override]);
}

#[test]
fn reserved_is_said_before_attached_and_that_before_copied_and_that_before_the_rest() {
    let bound = claim("data-web-3").bound("pv-1");
    let story = || web().volume("pv-1", "Delete");
    assert_eq!(story().says(&bound), (Orphaned, ScaledDown));
    let story = || web().volume("pv-1", "Delete").copied(Source::Clones, "data-web-3", "claim copy");
    assert_eq!(story().says(&bound), (InUse, BeingCopied));
    assert_eq!(story().attached("pv-1", "node-1").says(&bound), (Attached, VolumeAttached));
    let reserved = story().attached("pv-1", "node-1").hpa("web", 5);
    assert_eq!(reserved.says(&bound), (Reserved, AutoscalerMayUse));
}

#[test]
fn a_volume_that_is_attached_is_waited_for() {
    let story = web().volume("pv-1", "Delete").attached("pv-1", "node-1");
    let verdict = story.judge(&claim("data-web-3").bound("pv-1"));
    assert_eq!((verdict.class, verdict.reason), (Attached, VolumeAttached));
    shows(&verdict, &["pv-1", "node-1"]);
    assert_eq!(story.says(&claim("data-web-3").bound("pv-2")), (Orphaned, ScaledDown));
    assert_eq!(story.says(&claim("data-web-3")), (Orphaned, ScaledDown));
    let lone = scene().attached("pv-1", "n").says(&claim("data-db-1").bound("pv-1").label("app", "db"));
    assert_eq!(lone, (Attached, VolumeAttached), "of a deleted set too");
}

#[test]
fn a_claim_that_is_being_copied_is_in_use() {
    for finalizer in [
        "snapshot.storage.kubernetes.io/pvc-as-source-protection",
        "provisioner.storage.kubernetes.io/cloning-protection",
    ] {
        assert_eq!(web().says(&claim("data-web-3").finalizer(finalizer)), (InUse, BeingCopied));
    }
    assert_eq!(web().says(&claim("data-web-3").finalizer("example.com/mine")), (Orphaned, ScaledDown));
    for (source, who) in [(Source::Snapshots, "volumesnapshot nightly"), (Source::Clones, "claim copy")] {
        let verdict = web().copied(source, "data-web-3", who).judge(&claim("data-web-3"));
        assert_eq!((verdict.class, verdict.reason), (InUse, BeingCopied));
        shows(&verdict, &[who]);
        assert_eq!(
            web().copied(source, "data-web-4", who).says(&claim("data-web-3")),
            (Orphaned, ScaledDown)
        );
    }
    let moved = scene().set(set("web").start(2).replicas(2).template("data"));
    assert_eq!(moved.says(&claim("data-web-0")), (Unclear, BelowStart));
    let copied = moved.copied(Source::Snapshots, "data-web-0", "volumesnapshot nightly");
    assert_eq!(copied.says(&claim("data-web-0")), (InUse, BeingCopied));
}
