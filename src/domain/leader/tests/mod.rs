//! Tables of named cases, and what must hold of all.
mod handover;
mod holder;
mod judge;
mod scene;
