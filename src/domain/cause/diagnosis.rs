//! All causes of a set, roots first.

use std::collections::BTreeMap;

use super::trouble::{self, Trouble};
use super::{Cause, Patience, Reason, missing, remedy, waiting};
use crate::domain::model::{Hopeless, Moves, Rule, forecast, stale_claim};
use crate::domain::set::Strategy;
use crate::domain::time::ago;
use crate::domain::{Ordinal, Set};

/// Why the ordinals of a set do not move.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// By ordinal.
    pub by_ordinal: BTreeMap<Ordinal, Vec<Cause>>,
    /// Root causes, the one to act on first first.
    pub roots: Vec<Cause>,
    /// Whether the controller does something, now or once what can pass by itself has passed.
    pub can_proceed: bool,
    /// What will not come right by itself, for running the model forward.
    pub hopeless: Hopeless,
}

/// Finds the causes. `moves` are the set's next moves.
pub fn diagnose(set: &Set, moves: &Moves, patience: Patience) -> Diagnosis {
    let mut troubles = find_troubles(set, moves);
    for (ordinal, trouble) in &mut troubles {
        name_trap(set, moves, patience, *ordinal, trouble);
    }
    let hopeless = hopeless(set, &troubles, patience);
    let ahead = forecast(set, &hopeless, 1);
    // Under Parallel the controller itself waits for nothing; then what counts is where passing time leads.
    let can_proceed = !ahead.moves.is_empty() || !is_under_way(&ahead.last);

    let mut roots: Vec<Cause> = Vec::new();
    let mut by_ordinal: BTreeMap<Ordinal, Vec<Cause>> = BTreeMap::new();
    for (ordinal, trouble) in troubles {
        let of_template = trouble.of_template();
        let mut cause = trouble.into_cause(set, patience, ordinal);
        cause.action = remedy::of(set, &cause, of_template, &hopeless);
        by_ordinal.entry(ordinal).or_default().push(cause.clone());
        if is_root(set, moves, &cause) {
            roots.push(cause);
        }
    }
    let wait = moves.stop().ordinal;
    roots.sort_by_key(|cause| (cause.ordinal != wait, cause.self_resolves, cause.ordinal));
    let of_controller = not_syncing(set);
    roots.extend(if of_controller.is_some() {
        None
    } else {
        of_whole_set(set, moves, roots.is_empty(), &hopeless)
    });
    add_waiting(set, moves, &roots, &mut by_ordinal);
    // Before it nothing else matters; no ordinal points at it, since what is wrong with a pod stays wrong.
    roots.splice(0..0, of_controller);
    Diagnosis { by_ordinal, roots, can_proceed, hopeless }
}

/// What is wrong with each ordinal itself.
fn find_troubles(set: &Set, moves: &Moves) -> BTreeMap<Ordinal, Trouble> {
    let stop = moves.stop();
    let of_pods = set.pods.values().filter_map(|pod| Some((pod.ordinal, trouble::of_pod(set, pod)?)));
    let missing = set.spec.range.iter().filter(|ordinal| !set.pods.contains_key(ordinal));
    let of_missing = missing.filter_map(|ordinal| Some((ordinal, missing::of(set, ordinal)?)));
    let mut troubles: BTreeMap<Ordinal, Trouble> = of_pods.chain(of_missing).collect();
    if let (Rule::StorageMismatch, Some(ordinal)) = (stop.rule, stop.ordinal) {
        troubles.entry(ordinal).or_insert_with(|| storage_mismatch(set, ordinal));
    }
    troubles
}

fn storage_mismatch(set: &Set, ordinal: Ordinal) -> Trouble {
    let pod = set.pod_name(ordinal);
    let message = format!(
        "{pod} lacks a volume of the claim templates; a pod's volumes cannot change, so the sync ends there"
    );
    let refused = missing::rejected(set, ordinal);
    Trouble::new(Reason::CreateRejected, message)
        .evidences(refused.into_iter().flat_map(|why| why.evidence))
        .passes(false)
}

