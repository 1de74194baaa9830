//! `status` on the real controller: each state, each reason, each warning, and that its advice frees the set.
//! Run with `cargo cluster test`.

mod advice;
mod advice_pods;
mod budget;
mod by_hand;
mod claims;
mod crowd;
mod leaving;
mod nodes;
mod own;
mod own_cluster;
mod pods;
mod predictions;
mod refused;
mod rollout;
mod standstill;
mod states;
mod view;
mod warnings;
mod world;
