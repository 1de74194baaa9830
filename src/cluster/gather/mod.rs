//! Reads what a verb needs of the cluster into [`Objects`](crate::snapshot::Objects): few requests, concurrent,
//! and only where they explain something.

mod answers;
mod around;
mod capture;
pub mod force_delete;
mod leader;
mod named;
mod not_found;
mod overview;
mod peers;
mod reader;
mod usage;

pub use answers::{Resolvers, ask, view_of};
pub use around::Questions;
pub use capture::{Captured, RESOURCES, capture};
pub use leader::{Wanted, leaders, leases};
pub use named::{named, selector};
pub use not_found::{explain_missing, explain_missing_pod, nearest};
pub use overview::{POD_NAME, overview};
pub use peers::{SERVICE, SLICES, peers, service_name, slices_of};
pub use reader::Reader;
pub use usage::{Scope, Usage, claims};
