//! Every reason: the smallest state that gives it, what is said of it, and the nearest state that does not give it.

use std::collections::BTreeSet;

use insta::assert_snapshot;

use super::super::Reason;
use super::super::answer::{Answer, Name, SrvAnswer};
use super::super::facts::{Endpoint, Target};
use super::scene::{Scene, cached, container_port, healthy, ip, known, labels, service_port, v4, v6};
use crate::domain::Known;
use crate::domain::testing::{ago, at};

/// A reason, the state that gives it and nothing else, and the nearest one that does not.
struct Row(Reason, Scene, Scene);

fn table() -> Vec<Row> {
    [of_the_service(), of_pods(), of_endpoints(), of_dns()].into_iter().flatten().collect()
}

fn of_the_service() -> Vec<Row> {
    let no_service = || healthy(2).with(|facts| facts.service = Known::Known(None)).followed();
    let by_hand = || healthy(2).service(|service| service.selector.clear());
    vec![
        Row(Reason::NoServiceName, healthy(2).with(|facts| facts.service_name.clear()), healthy(2)),
        Row(Reason::ServiceMissing, no_service(), no_service().with(|facts| facts.service = Known::Unknown)),
        Row(
            Reason::ServiceNotHeadless,
            healthy(2).service(|service| service.headless = false).followed(),
            healthy(2).service(|service| service.headless = true).followed(),
        ),
        Row(Reason::NoSelector, by_hand().followed(), by_hand()),
        Row(
            Reason::NoNamedPort,
            healthy(2).service(|service| service.ports[0].name.clear()).followed(),
            healthy(2).service(|service| service.ports[0].name = "x".to_owned()).followed(),
        ),
        Row(
            Reason::PortMismatch,
            healthy(2)
                .service(|service| service.ports[0].target = Target::Name("client".to_owned()))
                .followed(),
            healthy(2)
                .service(|service| service.ports[0].target = Target::Name("peer".to_owned()))
                .followed(),
        ),
    ]
}

fn of_pods() -> Vec<Row> {
    let unlabelled = |app: &str| healthy(2).pod(1, |pod| pod.labels = labels(&[("app", app)])).followed();
    let under = |subdomain: &str| healthy(2).pod(1, |pod| pod.subdomain = subdomain.to_owned()).followed();
    let host = |name: &str| healthy(2).pod(1, |pod| pod.hostname = name.to_owned()).followed();
    let waiting = |seconds| healthy(2).unready(0, seconds).unready(1, seconds).followed();
    let publishing = || healthy(2).service(|service| service.publishes_unready = true);
    let dual = || healthy(2).dual_stack();
    vec![
        Row(Reason::SelectorMismatch, unlabelled("other"), unlabelled("web")),
        Row(Reason::SubdomainMismatch, under("old"), under("web")),
        Row(Reason::HostnameMismatch, host("db-1"), host("web-1")),
        Row(Reason::BootstrapDeadlock, waiting(30), waiting(29)),
        Row(Reason::PodMissing, healthy(2).no_pod(1).followed(), healthy(1)),
        Row(
            Reason::PodWithoutAddress,
            healthy(2).pod(1, |pod| pod.addresses.clear()).followed(),
            healthy(2).followed(),
        ),
        Row(
            Reason::FamilyMissing,
            dual().pod(1, |pod| pod.addresses.retain(|address| *address == v4(at(1)))).followed(),
            dual().followed(),
        ),
        Row(Reason::NotReady, healthy(2).unready(1, 60).followed(), publishing().unready(1, 60).followed()),
        Row(
            Reason::TerminatingListed,
            publishing().pod(1, |pod| pod.terminating = true).followed(),
            publishing().followed(),
        ),
        Row(
            Reason::TerminatingUnlisted,
            healthy(2).pod(1, |pod| pod.terminating = true).followed(),
            publishing().pod(1, |pod| pod.terminating = true).followed(),
        ),
        Row(
            Reason::NotAskedFor,
            healthy(2).pod(2, |_| ()).followed(),
            healthy(2).pod(2, |pod| pod.ready = false).followed(),
        ),
    ]
}

fn of_endpoints() -> Vec<Row> {
    let stranger = |pod: &str, hostname: Option<&str>| Endpoint {
        address: ip("10.9.9.9"),
        hostname: hostname.map(str::to_owned),
        pod: Some((pod.to_owned(), "uid".to_owned())),
        ..healthy(1).0.endpoints.get().expect("endpoints")[0].clone()
    };
    let with = |endpoint| healthy(2).endpoints(|all| all.push(endpoint)).resolved();
    vec![
        Row(Reason::StaleEndpoint, healthy(2).unlisted(1).resolved(), healthy(2)),
        Row(Reason::ForeignEndpoint, with(stranger("proxy-x7v", None)), healthy(2)),
        Row(
            Reason::NameShared,
            with(stranger("proxy-x7v", Some("web-1"))),
            with(stranger("proxy-x7v", Some("web"))),
        ),
    ]
}

