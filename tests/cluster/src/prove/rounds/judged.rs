//! The first sync after the controller has come back, and the model's word.

use super::{Recording, Rounds};
use crate::prove::evidence::audit::Write;
use crate::prove::evidence::observed::Observed;
use crate::prove::evidence::syncs::{Log, Sync};
use crate::prove::fixture;
use crate::prove::tally::Disagreement;
use crate::prove::verdict::Case;
use crate::prove::world::look::Seen;
use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::Value;

impl Rounds<'_> {
    /// Compares the first sync of a set with the model's word.
    pub(super) fn judge(
        &mut self,
        index: usize,
        seen: Seen,
        state: &Value,
        log: &Log,
        before: Timestamp,
    ) -> Result<()> {
        let living = &mut self.lives[index];
        let sync = log.of(&living.key()).first().context("a sync")?.clone();
        let writes = self.audit.of(&living.actor.place.name);
        self.tally.name_causes(seen.reasons());
        living.judged = None;
        let disturbed = is_disturbed(writes, before, &sync);
        let observed = Observed::of(&sync, writes, &seen.set);
        let case = Case { set: seen.set.clone(), sync, observed };
        if disturbed || case.is_on_edge() {
            self.tally.disturbed += 1;
            return Ok(());
        }
        let what = self.tally.judge(&case);
        if self.verbose {
            crate::note(&format!("{} step {}: {case}", living.life.name, living.begun.unwrap_or_default()));
        }
        let directory = match &self.record {
            Recording::All(directory) => Some(directory),
            Recording::Disagreements(directory) if !what.is_empty() => Some(directory),
            Recording::Disagreements(_) | Recording::Nothing => None,
        };
        if let Some(directory) = directory {
            living.recorded += 1;
            let directory = directory.join(format!("{}-{}", living.life.name, living.recorded));
            let step = living.begun.unwrap_or_default();
            fixture::write_sync(&directory, &living.life, step, state, &case)?;
        }
        living.judged = Some((seen, case.sync.end));
        self.disagree(index, what);
        Ok(())
    }

    pub(super) fn disagree(&mut self, index: usize, what: Vec<String>) {
        if what.is_empty() {
            return;
        }
        let living = &mut self.lives[index];
        living.over = true;
        crate::note(&format!("{}: {}", living.life.name, what.join("; ")));
        let step = living.begun.unwrap_or_default();
        self.tally.disagreements.push(Disagreement { life: living.life.clone(), step, what });
    }
}

/// Whether something was written that the snapshot, begun at `before`, may have missed: by anybody else during the
/// sync, or by anybody earlier and answered only then. What the controller writes before a sync (it adopts and lets
/// go) belongs to it.
fn is_disturbed(writes: &[Write], before: Timestamp, sync: &Sync) -> bool {
    writes.iter().any(|write| {
        let during = write.at > before && write.at <= sync.end && !write.by_controller;
        let late = write.at <= before && write.answered > before;
        during || late
    })
}
