//! `cargo cluster up`.

use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;
use test_cluster::boot::{Cluster, Options, State, end};
use test_cluster::interrupt::Interrupt;
use test_cluster::parts::{NodeParts, Parts};
use test_cluster::real::RealCluster;
use test_cluster::{cache, note};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Turn a feature gate on or off (repeatable), like MaxUnavailableStatefulSet=true
    #[arg(long = "feature-gate", value_name = "GATE=BOOL")]
    feature_gates: Vec<String>,
    /// With two real nodes instead of simulated ones; needs root
    #[arg(long)]
    real: bool,
}

pub(super) fn run(args: &Args, interrupt: &Interrupt) -> Result<ExitCode> {
    let dir = super::up_dir()?;
    let _lock = cache::lock("up")?;
    if State::read(&dir).is_some_and(|state| state.running(&dir)) {
        note("a cluster is already up; `cargo cluster down` ends it");
    } else {
        // What a crash or a restart of the machine may have left of an earlier one.
        end(&dir)?;
        let parts = Parts::ensure(interrupt)?;
        let options = Options {
            feature_gates: args.feature_gates.clone(),
            detached: Some(dir.clone()),
            ..Options::default()
        };
        let started = Instant::now();
        if args.real {
            let node_parts = NodeParts::ensure(interrupt)?;
            RealCluster::boot(&parts, &node_parts, &Options { nodes: 0, ..options }, interrupt)?;
        } else {
            Cluster::boot(&parts, &options, interrupt)?;
        }
        note(&format!("up in {:.1} s; `cargo cluster down` ends it", started.elapsed().as_secs_f64()));
    }
    writeln!(std::io::stdout(), "export KUBECONFIG={}", quote(&dir.join("kubeconfig").to_string_lossy()))?;
    Ok(ExitCode::SUCCESS)
}

/// For a POSIX shell; untouched when it holds nothing special, so that the common line stays readable.
fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
