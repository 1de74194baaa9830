//! Which port is printed.

use super::super::Choice;
use super::{container_port, pod, print, service_port, web, with_ports};
use crate::domain::peers::Facts;
use crate::domain::peers::facts::Target;
use crate::domain::{Known, Ordinal};

/// What stands after the first member's name.
fn first_port(facts: &Facts, format: &str, port: Option<&str>) -> String {
    let printed = print(facts, format, port);
    let Some((_, after)) = printed.split_once(".svc.cluster.local:") else { return printed };
    after.split([',', ' ', '/', '\n', '"']).next().unwrap_or_default().to_owned()
}

#[test]
fn a_system_finds_its_port_among_those_of_the_service() {
    for (format, ports, expected) in [
        // By the usual name, whatever the number.
        ("etcd", &[("client", 12379), ("peer", 12380)][..], "12380"),
        ("etcd", &[("etcd-client", 2379), ("etcd-server", 7001), ("etcd-metrics", 8080)], "7001"),
        ("kafka", &[("tcp-interbroker", 9094), ("tcp-client", 19092), ("tcp-controller", 19093)], "19092"),
        (
            "kafka-voters",
            &[("tcp-interbroker", 9094), ("tcp-client", 19092), ("tcp-controller", 19093)],
            "19093",
        ),
        ("elasticsearch", &[("https", 9200), ("tls-transport", 9301)], "9301"),
        ("redis", &[("tcp-redis", 6380), ("tcp-redis-bus", 16380)], "6380"),
        ("zookeeper", &[("client", 1), ("follower", 2), ("election", 3)], "2:3;1"),
        ("zookeeper", &[("server", 2), ("leader-election", 3)], "2:3;2181"),
        // By the usual number, whatever the name.
        ("mongodb", &[("db", 27017), ("web", 80)], "27017"),
        ("postgres", &[("", 5432)], "5432"),
        ("zookeeper", &[("a", 2181), ("b", 2888), ("c", 3888)], "2888:3888;2181"),
        // Not by a number that has another part's name.
        ("kafka-voters", &[("client", 9092), ("interbroker", 9093), ("quorum", 9097)], "9097"),
        // The only one that nothing else claims.
        ("postgres", &[("sql", 15432), ("metrics", 9187)], "15432"),
        ("etcd", &[("raft", 7001), ("client", 2379)], "7001"),
        // None of them: the system's own.
        ("etcd", &[("client", 2379)], "2380"),
        ("kafka-voters", &[("client", 9092)], "9093"),
        ("elasticsearch", &[("http", 9200)], "9300"),
        ("zookeeper", &[("admin", 8080)], "2888:3888;2181"),
        ("redis", &[], "6379"),
        // Several could be it.
        (
            "postgres",
            &[("a", 1), ("b", 2)],
            "error: cannot tell which port of StatefulSet web is PostgreSQL's port: there are a (1), b (2)",
        ),
    ] {
        assert_eq!(first_port(&web(ports), format, None), expected, "{format} {ports:?}");
    }
}

#[test]
fn a_port_that_only_the_containers_have_is_found_there() {
    let mut facts = web(&[("server", 2888), ("leader-election", 3888)]);
    facts.template_ports = vec![container_port("client", 12181)];
    assert_eq!(first_port(&facts, "zookeeper", None), "2888:3888;12181");
    assert_eq!(first_port(&facts, "hostport", Some("client")), "12181");
}

#[test]
fn other_formats_need_to_be_told_unless_there_is_only_one() {
    let unclear = "error: cannot tell which port of StatefulSet web is meant: there are a (1), b (2)";
    for (ports, given, expected) in [
        (&[("a", 1)][..], None, "1"),
        (&[("a", 1), ("b", 2)], None, unclear),
        (&[("a", 1), ("b", 2)], Some("b"), "2"),
        (&[("a", 1), ("b", 2)], Some("2"), "2"),
        (&[("a", 1), ("b", 2)], Some("7"), "7"),
        (
            &[("a", 1), ("b", 2)],
            Some("c"),
            "error: no port of StatefulSet web is called c: there are a (1), b (2)",
        ),
        (&[], None, "error: no port is declared for the pods of StatefulSet web"),
        (&[], Some("c"), "error: no port of StatefulSet web is called c: none is declared"),
    ] {
        assert_eq!(first_port(&web(ports), "hostport", given), expected, "{ports:?} {given:?}");
        assert_eq!(first_port(&web(ports), "{fqdn}:{port}", given), expected, "{ports:?} {given:?}");
    }
    for (format, error) in [
        ("hosts", "error: --port is given, and --format hosts prints no port"),
        ("{fqdn}", "error: --port is given, and a template without {port} prints no port"),
    ] {
        assert_eq!(print(&web(&[("a", 1)]), format, Some("a")), error);
    }
}

