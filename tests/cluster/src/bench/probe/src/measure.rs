//! What one process costs, from fork to exit.

use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::Result;

/// Runs a program, its output dropped, and prints what it cost as one line of JSON.
///
/// This process has one child, so the sums over all children are that child's. It stays small: to the kernel, the
/// memory of the parent is the first memory of a child.
pub fn run(program: &str, args: &[&str]) -> Result<()> {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null());
    let begun = Instant::now();
    let status = command.spawn()?.wait()?;
    let wall = begun.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    let line = serde_json::json!({
        "wall_us": u64::try_from(wall.as_micros())?,
        "cpu_us": cpu,
        "peak_kib": usage.max_rss(),
        "code": status.code(),
    });
    println!("{line}");
    Ok(())
}
