//! `cargo cluster bench`.

#[path = "../bench/mod.rs"]
mod suite;

use anyhow::Result;
use std::path::PathBuf;
use std::process::ExitCode;
use suite::{Bench, Scene};
use test_cluster::boot::{Cluster, Options};
use test_cluster::interrupt::Interrupt;
use test_cluster::note;
use test_cluster::parts::Parts;
use test_cluster::story::{ClusterHandle, env};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Fewer runs on smaller sets: to see that it works, not what it measures
    #[arg(long)]
    quick: bool,
    /// How many runs of each command [default: 21, with --quick 5]
    #[arg(long, value_name = "N")]
    runs: Option<usize>,
    /// Measure the size of the program that users download as well, which takes minutes to link
    #[arg(long)]
    dist: bool,
    /// Only this part (repeatable)
    #[arg(long, value_enum)]
    only: Vec<Scene>,
}

pub(super) fn run(args: &Args, interrupt: &Interrupt) -> Result<ExitCode> {
    let parts = Parts::ensure(interrupt)?;
    // Before the boot: what does not compile needs no cluster, and compiling disturbs what is measured.
    let programs = suite::programs::build(&parts, args.dist, interrupt)?;
    let existing = std::env::var_os(env::KUBECONFIG).filter(|path| !path.is_empty()).map(PathBuf::from);
    let own = match &existing {
        Some(_) => None,
        None => Some(Cluster::boot(&parts, &Options::default(), interrupt)?),
    };
    let cluster = match (&own, existing) {
        (Some(cluster), _) => cluster.handle()?,
        (None, path) => ClusterHandle::of(&std::path::absolute(path.unwrap_or_default())?)?,
    };
    let runs = args.runs.unwrap_or(if args.quick { 5 } else { 21 });
    let bench = Bench::new(cluster, programs, runs, args.quick, interrupt)?;
    suite::run(&bench, &args.only)?;
    note("all measured");
    Ok(ExitCode::SUCCESS)
}
