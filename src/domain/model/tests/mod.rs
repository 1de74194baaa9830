//! The model, held against what the controller does (`pkg/controller/statefulset`, Kubernetes 1.36).
//!
//! Each table row is a story and the next moves in words; see [`crate::domain::testing`].

mod claims;
mod condemned;
mod creation;
mod fault;
mod fault_scope;
mod forecast;
mod invariants;
mod refused;
mod replicas;
mod status;
mod update;

use crate::domain::testing::{Story, set};

/// A set of that many replicas, at revision A and on its way to B.
fn rolling(replicas: u32) -> Story {
    set("web").replicas(replicas).revisions("A", "B")
}

/// Holds each story against its moves.
fn expect(cases: &[(&str, Story, &str)]) {
    for (name, story, moves) in cases {
        assert_eq!(story.moves(), *moves, "{name}");
    }
}
