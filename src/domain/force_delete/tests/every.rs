//! Every combination of signs there is.

use std::collections::BTreeMap;

use super::super::signs::{Deletion, Lease, Node, Owner, Reboot, Remediation, Storage};
use super::super::{Reason, Signs, Verdict, decide};

const BOTH: [bool; 2] = [false, true];
const OWNERS: [Owner; 4] = [Owner::Set, Owner::Kubelet, Owner::Other, Owner::Unread];
const DELETIONS: [Deletion; 3] = [Deletion::NotAsked, Deletion::InGrace, Deletion::Due];
const NODES: [Node; 5] = [Node::Ready, Node::NotReady, Node::Silent, Node::Gone, Node::Unread];
const REMEDIATIONS: [Remediation; 4] =
    [Remediation::None, Remediation::Running, Remediation::Fenced, Remediation::Unread];
const REBOOTS: [Reboot; 3] = [Reboot::No, Reboot::Yes, Reboot::Unread];
const LEASES: [Lease; 4] = [Lease::Renewed, Lease::Stale, Lease::ReadOnce, Lease::Unread];
const STORAGES: [Storage; 3] = [Storage::Free, Storage::OnNode, Storage::Unread];

/// All signs that a choice of one value each can make.
fn every() -> Vec<Signs> {
    let start = Signs {
        owner: Owner::Set,
        finalizers: false,
        scheduled: false,
        finished: false,
        alive: false,
        deletion: Deletion::NotAsked,
        node: Node::Ready,
        replaced: false,
        out_of_service: false,
        shut_down: false,
        remediation: Remediation::None,
        reboot: Reboot::No,
        lease: Lease::Stale,
        storage: Storage::Free,
        lower_first: false,
        few_others: false,
    };
    let mut all = vec![start];
    times(&mut all, &OWNERS, |signs, owner| signs.owner = owner);
    times(&mut all, &BOTH, |signs, finalizers| signs.finalizers = finalizers);
    times(&mut all, &BOTH, |signs, scheduled| signs.scheduled = scheduled);
    times(&mut all, &BOTH, |signs, finished| signs.finished = finished);
    times(&mut all, &BOTH, |signs, alive| signs.alive = alive);
    times(&mut all, &DELETIONS, |signs, deletion| signs.deletion = deletion);
    times(&mut all, &NODES, |signs, node| signs.node = node);
    times(&mut all, &BOTH, |signs, replaced| signs.replaced = replaced);
    times(&mut all, &BOTH, |signs, out_of_service| signs.out_of_service = out_of_service);
    times(&mut all, &BOTH, |signs, shut_down| signs.shut_down = shut_down);
    times(&mut all, &REMEDIATIONS, |signs, remediation| signs.remediation = remediation);
    times(&mut all, &REBOOTS, |signs, reboot| signs.reboot = reboot);
    times(&mut all, &LEASES, |signs, lease| signs.lease = lease);
    times(&mut all, &STORAGES, |signs, storage| signs.storage = storage);
    times(&mut all, &BOTH, |signs, lower_first| signs.lower_first = lower_first);
    times(&mut all, &BOTH, |signs, few_others| signs.few_others = few_others);
    all
}

fn times<T: Copy>(all: &mut Vec<Signs>, values: &[T], set: impl Fn(&mut Signs, T)) {
    let each = |signs: Signs| {
        let set = &set;
        values.iter().map(move |value| {
            let mut signs = signs;
            set(&mut signs, *value);
            signs
        })
    };
    *all = all.iter().copied().flat_map(each).collect();
}

/// How much a verdict says of the pod's end: nothing, what a person says, or that it is certain.
fn trust(signs: &Signs) -> u8 {
    match decide(signs).0 {
        Verdict::Unneeded => 2,
        verdict => permission(verdict),
    }
}

/// How far a verdict lets a person go.
fn permission(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Unsafe | Verdict::Refused | Verdict::Useless | Verdict::Unneeded => 0,
        Verdict::NeedsAttestation => 1,
        Verdict::Safe => 2,
    }
}

/// One thing changes, so that there is more sign of life than before; none where it does not apply.
type Livelier = fn(&Signs) -> Option<Signs>;

