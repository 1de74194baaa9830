//! What holds for every cluster.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::super::{Class, Need, OnDelete, Permit, Reason, Source, Verdict};
use super::cluster::{Cluster, SETS, clusters};
use super::scene::{Fact, Scene};

/// Names that live objects refer to, written out one by one.
fn referred_to(scene: &Scene) -> BTreeSet<String> {
    let names = scene.facts.iter().flat_map(|fact| match fact {
        Fact::Pod(pod) if !pod.ended => pod.claims.clone(),
        Fact::Workload { claims, .. } => claims.clone(),
        Fact::Set(set) => {
            let first = set.range.start.get();
            let last = first + set.range.replicas;
            let of = |template: &str| {
                (first..last).map(|n| format!("{template}-{}-{n}", set.name)).collect::<Vec<_>>()
            };
            set.templates.iter().flat_map(|template| of(&template.name)).collect()
        }
        _ => Vec::new(),
    });
    names.collect()
}

/// Every permit that differs from the others for one of these verdicts.
fn permits(verdicts: [&Verdict; 2]) -> Vec<Permit> {
    let all: BTreeSet<String> = SETS.into_iter().map(str::to_owned).collect();
    let single = verdicts.into_iter().filter_map(|verdict| verdict.set.clone()).map(|set| [set].into());
    let sets: Vec<BTreeSet<String>> = [BTreeSet::new(), all].into_iter().chain(single).collect();
    let flags = [(false, false), (false, true), (true, false), (true, true)];
    let permit = |sets: &BTreeSet<String>, (include_reserved, attested)| Permit {
        sets: sets.clone(),
        include_reserved,
        attested,
    };
    sets.iter().flat_map(|sets| flags.map(|flags| permit(sets, flags))).collect()
}

/// Permits that allow only the second.
fn won(before: &Verdict, after: &Verdict) -> Vec<Permit> {
    let permits = permits([before, after]).into_iter();
    permits.filter(|permit| permit.allows(after) && !permit.allows(before)).collect()
}

/// Not deletable is less than deletable with many needs, and that is less than with some of them.
fn is_at_most(after: &Verdict, before: &Verdict) -> bool {
    let needs = |verdict: &Verdict| verdict.needs.iter().copied().collect::<BTreeSet<Need>>();
    !after.class.is_deletable() || before.class.is_deletable() && needs(after).is_superset(&needs(before))
}

/// The row that only this source can show. Without it the row does not fit, and an attestation stands in for it: the
/// table does not let these change the class, since a user of one namespace never sees volumes.
fn row_of(source: Source) -> Option<Reason> {
    match source {
        Source::Autoscalers | Source::ScaledObjects => Some(Reason::AutoscalerMayUse),
        Source::Attachments => Some(Reason::VolumeAttached),
        Source::Snapshots | Source::Clones => Some(Reason::BeingCopied),
        _ => None,
    }
}

