//! `canary`: a rollout in steps.

mod args;
mod begin;
mod check;
mod drive;
mod lead;
mod plan;
mod show;
mod tell;
mod template;
mod words;
mod write;

use super::{Context, Exit, interrupt};
use crate::error::{Error, Result};
use crate::render::Output;

pub use args::CanaryArgs;
use args::Wish;

/// Shows where the canary of a set stands, or takes it further.
///
/// # Errors
/// Everything that is refused (6), a conflict (5), a gate that failed (4), time that is up (3), wrong usage (2), and
/// whatever a request can end with (1).
pub async fn run(args: CanaryArgs, context: &Context, output: &mut Output) -> Result<Exit> {
    let wish = args.wish()?;
    if context.from.is_some() && wish != Wish::Show {
        return Err(Error::usage("a canary needs a cluster: files do not change"));
    }
    match wish {
        Wish::Show => tokio::select! {
            shown = show::run(&args, context, output) => shown,
            stopped = interrupt::signal() => Err(stopped),
        },
        wish => begin::run(&args, &wish, context, output).await,
    }
}
