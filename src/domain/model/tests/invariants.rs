//! What holds for every set, however its pods fare.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::rolling;
use crate::domain::model::{Hopeless, Move, MoveKind, Rule, forecast, next_moves};
use crate::domain::testing::{Story, at};

/// How one ordinal fares.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Absent,
    Foreign,
    StaleClaim,
    LeavingClaim,
    Ready,
    Young,
    NotReady,
    Unscheduled,
    Failed,
    Terminating,
    FailedAndTerminating,
    NoClaim,
    NoVolume,
}

use Fate::{
    Absent, Failed, FailedAndTerminating, Foreign, LeavingClaim, NoClaim, NoVolume, NotReady, Ready,
    StaleClaim, Terminating, Unscheduled, Young,
};

/// Fates that come right by themselves.
const EASY: [Fate; 11] = [
    Absent,
    StaleClaim,
    LeavingClaim,
    Ready,
    Young,
    NotReady,
    Unscheduled,
    Failed,
    Terminating,
    FailedAndTerminating,
    NoClaim,
];

const ALL: [Fate; 13] = [
    Absent,
    Foreign,
    StaleClaim,
    LeavingClaim,
    Ready,
    Young,
    NotReady,
    Unscheduled,
    Failed,
    Terminating,
    FailedAndTerminating,
    NoClaim,
    NoVolume,
];

fn live(story: Story, number: u32, revision: &str, fate: Fate) -> Story {
    let story = match fate {
        Absent => return story,
        Foreign => return story.foreign(number, Some("Job/other")),
        StaleClaim => return story.claim_of_old_pod(number),
        LeavingClaim => return story.claim_terminating(number, 5),
        Ready | Terminating | NoVolume => story.ready(number, revision),
        Young => story.ready_for(number, revision, 3),
        NotReady => story.crashing(number, revision),
        Unscheduled | NoClaim => story.pending(number, revision),
        Failed | FailedAndTerminating => story.failed(number, revision),
    };
    match fate {
        Terminating | FailedAndTerminating => story.terminating(number, 15),
        NoClaim => story.without_claim(number),
        NoVolume => story.without_volumes(number),
        _ => story,
    }
}

/// Gives a story its strategy, from a partition and a number.
type Chosen = fn(Story, u32, u32) -> Story;

fn strategy() -> impl Strategy<Value = Chosen> {
    let plain: Chosen = |story, partition, _| story.partition(partition);
    let budget: Chosen = |story, partition, number| story.partition(partition).max_unavailable(number);
    let on_delete: Chosen = |story, _, _| story.on_delete();
    let none: Chosen = |story, _, number| story.no_rolling_update(number);
    prop::sample::select(vec![plain, plain, budget, on_delete, none])
}

