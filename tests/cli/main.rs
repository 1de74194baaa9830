//! Command tests: whole stdout, stderr and exit code of the program, without a cluster. States come from
//! `tests/fixtures`.

mod broken_files;
mod connection;
mod fixture;
mod force_delete;
mod help;
mod leader;
mod orphans;
mod packaging;
mod peers;
mod plugin;
mod scenarios;
mod terminal;
mod usage;
