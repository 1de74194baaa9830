//! What happens during a run, for programs that read along.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Ordinal;

/// Something that happens during a run: `--events json` prints one a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// When (RFC 3339).
    pub time: String,
    /// What.
    pub r#type: EventType,
    /// Namespace of the set.
    pub namespace: String,
    /// Name of the set.
    pub name: String,
    /// The step under way, from 1.
    pub step: usize,
    /// The ordinal, where it is about one.
    pub ordinal: Option<Ordinal>,
    /// The pod, where it is about one.
    pub pod: Option<String>,
    /// The pod's revision.
    pub revision: Option<String>,
    /// That in one sentence.
    pub message: String,
}

/// What can happen during a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum EventType {
    /// The partition was written.
    StepStarted,
    /// A pod is deleted by this run.
    PodDeleted,
    /// A pod has begun to terminate.
    PodTerminating,
    /// A pod does not exist any more.
    PodGone,
    /// A pod was created.
    PodCreated,
    /// A pod has become Ready.
    PodReady,
    /// A pod is not Ready any more.
    PodNotReady,
    /// A container has restarted.
    PodRestarted,
    /// Pods are Ready and must stay so for a while.
    Soaking,
    /// The check command runs.
    CheckStarted,
    /// The check command has written a line.
    CheckOutput,
    /// A gate has failed.
    GateFailed,
    /// All gates of a step hold.
    GatesPassed,
    /// All steps that were asked for have passed.
    Held,
    /// Every ordinal is at the new revision.
    Promoted,
    /// The run has ended because a gate failed.
    Failed,
    /// The way back has begun.
    AbortStarted,
    /// Every ordinal is back at the old revision.
    Aborted,
}
