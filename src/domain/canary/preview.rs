//! What a step would do, from the model run forward over a copy.

use std::collections::BTreeSet;

use super::begin::{let_go, rolls_out};
use super::record::{Phase, Record};
use crate::domain::model::{Hopeless, MoveKind, forecast};
use crate::domain::set::{Rolling, Strategy};
use crate::domain::{Offset, Ordinal, Revision, Set};

/// What a step would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Ordinals whose pods are replaced, in that order.
    pub replaced: Vec<Ordinal>,
    /// Where it comes to if no pod of the new revision gets Ready: the ordinals that are not available then, and in
    /// one sentence why it ends there.
    pub never_ready: (Vec<Ordinal>, String),
}

/// Goes to a partition with a template of this revision.
pub fn forward(set: &Set, to: &Revision, partition: Offset) -> Preview {
    let mut after = set.clone();
    after.update_revision = to.clone();
    after.status.observed_generation = after.generation;
    let target = after.spec.range.at(partition);
    if after.spec.strategy == Strategy::OnDelete {
        return on_delete(&after, target);
    }
    let max_unavailable = match &after.spec.strategy {
        Strategy::RollingUpdate(Some(rolling)) => rolling.max_unavailable.clone(),
        _ => None,
    };
    after.spec.strategy = Strategy::RollingUpdate(Some(Rolling { partition, max_unavailable }));
    let limit = after.pods.len().saturating_mul(4) + 24;
    let well = forecast(&after, &Hopeless::default(), limit);
    let deleted = well.moves.iter().filter(|step| step.kind == MoveKind::DeletePod);
    let replaced =
        deleted.filter_map(|step| step.ordinal).filter(|ordinal| after.in_range(*ordinal)).collect();
    let hopeless = Hopeless { revisions: BTreeSet::from([to.clone()]), ..Hopeless::default() };
    let ill = forecast(&after, &hopeless, limit);
    // Those that are not made because of a broken one are down as well.
    let down = |ordinal: &Ordinal| ill.broken.contains(ordinal) || !ill.last.pods.contains_key(ordinal);
    let broken: Vec<Ordinal> = after.spec.range.iter().filter(down).collect();
    let why = ill.end.rule.why().to_owned();
    Preview { replaced, never_ready: (broken, why) }
}

/// Nobody but the runner replaces pods, one at a time.
fn on_delete(set: &Set, from: Ordinal) -> Preview {
    let old = |ordinal: &Ordinal| {
        let pod = set.pods.get(ordinal);
        pod.is_some_and(|pod| pod.revision.as_ref() != Some(&set.update_revision))
    };
    let replaced: Vec<Ordinal> =
        set.spec.range.iter().rev().filter(|ordinal| *ordinal >= from).filter(old).collect();
    let first = replaced.first().copied().into_iter().collect();
    Preview { replaced, never_ready: (first, "the gates hold before the next pod is deleted".to_owned()) }
}

/// The order in which the way back replaces pods: those that are broken, lowest first; then the others, highest first.
pub fn back(set: &Set, from: &Revision) -> Vec<Ordinal> {
    let pods = || set.spec.range.iter().filter_map(|ordinal| set.pods.get(&ordinal));
    let wrong = || pods().filter(|pod| pod.revision.as_ref() != Some(from));
    let broken = wrong().filter(|pod| set.is_unavailable(pod)).map(|pod| pod.ordinal);
    let healthy = wrong().filter(|pod| !set.is_unavailable(pod)).map(|pod| pod.ordinal);
    let mut healthy: Vec<Ordinal> = healthy.collect();
    healthy.reverse();
    broken.chain(healthy).collect()
}

/// A step that could be next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// The flag that takes it.
    pub flag: String,
    /// The partition it goes to; none for the way back.
    pub partition: Option<Offset>,
    /// What it would do.
    pub preview: Preview,
}

/// The steps that are possible now: one ordinal more, all, and back.
pub fn next(set: &Set, record: Option<&Record>) -> Vec<Next> {
    let mut found = Vec::new();
    if !rolls_out(set) && record.is_none_or(|record| !record.is_open()) {
        return found;
    }
    let (replicas, done) = (set.spec.range.replicas, let_go(set));
    let mut add = |flag: &str, updated: u32| {
        let partition = Offset::new(replicas.saturating_sub(updated));
        let preview = forward(set, &set.update_revision, partition);
        found.push(Next { flag: flag.to_owned(), partition: Some(partition), preview });
    };
    let goes_back = record.is_some_and(|record| record.phase == Phase::Aborting);
    if done + 1 < replicas && !goes_back {
        add("--step", done + 1);
    }
    if done < replicas && !goes_back {
        add("--promote", replicas);
    }
    let from = record.map_or(&set.current_revision, |record| &record.from);
    let replaced = back(set, from);
    let preview = Preview { replaced, never_ready: (Vec::new(), String::new()) };
    found.push(Next { flag: "--abort".to_owned(), partition: None, preview });
    found
}
