//! How a simulated pod behaves, and what a test asks about a pod.

use super::Namespace;
use k8s_openapi::api::core::v1::{ContainerState, ContainerStatus, Pod};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The annotation that says how a pod behaves.
pub(crate) const BEHAVIOUR: &str = "kubectl-stateful.test/pod";
/// The annotation that says after how long, like `2s`.
pub(super) const DELAY: &str = "kubectl-stateful.test/delay";

/// What happens to a simulated pod; the stages in `tests/cluster/stages` carry it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Behaviour {
    /// Runs and is Ready.
    Healthy,
    /// Runs, never Ready; nothing says why.
    NeverReady,
    /// CrashLoopBackOff after exit code 1.
    CrashLoop,
    /// ImagePullBackOff.
    ImagePullError,
    /// CrashLoopBackOff after OOMKilled.
    Oom,
    /// Ready after the delay (5 s).
    SlowReady,
    /// Ready, and no longer so after the delay (5 s).
    UnreadyLater,
    /// Runs, not Ready, with events of its readiness probe.
    ProbeFailing,
    /// Healthy, and Terminating for ever once deleted, unless forced.
    StuckTerminating,
    /// The first init container crash loops.
    InitFailing,
    /// CreateContainerConfigError: a secret is missing.
    ContainerConfig,
    /// Phase Failed after a second.
    Fails,
    /// Pending until the test writes a status.
    ByHand,
}

impl Behaviour {
    /// The value of the annotation.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::NeverReady => "never-ready",
            Self::CrashLoop => "crash-loop",
            Self::ImagePullError => "image-pull-error",
            Self::Oom => "oom",
            Self::SlowReady => "slow-ready",
            Self::UnreadyLater => "unready-later",
            Self::ProbeFailing => "probe-failing",
            Self::StuckTerminating => "stuck-terminating",
            Self::InitFailing => "init-failing",
            Self::ContainerConfig => "container-config",
            Self::Fails => "fails",
            Self::ByHand => "by-hand",
        }
    }
}

impl Namespace {
    /// Makes one running pod behave otherwise, whatever its template says.
    ///
    /// # Panics
    /// When the pod is not there.
    pub fn behave(&self, pod: &str, behaviour: Behaviour) {
        self.patch::<Pod>(pod, &json!({"metadata": {"annotations": {BEHAVIOUR: behaviour.name()}}}));
    }

    /// The status of a pod's container, init containers included.
    #[must_use]
    pub fn container(&self, pod: &str, container: &str) -> Option<ContainerStatus> {
        let status = self.pod(pod)?.status?;
        let all = status.container_statuses.into_iter().chain(status.init_container_statuses).flatten();
        all.into_iter().find(|status| status.name == container)
    }

    /// The reason for which a pod's container waits, like `CrashLoopBackOff`.
    #[must_use]
    pub fn waiting_reason(&self, pod: &str, container: &str) -> Option<String> {
        match self.container(pod, container)?.state? {
            ContainerState { waiting: Some(waiting), .. } => waiting.reason,
            _ => None,
        }
    }

    /// Whether a pod is there, not being deleted, and Ready.
    #[must_use]
    pub fn is_ready(&self, pod: &str) -> bool {
        let Some(pod) = self.pod(pod) else { return false };
        let conditions = pod.status.and_then(|status| status.conditions).unwrap_or_default();
        pod.metadata.deletion_timestamp.is_none()
            && conditions.iter().any(|condition| condition.type_ == "Ready" && condition.status == "True")
    }

    /// Whether a pod is there and being deleted.
    #[must_use]
    pub fn is_terminating(&self, pod: &str) -> bool {
        self.pod(pod).is_some_and(|pod| pod.metadata.deletion_timestamp.is_some())
    }
}
