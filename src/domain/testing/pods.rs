//! Pods of a story.

use jiff::SignedDuration;

use super::{Story, ago, at, now};
use crate::domain::Revision;
use crate::domain::pod::{Condition, Container, ContainerKind, ContainerState, Deletion, Ended, Phase, Pod};
use crate::domain::set::ForeignPod;

const AN_HOUR: i64 = 3_600;

fn container(name: &str, kind: ContainerKind, state: ContainerState) -> Container {
    let image = format!("registry.example/{name}:1");
    Container { name: name.to_owned(), kind, image, state, last: None, restarts: 0, ready: false }
}

fn waiting(reason: &str, message: &str) -> ContainerState {
    ContainerState::Waiting { reason: reason.to_owned(), message: message.to_owned() }
}

fn ended(exit_code: i32, reason: &str) -> Ended {
    Ended { exit_code, reason: reason.to_owned(), at: Some(ago(20)), ..Ended::default() }
}

/// A pod that runs on node `n<ordinal>` and has been Ready for an hour.
fn running(set: &str, number: u32, revision: &str) -> Pod {
    let mut app = container("app", ContainerKind::Main, ContainerState::Running(Some(ago(AN_HOUR))));
    app.ready = true;
    let since = Some(ago(AN_HOUR));
    Pod {
        name: format!("{set}-{number}"),
        uid: format!("uid-{set}-{number}-{revision}"),
        ordinal: at(number),
        revision: Some(Revision::new(revision)),
        phase: Phase::Running,
        phase_reason: None,
        ready: Condition { holds: true, since, ..Condition::default() },
        scheduled: Condition { holds: true, since, ..Condition::default() },
        deletion: None,
        finalizers: Vec::new(),
        node: Some(format!("n{number}")),
        created: since,
        started: since,
        containers: vec![app],
        claims: Vec::new(),
        grace_seconds: Some(30),
    }
}

impl Story {
    /// Any pod: one that is Ready, changed.
    pub(crate) fn pod(mut self, number: u32, revision: &str, change: impl FnOnce(&mut Pod)) -> Self {
        let mut pod = running(&self.set.name, number, revision);
        change(&mut pod);
        self.set.pods.insert(at(number), pod);
        self
    }

    /// Changes a pod that the story has.
    pub(crate) fn with(mut self, number: u32, change: impl FnOnce(&mut Pod)) -> Self {
        change(self.set.pods.get_mut(&at(number)).expect("the story has that pod"));
        self
    }

    pub(crate) fn ready(self, number: u32, revision: &str) -> Self {
        self.pod(number, revision, |_| {})
    }

    /// Several that are Ready.
    pub(crate) fn all_ready(self, numbers: impl IntoIterator<Item = u32>, revision: &str) -> Self {
        numbers.into_iter().fold(self, |story, number| story.ready(number, revision))
    }

    /// Ready since so many seconds.
    pub(crate) fn ready_for(self, number: u32, revision: &str, seconds: i64) -> Self {
        self.pod(number, revision, |pod| pod.ready.since = Some(ago(seconds)))
    }

    /// Runs and is not Ready, without a word why.
    pub(crate) fn not_ready(self, number: u32, revision: &str) -> Self {
        self.pod(number, revision, |pod| {
            pod.ready.holds = false;
            pod.containers[0].ready = false;
        })
    }

    /// Runs, and its readiness probe fails.
    pub(crate) fn probe_failing(self, number: u32, revision: &str) -> Self {
        let name = format!("{}-{number}", self.set.name);
        self.not_ready(number, revision).event(
            "Pod",
            &name,
            "Unhealthy",
            "Readiness probe failed: 503",
            AN_HOUR,
        )
    }

    /// On a node, with no container running yet.
    fn pending_on_node(self, number: u32, revision: &str, state: ContainerState) -> Self {
        self.not_ready(number, revision).with(number, |pod| {
            pod.phase = Phase::Pending;
            pod.containers[0].state = state;
        })
    }

    /// On a node, with nothing known to be wrong.
    pub(crate) fn starting(self, number: u32, revision: &str) -> Self {
        self.pending_on_node(number, revision, waiting("ContainerCreating", ""))
    }

    pub(crate) fn image_pull(self, number: u32, revision: &str) -> Self {
        self.pending_on_node(number, revision, waiting("ImagePullBackOff", "manifest unknown"))
    }

    pub(crate) fn config_error(self, number: u32, revision: &str) -> Self {
        let why = "configmap \"web\" not found";
        self.pending_on_node(number, revision, waiting("CreateContainerConfigError", why))
    }

    pub(crate) fn init_failing(self, number: u32, revision: &str) -> Self {
        self.pending_on_node(number, revision, waiting("PodInitializing", "")).with(number, |pod| {
            let mut init = container("init", ContainerKind::Init, waiting("CrashLoopBackOff", ""));
            (init.last, init.restarts) = (Some(ended(1, "Error")), 4);
            pod.containers.insert(0, init);
        })
    }

    pub(crate) fn crashing(self, number: u32, revision: &str) -> Self {
        self.not_ready(number, revision).with(number, |pod| {
            let app = &mut pod.containers[0];
            app.state = waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container");
            (app.last, app.restarts) = (Some(ended(1, "Error")), 7);
        })
    }

    pub(crate) fn oom(self, number: u32, revision: &str) -> Self {
        self.crashing(number, revision)
            .with(number, |pod| pod.containers[0].last = Some(ended(137, "OOMKilled")))
    }

    /// Not scheduled yet, without a word from the scheduler.
    pub(crate) fn pending(self, number: u32, revision: &str) -> Self {
        self.pending_on_node(number, revision, waiting("", "")).with(number, |pod| {
            (pod.node, pod.started) = (None, None);
            pod.scheduled = Condition::default();
        })
    }

    /// The scheduler finds no node.
    pub(crate) fn unscheduled(self, number: u32, revision: &str, words: &str) -> Self {
        self.pending(number, revision).with(number, |pod| {
            let (reason, message) = ("Unschedulable".to_owned(), words.to_owned());
            pod.scheduled = Condition { holds: false, since: Some(ago(AN_HOUR)), reason, message };
        })
    }

    pub(crate) fn failed(self, number: u32, revision: &str) -> Self {
        self.not_ready(number, revision).with(number, |pod| {
            (pod.phase, pod.phase_reason) = (Phase::Failed, Some("Evicted".to_owned()));
        })
    }

    /// Its deletion was asked for; the grace period ends in so many seconds (negative: has ended).
    pub(crate) fn terminating(self, number: u32, left: i64) -> Self {
        let deadline = now() + SignedDuration::from_secs(left);
        self.with(number, |pod| pod.deletion = Some(Deletion { deadline, grace_seconds: 30 }))
    }

    pub(crate) fn finalizer(self, number: u32, name: &str) -> Self {
        self.with(number, |pod| pod.finalizers.push(name.to_owned()))
    }

    /// Everything about the pod began so many seconds ago.
    pub(crate) fn since(self, number: u32, seconds: i64) -> Self {
        let when = Some(ago(seconds));
        self.with(number, |pod| {
            (pod.created, pod.ready.since, pod.scheduled.since) = (when, when, when);
            pod.started = pod.started.and(when);
        })
    }

    /// A pod of that name belongs to somebody else.
    pub(crate) fn foreign(mut self, number: u32, owner: Option<&str>) -> Self {
        let name = format!("{}-{number}", self.set.name);
        let owner = owner.map(str::to_owned);
        self.set.foreign_pods.push(ForeignPod { name, ordinal: at(number), owner, terminating: false });
        self
    }
}