/// A broken pod that the controller waits for, while the template has moved on, is a trap of its own name: waiting
/// longer helps nobody once a container has failed, or the patience with it has run out.
fn name_trap(set: &Set, moves: &Moves, patience: Patience, ordinal: Ordinal, trouble: &mut Trouble) {
    let stop = moves.stop();
    let waits_here = !moves.act() && (stop.ordinal == Some(ordinal) || stop.rule == Rule::BudgetSpent);
    let rolling = set.is_rolling();
    let Some(pod) = set.pods.get(&ordinal).filter(|pod| rolling && waits_here && set.in_range(pod.ordinal))
    else {
        return;
    };
    if !trouble.of_revision || pod.is_terminating() {
        return;
    }
    let failed = matches!(
        trouble.reason,
        Reason::CrashLoop
            | Reason::ImagePull
            | Reason::OutOfMemory
            | Reason::ContainerConfig
            | Reason::InitContainer
    );
    // What may still become Ready is slow, not broken.
    if !failed && trouble.can_pass(set, patience) {
        return;
    }
    let below = set.below_partition(ordinal)
        && pod.revision.as_ref() == Some(&set.current_revision)
        && set.current_revision != set.update_revision
        && is_under_way(set);
    let (reason, why) = if set.is_outdated(pod) {
        (
            Reason::BrokenRevisionBlocksRollout,
            format!(
                "the template is now {}, but the controller waits for this pod first",
                set.update_revision
            ),
        )
    } else if below {
        (
            Reason::BrokenBelowPartition,
            "it stands below the partition, where a new pod gets the same revision".to_owned(),
        )
    } else {
        return;
    };
    trouble.passes = Some(false);
    let revision = pod.revision.as_ref().map_or_else(|| "no revision".to_owned(), ToString::to_string);
    trouble.evidence.insert(0, format!("{} is at {revision}: {}", pod.name, trouble.message));
    trouble.message = format!("{} is broken at an earlier template ({revision}); {why}", pod.name);
    if reason == Reason::BrokenBelowPartition {
        trouble.message = format!("{} is broken at {revision}; {why}", pod.name);
    }
    trouble.reason = reason;
}

/// Whether a rollout or a scaling has something left to do: an ordinal in range is missing, one out of range
/// exists, or a pod is not at its expected revision and the controller is to replace it.
pub(in crate::domain) fn is_under_way(set: &Set) -> bool {
    let missing = set
        .spec
        .range
        .iter()
        .any(|ordinal| set.pods.get(&ordinal).is_none_or(super::super::pod::Pod::is_terminating));
    let on_delete = set.spec.strategy == Strategy::OnDelete;
    missing || set.pods.values().any(|pod| !set.in_range(pod.ordinal) || !on_delete && set.is_outdated(pod))
}

fn hopeless(set: &Set, troubles: &BTreeMap<Ordinal, Trouble>, patience: Patience) -> Hopeless {
    let mut hopeless = Hopeless::default();
    for (ordinal, trouble) in troubles.iter().filter(|(_, trouble)| !trouble.can_pass(set, patience)) {
        let Some(pod) = set.pods.get(ordinal) else {
            match trouble.reason {
                Reason::CreateRejected => _ = hopeless.rejected.insert(*ordinal),
                Reason::ClaimOwnedByOldPod if stale_claim(set, *ordinal).is_none() => {
                    hopeless.asleep.insert(*ordinal);
                }
                _ => hopeless.claims.extend(
                    set.spec.claim_templates.iter().map(|template| set.claim_name(&template.name, *ordinal)),
                ),
            }
            continue;
        };
        hopeless.never_ready.insert(pod.uid.clone());
        if matches!(trouble.reason, Reason::NodeUnreachable | Reason::StuckTerminating) {
            hopeless.never_gone.insert(pod.uid.clone());
        }
        if trouble.of_revision {
            hopeless.revisions.extend(pod.revision.clone());
        }
    }
    // A revision that works for one pod is not to blame for another.
    for pod in set.pods.values().filter(|pod| !set.is_unavailable(pod)) {
        if let Some(revision) = &pod.revision {
            hopeless.revisions.remove(revision);
        }
    }
    hopeless
}

