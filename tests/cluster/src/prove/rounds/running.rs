//! A set while the controller runs: does it wait for what the model says, is it stuck as the model says, and
//! does the suggested command free it.

use super::living::{Living, Root, Watch};
use crate::prove::evidence::audit::Write;
use crate::prove::evidence::syncs::Log;
use crate::prove::tally::Tally;
use crate::prove::world::look::Seen;
use jiff::{SignedDuration, Timestamp};
use kubectl_stateful::domain::Set;
use kubectl_stateful::domain::cause::{Cause, Patience, Reason};
use kubectl_stateful::domain::model::{Rule, next_moves};
use kubectl_stateful::domain::state::State;

/// How long what was suggested may take to free a set: evicting pods from a dead node takes PodGC 20 s.
const FREES: SignedDuration = SignedDuration::from_secs(40);

/// A set that progresses for so long after it was freed will not be stuck again for the same reason.
const SETTLED: SignedDuration = SignedDuration::from_secs(12);

/// A set while the controller runs.
pub(in crate::prove) struct Running<'a> {
    pub(in crate::prove) living: &'a mut Living,
    pub(in crate::prove) seen: &'a Seen,
    pub(in crate::prove) log: &'a Log,
    pub(in crate::prove) now: Timestamp,
    pub(in crate::prove) tally: &'a mut Tally,
    /// All that was written in its namespace.
    pub(in crate::prove) writes: &'a [Write],
}

