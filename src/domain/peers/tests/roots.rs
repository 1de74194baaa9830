//! A root hides what follows from it, and nothing else; and the commands are safe to paste.

use super::super::Reason;
use super::super::facts::{Family, Target};
use super::scene::{Scene, container_port, from, healthy, labels, service_port};
use crate::domain::testing::at;

fn command(scene: &Scene) -> String {
    let found = scene.judge().disagreements.into_iter().next().expect("a disagreement");
    found.action.expect("something that helps").command
}

#[test]
fn a_service_that_is_not_headless_is_the_root_of_what_dns_says() {
    let scene = healthy(2).service(|service| service.headless = false).followed();
    // Some DNS servers have no names of members under such a Service.
    let scene =
        scene.view(|view| view.members.values_mut().for_each(|name| *name = super::scene::known(&[])));
    scene.tells(&[Reason::ServiceNotHeadless]);
}

#[test]
fn a_pod_that_is_not_ready_is_no_trouble_of_endpoints_or_dns() {
    healthy(3).unready(1, 60).followed().tells(&[Reason::NotReady]);
}

#[test]
fn an_external_name_is_the_root_of_all() {
    let scene = healthy(2).service(|service| (service.external, service.headless) = (true, false)).followed();
    scene.tells(&[Reason::ServiceNotHeadless]);
    assert!(scene.words(Reason::ServiceNotHeadless).contains("is an ExternalName"));
}

#[test]
fn pods_made_one_by_one_that_wait_for_later_ones_are_one_trouble() {
    let scene = healthy(3).unready(0, 60).no_pod(1).no_pod(2).followed();
    insta::assert_snapshot!("in-turn", scene.words(Reason::BootstrapDeadlock));
    let publishing = scene.service(|service| service.publishes_unready = true).followed();
    insta::assert_snapshot!("in-turn-publishing", publishing.words(Reason::BootstrapDeadlock));
}

#[test]
fn a_missing_pod_that_waits_for_nobody_is_not_hidden_by_a_deadlock() {
    let parallel = healthy(3).with(|facts| facts.parallel = true);
    let scene = parallel.unready(0, 60).unready(1, 60).no_pod(2).followed();
    scene.tells(&[Reason::BootstrapDeadlock, Reason::PodMissing]);
    // Its turn comes before that of those who wait.
    let earlier = healthy(3).no_pod(0).unready(1, 60).unready(2, 60).followed();
    earlier.tells(&[Reason::BootstrapDeadlock, Reason::PodMissing]);
}

#[test]
fn a_member_that_is_ready_shows_that_nobody_waits_for_ever() {
    let scene = healthy(3).with(|facts| facts.parallel = true).unready(1, 60).unready(2, 60).followed();
    scene.tells(&[Reason::NotReady, Reason::NotReady]);
}

#[test]
fn a_pod_that_is_scaled_away_is_no_member_and_one_still_listed_is_said() {
    healthy(2).pod(2, |pod| pod.terminating = true).followed().tells(&[Reason::TerminatingUnlisted]);
    let left = healthy(3).with(|facts| {
        facts.range.replicas = 2;
        facts.pods.remove(&at(2)).expect("a third pod");
    });
    let judged = left.resolved().tells(&[Reason::StaleEndpoint]);
    assert!(!judged.agree && !judged.peers[2].expected, "{judged:#?}");
}

#[test]
fn a_set_may_start_anywhere() {
    from(3, 2).agrees();
    let names: Vec<String> = from(3, 2).judge().peers.into_iter().filter_map(|peer| peer.fqdn).collect();
    assert_eq!(names, ["web-3.web.shop.svc.cluster.local", "web-4.web.shop.svc.cluster.local"]);
    from(3, 2).pod(0, |_| ()).followed().tells(&[Reason::NotAskedFor]);
}

