//! `cargo cluster prove`.

use anyhow::Result;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use test_cluster::interrupt::Interrupt;
use test_cluster::note;
use test_cluster::parts::Parts;
use test_cluster::prove::{Plan, prove};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Go on until so many syncs are judged in which pods are created or deleted
    #[arg(long, value_name = "N", default_value_t = 1000)]
    moves: usize,
    /// Decides the lives by chance: the same seed, the same lives
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Only the lives by intent whose name contains this, or the one by chance of this name, like seed-1-7
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Say each judged sync: the life, its step, and what the model expects
    #[arg(short, long)]
    verbose: bool,
    /// Write each judged sync as a fixture into this directory
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Where the shortest life for each disagreement is written, as a fixture
    #[arg(long, value_name = "DIR", default_value = "target/disagreements")]
    disagreements: PathBuf,
}

pub(super) fn run(args: &Args, interrupt: &Interrupt) -> Result<ExitCode> {
    let started = Instant::now();
    let parts = Parts::ensure(interrupt)?;
    note(&format!("seed {}", args.seed));
    let plan = Plan {
        moves: args.moves,
        seed: args.seed,
        only: args.only.clone(),
        verbose: args.verbose,
        record: args.record.clone(),
        disagreements: Some(args.disagreements.clone()),
    };
    let tally = prove(&parts, &plan, interrupt)?;
    write!(std::io::stdout(), "seed {}\n{tally}", args.seed)?;
    note(&format!("all judged in {:.0} s", started.elapsed().as_secs_f64()));
    let proven = if args.only.is_some() { tally.disagreements.is_empty() } else { tally.is_proof() };
    if !proven {
        note("this proves nothing: see the disagreements, and what stands at 0 or was left out");
    }
    Ok(if proven { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
