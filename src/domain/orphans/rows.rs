//! The rows of the table, in their order. Each looks at one thing, and says nothing where it does not fit.

use super::facts::LiveSet;
use super::judge::{Case, NOT_OF_A_SET, Row};
use super::source::Source;
use super::{Class, Reason, foreign};
use crate::domain::ordinal::{Ordinal, Range};
use crate::domain::time::human;

/// Finalizers that are held while a snapshot or a clone of the claim is made: kubernetes-csi/external-snapshotter
/// `pkg/utils/util.go`, kubernetes-csi/external-provisioner `pkg/controller/clone_controller.go`.
const COPYING: [(&str, &str); 2] = [
    ("snapshot.storage.kubernetes.io/pvc-as-source-protection", "a snapshot of it is being taken"),
    ("provisioner.storage.kubernetes.io/cloning-protection", "a clone of it is being made"),
];

impl Case<'_> {
    pub(super) fn being_deleted(&self) -> Row {
        let since = self.candidate.claim.deleted?;
        let finalizers = &self.candidate.claim.finalizers;
        let held = match finalizers.as_slice() {
            [] => "nothing holds it".to_owned(),
            some => format!("held by {}", some.join(", ")),
        };
        let ago = human(self.now.duration_since(since));
        let why = format!("its deletion was asked for {ago} ago; {held}");
        let users: Vec<&str> = self.place.pods_using(self.name()).into_iter().collect();
        let users =
            if users.is_empty() { String::new() } else { format!("; used by pod {}", users.join(", ")) };
        Some((Class::Terminating, Reason::BeingDeleted, why + &users))
    }

    pub(super) fn owned_by_a_condemned_pod(&self) -> Row {
        let pods = self.candidate.claim.owners.iter().filter(|owner| owner.kind == "Pod");
        let pod =
            pods.filter_map(|owner| self.place.pod(&owner.uid)).find(|pod| self.place.is_condemned(pod))?;
        let why = format!("pod {} is scaled away and takes the claim along (whenScaled: Delete)", pod.name);
        Some((Class::GarbageCollecting, Reason::OwnedByCondemnedPod, why))
    }

    pub(super) fn used_by_a_pod(&self) -> Row {
        let pod = *self.place.pods_using(self.name()).first()?;
        Some((Class::InUse, Reason::UsedByPod, format!("pod {pod} uses it")))
    }

    pub(super) fn named_by_a_template(&self) -> Row {
        let workload = self.place.template_naming(self.name())?;
        Some((Class::InUse, Reason::NamedByTemplate, format!("the template of {workload} names it")))
    }

    pub(super) fn in_range(&self) -> Row {
        let (set, _) = self.sets().find(|(set, ordinal)| set.range.contains(*ordinal))?;
        let why = format!("statefulset {} asks for {}", set.name, ordinals(set.range));
        Some((Class::InUse, Reason::InRange, why))
    }

    pub(super) fn decided_by_others(&self) -> Row {
        foreign::decides(self.candidate, self.evidence, &self.matches)
    }

    /// No set can have given it that name, whatever was not readable.
    pub(super) fn not_of_a_set(&self) -> Row {
        let could_be = self.shape.is_some_and(|shape| shape.pairs().next().is_some());
        (!could_be).then(|| (Class::Managed, Reason::NotOfASet, NOT_OF_A_SET.to_owned()))
    }

    pub(super) fn unread(&self) -> Row {
        let unread: Vec<&str> =
            self.evidence.unread().filter(|source| source.is_essential()).map(Source::name).collect();
        let why = || format!("what could use it was not readable: {}", unread.join(", "));
        (!unread.is_empty()).then(|| (Class::Unknown, Reason::EvidenceUnread, why()))
    }

    pub(super) fn reserved(&self) -> Row {
        let reserves = |(set, ordinal): (&LiveSet, Ordinal)| {
            let scaler = self.place.scaler(&set.name).filter(|scaler| {
                let widest = Range { replicas: scaler.max_replicas.max(set.range.replicas), ..set.range };
                ordinal < widest.start || widest.contains(ordinal)
            });
            match scaler {
                Some(scaler) => {
                    let max = scaler.max_replicas;
                    let why = format!("{} may scale {} up to {max} replicas", scaler.name, set.name);
                    Some((Class::Reserved, Reason::AutoscalerMayUse, why))
                }
                None if set.range.replicas == 0 => {
                    let why = format!("statefulset {} is scaled to 0, as one does to pause it", set.name);
                    Some((Class::Reserved, Reason::SetPaused, why))
                }
                None => None,
            }
        };
        self.sets().find_map(reserves)
    }

    pub(super) fn attached(&self) -> Row {
        let volume = self.candidate.claim.volume.as_ref()?;
        let node = self.evidence.attachment(volume)?;
        let why = format!("its volume {volume} is still attached to node {node}");
        Some((Class::Attached, Reason::VolumeAttached, why))
    }

    pub(super) fn being_copied(&self) -> Row {
        let held = |finalizer: &str| self.candidate.claim.finalizers.iter().any(|held| held == finalizer);
        let by_finalizer =
            COPYING.iter().find(|(finalizer, _)| held(finalizer)).map(|(_, why)| (*why).to_owned());
        let why =
            by_finalizer.or_else(|| self.place.copier(self.name()).map(|who| format!("{who} copies it")))?;
        Some((Class::InUse, Reason::BeingCopied, why))
    }

    pub(super) fn below_start(&self) -> Row {
        let (set, _) = self.sets().find(|(set, ordinal)| *ordinal < set.range.start)?;
        let why = format!(
            "statefulset {} begins with ordinal {}: what is below may have moved to another set or cluster",
            set.name, set.range.start
        );
        Some((Class::Unclear, Reason::BelowStart, why))
    }

    pub(super) fn scaled_down(&self) -> Row {
        let sets: Vec<_> = self.sets().collect();
        match sets.as_slice() {
            [] => None,
            [(set, _)] => {
                let why = format!("statefulset {} asks for {} only", set.name, ordinals(set.range));
                Some((Class::Orphaned, Reason::ScaledDown, why))
            }
            several => {
                let names: Vec<&str> = several.iter().map(|(set, _)| set.name.as_str()).collect();
                let why = format!(
                    "it can be of any of statefulsets {}, and is above the range of each",
                    names.join(", ")
                );
                Some((Class::Unclear, Reason::SeveralSets, why))
            }
        }
    }

    pub(super) fn template_gone(&self) -> Row {
        let (template, set) = self.former()?;
        let why = format!("statefulset {} lives but has no claim template {template}", set.name);
        Some((Class::Unclear, Reason::TemplateGone, why))
    }

    pub(super) fn set_gone(&self) -> Row {
        // A set's selector cannot be empty, and its labels are given to every claim.
        if self.candidate.labels.is_empty() {
            return None;
        }
        let (_, set) = self.inferred()?;
        let other = self.shape?.pairs().map(|(_, set)| set).filter(|other| *other != set).collect::<Vec<_>>();
        let other = if other.is_empty() { String::new() } else { format!(" (or {})", other.join(", ")) };
        let why =
            format!("no statefulset {set}{other} exists; by name and labels it is of one that was deleted");
        Some((Class::Orphaned, Reason::SetGone, why))
    }
}

fn ordinals(range: Range) -> String {
    match range.replicas {
        0 => "no ordinal".to_owned(),
        1 => format!("ordinal {}", range.start),
        more => format!("ordinals {} to {}", range.start, range.start.get().saturating_add(more - 1)),
    }
}
