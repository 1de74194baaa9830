//! How long a thing that could come right by itself is waited for before it counts as stuck.

use jiff::{SignedDuration, Timestamp};

use super::Reason;

/// The patience of one run: the defaults, or one duration for all (`--stuck-after`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Patience {
    /// Overrides every default.
    pub stuck_after: Option<SignedDuration>,
}

impl Patience {
    /// One duration for all, where one is given.
    pub fn of(stuck_after: Option<std::time::Duration>) -> Self {
        let signed = |after| SignedDuration::try_from(after).unwrap_or(SignedDuration::MAX);
        Self { stuck_after: stuck_after.map(signed) }
    }

    /// The grace of a cause: none where waiting cannot help. docs/stuck.md has the same table for users.
    pub fn grace(self, reason: Reason) -> Option<SignedDuration> {
        let seconds = match reason {
            Reason::CrashLoop
            | Reason::OutOfMemory
            | Reason::InitContainer
            | Reason::ImagePull
            | Reason::ContainerConfig
            | Reason::ClaimOwnedByOldPod
            | Reason::CreateRejected => 60,
            // An autoscaler needs a few minutes to bring a node.
            Reason::Unschedulable
            | Reason::VolumeNodeAffinity
            | Reason::ClaimPending
            | Reason::ClaimMissing => 180,
            // Unmounting a volume takes its time, and so may the owner of a finalizer.
            Reason::StuckTerminating => 60,
            // A database that replays its log is slow, not broken; a node may only be restarting.
            Reason::ProbeFailing | Reason::NodeUnreachable => 300,
            // The attach/detach controller forces a detach after six minutes.
            Reason::MultiAttach => 420,
            Reason::Starting => 600,
            _ => return None,
        };
        Some(self.stuck_after.unwrap_or(SignedDuration::from_secs(seconds)))
    }

    /// What is left of the patience with trouble that began at `since`; none when it has run out, or never was.
    /// Without a beginning it counts as just begun.
    pub fn left(self, reason: Reason, since: Option<Timestamp>, now: Timestamp) -> Option<SignedDuration> {
        let passed = since.map_or(SignedDuration::ZERO, |since| now.duration_since(since));
        let left = self.grace(reason)?.saturating_sub(passed);
        (left > SignedDuration::ZERO).then_some(left)
    }

    /// Whether trouble that began at `since` can still pass.
    pub fn can_pass(self, reason: Reason, since: Option<Timestamp>, now: Timestamp) -> bool {
        self.left(reason, since, now).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_loop_is_given_a_minute_and_a_set_time_overrides_it() {
        let now: Timestamp = "2026-01-01T00:10:00Z".parse().unwrap();
        let ago = |seconds| Some(now - SignedDuration::from_secs(seconds));
        let patience = Patience::default();
        assert!(patience.can_pass(Reason::CrashLoop, ago(59), now));
        assert!(!patience.can_pass(Reason::CrashLoop, ago(60), now));
        assert!(!patience.can_pass(Reason::AwaitingDelete, ago(0), now));
        let none = Patience { stuck_after: Some(SignedDuration::ZERO) };
        assert!(!none.can_pass(Reason::ProbeFailing, ago(0), now));
    }
}
