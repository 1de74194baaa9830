//! `--from`: the state of a cluster out of files, for the same analysis as live.
//!
//! Reads what `kubectl get -o yaml|json` prints, Lists, files of several documents, `capture`'s own file,
//! directories of such files (a must-gather tree), and standard input.

mod moment;
mod parse;
mod read;
mod redact;
mod sort;
mod written;

use std::path::Path;

use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::snapshot::Objects;

use redact::Redactor;
use sort::{CAPTURED_AT, ELECTIONS, READ};
pub use written::document;

/// What files hold.
#[derive(Debug)]
pub struct Dump {
    /// The objects.
    pub objects: Objects,
    /// When they were captured; none where they do not say.
    pub captured: Option<Timestamp>,
    /// What was passed over, and what the files do not say.
    pub notes: Vec<String>,
}

/// Reads a file, a directory, or standard input (`-`).
///
/// # Errors
/// A path that cannot be read, a file that is neither YAML nor JSON, or files without any StatefulSet.
pub fn load(path: &Path) -> Result<Dump> {
    let (documents, mut notes) = read::documents(path)?;
    let sorted = sort::Sorter::default().take_all(documents);
    let captured = sorted.captured();
    let dump = sorted.finish(&mut notes);
    if dump.sets.is_empty() {
        let message = format!("{} holds no StatefulSet that could be judged", path.display());
        let passed_over = notes.iter().filter(|note| note.starts_with("passed over"));
        return Err(passed_over
            .fold(Error::failed(message), Error::hint)
            .hint("a capture has all that is needed: kubectl stateful capture NAME > state.yaml")
            .hint("kubectl get statefulsets,pods,pvc,controllerrevisions,events -o yaml does as well"));
    }
    Ok(Dump { objects: dump, captured, notes })
}