const LIVELIER: [Livelier; 10] = [
    |signs| (!signs.alive).then_some(Signs { alive: true, ..*signs }),
    |signs| signs.finished.then_some(Signs { finished: false, ..*signs }),
    |signs| (signs.deletion == Deletion::Due).then_some(Signs { deletion: Deletion::InGrace, ..*signs }),
    |signs| (signs.deletion == Deletion::InGrace).then_some(Signs { deletion: Deletion::NotAsked, ..*signs }),
    |signs| (signs.lease != Lease::Renewed).then_some(Signs { lease: Lease::Renewed, ..*signs }),
    |signs| (signs.reboot == Reboot::Yes).then_some(Signs { reboot: Reboot::No, ..*signs }),
    |signs| {
        (signs.remediation == Remediation::Fenced)
            .then_some(Signs { remediation: Remediation::None, ..*signs })
    },
    |signs| {
        (signs.remediation == Remediation::None)
            .then_some(Signs { remediation: Remediation::Running, ..*signs })
    },
    // A node that answers vouches for containers that have ended: only where one has not it is a sign of life.
    |signs| (is_silent(signs) && signs.alive).then_some(Signs { node: Node::Ready, ..*signs }),
    |signs| is_silent(signs).then_some(Signs { node: Node::NotReady, ..*signs }),
];

fn is_silent(signs: &Signs) -> bool {
    matches!(signs.node, Node::Silent | Node::Gone)
}

/// The same but for one thing that could not be read, and all that it could have been.
fn unread(signs: &Signs) -> Vec<(Signs, Vec<Signs>)> {
    let mut all = Vec::new();
    if signs.owner == Owner::Unread {
        all.push((*signs, OWNERS[..3].iter().map(|owner| Signs { owner: *owner, ..*signs }).collect()));
    }
    if signs.node == Node::Unread {
        all.push((*signs, NODES[..4].iter().map(|node| Signs { node: *node, ..*signs }).collect()));
    }
    if signs.remediation == Remediation::Unread {
        let values =
            REMEDIATIONS[..3].iter().map(|remediation| Signs { remediation: *remediation, ..*signs });
        all.push((*signs, values.collect()));
    }
    if signs.reboot == Reboot::Unread {
        all.push((*signs, REBOOTS[..2].iter().map(|reboot| Signs { reboot: *reboot, ..*signs }).collect()));
    }
    if matches!(signs.lease, Lease::Unread | Lease::ReadOnce) {
        all.push((*signs, LEASES[..2].iter().map(|lease| Signs { lease: *lease, ..*signs }).collect()));
    }
    if signs.storage == Storage::Unread {
        all.push((
            *signs,
            STORAGES[..2].iter().map(|storage| Signs { storage: *storage, ..*signs }).collect(),
        ));
    }
    all
}

#[test]
fn in_every_state_there_is_no_safe_without_proof_and_nothing_unknown_or_alive_is_trusted_more() {
    let all = every();
    let mut verdicts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut reasons: BTreeMap<Reason, usize> = BTreeMap::new();
    for signs in &all {
        let (verdict, reason) = decide(signs);
        *verdicts.entry(verdict).or_default() += 1;
        *reasons.entry(reason).or_default() += 1;
        if verdict == Verdict::Safe {
            let proof = signs.remediation == Remediation::Fenced || signs.reboot == Reboot::Yes;
            assert!(proof && signs.owner == Owner::Set && signs.deletion == Deletion::Due, "{signs:?}");
            assert!(signs.node != Node::Unread && signs.remediation != Remediation::Unread, "{signs:?}");
        }
        for livelier in LIVELIER.iter().filter_map(|livelier| livelier(signs)) {
            // That no force is needed is no permission to lose: with more life, more than waiting may be needed.
            let after = decide(&livelier).0;
            let less = verdict == Verdict::Unneeded || permission(after) <= permission(verdict);
            let worse = verdict == Verdict::Unsafe && after == Verdict::Unneeded;
            assert!(less && !worse, "{signs:?}\nis trusted less than\n{livelier:?}");
        }
        for (unread, known) in unread(signs) {
            let worst = known.iter().map(trust).min().unwrap_or_default();
            assert!(trust(&unread) <= worst.max(1), "{unread:?}");
            assert!(decide(&unread).0 != Verdict::Safe || worst == 2, "{unread:?}");
        }
    }
    println!("{} states: {verdicts:?}\n{reasons:?}", all.len());
    assert!(all.len() >= 20_000);
    assert_eq!(verdicts.len(), 6, "each verdict is reached");
    assert_eq!(reasons.len(), 24, "each reason is reached");
}