/// A pod that is on its way out concerns nobody, unless the sync waits for it or it cannot go.
fn is_root(set: &Set, moves: &Moves, cause: &Cause) -> bool {
    let Some(ordinal) = cause.ordinal else { return true };
    let leaving = set.pods.contains_key(&ordinal) && !set.in_range(ordinal);
    !leaving || !cause.self_resolves || moves.stop().ordinal == Some(ordinal)
}

/// Why the controller does nothing for the set: it is being deleted, or its spec has not been seen.
fn not_syncing(set: &Set) -> Option<Cause> {
    if let Some(deleted) = set.deleted {
        let held = if set.finalizers.is_empty() {
            String::new()
        } else {
            format!(" and waits for the owners of its finalizers: {}", set.finalizers.join(", "))
        };
        let message = format!("{} has been on its way out for {}{held}", set.name, ago(set.now, deleted));
        return Some(Cause::root(Reason::SetDeleting, None, message, false));
    }
    if !set.is_observed() {
        let message = format!(
            "the controller has not seen generation {} yet (it has seen {})",
            set.generation, set.status.observed_generation
        );
        return Some(Cause::root(Reason::SpecNotObserved, None, message, true));
    }
    None
}

/// Causes that concern the set as a whole.
fn of_whole_set(set: &Set, moves: &Moves, nothing_wrong: bool, hopeless: &Hopeless) -> Option<Cause> {
    let (reason, ordinal, message) = match moves.stop().rule {
        Rule::HeldByPartition if nothing_wrong => {
            let partition = set.spec.strategy.partition();
            let message = format!(
                "the partition ({partition}) keeps ordinals below {} at {}; those above are at {}",
                set.spec.range.at(partition),
                set.current_revision,
                set.update_revision
            );
            (Reason::HeldByPartition, None, message)
        }
        _ if set.spec.strategy == Strategy::OnDelete => {
            let outdated: Vec<_> = set
                .pods
                .values()
                .rev()
                .filter(|pod| set.is_outdated(pod) && set.in_range(pod.ordinal))
                .collect();
            let first = outdated.first()?;
            let names: Vec<&str> = outdated.iter().take(5).map(|pod| pod.name.as_str()).collect();
            let more =
                if outdated.len() > 5 { format!(" and {} more", outdated.len() - 5) } else { String::new() };
            let message = format!(
                "strategy OnDelete: {}{more} get {} only when somebody deletes them",
                names.join(", "),
                set.update_revision
            );
            (Reason::AwaitingDelete, Some(first.ordinal), message)
        }
        _ => return None,
    };
    let mut cause = Cause::root(reason, ordinal, message, false);
    cause.action = remedy::of(set, &cause, false, hopeless);
    Some(cause)
}

/// Adds what the other ordinals wait for, pointing at the root.
fn add_waiting(set: &Set, moves: &Moves, roots: &[Cause], by_ordinal: &mut BTreeMap<Ordinal, Vec<Cause>>) {
    let root = roots.iter().find(|cause| cause.ordinal == moves.stop().ordinal).or(roots.first());
    let ordinals: Vec<Ordinal> =
        set.spec.range.iter().chain(set.condemned().map(|pod| pod.ordinal)).collect();
    for ordinal in ordinals {
        let Some(mut cause) = waiting::of(set, moves, ordinal) else { continue };
        let own = !matches!(cause.reason, Reason::HeldByPartition | Reason::AwaitingDelete);
        if own {
            if by_ordinal.contains_key(&ordinal) {
                continue;
            }
            cause.follows_from = root.map(Cause::as_root);
            cause.self_resolves = root.is_none_or(|root| root.self_resolves);
        }
        by_ordinal.entry(ordinal).or_default().push(cause);
    }
}