/// Sets of up to five replicas with pods around them, whose ordinals fare in one of these ways.
fn stories(fates: &'static [Fate], revisions: &'static [&'static str]) -> impl Strategy<Value = Story> {
    let pod = (prop::sample::select(fates), prop::sample::select(revisions));
    let spec = (0..6_u32, 0..3_u32, any::<bool>(), any::<bool>(), prop::sample::select(&[0_u32, 10][..]));
    (spec, strategy(), 0..7_u32, 1..4_u32, prop::collection::vec(pod, 8)).prop_map(
        |((replicas, start, parallel, keep_claims, min_ready), strategy, partition, number, pods)| {
            let story = rolling(replicas).start(start).min_ready(min_ready).claim_template("data");
            let story = if parallel { story.parallel() } else { story };
            let story = if keep_claims { story } else { story.delete_claims_when_scaled() };
            let story = strategy(story, partition, number);
            (0..)
                .zip(pods)
                .fold(story, |story, (ordinal, (fate, revision))| live(story, ordinal, revision, fate))
        },
    )
}

pub(super) fn any_story() -> impl Strategy<Value = Story> {
    stories(&ALL, &["A", "B", "C"])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_sync_has_moves_and_one_that_waits_does_nothing_else(story in any_story()) {
        let set = story.build();
        let moves = next_moves(&set);
        prop_assert!(!moves.as_slice().is_empty());
        prop_assert!(moves.as_slice().len() == 1 || moves.as_slice().iter().all(Move::acts));
        prop_assert_eq!(moves.act(), moves.first().acts());
        if !moves.act() {
            prop_assert_eq!(moves.first(), moves.stop());
        }
        prop_assert_eq!(&next_moves(&set), &moves, "the same set gets the same moves");
    }

    #[test]
    fn every_move_is_possible_and_made_once(story in any_story()) {
        let set = story.build();
        let mut created = BTreeSet::new();
        let mut seen = Vec::new();
        for step in next_moves(&set).as_slice().iter().filter(|step| step.acts()) {
            prop_assert!(!seen.contains(step), "{:?} twice", step);
            seen.push(step.clone());
            let ordinal = step.ordinal.expect("an acting move concerns an ordinal");
            let pod = set.pods.get(&ordinal);
            prop_assert_eq!(step.pod.clone(), Some(set.pod_name(ordinal)));
            match step.kind {
                MoveKind::CreatePod => {
                    prop_assert!(pod.is_none() && set.in_range(ordinal), "{:?}", step);
                    created.insert(ordinal);
                }
                MoveKind::DeletePod => {
                    prop_assert!(pod.is_some() || created.contains(&ordinal), "{:?}", step);
                    prop_assert!(pod.is_none_or(|pod| !pod.is_terminating()), "{:?}", step);
                }
                MoveKind::CreateClaim => {
                    let claim = step.claim.as_deref().expect("a claim move names its claim");
                    prop_assert!(!set.claims.get().is_some_and(|claims| claims.contains_key(claim)));
                }
                MoveKind::Wait | MoveKind::Nothing => unreachable!("filtered out"),
            }
        }
    }

    #[test]
    fn ordered_ready_touches_at_most_one_pod_in_a_sync_unless_a_budget_allows_more(story in any_story()) {
        let set = story.build();
        let moves = next_moves(&set);
        let pods = moves.as_slice().iter().filter(|step| matches!(step.kind, MoveKind::CreatePod | MoveKind::DeletePod));
        let budget = moves.as_slice().iter().all(|step| step.rule == Rule::Update);
        prop_assert!(set.spec.parallel || budget || pods.count() <= 1);
    }

    #[test]
    fn no_update_deletes_a_pod_below_the_partition_or_one_that_is_up_to_date(story in any_story()) {
        let set = story.build();
        for step in next_moves(&set).as_slice().iter().filter(|step| step.rule == Rule::Update) {
            let ordinal = step.ordinal.expect("an update concerns an ordinal");
            prop_assert!(set.in_range(ordinal) && !set.below_partition(ordinal));
            prop_assert!(set.pods.get(&ordinal).is_none_or(|pod| set.is_outdated(pod)));
        }
    }

    #[test]
    fn an_update_never_takes_more_pods_than_the_budget_leaves(
        story in stories(&ALL, &["A", "B"]), budget in 1..4_u32,
    ) {
        let mut set = story.build();
        let partition = set.spec.strategy.partition();
        set.spec.strategy = crate::domain::set::Strategy::RollingUpdate(Some(crate::domain::set::Rolling {
            partition,
            max_unavailable: Some(crate::domain::set::Amount::Count(budget)),
        }));
        let away = set.spec.range.iter().filter(|ordinal| set.pods.get(ordinal).is_none_or(|pod| set.is_unavailable(pod)));
        let free = usize::try_from(budget).unwrap().saturating_sub(away.count());
        let moves = next_moves(&set);
        prop_assert!(moves.as_slice().iter().filter(|step| step.rule == Rule::Update).count() <= free);
    }

    /// Liveness: where nothing is hopeless, the controller brings the set where it belongs. Two pods out of range
    /// that have ended are hopeless under OrderedReady, since each waits for the other.
    #[test]
    fn a_set_with_nothing_hopeless_arrives(story in stories(&EASY, &["A", "B"])) {
        let set = story.build();
        let ended = set.condemned().filter(|pod| pod.is_finished() && !pod.is_terminating()).count();
        prop_assume!(set.spec.parallel || ended < 2);
        let forecast = forecast(&set, &Hopeless::default(), 10_000);
        prop_assert!(forecast.moves.len() < 10_000, "it goes on for ever");
        prop_assert!(matches!(forecast.end.rule, Rule::Settled | Rule::HeldByPartition | Rule::OnDelete), "{:?}", forecast.end);
        let last = &forecast.last;
        prop_assert!(last.condemned().next().is_none());
        let on_delete = last.spec.strategy == crate::domain::set::Strategy::OnDelete;
        for ordinal in last.spec.range.iter() {
            let pod = last.pods.get(&ordinal);
            prop_assert!(pod.is_some_and(|pod| !last.is_unavailable(pod)), "{ordinal} is not available");
            prop_assert!(on_delete || pod.is_some_and(|pod| last.at_expected_revision(pod)), "{ordinal} is outdated");
        }
    }

    #[test]
    fn a_sync_of_a_set_that_has_arrived_changes_nothing(story in stories(&EASY, &["A", "B"])) {
        let last = forecast(&story.build(), &Hopeless::default(), 10_000).last;
        prop_assert!(!next_moves(&last).act());
    }

    /// What is broken for good and what is not asked for are the only things that a forecast may end at.
    #[test]
    fn whatever_happens_a_forecast_ends(story in any_story(), hopeless in prop::collection::btree_set(0..8_u32, 0..4)) {
        let set = story.build();
        let uids: BTreeSet<String> = hopeless.iter()
            .filter_map(|number| set.pods.get(&at(*number)))
            .map(|pod| pod.uid.clone())
            .collect();
        let hopeless = Hopeless { never_ready: uids.clone(), never_gone: uids, ..Hopeless::default() };
        let forecast = forecast(&set, &hopeless, 10_000);
        prop_assert!(forecast.moves.len() < 10_000, "it goes on for ever");
        prop_assert!(!forecast.end.acts());
    }
}
