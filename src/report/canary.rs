//! `canary`: where a rollout in steps stands.

mod event;

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::canary::gates::Gate;
use crate::domain::canary::preview::Next;
use crate::domain::canary::{End, GateName, Gates, Phase, Record, Standing};
use crate::domain::{Offset, Ordinal, Revision, Set};

pub use event::{Event, EventType};

/// The kind of a canary document.
pub const KIND: &str = "Canary";

/// Where a canary stands.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CanaryView {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Identity of the set.
    pub uid: String,
    /// How far it has come.
    pub phase: PhaseName,
    /// That in one sentence.
    pub message: String,
    /// The revision to go back to.
    pub from_revision: Option<Revision>,
    /// The new revision; null before the controller has made it.
    pub to_revision: Option<Revision>,
    /// Offset from the first ordinal below which pods keep their revision; null where none is set.
    pub partition: Option<u32>,
    /// Ordinals that are at the new revision.
    pub ordinals_updated: Vec<Ordinal>,
    /// Ordinals that are not.
    pub ordinals_pending: Vec<Ordinal>,
    /// The plan.
    pub steps: Vec<StepView>,
    /// The step under way or done last: an index into `steps`; null where there is no plan.
    pub current_step: Option<usize>,
    /// What must hold before the next step.
    pub gates: Vec<GateView>,
    /// What could be done next, and what it would do.
    pub next: Vec<NextView>,
    /// What somebody else has changed.
    pub conflicts: Vec<String>,
    /// Who runs it; null where nobody does.
    pub runner: Option<String>,
    /// The runner on whose record this one went on; null where it began itself.
    pub resumed_from: Option<String>,
}

/// How far a canary has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum PhaseName {
    /// There is none.
    None,
    /// A step is under way.
    Running,
    /// Its pods are Ready, and are to stay so for a while.
    Soaking,
    /// All steps that were asked for have passed, and the partition holds the rest.
    Held,
    /// Every ordinal is at the new revision.
    Promoted,
    /// On the way back.
    Aborting,
    /// Every ordinal is back at the old revision.
    Aborted,
    /// A gate has failed.
    Failed,
    /// Somebody else has changed what it relies on.
    Conflict,
}

/// One step of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    /// How many ordinals are updated after it.
    pub updated: u32,
    /// The partition that holds the rest.
    pub partition: u32,
}

/// One gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GateView {
    /// What it looks at.
    pub name: GateName,
    /// Of which ordinal; null for the set.
    pub ordinal: Option<Ordinal>,
    /// Whether it holds; null where it does not yet.
    pub ok: Option<bool>,
    /// Why, in one sentence.
    pub message: String,
    /// A command that would help, confirmed by the model; null where there is none.
    pub command: Option<String>,
}

/// A step that could be next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NextView {
    /// The command that takes it.
    pub command: String,
    /// The partition that it goes to; null for the way back.
    pub partition: Option<u32>,
    /// Ordinals whose pods are replaced, in that order.
    pub replaces: Vec<Ordinal>,
    /// Ordinals that stay unavailable if no pod of the new revision gets Ready.
    pub breaks_if_never_ready: Vec<Ordinal>,
    /// Why it ends there then.
    pub why: String,
}

/// What a document is made of.
#[derive(Clone, Debug, Default)]
pub struct Standpoint<'a> {
    /// The record of the canary.
    pub record: Option<&'a Record>,
    /// The gates of its step.
    pub gates: Option<&'a Gates>,
    /// How a run has ended.
    pub end: Option<&'a End>,
    /// What could be next.
    pub next: Vec<Next>,
    /// Who runs it.
    pub runner: Option<String>,
    /// Who ran it before.
    pub resumed_from: Option<String>,
}

impl CanaryView {
    /// Where a set stands in its canary.
    pub fn of(set: &Set, at: &Standpoint<'_>) -> Self {
        let to =
            at.record.and_then(|record| record.to.clone()).unwrap_or_else(|| set.update_revision.clone());
        let from = at.record.map_or_else(|| set.current_revision.clone(), |record| record.from.clone());
        let is_new = |ordinal: &Ordinal| {
            set.pods
                .get(ordinal)
                .is_some_and(|pod| pod.revision.as_ref() == Some(&to) && !pod.is_terminating())
        };
        let (ordinals_updated, ordinals_pending) = set.spec.range.iter().partition(is_new);
        let phase = phase(at);
        let partition = set.spec.strategy.written_partition().map(Offset::get);
        let mut view = Self {
            namespace: set.namespace.clone(),
            name: set.name.clone(),
            uid: set.uid.clone(),
            phase,
            message: String::new(),
            from_revision: Some(from).filter(|revision| !revision.is_unborn()),
            to_revision: Some(to).filter(|revision| !revision.is_unborn()),
            partition,
            ordinals_updated,
            ordinals_pending,
            steps: at.record.map(steps).unwrap_or_default(),
            current_step: at.record.map(|record| record.step),
            gates: at.gates.map(|gates| gates.list.iter().map(GateView::of).collect()).unwrap_or_default(),
            next: at.next.iter().map(|next| NextView::of(set, next)).collect(),
            conflicts: conflicts(at.end),
            runner: at.runner.clone(),
            resumed_from: at.resumed_from.clone(),
        };
        view.message = view.sentence(at);
        view
    }

