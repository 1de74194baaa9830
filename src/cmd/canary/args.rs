//! What can be asked of `canary`.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use crate::cluster::parse_duration;
use crate::cmd::dry_run::DryRun;
use crate::cmd::selection::one;
use crate::domain::Offset;
use crate::domain::canary::{Aim, OnFailure, Rules};
use crate::domain::cause::Patience;
use crate::domain::set::Amount;
use crate::error::{Error, Result};

/// Arguments of `canary`.
#[derive(Clone, Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("act").multiple(false))]
pub struct CanaryArgs {
    /// The set: web, sts/web, statefulset/web or statefulset.apps/web
    #[arg(value_name = "NAME")]
    name: String,

    /// Go to this partition: all ordinals from the first one plus N on are updated
    #[arg(long, value_name = "N", group = "act", help_heading = "How far")]
    partition: Option<u32>,

    /// Update so many ordinals more
    #[arg(long, value_name = "K", group = "act", num_args = 0..=1, require_equals = true, default_missing_value = "1",
          value_parser = clap::value_parser!(u32).range(1..), help_heading = "How far")]
    step: Option<u32>,

    /// A whole plan: how many ordinals, or which share of them, are updated after each step, such as 1,25%,100%
    #[arg(long, value_name = "LIST", group = "act", value_delimiter = ',', value_parser = amount, help_heading = "How far")]
    steps: Vec<Amount>,

    /// Update all ordinals
    #[arg(long, group = "act", help_heading = "How far")]
    promote: bool,

    /// Go back: every updated pod, the template, and the partition
    #[arg(long, group = "act", help_heading = "How far")]
    abort: bool,

    /// Go on where an earlier run ended, by its plan
    #[arg(long, group = "act", help_heading = "How far")]
    resume: bool,

    /// A new image for a container; the name may be left out where there is one container
    #[arg(long, value_name = "[CONTAINER=]IMAGE", requires = "act", help_heading = "What is rolled out")]
    pub(super) image: Vec<String>,

    /// A strategic merge patch of the pod template, as YAML or JSON; - for standard input
    #[arg(long, value_name = "FILE", requires = "act", help_heading = "What is rolled out")]
    pub(super) patch: Option<PathBuf>,

    /// How long updated pods must be Ready before the next step; minReadySeconds where that is longer
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, requires = "act", conflicts_with_all = ["resume", "abort"], help_heading = "Gates")]
    soak: Option<Duration>,

    /// How often an updated pod may have restarted
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        requires = "act",
        conflicts_with_all = ["resume", "abort"],
        help_heading = "Gates"
    )]
    max_restarts: u32,

    /// A shell command that must end with 0 after each step
    #[arg(long, value_name = "COMMAND", requires = "act", conflicts_with_all = ["resume", "abort"], help_heading = "Gates")]
    check: Option<String>,

    /// How long the check may take
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "60s", requires = "check", help_heading = "Gates")]
    check_timeout: Duration,

    /// What to do when a gate fails
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = Failing::Hold, requires = "act", conflicts_with_all = ["resume", "abort"], help_heading = "Gates")]
    on_failure: Failing,

    /// How long crash loops, image pulls, probes and scheduling are given to come right by themselves; without it
    /// each cause has its own patience (docs/stuck.md)
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, help_heading = "Gates")]
    stuck_after: Option<Duration>,

    /// How long all of it may take; without it there is no limit
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, requires = "act")]
    pub(super) timeout: Option<Duration>,

    /// Whether to wait for the gates, or to end after the write
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set, requires = "act")]
    pub(super) wait: bool,

    /// Write over what somebody else has changed, or what GitOps, Helm or an operator owns
    #[arg(long, requires = "act")]
    pub(super) take_over: bool,

    /// With --abort: leave the new template in place, held by a partition at the number of replicas
    #[arg(long, requires = "abort")]
    pub(super) keep_template: bool,

    /// Show what would be written: client without asking the server, server with its validation
    #[arg(long, value_name = "WHERE", value_enum, requires = "act")]
    pub(super) dry_run: Option<DryRun>,

    /// Print one JSON object a line as things happen
    #[arg(long, value_name = "FORMAT", value_enum, requires = "act")]
    pub(super) events: Option<Events>,

    /// Do not ask on a terminal
    #[arg(short, long, requires = "act")]
    pub(super) yes: bool,

    /// How long a runner that is gone keeps others from going on
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "15s", requires = "act")]
    pub(super) lease: Duration,
}

/// What to do when a gate fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Failing {
    /// Nothing more: the partition holds what is not updated
    Hold,
    /// Go back
    Abort,
}

/// How events are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Events {
    /// One JSON object a line
    Json,
}

/// What is wished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// To see where it stands.
    Show,
    /// To go so far.
    Go(Aim),
    /// To go on.
    Resume,
    /// To go back.
    Abort,
}

impl CanaryArgs {
    /// The bare name of the set.
    pub(super) fn name(&self) -> Result<String> {
        one(&self.name)
    }

    pub(super) fn wish(&self) -> Result<Wish> {
        let wish = if let Some(partition) = self.partition {
            Wish::Go(Aim::Partition(Offset::new(partition)))
        } else if let Some(more) = self.step {
            Wish::Go(Aim::Step(more))
        } else if !self.steps.is_empty() {
            Wish::Go(Aim::Steps(self.steps.clone()))
        } else if self.promote {
            Wish::Go(Aim::Promote)
        } else if self.resume {
            Wish::Resume
        } else if self.abort {
            Wish::Abort
        } else {
            Wish::Show
        };
        let template = !self.image.is_empty() || self.patch.is_some();
        match wish {
            Wish::Abort if template => {
                Err(Error::usage("--abort puts the old template back: it takes no --image or --patch"))
            }
            Wish::Resume if template => Err(Error::usage(
                "--resume goes on with the plan that there is: it takes no --image or --patch",
            )
            .hint("give the whole command again, or a new one")),
            wish => Ok(wish),
        }
    }

    pub(super) fn rules(&self) -> Rules {
        Rules {
            soak_seconds: self.soak.unwrap_or_default().as_secs(),
            max_restarts: self.max_restarts,
            check: self.check.clone(),
            check_seconds: self.check_timeout.as_secs(),
            on_failure: match self.on_failure {
                Failing::Hold => OnFailure::Hold,
                Failing::Abort => OnFailure::Abort,
            },
        }
    }

    pub(super) fn patience(&self) -> Patience {
        Patience::of(self.stuck_after)
    }
}

/// A number of ordinals, or a share of them.
fn amount(text: &str) -> Result<Amount, String> {
    let (number, make): (&str, fn(u32) -> Amount) = match text.trim().strip_suffix('%') {
        Some(number) => (number, Amount::Percent),
        None => (text.trim(), Amount::Count),
    };
    number.parse().map(make).map_err(|_| "expected a number of ordinals, or a share such as 25%".to_owned())
}
