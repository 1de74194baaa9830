//! Claims that nothing uses any more: one table, whose first row that fits decides.
//!
//! | # | evidence | class |
//! |---|---|---|
//! | 1 | its deletion has been asked for | `Terminating` |
//! | 2 | a condemned pod that lives owns it (`whenScaled: Delete`) | `GarbageCollecting` |
//! | 3 | a pod that has not ended uses it, by a plain or a generic ephemeral volume | `InUse` |
//! | 4 | the template of a workload names it | `InUse` |
//! | 5 | it is of an ordinal in the range of a live set, whether the pod exists or not | `InUse` |
//! | 6 | somebody else owns it, or it bears the marks of an operator, Helm or GitOps | `Managed` |
//! | 7 | pods, sets or templates could not be read | `Unknown` |
//! | 8 | an autoscaler may need its ordinal, or its set is paused at 0 replicas | `Reserved` |
//! | 9 | its volume is attached to a node | `Attached` |
//! | 10 | it is being copied | `InUse` |
//! | 11 | its ordinal is below the first one of its set (moved to another cluster?) | `Unclear` |
//! | 12 | its ordinal is above the range of just one set | `Orphaned` |
//! | 13 | a live set would have it if it still had that claim template | `Unclear` |
//! | 14 | no live set matches, but name and labels are such as a set gives | `Orphaned`, by inference |
//!
//! Whatever is left is no claim of a set and none of this program's business. Names are compared with names built
//! from live sets and their templates (`getPersistentVolumeClaimName` in Kubernetes'
//! `pkg/controller/statefulset/stateful_set_utils.go`), never split: `data-web-web-0` is of set `web-web` and of set
//! `web`, and in use if either uses it. Labels neither prove nor disprove: an existing claim is adopted by its name.
//!
//! What could not be read never makes a claim more deletable: [`Evidence`] keeps what is unread beside what was found.

mod evidence;
mod facts;
mod foreign;
mod judge;
mod name;
mod permit;
mod rows;
mod size;
mod source;
#[cfg(test)]
mod tests;
mod verdict;

pub use evidence::Evidence;
pub use facts::{Autoscaler, LiveSet, PodUse, Template, Volume};
pub use foreign::is_mark;
pub use judge::judge;
pub use name::Shape;
pub use permit::Permit;
pub use size::Size;
pub use source::Source;
pub use verdict::{Class, Need, OnDelete, Reason, Verdict};

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::claim::Claim;

/// A claim with all that the table looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Namespace.
    pub namespace: String,
    /// What every claim has.
    pub claim: Claim,
    /// The version that was read, for conditional writes.
    pub resource_version: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations by which somebody says whose it is ([`is_mark`]).
    pub annotations: BTreeMap<String, String>,
    /// How much it got, or asked for where it got nothing yet, as Kubernetes writes quantities.
    pub capacity: Option<String>,
    /// Whether the binder says that it has its volume.
    pub bound: bool,
    /// The claim of which it is to become a copy: namespace and name.
    pub copies: Option<(String, String)>,
    /// Since when no pod uses it, where the server says so (condition `Unused`, Kubernetes 1.36 and later).
    pub unused_since: Option<Timestamp>,
}
