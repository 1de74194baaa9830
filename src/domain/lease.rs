//! A Lease: one holder at a time, for as long as it is renewed.

use jiff::{SignedDuration, Timestamp};

/// Who holds a Lease, and until when.
///
/// Who may take it is decided as client-go decides it (`tools/leaderelection`: `tryAcquireOrRenew`, `isLeaseValid`):
/// it is held only while it has a holder **and** less than `leaseDurationSeconds` has passed, where no duration counts
/// as 0. Two things differ. client-go stays, so it counts from when it saw the Lease change; a program that looks once
/// can only count from `renewTime`, by the clock of whoever observes. And as there is nothing to count from where
/// `renewTime` is missing, such a Lease is not held either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Who holds it, or was the last to; none when it was released.
    pub holder: Option<String>,
    /// When this holder took it.
    pub acquired: Option<Timestamp>,
    /// When it was last renewed.
    pub renewed: Option<Timestamp>,
    /// How long a renewal counts, in whole seconds; 0 where the Lease does not say.
    pub duration: SignedDuration,
    /// How often it has gone from one holder to another.
    pub transitions: u32,
}

impl Lease {
    /// When the last renewal stops counting; none where there was none, or none that counts.
    pub fn expires(&self) -> Option<Timestamp> {
        let renewed = self.renewed.filter(|_| self.duration > SignedDuration::ZERO)?;
        Some(renewed.checked_add(self.duration).unwrap_or(Timestamp::MAX))
    }

    /// Whether it has not been renewed for too long, whoever holds it.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires().is_none_or(|end| end <= now)
    }

    /// Whether anybody may take it: it was released, or has expired.
    pub fn is_free(&self, now: Timestamp) -> bool {
        self.holder.is_none() || self.is_expired(now)
    }

    /// Whether it names this holder; it may have expired nevertheless.
    pub fn held_by(&self, identity: &str) -> bool {
        self.holder.as_deref() == Some(identity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: SignedDuration = SignedDuration::from_secs(1);

    fn renewed() -> Timestamp {
        "2026-01-01T10:00:00.5Z".parse().expect("a time")
    }

    /// Held by `a`, renewed at [`renewed`], for 15 s.
    fn held() -> Lease {
        Lease {
            holder: Some("a".to_owned()),
            acquired: Some(renewed()),
            renewed: Some(renewed()),
            duration: SECOND * 15,
            transitions: 0,
        }
    }

    #[test]
    fn a_lease_expires_its_duration_after_the_last_renewal() {
        let (lease, end) = (held(), renewed() + SECOND * 15);
        assert_eq!(lease.expires(), Some(end));
        assert!(!lease.is_free(end - SignedDuration::from_micros(1)));
        assert!(lease.is_expired(end) && lease.is_free(end), "the very moment is not its own any more");
    }

    #[test]
    fn a_released_lease_is_free_though_it_has_not_expired() {
        let released = Lease { holder: None, ..held() };
        assert!(released.is_free(renewed()) && !released.is_expired(renewed()));
        assert!(!released.held_by("a") && !released.held_by(""));
    }

    #[test]
    fn a_lease_without_renewal_or_duration_is_never_held() {
        for lease in [
            Lease { renewed: None, ..held() },
            Lease { duration: SignedDuration::ZERO, ..held() },
            Lease { duration: -SECOND, ..held() },
        ] {
            assert_eq!(lease.expires(), None);
            assert!(lease.is_expired(renewed()) && lease.is_free(renewed()), "{lease:?}");
        }
    }

    #[test]
    fn a_renewal_in_the_future_holds() {
        assert!(!held().is_free(renewed() - SECOND * 3600), "the holder's clock is ahead");
    }

    #[test]
    fn an_expired_lease_still_names_its_holder() {
        assert!(held().held_by("a") && !held().held_by("b"));
        assert!(held().is_expired(renewed() + SECOND * 60));
    }

    #[test]
    fn an_end_beyond_all_time_is_no_end() {
        let lease = Lease { renewed: Some(Timestamp::MAX), ..held() };
        assert_eq!(lease.expires(), Some(Timestamp::MAX));
        assert!(!lease.is_free(renewed()));
    }
}
