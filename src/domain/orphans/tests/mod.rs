//! The table, row by row, and what holds for every cluster.

mod cluster;
mod in_use;
mod managed;
mod names;
mod needs;
mod objects;
mod orphaned;
mod owners;
mod properties;
mod reserved;
mod scene;
