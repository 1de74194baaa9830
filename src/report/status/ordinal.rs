//! One line an ordinal.

use crate::domain::cause::Diagnosis;
use crate::domain::pod::{ContainerKind, ContainerState, Phase, Pod};
use crate::domain::{Ordinal, Set};

use super::build::born;
use super::{CauseView, ClaimView, OrdinalView};

/// All ordinals, in range or with a pod, lowest first.
pub(super) fn all(set: &Set, diagnosis: &Diagnosis) -> Vec<OrdinalView> {
    let mut ordinals: Vec<Ordinal> =
        set.spec.range.iter().chain(set.condemned().map(|pod| pod.ordinal)).collect();
    ordinals.sort_unstable();
    ordinals.into_iter().map(|ordinal| one(set, diagnosis, ordinal)).collect()
}

fn one(set: &Set, diagnosis: &Diagnosis, ordinal: Ordinal) -> OrdinalView {
    let pod = set.pods.get(&ordinal);
    let in_range = set.in_range(ordinal);
    let causes = diagnosis.by_ordinal.get(&ordinal).map(Vec::as_slice).unwrap_or_default();
    OrdinalView {
        ordinal,
        pod: set.pod_name(ordinal),
        uid: pod.map(|pod| pod.uid.clone()),
        exists: pod.is_some(),
        in_range,
        revision: pod.and_then(|pod| pod.revision.clone()),
        expected_revision: if in_range { born(set.expected_revision(ordinal)) } else { None },
        at_expected_revision: pod.is_some_and(|pod| in_range && set.at_expected_revision(pod)),
        ready: pod.is_some_and(Pod::is_running_and_ready),
        available: pod.is_some_and(|pod| !set.is_unavailable(pod)),
        phase: pod.map(|pod| phase(pod.phase)),
        status: pod.map_or_else(|| "(none)".to_owned(), status),
        terminating: pod.is_some_and(Pod::is_terminating),
        node: pod.and_then(|pod| pod.node.clone()),
        restarts: pod.map_or(0, Pod::restarts),
        created: pod.and_then(|pod| pod.created).map(|time| time.to_string()),
        claims: claims(set, ordinal),
        causes: causes.iter().map(CauseView::of).collect(),
    }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Pending => "Pending",
        Phase::Running => "Running",
        Phase::Succeeded => "Succeeded",
        Phase::Failed => "Failed",
        Phase::Unknown => "Unknown",
    }
}

/// The word that kubectl shows in its STATUS column.
fn status(pod: &Pod) -> String {
    if pod.is_terminating() {
        return "Terminating".to_owned();
    }
    let word = pod.containers.iter().find_map(|container| {
        let word = match &container.state {
            ContainerState::Waiting { reason, .. } if !matches!(reason.as_str(), "" | "PodInitializing") => {
                reason.clone()
            }
            ContainerState::Ended(ended) if container.kind != ContainerKind::Init || ended.exit_code != 0 => {
                if ended.reason.is_empty() {
                    format!("ExitCode:{}", ended.exit_code)
                } else {
                    ended.reason.clone()
                }
            }
            _ => return None,
        };
        Some(if container.kind == ContainerKind::Init { format!("Init:{word}") } else { word })
    });
    let phase = || pod.phase_reason.clone().unwrap_or_else(|| phase(pod.phase).to_owned());
    word.unwrap_or_else(phase)
}

fn claims(set: &Set, ordinal: Ordinal) -> Vec<ClaimView> {
    let view = |template: &crate::domain::set::ClaimTemplate| {
        let name = set.claim_name(&template.name, ordinal);
        let phase = set.claims.get().map(|claims| match claims.get(&name) {
            Some(claim) if claim.deleted.is_some() => "Terminating",
            Some(claim) => claim.phase.as_str(),
            None => "Missing",
        });
        ClaimView { template: template.name.clone(), name, phase }
    };
    set.spec.claim_templates.iter().map(view).collect()
}
