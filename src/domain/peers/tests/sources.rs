//! Groups of all kinds whose sources agree, and sources that could not be read.

use std::collections::BTreeSet;

use super::super::Reason;
use super::super::answer::{Name, ServerPod, ServerView};
use super::super::facts::{Endpoint, Family, Target};
use super::followers::serve;
use super::scene::{Scene, cached, container_port, healthy, ip, known, service_port, v4, v6};
use crate::domain::Known;
use crate::domain::testing::at;

#[test]
fn groups_of_all_kinds_agree() {
    healthy(0).agrees();
    healthy(1).agrees();
    healthy(50).agrees();
    healthy(3).dual_stack().followed().agrees();
    let v6_only = healthy(3).dual_stack().service(|service| service.families = vec![Family::V6]);
    v6_only
        .all_pods(|pod| pod.addresses.retain(|address| Family::of(address) == Family::V6))
        .followed()
        .agrees();
    // An old API server does not say which families.
    healthy(3).service(|service| service.families.clear()).followed().agrees();
    healthy(3).unready(1, 60).service(|service| service.publishes_unready = true).followed().agrees();
    let two_ports = vec![
        service_port("peer", 7000, Target::Number(7000)),
        service_port("client", 80, Target::Name("client".to_owned())),
    ];
    let two = healthy(3).service(|service| service.ports = two_ports);
    // Each pod may have another number for a port's name: then there is a slice for each.
    let mut number = 8080;
    two.all_pods(|pod| {
        number += 1;
        pod.ports.push(container_port("client", number, "TCP"));
    })
    .followed()
    .agrees();
    healthy(2).service(|service| service.ports.clear()).followed().tells(&[Reason::NoNamedPort]);
}

#[test]
fn an_endpoint_that_is_in_two_slices_for_a_moment_is_one() {
    let twice = healthy(2).endpoints(|all| {
        let again = all.iter().map(|endpoint| Endpoint { slice: "web-new".to_owned(), ..endpoint.clone() });
        let again: Vec<Endpoint> = again.collect();
        all.extend(again);
    });
    twice.resolved().agrees();
}

fn by_hand(pod: bool, hostname: Option<&str>) -> Scene {
    let scene = healthy(1).endpoint(0, |own| {
        own.hostname = hostname.map(str::to_owned);
        own.pod = own.pod.take().filter(|_| pod);
    });
    // The API server asks for both families where nobody says (`alloc.go`).
    let scene = scene.service(|service| service.families = vec![Family::V4, Family::V6]);
    scene.service(|service| service.selector.clear()).resolved()
}

#[test]
fn endpoints_written_by_hand_are_members_by_pod_or_by_host_name() {
    by_hand(true, Some("web-0")).agrees();
    by_hand(false, Some("web-0")).agrees();
    insta::assert_snapshot!("by-hand-without-host", by_hand(false, None).words(Reason::StaleEndpoint));
    assert!(
        by_hand(true, None).words(Reason::StaleEndpoint).contains("so somebody else writes its endpoints")
    );
    let forgotten =
        by_hand(false, Some("web-0")).pod(1, |_| ()).with(|facts| facts.range.replicas = 2).resolved();
    assert!(forgotten.words(Reason::StaleEndpoint).contains("no endpoint was written for it"));
}

#[test]
fn a_family_that_somebody_wrote_by_hand_is_asked_for_too() {
    let scene = by_hand(false, Some("web-0")).service(|service| service.families = vec![Family::V4]);
    let scene = scene.pod(0, |pod| pod.addresses.push(v6(at(0))));
    let scene = scene.endpoints(|all| all.push(Endpoint { address: v6(at(0)), ..all[0].clone() }));
    assert_eq!(scene.0.families(), BTreeSet::from([Family::V4, Family::V6]));
    scene.resolved().agrees();
}

#[test]
fn a_stranger_with_a_pod_name_of_the_set_and_more_digits_is_a_stranger() {
    let scene = healthy(2).endpoints(|all| {
        let pod = Some(("web-01".to_owned(), "uid".to_owned()));
        let stranger = Endpoint { pod, address: ip("10.9.9.9"), hostname: None, ..all[1].clone() };
        all.push(stranger);
    });
    assert!(scene.resolved().tells(&[Reason::ForeignEndpoint]).agree);
}

