//! Objects of one kind, by namespace and name.

use std::collections::BTreeMap;

use crate::wire::Object;

/// Objects of one kind, each once. A watch changes it in place; a newer object of the same name replaces an older.
#[derive(Clone, Debug, PartialEq)]
pub struct Table<T>(BTreeMap<(String, String), T>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Object> Table<T> {
    /// Adds an object, or replaces the one of the same name.
    pub fn insert(&mut self, object: T) {
        let meta = object.meta();
        self.0.insert((meta.namespace.clone(), meta.name.clone()), object);
    }

    /// Removes an object, unless another one has its name by now.
    pub fn remove(&mut self, object: &T) {
        let meta = object.meta();
        let key = (meta.namespace.clone(), meta.name.clone());
        if self.0.get(&key).is_some_and(|held| held.meta().uid == meta.uid) {
            self.0.remove(&key);
        }
    }

    /// Removes the object of that name.
    pub fn take(&mut self, namespace: &str, name: &str) -> Option<T> {
        self.0.remove(&(namespace.to_owned(), name.to_owned()))
    }

    /// The object of that name.
    pub fn get(&self, namespace: &str, name: &str) -> Option<&T> {
        self.0.get(&(namespace.to_owned(), name.to_owned()))
    }

    /// All of them, by namespace and name.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.values()
    }

    /// Keeps those that fit.
    pub fn retain(&mut self, fits: impl Fn(&T) -> bool) {
        self.0.retain(|_, object| fits(object));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl<T: Object> Extend<T> for Table<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, objects: I) {
        objects.into_iter().for_each(|object| self.insert(object));
    }
}

impl<T: Object> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(objects: I) -> Self {
        let mut table = Self::default();
        table.extend(objects);
        table
    }
}

impl<T> IntoIterator for Table<T> {
    type Item = T;
    type IntoIter = std::collections::btree_map::IntoValues<(String, String), T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_values()
    }
}
