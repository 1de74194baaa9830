//! Ordinals: absolute numbers in pod names, and offsets from the first of them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The number at the end of a pod's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Ordinal(u32);

/// A distance from the first ordinal. `partition` is one, whatever the API text says: ordinals
/// `>= start + partition` get the update revision (`newVersionedStatefulSetPod`, kubernetes#128529).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Offset(u32);

impl Ordinal {
    /// The ordinal of that number.
    pub fn new(number: u32) -> Self {
        Self(number)
    }

    /// The bare number, for printing and arithmetic at the edges.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Offset {
    /// No distance: the first ordinal.
    pub const ZERO: Self = Self(0);

    /// The offset of that number.
    pub fn new(number: u32) -> Self {
        Self(number)
    }

    /// The bare number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Ordinal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The ordinals that a set asks for: `[start, start + replicas)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first ordinal (`spec.ordinals.start`).
    pub start: Ordinal,
    /// How many there are (`spec.replicas`).
    pub replicas: u32,
}

impl Range {
    /// Whether the ordinal is asked for. A pod outside is *condemned*: the controller removes it.
    pub fn contains(self, ordinal: Ordinal) -> bool {
        self.offset(ordinal).is_some_and(|offset| offset.0 < self.replicas)
    }

    /// All ordinals, lowest first.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Ordinal> {
        (0..self.replicas).map(move |offset| Ordinal(self.start.0.saturating_add(offset)))
    }

    /// Distance from the first ordinal; none for an ordinal before it.
    pub fn offset(self, ordinal: Ordinal) -> Option<Offset> {
        ordinal.0.checked_sub(self.start.0).map(Offset)
    }

    /// The ordinal at an offset.
    pub fn at(self, offset: Offset) -> Ordinal {
        Ordinal(self.start.0.saturating_add(offset.0))
    }
}

/// Splits `web-1` into `web` and 1, as the controller does: the text before the last dash, and a number that fits
/// in 31 bits (`getParentNameAndOrdinal`).
pub fn split_pod_name(name: &str) -> Option<(&str, Ordinal)> {
    let (parent, digits) = name.rsplit_once('-')?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    Some((parent, Ordinal(number.unsigned_abs())))
}

/// More ordinals in a row than this are written by their ends.
const RUN: usize = 5;

/// Ordinals in their order, by name: `web-9, web-4 down to web-0`. Of 500, nobody reads each.
pub fn listed(ordinals: &[Ordinal], name: impl Fn(Ordinal) -> String) -> String {
    let mut parts = Vec::new();
    let mut left = ordinals;
    while let Some(first) = left.first() {
        let up = run(left, |one, next| one.0.checked_add(1) == Some(next.0));
        let down = run(left, |one, next| next.0.checked_add(1) == Some(one.0));
        let (length, word) = if down > up { (down, "down to") } else { (up, "to") };
        let (now, rest) = left.split_at(length);
        match now.last() {
            Some(last) if length > RUN => parts.push(format!("{} {word} {}", name(*first), name(*last))),
            _ => parts.extend(now.iter().copied().map(&name)),
        }
        left = rest;
    }
    parts.join(", ")
}

/// How many follow each other from the first on.
fn run(ordinals: &[Ordinal], follows: impl Fn(&Ordinal, &Ordinal) -> bool) -> usize {
    1 + ordinals.windows(2).take_while(|two| follows(&two[0], &two[1])).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_name_is_split_at_its_last_dash() {
        for (name, expected) in [
            ("web-0", Some(("web", 0))),
            ("web-10", Some(("web", 10))),
            ("my-web-3", Some(("my-web", 3))),
            ("web-01", Some(("web", 1))),
            ("web-", None),
            ("web", None),
            ("web-a", None),
            ("web-1a", None),
            ("web-+1", None),
            ("web-99999999999", None),
        ] {
            let expected = expected.map(|(parent, number)| (parent, Ordinal::new(number)));
            assert_eq!(split_pod_name(name), expected, "{name}");
        }
    }

    #[test]
    fn a_range_starts_at_its_start_and_not_at_zero() {
        let range = Range { start: Ordinal::new(3), replicas: 2 };
        assert_eq!(range.iter().map(Ordinal::get).collect::<Vec<_>>(), [3, 4]);
        assert!(!range.contains(Ordinal::new(2)) && range.contains(Ordinal::new(4)));
        assert!(!range.contains(Ordinal::new(5)));
        assert_eq!(range.offset(Ordinal::new(4)), Some(Offset::new(1)));
        assert_eq!(range.offset(Ordinal::new(0)), None);
    }

    #[test]
    fn long_runs_are_written_by_their_ends() {
        let text = |numbers: &[u32]| {
            let ordinals: Vec<Ordinal> = numbers.iter().copied().map(Ordinal).collect();
            listed(&ordinals, |ordinal| ordinal.to_string())
        };
        assert_eq!(text(&[]), "");
        assert_eq!(text(&[4, 3, 2, 1, 0]), "4, 3, 2, 1, 0");
        assert_eq!(text(&[9, 5, 4, 3, 2, 1, 0, 7]), "9, 5 down to 0, 7");
        assert_eq!(text(&[0, 1, 2, 3, 4, 5, 9, 8]), "0 to 5, 9, 8");
    }
}
