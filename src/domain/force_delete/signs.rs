//! What the table distinguishes of all that was read: few values each, so that all their combinations can be tested.

use jiff::{SignedDuration, Timestamp};

use super::facts::{Facts, NodeFacts, Ready};
use super::modifiers;
use crate::domain::Known;
use crate::domain::pod::Phase;

/// Whose the pod is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The live set's.
    Set,
    /// A kubelet's.
    Kubelet,
    /// Nobody's, or that of something else or something gone.
    Other,
    /// Not readable.
    Unread,
}

/// How far its deletion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deletion {
    /// Not asked for.
    NotAsked,
    /// Its grace period goes on.
    InGrace,
    /// Its grace period is over.
    Due,
}

/// What its node is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// The kubelet says that it is ready.
    Ready,
    /// The kubelet says that it is not ready.
    NotReady,
    /// The kubelet says nothing.
    Silent,
    /// There is no such Node.
    Gone,
    /// Not readable.
    Unread,
}

/// What is known of fences and reboots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Remediation {
    /// None that counts.
    None,
    /// One is running.
    Running,
    /// One has fenced the node.
    Fenced,
    /// Not readable.
    Unread,
}

/// Whether the machine has rebooted, so that it has ended the pod's processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reboot {
    /// Not that anybody knows.
    No,
    /// It has.
    Yes,
    /// Not readable.
    Unread,
}

/// What the node's Lease says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lease {
    /// It is fresh, or was renewed between two readings.
    Renewed,
    /// It is stale in two readings a renewal apart, or there is none.
    Stale,
    /// It is stale, and was read but once.
    ReadOnce,
    /// Not readable.
    Unread,
}

/// Where its volumes can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Storage {
    /// Also elsewhere, or its node answers.
    Free,
    /// On its dead node only.
    OnNode,
    /// Not readable.
    Unread,
}

/// All signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signs {
    /// Whose the pod is.
    pub owner: Owner,
    /// Whether it has finalizers.
    pub finalizers: bool,
    /// Whether it has a node.
    pub scheduled: bool,
    /// Whether its phase is Succeeded or Failed.
    pub finished: bool,
    /// Whether a container has not ended.
    pub alive: bool,
    /// How far its deletion is.
    pub deletion: Deletion,
    /// What its node is like.
    pub node: Node,
    /// Whether that Node is newer than the pod.
    pub replaced: bool,
    /// Whether the node is marked out of service.
    pub out_of_service: bool,
    /// Whether the cloud says that the machine is shut down.
    pub shut_down: bool,
    /// Fences.
    pub remediation: Remediation,
    /// Reboots.
    pub reboot: Reboot,
    /// The node's Lease.
    pub lease: Lease,
    /// Its volumes.
    pub storage: Storage,
    /// Whether the controller would make a lower ordinal first.
    pub lower_first: bool,
    /// Whether the others are too few to stand a mistake.
    pub few_others: bool,
}

impl Signs {
    /// What the facts come to.
    pub fn of(facts: &Facts) -> Self {
        let pod = &facts.pod.pod;
        let node = facts.node.get().and_then(Option::as_ref);
        Self {
            owner: owner(facts),
            finalizers: !pod.finalizers.is_empty(),
            scheduled: pod.node.is_some(),
            finished: matches!(pod.phase, Phase::Failed | Phase::Succeeded),
            alive: !facts.pod.alive.is_empty(),
            deletion: match pod.deletion {
                None => Deletion::NotAsked,
                Some(deletion) if facts.now < deletion.deadline => Deletion::InGrace,
                Some(_) => Deletion::Due,
            },
            node: match (&facts.node, node) {
                (Known::Unknown, _) => Node::Unread,
                (_, None) => Node::Gone,
                (_, Some(node)) => match node.ready {
                    Ready::True => Node::Ready,
                    Ready::False => Node::NotReady,
                    Ready::Unknown => Node::Silent,
                },
            },
            replaced: node.is_some_and(|node| is_newer(node, facts) == Some(true)),
            out_of_service: node.is_some_and(|node| node.out_of_service),
            shut_down: node.is_some_and(|node| node.shut_down),
            remediation: remediation(facts),
            reboot: reboot(facts),
            lease: lease(facts),
            storage: modifiers::storage(facts),
            lower_first: modifiers::lower_first(facts),
            few_others: modifiers::few_others(facts),
        }
    }
}

