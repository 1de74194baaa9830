//! What time it is for the server: ages and time-outs in decisions are measured on its clock.

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

/// How far the server's clock is ahead of ours, narrowed down by every answer.
///
/// A `Date` header is cut to whole seconds and was written at some moment between request and answer. So one
/// answer gives an interval of about a second; intersecting many makes it small.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ServerClock {
    ahead: Option<(SignedDuration, SignedDuration)>,
}

impl ServerClock {
    /// Learns from the headers of an answer.
    pub(super) fn learn(&mut self, headers: &HeaderMap, sent: Timestamp, received: Timestamp) {
        let date = headers.get(http::header::DATE).and_then(|value| value.to_str().ok());
        let Some(date) = date.and_then(|text| jiff::fmt::rfc2822::parse(text).ok()) else { return };
        let date = date.timestamp();
        let second = SignedDuration::from_secs(1);
        let earliest = date.duration_since(received);
        let latest = date.duration_since(sent) + second;
        self.ahead = Some(match self.ahead {
            Some((low, high)) if low.max(earliest) <= high.min(latest) => {
                (low.max(earliest), high.min(latest))
            }
            // A clock was set meanwhile, or this is the first answer.
            _ => (earliest, latest),
        });
    }

    /// The server's time at the moment that our clock calls `now`; `None` before the first answer.
    pub(super) fn at(&self, now: Timestamp) -> Option<Timestamp> {
        let (low, high) = self.ahead?;
        // Where nothing speaks against our own clock, it is the better one: it has no error of half a second.
        let ahead = if low <= SignedDuration::ZERO && SignedDuration::ZERO <= high {
            SignedDuration::ZERO
        } else {
            low + (high - low) / 2
        };
        now.checked_add(ahead).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn date(text: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("date", text.parse().expect("a header"));
        headers
    }

    #[test]
    fn a_clock_that_agrees_is_left_alone() {
        let mut clock = ServerClock::default();
        let now = time("2026-01-01T10:00:00.7Z");
        assert_eq!(clock.at(now), None);
        clock.learn(&date("Thu, 01 Jan 2026 10:00:00 GMT"), time("2026-01-01T10:00:00.6Z"), now);
        assert_eq!(clock.at(now), Some(now));
    }

    #[test]
    fn a_skewed_clock_is_corrected_ever_better() {
        let mut clock = ServerClock::default();
        // The server is 60.3 s ahead.
        clock.learn(
            &date("Thu, 01 Jan 2026 10:01:00 GMT"),
            time("2026-01-01T10:00:00Z"),
            time("2026-01-01T10:00:00Z"),
        );
        clock.learn(
            &date("Thu, 01 Jan 2026 10:01:01 GMT"),
            time("2026-01-01T10:00:00.8Z"),
            time("2026-01-01T10:00:00.8Z"),
        );
        let estimate = clock.at(time("2026-01-01T11:00:00Z")).expect("known");
        let error = estimate.duration_since(time("2026-01-01T11:01:00.3Z")).abs();
        assert!(error <= SignedDuration::from_millis(400), "off by {error}");
    }

    #[test]
    fn a_clock_that_was_set_is_learnt_anew() {
        let mut clock = ServerClock::default();
        let now = time("2026-01-01T10:00:00Z");
        clock.learn(&date("Thu, 01 Jan 2026 10:01:00 GMT"), now, now);
        clock.learn(&date("Thu, 01 Jan 2026 10:00:00 GMT"), now, now);
        assert_eq!(clock.at(now), Some(now));
    }
}
