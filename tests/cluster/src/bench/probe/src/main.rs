//! The measuring instruments of `cargo cluster bench`, small enough not to disturb what they measure.
//!
//! - `probe measure PROGRAM ARGS…` runs a program and prints its time, CPU and memory
//! - `probe requests PLAN` sends the requests of a plan, wave by wave, and drops the answers
//! - `probe watch PLAN` prints a line for each event of the plan's one watch

mod client;
mod measure;
mod pages;
mod plan;
mod watch;

use std::process::ExitCode;

/// Whatever went wrong; the message is all that matters.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["measure", program, args @ ..] => measure::run(program, args),
        ["requests", plan] => plan::read(plan).and_then(client::run),
        ["watch", plan] => plan::read(plan).and_then(watch::run),
        _ => Err("usage: probe measure PROGRAM ARGS… | probe requests PLAN | probe watch PLAN".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("probe: {error}");
            ExitCode::FAILURE
        }
    }
}
