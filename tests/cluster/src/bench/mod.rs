//! What the plugin costs, measured beside kubectl and beside a client that only asks and reads.
//!
//! - [`programs`]: what is measured, built for release
//! - [`contest`]: commands run in turns, what each cost, and the table of it
//! - [`record`]: which requests the plugin sends; [`plan`]: the same requests for the bare client
//! - [`beside`]: what a command costs, beside kubectl and the bare client
//! - [`small`], [`group`], [`large`], [`many`], [`orphans`], [`reaction`], [`canary`], [`size`]: one part each of
//!   docs/performance.md
//! - `probe/`: the measuring instruments, a program of their own

mod beside;
mod canary;
mod contest;
mod group;
mod large;
mod many;
mod orphans;
mod plan;
pub(super) mod programs;
mod reaction;
mod record;
mod size;
mod small;
mod stats;

use anyhow::{Context, Result};
use k8s_openapi::api::core::v1::Namespace;
use kube::ResourceExt;
use kube::api::{Api, ListParams};
use programs::Programs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use test_cluster::client::block_on;
use test_cluster::interrupt::Interrupt;
use test_cluster::story::{ClusterHandle, wait_until};

/// A part of the measuring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Scene {
    /// How large the program is
    Size,
    /// `status NAME` of three replicas
    Small,
    /// A whole canary
    Canary,
    /// How soon `status --watch` shows a change
    Reaction,
    /// `peers` and `leader` of 50 replicas
    Group,
    /// `status NAME` of 500 replicas
    Large,
    /// `status -A` of 200 sets among 20,000 claims
    Many,
    /// `orphans -A` among 100,000 claims
    Orphans,
}

/// What every part of the measuring needs.
pub(super) struct Bench<'a> {
    cluster: Arc<ClusterHandle>,
    programs: Programs,
    runs: usize,
    quick: bool,
    interrupt: &'a Interrupt,
    /// Plans, kubectl's cache.
    dir: TempDir,
}

impl<'a> Bench<'a> {
    /// Measures on this cluster.
    pub(super) fn new(
        cluster: Arc<ClusterHandle>,
        programs: Programs,
        runs: usize,
        quick: bool,
        interrupt: &'a Interrupt,
    ) -> Result<Self> {
        let dir = tempfile::tempdir().context("failed to make a directory for plans")?;
        Ok(Self { cluster, programs, runs, quick, interrupt, dir })
    }

    /// The same on another cluster.
    fn on(&self, cluster: Arc<ClusterHandle>) -> Result<Self> {
        Self::new(cluster, self.programs.clone(), self.runs, self.quick, self.interrupt)
    }

    /// A program that finds the cluster, and dies with us.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        command.env("KUBECONFIG", &self.cluster.kubeconfig);
        // kubectl's cache of what the API server serves: warm after the first run, as it is for users.
        command.env("KUBECACHEDIR", self.dir.path().join("kubectl-cache"));
        command
    }

    /// Waits until nothing is left of the last part, which would be in the way of the next.
    fn clear(&self) {
        let namespaces: Api<Namespace> = Api::all(self.cluster.client());
        let ours = |namespace: &Namespace| namespace.name_any().starts_with("bench-");
        let gone = || {
            let listed = block_on(namespaces.list(&ListParams::default()));
            listed.is_ok_and(|list| !list.iter().any(ours)) || self.interrupt.came()
        };
        wait_until("the last namespaces are gone", Duration::from_secs(180), gone, String::new);
    }

    /// One number for the real thing, another where it shall only be seen to work.
    fn scale(&self, full: usize, quick: usize) -> usize {
        if self.quick { quick } else { full }
    }
}

/// Measures one part and tells what it found, in Markdown.
type Measure = fn(&Bench) -> Result<String>;

/// Measures everything, or only some parts, and prints each as soon as it is known.
pub(super) fn run(bench: &Bench, only: &[Scene]) -> Result<()> {
    let parts: [(Scene, Measure); 8] = [
        (Scene::Size, size::measure),
        (Scene::Small, small::measure),
        (Scene::Reaction, reaction::measure),
        (Scene::Canary, canary::measure),
        (Scene::Group, group::measure),
        (Scene::Large, large::measure),
        (Scene::Many, many::measure),
        (Scene::Orphans, orphans::measure),
    ];
    let mut out = std::io::stdout();
    let processors = std::thread::available_parallelism()?;
    writeln!(out, "{processors} processors, {} runs of each command; {}\n", bench.runs, load()?)?;
    for (scene, measure) in parts {
        if only.is_empty() || only.contains(&scene) {
            bench.clear();
            let text = measure(bench)?;
            writeln!(out, "{text}")?;
        }
    }
    writeln!(out, "At the end: {}", load()?)?;
    Ok(())
}

/// How busy the machine is, this program and the cluster included.
fn load() -> Result<String> {
    let file = std::fs::read_to_string("/proc/loadavg")?;
    Ok(format!("load average {}", file.split_whitespace().take(3).collect::<Vec<_>>().join(" ")))
}
