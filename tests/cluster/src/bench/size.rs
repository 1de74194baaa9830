//! How large the program is.

use super::Bench;
use super::stats::short;
use anyhow::Result;
use std::fmt::Write;

/// The sizes of the plugin's program.
pub(super) fn measure(bench: &Bench) -> Result<String> {
    let mut table = "### Size of the program\n\n| profile | MB | goal |\n|---|---|---|\n".to_owned();
    let built = [("release", Some(&bench.programs.plugin)), ("dist", bench.programs.dist.as_ref())];
    for (profile, path) in built {
        let Some(path) = path else { continue };
        let megabytes = f64::from(u32::try_from(path.metadata()?.len())?) / 1e6;
        let goal = if profile == "dist" { "< 9" } else { "" };
        writeln!(table, "| {profile} | {} | {goal} |", short(megabytes))?;
    }
    Ok(table)
}
