//! Lives that bring about what chance seldom does: each rule of the model, and each cause, at least once.

mod budget;
mod causes;
mod claims;
mod creation;
mod removal;
mod updates;

use super::{Event, Life, Shape, Step, Template, Then, Update};
use crate::Behaviour;

/// A template like the first.
const GOOD: Event = Event::Change(Template::Of(Behaviour::Healthy));
/// A template whose pods crash.
const CRASHING: Event = Event::Change(Template::Of(Behaviour::CrashLoop));

/// For the cluster without feature gates.
#[must_use]
pub fn plain() -> Vec<Life> {
    let rules = [creation::lives(), claims::lives(), removal::lives(), updates::lives()];
    [causes::lives(), causes::bad_templates()].into_iter().chain(rules).flatten().collect()
}

/// For the cluster with the feature MaxUnavailableStatefulSet.
#[must_use]
pub fn with_budget() -> Vec<Life> {
    budget::lives()
}

/// Three pods, OrderedReady, RollingUpdate.
fn ordered() -> Shape {
    Shape::default()
}

fn parallel() -> Shape {
    Shape { parallel: true, ..Shape::default() }
}

fn with(update: Update) -> Shape {
    Shape { update, ..Shape::default() }
}

/// With a claim for each pod.
fn claims() -> Shape {
    Shape { claims: 1, ..Shape::default() }
}

/// Shows a cause: when it is stuck, what is suggested must free it.
fn cause(name: &str, shape: Shape, steps: Vec<Step>) -> Life {
    Life { watched: true, ..rule(name, shape, steps) }
}

/// Shows a rule.
fn rule(name: &str, shape: Shape, steps: Vec<Step>) -> Life {
    Life { name: name.to_owned(), by_intent: true, watched: false, shape, steps }
}

/// The controller comes back when nothing moves any more.
fn settled(events: Vec<Event>) -> Step {
    Step { events, then: Then::Settles }
}

/// The controller comes back when the others have only begun to react.
fn begun(events: Vec<Event>) -> Step {
    Step { events, then: Then::Begins }
}

/// The controller comes back before anybody else does anything.
fn still(events: Vec<Event>) -> Step {
    Step { events, then: Then::Stands }
}
