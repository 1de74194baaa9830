//! The plugin where things go wrong: few rights, sets that vanish, servers that do. Run with `cargo cluster test`.

mod answer;
mod record;
