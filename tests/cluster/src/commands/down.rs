//! `cargo cluster down`.

use anyhow::Result;
use std::process::ExitCode;
use test_cluster::boot::end;
use test_cluster::{cache, note};

pub(super) fn run() -> Result<ExitCode> {
    let dir = super::up_dir()?;
    let _lock = cache::lock("up")?;
    if dir.exists() {
        end(&dir)?;
        note("down");
    } else {
        note("no cluster is up");
    }
    Ok(ExitCode::SUCCESS)
}
