//! Why an ordinal does not move, and what would free it.
//!
//! Two kinds of causes: *trouble* is what is wrong with one pod or claim itself ([`trouble`], found by looking at
//! its status, its node and its events); *waiting* is what follows for other ordinals from the place where the
//! controller's sync stops ([`waiting`]). Root causes are trouble; what waits points at its root.

mod container;
mod diagnosis;
mod leaving;
mod missing;
mod patience;
mod place;
mod readiness;
mod reason;
mod remedy;
mod storage;
#[cfg(test)]
mod tests;
mod trouble;
mod waiting;

pub(in crate::domain) use diagnosis::is_under_way;
pub use diagnosis::{Diagnosis, diagnose};
pub use patience::Patience;
pub use reason::{Cause, Reason, Root};
