//! Deleting pods by force, and mostly not doing so, against a real control plane. Run with `cargo cluster test`.

mod asked;
mod attested;
mod awaited;
mod interrupted;
mod last_moment;
mod lowered;
mod medik8s;
mod node_rows;
mod of_node;
mod permitted;
mod person;
mod pod_rows;
mod proven;
mod remediated;
mod said;
mod scene;
mod silent_rows;
mod volume;
