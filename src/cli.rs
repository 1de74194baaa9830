//! The command line: global flags, the verbs, and how the process ends.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use crate::cluster::ConnectionFlags;
use crate::cmd::{self, Exit};
use crate::error::{Error, Result};
use crate::render::{Output, OutputFlags};

/// Where a StatefulSet stands, why it does not move, and what frees it
#[derive(Debug, Parser)]
#[command(name = "kubectl-stateful", bin_name = "kubectl stateful", version, max_term_width = 100)]
#[command(arg_required_else_help = true)]
pub struct Cli {
    /// Which cluster.
    #[command(flatten)]
    pub connection: ConnectionFlags,

    /// How to print.
    #[command(flatten)]
    pub output: OutputFlags,

    /// Analyse files instead of a cluster: a file, a directory, or - for standard input
    #[arg(long, global = true, value_name = "PATH")]
    pub from: Option<PathBuf>,

    /// Say on stderr what is asked of the server; more with -vv
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Where sets stand, ordinal by ordinal, why nothing moves, and what would free it
    Status(cmd::status::StatusArgs),
    /// Roll out a new revision in steps, each held by the partition until its gates have passed
    Canary(Box<cmd::canary::CanaryArgs>),
    /// Find claims that nothing uses any more, each with its evidence, and delete those that are proven
    Orphans(Box<cmd::orphans::OrphansArgs>),
    /// Whether a pod may be deleted by force, on what evidence, and what is safer
    ForceDelete(Box<cmd::force_delete::ForceDeleteArgs>),
    /// Who leads, by Lease, annotation or label, mapped to its ordinal; expired or not
    Leader(cmd::leader::LeaderArgs),
    /// Who a member would find: expected names, EndpointSlices, and what DNS really answers, side by side
    Peers(cmd::peers::PeersArgs),
    /// Write one file with everything that the analysis reads, for --from or a bug report
    Capture(cmd::capture::CaptureArgs),
    /// Print the version
    Version,
}

impl Command {
    /// Whether the verb itself says what is under way when it is interrupted.
    fn answers_signals(&self) -> bool {
        match self {
            Self::Canary(_) => true,
            Self::Orphans(args) => args.deletes(),
            Self::ForceDelete(args) => args.deletes(),
            Self::Status(_) | Self::Leader(_) | Self::Peers(_) | Self::Capture(_) | Self::Version => false,
        }
    }
}

/// Runs the program on the process's own arguments and streams.
pub fn run() -> ExitCode {
    run_with(std::env::args_os())
}

fn run_with(args: impl Iterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to stdout with 0, a usage error to stderr with 2. Nobody is left to tell if that fails.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    trace(cli.verbose);
    let mut output = Output::stdio(cli.output.clone());
    match block_on(cli, &mut output) {
        Ok(exit) => exit.code(),
        Err(error) => {
            error.report(&mut output);
            ExitCode::from(error.kind().exit_code())
        }
    }
}

fn block_on(cli: Cli, output: &mut Output) -> Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::failed(format!("cannot start: {error}")))?;
    let done = runtime.block_on(async {
        // What has been written by then is for the verb to say.
        if cli.command.answers_signals() {
            return dispatch(cli, output).await;
        }
        tokio::select! {
            done = dispatch(cli, output) => done,
            stopped = cmd::interrupt::signal() => Err(stopped),
        }
    });
    // A name lookup that hangs must not hold up the end.
    runtime.shutdown_background();
    done
}

async fn dispatch(cli: Cli, output: &mut Output) -> Result<Exit> {
    let context = cmd::Context { connection: cli.connection, from: cli.from };
    match cli.command {
        Command::Status(args) => cmd::status::run(args, &context, output).await,
        Command::Canary(args) => cmd::canary::run(*args, &context, output).await,
        Command::Orphans(args) => cmd::orphans::run(*args, &context, output).await,
        Command::ForceDelete(args) => cmd::force_delete::run(*args, &context, output).await,
        Command::Leader(args) => cmd::leader::run(args, &context, output).await,
        Command::Peers(args) => cmd::peers::run(args, &context, output).await,
        Command::Capture(args) => cmd::capture::run(args, &context, output).await,
        Command::Version => cmd::version::run(output),
    }
}

/// `-v` shows our requests, `-vv` all that the libraries have to say as well.
fn trace(verbose: u8) {
    if verbose == 0 {
        return;
    }
    let libraries = if verbose == 1 { LevelFilter::OFF } else { LevelFilter::TRACE };
    let shown =
        Targets::new().with_default(libraries).with_target(env!("CARGO_CRATE_NAME"), LevelFilter::TRACE);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).without_time().with_ansi(false);
    tracing_subscriber::registry().with(lines.with_target(verbose > 1).with_filter(shown)).init();
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
