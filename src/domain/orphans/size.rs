//! Sizes as Kubernetes writes them, added up for a total.

use std::fmt;

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Size(u128);

/// Suffixes of `resource.Quantity` for amounts of one and more, with what they stand for.
const UNITS: [(&str, u128); 13] = [
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("Pi", 1 << 50),
    ("Ei", 1 << 60),
    ("k", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
    ("P", 1_000_000_000_000_000),
    ("E", 1_000_000_000_000_000_000),
    ("", 1),
];

impl Size {
    /// Reads `10Gi`, `1.5Ti`, `500M`, `128e6`; what is smaller than a byte counts as none.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
        let (number, suffix) = text.split_at(digits);
        let unit = UNITS.iter().find(|(name, _)| *name == suffix).map(|(_, bytes)| *bytes);
        let unit = unit.or_else(|| {
            let exponent: u32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
            10_u128.checked_pow(exponent)
        })?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let mut bytes = whole.checked_mul(unit)?;
        if !fraction.is_empty() {
            let scale = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
            bytes = bytes.checked_add(fraction.parse::<u128>().ok()?.checked_mul(unit)? / scale)?;
        }
        (!number.is_empty()).then_some(Self(bytes))
    }
}

impl std::iter::Sum for Size {
    fn sum<I: Iterator<Item = Self>>(sizes: I) -> Self {
        Self(sizes.fold(0, |all, size| all.saturating_add(size.0)))
    }
}

impl fmt::Display for Size {
    /// In the largest binary unit of which there is at least one, with one decimal where it is not whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let largest = UNITS[..6].iter().rev().find(|(_, unit)| self.0 >= *unit);
        let Some((name, unit)) = largest else { return write!(f, "{}", self.0) };
        let tenths = (self.0 % unit) * 10 / unit;
        let whole = self.0 / unit;
        if tenths == 0 { write!(f, "{whole}{name}") } else { write!(f, "{whole}.{tenths}{name}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_kubernetes_writes_them() {
        for (text, bytes) in [
            ("10Gi", Some(10 << 30)),
            ("1.5Ti", Some(3 << 39)),
            ("500M", Some(500_000_000)),
            ("128e6", Some(128_000_000)),
            ("1024", Some(1024)),
            ("0", Some(0)),
            (".5Ki", Some(512)),
            ("", None),
            ("Gi", None),
            ("10Q", None),
            ("1.2.3Gi", None),
        ] {
            assert_eq!(Size::parse(text), bytes.map(Size), "{text}");
        }
    }

    #[test]
    fn a_total_is_written_in_the_largest_unit() {
        for (sizes, total) in [
            (vec!["10Gi", "10Gi"], "20Gi"),
            (vec!["1Ti", "512Gi"], "1.5Ti"),
            (vec!["100"], "100"),
            (vec![], "0"),
        ] {
            let sum: Size = sizes.iter().filter_map(|text| Size::parse(text)).sum();
            assert_eq!(sum.to_string(), total);
        }
    }
}
