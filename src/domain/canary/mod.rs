//! A canary: a rollout in steps, each of which a partition holds until its gates have passed.
//!
//! A pure state machine. [`begin`] turns what was asked into a [`Record`], which stands in an annotation of the set and
//! is all that a runner must know: whoever reads it can go on. [`decide`] looks at the set and the record and says the
//! one next thing to do; it remembers nothing, so that a runner may die at any moment.
//!
//! - [`aim`]: how far; [`record`]: what is kept; [`begin`], [`abort`]: starting, and what is refused;
//! - [`pins`]: what nobody else may change meanwhile; [`gates`]: what must hold before the next step;
//! - [`forward`], [`back`]: the next thing to do, on the way to the new revision and on the way back;
//! - [`preview`]: what a step would do, from the model run forward; [`patch`]: writes, as data.

pub mod abort;
pub mod aim;
pub mod back;
pub mod begin;
pub mod forward;
pub mod gates;
pub mod patch;
pub mod pins;
pub mod preview;
pub mod record;
#[cfg(test)]
mod tests;

pub use aim::Aim;
pub use begin::{Begun, Order, Refusal};
pub use forward::{Decision, End, Situation, decide};
pub use gates::{Gate, GateName, Gates, Standing};
pub use patch::{Change, Partition};
pub use pins::{Pin, Pinned};
pub use record::{OnFailure, Phase, Record, Rules};
