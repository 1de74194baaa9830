//! What the controller did: its own log says when it looked and what it waited for, the API server's record says what it
//! wrote.

pub(in crate::prove) mod audit;
pub(in crate::prove) mod observed;
pub(in crate::prove) mod syncs;
mod tail;
