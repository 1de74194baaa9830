//! The model run forward over a copy of the snapshot.
//!
//! It answers two questions: can the set still move on by itself (if not, it is stuck), and does a suggested
//! action free it (if not, it is not suggested).

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::{Move, MoveKind, Refused, Rule, next_moves_refused, update_status};
use crate::domain::claim::{Claim, ClaimPhase};
use crate::domain::pod::{Condition, Phase, Pod};
use crate::domain::{Ordinal, Revision, Set};

/// What will not happen by itself, as far as the causes tell.
#[derive(Clone, Debug, Default)]
pub struct Hopeless {
    /// Pods, by identity, that will not become available.
    pub never_ready: BTreeSet<String>,
    /// Pods, by identity, that will not go once their deletion is asked for.
    pub never_gone: BTreeSet<String>,
    /// Revisions whose new pods will not become available.
    pub revisions: BTreeSet<Revision>,
    /// Ordinals whose pods are refused by the API server.
    pub rejected: BTreeSet<Ordinal>,
    /// Ordinals that nothing makes the controller look at.
    pub asleep: BTreeSet<Ordinal>,
    /// Claims that will not go.
    pub claims: BTreeSet<String>,
}

/// Where the model comes to.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// Everything that would be done, in order.
    pub moves: Vec<Move>,
    /// What it would end at.
    pub end: Move,
    /// The set at that end.
    pub last: Set,
    /// Ordinals whose pods will not become available there.
    pub broken: BTreeSet<Ordinal>,
}

impl Forecast {
    /// Whether it ends with nothing left to do, or the limit was reached while it still moved.
    pub fn arrives(&self) -> bool {
        self.end.kind != MoveKind::Wait
    }
}

/// Runs the model forward until nothing changes any more or `limit` moves are made. Whatever is not hopeless
/// comes true: starting pods become available, terminating ones go.
pub fn forecast(set: &Set, hopeless: &Hopeless, limit: usize) -> Forecast {
    let mut world = World { set: set.clone(), hopeless: hopeless.clone() };
    let mut done = Vec::new();
    loop {
        // Whatever time brings to a pod wakes the controller.
        if !world.hopeless.asleep.is_empty() {
            if !world.pass_time() {
                let end = world.asleep();
                return world.end(done, &end);
            }
            world.hopeless.asleep.clear();
        }
        let moves = next_moves_refused(&world.set, &world.refused());
        for step in moves.as_slice().iter().filter(|step| step.acts()) {
            world.apply(step);
            done.push(step.clone());
        }
        update_status(&mut world.set);
        if done.len() >= limit {
            return world.end(done, moves.first());
        }
        if !moves.act() && !world.pass_time() {
            return world.end(done, moves.stop());
        }
        update_status(&mut world.set);
    }
}

struct World {
    set: Set,
    hopeless: Hopeless,
}

impl World {
    fn end(self, moves: Vec<Move>, end: &Move) -> Forecast {
        let broken = (self.set.pods.values())
            .filter(|pod| self.hopeless.never_ready.contains(&pod.uid))
            .map(|pod| pod.ordinal)
            .collect();
        Forecast { moves, end: end.clone(), last: self.set, broken }
    }

    /// An ordinal that was refused and still lacks a claim was refused for that claim: claims come first.
    fn refused(&self) -> Refused {
        let pods = self.hopeless.rejected.clone();
        let of = |ordinal: &Ordinal| {
            let templates = self.set.spec.claim_templates.iter();
            templates.map(|template| self.set.claim_name(&template.name, *ordinal)).collect::<Vec<_>>()
        };
        let claims = pods.iter().flat_map(of).collect();
        Refused { pods, claims }
    }

    /// What a controller that is not looking comes to.
    fn asleep(&self) -> Move {
        let ordinal = self.hopeless.asleep.first().copied().unwrap_or(self.set.spec.range.start);
        Move::wait(ordinal, self.set.pod_name(ordinal), None, Rule::CreateMissing)
    }

    fn apply(&mut self, step: &Move) {
        let Some(ordinal) = step.ordinal else { return };
        match step.kind {
            MoveKind::CreatePod => {
                let revision = step.revision.clone().unwrap_or_else(Revision::unborn);
                let pod = self.new_pod(ordinal, revision);
                self.set.pods.insert(ordinal, pod);
            }
            MoveKind::DeletePod => self.delete(ordinal),
            MoveKind::CreateClaim => {
                if let (Some(claims), Some(name)) = (self.set.claims.get_mut(), &step.claim) {
                    claims.insert(name.clone(), new_claim(name));
                }
            }
            MoveKind::Wait | MoveKind::Nothing => {}
        }
    }

