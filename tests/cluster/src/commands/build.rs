//! `cargo cluster build`.

use anyhow::Result;
use std::process::ExitCode;
use test_cluster::interrupt::Interrupt;
use test_cluster::parts::{NodeParts, Parts};
use test_cluster::{note, real};

pub(super) fn run(interrupt: &Interrupt) -> Result<ExitCode> {
    Parts::ensure(interrupt)?;
    match real::missing() {
        Some(missing) => note(&missing),
        None => drop(NodeParts::ensure(interrupt)?),
    }
    Ok(ExitCode::SUCCESS)
}