fn owner(facts: &Facts) -> Owner {
    if facts.pod.mirror {
        return Owner::Kubelet;
    }
    let Some(controller) = facts.pod.controller.as_ref().filter(|owner| owner.is_stateful_set()) else {
        return Owner::Other;
    };
    match &facts.set {
        Known::Unknown => Owner::Unread,
        Known::Known(Some(set)) if set.uid == controller.uid => Owner::Set,
        Known::Known(_) => Owner::Other,
    }
}

fn remediation(facts: &Facts) -> Remediation {
    let Known::Known(all) = &facts.remediations else { return Remediation::Unread };
    if all.iter().any(|one| one.running) {
        return Remediation::Running;
    }
    let fenced = all.iter().filter_map(|one| one.fenced).any(|at| {
        is_its_machine(facts)
            && is_after_its_start(at, facts)
            && (was_asked_by(at, facts) || is_silent_since(at, facts))
    });
    if fenced { Remediation::Fenced } else { Remediation::None }
}

/// A kubelet reports a reboot once it is back: it could start a pod whose deletion nobody has asked for.
fn reboot(facts: &Facts) -> Reboot {
    let ended_by = |at: Timestamp| {
        is_its_machine(facts) && is_after_its_start(at, facts) && was_asked_well_before(at, facts)
    };
    let node = facts.node.get().and_then(Option::as_ref);
    let captured = facts.earlier.as_ref().zip(node).is_some_and(|(earlier, node)| {
        let same_machine = earlier.machine_id == node.machine_id && !earlier.machine_id.is_empty();
        let other_boot =
            earlier.boot_id != node.boot_id && !earlier.boot_id.is_empty() && !node.boot_id.is_empty();
        same_machine && other_boot && ended_by(earlier.taken)
    });
    match &facts.reboots {
        _ if captured => Reboot::Yes,
        Known::Known(all) if all.iter().any(|at| ended_by(*at)) => Reboot::Yes,
        Known::Known(_) => Reboot::No,
        Known::Unknown => Reboot::Unread,
    }
}

/// Whether what is told of the node is told of the machine that ran the pod: the Node is not newer than the pod's
/// scheduling. A pod may be older than its node, which was added for it.
fn is_its_machine(facts: &Facts) -> bool {
    match &facts.node {
        Known::Known(Some(node)) => is_newer(node, facts) == Some(false),
        // A Node that could not be read caps every proof.
        Known::Known(None) | Known::Unknown => true,
    }
}

/// Whether a Node was made after the pod had been given one of its name; none where that is not known.
fn is_newer(node: &NodeFacts, facts: &Facts) -> Option<bool> {
    let pod = &facts.pod.pod;
    let bound = pod.scheduled.since.filter(|_| pod.scheduled.holds).or(pod.created)?;
    Some(node.created? > bound)
}

fn is_after_its_start(at: Timestamp, facts: &Facts) -> bool {
    let started = facts.pod.last_start.or(facts.pod.pod.started).or(facts.pod.pod.created);
    started.is_some_and(|started| started < at)
}

/// No kubelet starts a pod whose deletion was asked for before.
fn was_asked_by(at: Timestamp, facts: &Facts) -> bool {
    facts.pod.asked().is_some_and(|asked| asked <= at)
}

/// A kubelet tells of a reboot with its first report after it, and reports each ten seconds
/// (`nodeStatusUpdateFrequency`): by then it may have started a pod that was to go only from that moment on.
const REPORT: SignedDuration = SignedDuration::from_secs(10);

fn was_asked_well_before(at: Timestamp, facts: &Facts) -> bool {
    facts.pod.asked().is_some_and(|asked| at.duration_since(asked) > REPORT)
}

/// A kubelet that has started any pod since renews its Lease: one that is there, was renewed last before that moment, and
/// is not renewed between two readings.
fn is_silent_since(at: Timestamp, facts: &Facts) -> bool {
    let Known::Known(Some(lease)) = &facts.lease else { return false };
    lease.is_confirmed() && !lease.advances() && lease.last().is_some_and(|renewed| renewed <= at)
}

fn lease(facts: &Facts) -> Lease {
    match &facts.lease {
        Known::Unknown => Lease::Unread,
        Known::Known(None) => Lease::Stale,
        Known::Known(Some(lease)) if lease.is_fresh() || lease.advances() => Lease::Renewed,
        Known::Known(Some(lease)) if lease.is_confirmed() => Lease::Stale,
        Known::Known(Some(_)) => Lease::ReadOnce,
    }
}
