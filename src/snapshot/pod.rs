//! Pods.

use std::collections::BTreeMap;

use super::convert::{count, time};
use crate::domain::Ordinal;
use crate::domain::pod::{Condition, Container, ContainerKind, ContainerState, Deletion, Ended, Phase, Pod};
use crate::domain::revision::{REVISION_LABEL, Revision};
use crate::wire::{self, Object as _};

/// A pod of a set.
pub(super) fn pod(pod: &wire::Pod, ordinal: Ordinal) -> Pod {
    let (meta, spec, status) =
        (pod.meta(), pod.spec.clone().unwrap_or_default(), pod.status.clone().unwrap_or_default());
    let deletion = time(meta.deletion_timestamp).map(|deadline| Deletion {
        deadline,
        grace_seconds: meta.deletion_grace_period_seconds.unwrap_or(0),
    });
    Pod {
        name: meta.name.clone(),
        uid: meta.uid.clone(),
        ordinal,
        revision: meta.labels.get(REVISION_LABEL).map(Revision::new),
        phase: phase(&status.phase),
        phase_reason: Some(status.reason.clone()).filter(|reason| !reason.is_empty()),
        ready: condition(&status, "Ready"),
        scheduled: condition(&status, "PodScheduled"),
        deletion,
        finalizers: meta.finalizers.clone(),
        node: Some(spec.node_name.clone()).filter(|name| !name.is_empty()),
        created: time(meta.creation_timestamp),
        started: time(status.start_time),
        containers: containers(&spec, &status),
        claims: spec.volumes.iter().filter_map(claim).collect(),
        grace_seconds: spec.termination_grace_period_seconds,
    }
}

fn phase(phase: &str) -> Phase {
    match phase {
        "Pending" | "" => Phase::Pending,
        "Running" => Phase::Running,
        "Succeeded" => Phase::Succeeded,
        "Failed" => Phase::Failed,
        _ => Phase::Unknown,
    }
}

fn condition(status: &wire::PodStatus, name: &str) -> Condition {
    let found = status.conditions.iter().find(|condition| condition.r#type == name);
    found.map_or_else(Condition::default, |condition| Condition {
        holds: condition.status == "True",
        since: time(condition.last_transition_time),
        reason: condition.reason.clone(),
        message: condition.message.clone(),
    })
}

fn claim(volume: &wire::Volume) -> Option<(String, String)> {
    let claim = volume.source.as_ref()?.persistent_volume_claim.as_ref()?;
    Some((volume.name.clone(), claim.claim_name.clone()))
}

/// Containers in starting order. One that has no status yet waits.
fn containers(spec: &wire::PodSpec, status: &wire::PodStatus) -> Vec<Container> {
    let statuses = status.init_container_statuses.iter().chain(&status.container_statuses);
    let by_name: BTreeMap<&str, &wire::ContainerStatus> =
        statuses.map(|status| (status.name.as_str(), status)).collect();
    let init = spec.init_containers.iter().map(|container| {
        let sidecar = container.restart_policy == "Always";
        (container, if sidecar { ContainerKind::Sidecar } else { ContainerKind::Init })
    });
    let main = spec.containers.iter().map(|container| (container, ContainerKind::Main));
    init.chain(main)
        .map(|(asked, kind)| container(asked, kind, by_name.get(asked.name.as_str()).copied()))
        .collect()
}

fn container(
    asked: &wire::Container,
    kind: ContainerKind,
    status: Option<&wire::ContainerStatus>,
) -> Container {
    let last =
        status.and_then(|status| status.last_state.as_ref()).and_then(|state| state.terminated.as_ref());
    Container {
        name: asked.name.clone(),
        kind,
        image: asked.image.clone(),
        state: state(status.and_then(|status| status.state.as_ref())),
        last: last.map(ended),
        restarts: status.map_or(0, |status| count(status.restart_count)),
        ready: status.is_some_and(|status| status.ready),
    }
}

fn state(state: Option<&wire::ContainerState>) -> ContainerState {
    let state = state.cloned().unwrap_or_default();
    if let Some(terminated) = &state.terminated {
        return ContainerState::Ended(ended(terminated));
    }
    if let Some(running) = &state.running {
        return ContainerState::Running(time(running.started_at));
    }
    let waiting = state.waiting.unwrap_or_default();
    ContainerState::Waiting { reason: waiting.reason, message: waiting.message }
}

fn ended(terminated: &wire::Terminated) -> Ended {
    Ended {
        exit_code: terminated.exit_code,
        signal: terminated.signal,
        reason: terminated.reason.clone(),
        message: terminated.message.clone(),
        at: time(terminated.finished_at),
    }
}
