//! What a canary is made of, against a real API server. Run with `cargo cluster test`.

mod abort;
mod conflicts;
mod gate;
mod gates;
mod lease;
mod ownership;
mod rbac;
mod runners;
mod scene;
mod steps;
