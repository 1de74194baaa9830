//! A pure model of one sync of the StatefulSet controller, as of Kubernetes 1.36
//! (`pkg/controller/statefulset/stateful_set_control.go`, `updateStatefulSet`).
//!
//! [`next_moves`] answers "what will the controller do next". The order of the files is the order of a sync:
//! [`replicas`] (missing and finished pods, ordinals ascending), [`condemned`] (scale-down, highest first),
//! [`update`] (new revisions, highest first). A step that stops the sync ends it: OrderedReady stops at the first
//! pod that is not available, which is why a broken pod is never replaced by a fixed template (kubernetes#67250).

mod claims;
mod condemned;
mod forecast;
mod moves;
mod replicas;
mod status;
mod sync;
#[cfg(test)]
mod tests;
mod update;

pub use claims::stale_claim;
pub use forecast::{Forecast, Hopeless, forecast};
pub use moves::{Move, MoveKind, Moves, Rule};
pub use status::update_status;
pub use update::expected_at_creation;

use std::collections::BTreeSet;

use super::set::Strategy;
use super::{Ordinal, Set};
use sync::Sync;

/// Everything that the controller's next sync will do, or the one thing that it waits for.
pub fn next_moves(set: &Set) -> Moves {
    next_moves_refused(set, &BTreeSet::new())
}

/// The same where the API server is known to refuse the creation of some ordinals' pods or claims.
fn next_moves_refused(set: &Set, refused: &BTreeSet<Ordinal>) -> Moves {
    let mut sync = Sync::new(set, refused);
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
