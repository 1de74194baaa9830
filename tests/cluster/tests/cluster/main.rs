//! The test cluster itself, tested: what all tests against it rely on. Run with `cargo cluster test`.

mod claims;
mod commands;
mod controller;
mod nodes;
mod own;
mod pods;
mod rbac;
