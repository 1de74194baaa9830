//! Many lives side by side, in rounds: the controller goes, things happen, the world stands still, the model speaks,
//! the controller comes back, and its first sync of each set is judged.
//!
//! The controller is *ended* and started anew rather than stopped and continued. One that was stopped works off its
//! watches one after the other and may sync between two of them: it answers to a mixture that never was. One that
//! starts reads everything before it does anything, so its first sync answers to what the snapshot holds. All others
//! who write (kubelets, scheduler, the other controllers) are stopped from the snapshot until that sync is over.

mod away;
mod back;
mod judged;
mod living;
mod running;

use crate::boot::Cluster;
use crate::client::block_on;
use crate::interrupt::Interrupt;
use crate::prove::evidence::audit::Record;
use crate::prove::evidence::syncs::Log;
use crate::prove::lives::Life;
use crate::prove::tally::Tally;
use crate::prove::world::actor::{Actor, Tools};
use crate::prove::world::look::Eyes;
use crate::prove::world::place::Place;
use anyhow::Result;
use futures::future::{join_all, try_join_all};
use jiff::Timestamp;
use living::Living;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How many lives at once.
const SIDE_BY_SIDE: usize = 60;
/// How often a run says how far it is.
const PROGRESS: Duration = Duration::from_secs(30);

/// A cluster in which lives are lived.
pub(in crate::prove) struct Rounds<'a> {
    cluster: &'a mut Cluster,
    eyes: Eyes,
    tools: Tools,
    audit: Record,
    interrupt: &'a Interrupt,
    lives: Vec<Living>,
    made: usize,
    /// Says each judged sync.
    pub(in crate::prove) verbose: bool,
    /// Where fixtures are written.
    pub(in crate::prove) record: Recording,
    pub(in crate::prove) tally: Tally,
}

/// What is written down as fixtures.
#[derive(Clone, Debug, Default)]
pub(in crate::prove) enum Recording {
    /// Nothing.
    #[default]
    Nothing,
    /// Each sync that is judged.
    All(PathBuf),
    /// Syncs on which the model and the controller disagree.
    Disagreements(PathBuf),
}

impl<'a> Rounds<'a> {
    pub(in crate::prove) fn new(
        cluster: &'a mut Cluster,
        tools: Tools,
        interrupt: &'a Interrupt,
    ) -> Result<Self> {
        let eyes = block_on(Eyes::open(&cluster.kubeconfig()))?;
        let audit = Record::open(&cluster.audit_log());
        Ok(Self {
            cluster,
            eyes,
            tools,
            audit,
            interrupt,
            lives: Vec::new(),
            made: 0,
            verbose: false,
            record: Recording::Nothing,
            tally: Tally::default(),
        })
    }

    /// Lives these lives, until there are no more or enough is known; lives by intent are lived to their end.
    pub(in crate::prove) fn run(
        &mut self,
        lives: &mut dyn Iterator<Item = Life>,
        enough: &dyn Fn(&Tally) -> bool,
    ) -> Result<()> {
        let mut told = Instant::now();
        let mut lives = lives.peekable();
        loop {
            self.interrupt.check()?;
            let mut new = Vec::new();
            while self.lives.len() + new.len() < SIDE_BY_SIDE
                && let Some(life) = lives.next_if(|life| life.by_intent || !enough(&self.tally))
            {
                new.push(life);
            }
            self.begin(new)?;
            let go_on = !enough(&self.tally) || self.lives.iter().any(|living| living.life.by_intent);
            if self.lives.is_empty() || !go_on {
                let rest = std::mem::take(&mut self.lives);
                block_on(join_all(rest.iter().map(|living| living.actor.end())));
                return Ok(());
            }
            self.round()?;
            self.end_lives();
            if told.elapsed() > PROGRESS {
                told = Instant::now();
                let (judged, lives) = (self.tally.judged, self.tally.lives);
                crate::note(&format!(
                    "{judged} syncs judged, {lives} lives over, {} under way",
                    self.lives.len()
                ));
            }
        }
    }

    /// Prepares places for new lives, side by side, while the whole world runs.
    fn begin(&mut self, lives: Vec<Life>) -> Result<()> {
        let client = self.cluster.handle()?.client();
        let places = lives.into_iter().map(|life| {
            let (client, tools) = (client.clone(), self.tools.clone());
            self.made += 1;
            let name = format!("life-{}-{}", self.made, std::process::id());
            async move {
                let place = Place::make(client, name).await?;
                let actor = Actor::prepare(place, &life, tools).await?;
                anyhow::Ok(Living::new(life, actor))
            }
        });
        self.lives.extend(block_on(try_join_all(places))?);
        Ok(())
    }

    fn end_lives(&mut self) {
        let (over, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.lives).into_iter().partition(|living| living.over || living.is_done());
        self.lives = rest;
        block_on(join_all(over.iter().map(|living| living.actor.end())));
        self.tally.lives += over.len();
        over.iter().for_each(|living| self.audit.forget(&living.actor.place.name));
    }

    fn round(&mut self) -> Result<()> {
        self.cluster.kill_statefulset_controller()?;
        self.audit.forget_open();
        let world = self.let_happen()?;
        let before = Timestamp::now();
        let seen =
            block_on(try_join_all(self.lives.iter().map(|living| self.eyes.look(&living.actor.place.name))))?;
        let states = self.capture(&seen)?;
        self.cluster.start_statefulset_controller()?;
        let mut log = Log::open(&self.cluster.statefulset_log());
        self.wait_for_syncs(&mut log, &seen)?;
        drop(world);
        for (index, (seen, state)) in seen.into_iter().zip(states).enumerate() {
            match seen {
                Some(seen) => self.judge(index, seen, &state, &log, before)?,
                None => self.lives[index].over = true,
            }
        }
        self.follow()?;
        self.rest()?;
        log.read()?;
        self.look_again(&log)
    }
}
