//! Rules about new revisions, and about when the current one changes.

use super::{CRASHING, GOOD, begun, ordered, parallel, rule, settled, still, with};
use crate::Behaviour;
use crate::prove::lives::Event::{Behave, Change, DeletePod, Revert, Scale, Strategy};
use crate::prove::lives::{Life, Shape, Template, Update};

pub(super) fn lives() -> Vec<Life> {
    vec![
        rule(
            "parallel-frees-itself",
            parallel(),
            vec![settled(vec![CRASHING]), settled(vec![Revert(1)]), settled(vec![])],
        ),
        rule(
            "held",
            with(Update::Partition(2)),
            vec![settled(vec![GOOD]), settled(vec![DeletePod(0)]), settled(vec![])],
        ),
        rule(
            "partition-is-an-offset",
            Shape { start: 3, replicas: 4, ..with(Update::Partition(1)) },
            vec![
                begun(vec![GOOD]),
                settled(vec![]),
                begun(vec![DeletePod(0)]),
                begun(vec![Strategy(Update::Partition(0))]),
            ],
        ),
        rule(
            "partition-beyond-replicas",
            with(Update::Partition(5)),
            vec![begun(vec![GOOD]), begun(vec![DeletePod(1)]), begun(vec![Scale(6)]), settled(vec![])],
        ),
        rule(
            "on-delete",
            with(Update::OnDelete),
            vec![settled(vec![GOOD]), begun(vec![DeletePod(1)]), settled(vec![])],
        ),
        rule(
            "null",
            Shape { replicas: 4, ..with(Update::Null) },
            vec![
                settled(vec![CRASHING]),
                settled(vec![DeletePod(0)]),
                settled(vec![DeletePod(1)]),
                settled(vec![Revert(1)]),
            ],
        ),
        rule(
            "null-parallel",
            Shape { replicas: 5, parallel: true, ..with(Update::Null) },
            vec![
                settled(vec![CRASHING]),
                settled(vec![DeletePod(0), DeletePod(1)]),
                begun(vec![DeletePod(2)]),
                settled(vec![Revert(1)]),
            ],
        ),
        rule(
            "promoted-at-zero",
            with(Update::Partition(2)),
            vec![
                settled(vec![GOOD]),
                settled(vec![Scale(0)]),
                begun(vec![]),
                settled(vec![Scale(3)]),
                settled(vec![]),
            ],
        ),
        rule(
            "promoted-at-zero-at-once",
            Shape { replicas: 1, ..with(Update::Partition(1)) },
            vec![settled(vec![GOOD]), settled(vec![Scale(0), DeletePod(0)]), settled(vec![])],
        ),
        rule(
            "promoted-when-ready",
            Shape { replicas: 1, ..ordered() },
            vec![
                settled(vec![Change(Template::Of(Behaviour::NeverReady))]),
                settled(vec![Behave(0, Behaviour::Healthy)]),
            ],
        ),
        rule(
            "third-revision",
            Shape { replicas: 1, ..parallel() },
            vec![
                settled(vec![Change(Template::Of(Behaviour::NeverReady))]),
                still(vec![GOOD]),
                settled(vec![]),
            ],
        ),
        rule(
            "promoted",
            ordered(),
            vec![
                settled(vec![GOOD]),
                settled(vec![]),
                settled(vec![]),
                begun(vec![Revert(1)]),
                settled(vec![]),
            ],
        ),
    ]
}