fn of_dns() -> Vec<Row> {
    let own = v4(at(1));
    let member = |name| healthy(2).told(1, name);
    let failed = Answer::Failed("it answers Server Failure".to_owned());
    vec![
        Row(Reason::DnsBehind, member(known(&[])), member(known(&[own]))),
        Row(
            Reason::Unresolved,
            member(known(&[])).with(|facts| facts.endpoints = Known::Unknown),
            member(known(&[own])).with(|facts| facts.endpoints = Known::Unknown),
        ),
        Row(Reason::NegativeAnswerCached, member(cached(&[], &[own])), member(cached(&[own], &[own]))),
        Row(
            Reason::OldAnswerCached,
            member(cached(&[ip("10.0.0.77")], &[own])),
            member(cached(&[own], &[own])),
        ),
        Row(
            Reason::DnsFailed,
            member(Name { members: None, fresh: Some(failed.clone()), tried: 1 }),
            // What members are told counts.
            member(Name { members: Some(super::scene::resolves(&[own])), fresh: Some(failed), tried: 1 }),
        ),
    ]
}

#[test]
fn every_reason_is_in_the_table() {
    let schema = serde_json::to_value(schemars::schema_for!(Reason)).expect("a schema");
    let all = schema["oneOf"].as_array().expect("one of these");
    let all: BTreeSet<String> =
        all.iter().map(|one| one["const"].as_str().expect("a name").to_owned()).collect();
    let tested = table().iter().map(|Row(reason, ..)| format!("{reason:?}")).collect::<BTreeSet<_>>();
    assert_eq!(tested, all);
}

#[test]
fn every_reason_comes_alone_and_says_what_helps() {
    for Row(reason, scene, _) in table() {
        let found = scene.judge().disagreements;
        let alone = found.iter().all(|one| {
            one.reason == reason || reason == Reason::NameShared && one.reason == Reason::ForeignEndpoint
        });
        assert!(alone && found[0].reason == reason, "{reason:?}: {found:#?}");
        assert_snapshot!(format!("{reason:?}"), super::scene::text(&found[0]));
    }
}

#[test]
fn the_nearest_state_does_not_give_the_reason() {
    for Row(reason, _, near) in table() {
        let found = near.judge().disagreements;
        assert!(found.iter().all(|one| one.reason != reason), "{reason:?}: {found:#?}");
    }
}

#[test]
fn only_advice_leaves_the_sources_agreeing() {
    for Row(reason, scene, _) in table() {
        let judged = scene.judge();
        let advice = matches!(reason, Reason::NoNamedPort | Reason::ForeignEndpoint);
        assert_eq!((judged.agree, judged.disagree()), (advice, !advice), "{reason:?}");
        assert_eq!(judged.hopeless, !advice && !reason.self_resolves(), "{reason:?}");
    }
}

#[test]
fn a_port_of_another_protocol_or_in_some_pods_only_is_told_apart() {
    let udp = healthy(2).service(|service| service.ports[0].target = Target::Name("peer".to_owned()));
    let udp = udp.pod(1, |pod| pod.ports = vec![container_port("peer", 7000, "UDP")]).followed();
    assert_snapshot!("port-of-another-protocol", udp.words(Reason::PortMismatch));
}

#[test]
fn srv_records_that_differ_are_named() {
    let two =
        healthy(2).service(|service| service.ports.push(service_port("client", 80, Target::Number(8080))));
    let behind = two.followed().view(|view| {
        let targets = SrvAnswer::Targets([("web-0.web.shop.svc.cluster.local".to_owned(), 8081)].into());
        view.srv.insert("client".to_owned(), Name { members: None, fresh: Some(targets), tried: 3 });
    });
    assert_snapshot!("srv", behind.words(Reason::DnsBehind));
}

#[test]
fn endpoints_that_are_untrue_are_told_apart() {
    let stale = |scene: Scene| scene.resolved().words(Reason::StaleEndpoint);
    let words: Vec<String> = vec![
        stale(healthy(2).endpoint(1, |own| own.address = ip("10.0.0.77"))),
        stale(healthy(2).endpoint(1, |own| own.hostname = None)),
        stale(healthy(2).endpoint(1, |own| own.ready = false)),
        stale(healthy(2).unready(1, 60)),
        stale(healthy(2).unready(1, 2)),
        stale(healthy(2).endpoint(1, |own| own.pod = Some(("web-1".to_owned(), "earlier".to_owned())))),
        stale(healthy(2).dual_stack().followed().endpoints(|all| all.retain(|one| one.address != v6(at(1))))),
        stale(healthy(2).endpoint(1, |own| own.ports[0].number = 1)),
        stale(healthy(2).endpoint(1, |own| own.ports.clear())),
        stale(healthy(2).no_pod(1)),
        stale(healthy(2).pod(1, |pod| pod.terminating = true)),
        stale(healthy(2).unready(1, 60).followed().service(|service| service.publishes_unready = true)),
    ];
    assert_snapshot!("untrue-endpoints", words.join("\n\n"));
}

#[test]
fn a_pod_made_a_moment_ago_is_given_time() {
    let scene = healthy(2).pod(1, |pod| pod.ready_since = Some(ago(4))).unlisted(1).resolved();
    assert!(scene.words(Reason::StaleEndpoint).contains("a moment ago"));
    let scene = healthy(2).pod(1, |pod| pod.ready_since = Some(ago(5))).unlisted(1).resolved();
    assert!(scene.words(Reason::StaleEndpoint).contains("has not followed"));
}
