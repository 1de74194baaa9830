//! Canaries that take much of the machine: of 500 pods, and on a cluster of their own. In a program of its own, because
//! they would slow others down. Run with `cargo cluster test`.

mod budget;
mod large;
#[path = "../canary/scene.rs"]
#[expect(dead_code, reason = "not all of it is used here")]
mod scene;
