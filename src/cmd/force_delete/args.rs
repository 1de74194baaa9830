//! What can be asked of `force-delete`.

use std::path::PathBuf;
use std::time::Duration;

use crate::cluster::parse_duration;
use crate::cmd::dry_run::DryRun;
use crate::cmd::selection::{node_name, pod_name};
use crate::error::{Error, Result};

/// Arguments of `force-delete`.
#[derive(Clone, Debug, clap::Args)]
#[command(
    override_usage = "kubectl stateful force-delete POD [OPTIONS]\n       kubectl stateful force-delete --node NODE [OPTIONS]"
)]
pub struct ForceDeleteArgs {
    /// The pod: web-1 or pod/web-1
    #[arg(value_name = "POD", required_unless_present = "node", conflicts_with = "node")]
    pod: Option<String>,

    /// All pods of StatefulSets on this node, in all namespaces unless one is named
    #[arg(long, value_name = "NODE")]
    pub(super) node: Option<String>,

    /// The pods on the node of all namespaces, whichever is set otherwise
    #[arg(short = 'A', long, requires = "node")]
    pub(super) all_namespaces: bool,

    /// A capture of this cluster that was made earlier, after the deletion of the pod had been asked for: where the node's
    /// machine has another boot id by now, it has rebooted
    #[arg(long, value_name = "PATH")]
    pub(super) earlier: Option<PathBuf>,

    /// Wait until the verdict is Safe or Unneeded
    #[arg(long)]
    pub(super) wait_safe: bool,

    /// How long to wait for that, and after a deletion for the replacement
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "10m")]
    pub(super) timeout: Duration,

    /// Delete it, if the verdict is Safe
    #[arg(short, long, conflicts_with = "node", help_heading = "Deleting")]
    pub(super) yes: bool,

    /// Delete it, if the verdict is NeedsAttestation or Safe: how you know that its processes have ended. The text is
    /// recorded with your name in an event of the set
    #[arg(long, value_name = "TEXT", conflicts_with = "node", help_heading = "Deleting")]
    pub(super) attest: Option<String>,

    /// Show what would be done: client without asking the server, server with its validation
    #[arg(long, value_name = "WHERE", value_enum, help_heading = "Deleting")]
    pub(super) dry_run: Option<DryRun>,

    /// Whether to wait until the replacement is Ready, or its trouble is known
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set, help_heading = "Deleting")]
    pub(super) wait: bool,
}

/// What a run is about.
pub(super) enum Subject {
    Pod(String),
    Node(String),
}

impl ForceDeleteArgs {
    /// Whether anything is to be deleted.
    pub fn deletes(&self) -> bool {
        self.yes || self.attest.is_some()
    }

    pub(super) fn subject(&self) -> Result<Subject> {
        if self.attest.as_ref().is_some_and(|text| text.trim().is_empty()) {
            return Err(Error::usage("--attest takes how you know that the processes have ended, in words"));
        }
        if self.dry_run.is_some() && !self.deletes() {
            return Err(Error::usage(
                "--dry-run shows what --yes or --attest would do: give one of them too",
            ));
        }
        match (&self.pod, &self.node) {
            (Some(pod), _) => Ok(Subject::Pod(pod_name(pod)?)),
            (None, Some(node)) => Ok(Subject::Node(node_name(node)?)),
            (None, None) => Err(Error::usage("name a pod, or a node with --node")),
        }
    }
}
