//! Beginning the way back, or going on with it.

use super::aim::Aim;
use super::back;
use super::begin::{Begun, Order, Refusal, begin, open, rolls_out, take_on};
use super::forward::is_theirs;
use super::pins;
use super::record::{Phase, Record};
use crate::domain::Set;
use crate::domain::set::Strategy;

/// Begins the way back, or goes on with it.
///
/// # Errors
/// Everything that is refused: there is nothing to go back from, or somebody else's changes would be written over.
pub fn abort(set: &Set, order: &Order, keep_template: bool) -> Result<Begun, Refusal> {
    let open = open(set)?;
    let whole = |record: &&Record| pins::broken(set, record).is_empty();
    let under_way = open.as_ref().filter(|record| record.phase == Phase::Aborting);
    if let Some(record) = under_way.filter(whole) {
        return Ok(take_on(set, record, order));
    }
    let mut theirs = open.as_ref().map(|record| pins::broken(set, record)).unwrap_or_default();
    // A template that somebody has put back already is where this goes as well.
    let back = open.as_ref().is_some_and(|record| set.is_observed() && set.update_revision == record.from);
    theirs.retain(|pinned| is_theirs(pinned.pin) && !(back && pinned.pin == pins::Pin::Template));
    if !theirs.is_empty() && !order.take_over {
        return Err(Refusal::Conflict(theirs));
    }
    let on_delete = set.spec.strategy == Strategy::OnDelete;
    if keep_template && on_delete {
        return Err(Refusal::Unsafe {
            why: "under OnDelete a new pod always gets the newest template, so it cannot be kept".to_owned(),
            instead: "leave --keep-template out".to_owned(),
        });
    }
    if keep_template && open.as_ref().is_some_and(|record| back::is_promoted(set, record)) {
        return Err(Refusal::Unsafe {
            why: format!("{} has become the current revision of {} already", set.current_revision, set.name),
            instead: "leave --keep-template out: the old template must be rolled out again".to_owned(),
        });
    }
    if open.is_none() && !rolls_out(set) {
        return Ok(Begun::Nothing(format!(
            "there is nothing to go back from: {} is the revision of the last finished rollout and of the template",
            set.update_revision
        )));
    }
    let record = match open {
        Some(record) => record,
        None => {
            match begin(set, &Order { aim: Aim::Partition(set.spec.strategy.partition()), ..order.clone() })?
            {
                Begun::Write(change) | Begun::Resume(change) => change.record,
                Begun::Nothing(why) => return Ok(Begun::Nothing(why)),
            }
        }
    };
    let record = Record {
        runner: order.runner.clone(),
        strategy: pins::strategy(set),
        take_over: order.take_over || record.take_over,
        ..record
    };
    Ok(Begun::Write(Box::new(back::start(set, &record, keep_template))))
}
