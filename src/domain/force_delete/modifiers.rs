//! What lowers the verdict of the table: evidence that is missing, few others, and a replacement that would not come.

use super::facts::{Facts, Ready};
use super::signs::{Signs, Storage};
use super::{Reason, Verdict};
use crate::domain::model::MoveKind;
use crate::domain::{Known, Ordinal, Set};

/// The verdict that is left: first what is not certain enough, then what would not help.
pub(super) fn modified(signs: &Signs, verdict: Verdict, reason: Reason, unread: bool) -> (Verdict, Reason) {
    let unread = unread || verdict == Verdict::Safe && signs.storage == Storage::Unread;
    let (verdict, reason) = match verdict {
        Verdict::Safe | Verdict::Unneeded if unread => (Verdict::NeedsAttestation, Reason::EvidenceUnread),
        Verdict::Safe if signs.few_others => (Verdict::NeedsAttestation, Reason::QuorumAtRisk),
        _ => (verdict, reason),
    };
    if !verdict.permits_deletion() {
        return (verdict, reason);
    }
    match signs.storage {
        Storage::OnNode => (Verdict::Useless, Reason::VolumeOnNode),
        _ if signs.lower_first => (Verdict::Useless, Reason::LowerOrdinalFirst),
        _ => (verdict, reason),
    }
}

/// A volume that can be used on a dead node only keeps the replacement Pending.
pub(super) fn storage(facts: &Facts) -> Storage {
    let node = facts.node.get().and_then(Option::as_ref);
    let answers = node.is_some_and(|node| node.ready == Ready::True);
    match &facts.volumes {
        Known::Known(volumes) if !answers && volumes.iter().any(|volume| volume.on_node) => {
            match facts.node {
                Known::Known(_) => Storage::OnNode,
                // Whether the node is dead is not known.
                Known::Unknown => Storage::Unread,
            }
        }
        Known::Known(_) => Storage::Free,
        Known::Unknown => Storage::Unread,
    }
}

/// Of three and more ordinals a majority of the others must be Ready: a doubled identity can vote twice.
pub(super) fn few_others(facts: &Facts) -> bool {
    let Known::Known(Some(set)) = &facts.set else { return false };
    let replicas = set.spec.range.replicas;
    replicas >= 3 && ready_others(set, facts.pod.pod.ordinal) < majority(replicas)
}

/// A majority of so many.
pub(super) fn majority(replicas: u32) -> usize {
    usize::try_from(replicas / 2 + 1).unwrap_or(usize::MAX)
}

/// Other ordinals in range that are Ready and not going.
pub(super) fn ready_others(set: &Set, ordinal: Ordinal) -> usize {
    let others = set.pods.values().filter(|pod| pod.ordinal != ordinal && set.in_range(pod.ordinal));
    others.filter(|pod| pod.is_running_and_ready() && !pod.is_terminating()).count()
}

/// Whether the controller, with the pod gone, waits for a lower ordinal instead of making it anew.
pub(super) fn lower_first(facts: &Facts) -> bool {
    let Known::Known(Some(set)) = &facts.set else { return false };
    let ordinal = facts.pod.pod.ordinal;
    if !set.in_range(ordinal) {
        return false;
    }
    let moves = super::next::moves_without(set, ordinal);
    let is_made = moves.as_slice().iter().any(|step| {
        step.ordinal == Some(ordinal) && matches!(step.kind, MoveKind::CreatePod | MoveKind::CreateClaim)
    });
    !is_made && moves.first().ordinal.is_some_and(|first| first < ordinal)
}
