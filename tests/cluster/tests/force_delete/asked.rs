//! How it is asked: names, formats, dry runs, files.

use crate::said::{Said, ask, with};
use crate::scene::*;
use k8s_openapi::api::core::v1::Event;
use serde_json::{Value, json};
use test_cluster::*;

#[test]
fn a_dry_run_deletes_nothing_and_records_nothing() {
    let (ns, _node) = fenced("dry");
    let before = ns.pod("web-0").map(|pod| pod.metadata.resource_version);
    for place in ["client", "server"] {
        let dry = format!("--dry-run={place}");
        let said = with(&ns, &["web-0", "--yes", &dry]).is("Safe", "NodeFenced");
        assert!(said.run.stderr.contains("would delete pod web-0 (uid "), "{}", said.run);
        let attested = with(&ns, &["web-0", "--attest", "it is off", &dry]).is("Safe", "NodeFenced");
        assert!(!attested.run.stderr.contains("recorded"), "{}", attested.run);
        let table = ns.plugin(&["force-delete", "web-0", "--yes", &dry]).ok();
        assert!(!table.stdout.contains("force deleted"), "{table}");
    }
    assert_eq!(ns.pod("web-0").map(|pod| pod.metadata.resource_version), before);
    let recorded = |event: &Event| event.reason.as_deref() == Some("ForceDeleteAttested");
    assert!(!ns.list::<Event>().iter().any(recorded));
}

#[test]
fn a_dry_run_asks_the_server_only_where_it_says_so() {
    let (ns, _node) = fenced("dry-asks");
    for (place, deletions) in [("client", 0), ("server", 1)] {
        let relay = Relay::new(ns.name(), None);
        let (server, dry) = (relay.server(), format!("--dry-run={place}"));
        let run = ns.plugin(&["force-delete", "web-0", "--yes", &dry, "-s", &server]).ok();
        let asked = relay.seen().iter().filter(|call| call.what.starts_with("DELETE")).count();
        assert_eq!(asked, deletions, "{run}");
    }
}

#[test]
fn a_dry_run_refuses_what_a_run_would_refuse() {
    let (ns, _node) = ended("dry-refused");
    let _ = with(&ns, &["web-0", "--yes", "--dry-run=server"]).is("NeedsAttestation", "ContainersEnded");
    let _ = with(&ns, &["web-0", "--yes", "--dry-run=client"]).is("NeedsAttestation", "ContainersEnded");
}

#[test]
fn a_pod_that_is_not_there_is_looked_for() {
    let (ns, _node) = running("missing");
    let other = Namespace::new("missing-b");
    other.apply(set("db"));
    other.wait_rolled_out("db");
    let slip = ns.plugin(&["force-delete", "wbe-0"]).code(1);
    assert!(slip.stderr.contains(&format!("namespace {} has web-0", ns.name())), "{slip}");
    assert_eq!(slip.stdout, "", "{slip}");
    let elsewhere = ns.plugin(&["force-delete", "db-0", "--yes"]).code(1);
    let hint =
        format!("there is one in namespace {}: kubectl get pods db-0 -n {}", other.name(), other.name());
    assert!(elsewhere.stderr.contains(&hint), "{elsewhere}");
    assert!(other.is_ready("db-0"), "{elsewhere}");
}

#[test]
fn what_is_no_pod_is_wrong_usage() {
    let (ns, _node) = running("names");
    for name in ["sts/web", "statefulset/web", "node/a", "Web-0", "../web-0", "web_0", "pod/", ""] {
        let run = ns.plugin(&["force-delete", name]).code(2);
        assert!(run.stderr.starts_with("error: "), "{run}");
        assert_eq!(run.stdout, "", "{run}");
    }
    let set = ns.plugin(&["force-delete", "sts/web"]).code(2);
    assert!(set.stderr.contains("\"sts/web\" is not a pod"), "{set}");
    let two = ns.plugin(&["force-delete", "web-0", "web-1"]).code(2);
    assert!(two.stderr.contains("web-1"), "{two}");
    for name in ["pod/web-0", "po/web-0", "pods/web-0"] {
        let _ = with(&ns, &[name]).is("Unsafe", "NotTerminating");
    }
}

