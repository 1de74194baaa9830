//! What holds for every group.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::Facts;
use super::super::answer::Answer;
use super::super::facts::{Family, Target};
use super::super::questions;
use super::scene::{Scene, cached, container_port, from, healthy, ip, known, labels, service_port};
use crate::domain::testing::ago;
use crate::domain::{Known, Ordinal};

/// Groups of all shapes whose members are in order, before anybody follows.
fn groups() -> impl Strategy<Value = Scene> {
    let shape = (0u32..4, 0u32..4, any::<bool>(), any::<bool>());
    let service = (0u8..3, 0u8..3, any::<bool>());
    (shape, service).prop_map(|((start, replicas, parallel, unready), (families, ports, publishes))| {
        let scene = from(start, replicas).with(|facts| facts.parallel = parallel).dual_stack();
        let scene = scene.service(|service| {
            service.publishes_unready = publishes;
            service.families = match families {
                0 => vec![Family::V4],
                1 => vec![Family::V6],
                _ => vec![Family::V6, Family::V4],
            };
            if ports > 0 {
                service.ports.push(service_port("client", 80, Target::Name("client".to_owned())));
            }
        });
        let mut number = 8080;
        let scene = scene.all_pods(|pod| {
            // With one, each pod has another number for the port.
            number += u16::from(ports == 2);
            pod.ports.push(container_port("client", number, "TCP"));
        });
        let hides = unready && publishes && replicas > 0;
        if hides { scene.unready(start, 20) } else { scene }
    })
}

/// One thing that may be otherwise than the others believe.
#[derive(Clone, Copy, Debug)]
enum Change {
    Ready,
    Readdressed,
    Terminating,
    Finished,
    Gone,
    Relabelled,
    Renamed,
    Reincarnated,
    Publishing,
    Headless,
    Selector,
    ServiceGone,
    Unlisted,
    OneFamilyUnlisted,
    EndpointReady,
    EndpointHost,
    EndpointAddress,
    EndpointPort,
    NotResolved,
    Cached,
    CachedOld,
    Failed,
    ServerSilent,
    SlicesUnread,
    Scaled,
    Started,
}

const CHANGES: [Change; 26] = [
    Change::Ready,
    Change::Readdressed,
    Change::Terminating,
    Change::Finished,
    Change::Gone,
    Change::Relabelled,
    Change::Renamed,
    Change::Reincarnated,
    Change::Publishing,
    Change::Headless,
    Change::Selector,
    Change::ServiceGone,
    Change::Unlisted,
    Change::OneFamilyUnlisted,
    Change::EndpointReady,
    Change::EndpointHost,
    Change::EndpointAddress,
    Change::EndpointPort,
    Change::NotResolved,
    Change::Cached,
    Change::CachedOld,
    Change::Failed,
    Change::ServerSilent,
    Change::SlicesUnread,
    Change::Scaled,
    Change::Started,
];

/// Changes one thing of the first pod, or of what stands around it.
fn changed(scene: Scene, change: Change) -> Scene {
    let start = scene.0.range.start.get();
    let exists = scene.0.pods.contains_key(&scene.0.range.start);
    let own = scene.0.published(scene.0.range.start).into_iter().collect::<Vec<_>>();
    let first = |scene: Scene, change: fn(&mut super::super::facts::PodFacts)| {
        if exists { scene.pod(start, change) } else { scene }
    };
    match change {
        Change::Ready => first(scene, |pod| (pod.ready, pod.ready_since) = (!pod.ready, Some(ago(20)))),
        Change::Readdressed => first(scene, |pod| pod.addresses = vec![ip("10.0.0.99"), ip("fd00::99")]),
        Change::Terminating => first(scene, |pod| pod.terminating = true),
        Change::Finished => first(scene, |pod| (pod.finished, pod.ready) = (true, false)),
        Change::Gone => scene.with(|facts| facts.pods.retain(|ordinal, _| ordinal.get() != start)),
        Change::Relabelled => first(scene, |pod| pod.labels = labels(&[("app", "other")])),
        Change::Renamed => first(scene, |pod| pod.subdomain = "other".to_owned()),
        Change::Reincarnated => first(scene, |pod| pod.uid = "another".to_owned()),
        Change::Publishing => scene.service(|service| service.publishes_unready = !service.publishes_unready),
        Change::Headless => scene.service(|service| service.headless = false),
        Change::Selector => scene.service(|service| service.selector = labels(&[("app", "other")])),
        Change::ServiceGone => scene.with(|facts| facts.service = Known::Known(None)),
        Change::Unlisted => scene.unlisted(start),
        Change::OneFamilyUnlisted => scene.endpoints(|all| all.retain(|one| one.address.is_ipv4())),
        Change::EndpointReady => scene.endpoint(start, |one| one.ready = !one.ready),
        Change::EndpointHost => scene.endpoint(start, |one| one.hostname = None),
        Change::EndpointAddress => scene.endpoint(start, |one| one.address = ip("10.0.0.98")),
        Change::EndpointPort => {
            scene.endpoint(start, |one| one.ports.iter_mut().for_each(|port| port.number = 1))
        }
        Change::NotResolved => scene.told(start, known(&[])),
        Change::Cached => scene.told(start, cached(&[], &own)),
        Change::CachedOld => scene.told(start, cached(&[ip("10.0.0.97")], &own)),
        Change::Failed => {
            scene.view(|view| view.service.members = Some(Answer::Failed("no answer".to_owned())))
        }
        Change::ServerSilent => scene.view(|view| view.members.clear()),
        Change::SlicesUnread => scene.with(|facts| facts.endpoints = Known::Unknown),
        Change::Scaled => scene.with(|facts| facts.range.replicas = facts.range.replicas.saturating_sub(1)),
        Change::Started => scene.with(|facts| facts.range.start = Ordinal::new(start + 1)),
    }
}

