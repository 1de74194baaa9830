//! What a canary is made of, against a real API server. Run with `cargo cluster test`.

mod gate;
mod lease;
mod ownership;
