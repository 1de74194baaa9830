//! Lists for configuration files, of a live set; and what a capture says of it.

use crate::said::{Said, ask_with, until};
use crate::scene::{address_of, fqdn, group, headless, plain, web};
use serde_json::json;
use test_cluster::*;

fn format(ns: &Namespace, args: &[&str]) -> Run {
    ns.plugin(&[&["peers", "web", "--dns-server", &plain().address(), "--format"], args].concat())
}

#[test]
fn the_live_list_holds_those_that_resolve_and_the_expected_one_all() {
    let ns = group("live", 3);
    ns.behave("web-1", Behaviour::NeverReady);
    let _ = until(&ns, plain(), &["NotReady@1"]);
    let names = |pods: &[&str]| pods.iter().map(|pod| fqdn(&ns, pod) + "\n").collect::<String>();
    assert_eq!(format(&ns, &["hosts"]).ok().stdout, names(&["web-0", "web-2"]));
    assert_eq!(format(&ns, &["hosts", "--expected"]).ok().stdout, names(&["web-0", "web-1", "web-2"]));
    let run = format(&ns, &["{pod}={address}:{port}", "--port", "http"]).ok();
    let line = |pod: &str| format!("{pod}={}:80\n", address_of(&ns, pod).expect("an address"));
    assert_eq!(run.stdout, line("web-0") + &line("web-2"), "{run}");
    let run = format(&ns, &["postgres"]).ok();
    assert!(run.stdout.contains(&format!("{}:80,{}:80", fqdn(&ns, "web-0"), fqdn(&ns, "web-2"))), "{run}");
}

#[test]
fn ids_come_from_ordinals_also_where_the_first_is_missing() {
    let ns = Namespace::new("ids");
    ns.apply(headless(&json!({"ports": [{"name": "peer", "port": 2380}]})));
    ns.apply(web(3).start(3).parallel());
    ns.wait_rolled_out("web");
    let run = format(&ns, &["etcd", "--expected"]).ok();
    let pairs: Vec<String> =
        ["web-3", "web-4", "web-5"].map(|pod| format!("{pod}=http://{}:2380", fqdn(&ns, pod))).into();
    assert_eq!(run.stdout.trim_end(), pairs.join(","), "{run}");
    ns.behave("web-3", Behaviour::NeverReady);
    let _ = until(&ns, plain(), &["NotReady@3"]);
    let run = format(&ns, &["etcd"]).ok();
    assert_eq!(run.stdout.trim_end(), pairs[1..].join(","), "{run}");
}

#[test]
fn nobody_to_list_is_an_error() {
    let ns = Namespace::new("nobody");
    ns.apply(headless(&json!({})));
    ns.apply(web(1).behaviour(Behaviour::NeverReady));
    let _ = until(&ns, plain(), &["NotReady@0"]);
    let run = format(&ns, &["hosts"]).code(1);
    assert_eq!(run.stdout, "", "{run}");
    assert!(run.stderr.contains("hint: ") && run.stderr.contains("--expected"), "{run}");
}

#[test]
fn a_capture_says_the_same_as_the_cluster() {
    let ns = group("captured", 3);
    ns.behave("web-2", Behaviour::NeverReady);
    let _ = until(&ns, plain(), &["NotReady@2"]);
    let live = ask_with(&ns, &["--no-dns", "--zone", "cluster.local"]);
    let capture = ns.plugin(&["capture", "web"]).ok();
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), &capture.stdout).expect("a capture");
    let path = file.path().to_str().expect("a path");
    let args = ["peers", "web", "-o", "json", "--no-dns", "--zone", "cluster.local", "--from", path];
    let captured = Said::of(ns.plugin(&args).ok());
    assert_eq!(captured.item(), live.item());
    assert_eq!(captured.reasons(), ["NotReady@2"], "{captured}");
    let asked = Said::of(ns.plugin(&["peers", "web", "-o", "json", "--from", path]).ok());
    assert!(asked.item()["dnsServers"].is_null() && asked.item()["agree"] == false, "{asked}");
    assert!(asked.notes()[0].contains("files hold no answers of DNS"), "{asked}");
    let list = ns.plugin(&["peers", "web", "--from", path, "--format", "{pod}"]).ok();
    assert_eq!(list.stdout, "web-0\nweb-1\n", "{list}");
}
