//! What verbs answer, as documents: the contract with scripts (docs/schema/), and what tables are drawn from.

pub mod canary;
pub mod force_delete;
pub mod leader;
pub mod list;
pub mod orphans;
pub mod peers;
pub mod schema;
pub mod status;

pub use list::List;
