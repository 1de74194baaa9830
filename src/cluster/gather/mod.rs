//! Reads what a verb needs of the cluster into [`Objects`](crate::snapshot::Objects): few requests, concurrent,
//! and only where they explain something.

mod around;
mod named;
mod overview;
mod reader;

pub use named::named;
pub use overview::overview;
pub use reader::Reader;
