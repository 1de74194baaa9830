//! From a life in which the model and the controller disagree to the shortest one in which they still do.

use crate::prove::lives::{Life, Shape};
use crate::prove::rounds::Rounds;
use crate::prove::tally::{Disagreement, Tally};
use anyhow::Result;
use std::time::{Duration, Instant};

/// How often a life is lived again to see whether what it showed is chance.
const AGAIN: usize = 4;
/// How many shorter lives are tried side by side.
const SIDE_BY_SIDE: usize = 60;
/// When the shortest life so far is short enough.
const LONG_ENOUGH: Duration = Duration::from_secs(300);

/// The shortest life that was found; none when it does not happen again.
pub(in crate::prove) fn reduce(rounds: &mut Rounds<'_>, found: &Disagreement) -> Result<Option<Life>> {
    let started = Instant::now();
    let mut shortest = found.life.clone();
    shortest.steps.truncate(found.step);
    if failing(rounds, vec![shortest.clone(); AGAIN])?.is_none() {
        return Ok(None);
    }
    while started.elapsed() < LONG_ENOUGH {
        let mut candidates = shorter(&shortest);
        candidates.truncate(SIDE_BY_SIDE);
        match failing(rounds, candidates)? {
            Some(life) => shortest = life,
            None => break,
        }
    }
    Ok(Some(shortest))
}

/// The shortest of these lives in which there is a disagreement.
fn failing(rounds: &mut Rounds<'_>, lives: Vec<Life>) -> Result<Option<Life>> {
    let before = std::mem::take(&mut rounds.tally);
    let lived = rounds.run(&mut lives.into_iter(), &|_| false);
    let tally: Tally = std::mem::replace(&mut rounds.tally, before);
    lived?;
    let failed = tally.disagreements.into_iter().map(|one| {
        let mut life = one.life;
        life.steps.truncate(one.step);
        life
    });
    Ok(failed.min_by_key(size))
}

fn size(life: &Life) -> (usize, usize, u32) {
    let events = life.steps.iter().map(|step| step.events.len()).sum();
    (events, life.steps.len(), life.shape.replicas + life.shape.claims + life.shape.start)
}

/// All lives that are shorter by one thing.
fn shorter(life: &Life) -> Vec<Life> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Life)| {
        let mut other = life.clone();
        change(&mut other);
        if other != *life {
            all.push(other);
        }
    };
    let plain = Shape::default();
    with(&|life| life.shape.replicas = life.shape.replicas.saturating_sub(1));
    with(&|life| life.shape.claims = life.shape.claims.saturating_sub(1));
    with(&|life| life.shape.start = 0);
    with(&|life| life.shape.min_ready_seconds = 0);
    with(&|life| life.shape.class.clone_from(&plain.class));
    with(&|life| life.shape.delete_with_set = false);
    with(&|life| life.shape.delete_when_scaled = false);
    with(&|life| life.shape.own_nodes = false);
    with(&|life| life.shape.parallel = false);
    for step in 0..life.steps.len() {
        with(&|life| drop(life.steps.remove(step)));
        for event in 0..life.steps[step].events.len() {
            with(&|life| drop(life.steps[step].events.remove(event)));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_candidate_is_smaller_or_plainer_than_the_life_it_comes_from_and_they_end() {
        let first = crate::prove::lives::chance::life(7, 1, false, 4);
        let mut life = first.clone();
        let mut times = 0;
        while let Some(next) = shorter(&life).into_iter().next() {
            assert_ne!(next, life);
            life = next;
            times += 1;
            assert!(times < 100, "it never ends");
        }
        let kept = first.shape;
        let plainest =
            Shape { replicas: 0, update: kept.update, template: kept.template, ..Shape::default() };
        assert_eq!((life.shape, life.steps), (plainest, vec![]));
    }
}