/// Claim by claim, what is said before and after a list fails.
fn failing(cluster: &Cluster, source: Source) -> Vec<(String, Verdict, Verdict)> {
    let without = cluster.scene.clone().without(source);
    let claims = cluster.claims.iter();
    claims
        .map(|claim| (claim.0.claim.name.clone(), cluster.scene.judge(claim), without.judge(claim)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_claim_that_a_live_object_refers_to_may_be_deleted(cluster in clusters()) {
        let referred_to = referred_to(&cluster.scene);
        // Also the claims of just these names, with nothing else to hold them.
        let bare = referred_to.iter().map(|name| super::scene::claim(name).label("app", "web"));
        for claim in cluster.claims.iter().cloned().chain(bare) {
            let verdict = cluster.scene.judge(&claim);
            let is_used = referred_to.contains(&claim.0.claim.name);
            prop_assert!(!(is_used && verdict.class.is_deletable()), "{}: {verdict:?}", claim.0.claim.name);
            prop_assert!(!(is_used && verdict.class == Class::Unknown && cluster.scene.unread.is_empty()));
        }
    }

    #[test]
    fn an_orphan_has_a_set_an_ordinal_and_evidence_and_what_is_kept_has_no_needs(cluster in clusters()) {
        for claim in &cluster.claims {
            let verdict = cluster.scene.judge(claim);
            let name = &claim.0.claim.name;
            prop_assert!(!verdict.evidence.is_empty());
            prop_assert!(verdict.class.is_deletable() || verdict.needs.is_empty(), "{name}: {verdict:?}");
            if verdict.class == Class::Orphaned {
                prop_assert!(verdict.set.is_some(), "{name}: {verdict:?}");
            }
            if let (Some(template), Some(set), Some(ordinal)) = (&verdict.template, &verdict.set, verdict.ordinal) {
                prop_assert_eq!(&format!("{template}-{set}-{ordinal}"), name);
                prop_assert!(verdict.sets.contains(set), "{name}: {verdict:?}");
            } else {
                prop_assert!(!verdict.class.is_deletable(), "{name}: {verdict:?}");
            }
        }
    }

    /// The exceptions are those of the table, each with an attestation of what was not readable.
    #[test]
    fn a_list_that_failed_makes_no_claim_more_deletable(cluster in clusters()) {
        for source in Source::ALL {
            for (name, before, after) in failing(&cluster, source) {
                let hides = row_of(source).is_some_and(|row| before.reason == row);
                let case = format!("{name} without {source:?}: {before:?} {after:?}");
                if hides && after.class.is_deletable() {
                    prop_assert!(after.needs.contains(&Need::Attestation), "{case}");
                    prop_assert!(won(&before, &after).iter().all(|permit| permit.attested), "{case}");
                } else {
                    prop_assert!(is_at_most(&after, &before), "{case}");
                    prop_assert_eq!(won(&before, &after), vec![], "{}", case);
                }
                let harmless = |verdict: &Verdict| verdict.on_delete == OnDelete::KeepsVolume;
                prop_assert!(harmless(&before) || !harmless(&after), "{case}");
                prop_assert!(!source.is_essential() || !after.class.is_deletable(), "{case}");
            }
        }
    }

    #[test]
    fn what_may_be_deleted_does_not_depend_on_what_was_read_first((cluster, shuffled) in shuffled()) {
        for claim in &cluster.claims {
            let (one, other) = (cluster.scene.judge(claim), shuffled.judge(claim));
            prop_assert_eq!((one.class, &one.needs, one.on_delete), (other.class, &other.needs, other.on_delete));
            prop_assert_eq!(won(&one, &other), vec![]);
        }
    }

    #[test]
    fn no_word_of_a_verdict_depends_on_what_was_read_first((cluster, shuffled) in shuffled()) {
        for claim in &cluster.claims {
            prop_assert_eq!(cluster.scene.judge(claim), shuffled.judge(claim), "{}", claim.0.claim.name);
        }
    }
}

/// A cluster, and the same namespace read in another order.
fn shuffled() -> impl Strategy<Value = (Cluster, Scene)> {
    clusters().prop_flat_map(|cluster| {
        let facts = Just(cluster.scene.facts.clone()).prop_shuffle();
        facts.prop_map(move |facts| (cluster.clone(), Scene { facts, ..cluster.scene.clone() }))
    })
}

const REASONS: [Reason; 19] = [
    Reason::BeingDeleted,
    Reason::OwnedByCondemnedPod,
    Reason::UsedByPod,
    Reason::NamedByTemplate,
    Reason::InRange,
    Reason::OwnerGone,
    Reason::OwnedByOther,
    Reason::MarkedAsManaged,
    Reason::NotOfASet,
    Reason::EvidenceUnread,
    Reason::AutoscalerMayUse,
    Reason::SetPaused,
    Reason::VolumeAttached,
    Reason::BeingCopied,
    Reason::BelowStart,
    Reason::ScaledDown,
    Reason::SeveralSets,
    Reason::TemplateGone,
    Reason::SetGone,
];

/// The properties above say something of every row.
#[test]
fn the_clusters_reach_every_row() {
    let mut runner = TestRunner::deterministic();
    let mut counts: BTreeMap<Reason, usize> = REASONS.map(|reason| (reason, 0)).into();
    for _ in 0..2_000 {
        let Cluster { scene, claims } = clusters().new_tree(&mut runner).unwrap().current();
        claims.iter().for_each(|claim| *counts.entry(scene.judge(claim).reason).or_default() += 1);
    }
    println!("{counts:#?}");
    assert!(counts.values().all(|count| *count > 0), "{counts:?}");
    assert_eq!(counts.len(), REASONS.len(), "a row is not in the list: {counts:?}");
}
