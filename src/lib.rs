//! `kubectl stateful`: where a StatefulSet stands, why it does not move, and what frees it.
//!
//! Data flows one way, and each arrow is one module:
//!
//! ```text
//! cluster / dump / watch  ->  snapshot  ->  domain (pure)  ->  report  ->  render
//! ```
//!
//! - [`cli`], [`cmd`]: the command line; one file a verb: fetch, decide, render;
//! - [`cluster`]: the only place that talks to the API; [`dump`] reads the same objects from files;
//! - [`wire`]: Kubernetes objects as they come, reduced to what is read; [`snapshot`] turns them into
//! - [`domain`]: the pure model of the controller, and causes, states and actions derived from it;
//! - [`report`]: the documents that verbs answer with; [`render`] is the only place that prints;
//! - [`error`]: what can go wrong, exit codes, and hints.

pub mod cli;
pub mod cluster;
pub mod cmd;
pub mod domain;
pub mod dump;
pub mod error;
pub mod render;
pub mod report;
pub mod snapshot;
pub mod wire;

pub use cli::run;
