//! What the controller reports at the end of a sync and goes by in the next one (`completeRollingUpdate`,
//! `updateStatus`).

use crate::domain::Set;
use crate::domain::set::Strategy;

/// Brings the revision of the last finished rollout, and the count of pods at it, up to date. A rollout is finished
/// when updated = ready = existing = replicas, also where that is zero (kubernetes#121534).
pub fn update_status(set: &mut Set) {
    let replicas = usize::try_from(set.spec.range.replicas).unwrap_or(usize::MAX);
    let updated = set.pods.values().filter(|pod| !pod.is_terminating());
    let updated = updated.filter(|pod| pod.revision.as_ref() == Some(&set.update_revision)).count();
    let ready = set.pods.values().filter(|pod| pod.is_running_and_ready()).count();
    let rolling = matches!(set.spec.strategy, Strategy::RollingUpdate(_));
    if rolling && updated == replicas && ready == replicas && set.pods.len() == replicas {
        set.current_revision = set.update_revision.clone();
    }
    let current = set.pods.values().filter(|pod| !pod.is_terminating());
    let current = current.filter(|pod| pod.revision.as_ref() == Some(&set.current_revision)).count();
    set.status.current_replicas = u32::try_from(current).unwrap_or(u32::MAX);
}
