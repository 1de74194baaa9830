//! Whether a pod of a set may be deleted by force: one table, whose first row that fits decides.
//!
//! Deleting by force asserts that the pod's processes will never again touch peers or storage. A node that does not
//! answer is no proof of that: a partition is not a death.
//!
//! | # | evidence | verdict |
//! |---|---|---|
//! | 1 | a mirror pod, or its controller is not the live set | `Refused` |
//! | 2 | it has finalizers | `Useless` |
//! | 3 | it was never scheduled | `Unneeded` |
//! | 4 | it has ended, and so has every container | `Unneeded` |
//! | 5 | its deletion has not been asked for | `Unsafe` |
//! | 6 | its grace period is not over | `Unsafe` |
//! | 7 | its node has the out-of-service taint and is Ready | `Unsafe` |
//! | 8 | a remediation of its node is running | `Unsafe` |
//! | 9 | its node has been fenced | `Safe` |
//! | 10 | its machine has rebooted | `Safe` |
//! | 11 | its node is Ready, and a container has not ended | `Unsafe` |
//! | 12 | its node is Ready, and all containers have ended | `NeedsAttestation` |
//! | 13 | its node is not Ready: the kubelet lives and says so | `Unsafe` |
//! | 14 | the kubelet renews its Lease | `Unsafe` |
//! | 15 | its node has the out-of-service taint | `Unneeded` |
//! | 16 | its Node is gone, or newer than the pod | `NeedsAttestation` |
//! | 17 | the cloud says that the machine is shut down | `NeedsAttestation` |
//! | 18 | its node is silent, and so is the Lease | `NeedsAttestation` |
//! | 19 | anything else: the node, or its Lease, could not be read twice | `NeedsAttestation` |
//!
//! Whatever a row needs and could not be read caps what follows: no `Safe` and no `Unneeded` any more. Then the
//! [modifiers](modifiers) lower what is left.
//!
//! A fence or a reboot counts only if the pod could not start again after it: its deletion had been asked for by then, so
//! that no kubelet starts it any more, or no kubelet of that node has renewed its Lease since.
//!
//! [`Facts`] is what was read, [`Signs`] the few values that the table distinguishes, all of whose combinations are
//! tested.

mod evidence;
mod facts;
mod fence;
mod judge;
mod modifiers;
mod next;
mod safer;
mod signs;
mod table;
#[cfg(test)]
mod tests;
mod verdict;
mod words;

pub use evidence::Looked;
pub use facts::{
    Attachment, Budget, Earlier, Facts, LeaseRead, NodeFacts, PodFacts, Ready, Remediation, Volume,
};
pub use fence::Fence;
pub use judge::{Judgement, gone, judge, lease_matters};
pub use safer::SaferWay;
pub use signs::Signs;
pub use table::decide;
pub use verdict::{Reason, Verdict};
