//! What the cluster's DNS server really answers, and the plugin's own way of asking it. Run with `cargo cluster test`.

mod answers;
mod cached;
mod found;
mod rights;
mod scene;
mod trouble;
