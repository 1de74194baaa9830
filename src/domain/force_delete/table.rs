//! The table, row by row.

use super::modifiers::modified;
use super::signs::{Deletion, Lease, Node, Owner, Reboot, Remediation, Signs};
use super::{Reason, Verdict};

/// One row.
struct Row {
    /// Whether what it looks at could not be read: then it does not fit, and caps what follows.
    unread: fn(&Signs) -> bool,
    fits: fn(&Signs) -> bool,
    verdict: Verdict,
    reason: Reason,
}

const fn row(fits: fn(&Signs) -> bool, verdict: Verdict, reason: Reason) -> Row {
    Row { unread: |_| false, fits, verdict, reason }
}

impl Row {
    const fn unread(mut self, unread: fn(&Signs) -> bool) -> Self {
        self.unread = unread;
        self
    }
}

const fn node_unread(signs: &Signs) -> bool {
    matches!(signs.node, Node::Unread)
}

/// In their order. Whatever is left over is [`Reason::EvidenceUnread`].
const TABLE: [Row; 20] = [
    row(|signs| signs.owner == Owner::Kubelet, Verdict::Refused, Reason::MirrorPod),
    row(|signs| signs.owner == Owner::Other, Verdict::Refused, Reason::NotOwnedBySet)
        .unread(|signs| signs.owner == Owner::Unread),
    row(|signs| signs.finalizers, Verdict::Useless, Reason::Finalizers),
    row(|signs| !signs.scheduled, Verdict::Unneeded, Reason::NotScheduled),
    row(|signs| signs.finished && !signs.alive, Verdict::Unneeded, Reason::AlreadyEnded),
    row(|signs| signs.deletion == Deletion::NotAsked, Verdict::Unsafe, Reason::NotTerminating),
    row(|signs| signs.deletion == Deletion::InGrace, Verdict::Unsafe, Reason::WithinGrace),
    row(
        |signs| signs.out_of_service && signs.node == Node::Ready,
        Verdict::Unsafe,
        Reason::OutOfServiceButReady,
    )
    .unread(node_unread),
    row(|signs| signs.remediation == Remediation::Running, Verdict::Unsafe, Reason::RemediationRunning)
        .unread(|signs| signs.remediation == Remediation::Unread),
    row(|signs| signs.remediation == Remediation::Fenced, Verdict::Safe, Reason::NodeFenced),
    row(|signs| signs.reboot == Reboot::Yes, Verdict::Safe, Reason::MachineRebooted)
        .unread(|signs| signs.reboot == Reboot::Unread),
    row(|signs| signs.node == Node::Ready && signs.alive, Verdict::Unsafe, Reason::ContainersRunning),
    row(|signs| signs.node == Node::Ready, Verdict::NeedsAttestation, Reason::ContainersEnded),
    row(|signs| signs.node == Node::NotReady, Verdict::Unsafe, Reason::KubeletReporting),
    row(|signs| signs.lease == Lease::Renewed, Verdict::Unsafe, Reason::LeaseRenewed)
        .unread(|signs| matches!(signs.lease, Lease::ReadOnce | Lease::Unread)),
    row(|signs| signs.out_of_service, Verdict::Unneeded, Reason::OutOfService),
    row(|signs| signs.node == Node::Gone, Verdict::NeedsAttestation, Reason::NodeGone),
    row(|signs| signs.replaced, Verdict::NeedsAttestation, Reason::NodeReplaced),
    row(|signs| signs.shut_down, Verdict::NeedsAttestation, Reason::NodeShutDown),
    row(
        |signs| signs.node == Node::Silent && signs.lease == Lease::Stale,
        Verdict::NeedsAttestation,
        Reason::NodeSilent,
    ),
];

/// What the signs come to, modifiers and missing evidence included.
pub fn decide(signs: &Signs) -> (Verdict, Reason) {
    let (verdict, reason, unread) = first(signs);
    modified(signs, verdict, reason, unread)
}

/// The first row that fits, and whether something that counts until there could not be read.
pub(super) fn first(signs: &Signs) -> (Verdict, Reason, bool) {
    let mut unread = false;
    for row in &TABLE {
        unread |= (row.unread)(signs);
        if (row.fits)(signs) {
            return (row.verdict, row.reason, unread);
        }
    }
    // Where all could be read, one of the rows fits.
    (Verdict::NeedsAttestation, Reason::EvidenceUnread, true)
}
