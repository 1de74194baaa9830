//! While the controller is away: things happen, and then the world stands still until it is back.

use super::{Recording, Rounds};
use crate::boot::{Frozen, KUBELETS, OTHER_CONTROLLERS, SCHEDULER};
use crate::client::block_on;
use crate::prove::evidence::syncs::Log;
use crate::prove::lives::{Step, Then};
use crate::prove::world::actor::Actor;
use crate::prove::world::look::Seen;
use anyhow::{Result, bail};
use futures::future::try_join_all;
use serde_json::Value;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long the world goes on without the controller, until it has settled and until it has begun to react. It
/// decides which states are met, not whether an answer is right.
const SETTLES: Duration = Duration::from_millis(1000);
const BEGINS: Duration = Duration::from_millis(150);
/// How long the controller may take to look at every set after its start.
const START: Duration = Duration::from_secs(30);

impl Rounds<'_> {
    /// Lets the next things happen to all lives, and then the world stand still.
    pub(super) fn let_happen(&mut self) -> Result<Frozen> {
        let mut plans: Vec<(&mut Actor, bool, Step)> = Vec::new();
        for living in &mut self.lives {
            let make = living.begun.is_none();
            let step = living.next();
            plans.push((&mut living.actor, make, step));
        }
        let slow = plans.iter().any(|(_, _, step)| step.then == Then::Settles && !step.events.is_empty());
        happen(&mut plans, Then::Settles)?;
        if slow {
            sleep(SETTLES);
        }
        happen(&mut plans, Then::Begins)?;
        sleep(BEGINS);
        let world = self.cluster.freeze(&[KUBELETS, OTHER_CONTROLLERS, SCHEDULER])?;
        happen(&mut plans, Then::Stands)?;
        Ok(world)
    }

    /// The whole objects of all lives, where they may be written down.
    pub(super) fn capture(&self, seen: &[Option<Seen>]) -> Result<Vec<Value>> {
        if matches!(self.record, Recording::Nothing) {
            return Ok(vec![Value::Null; seen.len()]);
        }
        let capture = |seen| async move {
            match seen {
                Some(seen) => self.eyes.capture(seen).await,
                None => Ok(Value::Null),
            }
        };
        block_on(try_join_all(seen.iter().map(Option::as_ref).map(capture)))
    }

    /// Waits until the controller has looked at each set once, and the record holds all that it did.
    pub(super) fn wait_for_syncs(&mut self, log: &mut Log, seen: &[Option<Seen>]) -> Result<()> {
        let deadline = Instant::now() + START;
        loop {
            log.read()?;
            self.audit.read()?;
            let missing = self
                .lives
                .iter()
                .zip(seen)
                .find(|(living, seen)| seen.is_some() && log.of(&living.key()).is_empty());
            match missing {
                None if self.audit.is_whole() => return Ok(()),
                _ if Instant::now() < deadline => {}
                Some((living, _)) => {
                    bail!("the controller has not looked at {} in {} s", living.key(), START.as_secs())
                }
                None => bail!("the API server has not answered the controller in {} s", START.as_secs()),
            }
            self.interrupt.check()?;
            sleep(Duration::from_millis(5));
        }
    }
}

/// Lets everything happen after which the world comes so far, side by side.
fn happen(plans: &mut [(&mut Actor, bool, Step)], then: Then) -> Result<()> {
    let now = plans.iter_mut().filter(|(_, _, step)| step.then == then).map(|(actor, make, step)| async {
        if *make {
            actor.make().await?;
        }
        for event in &step.events {
            actor.carry_out(event).await?;
        }
        Ok(())
    });
    block_on(try_join_all(now)).map(drop)
}
