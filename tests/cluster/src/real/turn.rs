//! The tests of a program share one cluster with real nodes, and take turns: they break its nodes.

use super::{RealCluster, missing};
use crate::boot::Options;
use crate::interrupt::Interrupt;
use crate::parts::{NodeParts, Parts};
use crate::story::{Turn, Turns, env};
use std::io::Write as _;

/// Waits for a turn with healthy nodes. None when this machine can have no real nodes: then the test is skipped, and
/// that is said, and counted by `cargo cluster test`.
///
/// # Panics
/// When the cluster does not boot, or its nodes do not recover from the test before.
#[must_use]
pub fn turn() -> Option<Turn<RealCluster>> {
    static TURNS: Turns<RealCluster> = Turns::empty();
    // Says in one sentence, like all the others, that this is not a test for plain `cargo test`.
    let _ = crate::cluster();
    if let Some(missing) = missing() {
        skip(&missing);
        return None;
    }
    let turn = TURNS.take(boot);
    turn.heal().unwrap_or_else(|error| panic!("{error:#}"));
    Some(turn)
}

fn boot() -> RealCluster {
    let interrupt = Interrupt::never();
    let boot = || {
        let (parts, node_parts) = (Parts::ensure(&interrupt)?, NodeParts::ensure(&interrupt)?);
        RealCluster::boot(&parts, &node_parts, &Options { nodes: 0, ..Options::default() }, &interrupt)
    };
    boot().unwrap_or_else(|error| panic!("no cluster with real nodes: {error:#}"))
}

/// Says that the test of this thread is skipped, past the test harness, which keeps what a passing test prints.
///
/// # Panics
/// When the list of skipped tests cannot be written.
pub fn skip(missing: &str) {
    let thread = std::thread::current();
    let line = format!("skipped: {}: {missing}\n", thread.name().unwrap_or("a test"));
    let _ = std::io::stderr().write_all(line.as_bytes());
    let Some(file) = std::env::var_os(env::SKIPPED) else { return };
    let file = std::fs::File::options().create(true).append(true).open(file);
    file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the list of skipped tests");
}
