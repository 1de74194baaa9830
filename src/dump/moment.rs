//! When a dump was taken.

use jiff::Timestamp;
use serde_json::Value;

/// The newest time that an object speaks of. A dump that does not say when it was taken was taken at that time or
/// a little later; today's clock would turn every second of waiting into days.
pub(super) fn newest(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Object(fields) => fields.iter().filter_map(|(key, value)| of_field(key, value)).max(),
        Value::Array(items) => items.iter().filter_map(newest).max(),
        _ => None,
    }
}

fn of_field(key: &str, value: &Value) -> Option<Timestamp> {
    // A deletion's time lies ahead, by the grace period.
    if key == "deletionTimestamp" {
        return None;
    }
    let names_time =
        ["time", "Time", "Timestamp", "At"].iter().any(|end| key.ends_with(end)) || key == "timeAdded";
    match value {
        Value::String(text) if names_time => text.parse().ok(),
        other => newest(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_time_counts_and_a_deadline_does_not() {
        let object = serde_json::json!({
            "metadata": {"creationTimestamp": "2026-01-01T00:00:00Z", "deletionTimestamp": "2026-01-01T09:00:00Z"},
            "status": {"conditions": [{"lastTransitionTime": "2026-01-01T00:05:00Z"}], "message": "2027-01-01T00:00:00Z"},
        });
        assert_eq!(newest(&object), Some("2026-01-01T00:05:00Z".parse().unwrap()));
    }
}
