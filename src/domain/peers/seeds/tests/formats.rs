//! Each format whole.

use super::super::{Format, Members, Which, expected, text};
use super::{print, print_of, set, web};

/// The names of members, shortened in the expectations to keep them readable.
fn long(text: &str) -> String {
    text.replace('~', ".web.shop.svc.cluster.local")
}

#[test]
fn every_format_is_ready_to_be_pasted() {
    for (format, port, printed) in [
        ("hosts", None, "web-0~\nweb-1~\nweb-2~\n"),
        ("hostport", Some("80"), "web-0~:80\nweb-1~:80\nweb-2~:80\n"),
        (
            "env",
            None,
            "PEER_COUNT=3\nPEERS=web-0~,web-1~,web-2~\nPEER_0=web-0~\nPEER_1=web-1~\nPEER_2=web-2~\n",
        ),
        (
            "env",
            Some("80"),
            "PEER_COUNT=3\nPEERS=web-0~:80,web-1~:80,web-2~:80\nPEER_0=web-0~:80\nPEER_1=web-1~:80\nPEER_2=web-2~:80\n",
        ),
        (
            "zookeeper",
            None,
            "server.1=web-0~:2888:3888;2181\nserver.2=web-1~:2888:3888;2181\nserver.3=web-2~:2888:3888;2181\n",
        ),
        ("etcd", None, "web-0=http://web-0~:2380,web-1=http://web-1~:2380,web-2=http://web-2~:2380\n"),
        (
            "etcd-https",
            None,
            "web-0=https://web-0~:2380,web-1=https://web-1~:2380,web-2=https://web-2~:2380\n",
        ),
        ("kafka", None, "web-0~:9092,web-1~:9092,web-2~:9092\n"),
        ("kafka-voters", None, "0@web-0~:9093,1@web-1~:9093,2@web-2~:9093\n"),
        ("cassandra", None, "web-0~,web-1~,web-2~\n"),
        ("cassandra", Some("7000"), "web-0~:7000,web-1~:7000,web-2~:7000\n"),
        ("mongodb", None, "mongodb://web-0~:27017,web-1~:27017,web-2~:27017/\n"),
        (
            "elasticsearch",
            None,
            "discovery.seed_hosts: [\"web-0~:9300\", \"web-1~:9300\", \"web-2~:9300\"]\n\
             cluster.initial_master_nodes: [\"web-0\", \"web-1\", \"web-2\"]\n",
        ),
        (
            "opensearch",
            None,
            "discovery.seed_hosts: [\"web-0~:9300\", \"web-1~:9300\", \"web-2~:9300\"]\n\
             cluster.initial_cluster_manager_nodes: [\"web-0\", \"web-1\", \"web-2\"]\n",
        ),
        ("redis", None, "web-0~:6379 web-1~:6379 web-2~:6379\n"),
        ("valkey", None, "web-0~:6379 web-1~:6379 web-2~:6379\n"),
        (
            "postgres",
            None,
            "postgresql://web-0~:5432,web-1~:5432,web-2~:5432/?target_session_attrs=read-write\n",
        ),
    ] {
        assert_eq!(print(&web(&[]), format, port), long(printed), "{format}");
    }
}

#[test]
fn srv_is_what_a_zone_file_holds() {
    let expected = "\
_client._tcp.web.shop.svc.cluster.local. IN SRV 0 0 2181 web-0~.
_client._tcp.web.shop.svc.cluster.local. IN SRV 0 0 2181 web-1~.
_client._tcp.web.shop.svc.cluster.local. IN SRV 0 0 2181 web-2~.
";
    let facts = web(&[("client", 2181), ("server", 2888)]);
    assert_eq!(print(&facts, "srv", Some("client")), long(expected));
    assert_eq!(print(&web(&[("client", 2181)]), "srv", None), long(expected));
    assert_eq!(
        print(&web(&[("", 2181)]), "srv", None),
        "error: there are no SRV records of port 2181: only a port of the Service that has a name has them"
    );
}

#[test]
fn ids_come_from_ordinals_and_not_from_places() {
    let facts = set("web", 3, &[]);
    let mut members = expected(&facts);
    members.list.remove(1);
    for (format, printed) in [
        ("zookeeper", "server.4=web-3~:2888:3888;2181\nserver.6=web-5~:2888:3888;2181\n"),
        ("kafka-voters", "3@web-3~:9093,5@web-5~:9093\n"),
        ("etcd", "web-3=http://web-3~:2380,web-5=http://web-5~:2380\n"),
        ("env", "PEER_COUNT=2\nPEERS=web-3~,web-5~\nPEER_3=web-3~\nPEER_5=web-5~\n"),
        ("{ordinal} {id}", "3 4\n5 6\n"),
    ] {
        assert_eq!(print_of(&facts, &members, format, None), long(printed), "{format}");
    }
}

