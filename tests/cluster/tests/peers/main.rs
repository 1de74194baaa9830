//! `peers` on the real API server, EndpointSlice controller and CoreDNS: what each disagreement comes from, and that what
//! is advised ends it. Run with `cargo cluster test`.

mod by_hand;
mod cached;
mod deadlock;
mod dns;
mod families;
mod in_order;
mod lists;
mod names;
mod own_cluster;
mod pods;
mod ports;
mod rights;
mod said;
mod scene;
mod service;
mod slices;
mod strangers;
mod unnoticed;
mod wait;
mod watch;
