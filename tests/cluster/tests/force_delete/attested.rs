//! What a person attests is recorded first, and opens no door that the cluster holds shut.

use crate::person::{Person, READS};
use crate::said::{ask, with};
use crate::scene::*;
use k8s_openapi::api::core::v1::{Event, Pod};
use serde_json::json;
use test_cluster::*;

const TEXT: &str = "rack 4 was unplugged by Ann, ticket 4711";

fn records(ns: &Namespace) -> Vec<Event> {
    let all = ns.list::<Event>().into_iter();
    all.filter(|event| event.reason.as_deref() == Some("ForceDeleteAttested")).collect()
}

#[test]
fn yes_is_no_attestation() {
    let Silent { ns, dead: _dead, .. } = silent("yes-only");
    let before = uid(&ns, "web-0");
    let said = with(&ns, &["web-0", "--yes"]).is("NeedsAttestation", "NodeSilent");
    assert!(said.run.stderr.contains("web-0 was not deleted: nothing here proves"), "{}", said.run);
    let hint = format!("kubectl stateful force-delete web-0 -n {} --attest", ns.name());
    assert!(said.run.stderr.contains(&hint), "{}", said.run);
    assert_eq!(uid(&ns, "web-0"), before);
    assert_eq!(records(&ns), Vec::new());
}

#[test]
fn an_attestation_is_recorded_with_name_and_evidence_and_then_the_pod_is_deleted() {
    let Silent { ns, dead, other } = silent("attested");
    let before = uid(&ns, "web-0");
    let relay = Relay::new(ns.name(), None);
    let server = relay.server();
    let said = with(&ns, &["web-0", "-s", &server, "--attest", TEXT]);
    assert_eq!(said.is_replaced(), other.name(), "{}", said.run);
    assert_eq!(said.item()["verdict"], "NeedsAttestation", "{}", said.run);

    let writes: Vec<String> = relay.seen().into_iter().filter(Call::writes).map(|call| call.what).collect();
    let at = |what: &str| writes.iter().position(|write| write.starts_with(what));
    let (recorded, deleted) = (at("POST /api/v1/namespaces/NS/events"), at("DELETE "));
    assert!(recorded.zip(deleted).is_some_and(|(first, then)| first < then), "{writes:?}");

    let records = records(&ns);
    let [record] = records.as_slice() else { panic!("{records:?}") };
    let object = &record.involved_object;
    assert_eq!([&object.kind, &object.name], [&Some("StatefulSet".to_owned()), &Some("web".to_owned())]);
    assert_eq!(object.uid, ns.statefulset("web").metadata.uid);
    assert_eq!(record.related.as_ref().and_then(|pod| pod.uid.clone()), Some(before));
    let message = record.message.clone().unwrap_or_default();
    for part in ["admin attests", TEXT, "NeedsAttestation", dead.name()] {
        assert!(message.contains(part), "{part} in {message}");
    }
    let evidence = record.metadata.annotations.clone().unwrap_or_default();
    let evidence = evidence.get("kubectl-stateful/evidence").cloned().unwrap_or_default();
    assert!(
        evidence.contains("Ready is Unknown") && evidence.contains("not renewed meanwhile"),
        "{evidence}"
    );
    let described = ns.kubectl(&["describe", "statefulset", "web"]).ok();
    assert!(described.stdout.contains("ForceDeleteAttested"), "{described}");
}

#[test]
fn the_name_in_the_record_is_the_one_by_which_the_server_knows_the_user() {
    let (ns, _node) = ended("attested-as");
    let writes = [("", "pods", &["delete"][..]), ("", "events", &["create"])];
    let rights: Vec<_> = READS.into_iter().chain(writes).collect();
    let person = Person::with(&ns, "ann", &rights);
    let said = person.ask(&["web-0", "--attest", TEXT, "--wait=false"]);
    assert_eq!((said.run.code, &said.item()["deleted"]), (0, &true.into()), "{}", said.run);
    let records = records(&ns);
    let message = records.first().and_then(|record| record.message.clone()).unwrap_or_default();
    assert!(message.contains(&format!("{} attests", person.name)), "{message}");
}

#[test]
fn a_long_attestation_is_kept_whole_and_its_message_cut() {
    let (ns, _node) = ended("attested-long");
    let text = "gewiß ".repeat(400);
    let said = with(&ns, &["web-0", "--attest", &text, "--wait=false"]);
    assert_eq!((said.run.code, &said.item()["deleted"]), (0, &true.into()), "{}", said.run);
    let records = records(&ns);
    let [record] = records.as_slice() else { panic!("{records:?}") };
    let message = record.message.clone().unwrap_or_default();
    assert!(message.len() <= 1024 && message.ends_with('…'), "{message}");
    let kept = record.metadata.annotations.clone().unwrap_or_default();
    assert_eq!(kept.get("kubectl-stateful/attested"), Some(&text));
}

