//! What a holder knows of its Lease.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// What is known between two renewals.
pub(super) struct State {
    /// The version to write on. None while a write is under way and after one whose answer was lost: then the Lease
    /// is read before it is written again.
    pub(super) version: Option<String>,
    /// When the last renewal that succeeded was sent.
    pub(super) renewed: Moment,
    /// The `renewTime` of a renewal that has not been answered, and when it was sent.
    pub(super) unanswered: Option<(Timestamp, Moment)>,
    /// When a renewal was last tried.
    pub(super) tried: Instant,
    /// Lost to somebody else, or released: never valid again.
    pub(super) over: bool,
}

/// A moment on two clocks: the monotonic one, which stands still while the machine sleeps, and the wall's, which can
/// be set. A holder that counts too much stops early; one that counts too little works beside the next holder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) instant: Instant,
    wall: Timestamp,
}

impl State {
    pub(super) fn new(version: Option<String>, renewed: Moment) -> Self {
        Self { version, renewed, unanswered: None, tried: renewed.instant, over: false }
    }

    /// A renewal is known to have succeeded.
    pub(super) fn credit(&mut self, sent: Moment) {
        if sent.instant > self.renewed.instant {
            self.renewed = sent;
        }
        self.unanswered = None;
    }
}

impl Moment {
    pub(super) fn now() -> Self {
        Self { instant: Instant::now(), wall: Timestamp::now() }
    }

    /// How much time has passed: the more of what the two clocks say.
    pub(super) fn elapsed(&self) -> Duration {
        let wall = Duration::try_from(Timestamp::now().duration_since(self.wall)).unwrap_or_default();
        self.instant.elapsed().max(wall)
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn time_passes_while_the_machine_sleeps_and_when_a_clock_is_set_back() {
        let (minute, signed) = (Duration::from_secs(60), SignedDuration::from_secs(60));
        let now = Moment::now();
        let slept = Moment { wall: now.wall - signed, ..now };
        assert!(slept.elapsed() >= minute);
        let set_back = Moment { wall: now.wall + signed, ..now };
        assert!(set_back.elapsed() < minute);
    }

    #[test]
    fn an_older_renewal_does_not_take_away_a_newer_one() {
        let older = Moment::now();
        let newer = Moment { instant: older.instant + Duration::from_secs(1), ..older };
        let mut state = State::new(None, newer);
        state.credit(older);
        assert_eq!(state.renewed.instant, newer.instant);
    }
}