#[test]
fn names_and_documents_are_data_on_stdout() {
    let (ns, _node) = fenced("formats");
    let name = ns.plugin(&["force-delete", "web-0", "-o", "name"]).ok();
    assert_eq!(name.stdout, "pod/web-0\n", "{name}");
    let yaml = ns.plugin(&["force-delete", "web-0", "-o", "yaml"]).ok();
    let document: Value =
        serde_saphyr::from_str(&yaml.stdout).unwrap_or_else(|error| panic!("{error} in {yaml}"));
    assert_eq!(document["items"][0]["verdict"], "Safe", "{yaml}");
    let json = ask(&ns);
    let keys = |document: &Value| -> Vec<String> {
        document["items"][0].as_object().expect("an item").keys().cloned().collect()
    };
    assert_eq!(keys(&document), keys(&json.document), "{yaml}");
    let deleted = ns.plugin(&["force-delete", "web-0", "--yes", "-o", "name"]).ok();
    assert_eq!(deleted.stdout, "pod/web-0\n", "{deleted}");
}

#[test]
fn a_refusal_prints_its_document_and_no_name() {
    let (ns, _node) = terminating("formats-refused");
    let name = ns.plugin(&["force-delete", "web-0", "--yes", "-o", "name"]).code(6);
    assert_eq!(name.stdout, "", "what was not deleted is not named as if it were: {name}");
    let yaml = ns.plugin(&["force-delete", "web-0", "--yes", "-o", "yaml"]).code(6);
    assert!(yaml.stdout.contains("verdict: Unsafe") && yaml.stdout.contains("deleted: false"), "{yaml}");
}

#[test]
fn files_never_prove_that_a_pod_has_ended() {
    let (ns, node) = fenced("files");
    let _ = ask(&ns).is("Safe", "NodeFenced");
    let capture = ns.plugin(&["capture", "web"]).ok();
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), &capture.stdout).expect("a capture");
    let path = file.path().to_str().expect("a path");
    let said = with(&ns, &["web-0", "--from", path]);
    let verdict = &said.item()["verdict"];
    assert!(verdict != "Safe" && verdict != "Unneeded", "{}", said.run);
    assert_eq!(said.run.code, crate::said::code_of(verdict.as_str().unwrap_or_default()), "{}", said.run);
    let of_node = Said::of(ns.plugin(&["force-delete", "--node", node.name(), "--from", path, "-o", "json"]));
    assert_eq!(of_node.items().iter().map(|item| &item["pod"]).collect::<Vec<_>>(), [&json!("web-0")]);
    assert!(of_node.run.code != 0, "{}", of_node.run);
    for flags in [&["--yes"][..], &["--attest", "it is off"], &["--wait-safe"]] {
        let run = ns.plugin(&[&["force-delete", "web-0", "--from", path], flags].concat()).code(2);
        assert!(run.stderr.contains("need a cluster"), "{run}");
    }
    let missing = ns.plugin(&["force-delete", "web-9", "--from", path]).code(1);
    assert!(missing.stderr.contains("the files hold no pod web-9"), "{missing}");
    assert!(missing.stderr.contains("hint: they hold web-0"), "{missing}");
}

#[test]
fn files_of_a_silent_node_do_not_prove_it_either() {
    let Silent { ns, dead, .. } = silent("files-silent");
    dead.say_boot("machine-1", "boot-1");
    well_after(&ns);
    let earlier = ns.plugin(&["capture", "web"]).ok();
    next_second(&ns);
    dead.say_boot("machine-1", "boot-2");
    let later = ns.plugin(&["capture", "web"]).ok();
    let files = [earlier, later].map(|capture| {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), &capture.stdout).expect("a capture");
        file
    });
    let [earlier, later] = [&files[0], &files[1]].map(|file| file.path().to_str().expect("a path"));
    let said = with(&ns, &["web-0", "--from", later]);
    assert_eq!((said.run.code, &said.item()["verdict"]), (7, &"NeedsAttestation".into()), "{}", said.run);
    let both = with(&ns, &["web-0", "--from", later, "--earlier", earlier]);
    let both = both.is("NeedsAttestation", "EvidenceUnread");
    let _ = both.seen("node ", "another boot than in the capture");
}