#[test]
fn zookeeper_has_no_id_beyond_255() {
    assert!(print(&set("web", 252, &[]), "zookeeper", None).contains("server.255=web-254."));
    let printed = print(&set("web", 253, &[]), "zookeeper", None);
    assert_eq!(printed, "error: pod web-255 would have id 256, and ZooKeeper's ids are 1 to 255");
}

#[test]
fn cassandra_is_given_three_seeds_however_many_members_there_are() {
    let mut facts = web(&[]);
    facts.range.replicas = 50;
    assert_eq!(print(&facts, "cassandra", None), long("web-0~,web-1~,web-2~\n"));
    facts.range.replicas = 2;
    assert_eq!(print(&facts, "cassandra", None), long("web-0~,web-1~\n"));
}

#[test]
fn a_running_elasticsearch_is_not_told_to_begin_anew() {
    let facts = web(&[("http", 9200), ("transport", 9300)]);
    let live = Members { which: Which::Live, ..expected(&facts) };
    let printed = long("discovery.seed_hosts: [\"web-0~:9300\", \"web-1~:9300\", \"web-2~:9300\"]\n");
    assert_eq!(print_of(&facts, &live, "elasticsearch", None), printed);
    assert_eq!(print_of(&facts, &live, "opensearch", None), printed);
}

#[test]
fn names_of_63_characters_stay_whole() {
    let name = "w".repeat(61);
    let facts = set(&name, 0, &[]);
    let printed = print(&facts, "etcd", None);
    for ordinal in 0..3 {
        let member = format!("{name}-{ordinal}=http://{name}-{ordinal}.web.shop.svc.cluster.local:2380");
        assert!(printed.contains(&member), "{printed}");
    }
}

#[test]
fn there_is_no_list_of_nobody() {
    let mut facts = web(&[]);
    facts.range.replicas = 0;
    for format in Format::NAMES {
        assert_eq!(print(&facts, format, None), "error: there is no member to list", "{format}");
    }
}

#[test]
fn without_a_service_members_have_no_names() {
    let mut facts = web(&[]);
    facts.service_name.clear();
    for format in Format::NAMES.into_iter().filter(|format| !matches!(*format, "srv" | "hostport")) {
        let error = "error: pod web-0 has no name in DNS: its StatefulSet names no Service";
        assert_eq!(print(&facts, format, None), error, "{format}");
    }
}

#[test]
fn what_a_shell_would_run_is_not_printed() {
    for hostile in ["web;reboot", "$(reboot)", "a b", "`x`", "web\nPEERS=evil"] {
        let printed = print(&set(hostile, 0, &[]), "env", None);
        assert_eq!(
            printed,
            format!("error: {hostile:?} is no name in DNS, and is not printed for a shell to read")
        );
    }
}

#[test]
fn names_are_known_in_any_case_and_slips_are_corrected() {
    for name in Format::NAMES {
        let format: Result<Format, _> = name.parse();
        assert_eq!(name.to_uppercase().parse(), format, "{name}");
        assert!(format.is_ok(), "{name}");
    }
    for (other, name) in
        [("zk", "zookeeper"), ("mongo", "mongodb"), ("postgresql", "postgres"), ("scylla", "cassandra")]
    {
        assert_eq!(other.parse::<Format>(), name.parse(), "{other}");
    }
    let error = |typed: &str| typed.parse::<Format>().expect_err(typed).to_string();
    assert_eq!(
        error("postgers"),
        "no format is called \"postgers\"; did you mean postgres? There are hosts, hostport, srv, env, zookeeper, etcd, \
         etcd-https, kafka, kafka-voters, cassandra, mongodb, elasticsearch, opensearch, redis, valkey, postgres, and \
         templates of {pod} {fqdn} {host} {ordinal} {id} {port} {address} {namespace} {set} {service} {zone}"
    );
    assert!(error("cockroach").starts_with("no format is called \"cockroach\". There are hosts, "));
}

#[test]
fn who_gets_no_list_is_told_what_to_do() {
    let facts = web(&[("a", 1), ("b", 2)]);
    let hints = |format: &str, port: Option<&str>| {
        let port = port.map(|port| port.parse().expect("a port"));
        let members = Members { which: Which::Live, list: Vec::new() };
        let members = if format == "hosts" { members } else { expected(&facts) };
        let format = format.parse().expect("a format");
        text(&format, &facts, &members, port.as_ref()).expect_err("no list").hints(&facts).join("\n")
    };
    assert_eq!(
        hints("hosts", None),
        "kubectl stateful peers web -n shop says what each source has of each member\n\
         --expected lists all that the set asks for, whether they are found or not"
    );
    assert_eq!(hints("hostport", None), "--port NAME or --port NUMBER says which");
    assert_eq!(hints("etcd", Some("c")), "--port NAME or --port NUMBER says which");
    assert_eq!(hints("{pod}", Some("a")), "--format hostport, or {port} in a template, prints it");
    assert_eq!(hints("{address}", None), "{fqdn} needs no address");
}
