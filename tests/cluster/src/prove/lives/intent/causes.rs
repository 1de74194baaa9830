//! Stuck sets, each for another cause: watched for a while, and then freed by what `status` suggests.

use super::{CRASHING, GOOD, begun, cause, claims, ordered, parallel, settled, with};
use crate::Behaviour;
use crate::prove::lives::Event::{
    Behave, Change, ClaimQuota, DeleteClaim, DeletePod, FindNodes, Foreign, Hold, HoldClaim, LoseNode,
    LoseVolumeForSure, PinVolume, Quota, Recreate, Relabel, Release, Revert, Scale, Unforeign,
};
use crate::prove::lives::{Life, Shape, Template, Update};

pub(super) fn lives() -> Vec<Life> {
    vec![
        cause("trap", ordered(), vec![settled(vec![CRASHING]), settled(vec![Revert(1)]), settled(vec![])]),
        cause(
            "broken-below-partition",
            with(Update::Partition(1)),
            vec![
                settled(vec![GOOD]),
                settled(vec![Behave(0, Behaviour::CrashLoop)]),
                settled(vec![GOOD]),
                settled(vec![]),
            ],
        ),
        cause(
            "two-broken-condemned",
            Shape { replicas: 4, ..ordered() },
            vec![
                settled(vec![Behave(3, Behaviour::CrashLoop), Behave(2, Behaviour::CrashLoop)]),
                settled(vec![Scale(1)]),
                settled(vec![]),
                settled(vec![DeletePod(3)]),
            ],
        ),
        cause(
            "stale-claim",
            Shape { delete_when_scaled: true, ..claims() },
            vec![
                settled(vec![HoldClaim(2), Scale(2)]),
                settled(vec![]),
                begun(vec![Scale(3)]),
                settled(vec![]),
                settled(vec![]),
                settled(vec![Release]),
            ],
        ),
        cause(
            "claim-terminating",
            claims(),
            vec![
                settled(vec![HoldClaim(1), DeleteClaim(1), DeletePod(1)]),
                settled(vec![]),
                settled(vec![Release]),
                settled(vec![]),
                settled(vec![]),
            ],
        ),
        cause(
            "claim-pending",
            Shape { class: "never".to_owned(), ..claims() },
            vec![settled(vec![]), settled(vec![DeleteClaim(0)]), settled(vec![])],
        ),
        cause(
            "claim-lost",
            claims(),
            vec![settled(vec![LoseVolumeForSure(1)]), settled(vec![DeletePod(1)]), settled(vec![])],
        ),
        cause(
            "volume-elsewhere",
            claims(),
            vec![settled(vec![PinVolume(1), DeletePod(1)]), settled(vec![]), settled(vec![])],
        ),
        cause(
            "quota",
            claims(),
            vec![
                settled(vec![Quota(Some(3))]),
                settled(vec![Scale(5)]),
                settled(vec![]),
                settled(vec![Quota(None)]),
                settled(vec![]),
            ],
        ),
        cause(
            "claim-quota",
            claims(),
            vec![
                settled(vec![ClaimQuota(Some(3))]),
                settled(vec![Scale(5)]),
                settled(vec![]),
                settled(vec![ClaimQuota(None)]),
                settled(vec![]),
            ],
        ),
        cause(
            "put-aside",
            claims(),
            vec![begun(vec![Relabel(1)]), settled(vec![]), settled(vec![Unforeign])],
        ),
        cause(
            "foreign",
            ordered(),
            vec![settled(vec![Foreign]), begun(vec![Scale(5)]), settled(vec![]), settled(vec![Unforeign])],
        ),
        cause(
            "foreign-parallel",
            Shape { replicas: 1, ..parallel() },
            vec![
                settled(vec![Foreign]),
                begun(vec![Scale(6)]),
                settled(vec![GOOD]),
                settled(vec![Unforeign]),
            ],
        ),
        cause(
            "node-lost",
            Shape { own_nodes: true, ..claims() },
            vec![
                settled(vec![LoseNode(0)]),
                settled(vec![]),
                settled(vec![]),
                settled(vec![]),
                settled(vec![GOOD]),
                settled(vec![]),
                settled(vec![]),
                settled(vec![FindNodes]),
            ],
        ),
        cause(
            "volumes-missing",
            ordered(),
            vec![settled(vec![Recreate(1)]), settled(vec![]), settled(vec![DeletePod(0)]), settled(vec![])],
        ),
        cause(
            "held-back",
            ordered(),
            vec![settled(vec![Hold(1)]), settled(vec![GOOD]), settled(vec![Release]), settled(vec![])],
        ),
    ]
}

/// Sets whose new template is no good.
pub(super) fn bad_templates() -> Vec<Life> {
    let of = [Behaviour::Oom, Behaviour::ContainerConfig, Behaviour::ImagePullError, Behaviour::ProbeFailing];
    let behave = of.map(|behaviour| {
        template(&format!("{behaviour:?}").to_lowercase(), ordered(), Template::Of(behaviour))
    });
    let init = template("init", Shape { init: true, ..ordered() }, Template::Of(Behaviour::InitFailing));
    let unschedulable = template("unschedulable", ordered(), Template::Unschedulable);
    let absent = template("absent-claim", ordered(), Template::AbsentClaim);
    behave.into_iter().chain([init, unschedulable, absent]).collect()
}

fn template(name: &str, shape: Shape, template: Template) -> Life {
    cause(
        name,
        shape,
        vec![settled(vec![Change(template)]), settled(vec![]), settled(vec![]), settled(vec![Revert(1)])],
    )
}
