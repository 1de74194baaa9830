//! While the controller runs: the round waits until the sets are at rest, and looks at them again.

use super::Rounds;
use super::living::{Living, Watch};
use super::running::Running;
use crate::client::block_on;
use crate::prove::evidence::audit::Write;
use crate::prove::evidence::syncs::Log;
use crate::prove::lives::Event;
use crate::prove::world::look::Seen;
use anyhow::Result;
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use kubectl_stateful::domain::state::State;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A set to which nobody has written for so long is at rest.
const REST: SignedDuration = SignedDuration::from_millis(1500);
/// How long a round waits for all sets to be at rest. What goes on for longer is not at rest, and not judged as such.
const ROUND: Duration = Duration::from_secs(4);
/// How long a controller on a busy machine may take to act where it should have acted already.
const BUSY: Duration = Duration::from_secs(10);

impl Rounds<'_> {
    /// Does what was suggested. The controller runs, so that it sees a deleted pod terminating, as it does for a user;
    /// without `rollingUpdate` the next pod's revision depends on it.
    pub(super) fn follow(&mut self) -> Result<()> {
        let following = self.lives.iter_mut().filter(|living| !living.over).map(|living| async {
            match std::mem::take(&mut living.watch) {
                Watch::ToFollow { cause } => {
                    let command =
                        cause.action.as_ref().map(|action| action.command.clone()).unwrap_or_default();
                    let since = Timestamp::now();
                    living.actor.carry_out(&Event::Follow(command)).await?;
                    living.watch = Watch::Followed { since, cause };
                }
                watch => living.watch = watch,
            }
            anyhow::Ok(())
        });
        block_on(try_join_all(following)).map(drop)
    }

    /// Waits until nothing happens to any set any more, or the round has lasted long enough. A kubelet that reports
    /// the same crash again and again is nothing that happens, nor is a controller that is refused the same again.
    pub(super) fn rest(&mut self) -> Result<()> {
        let deadline = Instant::now() + ROUND;
        loop {
            self.audit.read()?;
            let now = Timestamp::now();
            let happens = |write: &Write| {
                let reports =
                    !write.by_controller && write.verb == "patch" && write.resource.starts_with("pods");
                !reports && write.code < 400
            };
            for living in &mut self.lives {
                let mut writes = self.audit.of(&living.actor.place.name).iter().rev();
                let last = writes.find(|write| happens(write));
                living.calm = last.is_none_or(|last| now.duration_since(last.at) > REST);
            }
            if self.lives.iter().all(|living| living.calm) || Instant::now() > deadline {
                return Ok(());
            }
            self.interrupt.check()?;
            sleep(Duration::from_millis(50));
        }
    }

    fn last_write(&self, living: &Living) -> Option<Timestamp> {
        self.audit.of(&living.actor.place.name).iter().map(|write| write.at).max()
    }

    /// Looks at the sets while the controller runs: what it waits for, whether it goes on, whether a suggestion helps.
    pub(super) fn look_again(&mut self, log: &Log) -> Result<()> {
        let now = Timestamp::now();
        let under_way: Vec<usize> = (0..self.lives.len()).filter(|index| !self.lives[*index].over).collect();
        let seen = block_on(try_join_all(
            under_way.iter().map(|index| self.eyes.look(&self.lives[*index].actor.place.name)),
        ))?;
        self.audit.read()?;
        for (index, seen) in under_way.into_iter().zip(seen) {
            // What was written to while it was looked at may be half old and half new.
            let living = &self.lives[index];
            let still = !self.audit.is_open(&living.actor.place.name)
                && self.last_write(living).is_none_or(|at| at < now);
            self.lives[index].calm &= still;
            let (Some(seen), true) = (seen, still) else { continue };
            self.lives[index].calm &= !self.is_being_made(index, &seen);
            self.tally.name_causes(seen.reasons());
            let mut running = self.running(index, &seen, log, now);
            let (mut what, idle) = (running.judge(), running.idle());
            if let Some(idle) = idle
                && !self.acts_soon(index, now)?
            {
                what.push(idle);
            }
            self.disagree(index, what);
        }
        Ok(())
    }

    /// Whether its first pods are still to come. What then happens to them would happen to others.
    fn is_being_made(&self, index: usize, seen: &Seen) -> bool {
        let whole = matches!(seen.state, State::Complete | State::ScaledToZero);
        self.lives[index].begun == Some(0) && !whole
    }

    fn running<'s>(&'s mut self, index: usize, seen: &'s Seen, log: &'s Log, now: Timestamp) -> Running<'s> {
        let living = &mut self.lives[index];
        let writes = self.audit.of(&living.actor.place.name);
        Running { living, seen, log, now, writes, tally: &mut self.tally }
    }

    /// Waits until the controller does something to a set.
    fn acts_soon(&mut self, index: usize, since: Timestamp) -> Result<bool> {
        let deadline = Instant::now() + BUSY;
        while Instant::now() < deadline {
            self.audit.read()?;
            let writes = self.audit.of(&self.lives[index].actor.place.name);
            if writes.iter().any(|write| write.is_move() && write.at > since) {
                return Ok(true);
            }
            self.interrupt.check()?;
            sleep(Duration::from_millis(50));
        }
        Ok(false)
    }
}