#[test]
fn a_given_port_goes_before_the_usual_one() {
    let facts = web(&[("client", 2181), ("peer", 2888), ("other", 7)]);
    assert_eq!(first_port(&facts, "etcd", Some("other")), "7");
    assert_eq!(first_port(&facts, "zookeeper", Some("other")), "2888:3888;7", "the port for clients");
}

#[test]
fn the_pods_own_port_is_printed_for_names_lead_past_the_service() {
    let facts = with_ports(web(&[("http", 80)]), |ports| ports[0].target = Target::Number(8080));
    for given in [None, Some("http"), Some("80"), Some("8080")] {
        assert_eq!(first_port(&facts, "hostport", given), "8080", "{given:?}");
    }
    assert!(print(&facts, "srv", None).contains(" IN SRV 0 0 8080 web-0."));
}

#[test]
fn each_pod_may_have_another_number_under_a_name() {
    let mut facts =
        with_ports(web(&[("http", 80)]), |ports| ports[0].target = Target::Name("listen".to_owned()));
    facts.pods.insert(Ordinal::new(1), pod("web-1", &[], vec![container_port("listen", 8081)]));
    facts.template_ports = vec![container_port("listen", 8080)];
    assert_eq!(print(&facts, "{ordinal}:{port}", None), "0:8080\n1:8081\n2:8080\n");
    facts.pods.insert(Ordinal::new(1), pod("web-1", &[], vec![container_port("other", 8081)]));
    assert_eq!(
        print(&facts, "{ordinal}:{port}", None),
        "error: pod web-1 has no container port named listen, which Service web means by its targetPort"
    );
}

#[test]
fn systems_that_speak_tcp_pass_over_other_protocols() {
    let facts = with_ports(web(&[]), |ports| {
        ports.push(super::ServicePort { protocol: "UDP".to_owned(), ..service_port("postgres", 1) });
    });
    assert_eq!(first_port(&facts, "postgres", None), "5432");
    assert!(print(&facts, "srv", None).starts_with("_postgres._udp.web."));
}

#[test]
fn etcd_speaks_https_where_its_port_is_named_so() {
    for (name, scheme) in [
        ("etcd-server-ssl", "https"),
        ("tls-peer", "https"),
        ("https-peer", "https"),
        ("peer", "http"),
        ("settlers", "http"),
    ] {
        let printed = print(&web(&[(name, 2380)]), "etcd", None);
        assert!(printed.starts_with(&format!("web-0={scheme}://web-0.")), "{name}: {printed}");
    }
}

#[test]
fn a_service_that_could_not_be_read_is_not_taken_for_one_without_ports() {
    let mut facts = web(&[]);
    facts.service = Known::Unknown;
    for (format, given, expected) in [
        ("etcd", None, "error: cannot tell etcd's peer port: Service web could not be read"),
        ("etcd", Some("2380"), "2380"),
        ("hostport", None, "error: cannot tell the port: Service web could not be read"),
        ("hostport", Some("peer"), "error: cannot tell port peer: Service web could not be read"),
        ("srv", Some("2380"), "error: cannot tell the name of the port: Service web could not be read"),
    ] {
        assert_eq!(first_port(&facts, format, given), expected, "{format}");
    }
    facts.template_ports = vec![container_port("peer", 7001)];
    assert_eq!(first_port(&facts, "etcd", None), "7001", "the pods' own port needs no Service");
}

#[test]
fn a_port_is_given_by_name_or_number() {
    for (typed, meant) in [
        ("client", Some(Choice::Name("client".to_owned()))),
        ("9p", Some(Choice::Name("9p".to_owned()))),
        ("2181", Some(Choice::Number(2181))),
        ("65535", Some(Choice::Number(65535))),
        ("0", None),
        ("65536", None),
        ("99999999999999999999", None),
        ("", None),
        ("-1 ", None),
        ("a b", None),
        ("$(x)", None),
    ] {
        assert_eq!(typed.parse::<Choice>().ok(), meant, "{typed:?}");
    }
}
