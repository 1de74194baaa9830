//! Users who may not do all that asking takes. The API server decides that before it speaks to any kubelet.

use crate::scene::{forwarded, service};
use kubectl_stateful::cluster::Connection;
use kubectl_stateful::cluster::dns::{Choice, DnsError, Question, RecordKind, servers};
use kubectl_stateful::error::Error;
use serde_json::json;
use test_cluster::client::block_on;
use test_cluster::*;

const READ: [(&str, &str, &[&str]); 1] = [("", "services", &["get"])];

/// A namespace with a pod that might be a DNS server.
fn pod(name: &str) -> Namespace {
    let ns = Namespace::new(name);
    ns.apply(service("web", None, &json!([{"port": 53}])));
    ns.apply(set("web").service(Some("web")));
    ns.wait_rolled_out("web");
    ns
}

/// Why a question to that pod has no answer.
fn refused(ns: &Namespace, connection: &Connection) -> Error {
    let ask = async {
        let servers = servers(connection, &forwarded(ns)).await?;
        servers[0].ask_one(Question::as_member("kubernetes.default.svc.cluster.local", RecordKind::A)).await
    };
    block_on(ask).map(drop).map_err(Error::from).expect_err("nobody answers here")
}

#[test]
fn who_may_not_list_pods_is_told_so() {
    let ns = pod("no-list");
    let user = ns.as_user("user-a", &READ);
    user.wait_can("get", "services");
    let error = refused(&ns, &user.connection());
    let denied = format!("not allowed to list pods in namespace \"{}\": ", ns.name());
    assert!(error.message().starts_with(&denied), "{error}");
    assert_eq!(error.hints().len(), 1, "{:?}", error.hints());
    assert!(error.hints()[0].starts_with(&format!("kubectl auth can-i list pods -n {}", ns.name())));
}

#[test]
fn who_may_not_look_where_dns_usually_is_learns_of_another_way() {
    let ns = Namespace::new("no-system");
    let user = ns.as_user("user-a", &[]);
    let error = block_on(servers(&user.connection(), &Choice::Usual)).expect_err("no right to look");
    let error = Error::from(error);
    assert!(
        error.message().starts_with("not allowed to list pods in namespace \"kube-system\": "),
        "{error}"
    );
    assert!(
        error.hints()[0].starts_with("kubectl auth can-i list pods -n kube-system"),
        "{:?}",
        error.hints()
    );
    assert!(error.hints()[1].contains("--dns-service NAMESPACE/NAME"), "{:?}", error.hints());
}

#[test]
fn forwarding_a_port_takes_two_rights_and_the_missing_one_is_named() {
    let ns = pod("no-forward");
    let forward = |verbs| ("", "pods/portforward", verbs);
    let read = ("", "pods", &["list"][..]);
    let cases: [(&str, &[&str], &str); 3] =
        [("user-a", &["watch"], "get"), ("user-b", &["create"], "get"), ("user-c", &["get"], "create")];
    for (name, verbs, missing) in cases {
        let user = ns.as_user(name, &[READ[0], read, forward(verbs)]);
        user.wait_can("list", "pods");
        let error = refused(&ns, &user.connection());
        let denied =
            format!("not allowed to {missing} pods/portforward \"web-0\" in namespace \"{}\": ", ns.name());
        assert!(error.message().starts_with(&denied), "{verbs:?}: {error}");
        let line =
            format!("kubectl auth can-i {missing} pods/web-0 --subresource=portforward -n {}", ns.name());
        assert!(error.hints()[0].starts_with(&line), "{:?}", error.hints());
    }
    let user = ns.as_user("user-d", &[READ[0], read, forward(&["get", "create"])]);
    user.wait_can("list", "pods");
    let error = refused(&ns, &user.connection());
    // Nobody is behind a simulated node.
    assert!(!error.message().contains("not allowed"), "{error}");
    println!("{error}\n{:?}", error.hints());
}

#[test]
fn a_zone_is_found_without_the_right_to_read_anything() {
    let ns = Namespace::new("no-rights");
    let user = ns.as_user("user-a", &[]);
    let dns = dns().start();
    let zone =
        block_on(kubectl_stateful::cluster::dns::zone(&user.connection(), &dns.server())).expect("a zone");
    assert_eq!(zone.name, "cluster.local");
    let other = self::dns().zone("corp.example").start();
    let error = block_on(kubectl_stateful::cluster::dns::zone(&user.connection(), &other.server()));
    let DnsError::NoZone { tried } = error.expect_err("no zone") else { panic!("another error") };
    assert!(
        tried[0].starts_with("not allowed to get services \"kubernetes\" in namespace \"default\""),
        "{tried:?}"
    );
    assert!(tried[1].starts_with("not allowed to get configmaps \"coredns\""), "{tried:?}");
    assert!(tried[2].contains("SERVFAIL"), "{tried:?}");
}
