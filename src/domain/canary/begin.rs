//! Starting, going on, and what is refused.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::aim::{Aim, NoPlan};
use super::forward::{is_theirs, known, replaced};
use super::patch::{Change, Partition};
use super::pins::{self, Pinned};
use super::record::{Phase, Record, Rules};
use crate::domain::set::Strategy;
use crate::domain::{Revision, Set};

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// How far to go.
    pub aim: Aim,
    /// What must hold before each next step.
    pub rules: Rules,
    /// The template to roll out, where it is not the set's own.
    pub template: Option<Template>,
    /// Whether somebody else's changes may be written over.
    pub take_over: bool,
    /// Who asks.
    pub runner: String,
    /// The name of a new canary.
    pub run: String,
    /// When.
    pub now: Timestamp,
}

/// A template that is to be put in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its digest.
    pub digest: String,
    /// The stored revision of equal content, or an unborn one.
    pub revision: Revision,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// This is to be written first.
    Write(Box<Change>),
    /// The same was asked for before and is not done: this takes its record over, so that no earlier runner can go on.
    Resume(Box<Change>),
    /// Nothing is to be rolled out.
    Nothing(String),
}

/// Why nothing is begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The steps make no plan.
    NoPlan(NoPlan),
    /// It would not do what was meant.
    Unsafe {
        /// Why.
        why: String,
        /// What to do instead.
        instead: String,
    },
    /// Somebody else has changed what the open canary relies on.
    Conflict(Vec<Pinned>),
    /// The annotation cannot be read.
    Unreadable(String),
}

/// Begins a canary, or goes on with an open one.
///
/// # Errors
/// Everything that is refused.
pub fn begin(set: &Set, order: &Order) -> Result<Begun, Refusal> {
    let open = open(set)?;
    // A run that goes back by itself is resumed like any other.
    let goes_back = |record: &&Record| record.phase == Phase::Aborting && record.asked == order.aim.words();
    if let Some(record) =
        open.as_ref().filter(goes_back).filter(|record| pins::broken(set, record).is_empty())
    {
        return Ok(take_on(set, record, order));
    }
    refuse(set, open.as_ref(), order.take_over)?;
    let digest = order.template.as_ref().map(|template| template.digest.as_str());
    let digest = digest.or(set.template.as_deref()).unwrap_or_default().to_owned();
    let asked = order.aim.words();
    let unfinished = |record: &&Record| matches!(record.phase, Phase::Running | Phase::Failed);
    let same = |record: &&Record| record.asked == asked && record.template == digest;
    // What somebody else has changed meanwhile needs a plan of its own.
    let whole = |record: &&Record| pins::broken(set, record).is_empty();
    if let Some(record) = open.as_ref().filter(unfinished).filter(same).filter(whole) {
        let take_over = order.take_over || record.take_over;
        let record = Record { rules: order.rules.clone(), take_over, ..record.clone() };
        return Ok(take_on(set, &record, order));
    }
    let rolls = rolls_out(set);
    if order.template.is_none() && !rolls {
        let what = format!(
            "every ordinal of {} is at {}, the revision of its template",
            set.name, set.update_revision
        );
        return Ok(Begun::Nothing(what));
    }
    let updated = if rolls { let_go(set) } else { 0 };
    let steps = order.aim.steps(set.spec.range, updated, order.template.is_some());
    let revision = order.template.as_ref().map_or(&set.update_revision, |template| &template.revision);
    let mut record = Record {
        set_uid: set.uid.clone(),
        runner: order.runner.clone(),
        run: open.as_ref().map_or(&order.run, |open| &open.run).clone(),
        began: open.as_ref().map_or(order.now, |open| open.began),
        asked,
        phase: Phase::Running,
        why: None,
        from: open.as_ref().map_or_else(|| old_revision(set, order), |open| Ok(open.from.clone()))?,
        to: Some(revision.clone()).filter(|revision| !revision.is_unborn()),
        template: digest,
        replicas: set.spec.range.replicas,
        start: set.spec.range.start,
        strategy: pins::strategy(set),
        partition_before: open
            .as_ref()
            .map_or_else(|| set.spec.strategy.written_partition(), |open| open.partition_before),
        steps: steps.map_err(Refusal::NoPlan)?,
        beyond: match order.aim {
            Aim::Partition(partition) => Some(partition),
            Aim::Step(_) | Aim::Steps(_) | Aim::Promote => None,
        },
        step: 0,
        rules: order.rules.clone(),
        take_over: order.take_over || open.as_ref().is_some_and(|open| open.take_over),
        rolls_back: None,
        replaces: std::collections::BTreeMap::new(),
    };
    record.replaces = replaced(set, &record);
    let rolling = set.is_rolling();
    let moves = rolling && set.spec.strategy.written_partition() != Some(record.partition());
    let partition = moves.then(|| Partition::At(record.partition()));
    Ok(Begun::Write(Box::new(Change { record, partition, template: None })))
}