impl Running<'_> {
    /// Everything that speaks against the model.
    pub(in crate::prove) fn judge(&mut self) -> Vec<String> {
        let found: [Option<String>; 2] = [self.waits(), self.watch()];
        found.into_iter().flatten().collect()
    }

    /// Whether the controller has made or deleted something since then.
    fn moved_since(&self, since: Timestamp) -> bool {
        self.writes.iter().any(|write| write.is_move() && write.at > since)
    }

    /// A wait lasts as long as what is waited for: the controller moves only after somebody else has done something.
    fn waits(&mut self) -> Option<String> {
        let (before, end) = self.living.judged.take()?;
        let stop = before.moves.stop();
        if before.moves.act() {
            return None;
        }
        let Some(first) = self.writes.iter().find(|write| write.is_move() && write.at > end) else {
            self.tally.stood_still += usize::from(before.essence() == self.seen.essence());
            return None;
        };
        let happened =
            |write: &Write| !write.by_controller && write.code < 300 && write.at > end && write.at < first.at;
        // Time passes without a write, and so does a quota.
        let passes = before.set.spec.min_ready_seconds > 0 || stop.rule == Rule::CreateRefused;
        if passes || self.writes.iter().any(happened) {
            self.tally.went_on += 1;
            return None;
        }
        Some(format!("{:?} {:?}, but the controller moved before anybody else did", stop.kind, stop.rule))
    }

    /// A state in which the controller would act cannot last while it runs. Says what it would do.
    pub(in crate::prove) fn idle(&mut self) -> Option<String> {
        if !self.living.calm {
            return None;
        }
        let acts = |set: &Set| next_moves(set).act();
        // Its timers wake it when minReadySeconds are over, not before.
        let earlier = Set { now: self.seen.set.now - SignedDuration::from_secs(1), ..self.seen.set.clone() };
        let last = self.log.of(&self.living.key()).last()?;
        // After an error it comes again, later each time.
        if !acts(&self.seen.set) || !acts(&earlier) || !last.ok {
            return None;
        }
        // It watches sets and pods, and no claims.
        if self.writes.iter().any(|write| write.takes_claim_away() && write.at > last.start) {
            self.tally.asleep += 1;
            return None;
        }
        (self.seen.state != State::Stuck).then(|| {
            let moves: Vec<_> =
                self.seen.moves.as_slice().iter().map(|step| (step.kind, &step.pod, step.rule)).collect();
            format!("the controller runs and does nothing; the model says {moves:?}")
        })
    }

    /// Stuck is stuck: for a window nothing moves, and then the suggested command frees it.
    fn watch(&mut self) -> Option<String> {
        let root = self.stuck_for();
        match std::mem::take(&mut self.living.watch) {
            Watch::Nothing => {
                self.living.watch = self.begin_watch(root?);
                None
            }
            Watch::Doubted { cause } => {
                if root.as_ref().is_some_and(|root| key(root) == key(&cause)) {
                    self.living.watch = Watch::Stuck { since: self.now, cause, sure: false };
                }
                None
            }
            Watch::Stuck { since, cause, sure } => self.end_watch(since, &cause, sure, root),
            Watch::Followed { since, cause } => self.is_freed(since, cause, root),
            watch @ Watch::ToFollow { .. } => {
                self.living.watch = watch;
                None
            }
        }
    }

    /// The root for which it is stuck. None where one of the roots is a matter of how busy the machine is: in a cluster
    /// such pods and claims get minutes.
    fn stuck_for(&self) -> Option<Cause> {
        let roots = &self.seen.diagnosis.roots;
        let by_chance = !self.living.life.by_intent;
        let slow = |root: &Cause| match root.reason {
            Reason::Starting | Reason::ClaimPending => true,
            // Claims that are bound late look like this, where nobody has seen to it that they never are.
            Reason::Unschedulable | Reason::VolumeNodeAffinity | Reason::ClaimMissing => by_chance,
            _ => false,
        };
        if self.seen.state != State::Stuck || roots.iter().any(slow) {
            return None;
        }
        roots.iter().find(|root| !root.self_resolves).cloned()
    }

    fn begin_watch(&mut self, cause: Cause) -> Watch {
        // Watching takes rounds in which nothing happens; lives by chance are there for what happens.
        let enough = !self.living.life.by_intent && !self.living.known.is_empty();
        if !self.living.life.watched || enough || !self.living.known.insert(key(&cause)) {
            return Watch::Nothing;
        }
        // Waiting cannot help at all, so that no patience is involved.
        let sure = |root: &Cause| !root.self_resolves && Patience::default().grace(root.reason).is_none();
        if self.seen.diagnosis.roots.iter().all(sure) {
            return Watch::Stuck { since: self.now, cause, sure: true };
        }
        Watch::Doubted { cause }
    }

    /// Nothing has happened to the set for a round: nothing may have moved, and it may not have come right.
    fn end_watch(
        &mut self,
        since: Timestamp,
        cause: &Cause,
        sure: bool,
        root: Option<Cause>,
    ) -> Option<String> {
        let (reason, ordinal) = key(cause);
        if self.moved_since(since) {
            return Some(format!("stuck ({reason:?} {ordinal:?}), but the controller moved"));
        }
        let Some(root) = root else {
            return sure.then(|| {
                format!("stuck ({reason:?} {ordinal:?}), but it came right by itself: {:?}", self.seen.state)
            });
        };
        self.tally.stuck += 1;
        // The word of now: what was lacking a moment ago may be known by now.
        if root.action.is_some() {
            *self.tally.followed.entry(root.reason).or_default() += 1;
            self.living.watch = Watch::ToFollow { cause: root };
        }
        None
    }

    /// What was suggested has been done: the set may not come to be stuck again for the same reason.
    fn is_freed(&mut self, since: Timestamp, cause: Cause, root: Option<Cause>) -> Option<String> {
        let (reason, ordinal) = key(&cause);
        let passed = self.now.duration_since(since);
        let command = cause.action.as_ref().map(|action| action.command.clone()).unwrap_or_default();
        if let Some(complaint) = &self.living.actor.complaint {
            return Some(format!("stuck ({reason:?} {ordinal:?}): {complaint}"));
        }
        let same = root.is_some_and(|root| key(&root) == (reason, ordinal));
        let settled = self.seen.state != State::Progressing || passed > SETTLED;
        if !same && settled {
            self.tally.freed += 1;
            return None;
        }
        if passed > FREES {
            return Some(format!("stuck ({reason:?} {ordinal:?}), and this freed nothing: {command}"));
        }
        self.living.watch = Watch::Followed { since, cause };
        None
    }
}

fn key(cause: &Cause) -> Root {
    (cause.reason, cause.ordinal)
}
