//! Safe exists: where the end of a pod is proven, it is deleted, and its replacement runs elsewhere.

use crate::medik8s::{self, CAN_REBOOT};
use crate::said::{ask, with};
use crate::scene::*;
use test_cluster::*;

/// Deletes `web-0`, which is Safe for that reason, and waits for its replacement on the other node.
fn is_moved(silent: &Silent, reason: &str, args: &[&str]) {
    let (ns, before) = (&silent.ns, uid(&silent.ns, "web-0"));
    let _ = with(ns, &[&["web-0"], args].concat()).is("Safe", reason);
    let said = with(ns, &[&["web-0", "--yes"], args].concat());
    assert_eq!(said.is_replaced(), silent.other.name(), "{}", said.run);
    assert_eq!(said.item()["reason"], reason, "{}", said.run);
    assert_eq!(said.item()["uid"], before.as_str(), "{}", said.run);
    let now = uid(ns, "web-0");
    assert_eq!(said.item()["replacement"]["uid"], now.as_str(), "{}", said.run);
    assert!(now != before && ns.is_ready("web-0") && node_of(ns, "web-0") == silent.other.name());
    let told = format!("deleting pod web-0 (uid {before}) by force");
    assert!(said.run.stderr.contains(&told), "what is written is shown before: {}", said.run);
}

#[test]
fn a_pod_of_a_machine_that_has_rebooted_is_deleted_and_runs_elsewhere() {
    let silent = silent("moved-reboot");
    reboot(&silent.ns, &silent.dead);
    is_moved(&silent, "MachineRebooted", &[]);
}

#[test]
fn a_pod_of_a_node_that_rebooted_itself_is_deleted_and_runs_elsewhere() {
    let silent = silent("moved-self");
    silent.dead.annotate(CAN_REBOOT, "true");
    medik8s::self_fenced(&silent.ns, &silent.dead);
    is_moved(&silent, "NodeFenced", &[]);
}

#[test]
fn a_pod_of_a_node_that_an_agent_fenced_is_deleted_and_runs_elsewhere() {
    let silent = silent("moved-agent");
    medik8s::agent_fenced(&silent.ns, &silent.dead);
    is_moved(&silent, "NodeFenced", &[]);
}

#[test]
fn a_fence_before_the_deletion_counts_where_no_kubelet_was_heard_of_since() {
    let silent = dying("moved-before");
    medik8s::agent_fenced(&silent.ns, &silent.dead);
    next_second(&silent.ns);
    terminate(&silent.ns, "web-0");
    is_moved(&silent, "NodeFenced", &[]);
}

#[test]
fn a_boot_id_that_differs_from_an_earlier_capture_is_a_proof() {
    let silent = dying("moved-capture");
    silent.dead.say_boot("machine-1", "boot-1");
    terminate(&silent.ns, "web-0");
    well_after(&silent.ns);
    let capture = silent.ns.plugin(&["capture", "web"]).ok();
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), &capture.stdout).expect("a capture");
    let earlier = ["--earlier", file.path().to_str().expect("a path")];
    let args = [&["web-0"], &earlier[..]].concat();
    let same = with(&silent.ns, &args).is("NeedsAttestation", "NodeSilent");
    let _ = same.seen("node ", "the same boot as in the capture");
    silent.dead.say_boot("machine-2", "boot-2");
    let _ = with(&silent.ns, &args).is("NeedsAttestation", "NodeSilent");
    silent.dead.say_boot("machine-1", "boot-2");
    is_moved(&silent, "MachineRebooted", &earlier);
}

#[test]
fn a_person_is_told_how_the_replacement_fares() {
    let (ns, _node) = fenced("told");
    let run = ns.plugin(&["force-delete", "web-0", "--yes"]).ok();
    let (verdict, end) = (run.stdout.find("web-0: Safe"), run.stdout.find("pod \"web-0\" force deleted"));
    assert!(verdict.zip(end).is_some_and(|(verdict, end)| verdict < end), "{run}");
    assert!(run.stderr.contains("its replacement is Ready on node"), "{run}");
}

#[test]
fn who_does_not_wait_is_told_only_that_it_is_deleted() {
    let (ns, _node) = fenced("unwaited");
    let before = uid(&ns, "web-0");
    let said = with(&ns, &["web-0", "--yes", "--wait=false"]);
    assert_eq!((said.run.code, &said.item()["deleted"]), (0, &true.into()), "{}", said.run);
    assert_eq!(said.item()["replacement"], serde_json::Value::Null, "{}", said.run);
    ns.wait_until("there is another", || {
        ns.pod("web-0").is_some_and(|pod| pod.metadata.uid.as_deref() != Some(&before))
    });
}

#[test]
fn a_replacement_that_is_not_ready_in_time_is_said_and_the_deletion_is_done() {
    let ns = Namespace::new("slow");
    let node = ns.node("a");
    ns.apply(stuck(1, &ns).on_delete());
    ns.wait_rolled_out("web");
    ns.apply(stuck(1, &ns).on_delete().behaviour(Behaviour::NeverReady));
    terminate(&ns, "web-0");
    medik8s::agent_fenced(&ns, &node);
    let said = with(&ns, &["web-0", "--yes", "--timeout", "3s"]);
    assert_eq!((said.run.code, &said.item()["deleted"]), (0, &true.into()), "{}", said.run);
    assert_eq!(said.item()["replacement"]["ready"], false, "{}", said.run);
    assert!(said.run.stderr.contains("web-0 is not Ready yet"), "{}", said.run);
    assert!(said.run.stderr.contains("hint: kubectl stateful status web"), "{}", said.run);
}

#[test]
fn a_pod_that_is_not_wanted_any_more_gets_no_replacement() {
    let ns = Namespace::new("unwanted");
    let node = ns.node("a");
    ns.apply(stuck(2, &ns));
    ns.wait_rolled_out("web");
    ns.apply(stuck(1, &ns));
    ns.wait_until("web-1 is to go", || ns.is_terminating("web-1"));
    terminate(&ns, "web-1");
    medik8s::agent_fenced(&ns, &node);
    let asked = with(&ns, &["web-1"]).is("Safe", "NodeFenced");
    assert!(
        asked.item()["next"].as_str().is_some_and(|next| next.contains("is not made again")),
        "{}",
        asked.run
    );
    let said = with(&ns, &["web-1", "--yes"]);
    assert_eq!((said.run.code, &said.item()["deleted"]), (0, &true.into()), "{}", said.run);
    assert_eq!(said.item()["replacement"], serde_json::Value::Null, "{}", said.run);
    ns.wait_until("it is gone for good", || ns.pod("web-1").is_none());
}

#[test]
fn safe_is_only_a_verdict_until_somebody_says_yes() {
    let (ns, _node) = fenced("question");
    let before = uid(&ns, "web-0");
    let _ = ask(&ns).is("Safe", "NodeFenced");
    assert_eq!(uid(&ns, "web-0"), before);
    assert!(ns.is_terminating("web-0"));
}
