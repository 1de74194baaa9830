//! The plugin where things go wrong: few rights, sets that vanish, servers that do. Run with `cargo cluster test`.

mod answer;
mod captured;
mod contents;
mod missing;
mod outage;
mod own;
mod record;
mod rights;
mod wait;
mod watch;
