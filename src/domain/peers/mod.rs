//! Who a member of the group would find: what the set should have, what EndpointSlices publish, and what DNS answers.
//!
//! A pod gets a name in DNS in four steps, each with its own author: the controller writes `hostname` and `subdomain`
//! into the pod; the governing Service selects the pod; the EndpointSlice controller publishes its address, as ready only
//! where the pod is Ready or the Service publishes those that are not; the DNS server reads the slices, and caches. Where
//! a name does not resolve, the first step that went wrong is the cause, and the later ones only follow from it:
//!
//! - [`facts`], [`answer`]: what was read; [`questions`]: what to ask DNS, without doing harm;
//! - [`peer`]: a member as each source has it;
//! - [`service`], [`readiness`], [`member`], [`stale`], [`names`], [`foreign`]: what goes wrong, in the order of those steps;
//! - [`remedy`]: the commands that help;
//! - [`judge()`]: all of it together;
//! - [`timeline`]: what changes, and how long a member that joins stays invisible.
//!
//! [`seeds`] writes the members down as configuration files take them.

pub mod answer;
pub mod facts;
mod foreign;
mod judge;
mod member;
mod names;
mod peer;
pub mod questions;
mod readiness;
mod reason;
mod remedy;
pub mod seeds;
mod service;
mod stale;
#[cfg(test)]
mod tests;
pub mod timeline;

pub use facts::Facts;
pub use judge::{Judgement, judge};
pub use peer::{Peer, Published, Resolved, peers};
pub use reason::{Action, Disagreement, Reason};
