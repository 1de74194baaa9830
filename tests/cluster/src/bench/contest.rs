//! Commands that are run in turns, so that whatever else the machine does falls on all of them.

use super::Bench;
use super::stats::{Stats, short};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::ffi::OsString;
use std::fmt::Write;
use std::path::Path;
use std::process::Stdio;

/// One command of a contest.
#[derive(Clone, Debug)]
pub(super) struct Entrant {
    label: String,
    command: Vec<OsString>,
    /// The first entrant shall take at the most this share of our time.
    share: Option<f64>,
    /// The most memory it may take, MB.
    memory: Option<f64>,
}

/// What one run cost.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Cost {
    wall_us: f64,
    cpu_us: f64,
    peak_kib: f64,
    code: Option<i32>,
}

impl Entrant {
    /// A program with its arguments.
    pub(super) fn new(label: &str, program: &Path, args: &[&str]) -> Self {
        let args = args.iter().map(OsString::from);
        let command = std::iter::once(program.into()).chain(args).collect();
        Self { label: label.to_owned(), command, share: None, memory: None }
    }

    /// The first entrant's time should be at the most this share of ours.
    pub(super) fn share(mut self, most: f64) -> Self {
        self.share = Some(most);
        self
    }

    /// The memory should be at the most so many MB.
    pub(super) fn memory(mut self, most: f64) -> Self {
        self.memory = Some(most);
        self
    }

    fn run(&self, bench: &Bench) -> Result<Cost> {
        let output = bench
            .command(&bench.programs.probe)
            .arg("measure")
            .args(&self.command)
            .stdin(Stdio::null())
            .output()
            .context("failed to start setpriv (install util-linux)")?;
        bench.interrupt.check()?;
        let said = String::from_utf8_lossy(&output.stderr);
        let cost: Cost =
            serde_json::from_slice(&output.stdout).with_context(|| format!("{}: {said}", self.label))?;
        if cost.code != Some(0) {
            bail!("{} ended with {:?}: {said}", self.label, cost.code);
        }
        Ok(cost)
    }

    fn goal(&self) -> String {
        let share = self.share.map(|most| format!("ratio ≤ {most}"));
        let memory = self.memory.map(|most| format!("≤ {most} MB"));
        share.into_iter().chain(memory).collect::<Vec<_>>().join(", ")
    }
}

/// Runs all entrants in turns, once to warm up and then as often as was asked for; the table of what they cost.
pub(super) fn contest(bench: &Bench, title: &str, entrants: &[Entrant]) -> Result<String> {
    test_cluster::note(&format!("measuring {title}"));
    for entrant in entrants {
        entrant.run(bench)?;
    }
    let mut costs: Vec<Vec<Cost>> = vec![Vec::new(); entrants.len()];
    for _ in 0..bench.runs {
        for (entrant, costs) in entrants.iter().zip(&mut costs) {
            costs.push(entrant.run(bench)?);
        }
    }
    let mut table = format!("### {title}\n\n");
    table.push_str("| | wall, ms | CPU, ms | peak, MB | ratio | goal |\n|---|---|---|---|---|---|\n");
    let Some(first) = costs.first() else { return Ok(table) };
    for (place, (entrant, own)) in entrants.iter().zip(&costs).enumerate() {
        let cell =
            |number: fn(&Cost) -> f64, unit| own.iter().map(|cost| number(cost) / unit).collect::<Stats>();
        // Of neighbours: what disturbs one of them disturbs the other.
        let ratios: Stats = first.iter().zip(own).map(|(first, own)| first.wall_us / own.wall_us).collect();
        let ratio = if place == 0 { String::new() } else { short(ratios.median()) };
        writeln!(
            table,
            "| {} | {} | {} | {} | {ratio} | {} |",
            entrant.label,
            cell(|cost| cost.wall_us, 1000.0).cell(),
            cell(|cost| cost.cpu_us, 1000.0).cell(),
            short(cell(|cost| cost.peak_kib, 1000.0 / 1.024).median()),
            entrant.goal(),
        )?;
    }
    Ok(table)
}
