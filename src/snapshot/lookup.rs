//! Objects that are asked for by name, and may not exist.

use std::collections::BTreeSet;

use super::Table;
use crate::domain::Known;
use crate::wire::Object;

/// What is known of some objects of one kind: found, proven absent, or not asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup<T> {
    found: Table<T>,
    absent: BTreeSet<(String, String)>,
    /// Everything that exists is in `found`.
    complete: bool,
}

impl<T> Default for Lookup<T> {
    fn default() -> Self {
        Self { found: Table::default(), absent: BTreeSet::new(), complete: false }
    }
}

impl<T: Object> Lookup<T> {
    /// Objects of which it is not known whether there are others.
    pub fn some(found: Table<T>) -> Self {
        Self { found, ..Self::default() }
    }

    /// All objects that there are.
    pub fn all(found: Table<T>) -> Self {
        Self { found, absent: BTreeSet::new(), complete: true }
    }

    /// Takes in the answer to a question by name; no answer leaves what was known.
    pub fn answer(&mut self, namespace: &str, name: &str, answer: Known<Option<T>>) {
        let key = (namespace.to_owned(), name.to_owned());
        match answer {
            Known::Known(Some(object)) => {
                self.absent.remove(&key);
                self.found.insert(object);
            }
            Known::Known(None) => {
                self.found.take(namespace, name);
                self.absent.insert(key);
            }
            Known::Unknown => {}
        }
    }

    /// The object of that name, if that is known.
    pub fn get(&self, namespace: &str, name: &str) -> Known<Option<&T>> {
        if let Some(object) = self.found.get(namespace, name) {
            return Known::Known(Some(object));
        }
        let absent = self.complete || self.absent.contains(&(namespace.to_owned(), name.to_owned()));
        if absent { Known::Known(None) } else { Known::Unknown }
    }

    /// The objects that are known to exist.
    pub fn found(&self) -> impl Iterator<Item = &T> {
        self.found.iter()
    }

    /// The table that a watch keeps: from now on everything that exists is in it.
    pub fn watched(&mut self) -> &mut Table<T> {
        self.complete = true;
        &mut self.found
    }

    /// Adds what is known elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.found.extend(other.found);
        self.absent.extend(other.absent);
        self.complete |= other.complete;
    }
}