/// Who follows a change: nobody, DNS, or EndpointSlices and DNS.
fn follow(scene: Scene, who: u8) -> Scene {
    match who {
        0 => scene,
        1 => scene.resolved(),
        _ => scene.followed(),
    }
}

/// Groups to which anything may have happened.
pub(super) fn scenes() -> impl Strategy<Value = Scene> {
    let happened = prop::collection::vec((prop::sample::select(CHANGES.to_vec()), 0u8..3), 0..5);
    (groups(), happened).prop_map(|(scene, happened)| {
        happened.into_iter().fold(scene.followed(), |scene, (change, who)| {
            // Without slices, or without a Service, there is nothing to change in them.
            let readable = scene.0.existing_service().is_some() && scene.0.endpoints.get().is_some();
            let dns = scene.0.dns.get().is_some();
            if readable && dns { follow(changed(scene, change), who) } else { scene }
        })
    })
}

/// Whether every member resolves to where its pod is, and nobody else does: what `agree` promises, told without any of
/// the code that decides it.
fn resolves_rightly(facts: &Facts) -> bool {
    let Some(service) = facts.existing_service() else { return false };
    let Some(views) = facts.dns.get() else { return false };
    let rightly = |ordinal: Ordinal| {
        let pod = facts.pods.get(&ordinal).filter(|_| facts.range.contains(ordinal));
        let wanted: BTreeSet<_> = pod
            .into_iter()
            .flat_map(|pod| &pod.addresses)
            .filter(|address| service.families.contains(&Family::of(address)))
            .copied()
            .collect();
        views.iter().all(|view| {
            view.members
                .get(&ordinal)
                .and_then(|name| name.shown())
                .is_some_and(|told| told.addresses() == wanted)
        })
    };
    let complete = facts.range.iter().all(|ordinal| facts.pods.contains_key(&ordinal));
    complete && service.headless && facts.ordinals().into_iter().all(rightly)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn groups_that_everybody_follows_agree(scene in groups()) {
        let judged = scene.followed().judge();
        prop_assert!(judged.agree && judged.disagreements.is_empty(), "{:#?}", judged.disagreements);
    }

    #[test]
    fn one_change_disagrees_or_leaves_members_resolving_rightly(
        scene in groups(),
        change in prop::sample::select(CHANGES.to_vec()),
        who in 0u8..3,
    ) {
        let changed = follow(changed(scene.followed(), change), who);
        let judged = changed.judge();
        let quiet = judged.agree && !judged.disagree();
        prop_assert!(!quiet || resolves_rightly(&changed.0), "{change:?}, followed by {who}: {:#?}", changed.0);
    }

    #[test]
    fn whatever_happens_agreement_means_that_members_resolve_rightly(scene in scenes()) {
        let judged = scene.judge();
        prop_assert!(!judged.agree || resolves_rightly(&scene.0), "{:#?}", scene.0);
        prop_assert_eq!(judged.hopeless, judged.disagreements.iter().any(|one| !one.reason.is_advice() && !one.reason.self_resolves()));
        prop_assert!(!(judged.agree && judged.disagree()));
    }

    #[test]
    fn at_most_one_trouble_is_told_of_a_member(scene in scenes()) {
        let judged = scene.judge();
        let ordinals: Vec<Ordinal> = judged.disagreements.iter().filter_map(|one| one.ordinal).collect();
        let different: BTreeSet<Ordinal> = ordinals.iter().copied().collect();
        prop_assert_eq!(ordinals.len(), different.len(), "{:#?}", judged.disagreements);
    }

    #[test]
    fn an_unread_source_is_never_agreed_on(scene in scenes(), source in 0u8..3) {
        let unread = scene.with(|facts| match source {
            0 => facts.dns = Known::Unknown,
            1 => facts.endpoints = Known::Unknown,
            _ => facts.service = Known::Unknown,
        });
        prop_assert!(!unread.judge().agree);
    }
}

#[test]
fn a_large_group_is_judged_at_once() {
    let scene = healthy(1_000).dual_stack().followed();
    scene.agrees();
    // Each member, the Service and its port.
    assert_eq!(questions::subjects(&scene.0).len(), 1_002);
}