#[test]
fn of_two_servers_that_differ_the_one_is_named() {
    let scene = healthy(2).with(|facts| {
        let mut other = serve(facts, "dns-b");
        other.members.insert(at(1), cached(&[], &[v4(at(1))]));
        facts.dns.get_mut().expect("DNS was asked").push(other);
    });
    let judged = scene.tells(&[Reason::NegativeAnswerCached]);
    assert!(judged.disagreements[0].message.ends_with("(says dns-b)"), "{judged:#?}");
    let dns = judged.peers[1].dns.get().expect("both answered");
    assert!(
        !dns.resolves && dns.addresses == BTreeSet::from([v4(at(1))]),
        "not all of them resolve it: {dns:?}"
    );
}

#[test]
fn what_could_not_be_read_is_never_agreed_on() {
    let unread: [fn(Scene) -> Scene; 7] = [
        |scene| scene.with(|facts| facts.dns = Known::Unknown),
        |scene| scene.with(|facts| facts.endpoints = Known::Unknown),
        |scene| scene.with(|facts| facts.service = Known::Unknown),
        |scene| scene.view(|view| view.members.clear()),
        |scene| scene.view(|view| view.service = Name::default()),
        |scene| scene.with(|facts| (facts.range.replicas, facts.dns) = (0, Known::Unknown)),
        |scene| {
            scene.with(|facts| {
                let silent = ServerView::default();
                facts.dns.get_mut().expect("DNS was asked").push(silent);
            })
        },
    ];
    for (number, unread) in unread.into_iter().enumerate() {
        let scene = unread(healthy(2));
        assert!(!scene.judge().agree, "{number}: {scene:#?}");
    }
}

#[test]
fn dns_that_was_left_out_on_purpose_leaves_the_others_to_agree() {
    healthy(2).with(|facts| facts.dns = Known::Known(Vec::new())).agrees();
}

#[test]
fn a_member_that_no_server_answers_about_is_unknown() {
    let scene = healthy(2).view(|view| {
        view.members.remove(&at(1));
    });
    assert!(scene.judge().peers[1].dns.get().is_none());
    let scene = healthy(2).told(1, known(&[]));
    assert!(scene.judge().peers[1].dns.get().is_some_and(|dns| !dns.resolves));
}

#[test]
fn a_server_that_cannot_be_asked_beside_one_that_can_is_a_disagreement_about_all() {
    let failed = ServerView::of("dns-b".to_owned(), None).failed("dns-b is silent".to_owned());
    let scene = healthy(2).with(|facts| facts.dns.get_mut().expect("answers").push(failed));
    let judged = scene.tells(&[Reason::DnsFailed]);
    let found = &judged.disagreements[0];
    assert_eq!(found.ordinal, None);
    assert_eq!(found.message, "dns-b is silent: members that ask it get no answer");
    assert!(judged.peers.iter().all(|peer| peer.dns.get().is_some_and(|dns| dns.resolves)), "{judged:#?}");
}

/// Whoever has named other DNS servers than the usual ones is shown those.
#[test]
fn what_is_advised_of_a_dns_server_is_about_that_server() {
    let pod = |config_map: Option<&str>| ServerPod {
        namespace: "dns".to_owned(),
        name: "resolver-0".to_owned(),
        config_map: config_map.map(str::to_owned),
    };
    let advised = |pod: Option<ServerPod>| {
        let scene = healthy(2).told(1, cached(&[], &[v4(at(1))])).view(|view| view.pod = pod.clone());
        let judged = scene.tells(&[Reason::NegativeAnswerCached]);
        let config = judged.disagreements[0].action.as_ref().expect("advice").command.clone();
        let failed = ServerView::of("dns".to_owned(), pod).failed("it is silent".to_owned());
        let scene = healthy(2).with(|facts| facts.dns.get_mut().expect("answers").push(failed));
        let judged = scene.tells(&[Reason::DnsFailed]);
        [config, judged.disagreements[0].action.as_ref().expect("advice").command.clone()]
    };
    let logs = "kubectl logs resolver-0 -n dns --tail=50";
    assert_eq!(advised(Some(pod(Some("hosts")))), ["kubectl get configmap hosts -n dns -o yaml", logs]);
    assert_eq!(advised(Some(pod(None)))[1], logs);
    assert_eq!(
        advised(None),
        [
            "kubectl get configmap coredns -n kube-system -o yaml",
            "kubectl logs -n kube-system -l k8s-app=kube-dns --tail=50"
        ]
    );
}
