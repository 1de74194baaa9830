//! Containers that do not run.

use super::Reason;
use super::trouble::{Trouble, event_line};
use crate::domain::Set;
use crate::domain::pod::{Container, ContainerKind, ContainerState, Ended, Pod};
use crate::domain::time::ago;

/// The first container, in starting order, that does not run as it should.
pub(super) fn of(set: &Set, pod: &Pod) -> Option<Trouble> {
    let found = pod.containers.iter().find_map(|container| of_container(set, pod, container));
    found.or_else(|| mounting(set, pod))
}

fn of_container(set: &Set, pod: &Pod, container: &Container) -> Option<Trouble> {
    let trouble = match &container.state {
        ContainerState::Waiting { reason, message } => match reason.as_str() {
            "ErrImagePull"
            | "ImagePullBackOff"
            | "InvalidImageName"
            | "ErrImageNeverPull"
            | "ImageInspectError"
            | "RegistryUnavailable"
            | "SignatureValidationFailed" => image(set, pod, container, reason, message),
            "CreateContainerConfigError"
            | "CreateContainerError"
            | "RunContainerError"
            | "StartError"
            | "PreStartHookError"
            | "PostStartHookError"
            | "PreCreateHookError" => {
                let message = format!(
                    "container {} of {} cannot start: {}",
                    container.name,
                    pod.name,
                    words(reason, message)
                );
                Trouble::new(Reason::ContainerConfig, message)
            }
            "CrashLoopBackOff" => crash(set, pod, container, container.last.as_ref()),
            _ => return None,
        },
        ContainerState::Ended(ended) if failed(container, ended) => crash(set, pod, container, Some(ended)),
        // Between two crashes a container runs for a moment; that must not look like recovery.
        ContainerState::Running(since)
            if !container.ready && container.restarts > 1 && young(set, *since) && backs_off(set, pod) =>
        {
            crash(set, pod, container, container.last.as_ref())
        }
        ContainerState::Running(_) | ContainerState::Ended(_) => return None,
    };
    let began = pod.ready.since.or(pod.started);
    Some(trouble.since(began).of_revision())
}

fn image(set: &Set, pod: &Pod, container: &Container, reason: &str, message: &str) -> Trouble {
    let kind = kind(container);
    let text = format!(
        "{kind} {} of {} cannot get its image {}: {}",
        container.name,
        pod.name,
        container.image,
        words(reason, message)
    );
    let event = warning(set, pod, |event| event.reason == "Failed" && event.message.contains("pull"));
    Trouble::new(Reason::ImagePull, text)
        .evidence(format!("{kind} {}: waiting, {reason}", container.name))
        .evidences(event)
}

fn crash(set: &Set, pod: &Pod, container: &Container, ended: Option<&Ended>) -> Trouble {
    let oom = ended.is_some_and(|ended| ended.reason == "OOMKilled");
    let reason = match container.kind {
        _ if oom => Reason::OutOfMemory,
        ContainerKind::Init => Reason::InitContainer,
        ContainerKind::Sidecar | ContainerKind::Main => Reason::CrashLoop,
    };
    let what = match reason {
        Reason::OutOfMemory => "was killed for using more memory than its limit",
        Reason::InitContainer => "fails, so the other containers do not start",
        _ if container.restarts == 0 => "has ended",
        _ => "keeps ending",
    };
    let how = ended.map(|ended| format!(": {}", end(ended))).unwrap_or_default();
    let restarts = match container.restarts {
        0 => "not restarted yet".to_owned(),
        1 => "1 restart".to_owned(),
        restarts => format!("{restarts} restarts"),
    };
    let text = format!("{} {} of {} {what}{how}, {restarts}", kind(container), container.name, pod.name);
    let last_words = ended.map(|ended| ended.message.trim()).filter(|message| !message.is_empty());
    let previous = if matches!(container.state, ContainerState::Ended(_)) { "" } else { " --previous" };
    Trouble::new(reason, text)
        .evidences(ended.map(|ended| last_end(set, container, ended)))
        .evidences(last_words.map(|message| format!("its last words: {message}")))
        .evidences(warning(set, pod, |event| event.reason == "BackOff"))
        .evidence(format!(
            "its log: kubectl logs {} -n {} -c {}{previous}",
            pod.name, set.namespace, container.name
        ))
}

