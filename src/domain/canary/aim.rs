//! How far a canary is to go.

use crate::domain::Offset;
use crate::domain::ordinal::Range;
use crate::domain::set::Amount;

/// How far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aim {
    /// All ordinals from this offset on.
    Partition(Offset),
    /// So many ordinals more than now.
    Step(u32),
    /// A whole plan: so many ordinals, or such a share of them, are updated after each step.
    Steps(Vec<Amount>),
    /// All ordinals.
    Promote,
}

/// Why an aim makes no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoPlan {
    /// A step would update fewer ordinals than the one before it.
    Falling {
        /// What the earlier step comes to.
        before: u32,
        /// What the later one comes to.
        after: u32,
    },
    /// More percent than there are.
    Beyond(u32),
}

impl Aim {
    /// How many ordinals are updated after each step, rising and never none: where nothing is left to do, what is done
    /// is looked at. `updated` ordinals are updated already, or have been let go to be; with a `new` template they are
    /// updated once more, so the plan counts from the beginning, but nothing that was let go is held again.
    ///
    /// # Errors
    /// Steps that fall, and shares beyond 100 %.
    pub fn steps(&self, range: Range, updated: u32, new: bool) -> Result<Vec<u32>, NoPlan> {
        let all = range.replicas;
        let done = if new { 0 } else { updated };
        let mut steps = match self {
            // A place: it may also hold what has been let go.
            Self::Partition(partition) => return Ok(vec![all.saturating_sub(partition.get())]),
            Self::Step(more) => vec![done.saturating_add(*more).min(all)],
            Self::Promote => vec![all],
            Self::Steps(amounts) => {
                amounts.iter().map(|amount| share(amount, all)).collect::<Result<Vec<_>, _>>()?
            }
        };
        if let Some(pair) = steps.windows(2).find(|pair| pair[1] < pair[0]) {
            return Err(NoPlan::Falling { before: pair[0], after: pair[1] });
        }
        steps.iter_mut().for_each(|count| *count = (*count).max(updated));
        steps.dedup();
        if !new && steps.len() > 1 {
            steps.retain(|count| *count > updated);
        }
        Ok(steps)
    }

    /// The words that ask for it: who asks for the same again means to resume.
    pub fn words(&self) -> String {
        match self {
            Self::Partition(partition) => format!("--partition={partition}"),
            Self::Step(more) => format!("--step={more}"),
            Self::Promote => "--promote".to_owned(),
            Self::Steps(amounts) => {
                let amounts: Vec<String> = amounts.iter().map(ToString::to_string).collect();
                format!("--steps={}", amounts.join(","))
            }
        }
    }
}

/// A share is rounded up, so that a small one is at least one ordinal.
fn share(amount: &Amount, all: u32) -> Result<u32, NoPlan> {
    match amount {
        Amount::Count(count) => Ok((*count).min(all)),
        Amount::Percent(percent) if *percent > 100 => Err(NoPlan::Beyond(*percent)),
        Amount::Percent(percent) => {
            let share = (u64::from(*percent) * u64::from(all)).div_ceil(100);
            Ok(u32::try_from(share).unwrap_or(all))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Ordinal;

    fn of(replicas: u32) -> Range {
        Range { start: Ordinal::new(3), replicas }
    }

    #[test]
    fn a_plan_counts_updated_ordinals_and_rounds_shares_up() {
        let plan = Aim::Steps(vec![Amount::Count(1), Amount::Percent(25), Amount::Percent(100)]);
        assert_eq!(plan.steps(of(10), 0, true), Ok(vec![1, 3, 10]));
        assert_eq!(
            plan.steps(of(3), 0, true),
            Ok(vec![1, 3]),
            "a quarter of 3 is the 1 that there is already"
        );
        assert_eq!(plan.steps(of(10), 1, false), Ok(vec![3, 10]), "what is done is not done again");
        assert_eq!(plan.steps(of(10), 10, false), Ok(vec![10]), "but it is looked at");
    }

    #[test]
    fn a_new_template_over_an_open_canary_counts_anew_and_holds_nothing_that_was_let_go() {
        let plan = Aim::Steps(vec![Amount::Count(1), Amount::Count(4), Amount::Percent(100)]);
        assert_eq!(plan.steps(of(10), 2, true), Ok(vec![2, 4, 10]));
        assert_eq!(Aim::Step(1).steps(of(10), 2, true), Ok(vec![2]));
        assert_eq!(Aim::Step(1).steps(of(10), 2, false), Ok(vec![3]));
    }

    #[test]
    fn steps_may_not_fall_nor_go_beyond_all() {
        let falling = Aim::Steps(vec![Amount::Percent(50), Amount::Count(2)]);
        assert_eq!(falling.steps(of(10), 0, true), Err(NoPlan::Falling { before: 5, after: 2 }));
        assert_eq!(Aim::Steps(vec![Amount::Percent(101)]).steps(of(10), 0, true), Err(NoPlan::Beyond(101)));
        assert_eq!(Aim::Steps(vec![Amount::Count(99)]).steps(of(10), 0, true), Ok(vec![10]));
    }

    #[test]
    fn one_step_goes_on_from_where_the_set_is() {
        assert_eq!(Aim::Step(1).steps(of(5), 0, true), Ok(vec![1]));
        assert_eq!(Aim::Step(2).steps(of(5), 4, false), Ok(vec![5]));
        assert_eq!(Aim::Step(1).steps(of(5), 5, false), Ok(vec![5]));
        assert_eq!(Aim::Promote.steps(of(5), 1, false), Ok(vec![5]));
    }

    #[test]
    fn a_partition_is_an_offset_and_may_lie_beyond_the_set() {
        let to = |partition| Aim::Partition(Offset::new(partition));
        assert_eq!(to(2).steps(of(5), 0, true), Ok(vec![3]));
        assert_eq!(to(9).steps(of(5), 0, true), Ok(vec![0]));
        assert_eq!(to(4).steps(of(5), 5, false), Ok(vec![1]), "it also holds what a rollout has let go");
    }
}
