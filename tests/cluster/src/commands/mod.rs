//! One file for each command.

mod bench;
mod build;
mod down;
mod prove;
mod test;
mod up;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use test_cluster::boot::sweep;
use test_cluster::cache;
use test_cluster::interrupt::Interrupt;

/// Builds, boots and ends test clusters, and runs the tests against one.
#[derive(Parser)]
#[command(name = "cargo cluster", bin_name = "cargo cluster")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the programs of a cluster, if the cache does not have them
    Build,
    /// Boot a cluster that stays, and print the `export KUBECONFIG=…` line for it
    Up(up::Args),
    /// End the cluster that `up` left
    Down,
    /// Boot a cluster, run all tests against it, end it
    Test(test::Args),
    /// Measure the plugin beside kubectl, on a cluster of its own; prints Markdown
    Bench(bench::Args),
    /// Judge the model of the controller by what the real controller does
    Prove(prove::Args),
}

/// Runs one command.
///
/// # Errors
/// Whatever it says.
pub fn run(cli: Cli) -> Result<ExitCode> {
    let interrupt = Interrupt::install()?;
    sweep()?;
    match cli.command {
        Command::Build => build::run(&interrupt),
        Command::Up(args) => up::run(&args, &interrupt),
        Command::Down => down::run(),
        Command::Test(args) => test::run(&args, &interrupt),
        Command::Bench(args) => bench::run(&args, &interrupt),
        Command::Prove(args) => prove::run(&args, &interrupt),
    }
}

/// The directory of the one cluster that `up` leaves and `down` ends.
fn up_dir() -> Result<PathBuf> {
    Ok(cache::run_dir()?.join("up"))
}
