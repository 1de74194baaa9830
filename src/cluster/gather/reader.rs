//! Reads that may be refused without failing the whole answer.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::cluster::{ApiError, Connection, Query, Reason};
use crate::domain::Known;
use crate::snapshot::Table;
use crate::wire::Object;

/// A connection, and what could not be read over it.
pub struct Reader<'a> {
    pub(super) connection: &'a Connection,
    notes: Mutex<Vec<String>>,
}

impl<'a> Reader<'a> {
    /// Nothing has been refused yet.
    pub fn new(connection: &'a Connection) -> Self {
        Self { connection, notes: Mutex::new(Vec::new()) }
    }

    /// What could not be read, and what that limits; each once.
    pub fn into_notes(self) -> Vec<String> {
        self.notes()
    }

    /// Likewise, so far.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        notes.sort();
        notes.dedup();
        notes
    }

    /// The present, by the server's clock where it has told it.
    pub fn now(&self) -> Timestamp {
        self.connection.server_now().unwrap_or_else(Timestamp::now)
    }

    /// A list that may be refused; `limits` says what is then missing.
    pub(super) async fn list<T: Object>(&self, query: Query, limits: &str) -> Known<Table<T>> {
        let read = self.connection.list::<T>(&query).await.map(|list| list.items.into_iter().collect());
        self.known(read, limits)
    }

    /// Likewise, keeping only what is wanted as it arrives, so that a long list takes no memory.
    pub(super) async fn list_where<T: Object>(
        &self,
        query: &Query,
        wanted: impl Fn(&T) -> bool + Send,
        limits: &str,
    ) -> Known<Table<T>> {
        let add = move |kept: &mut Table<T>, object: T| {
            if wanted(&object) {
                kept.insert(object);
            }
        };
        let read = self.connection.list_fold(query, Table::default, add).await;
        self.known(read.map(|(kept, _)| kept), limits)
    }

    /// An object that may not exist, and may be refused.
    pub(super) async fn find<T: Object>(
        &self,
        namespace: Option<&str>,
        name: &str,
        limits: &str,
    ) -> Known<Option<T>> {
        self.known(self.connection.find::<T>(namespace, name).await, limits)
    }

    /// Turns a refusal into a note.
    pub(super) fn known<T>(&self, read: Result<T, ApiError>, limits: &str) -> Known<T> {
        match read {
            Ok(value) => Known::Known(value),
            Err(error) => {
                let what = match &error.reason {
                    // The server's words would only name the user and the rule once more.
                    Reason::Forbidden => format!("not allowed to {}", error.call.describe()),
                    _ => error.sentence(),
                };
                self.note(format!("{what}: {limits}"));
                Known::Unknown
            }
        }
    }

    pub(super) fn note(&self, note: String) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }
}
