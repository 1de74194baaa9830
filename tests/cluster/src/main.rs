//! `cargo cluster`: builds, boots and ends test clusters, and runs the tests against one.

mod commands;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match commands::run(commands::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            test_cluster::note(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
