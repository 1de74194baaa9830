//! Claims that nothing uses, against a real control plane. Run with `cargo cluster test`.

mod deleting;
mod held;
mod moment;
mod names;
mod objects;
mod race;
mod refused;
mod retain;
mod rights;
mod rights_delete;
mod rights_verbs;
mod rows;
mod rows_others;
mod rows_owned;
mod rows_scaling;
mod rows_sets;
mod rows_used;
mod said;
mod scene;
mod selection;
mod undeleted;
mod unserved;
