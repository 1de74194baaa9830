//! What nobody else may change while a canary is under way.

use super::record::{Phase, Record};
use crate::domain::set::Strategy;
use crate::domain::{Revision, Set};

/// A part of the set that a canary relies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pin {
    /// The set itself is on its way out.
    Set,
    /// How many ordinals.
    Replicas,
    /// The first ordinal.
    Start,
    /// The pod template.
    Template,
    /// The partition.
    Partition,
    /// How pods get a new revision.
    Strategy,
}

/// A pin that does not hold any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// What was changed.
    pub pin: Pin,
    /// What it was and what it is.
    pub message: String,
}

/// Everything that somebody else has changed since the record was written.
pub fn broken(set: &Set, record: &Record) -> Vec<Pinned> {
    let mut found = Vec::new();
    let mut changed = |pin, message| found.push(Pinned { pin, message });
    if set.deleted.is_some() {
        changed(Pin::Set, "the set is being deleted".to_owned());
    }
    let replicas = set.spec.range.replicas;
    if replicas != record.replicas {
        let promoted = if replicas == 0 { ", which makes the new revision the current one" } else { "" };
        changed(Pin::Replicas, format!("replicas was {}, is {replicas}{promoted}", record.replicas));
    }
    let start = set.spec.range.start;
    if start != record.start {
        changed(Pin::Start, format!("the first ordinal was {}, is {start}", record.start));
    }
    let strategy = strategy(set);
    if strategy != record.strategy {
        changed(Pin::Strategy, format!("the update strategy was {}, is {strategy}", record.strategy));
    }
    let partition = set.spec.strategy.partition();
    let rolling = set.is_rolling();
    if rolling && partition != record.partition() {
        changed(Pin::Partition, format!("the partition was {}, is {partition}", record.partition()));
    }
    if !is_template(set, record) {
        let is = if set.is_observed() { format!(" ({})", set.update_revision) } else { String::new() };
        changed(Pin::Template, format!("the pod template is not the one of this canary any more{is}"));
    }
    found
}

/// Whether the set's template is the one that the record speaks of. By content; or by the name of its revision, where
/// a newer API server writes the same content otherwise.
fn is_template(set: &Set, record: &Record) -> bool {
    let is = |revision: &Revision| set.is_observed() && *revision == set.update_revision;
    let by_name = match record.phase {
        Phase::Aborting | Phase::Aborted => is(&record.from) || record.to.as_ref().is_some_and(is),
        _ => record.to.as_ref().is_some_and(is),
    };
    by_name || set.template.as_deref() == Some(&record.template)
}

/// The strategy without its partition.
pub(super) fn strategy(set: &Set) -> String {
    match &set.spec.strategy {
        Strategy::OnDelete => "OnDelete".to_owned(),
        Strategy::Unknown(name) => name.clone(),
        Strategy::RollingUpdate(rolling) => {
            match rolling.as_ref().and_then(|rolling| rolling.max_unavailable.as_ref()) {
                // The server writes 1 where it has the feature on, also into what a canary adds.
                Some(amount) if amount.to_string() != "1" => {
                    format!("RollingUpdate with maxUnavailable {amount}")
                }
                _ => "RollingUpdate".to_owned(),
            }
        }
    }
}
