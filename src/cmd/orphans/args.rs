//! What can be asked of `orphans`.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::cluster::parse_duration;
use crate::cmd::dry_run::DryRun;
use crate::cmd::selection::bare_names;
use crate::domain::orphans::Permit;
use crate::error::{Error, Result};

/// Arguments of `orphans`.
#[derive(Clone, Debug, clap::Args)]
pub struct OrphansArgs {
    /// Only claims of these sets, also of deleted ones: web, sts/web, statefulset/web or statefulset.apps/web
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// Claims of all namespaces
    #[arg(short = 'A', long)]
    pub(super) all_namespaces: bool,

    /// Only claims whose labels match, such as app=db,tier!=test
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub(super) selector: Option<String>,

    /// Also claims that are no orphans, each with the reason why
    #[arg(long, conflicts_with = "delete")]
    pub(super) all: bool,

    /// End with code 8 where there are claims that nothing uses
    #[arg(long, conflicts_with = "delete")]
    pub(super) exit_code: bool,

    /// Delete those that are proven, after a look at each right before
    #[arg(long, help_heading = "Deleting")]
    pub(super) delete: bool,

    /// Also those that their set may need again: it is scaled to 0, or an autoscaler may scale it up
    #[arg(long, requires = "delete", help_heading = "Deleting")]
    include_reserved: bool,

    /// Also those that cannot be proven: what you know about them that the cluster does not show
    #[arg(long, value_name = "TEXT", requires = "delete", help_heading = "Deleting")]
    attest: Option<String>,

    /// Have their volumes stay, with the data on them
    #[arg(long, requires = "delete", help_heading = "Deleting")]
    pub(super) retain_volumes: bool,

    /// Show what would be deleted: client without asking the server, server with its validation
    #[arg(long, value_name = "WHERE", value_enum, requires = "delete", help_heading = "Deleting")]
    pub(super) dry_run: Option<DryRun>,

    /// Do not ask
    #[arg(short, long, requires = "delete", help_heading = "Deleting")]
    pub(super) yes: bool,

    /// Whether to wait until they are gone
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set, requires = "delete", help_heading = "Deleting")]
    pub(super) wait: bool,

    /// How long to wait until they are gone
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "60s", requires = "delete", help_heading = "Deleting")]
    pub(super) timeout: Duration,
}

impl OrphansArgs {
    /// Whether anything is to be deleted.
    pub fn deletes(&self) -> bool {
        self.delete
    }

    /// The bare names of the sets.
    pub(super) fn names(&self) -> Result<Vec<String>> {
        if !self.names.is_empty() && self.all_namespaces {
            return Err(Error::usage("a set cannot be named across all namespaces")
                .hint("use -n NAMESPACE, or leave the name out"));
        }
        if self.attest.as_ref().is_some_and(|text| text.trim().is_empty()) {
            return Err(Error::usage("--attest takes what you know about the claims, in words"));
        }
        bare_names(&self.names)
    }

    pub(super) fn permit(&self, names: &[String]) -> Permit {
        Permit {
            sets: names.iter().cloned().collect::<BTreeSet<_>>(),
            include_reserved: self.include_reserved,
            attested: self.attest.is_some(),
        }
    }
}
