//! Medians, with how far the rest strays.

/// Some numbers of one kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Stats(Vec<f64>);

impl FromIterator<f64> for Stats {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        Self(numbers)
    }
}

impl Stats {
    /// The middle one; not a number where there is none.
    pub(super) fn median(&self) -> f64 {
        let middle = self.0.len() / 2;
        match self.0.as_slice() {
            [] => f64::NAN,
            numbers if numbers.len() % 2 == 1 => numbers[middle],
            numbers => f64::midpoint(numbers[middle - 1], numbers[middle]),
        }
    }

    /// `12.3 (10.9–31.0)`: the median, the least and the most.
    pub(super) fn cell(&self) -> String {
        let (least, most) = (self.0.first().copied(), self.0.last().copied());
        format!(
            "{} ({}–{})",
            short(self.median()),
            short(least.unwrap_or(f64::NAN)),
            short(most.unwrap_or(f64::NAN))
        )
    }
}

/// Three digits are all that such measurements are worth.
pub(super) fn short(number: f64) -> String {
    match number.abs() {
        size if size >= 100.0 => format!("{number:.0}"),
        size if size >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle_and_the_extremes_are_shown() {
        let odd: Stats = [3.0, 100.0, 1.0].into_iter().collect();
        assert_eq!(odd.cell(), "3.00 (1.00–100)");
        let even: Stats = [4.0, 2.0, 1.0, 30.0].into_iter().collect();
        assert_eq!(even.cell(), "3.00 (1.00–30.0)");
        assert!(Stats::default().median().is_nan());
    }
}