#[test]
fn a_label_that_the_template_lacks_is_never_suggested_for_a_pod() {
    for (key, value) in [
        ("role", "primary"),
        ("controller-revision-hash", "web-6f"),
        ("statefulset.kubernetes.io/pod-name", "web-0"),
    ] {
        let primary = healthy(2).service(|service| {
            service.selector.insert(key.to_owned(), value.to_owned());
        });
        let scene = primary.pod(0, |pod| {
            pod.labels.insert(key.to_owned(), value.to_owned());
        });
        let scene = scene.followed();
        scene.tells(&[Reason::SelectorMismatch]);
        let patch = format!(r#"{{"spec":{{"selector":{{"app":"web","{key}":null}}}}}}"#);
        assert_eq!(command(&scene), format!("kubectl patch service web -n shop --type=merge -p '{patch}'"));
    }
}

#[test]
fn pods_of_an_earlier_template_are_given_the_labels_of_the_newest() {
    let scene = healthy(2).with(|facts| facts.template_labels = labels(&[("app", "web"), ("tier", "db")]));
    let scene = scene.service(|service| service.selector = labels(&[("tier", "db")])).followed();
    scene.tells(&[Reason::SelectorMismatch]);
    assert_eq!(command(&scene), "kubectl label pod web-0 web-1 -n shop --overwrite tier=db");
}

#[test]
fn a_service_with_no_label_of_the_template_is_given_them() {
    let scene = healthy(2).service(|service| service.selector = labels(&[("name", "web")])).followed();
    let patch = r#"{"spec":{"selector":{"app":"web","name":null}}}"#;
    assert_eq!(command(&scene), format!("kubectl patch service web -n shop --type=merge -p '{patch}'"));
}

#[test]
fn a_first_selector_leaves_it_to_the_cluster_which_families_there_are() {
    let scene = healthy(2).service(|service| {
        service.selector.clear();
        service.families = vec![Family::V4, Family::V6];
    });
    let patch = r#"{"spec":{"ipFamilies":null,"ipFamilyPolicy":"PreferDualStack","selector":{"app":"web"}}}"#;
    let expected = format!("kubectl patch service web -n shop --type=merge -p '{patch}'");
    assert_eq!(command(&scene.followed()), expected);
}

#[test]
fn a_port_is_named_and_loses_nothing() {
    let scene =
        |target| healthy(2).service(|service| service.ports = vec![service_port("", 80, target)]).followed();
    let patch = |name: &str| format!(r#"[{{"op":"add","path":"/spec/ports/0/name","value":"{name}"}}]"#);
    for (target, name) in [
        (Target::Number(7000), "peer"),
        (Target::Name("peer".to_owned()), "peer"),
        (Target::Number(9), "tcp-9"),
    ] {
        let expected = format!("kubectl patch service web -n shop --type=json -p '{}'", patch(name));
        assert_eq!(command(&scene(target)), expected);
    }
}

#[test]
fn ports_of_a_new_service_are_taken_by_the_api_server() {
    let scene = healthy(1).with(|facts| {
        facts.service = crate::domain::Known::Known(None);
        facts.template_ports = [
            ("dns", 53, "TCP"),
            ("dns-udp", 53, "UDP"),
            ("", 80, "TCP"),
            ("", 80, "UDP"),
            ("again", 53, "TCP"),
            ("dns", 54, "TCP"),
        ]
        .map(|(name, number, protocol)| container_port(name, number, protocol))
        .to_vec();
    });
    insta::assert_snapshot!("created-ports", command(&scene));
}

#[test]
fn a_service_made_anew_keeps_what_the_present_one_says() {
    let scene = healthy(2).service(|service| {
        service.headless = false;
        service.publishes_unready = true;
        service.ports = vec![service_port("client", 80, Target::Name("peer".to_owned()))];
    });
    insta::assert_snapshot!("made-anew", command(&scene.followed()));
}

#[test]
fn nothing_in_files_breaks_out_of_a_command() {
    let evil = "'; reboot #";
    let labels = || labels(&[("app", evil)]);
    let scene =
        healthy(2).with(|facts| (facts.namespace, facts.template_labels) = (evil.to_owned(), labels()));
    let scene = scene.service(|service| service.selector = labels());
    insta::assert_snapshot!("quoted", command(&scene.followed()));
}