    /// A deleted pod goes at once, unless nothing can take it away.
    fn delete(&mut self, ordinal: Ordinal) {
        let Some(pod) = self.set.pods.get_mut(&ordinal) else { return };
        if self.hopeless.never_gone.contains(&pod.uid) {
            let deadline = self.set.now;
            pod.deletion = Some(crate::domain::pod::Deletion { deadline, grace_seconds: 0 });
        } else {
            self.remove(ordinal);
        }
    }

    fn remove(&mut self, ordinal: Ordinal) {
        let pod = self.set.pods.remove(&ordinal);
        let condemned = !self.set.in_range(ordinal);
        if let (Some(pod), true, Some(claims)) =
            (pod, condemned && self.set.spec.retention.delete_when_scaled, self.set.claims.get_mut())
        {
            claims.retain(|_, claim| claim.owner_pod(&pod.name).is_none_or(|owner| owner.uid != pod.uid));
        }
    }

    fn new_pod(&mut self, ordinal: Ordinal, revision: Revision) -> Pod {
        let name = self.set.pod_name(ordinal);
        let uid = format!("forecast-{name}-{revision}");
        if self.hopeless.revisions.contains(&revision) {
            self.hopeless.never_ready.insert(uid.clone());
        }
        let claim = |template: &crate::domain::set::ClaimTemplate| {
            (template.name.clone(), self.set.claim_name(&template.name, ordinal))
        };
        Pod {
            claims: self.set.spec.claim_templates.iter().map(claim).collect(),
            name,
            uid,
            ordinal,
            revision: Some(revision),
            phase: Phase::Pending,
            phase_reason: None,
            ready: Condition::default(),
            scheduled: Condition::default(),
            deletion: None,
            finalizers: Vec::new(),
            node: None,
            created: Some(self.set.now),
            started: None,
            containers: Vec::new(),
            grace_seconds: self.set.spec.grace_seconds,
        }
    }

    /// Lets everything come true that can. Whether anything did.
    fn pass_time(&mut self) -> bool {
        let mut changed = false;
        let going: Vec<Ordinal> = (self.set.pods.values())
            .filter(|pod| pod.is_terminating() && !self.hopeless.never_gone.contains(&pod.uid))
            .map(|pod| pod.ordinal)
            .collect();
        for ordinal in going {
            self.remove(ordinal);
            changed = true;
        }
        let foreign = self.set.foreign_pods.len();
        self.set.foreign_pods.retain(|pod| !pod.terminating);
        changed |= self.set.foreign_pods.len() < foreign;
        let (now, min_ready) = (self.set.now, self.set.spec.min_ready_seconds);
        for pod in self.set.pods.values_mut() {
            let hopeless = pod.is_finished() || self.hopeless.never_ready.contains(&pod.uid);
            if !hopeless && pod.is_unavailable(min_ready, now) && !pod.is_terminating() {
                pod.phase = Phase::Running;
                let since = now.checked_sub(SignedDuration::from_secs(i64::from(min_ready))).unwrap_or(now);
                pod.ready = Condition { holds: true, since: Some(since), ..Condition::default() };
                changed |= pod.is_available(min_ready, now);
            }
        }
        self.release_claims() || changed
    }

    /// Claims that are being deleted, or belong to an earlier pod, go away.
    fn release_claims(&mut self) -> bool {
        let set = &self.set;
        let Some(claims) = set.claims.get() else { return false };
        let leaving: Vec<String> = claims
            .values()
            .filter(|claim| !self.hopeless.claims.contains(&claim.name))
            .filter(|claim| claim.deleted.is_some() || self.is_stale(claim))
            .map(|claim| claim.name.clone())
            .collect();
        let Some(claims) = self.set.claims.get_mut() else { return false };
        for name in &leaving {
            claims.remove(name);
        }
        !leaving.is_empty()
    }

    fn is_stale(&self, claim: &Claim) -> bool {
        self.set.spec.retention.delete_when_scaled
            && claim
                .owners
                .iter()
                .any(|owner| owner.kind == "Pod" && !self.set.pods.values().any(|pod| pod.uid == owner.uid))
    }
}

fn new_claim(name: &str) -> Claim {
    Claim {
        name: name.to_owned(),
        uid: format!("forecast-{name}"),
        phase: ClaimPhase::Bound,
        deleted: None,
        finalizers: Vec::new(),
        owners: Vec::new(),
        class: None,
        volume: None,
        created: None,
    }
}
