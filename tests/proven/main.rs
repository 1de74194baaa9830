//! What the real controller did, held against the model for ever: no cluster is needed.
//!
//! `cargo cluster prove --record` writes the fixtures; tests/fixtures/README.md says how.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use kubectl_stateful::domain::model::{
    Move, MoveKind, Refused, next_moves_refused, status_is_refused, update_status,
};
use kubectl_stateful::domain::{Ordinal, Set};
use kubectl_stateful::dump;
use kubectl_stateful::snapshot::Index;
use serde::Deserialize;

/// One sync of the real controller.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sync {
    at: Timestamp,
    done: BTreeSet<String>,
    refused_pods: BTreeSet<u32>,
    refused_claims: BTreeSet<String>,
    ends_with_error: bool,
    current_revision: Option<String>,
}

#[test]
fn the_model_foresees_every_recorded_sync() {
    let all = recorded();
    assert!(all.len() >= 15, "{} recorded syncs", all.len());
    for directory in all {
        let name = directory.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(directory.join("sync.yaml")).unwrap();
        let sync: Sync = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut set = Set { now: sync.at, ..state(&directory) };
        let refused = Refused {
            pods: sync.refused_pods.iter().copied().map(Ordinal::new).collect(),
            claims: sync.refused_claims,
        };
        let moves = next_moves_refused(&set, &refused);
        let done: BTreeSet<String> = moves.as_slice().iter().filter(|step| step.acts()).map(words).collect();
        assert_eq!(done, sync.done, "{name}");
        let refused = status_is_refused(&set, &moves);
        assert_eq!(moves.stop().rule.is_error() || refused, sync.ends_with_error, "{name}");
        update_status(&mut set);
        if let Some(current) = sync.current_revision {
            assert_eq!(set.current_revision.as_str(), current, "{name}");
        }
    }
}

fn recorded() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/proven");
    let mut all: Vec<PathBuf> =
        std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

fn state(directory: &Path) -> Set {
    let objects = dump::load(&directory.join("state.yaml")).unwrap().objects;
    let index = Index::new(&objects);
    objects.sets.iter().next().map(|set| index.set(set)).unwrap()
}

/// A move as the fixtures write it.
fn words(step: &Move) -> String {
    let ordinal = step.ordinal.map(|ordinal| ordinal.to_string()).unwrap_or_default();
    let revision = step.revision.as_ref().map(ToString::to_string).unwrap_or_default();
    match step.kind {
        MoveKind::CreateClaim => format!("CreateClaim {}", step.claim.as_deref().unwrap_or_default()),
        kind => format!("{kind:?} {ordinal} at {revision}"),
    }
}
