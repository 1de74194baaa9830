//! Waiting for a condition, with a deadline.

use std::time::{Duration, Instant};

/// How long anything may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Asks each 50 ms until the condition holds.
///
/// # Panics
/// After `patience`, with what was waited for and what `explain` adds.
pub fn wait_until(
    what: &str,
    patience: Duration,
    mut holds: impl FnMut() -> bool,
    explain: impl Fn() -> String,
) {
    let deadline = Instant::now() + patience;
    while !holds() {
        if Instant::now() > deadline {
            panic!("waited {} s until {what}\n{}", patience.as_secs(), explain());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