fn last_end(set: &Set, container: &Container, ended: &Ended) -> String {
    let when = ended.at.map(|at| format!(", {} ago", ago(set.now, at))).unwrap_or_default();
    format!("{} {}: last run ended with {}{when}", kind(container), container.name, end(ended))
}

/// `exit code 137 (SIGKILL, OOMKilled)`.
fn end(ended: &Ended) -> String {
    let mut notes = Vec::new();
    let signal = if ended.signal != 0 { ended.signal } else { ended.exit_code - 128 };
    match signal {
        6 => notes.push("SIGABRT".to_owned()),
        9 => notes.push("SIGKILL".to_owned()),
        11 => notes.push("SIGSEGV".to_owned()),
        15 => notes.push("SIGTERM".to_owned()),
        _ if ended.signal != 0 => notes.push(format!("signal {}", ended.signal)),
        _ => {}
    }
    if !matches!(ended.reason.as_str(), "" | "Error" | "Completed") {
        notes.push(ended.reason.clone());
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
    format!("exit code {}{notes}", ended.exit_code)
}

fn kind(container: &Container) -> &'static str {
    match container.kind {
        ContainerKind::Init => "init container",
        ContainerKind::Sidecar => "sidecar",
        ContainerKind::Main => "container",
    }
}

/// An init container that ended with 0 is done; any other end is a failure.
fn failed(container: &Container, ended: &Ended) -> bool {
    container.kind != ContainerKind::Init || ended.exit_code != 0
}

fn young(set: &Set, since: Option<jiff::Timestamp>) -> bool {
    since.is_none_or(|since| set.now.duration_since(since).as_secs() < 300)
}

/// Whether the kubelet has spoken of backing off lately. Restarts alone may be those of a whole life.
fn backs_off(set: &Set, pod: &Pod) -> bool {
    let lately = |event: &crate::domain::surroundings::Event| {
        event.last.is_none_or(|last| set.now.duration_since(last).as_secs() < 600)
    };
    let mut events = set.around.events_of("Pod", &pod.name, &pod.uid);
    set.around.events.get().is_none() || events.any(|event| event.reason == "BackOff" && lately(event))
}

fn words(reason: &str, message: &str) -> String {
    let message = message.trim();
    if message.is_empty() { reason.to_owned() } else { message.to_owned() }
}

fn warning(
    set: &Set,
    pod: &Pod,
    fits: impl Fn(&crate::domain::surroundings::Event) -> bool,
) -> Option<String> {
    let mut events = set.around.events_of("Pod", &pod.name, &pod.uid);
    events.find(|event| event.warning && fits(event)).map(|event| event_line(set, event))
}

/// No container has been created yet because a volume cannot be attached or mounted.
fn mounting(set: &Set, pod: &Pod) -> Option<Trouble> {
    let waiting = |container: &Container| matches!(container.state, ContainerState::Waiting { .. });
    if pod.node.is_none() || !pod.containers.iter().any(waiting) {
        return None;
    }
    let newest = set.around.events_of("Pod", &pod.name, &pod.uid).find(|event| {
        matches!(
            event.reason.as_str(),
            "FailedAttachVolume" | "FailedMount" | "FailedMapVolume" | "FailedCreatePodSandBox"
        )
    })?;
    let text = newest.message.trim();
    let (reason, message) = if text.contains("Multi-Attach") {
        (Reason::MultiAttach, format!("the volume of {} is still attached to another node: {text}", pod.name))
    } else if text.contains("not found") && newest.reason == "FailedMount" {
        (Reason::ContainerConfig, format!("{} cannot mount what its template names: {text}", pod.name))
    } else {
        (Reason::Starting, format!("{} is not started yet: {text}", pod.name))
    };
    let trouble = Trouble::new(reason, message)
        .since(pod.scheduled.since.or(pod.created))
        .evidence(event_line(set, newest));
    Some(if reason == Reason::ContainerConfig { trouble.of_revision() } else { trouble })
}
