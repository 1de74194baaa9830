//! How long to wait before the next attempt.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// Waits that double, each made a little longer or shorter: many clients of a server that comes back must not
/// all ask at the same moment.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: FIRST }
    }
}

impl Backoff {
    /// The next wait.
    pub(super) fn next(&mut self) -> Duration {
        let wait = self.next.mul_f64(0.75 + 0.5 * random());
        self.next = (self.next * 2).min(LONGEST);
        wait.min(LONGEST)
    }

    /// Starts over, after a success.
    pub(super) fn reset(&mut self) {
        self.next = FIRST;
    }
}

/// A number in 0..1. The keys of hash maps are random enough for this, and need no further crate.
pub(super) fn random() -> f64 {
    let bits = u32::try_from(RandomState::new().hash_one(0u8) >> 32).unwrap_or_default();
    f64::from(bits) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_five_seconds_and_start_over() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..10).map(|_| backoff.next()).collect();
        assert!(waits[0] >= Duration::from_millis(75) && waits[0] <= Duration::from_millis(125));
        assert!(waits[9] >= Duration::from_millis(3750) && waits[9] <= LONGEST);
        backoff.reset();
        assert!(backoff.next() <= Duration::from_millis(125));
    }

    #[test]
    fn random_numbers_are_in_range_and_differ() {
        let numbers: Vec<_> = (0..50).map(|_| random()).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        assert!(numbers.iter().any(|number| *number != numbers[0]));
    }
}
