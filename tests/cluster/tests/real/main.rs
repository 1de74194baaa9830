//! Real nodes run real containers, and break as real nodes do. Run with `cargo cluster test`, as root and with what
//! `.ci/packages` installs; elsewhere each of these tests is skipped.

mod inside;
mod network;
mod outage;
mod rollout;
mod two_lives;
