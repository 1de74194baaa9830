//! The pure heart: what a StatefulSet looks like at one moment, what the controller will do next, and why.
//!
//! Nothing here reads a clock, a file or the network. Everything is a function of a [`Set`], which carries its own
//! `now`. The modules, in the order in which they build on each other:
//!
//! - [`ordinal`], [`revision`], [`known`]: the vocabulary;
//! - [`pod`], [`claim`], [`surroundings`], [`set`]: the snapshot;
//! - [`model`]: one sync of the controller, and the model run forward;
//! - [`cause`]: why an ordinal does not move, and what would free it;
//! - [`state`], [`goal`], [`warning`]: the verdict on the whole set;
//! - [`ownership`]: who owns which part of its spec;
//! - [`canary`]: a rollout in steps, as a state machine;
//! - [`orphans`]: claims that nothing uses any more;
//! - [`force_delete`]: whether a pod may be deleted by force;
//! - [`peers`]: who a member of the group would find;
//! - [`leader`]: who leads it.
//!
//! [`lease`] stands beside them: by a Lease at most one program at a time works on a set; and [`shell`], for the commands
//! that are suggested.

pub mod action;
pub mod canary;
pub mod cause;
pub mod claim;
pub mod force_delete;
pub mod goal;
pub mod known;
pub mod leader;
pub mod lease;
pub mod model;
pub mod ordinal;
pub mod orphans;
pub mod ownership;
pub mod peers;
pub mod pod;
pub mod revision;
pub mod set;
pub mod shell;
pub mod state;
pub mod surroundings;
pub mod time;
pub mod warning;

#[cfg(test)]
mod action_tests;
#[cfg(test)]
mod state_tests;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod warning_tests;

pub use known::Known;
pub use ordinal::{Offset, Ordinal};
pub use revision::Revision;
pub use set::Set;
