//! `leader` on a real API server, with real electors and with every other way to claim that one leads.
//! Run with `cargo cluster test`.

mod claims;
mod elector;
mod labels;
mod record;
mod rights;
mod scene;
mod watch;