/// Goes on with an open canary by its own plan.
///
/// # Errors
/// There is none, or somebody else has changed what it relies on.
pub fn resume(set: &Set, order: &Order) -> Result<Begun, Refusal> {
    let Some(record) = open(set)? else {
        return Ok(Begun::Nothing(format!("no canary of {} is open: there is nothing to resume", set.name)));
    };
    let broken = pins::broken(set, &record);
    if !broken.is_empty() {
        return Err(Refusal::Conflict(broken));
    }
    Ok(take_on(set, &record, order))
}

pub(super) fn take_on(set: &Set, record: &Record, order: &Order) -> Begun {
    let phase = if record.phase == Phase::Failed { Phase::Running } else { record.phase };
    let record = Record { runner: order.runner.clone(), phase, why: None, ..known(set, record) };
    Begun::Resume(Box::new(Change { record, partition: None, template: None }))
}

/// The record of a canary that is not over.
pub(super) fn open(set: &Set) -> Result<Option<Record>, Refusal> {
    let record = Record::of(set).map_err(Refusal::Unreadable)?;
    Ok(record.filter(Record::is_open))
}

fn refuse(set: &Set, open: Option<&Record>, take_over: bool) -> Result<(), Refusal> {
    let no = |why: String, instead: &str| Err(Refusal::Unsafe { why, instead: instead.to_owned() });
    let name = &set.name;
    if set.deleted.is_some() {
        return no(format!("{name} is being deleted"), "make the set anew first");
    }
    if let Strategy::Unknown(strategy) = &set.spec.strategy {
        return no(
            format!(
                "update strategy {strategy} of {name} is not known to this version: what it does is not predicted"
            ),
            "use a version of kubectl-stateful that knows it",
        );
    }
    if set.spec.range.replicas == 0 {
        return no(
            format!(
                "{name} has 0 replicas: there is no ordinal to try a revision on, and a new template becomes the current one at once"
            ),
            "scale it up first; or change the template directly, with kubectl set image: nothing runs that could break",
        );
    }
    let Some(record) = open else { return Ok(()) };
    if record.phase == Phase::Aborting {
        return no(
            format!("the canary of {name} is on its way back to {}", record.from),
            "finish that first with --abort",
        );
    }
    let mut theirs = pins::broken(set, record);
    theirs.retain(|pinned| is_theirs(pinned.pin));
    if theirs.is_empty() || take_over { Ok(()) } else { Err(Refusal::Conflict(theirs)) }
}

/// Whether some ordinal is not at the revision of the template, or the controller has not finished with it.
pub fn rolls_out(set: &Set) -> bool {
    let rolling = set.is_rolling();
    let old = |ordinal| {
        set.pods.get(&ordinal).is_some_and(|pod| pod.revision.as_ref() != Some(&set.update_revision))
    };
    rolling && set.current_revision != set.update_revision || set.spec.range.iter().any(old)
}

/// How many ordinals, counted from the highest, are updated or may be at any moment.
pub fn let_go(set: &Set) -> u32 {
    let replicas = set.spec.range.replicas;
    if set.is_rolling() {
        return replicas.saturating_sub(set.spec.strategy.partition().get());
    }
    let new = |ordinal: &crate::domain::Ordinal| {
        set.pods.get(ordinal).is_some_and(|pod| pod.revision.as_ref() == Some(&set.update_revision))
    };
    let count = set.spec.range.iter().rev().take_while(new).count();
    u32::try_from(count).unwrap_or(replicas)
}

/// The revision to go back to. Under OnDelete the status never says it, so the pods do.
fn old_revision(set: &Set, order: &Order) -> Result<Revision, Refusal> {
    if set.is_rolling() {
        return Ok(set.current_revision.clone());
    }
    let pods = set.spec.range.iter().filter_map(|ordinal| set.pods.get(&ordinal)?.revision.clone());
    let new = order.template.is_none().then_some(&set.update_revision);
    let old: BTreeSet<Revision> = pods.filter(|revision| Some(revision) != new).collect();
    let mut old = old.into_iter();
    match (old.next(), old.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Ok(set.update_revision.clone()),
        (Some(one), Some(other)) => Err(Refusal::Unsafe {
            why: format!(
                "the pods of {} are at several old revisions ({one}, {other}): there is no one revision to go back to",
                set.name
            ),
            instead: "delete the pods of the older one first, so that they get the present template"
                .to_owned(),
        }),
    }
}
