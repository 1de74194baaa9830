//! What was found, as files. A judged sync is a fixture: the state before it, as `capture` writes it, and what the real
//! controller then did; a test that needs no cluster holds the model against it for ever.

use super::lives::Life;
use super::verdict::Case;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::Path;

/// Writes `state.yaml` and `sync.yaml` into a directory. The life is told as far as it has come.
pub(super) fn write_sync(
    directory: &Path,
    life: &Life,
    step: usize,
    state: &Value,
    case: &Case,
) -> Result<()> {
    write(directory, "state.yaml", state)?;
    let sync = json!({
        "at": case.sync.start.to_string(),
        "done": case.observed.done.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "refusedPods": case.observed.refused.pods.iter().map(|ordinal| ordinal.get()).collect::<Vec<_>>(),
        "refusedClaims": case.observed.refused.claims,
        "endsWithError": !case.sync.ok,
        "currentRevision": case.observed.status.as_ref().map(|status| &status.current_revision),
        "life": {"name": life.name, "shape": life.shape, "steps": life.steps.get(..step)},
    });
    write(directory, "sync.yaml", &sync)
}

/// Writes `life.yaml`: a life in which the model and the controller disagree, and on what.
pub(super) fn write_life(directory: &Path, life: &Life, what: &[String]) -> Result<()> {
    write(directory, "life.yaml", &json!({"disagreements": what, "life": life}))
}

fn write(directory: &Path, name: &str, document: &Value) -> Result<()> {
    let path = directory.join(name);
    let text = serde_saphyr::to_string(document)?;
    let written = std::fs::create_dir_all(directory).and_then(|()| std::fs::write(&path, text));
    written.with_context(|| format!("failed to write {}", path.display()))
}