#[test]
fn an_attestation_of_what_is_proven_is_recorded_too() {
    let (ns, _node) = fenced("attested-safe");
    let said = with(&ns, &["web-0", "--attest", TEXT, "--wait=false"]);
    assert_eq!((said.run.code, &said.item()["deleted"]), (0, &true.into()), "{}", said.run);
    let messages: Vec<String> = records(&ns).into_iter().filter_map(|record| record.message).collect();
    let [message] = messages.as_slice() else { panic!("{messages:?}") };
    assert!(message.contains("Safe") && message.contains(TEXT), "{message}");
}

#[test]
fn who_cannot_record_it_cannot_have_it_deleted() {
    let (ns, _node) = ended("unrecorded");
    let before = uid(&ns, "web-0");
    let rights: Vec<_> = READS.into_iter().chain([("", "pods", &["delete"][..])]).collect();
    let person = Person::with(&ns, "eve", &rights);
    let run = person.run(&["web-0", "--attest", TEXT]).code(1);
    assert!(run.stderr.contains("not allowed to create events"), "{run}");
    assert!(run.stderr.contains("kubectl auth can-i create events"), "{run}");
    assert!(run.stderr.contains("hint: nothing was deleted"), "{run}");
    assert_eq!(uid(&ns, "web-0"), before);
}

#[test]
fn who_cannot_delete_pods_deletes_none_and_is_told_why() {
    let (ns, _node) = fenced("undeleting");
    let before = uid(&ns, "web-0");
    let person = Person::with(&ns, "eve", &READS);
    let run = person.run(&["web-0", "--yes"]).code(1);
    assert!(run.stderr.contains("not allowed to delete pods"), "{run}");
    assert!(run.stderr.contains("kubectl auth can-i delete pods"), "{run}");
    assert_eq!(uid(&ns, "web-0"), before);
}

#[test]
fn an_attestation_does_not_open_what_is_unsafe() {
    let (ns, node) = terminating("attest-unsafe");
    let before = uid(&ns, "web-0");
    let said = with(&ns, &["web-0", "--yes", "--attest", TEXT]).is("Unsafe", "ContainersRunning");
    assert!(said.run.stderr.contains("web-0 was not deleted: that would be Unsafe"), "{}", said.run);
    assert!(said.run.stderr.contains(&format!("kubectl describe node {}", node.name())), "{}", said.run);
    let table = ns.plugin(&["force-delete", "web-0", "--attest", TEXT]).code(6);
    assert!(table.stdout.starts_with("web-0: Unsafe (ContainersRunning)"), "{table}");
    assert_eq!((uid(&ns, "web-0"), records(&ns)), (before, Vec::new()));
}

#[test]
fn an_attestation_does_not_open_a_partition() {
    let Silent { ns, dead, .. } = silent("attest-partition");
    let before = uid(&ns, "web-0");
    dead.renew_lease(jiff::SignedDuration::ZERO);
    let _ = with(&ns, &["web-0", "--attest", TEXT]).is("Unsafe", "LeaseRenewed");
    assert_eq!((uid(&ns, "web-0"), records(&ns)), (before, Vec::new()));
}

#[test]
fn an_attestation_does_not_open_what_is_useless() {
    let (ns, node) = running("attest-useless");
    let before = uid(&ns, "web-0");
    ns.patch::<Pod>("web-0", &json!({"metadata": {"finalizers": ["example.com/backup"]}}));
    terminate(&ns, "web-0");
    node.report_reboot();
    let _ = with(&ns, &["web-0", "--yes", "--attest", TEXT]).is("Useless", "Finalizers");
    assert_eq!((uid(&ns, "web-0"), records(&ns)), (before, Vec::new()));
    ns.patch::<Pod>("web-0", &json!({"metadata": {"finalizers": null}}));
}

#[test]
fn an_attestation_does_not_open_what_goes_without_it() {
    let ns = Namespace::new("attest-unneeded");
    ns.apply(set("web").unschedulable());
    ns.wait_until("there is a pod", || ns.pod("web-0").is_some());
    let before = uid(&ns, "web-0");
    let _ = with(&ns, &["web-0", "--yes", "--attest", TEXT]).is("Unneeded", "NotScheduled");
    assert_eq!((uid(&ns, "web-0"), records(&ns)), (before, Vec::new()));
}

#[test]
fn an_attestation_does_not_open_what_is_refused() {
    let ns = Namespace::new("attest-refused");
    let node = ns.node("a");
    let spec = json!({"nodeName": node.name(), "containers": [{"name": "app", "image": "example/app:1"}]});
    ns.apply(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-0"}, "spec": spec}));
    let before = uid(&ns, "web-0");
    let _ = with(&ns, &["web-0", "--yes", "--attest", TEXT]).is("Refused", "NotOwnedBySet");
    assert_eq!((uid(&ns, "web-0"), records(&ns)), (before, Vec::new()));
}

#[test]
fn an_attestation_says_something() {
    let (ns, _node) = ended("attest-empty");
    let before = uid(&ns, "web-0");
    for text in ["", "  "] {
        let run = ns.plugin(&["force-delete", "web-0", "--attest", text]).code(2);
        assert!(run.stderr.contains("--attest takes how you know"), "{run}");
    }
    assert_eq!(uid(&ns, "web-0"), before);
    let _ = ask(&ns).is("NeedsAttestation", "ContainersEnded");
}
