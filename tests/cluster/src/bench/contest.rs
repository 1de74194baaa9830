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
    /// It takes part in so many of the first turns only.
    turns: usize,
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
        Self { label: label.to_owned(), command, share: None, memory: None, turns: usize::MAX }
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

    /// It is so slow that so many runs have to be enough.
    pub(super) fn turns(mut self, most: usize) -> Self {
        self.turns = most;
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

/// What all runs of all entrants cost.
#[derive(Clone, Debug)]
pub(super) struct Costs {
    title: String,
    entrants: Vec<(Entrant, Vec<Cost>)>,
}

/// Runs all entrants in turns, once to warm up and then as often as was asked for; the table of what they cost.
pub(super) fn contest(bench: &Bench, title: &str, entrants: &[Entrant]) -> Result<String> {
    run(bench, title, bench.runs, entrants)?.table(bench)
}

/// The same with another number of turns, and for more than a table.
pub(super) fn run(bench: &Bench, title: &str, turns: usize, entrants: &[Entrant]) -> Result<Costs> {
    test_cluster::note(&format!("measuring {title}"));
    for entrant in entrants {
        entrant.run(bench)?;
    }
    let mut entrants: Vec<_> = entrants.iter().map(|entrant| (entrant.clone(), Vec::new())).collect();
    for turn in 0..turns {
        for (entrant, costs) in entrants.iter_mut().filter(|(entrant, _)| turn < entrant.turns) {
            costs.push(entrant.run(bench)?);
        }
    }
    Ok(Costs { title: title.to_owned(), entrants })
}

impl Costs {
    /// One row an entrant, which says how often it has run where that is not as usual.
    pub(super) fn table(&self, bench: &Bench) -> Result<String> {
        let mut table = format!("### {}\n\n", self.title);
        table.push_str("| | wall, ms | CPU, ms | peak, MB | ratio | goal |\n|---|---|---|---|---|---|\n");
        let Some((_, first)) = self.entrants.first() else { return Ok(table) };
        for (place, (entrant, own)) in self.entrants.iter().enumerate() {
            // Of neighbours: what disturbs one of them disturbs the other.
            let ratios: Stats =
                first.iter().zip(own).map(|(first, own)| first.wall_us / own.wall_us).collect();
            let ratio = if place == 0 { String::new() } else { short(ratios.median()) };
            let runs = if own.len() == bench.runs { String::new() } else { format!(" ({} runs)", own.len()) };
            writeln!(
                table,
                "| {}{runs} | {} | {} | {} | {ratio} | {} |",
                entrant.label,
                self.wall(place).cell(),
                self.of(place, |cost| cost.cpu_us / 1000.0).cell(),
                short(self.peak(place).median()),
                entrant.goal(),
            )?;
        }
        Ok(table)
    }

    /// Milliseconds of one entrant.
    pub(super) fn wall(&self, place: usize) -> Stats {
        self.of(place, |cost| cost.wall_us / 1000.0)
    }

    /// Megabytes of one entrant.
    pub(super) fn peak(&self, place: usize) -> Stats {
        self.of(place, |cost| cost.peak_kib * 1.024 / 1000.0)
    }

    fn of(&self, place: usize, number: impl Fn(&Cost) -> f64) -> Stats {
        self.entrants[place].1.iter().map(number).collect()
    }
}
