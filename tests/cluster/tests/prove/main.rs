//! A short run of `cargo cluster prove`: every life by intent, and some by chance.

use test_cluster::cluster;
use test_cluster::interrupt::Interrupt;
use test_cluster::parts::Parts;
use test_cluster::prove::{Plan, prove};

#[test]
fn the_model_foresees_what_the_real_controller_does() {
    // Says in one sentence, like all the others, that this is not a test for plain `cargo test`.
    let _ = cluster();
    let interrupt = Interrupt::never();
    let parts = Parts::ensure(&interrupt).expect("the parts");
    let plan = Plan { moves: 100, seed: 4, ..Plan::default() };
    let tally = prove(&parts, &plan, &interrupt).expect("a run");
    assert!(tally.is_proof(), "{tally}");
}
