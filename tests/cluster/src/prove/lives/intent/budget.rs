//! Rules about maxUnavailable, which takes a feature gate.

use super::{CRASHING, GOOD, begun, cause, rule, settled};
use crate::Behaviour;
use crate::prove::lives::Event::{Behave, DeletePod, Revert};
use crate::prove::lives::{Life, Shape, Update};

pub(super) fn lives() -> Vec<Life> {
    let with = |replicas, parallel, partition, amount: &str| Shape {
        replicas,
        parallel,
        update: Update::Budget(partition, amount.to_owned()),
        ..Shape::default()
    };
    vec![
        rule(
            "two",
            with(5, false, 0, "2"),
            vec![
                begun(vec![GOOD]),
                begun(vec![]),
                settled(vec![CRASHING]),
                settled(vec![Revert(1)]),
                settled(vec![]),
            ],
        ),
        rule(
            "two-parallel",
            with(5, true, 0, "2"),
            vec![begun(vec![GOOD]), settled(vec![CRASHING]), settled(vec![Revert(1)]), settled(vec![])],
        ),
        rule("percent", with(5, true, 0, "50%"), vec![begun(vec![GOOD]), begun(vec![]), settled(vec![])]),
        rule(
            "small-percent",
            with(3, false, 0, "10%"),
            vec![begun(vec![GOOD]), begun(vec![]), settled(vec![])],
        ),
        rule(
            "partition",
            with(6, true, 3, "2"),
            vec![begun(vec![GOOD]), begun(vec![]), settled(vec![]), begun(vec![DeletePod(0)])],
        ),
        cause(
            "one-broken-spends-it",
            with(3, true, 0, "1"),
            vec![settled(vec![Behave(0, Behaviour::CrashLoop)]), settled(vec![GOOD]), settled(vec![])],
        ),
        rule(
            "one-broken-leaves-one",
            with(5, true, 0, "2"),
            vec![settled(vec![Behave(0, Behaviour::CrashLoop)]), begun(vec![GOOD]), settled(vec![])],
        ),
    ]
}
