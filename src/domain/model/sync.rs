//! What one sync has done so far.

use std::collections::BTreeSet;

use super::fault::Fault;
use super::moves::{Move, MoveKind, Moves, Rule};
use super::update::expected_at_creation;
use crate::domain::pod::Pod;
use crate::domain::{Ordinal, Revision, Set};

/// What the API server is known to refuse. Only a forecast, or who has seen the answers, knows beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// Ordinals whose pods are not created.
    pub pods: BTreeSet<Ordinal>,
    /// Claims, by name, that are not created; their pods are not tried then.
    pub claims: BTreeSet<String>,
}

/// One sync under way over an unchanged snapshot: the controller works on its cache, so what it does in a sync is
/// not seen by the later steps of the same sync.
pub(super) struct Sync<'a> {
    pub(super) set: &'a Set,
    pub(super) refused: &'a Refused,
    moves: Vec<Move>,
    /// How often the update loop has deleted a pod.
    replaced: usize,
    /// Ordinals whose pods the server has been asked to create, and has not.
    failed: BTreeSet<Ordinal>,
    /// The rule that is broken; always none in the plugin itself.
    fault: Option<Fault>,
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
    pub(super) fn new(set: &'a Set, refused: &'a Refused, fault: Option<Fault>) -> Self {
        Self { set, refused, moves: Vec::new(), replaced: 0, failed: BTreeSet::new(), fault }
    }

    /// Whether this very rule is broken.
    pub(super) fn breaks(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
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
        self.make(Move { kind, ordinal: Some(ordinal), pod, revision: None, claim: Some(claim), rule });
    }

    pub(super) fn create_pod(&mut self, ordinal: Ordinal, revision: &Revision) -> Move {
        self.make(Move {
            kind: MoveKind::CreatePod,
            ordinal: Some(ordinal),
            pod: Some(self.set.pod_name(ordinal)),
            revision: Some(revision.clone()),
            claim: None,
            rule: Rule::CreateMissing,
        })
    }

    /// Deletes a pod, and answers with that move. A second delete of the same pod in one sync changes nothing.
    pub(super) fn delete_pod(&mut self, ordinal: Ordinal, revision: Option<&Revision>, rule: Rule) -> Move {
        let again = |done: &&Move| done.kind == MoveKind::DeletePod && done.ordinal == Some(ordinal);
        if let Some(done) = self.moves.iter().find(again) {
            return done.clone();
        }
        let pod = Some(self.set.pod_name(ordinal));
        let (kind, revision) = (MoveKind::DeletePod, revision.cloned());
        self.make(Move { kind, ordinal: Some(ordinal), pod, revision, claim: None, rule })
    }

    /// Deletes a pod to have it created at the update revision.
    pub(super) fn replace_pod(&mut self, ordinal: Ordinal, revision: Option<&Revision>) -> Move {
        self.replaced += 1;
        self.delete_pod(ordinal, revision, Rule::Update)
    }

    /// The same where there is no pod: "not found" is as good as deleted, and counted like that.
    pub(super) fn replace_nothing(&mut self) {
        self.replaced += 1;
    }

    /// The server is asked for a pod and says no.
    pub(super) fn fail_to_create(&mut self, ordinal: Ordinal, rule: Rule) -> Move {
        self.failed.insert(ordinal);
        Move::wait(ordinal, self.set.pod_name(ordinal), None, rule)
    }

    /// Makes a move and answers with it. Where a fault leaves it out, a sync that ends here waits instead.
    fn make(&mut self, step: Move) -> Move {
        if self.fault.is_some_and(|fault| fault.leaves_out(&step)) {
            return Move { kind: MoveKind::Wait, revision: None, ..step };
        }
        self.moves.push(step.clone());
        step
    }

    pub(super) fn created(&self, ordinal: Ordinal) -> bool {
        self.moves.iter().any(|done| done.kind == MoveKind::CreatePod && done.ordinal == Some(ordinal))
    }

    pub(super) fn finish(self, stop: Move) -> Moves {
        Moves::new(self.moves, stop, self.replaced, self.failed)
    }
}
