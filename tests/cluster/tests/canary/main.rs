//! What a canary is made of, against a real API server. Run with `cargo cluster test`.

mod abort;
mod gate;
mod history;
mod lease;
mod ownership;
mod steps;
