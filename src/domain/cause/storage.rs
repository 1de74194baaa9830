//! Claims that keep a pod from starting.

use jiff::Timestamp;

use super::Reason;
use super::trouble::{Trouble, event_line};
use crate::domain::claim::{Claim, ClaimPhase};
use crate::domain::pod::Pod;
use crate::domain::time::ago;
use crate::domain::{Known, Set};

/// The first claim of a pod that is not fit for use, as long as the pod has not started on it.
pub(super) fn of_pod(set: &Set, pod: &Pod) -> Option<Trouble> {
    let claims = set.claims.get()?;
    let waiting = pod.node.is_none();
    pod.claims.iter().find_map(|(_, name)| match claims.get(name) {
        None if waiting => Some(missing(set, pod, name)),
        Some(claim) if claim.phase == ClaimPhase::Lost => Some(lost(claim, &pod.name)),
        Some(claim) if waiting && claim.deleted.is_some() => {
            Some(terminating(set, claim, &pod.name, claim.deleted))
        }
        Some(claim) if waiting && claim.phase == ClaimPhase::Pending => pending(set, pod, claim),
        _ => None,
    })
}

fn missing(set: &Set, pod: &Pod, claim: &str) -> Trouble {
    let own =
        set.spec.claim_templates.iter().any(|template| set.claim_name(&template.name, pod.ordinal) == *claim);
    let message = if own {
        format!(
            "claim {claim} of {} does not exist; the controller makes it when its sync comes to that ordinal",
            pod.name
        )
    } else {
        format!(
            "claim {claim}, which the pod template of {} names, does not exist, and no claim template makes it",
            pod.name
        )
    };
    let trouble = Trouble::new(Reason::ClaimMissing, message).since(pod.created);
    if own { trouble } else { trouble.passes(false).of_revision() }
}

fn lost(claim: &Claim, pod: &str) -> Trouble {
    let volume = claim.volume.as_deref().unwrap_or("unknown");
    let message =
        format!("claim {} of {pod} is Lost: its volume {volume} does not exist any more", claim.name);
    Trouble::new(Reason::ClaimLost, message).passes(false)
}

/// A claim that is being deleted keeps its pod from being created or scheduled; `held` says since when it does.
pub(super) fn terminating(set: &Set, claim: &Claim, pod: &str, held: Option<Timestamp>) -> Trouble {
    let since = claim.deleted.map(|at| format!(" since {}", ago(set.now, at))).unwrap_or_default();
    let message = format!(
        "claim {} of {pod} is being deleted{since}; the pod can have it only once it is gone",
        claim.name
    );
    let users: Vec<&str> = (set.pods.values())
        // A pod without node does not use it yet, as the protection controller sees it.
        .filter(|other| other.node.is_some() && other.claims.iter().any(|(_, name)| *name == claim.name))
        .map(|other| other.name.as_str())
        .collect();
    // The protection controller takes its own finalizer off as soon as no pod uses the claim.
    let protected_only = claim.finalizers.iter().all(|name| name == "kubernetes.io/pvc-protection");
    let fresh = held.is_none_or(|at| set.now.duration_since(at).as_secs() < 10);
    let passes = protected_only && (fresh || users.is_empty() && claim.finalizers.is_empty());
    let mut trouble = Trouble::new(Reason::ClaimTerminating, message).since(held).passes(passes);
    if !claim.finalizers.is_empty() {
        trouble = trouble.evidence(format!("finalizers of {}: {}", claim.name, claim.finalizers.join(", ")));
    }
    if !users.is_empty() {
        trouble = trouble.evidence(format!("used by {}", users.join(", ")));
    }
    trouble
}

fn pending(set: &Set, pod: &Pod, claim: &Claim) -> Option<Trouble> {
    let event = (set.around.events_of("PersistentVolumeClaim", &claim.name, &claim.uid)).find(|event| {
        event.warning || event.reason == "ExternalProvisioning" || event.reason == "FailedBinding"
    });
    let class = class_of(set, claim);
    let (problem, passes) = match class {
        Class::Missing(name) => (format!("its storage class {name} does not exist"), Some(false)),
        Class::NoDefault => {
            ("it names no storage class and the cluster has no default one".to_owned(), Some(false))
        }
        // Binding waits for the scheduler, which says what is wrong in the pod's own condition.
        Class::WaitsForConsumer if event.is_none() => return None,
        Class::WaitsForConsumer | Class::Fine | Class::Unknown => {
            ("no volume has been bound to it".to_owned(), None)
        }
    };
    let words = event.map(|event| format!(": {}", event.message.trim())).unwrap_or_default();
    let message = format!("claim {} of {} is Pending: {problem}{words}", claim.name, pod.name);
    let mut trouble = Trouble::new(Reason::ClaimPending, message)
        .since(claim.created)
        .evidence(format!(
            "claim {}: phase Pending, class {}",
            claim.name,
            claim.class.as_deref().unwrap_or("(default)")
        ))
        .evidences(event.map(|event| event_line(set, event)));
    trouble.passes = passes;
    Some(trouble)
}

enum Class {
    Fine,
    WaitsForConsumer,
    Missing(String),
    NoDefault,
    Unknown,
}

fn class_of(set: &Set, claim: &Claim) -> Class {
    let Known::Known(classes) = &set.around.storage_classes else { return Class::Unknown };
    let class = match claim.class.as_deref() {
        // An empty class asks for a volume made by hand.
        Some("") => return Class::Fine,
        Some(name) => {
            classes.iter().find(|class| class.name == name).ok_or_else(|| Class::Missing(name.to_owned()))
        }
        None => classes.iter().find(|class| class.default).ok_or(Class::NoDefault),
    };
    match class {
        Ok(class) if class.waits_for_consumer => Class::WaitsForConsumer,
        Ok(_) => Class::Fine,
        Err(problem) => problem,
    }
}
