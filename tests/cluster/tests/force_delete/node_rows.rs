//! What a node decides whose kubelet reports.

use crate::said::ask;
use crate::scene::*;
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use test_cluster::*;

#[test]
fn a_container_that_runs_on_a_node_that_answers_is_its_kubelets_matter() {
    let (ns, node) = terminating("runs");
    let said = ask(&ns).is("Unsafe", "ContainersRunning").because(node.name()).because("app has not ended");
    let _ = said.seen("node ", "Ready for").safer(&format!("kubectl describe node {}", node.name()));
}

#[test]
fn a_container_that_is_not_the_first_counts_too() {
    let ns = Namespace::new("sidecar");
    let _node = ns.node("a");
    ns.apply(stuck(1, &ns).container("proxy").init_container("init"));
    ns.wait_rolled_out("web");
    terminate(&ns, "web-0");
    let ended = json!({"terminated": {"exitCode": 0, "startedAt": now(), "finishedAt": now()}});
    let status = |name: &str, state: &serde_json::Value| json!({"name": name, "image": "i", "imageID": "", "ready": false, "restartCount": 0, "state": state});
    let proxy = status("proxy", &json!({"running": {"startedAt": now()}}));
    ns.patch_status::<Pod>("web-0", &json!({"containerStatuses": [status("app", &ended), proxy]}));
    let _ = ask(&ns).is("Unsafe", "ContainersRunning").because("proxy has not ended");
}

#[test]
fn where_all_containers_have_ended_and_the_pod_stays_a_person_has_to_look() {
    let (ns, _node) = ended("mount");
    let said = ask(&ns).is("NeedsAttestation", "ContainersEnded").because("a mount may be stuck");
    let _ = said.safer("a volume that does not unmount").seen("containers of web-0", "all have ended");
}

#[test]
fn a_node_that_says_itself_that_it_is_not_ready_lives() {
    let (ns, node) = terminating("not-ready");
    node.kill_kubelet();
    node.say_ready("False");
    let said = ask(&ns).is("Unsafe", "KubeletReporting").because("says itself that the node is not ready");
    let _ = said.seen("node ", "Ready is False").safer("a runtime or a network plugin");
}

#[test]
fn a_node_that_answers_is_not_out_of_service_whatever_its_taint_says() {
    let (ns, node) = fenced("marked");
    node.taint("node.kubernetes.io/out-of-service", "nodeshutdown");
    let said = ask(&ns).is("Unsafe", "OutOfServiceButReady").seen("node ", "marked out of service");
    let command = format!("kubectl taint node {} node.kubernetes.io/out-of-service-", node.name());
    let said = said.safer(&command);
    let _ = ns.shell(said.item()["saferWay"]["command"].as_str().expect("a command")).ok();
    let _ = ask(&ns).is("Safe", "NodeFenced");
}

#[test]
fn a_reboot_after_the_deletion_was_asked_for_is_a_proof() {
    let (ns, node) = terminating("rebooted");
    let before = ask(&ns).is("Unsafe", "ContainersRunning");
    let _ = before.seen("events of node", "no reboot of its machine is reported");
    reboot(&ns, &node);
    let said = ask(&ns).is("Safe", "MachineRebooted").because(node.name());
    let said = said.seen("events of node", "a reboot of its machine was reported");
    assert_eq!(said.notes(), "[]", "{}", said.run);
}

/// A kubelet reports a reboot within ten seconds: by then it may have started a pod that was to go only after that.
#[test]
fn a_reboot_that_was_reported_right_after_the_deletion_was_asked_for_proves_nothing() {
    let (ns, node) = terminating("soon-reboot");
    node.report_reboot();
    let said = ask(&ns).is("Unsafe", "ContainersRunning");
    let _ = said.seen("events of node", "a reboot of its machine was reported");
}

#[test]
fn a_reboot_before_the_deletion_was_asked_for_proves_nothing() {
    let (ns, node) = running("early-reboot");
    next_second(&ns);
    node.report_reboot();
    next_second(&ns);
    terminate(&ns, "web-0");
    let said = ask(&ns).is("Unsafe", "ContainersRunning");
    let _ = said.seen("events of node", "a reboot of its machine was reported");
}

#[test]
fn a_reboot_of_another_node_proves_nothing() {
    let (ns, _node) = terminating("other-reboot");
    let other = ns.node("b");
    other.report_reboot();
    let _ = ask(&ns).is("Unsafe", "ContainersRunning").seen("events of node", "no reboot");
}

#[test]
fn people_read_the_same_as_programs() {
    let (ns, _node) = fenced("people");
    let said = ask(&ns);
    let table = ns.plugin(&["force-delete", "pod/web-0"]).ok();
    let first = format!("web-0: Safe (NodeFenced): {}", said.message());
    let flat: String = table.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.starts_with(&first), "{table}");
    for part in
        ["Evidence", "With the pod gone", "Storage fence:", "Safer", "kubectl wait --for=delete pod/web-0"]
    {
        assert!(flat.contains(part), "{part} in {table}");
    }
    let hint = format!("hint: kubectl stateful force-delete web-0 -n {} --yes deletes it", ns.name());
    assert!(table.stderr.contains(&hint), "{table}");
    let wide = ns.plugin(&["force-delete", "web-0", "-o", "wide"]).ok();
    assert!(wide.stdout.contains("Evidence"), "{wide}");
}
