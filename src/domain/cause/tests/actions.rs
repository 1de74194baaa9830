//! Whatever is suggested frees: the model is asked for every kind of trouble at once.

use proptest::prelude::*;

use super::rolling;
use crate::domain::model::{MoveKind, forecast};
use crate::domain::state::State;
use crate::domain::testing::{Story, Told};

/// One ordinal in one of the troubles that a person can be asked to act on, or not.
fn trouble(story: Story, number: u32, revision: &str, kind: u32) -> Story {
    let node = format!("n{number}");
    match kind {
        0 => story,
        1 => story.crashing(number, revision),
        2 => story.image_pull(number, revision),
        3 => story.not_ready(number, revision).node(&node, "Unknown", 900),
        4 => story.ready(number, revision).terminating(number, -100),
        5 => story.ready(number, revision).terminating(number, -100).node(&node, "Unknown", 900),
        6 => story.unscheduled(number, revision, "0/3 nodes are available"),
        7 => story.claim_terminating(number, 900),
        8 => story.claim_of_old_pod(number),
        9 => story.foreign(number, Some("Job/other")),
        10 => story.rejected(number, "exceeded quota: compute", 90),
        11 => story.starting(number, revision).since(number, 5),
        12 => story.failed(number, revision),
        _ => story.ready(number, revision),
    }
}

fn stories() -> impl Strategy<Value = Story> {
    let pods = prop::collection::vec((0..20_u32, prop::sample::select(&["A", "B", "C"][..])), 6);
    (1..5_u32, 0..3_u32, any::<bool>(), 0..4_u32, 0..5_u32, pods).prop_map(
        |(replicas, start, parallel, strategy, partition, pods)| {
            let story = rolling(replicas).start(start).claim_template("data").delete_claims_when_scaled();
            let story = if parallel { story.parallel() } else { story };
            let story = match strategy {
                0 => story.on_delete(),
                1 => story.no_rolling_update(partition),
                2 => story.partition(partition).max_unavailable(1),
                _ => story.partition(partition),
            };
            (0..)
                .zip(pods)
                .fold(story, |story, (number, (kind, revision))| trouble(story, number, revision, kind))
        },
    )
}

/// The causes of a story that come with an action.
fn suggested(told: &Told) -> impl Iterator<Item = &crate::domain::cause::Cause> {
    let of_ordinals = told.diagnosis.by_ordinal.values().flatten();
    told.diagnosis.roots.iter().chain(of_ordinals).filter(|cause| cause.action.is_some())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_suggested_action_frees_its_ordinal_and_breaks_no_other(story in stories()) {
        let told = story.tell();
        for cause in suggested(&told) {
            let action = cause.action.as_ref().unwrap();
            prop_assert!(action.frees(&told.set, cause.ordinal, &told.diagnosis.hopeless));
            let (after, hopeless) = action.applied(&told.set, &told.diagnosis.hopeless);
            let end = forecast(&after, &hopeless, 1_000);
            if let Some(ordinal) = cause.ordinal {
                prop_assert!(!(end.end.kind == MoveKind::Wait && end.end.ordinal == Some(ordinal)), "{:?} {:?}", cause, end.end);
                prop_assert!(!end.broken.contains(&ordinal), "{:?}", cause);
            }
            for ordinal in &end.broken {
                let before = &told.set.pods.get(ordinal);
                prop_assert!(before.is_none_or(|pod| told.set.is_unavailable(pod)), "{ordinal} was fine before {:?}", cause);
            }
        }
    }

    #[test]
    fn a_stuck_set_says_why_and_one_that_goes_on_has_something_that_passes(story in stories()) {
        let told = story.tell();
        let blocked = told.diagnosis.roots.iter().any(|cause| !cause.self_resolves);
        match told.state {
            State::Stuck | State::Degraded => prop_assert!(blocked, "{:#?}", told),
            State::Complete | State::ScaledToZero => prop_assert!(told.set.pods.values().all(|pod| !told.set.is_unavailable(pod))),
            _ => {}
        }
    }

    #[test]
    fn what_follows_points_at_a_root_that_is_listed(story in stories()) {
        let told = story.tell();
        for (ordinal, cause) in told.diagnosis.by_ordinal.iter().flat_map(|(ordinal, causes)| causes.iter().map(move |cause| (ordinal, cause))) {
            prop_assert_eq!(cause.ordinal, Some(*ordinal));
            if let Some(root) = &cause.follows_from {
                prop_assert!(told.diagnosis.roots.iter().any(|cause| cause.as_root() == *root));
                prop_assert!(cause.action.is_none());
            }
        }
        for cause in &told.diagnosis.roots {
            prop_assert!(cause.follows_from.is_none());
        }
    }
}