    /// Where it stands, in one sentence.
    fn sentence(&self, at: &Standpoint<'_>) -> String {
        let (updated, all) =
            (self.ordinals_updated.len(), self.ordinals_updated.len() + self.ordinals_pending.len());
        let to = self.to_revision.as_ref().map_or("(new)", Revision::as_str);
        let from = self.from_revision.as_ref().map_or("(none)", Revision::as_str);
        let count = format!("{updated} of {all} ordinals at {to}");
        match self.phase {
            PhaseName::None if from == to => {
                format!("no canary, and nothing to roll out: every ordinal is to be at {to}")
            }
            PhaseName::None => {
                format!("{count}; no canary has been started, the partition alone holds the rest")
            }
            PhaseName::Running => match at.gates.and_then(first_open) {
                Some(gate) => format!("{count}; {}", gate.message),
                None => count,
            },
            PhaseName::Soaking => format!("{count}, soaking"),
            PhaseName::Held => format!("{count}; the partition holds the rest"),
            PhaseName::Promoted => format!("all {all} ordinals at {to}"),
            PhaseName::Aborting => format!("{updated} of {all} ordinals still to go back to {from}"),
            PhaseName::Aborted => format!("all {all} ordinals are back at {from}"),
            PhaseName::Failed => {
                let failed = at.gates.and_then(Gates::failed).map(|gate| gate.message.clone());
                let why = failed.or_else(|| at.record.and_then(|record| record.why.clone()));
                format!("{count}; {}", why.unwrap_or_else(|| "a gate failed".to_owned()))
            }
            PhaseName::Conflict => format!("{count}; {}", self.conflicts.join("; ")),
        }
    }
}

fn first_open(gates: &Gates) -> Option<&Gate> {
    gates.list.iter().find(|gate| gate.standing != Standing::Passed)
}

fn phase(at: &Standpoint<'_>) -> PhaseName {
    let soaking = at.gates.is_some_and(Gates::is_soaking);
    match (at.end, at.record.map(|record| record.phase)) {
        (Some(End::Conflict(_)), _) => PhaseName::Conflict,
        (Some(End::Failed), _) => PhaseName::Failed,
        (_, None) => PhaseName::None,
        (_, Some(Phase::Running)) if soaking => PhaseName::Soaking,
        (_, Some(Phase::Running)) => PhaseName::Running,
        (_, Some(Phase::Held)) => PhaseName::Held,
        (_, Some(Phase::Promoted)) => PhaseName::Promoted,
        (_, Some(Phase::Failed)) => PhaseName::Failed,
        (_, Some(Phase::Aborting)) => PhaseName::Aborting,
        (_, Some(Phase::Aborted)) => PhaseName::Aborted,
    }
}

fn conflicts(end: Option<&End>) -> Vec<String> {
    match end {
        Some(End::Conflict(pinned)) => pinned.iter().map(|pinned| pinned.message.clone()).collect(),
        _ => Vec::new(),
    }
}

fn steps(record: &Record) -> Vec<StepView> {
    let view =
        |updated: &u32| StepView { updated: *updated, partition: record.replicas.saturating_sub(*updated) };
    record.steps.iter().map(view).collect()
}

impl GateView {
    fn of(gate: &Gate) -> Self {
        let ok = match gate.standing {
            Standing::Passed => Some(true),
            Standing::Pending => None,
            Standing::Failed => Some(false),
        };
        let (message, command) = (gate.message.clone(), gate.command.clone());
        Self { name: gate.name, ordinal: gate.ordinal, ok, message, command }
    }
}

impl NextView {
    fn of(set: &Set, next: &Next) -> Self {
        Self {
            command: format!("kubectl stateful canary {} -n {} {}", set.name, set.namespace, next.flag),
            partition: next.partition.map(Offset::get),
            replaces: next.preview.replaced.clone(),
            breaks_if_never_ready: next.preview.never_ready.0.clone(),
            why: next.preview.never_ready.1.clone(),
        }
    }
}
