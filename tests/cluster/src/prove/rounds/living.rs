//! One life under way.

use crate::prove::lives::{Life, Step, Then};
use crate::prove::world::actor::Actor;
use crate::prove::world::look::Seen;
use jiff::Timestamp;
use kubectl_stateful::domain::Ordinal;
use kubectl_stateful::domain::cause::{Cause, Reason};
use std::collections::BTreeSet;

/// How many rounds a step of a life by intent waits for what came before it. A controller that is refused something
/// tries again and again.
const PUT_OFF: usize = 6;

/// A root cause, as one that was met before is known again.
pub(in crate::prove) type Root = (Reason, Option<Ordinal>);

/// A life under way.
pub(in crate::prove) struct Living {
    pub(in crate::prove) life: Life,
    pub(in crate::prove) actor: Actor,
    /// How many of its steps have begun; none before the set is made.
    pub(in crate::prove) begun: Option<usize>,
    /// The set while the controller was not there, and the end of the sync that was judged.
    pub(in crate::prove) judged: Option<(Seen, Timestamp)>,
    pub(in crate::prove) watch: Watch,
    /// Root causes that were watched already.
    pub(in crate::prove) known: BTreeSet<Root>,
    /// Whether nothing happened to it any more at the end of the last round.
    pub(in crate::prove) calm: bool,
    /// In how many rounds its next step was put off, because something still happened.
    put_off: usize,
    /// How many of its syncs have been written down.
    pub(in crate::prove) recorded: usize,
    /// Whether it has come to its end.
    pub(in crate::prove) over: bool,
}

/// What is watched from one round to the next.
#[derive(Debug, Default)]
pub(in crate::prove) enum Watch {
    /// Nothing in particular.
    #[default]
    Nothing,
    /// The set counts as stuck by a patience that is far too short for a real cluster. Nothing happens to it, to see
    /// whether it comes right.
    Doubted { cause: Cause },
    /// The set is stuck: nothing happens to it, and nothing may move. When that is sure, it may not come right either.
    Stuck { since: Timestamp, cause: Cause, sure: bool },
    /// What was suggested is to be done when the controller is back, as a user does it.
    ToFollow { cause: Cause },
    /// It was done, and is to free the set.
    Followed { since: Timestamp, cause: Cause },
}

impl Living {
    pub(in crate::prove) fn new(life: Life, actor: Actor) -> Self {
        Self {
            life,
            actor,
            begun: None,
            judged: None,
            watch: Watch::Nothing,
            known: BTreeSet::new(),
            calm: true,
            put_off: 0,
            recorded: 0,
            over: false,
        }
    }

    /// The name of its set in the controller's log.
    pub(in crate::prove) fn key(&self) -> String {
        format!("{}/{}", self.actor.place.name, crate::prove::world::actor::SET)
    }

    /// What happens to it in this round.
    pub(in crate::prove) fn next(&mut self) -> Step {
        match std::mem::take(&mut self.watch) {
            watch @ (Watch::Doubted { .. }
            | Watch::Stuck { .. }
            | Watch::ToFollow { .. }
            | Watch::Followed { .. }) => {
                self.watch = watch;
                Step { events: Vec::new(), then: Then::Settles }
            }
            Watch::Nothing if self.life.by_intent && !self.calm && self.put_off < PUT_OFF => {
                self.put_off += 1;
                Step { events: Vec::new(), then: Then::Begins }
            }
            Watch::Nothing => {
                self.put_off = 0;
                let number = self.begun.map_or(0, |begun| begun + 1);
                let made = self.begun.is_some();
                self.begun = Some(number);
                // The first round only makes the set.
                let step = if made { self.life.steps.get(number - 1) } else { None };
                step.cloned().unwrap_or(Step { events: Vec::new(), then: Then::Begins })
            }
        }
    }

    /// Whether all that was to happen has happened.
    pub(in crate::prove) fn is_done(&self) -> bool {
        self.begun.is_some_and(|begun| begun >= self.life.steps.len()) && matches!(self.watch, Watch::Nothing)
    }
}
