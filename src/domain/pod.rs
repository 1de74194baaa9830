//! A pod of the set, with the predicates that the controller judges it by.

use jiff::{SignedDuration, Timestamp};

use super::{Ordinal, Revision};

/// A pod as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pod {
    /// Its name.
    pub name: String,
    /// Identity of this very pod.
    pub uid: String,
    /// The number at the end of its name.
    pub ordinal: Ordinal,
    /// The revision it was made from; none where the label is missing.
    pub revision: Option<Revision>,
    /// Its phase.
    pub phase: Phase,
    /// Why it is in this phase, in the server's words.
    pub phase_reason: Option<String>,
    /// Its conditions that matter here.
    pub ready: Condition,
    /// Whether it has been scheduled.
    pub scheduled: Condition,
    /// Since when it terminates, if it does.
    pub deletion: Option<Deletion>,
    /// Who must act before it can go.
    pub finalizers: Vec<String>,
    /// The node it was bound to.
    pub node: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When a kubelet took it on.
    pub started: Option<Timestamp>,
    /// Its containers: init containers and sidecars first, in their order.
    pub containers: Vec<Container>,
    /// Its volumes that are claims: volume name and claim name.
    pub claims: Vec<(String, String)>,
    /// The grace that a plain delete gives it.
    pub grace_seconds: Option<i64>,
}

/// Phase of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not all containers have started.
    Pending,
    /// Bound and started.
    Running,
    /// All containers ended with 0.
    Succeeded,
    /// All containers ended, one not with 0.
    Failed,
    /// Anything else, such as the state of a pod whose node is lost.
    Unknown,
}

/// A condition of a pod.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Condition {
    /// Whether it is True; a missing condition is not.
    pub holds: bool,
    /// When that last changed.
    pub since: Option<Timestamp>,
    /// Why, for programs.
    pub reason: String,
    /// Why, for people.
    pub message: String,
}

/// A deletion that has been asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// When the grace period ends.
    pub deadline: Timestamp,
    /// The grace period.
    pub grace_seconds: i64,
}

/// A container and how it fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Name.
    pub name: String,
    /// Which kind.
    pub kind: ContainerKind,
    /// Image reference.
    pub image: String,
    /// What it does now.
    pub state: ContainerState,
    /// How its last run ended.
    pub last: Option<Ended>,
    /// How often it was restarted.
    pub restarts: u32,
    /// Whether its readiness probe passes.
    pub ready: bool,
}

/// The three kinds of container that a pod waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerKind {
    /// Runs to its end before the others start.
    Init,
    /// Starts before the others and goes on.
    Sidecar,
    /// An ordinary one.
    Main,
}

/// What a container does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContainerState {
    /// Does not run, for a reason.
    Waiting {
        /// For programs.
        reason: String,
        /// For people.
        message: String,
    },
    /// Runs since then.
    Running(Option<Timestamp>),
    /// Has ended.
    Ended(Ended),
}

/// How a run of a container ended.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ended {
    /// Exit code.
    pub exit_code: i32,
    /// Signal, 0 for none.
    pub signal: i32,
    /// `OOMKilled`, `Error`, `Completed`, …
    pub reason: String,
    /// The container's own last words.
    pub message: String,
    /// When.
    pub at: Option<Timestamp>,
}

impl Pod {
    /// `isTerminating`: a deletion has been asked for.
    pub fn is_terminating(&self) -> bool {
        self.deletion.is_some()
    }

    /// `isFailed || isSucceeded`: it has ended and is to be replaced.
    pub fn is_finished(&self) -> bool {
        matches!(self.phase, Phase::Failed | Phase::Succeeded)
    }

    /// `isRunningAndReady`.
    pub fn is_running_and_ready(&self) -> bool {
        self.phase == Phase::Running && self.ready.holds
    }

    /// `isRunningAndAvailable`: Ready for `min_ready_seconds`. The controller does not look at the phase here.
    pub fn is_available(&self, min_ready_seconds: u32, now: Timestamp) -> bool {
        self.ready.holds && self.available_in(min_ready_seconds, now).is_none()
    }

    /// What is left until a Ready pod is available; none when it is.
    pub fn available_in(&self, min_ready_seconds: u32, now: Timestamp) -> Option<SignedDuration> {
        if min_ready_seconds == 0 {
            return None;
        }
        let wait = SignedDuration::from_secs(i64::from(min_ready_seconds));
        // A condition without a time never counts as old enough (`IsPodAvailable`).
        let left = self.ready.since.map_or(wait, |since| wait - now.duration_since(since));
        (left > SignedDuration::ZERO).then_some(left)
    }

    /// `isUnavailable`: not available, or going.
    pub fn is_unavailable(&self, min_ready_seconds: u32, now: Timestamp) -> bool {
        self.is_terminating() || !self.is_available(min_ready_seconds, now)
    }

    /// Restarts of all its containers.
    pub fn restarts(&self) -> u32 {
        self.containers.iter().map(|container| container.restarts).sum()
    }
}
