//! What one sync has done so far.

use std::collections::BTreeSet;

use super::moves::{Move, MoveKind, Moves, Rule};
use super::update::expected_at_creation;
use crate::domain::pod::Pod;
use crate::domain::{Ordinal, Revision, Set};

/// One sync under way over an unchanged snapshot: the controller works on its cache, so what it does in a sync is
/// not seen by the later steps of the same sync.
pub(super) struct Sync<'a> {
    pub(super) set: &'a Set,
    /// Ordinals whose pods or claims the API server refuses to create.
    refused: &'a BTreeSet<Ordinal>,
    moves: Vec<Move>,
}

/// An ordinal in range, as the controller sees it in one sync.
pub(super) enum Slot<'a> {
    /// There is a pod.
    Taken(&'a Pod),
    /// There is none; it would be created at this revision.
    Missing(&'a Revision),
}

impl Slot<'_> {
    /// The revision of the pod, existing or to be.
    pub(super) fn revision(&self) -> Option<&Revision> {
        match self {
            Slot::Taken(pod) => pod.revision.as_ref(),
            Slot::Missing(revision) => Some(revision),
        }
    }
}

impl<'a> Sync<'a> {
    pub(super) fn new(set: &'a Set, refused: &'a BTreeSet<Ordinal>) -> Self {
        Self { set, refused, moves: Vec::new() }
    }

    pub(super) fn is_refused(&self, ordinal: Ordinal) -> bool {
        self.refused.contains(&ordinal)
    }

    pub(super) fn slot(&self, ordinal: Ordinal) -> Slot<'a> {
        match self.set.pods.get(&ordinal) {
            Some(pod) => Slot::Taken(pod),
            None => Slot::Missing(expected_at_creation(self.set, ordinal)),
        }
    }

    /// Whether a slot counts as unavailable; a missing pod does.
    pub(super) fn is_unavailable(&self, slot: &Slot<'_>) -> bool {
        match slot {
            Slot::Taken(pod) => self.set.is_unavailable(pod),
            Slot::Missing(_) => true,
        }
    }

    pub(super) fn create_claim(&mut self, ordinal: Ordinal, claim: String, rule: Rule) {
        let pod = Some(self.set.pod_name(ordinal));
        let kind = MoveKind::CreateClaim;
        self.moves.push(Move { kind, ordinal: Some(ordinal), pod, revision: None, claim: Some(claim), rule });
    }

    pub(super) fn create_pod(&mut self, ordinal: Ordinal, revision: &Revision) {
        self.moves.push(Move {
            kind: MoveKind::CreatePod,
            ordinal: Some(ordinal),
            pod: Some(self.set.pod_name(ordinal)),
            revision: Some(revision.clone()),
            claim: None,
            rule: Rule::CreateMissing,
        });
    }

    /// Deletes a pod, and answers with that move. A second delete of the same pod in one sync changes nothing.
    pub(super) fn delete_pod(&mut self, ordinal: Ordinal, revision: Option<&Revision>, rule: Rule) -> Move {
        let again = |done: &&Move| done.kind == MoveKind::DeletePod && done.ordinal == Some(ordinal);
        if let Some(done) = self.moves.iter().find(again) {
            return done.clone();
        }
        let pod = Some(self.set.pod_name(ordinal));
        let (kind, revision) = (MoveKind::DeletePod, revision.cloned());
        let step = Move { kind, ordinal: Some(ordinal), pod, revision, claim: None, rule };
        self.moves.push(step.clone());
        step
    }

    /// The last thing done, for a sync that ends right after acting.
    pub(super) fn last(&self) -> Move {
        self.moves.last().cloned().unwrap_or_else(|| Move::nothing(Rule::Settled))
    }

    pub(super) fn created(&self, ordinal: Ordinal) -> bool {
        self.moves.iter().any(|done| done.kind == MoveKind::CreatePod && done.ordinal == Some(ordinal))
    }

    pub(super) fn finish(self, stop: Move) -> Moves {
        Moves::new(self.moves, stop)
    }
}
