//! Durations as people read them.

use jiff::{SignedDuration, Timestamp};

/// `45s`, `3m20s`, `2h5m`, `3d4h`: the two largest units, as kubectl prints ages. Negative counts as zero.
pub fn human(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600, seconds / 60);
    let two = |big: i64, unit: char, small: i64, small_unit: char| {
        if small == 0 { format!("{big}{unit}") } else { format!("{big}{unit}{small}{small_unit}") }
    };
    match seconds {
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, 'm', seconds % 60, 's'),
        600..7_200 => format!("{minutes}m"),
        7_200..28_800 => two(hours, 'h', minutes % 60, 'm'),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, 'd', hours % 24, 'h'),
        _ => format!("{days}d"),
    }
}

/// How long ago something was, as [`human`] writes it.
pub fn ago(now: Timestamp, then: Timestamp) -> String {
    human(now.duration_since(then))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_show_their_two_largest_units() {
        for (seconds, expected) in [
            (-5, "0s"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (200, "3m20s"),
            (700, "11m"),
            (7_500, "2h5m"),
            (30_000, "8h"),
            (190_000, "2d4h"),
            (900_000, "10d"),
        ] {
            assert_eq!(human(SignedDuration::from_secs(seconds)), expected);
        }
    }
}
