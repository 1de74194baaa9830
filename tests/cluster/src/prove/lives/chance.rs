//! Lives nobody thought of: the same for the same seed and number.

use super::{Event, Life, Shape, Step, Template, Then, Update};
use crate::Behaviour;
use fastrand::Rng;

/// How many pods a set has at most.
const MOST: u32 = 6;

/// The life of a name that [`life`] gave.
#[must_use]
pub fn named(name: &str, budget: bool, steps: usize) -> Option<Life> {
    let (seed, number) = name.strip_prefix(prefix(budget))?.split_once('-')?;
    Some(life(seed.parse().ok()?, number.parse().ok()?, budget, steps))
}

fn prefix(budget: bool) -> &'static str {
    if budget { "budget-" } else { "seed-" }
}

/// The life of a number in the run of a seed. With `budget` the API server has the feature MaxUnavailableStatefulSet
/// on.
#[must_use]
pub fn life(seed: u64, number: u64, budget: bool, steps: usize) -> Life {
    // Two lives of one run, and the same number in two runs, have nothing in common.
    let mut rng =
        Rng::with_seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (number << 1) ^ u64::from(budget));
    let mut dice = Dice { rng: &mut rng, budget };
    let shape = dice.shape();
    let steps = (0..steps).map(|_| dice.step(&shape)).collect();
    Life { name: format!("{}{seed}-{number}", prefix(budget)), by_intent: false, watched: true, shape, steps }
}

struct Dice<'a> {
    rng: &'a mut Rng,
    budget: bool,
}

impl Dice<'_> {
    fn below(&mut self, limit: u32) -> u32 {
        self.rng.u32(0..limit)
    }

    /// True so many times in a hundred.
    fn percent(&mut self, chance: u32) -> bool {
        self.below(100) < chance
    }

    fn pick(&mut self) -> usize {
        self.rng.usize(0..60)
    }

    fn shape(&mut self) -> Shape {
        Shape {
            replicas: [0, 1, 2, 3, 3, 4, 4, 5, MOST][self.rng.usize(0..9)],
            start: if self.percent(30) { 3 } else { 0 },
            parallel: self.percent(45),
            update: self.update(),
            min_ready_seconds: if self.percent(15) { 2 + self.below(4) } else { 0 },
            claims: [0, 0, 1, 1, 2][self.rng.usize(0..5)],
            class: if self.percent(20) { "wait" } else { "standard" }.to_owned(),
            delete_with_set: self.percent(30),
            delete_when_scaled: self.percent(40),
            own_nodes: self.percent(12),
            init: false,
            template: Template::Of(Behaviour::Healthy),
        }
    }

    fn update(&mut self) -> Update {
        let partition = if self.percent(50) { 0 } else { self.below(MOST + 2) };
        if self.budget && self.percent(80) {
            let amount = ["1", "2", "3", "25%", "40%", "50%", "100%"][self.rng.usize(0..7)];
            return Update::Budget(partition, amount.to_owned());
        }
        match self.below(10) {
            0 => Update::OnDelete,
            // With the feature on nobody can tell how the controller takes a set without rollingUpdate.
            1..4 if !self.budget => Update::Null,
            _ => Update::Partition(partition),
        }
    }

    fn step(&mut self, shape: &Shape) -> Step {
        let count = [1, 1, 2, 2, 3][self.rng.usize(0..5)];
        let mut events: Vec<Event> = (0..count).map(|_| self.event(shape)).collect();
        // A sync with nothing to do proves little.
        if self.percent(40) {
            events.push(Event::DeletePod(self.pick()));
        }
        // The garbage collector must let go of the pods.
        if events.iter().any(|event| matches!(event, Event::Recreate(_))) {
            return Step { events, then: Then::Settles };
        }
        let then =
            [Then::Settles, Then::Settles, Then::Settles, Then::Begins, Then::Stands][self.rng.usize(0..5)];
        Step { events, then }
    }

    fn event(&mut self, shape: &Shape) -> Event {
        match self.below(100) {
            0..47 => self.change_of_spec(),
            47..60 => Event::DeletePod(self.pick()),
            60..80 => self.trouble_of_pod(),
            80..90 if shape.claims > 0 => self.trouble_of_claim(),
            80..90 if shape.own_nodes => {
                if self.percent(40) {
                    Event::LoseNode(self.pick())
                } else {
                    Event::FindNodes
                }
            }
            90..95 => Event::Quota((!self.percent(65)).then(|| self.rng.u32(0..4))),
            95..97 => match self.below(4) {
                0 => Event::Foreign,
                1 => Event::Unforeign,
                2 => Event::Relabel(self.pick()),
                _ => Event::Recreate(shape.claims),
            },
            _ => Event::DeletePod(self.pick()),
        }
    }

    fn change_of_spec(&mut self) -> Event {
        match self.below(47) {
            0..13 => Event::Change(Template::Of(Behaviour::Healthy)),
            13..18 => Event::Change(self.bad_template()),
            18..24 => Event::Revert(1 + self.rng.usize(0..3)),
            24..36 => Event::Scale(self.below(MOST + 1)),
            36..38 => Event::Start(self.below(4)),
            38..43 => Event::Strategy(self.update()),
            43..45 => Event::MinReady(self.below(3)),
            _ => Event::Retention(self.percent(50), self.percent(50)),
        }
    }

    /// More of it passes than begins: a set that nothing moves proves little.
    fn trouble_of_pod(&mut self) -> Event {
        match self.below(20) {
            0..7 => Event::Behave(self.pick(), Behaviour::Fails),
            7..9 => Event::Behave(self.pick(), self.bad_behaviour()),
            9..11 => Event::Behave(self.pick(), Behaviour::Healthy),
            11 => Event::Hold(self.pick()),
            12..15 => Event::Release,
            15 => Event::Stick(self.pick()),
            16..19 => Event::Unstick,
            _ => Event::ForceDelete(self.pick()),
        }
    }

    fn trouble_of_claim(&mut self) -> Event {
        match self.below(10) {
            0..4 => Event::DeleteClaim(self.pick()),
            4 => Event::HoldClaim(self.pick()),
            5..7 => Event::Release,
            7 => Event::LoseVolume(self.pick()),
            8 => Event::PinVolume(self.pick()),
            _ => Event::ClaimQuota((!self.percent(65)).then(|| self.rng.u32(0..6))),
        }
    }

    fn bad_template(&mut self) -> Template {
        if self.percent(15) { Template::Unschedulable } else { Template::Of(self.bad_behaviour()) }
    }

    fn bad_behaviour(&mut self) -> Behaviour {
        [Behaviour::NeverReady, Behaviour::CrashLoop, Behaviour::ImagePullError, Behaviour::ProbeFailing]
            [self.rng.usize(0..4)]
    }
}
