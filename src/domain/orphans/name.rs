//! Names of claims, built and compared.

use crate::domain::Ordinal;

/// The name of a claim taken as `<stem>-<ordinal>`. Whose stem it is only live sets can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape<'a> {
    /// What stands before the ordinal: `<template>-<set>` for a set's own.
    pub stem: &'a str,
    /// The ordinal.
    pub ordinal: Ordinal,
}

impl<'a> Shape<'a> {
    /// Of a name that ends in an ordinal as the controller writes it: decimal, without leading zeros, and within the
    /// 31 bits that it reads back (`getParentNameAndOrdinal`).
    pub fn of(name: &'a str) -> Option<Self> {
        let (stem, digits) = name.rsplit_once('-')?;
        let number: i32 = digits.parse().ok().filter(|number| *number >= 0)?;
        // `+1`, `01` and the like are read as numbers too, but no set gives them.
        let ordinal = Ordinal::new(number.unsigned_abs());
        (ordinal.to_string() == digits).then_some(Self { stem, ordinal })
    }

    /// Every way to read the stem as `<template>-<set>`, the shortest template first.
    pub fn pairs(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let pair = move |(at, _)| (&self.stem[..at], &self.stem[at + 1..]);
        self.stem
            .match_indices('-')
            .map(pair)
            .filter(|(template, set)| !template.is_empty() && !set.is_empty())
    }

    /// The template, if the claim is one of a set of that name.
    pub fn template_of(self, set: &str) -> Option<&'a str> {
        self.stem.strip_suffix(set)?.strip_suffix('-').filter(|template| !template.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ordinals_as_the_controller_writes_them_count() {
        for (name, expected) in [
            ("data-web-0", Some(("data-web", 0))),
            ("data-db-0-1", Some(("data-db-0", 1))),
            ("data-web-10", Some(("data-web", 10))),
            ("data-web-01", None),
            ("data-web-+1", None),
            ("data-web-99999999999", None),
            ("data-web-2147483648", None),
            ("data-web-", None),
            ("data-web", None),
            ("data", None),
        ] {
            let expected = expected.map(|(stem, number)| Shape { stem, ordinal: Ordinal::new(number) });
            assert_eq!(Shape::of(name), expected, "{name}");
        }
    }

    #[test]
    fn a_stem_can_be_read_in_several_ways() {
        let shape = Shape::of("data-my-db-3").unwrap();
        assert_eq!(shape.pairs().collect::<Vec<_>>(), [("data", "my-db"), ("data-my", "db")]);
        assert_eq!(shape.template_of("my-db"), Some("data"));
        assert_eq!(shape.template_of("y-db"), None);
        assert_eq!(shape.template_of("data-my-db"), None);
    }
}
