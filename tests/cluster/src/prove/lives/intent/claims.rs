//! Rules about claims and volumes.

use super::{GOOD, begun, claims, ordered, parallel, rule, settled, still};
use crate::Behaviour;
use crate::prove::lives::Event::{
    Behave, DeleteClaim, DeletePod, ForceDelete, Hold, HoldClaim, Recreate, Release, Scale,
};
use crate::prove::lives::{Life, Shape};

pub(super) fn lives() -> Vec<Life> {
    vec![
        rule(
            "stale-claim-parallel",
            Shape { delete_when_scaled: true, parallel: true, replicas: 4, ..claims() },
            vec![
                settled(vec![HoldClaim(2), Scale(1)]),
                settled(vec![]),
                begun(vec![Scale(5)]),
                begun(vec![GOOD]),
                settled(vec![]),
                settled(vec![Release]),
            ],
        ),
        rule(
            "claim-terminating-parallel",
            Shape { parallel: true, replicas: 5, claims: 2, ..ordered() },
            vec![
                settled(vec![HoldClaim(1), DeleteClaim(1), DeletePod(1), DeletePod(3)]),
                settled(vec![GOOD]),
                settled(vec![Release]),
                settled(vec![]),
            ],
        ),
        rule(
            "claim-of-an-earlier-pod",
            Shape { delete_when_scaled: true, ..claims() },
            vec![
                settled(vec![Behave(2, Behaviour::StuckTerminating), Scale(2)]),
                settled(vec![Scale(3)]),
                still(vec![ForceDelete(2)]),
                settled(vec![]),
            ],
        ),
        rule(
            "claim-of-an-earlier-pod-parallel",
            Shape { delete_when_scaled: true, parallel: true, ..claims() },
            vec![
                settled(vec![Behave(2, Behaviour::StuckTerminating), Scale(2)]),
                still(vec![Scale(3), ForceDelete(2)]),
                settled(vec![]),
            ],
        ),
        rule(
            "claims-of-an-earlier-pod",
            Shape { delete_when_scaled: true, replicas: 4, claims: 2, ..ordered() },
            vec![
                settled(vec![Behave(3, Behaviour::StuckTerminating), Scale(3)]),
                settled(vec![Scale(5)]),
                still(vec![ForceDelete(3)]),
                settled(vec![]),
            ],
        ),
        rule(
            "volumes-missing-parallel",
            Shape { replicas: 4, ..parallel() },
            vec![
                settled(vec![Recreate(1)]),
                settled(vec![Hold(1)]),
                settled(vec![DeletePod(0)]),
                settled(vec![Release]),
            ],
        ),
        rule("adopted", claims(), vec![begun(vec![Recreate(1)]), settled(vec![GOOD]), settled(vec![])]),
    ]
}
