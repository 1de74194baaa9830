//! A pure model of one sync of the StatefulSet controller, as of Kubernetes 1.36
//! (`pkg/controller/statefulset/stateful_set_control.go`, `updateStatefulSet`).
//!
//! [`next_moves`] answers "what will the controller do next". The order of the files is the order of a sync:
//! [`replicas`] (missing and finished pods, ordinals ascending), [`condemned`] (scale-down, highest first),
//! [`update`] (new revisions, highest first). A step that stops the sync ends it: OrderedReady stops at the first
//! pod that is not available, which is why a broken pod is never replaced by a fixed template (kubernetes#67250).
//!
//! [`next_moves_faulty`] and [`update_status_faulty`] are the same with one rule broken, to test whatever
//! tests the model.

mod claims;
mod condemned;
mod fault;
mod forecast;
mod moves;
mod replicas;
mod status;
mod sync;
#[cfg(test)]
mod tests;
mod update;

pub use claims::stale_claim;
pub use fault::Fault;
pub use forecast::{Forecast, Hopeless, forecast};
pub use moves::{Move, MoveKind, Moves, Rule};
pub use status::{status_is_refused, status_is_refused_faulty, update_status, update_status_faulty};
pub use sync::Refused;
pub use update::expected_at_creation;

use super::Set;
use super::set::Strategy;
use sync::Sync;

/// Everything that the controller's next sync will do, or the one thing that it waits for.
pub fn next_moves(set: &Set) -> Moves {
    next_moves_refused(set, &Refused::default())
}

/// The same where the API server is known to refuse some pods or claims.
pub fn next_moves_refused(set: &Set, refused: &Refused) -> Moves {
    finished(Sync::new(set, refused, None))
}

/// The same by a model with one rule broken.
pub fn next_moves_faulty(set: &Set, refused: &Refused, fault: Fault) -> Moves {
    let mut set = set.clone();
    fault.distort(&mut set);
    finished(Sync::new(&set, refused, Some(fault)))
}

fn finished(mut sync: Sync<'_>) -> Moves {
    let stop = run(&mut sync);
    sync.finish(stop)
}

/// One sync. What it returns is the rule at which it ended.
fn run(sync: &mut Sync<'_>) -> Move {
    let set = sync.set;
    if set.deleted.is_some() {
        return Move::nothing(Rule::SetDeleting);
    }
    if let Strategy::Unknown(_) = set.spec.strategy {
        return Move::nothing(Rule::StrategyUnknown);
    }
    if let Some(stop) = replicas::process(sync) {
        return stop;
    }
    if let Some(stop) = condemned::process(sync) {
        return stop;
    }
    update::process(sync)
}
