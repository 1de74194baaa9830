//! The plugin's model of the StatefulSet controller, judged by what the real controller does.
//!
//! - [`lives`]: sets and what happens to them, as data: by chance and by intent
//! - `world`: a namespace, the hand by which things happen in it, and the plugin's own eyes
//! - `rounds`: many lives side by side; what is judged while the controller is away, and while it runs
//! - `evidence`: one sync of the controller, out of its log and the API server's record
//! - `verdict`: the model's word against it; `tally`: counts; `reduce`: the shortest life that shows a disagreement;
//!   `fixture`: a judged sync as a file

mod evidence;
mod fixture;
pub mod lives;
mod reduce;
mod rounds;
mod tally;
mod verdict;
mod world;

pub use tally::{Disagreement, Tally};

use crate::boot::{Cluster, Options};
use crate::interrupt::Interrupt;
use crate::parts::Parts;
use anyhow::{Result, bail};
use lives::{chance, intent};
use rounds::{Recording, Rounds};
use std::path::{Path, PathBuf};
use world::actor::Tools;

/// How many steps a life by chance has.
const STEPS: usize = 10;
/// Of a hundred lives by chance, so many are lived with the feature MaxUnavailableStatefulSet.
const WITH_BUDGET: usize = 25;

/// How many disagreements are reduced to the shortest life. The next run finds the others.
const EXPLAINED: usize = 3;

/// What a run is to judge.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Goes on until so many syncs are judged in which pods are created or deleted.
    pub moves: usize,
    /// Decides the lives by chance.
    pub seed: u64,
    /// Only lives by intent whose name contains this, or the one by chance that has this name.
    pub only: Option<String>,
    /// Says each judged sync.
    pub verbose: bool,
    /// Writes each judged sync as a fixture into this directory.
    pub record: Option<PathBuf>,
    /// Looks for the shortest life for each disagreement, and writes it as a fixture into this directory.
    pub disagreements: Option<PathBuf>,
}

/// Judges the model on two clusters side by side: one as Kubernetes is by default, one with the feature
/// MaxUnavailableStatefulSet.
///
/// # Errors
/// When a cluster does not boot, something cannot be done to a set, or no life has the name that is asked for. A
/// disagreement is not an error.
pub fn prove(parts: &Parts, plan: &Plan, interrupt: &Interrupt) -> Result<Tally> {
    std::thread::scope(|scope| {
        let with_budget = scope.spawn(|| prove_on(parts, plan, true, interrupt));
        let mut tally = prove_on(parts, plan, false, interrupt)?;
        tally.add(with_budget.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        if let (0, Some(name)) = (tally.judged, &plan.only) {
            bail!("no life is called {name:?}: see tests/cluster/src/prove/lives/intent, or take seed-1-7");
        }
        Ok(tally)
    })
}

/// Judges the model on one cluster.
fn prove_on(parts: &Parts, plan: &Plan, budget: bool, interrupt: &Interrupt) -> Result<Tally> {
    let with_budget = plan.moves * WITH_BUDGET / 100;
    let moves = if budget { with_budget } else { plan.moves - with_budget };
    let mut lives = if budget { intent::with_budget() } else { intent::plain() };
    if let Some(only) = &plan.only {
        lives.retain(|life| life.name.contains(only));
        lives.extend(chance::named(only, budget, STEPS));
        if lives.is_empty() {
            return Ok(Tally::default());
        }
    }
    let gates = if budget { vec!["MaxUnavailableStatefulSet=true".to_owned()] } else { Vec::new() };
    let options = Options { feature_gates: gates, recorded: true, ..Options::default() };
    let mut cluster = Cluster::boot(parts, &options, interrupt)?;
    let tools = Tools { kubeconfig: cluster.kubeconfig(), kubectl: parts.kubectl.clone() };
    let mut rounds = Rounds::new(&mut cluster, tools, interrupt)?;
    rounds.verbose = plan.verbose;
    rounds.record = plan.record.clone().map_or(Recording::Nothing, Recording::All);
    let by_chance = (0..).map(|number| chance::life(plan.seed, number, budget, STEPS));
    let by_chance = by_chance.take(if plan.only.is_none() { usize::MAX } else { 0 });
    rounds.run(&mut lives.into_iter().chain(by_chance), &|tally| {
        plan.only.is_none() && tally.with_pods >= moves
    })?;
    if let Some(directory) = &plan.disagreements {
        explain(&mut rounds, directory)?;
    }
    Ok(rounds.tally)
}

/// Looks for the shortest life that shows each disagreement, and writes it down.
fn explain(rounds: &mut Rounds<'_>, directory: &Path) -> Result<()> {
    rounds.verbose = false;
    for found in rounds.tally.disagreements.clone().into_iter().take(EXPLAINED) {
        crate::note(&format!("looking for the shortest life that shows what {} showed", found.life.name));
        let Some(shortest) = reduce::reduce(rounds, &found)? else {
            crate::note("it did not happen again");
            continue;
        };
        let own = directory.join(&shortest.name);
        fixture::write_life(&own, &shortest, &found.what)?;
        rounds.record = Recording::Disagreements(directory.to_owned());
        let before = std::mem::take(&mut rounds.tally);
        rounds.run(&mut std::iter::once(shortest), &|_| false)?;
        rounds.tally = before;
        rounds.record = Recording::Nothing;
        crate::note(&format!("written to {}", own.display()));
    }
    Ok(())
}
