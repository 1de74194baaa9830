//! Holds the documentation to what the program does.
//!
//! `UPDATE_DOCS=1 cargo test --test docs` writes what is out of date; review the difference before committing it.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

mod console;
mod faults;
mod formats;
mod quotes;
mod reasons;
mod schema;

use std::path::{Path, PathBuf};

/// The root of the project.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Whether to write instead of comparing.
fn updating() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

/// Compares a file with what it should hold, or writes it.
fn hold(path: &Path, expected: &str) {
    if updating() {
        std::fs::write(path, expected).unwrap();
        return;
    }
    let held = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        held == expected,
        "{} is out of date; `UPDATE_DOCS=1 cargo test --test docs` writes it.\n--- expected\n{expected}",
        path.display()
    );
}

/// README.md and all of docs/ and docs/guides/.
fn pages() -> Vec<PathBuf> {
    let read = |path: &str| std::fs::read_dir(root().join(path)).unwrap();
    let docs = read("docs").chain(read("docs/guides")).map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> =
        docs.filter(|path| path.extension().is_some_and(|name| name == "md")).collect();
    pages.push(root().join("README.md"));
    pages.sort();
    pages
}
