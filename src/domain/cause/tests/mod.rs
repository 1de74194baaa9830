//! Causes: one claim for each thing that can keep an ordinal from moving, with the action that frees it.
//!
//! Stories are told in [`crate::domain::testing`]; trouble there is an hour old unless it says otherwise.

mod actions;
mod claims;
mod creation;
mod leaving;
mod patience;
mod pods;
mod rollout;
mod waiting;
mod whole;

use super::Reason;
use crate::domain::testing::{Story, set};

/// A set of that many replicas, at revision A and on its way to B.
fn rolling(replicas: u32) -> Story {
    set("web").replicas(replicas).revisions("A", "B")
}

/// What a root cause is held against.
struct Root<'a> {
    name: &'a str,
    story: Story,
    roots: &'a str,
    self_resolves: bool,
    /// The command of its action; empty for none.
    command: &'a str,
}

/// Holds the first root cause of each story against what is expected.
fn expect(cases: &[Root<'_>]) {
    for case in cases {
        let told = case.story.tell();
        assert_eq!(told.roots(), case.roots, "{}", case.name);
        let first = told.first();
        assert_eq!(first.self_resolves, case.self_resolves, "{}: {first:#?}", case.name);
        assert_eq!(first.command(), case.command, "{}", case.name);
        assert!(first.follows_from.is_none(), "{}: a root follows from nothing", case.name);
    }
}

/// The message of the root cause of that reason.
fn message(story: &Story, reason: Reason) -> String {
    story.tell().root(reason).message.clone()
}

/// Whether the evidence of the first root cause contains the text.
fn proves(story: &Story, text: &str) -> bool {
    story.tell().first().evidence.iter().any(|fact| fact.contains(text))
}
