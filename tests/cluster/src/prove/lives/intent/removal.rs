//! Rules about pods that have ended or are out of range.

use super::{GOOD, begun, claims, ordered, parallel, rule, settled};
use crate::Behaviour;
use crate::prove::lives::Event::{
    Behave, DeletePod, DeleteSet, Hold, Recreate, Release, Scale, Start, Stick, Unstick,
};
use crate::prove::lives::{Life, Shape};

pub(super) fn lives() -> Vec<Life> {
    vec![
        rule(
            "one-broken-condemned",
            ordered(),
            vec![settled(vec![Behave(2, Behaviour::CrashLoop)]), begun(vec![Scale(1)]), settled(vec![])],
        ),
        rule(
            "two-failed-condemned",
            Shape { replicas: 4, ..ordered() },
            vec![
                settled(vec![Behave(3, Behaviour::Fails), Behave(2, Behaviour::Fails), Scale(1)]),
                settled(vec![]),
                settled(vec![]),
            ],
        ),
        rule(
            "scale-down-waits",
            Shape { replicas: 4, ..ordered() },
            vec![
                settled(vec![Scale(1), Stick(3)]),
                settled(vec![GOOD]),
                settled(vec![]),
                settled(vec![Unstick]),
            ],
        ),
        rule(
            "scale-down-first",
            Shape { replicas: 5, ..ordered() },
            vec![
                settled(vec![Hold(4), Scale(2)]),
                settled(vec![GOOD]),
                settled(vec![Release]),
                settled(vec![]),
            ],
        ),
        rule(
            "finished",
            claims(),
            vec![
                settled(vec![Behave(1, Behaviour::Fails)]),
                settled(vec![Behave(0, Behaviour::Fails), Hold(0)]),
                settled(vec![Release]),
            ],
        ),
        rule(
            "finished-parallel",
            Shape { replicas: 5, ..parallel() },
            vec![
                settled(vec![Behave(1, Behaviour::Fails), Behave(3, Behaviour::Fails)]),
                settled(vec![GOOD, Behave(0, Behaviour::Fails)]),
            ],
        ),
        rule(
            "adopted-and-out-of-range",
            Shape { replicas: 4, ..ordered() },
            vec![begun(vec![Recreate(0), Scale(2)]), settled(vec![]), settled(vec![])],
        ),
        rule(
            "set-deleted",
            parallel(),
            vec![begun(vec![DeleteSet, DeletePod(1)]), begun(vec![DeletePod(0)])],
        ),
        rule(
            "set-deleted-ordered",
            ordered(),
            vec![begun(vec![DeletePod(0), DeleteSet]), begun(vec![DeletePod(1), GOOD])],
        ),
        rule(
            "finished-and-leaving",
            Shape { replicas: 2, ..ordered() },
            vec![
                settled(vec![Behave(0, Behaviour::Fails), Hold(0)]),
                settled(vec![Behave(1, Behaviour::Fails), Hold(1)]),
                settled(vec![Release]),
            ],
        ),
        rule(
            "start-moves",
            ordered(),
            vec![begun(vec![Start(2)]), settled(vec![]), begun(vec![Start(0)]), settled(vec![])],
        ),
        rule(
            "parallel-down",
            Shape { replicas: 6, ..parallel() },
            vec![begun(vec![Stick(4), Scale(2)]), begun(vec![Scale(6)]), settled(vec![Unstick])],
        ),
    ]
}
