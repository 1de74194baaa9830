//! Rules about ordinals that are missing or not in order.

use super::{GOOD, begun, ordered, parallel, rule, settled};
use crate::prove::lives::Event::{DeletePod, Quota, Relabel, Scale, Unforeign};
use crate::prove::lives::{Life, Shape};

pub(super) fn lives() -> Vec<Life> {
    vec![
        rule(
            "min-ready",
            Shape { min_ready_seconds: 8, ..ordered() },
            vec![
                begun(vec![]),
                begun(vec![]),
                begun(vec![GOOD]),
                begun(vec![]),
                begun(vec![]),
                begun(vec![Scale(2)]),
            ],
        ),
        rule(
            "quota-parallel",
            Shape { replicas: 1, ..parallel() },
            vec![
                settled(vec![Quota(Some(2))]),
                settled(vec![Scale(6), GOOD]),
                settled(vec![]),
                settled(vec![Quota(None)]),
            ],
        ),
        rule(
            "put-aside-parallel",
            Shape { replicas: 5, ..parallel() },
            vec![begun(vec![Relabel(1)]), settled(vec![GOOD]), settled(vec![Unforeign])],
        ),
        rule(
            "ordered-up",
            Shape { replicas: 0, claims: 2, ..ordered() },
            vec![begun(vec![Scale(3)]), begun(vec![]), begun(vec![DeletePod(0)])],
        ),
    ]
}
