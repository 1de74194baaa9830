//! The directories that outlive a run: built parts, and the directories of running clusters.

use anyhow::{Context, Result};
use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The cache of this user: `$KUBECTL_STATEFUL_TEST_CACHE`, or `kubectl-stateful/cluster` below
/// `$XDG_CACHE_HOME` or `~/.cache`.
///
/// # Errors
/// When none of these variables is set, or the directory cannot be made.
pub fn dir() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let dir = set("KUBECTL_STATEFUL_TEST_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|xdg| xdg.join("kubectl-stateful/cluster")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/kubectl-stateful/cluster")))
        .context("no cache directory: set KUBECTL_STATEFUL_TEST_CACHE or HOME")?;
    let dir = std::path::absolute(dir)?;
    make_private(&dir)?;
    Ok(dir)
}

/// The directory below which each cluster has its own.
///
/// # Errors
/// As for [`dir`].
pub fn run_dir() -> Result<PathBuf> {
    let run = dir()?.join("run");
    make_private(&run)?;
    Ok(run)
}

/// Makes a directory and its parents, readable by this user only: they hold keys and tokens.
///
/// # Errors
/// When the file system refuses.
pub fn make_private(dir: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .with_context(|| format!("failed to make {}", dir.display()))
}

/// Holds the named lock of this cache until the file is dropped; says so on stderr when it has to wait.
///
/// # Errors
/// When the lock file cannot be opened.
pub fn lock(name: &str) -> Result<File> {
    let path = dir()?.join(format!("{name}.lock"));
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("failed to open {}", path.display()))?;
    if file.try_lock().is_err() {
        crate::note(&format!("waiting for another `cargo cluster` that holds {}", path.display()));
        file.lock()?;
    }
    Ok(file)
}
