//! Real nodes run real containers, and break as real nodes do. Run with `cargo cluster test`, as root and with what
//! `.ci/packages` installs; elsewhere each of these tests is skipped.

mod canary_job;
mod dns;
mod force_delete;
mod force_delete_held;
mod force_delete_off;
mod force_delete_silent;
mod inside;
mod network;
mod outage;
mod peers;
mod peers_dns;
mod peers_record;
mod peers_start;
mod peers_watch;
mod rollout;
mod two_lives;
