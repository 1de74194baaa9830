//! The third part of a sync: new revisions, highest ordinal first.

use super::claims;
use super::fault::Fault;
use super::moves::{Move, Rule};
use super::sync::{Slot, Sync};
use crate::domain::set::{Amount, Strategy};
use crate::domain::{Ordinal, Revision, Set};

/// `newVersionedStatefulSetPod`: the revision at which a missing pod is created. Without `rollingUpdate` the
/// controller goes by `status.currentReplicas` instead of a partition.
pub fn expected_at_creation(set: &Set, ordinal: Ordinal) -> &Revision {
    let below = match &set.spec.strategy {
        Strategy::RollingUpdate(None) => {
            set.spec.range.offset(ordinal).is_some_and(|offset| offset.get() < set.status.current_replicas)
        }
        Strategy::RollingUpdate(Some(_)) => set.below_partition(ordinal),
        Strategy::OnDelete | Strategy::Unknown(_) => false,
    };
    if below { &set.current_revision } else { &set.update_revision }
}

/// Replaces outdated pods above the partition. Returns the rule at which the sync ends.
pub(super) fn process(sync: &mut Sync<'_>) -> Move {
    match &sync.set.spec.strategy {
        Strategy::OnDelete => Move::nothing(Rule::OnDelete),
        Strategy::RollingUpdate(Some(rolling)) => match &rolling.max_unavailable {
            Some(amount) => within_budget(sync, amount),
            None => one_at_a_time(sync),
        },
        Strategy::RollingUpdate(None) | Strategy::Unknown(_) => one_at_a_time(sync),
    }
}

/// Ordinals that a rolling update may replace, highest first.
fn targets(sync: &Sync<'_>) -> Vec<Ordinal> {
    let stops = |ordinal| sync.set.below_partition(ordinal) && !sync.breaks(Fault::PartitionIgnored);
    let mut ordinals: Vec<_> =
        sync.set.spec.range.iter().rev().take_while(|ordinal| !stops(*ordinal)).collect();
    if sync.breaks(Fault::UpdatesLowestFirst) {
        ordinals.reverse();
    }
    ordinals
}

/// The feature MaxUnavailableStatefulSet is off: the highest outdated pod is deleted, unless a pod above it is
/// not available. A broken pod is deleted if it is outdated itself.
fn one_at_a_time(sync: &mut Sync<'_>) -> Move {
    let set = sync.set;
    for ordinal in targets(sync) {
        let slot = sync.slot(ordinal);
        let terminating = matches!(slot, Slot::Taken(pod) if pod.is_terminating());
        if slot.revision() != Some(&set.update_revision) && !terminating {
            let exists = matches!(slot, Slot::Taken(_)) || sync.created(ordinal);
            if exists {
                return sync.replace_pod(ordinal, slot.revision());
            }
            // Deleted by name: "not found" counts as done, and the loop ends there.
            sync.replace_nothing();
            return wait(sync, ordinal, Rule::UpdatedNotAvailable);
        }
        if sync.is_unavailable(&slot) && !sync.breaks(Fault::UpdatePassesUnavailable) {
            return wait(sync, ordinal, Rule::UpdatedNotAvailable);
        }
    }
    done(set)
}

/// Waits for an ordinal. One that could not be created is named by what keeps it from that.
fn wait(sync: &Sync<'_>, ordinal: Ordinal, rule: Rule) -> Move {
    let missing = matches!(sync.slot(ordinal), Slot::Missing(_));
    let stale = if missing { claims::stale(sync, ordinal) } else { None };
    stale.unwrap_or_else(|| Move::wait(ordinal, sync.set.pod_name(ordinal), None, rule))
}

/// The feature is on (`updateStatefulSetAfterInvariantEstablished`): every unavailable pod in range counts
/// against the budget, whatever its revision, so one broken pod can hold even Parallel (kubernetes#137409).
fn within_budget(sync: &mut Sync<'_>, amount: &Amount) -> Move {
    let set = sync.set;
    let unavailable: Vec<Ordinal> =
        set.spec.range.iter().rev().filter(|ordinal| sync.is_unavailable(&sync.slot(*ordinal))).collect();
    let replicas = set.spec.range.replicas;
    let budget =
        if sync.breaks(Fault::BudgetMayBeNothing) { amount.share(replicas) } else { amount.of(replicas) };
    let budget = usize::try_from(budget).unwrap_or(usize::MAX);
    let away = if sync.breaks(Fault::BudgetCountsNothing) { 0 } else { unavailable.len() };
    let free = budget.saturating_sub(away);
    let outdated: Vec<Ordinal> = (targets(sync).into_iter())
        .filter(|ordinal| sync.slot(*ordinal).revision() != Some(&set.update_revision))
        .filter(|ordinal| set.pods.get(ordinal).is_none_or(|pod| !pod.is_terminating()))
        .collect();
    if free == 0 {
        return match (outdated.is_empty(), unavailable.first()) {
            (false, Some(first)) => wait(sync, *first, Rule::BudgetSpent),
            (true, Some(first)) => wait(sync, *first, Rule::UpdatedNotAvailable),
            (_, None) => done(set),
        };
    }
    let mut deleted = None;
    for ordinal in outdated.into_iter().take(free) {
        let slot = sync.slot(ordinal);
        if matches!(slot, Slot::Taken(_)) || sync.created(ordinal) {
            deleted = Some(sync.replace_pod(ordinal, slot.revision()));
        } else {
            sync.replace_nothing();
        }
    }
    let waits = || unavailable.first().map(|first| wait(sync, *first, Rule::UpdatedNotAvailable));
    deleted.or_else(waits).unwrap_or_else(|| done(set))
}

/// Nothing is left to do.
fn done(set: &Set) -> Move {
    let held = set.pods.values().any(|pod| {
        set.in_range(pod.ordinal)
            && set.below_partition(pod.ordinal)
            && pod.revision.as_ref() != Some(&set.update_revision)
    });
    Move::nothing(if held { Rule::HeldByPartition } else { Rule::Settled })
}
