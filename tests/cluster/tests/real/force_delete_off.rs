//! A machine that is off, and what persons and Kubernetes make of it.

use crate::force_delete::*;
use serde_json::json;
use test_cluster::*;

const TEXT: &str = "powered off, checked on the console";

#[test]
fn a_pod_of_a_machine_without_power_goes_when_a_person_attests_it() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "off");
    let node = web(&real, &ns);
    let before = uid(&ns, "web-0");
    node.power_off().expect("power");
    assert_eq!(processes_of("web-0"), []);
    wait_silent(&real, &ns, node, "web-0");
    let _ = ask(&ns, "web-0", &["--yes"]).is("NeedsAttestation", "NodeSilent", 7);
    assert_eq!(uid(&ns, "web-0"), before);

    let said = ask(&ns, "web-0", &["--attest", TEXT]);
    let (item, replacement) = (said.item(), &said.item()["replacement"]);
    assert_eq!((said.run.code, &item["verdict"]), (0, &json!("NeedsAttestation")), "{}", said.run);
    assert_eq!([&item["deleted"], &replacement["ready"]], [&json!(true); 2], "{}", said.run);
    let other = ns.node_of("web-1");
    assert_eq!(replacement["node"], other.as_str(), "{}", said.run);
    let processes = processes_of("web-0");
    let [one] = &processes[..] else { panic!("one process: {processes:?}") };
    assert_eq!((one.node, Some(&one.pod_uid)), (other.as_str(), uid(&ns, "web-0").as_ref()));

    let records = attested(&ns);
    let [record] = &records[..] else { panic!("one record: {records:?}") };
    let object = &record.involved_object;
    assert_eq!([&object.kind, &object.name], [&Some("StatefulSet".to_owned()), &Some("web".to_owned())]);
    assert_eq!(object.uid, ns.statefulset("web").metadata.uid);
    assert_eq!(record.related.as_ref().and_then(|pod| pod.uid.clone()), before);
    assert!(record.message.as_ref().is_some_and(|message| message.contains(TEXT)), "{record:?}");
}

#[test]
fn the_mark_that_a_person_is_told_to_set_on_a_dead_node_removes_its_pod() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "marked");
    let node = web(&real, &ns);
    node.power_off().expect("power");
    wait_silent(&real, &ns, node, "web-0");
    let said = ask(&ns, "web-0", &[]).is("NeedsAttestation", "NodeSilent", 7);
    let mark = said.item()["saferWay"]["command"].as_str().expect("a command");

    let waiting = wait_safe(&ns, "web-0");
    waiting.stderr_with("web-0: NeedsAttestation (NodeSilent)");
    let _ = ns.shell(mark).ok();
    assert_unneeded(waiting, &["OutOfService", "Gone"]);
    ns.wait_for(PATIENCE, "another web-0 is ready", || ns.is_ready("web-0"));
    assert_eq!(ns.node_of("web-0"), ns.node_of("web-1"));
    assert_eq!(processes_of("web-0").len(), 1);
}

#[test]
fn kubernetes_itself_doubles_a_pod_whose_node_was_deleted_while_its_machine_ran() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "node-gone");
    let node = web(&real, &ns);
    let alive = processes_of("web-0");
    node.stop_kubelet().expect("a kubelet");
    wait_silent(&real, &ns, node, "web-0");
    let _ = ns.kubectl(&["delete", "node", node.name()]).ok();
    let said = ask(&ns, "web-0", &["--yes"]).is("NeedsAttestation", "NodeGone", 7);
    let effect = said.item()["saferWay"]["effect"].as_str().unwrap_or_default();
    assert!(effect.contains("make sure that the machine is off before that"), "{}", said.run);

    let (waiting, before) = (wait_safe(&ns, "web-0"), uid(&ns, "web-0"));
    waiting.stderr_with("web-0: NeedsAttestation (NodeGone)");
    ns.wait_for(PATIENCE, "Kubernetes removes it by itself", || uid(&ns, "web-0") != before);
    assert_unneeded(waiting, &["Gone"]);
    ns.wait_until("another web-0 is ready", || ns.is_ready("web-0"));
    let both = processes_of("web-0");
    assert!(both.len() == 2 && both.contains(&alive[0]), "nobody has ended the first: {both:?}");
}

#[test]
fn a_machine_that_was_off_and_is_on_again_is_known_to_have_rebooted() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "rebooted");
    let node = web(&real, &ns);
    let before = uid(&ns, "web-0");
    node.power_off().expect("power");
    wait_silent(&real, &ns, node, "web-0");
    let waiting = wait_safe(&ns, "web-0");
    waiting.stderr_with("web-0: NeedsAttestation (NodeSilent)");
    node.power_on().expect("power");
    node.start_kubelet().expect("a kubelet");
    // The kubelet tells of the reboot and removes the pod, both at once.
    let said = Said::of(waiting.end());
    let found = ["verdict", "reason"].map(|field| said.item()[field].as_str().unwrap_or_default());
    let good = [["Safe", "MachineRebooted"], ["Unneeded", "AlreadyEnded"], ["Unneeded", "Gone"]];
    assert!(said.run.code == 0 && good.contains(&found), "{}", said.run);
    ns.wait_until("another web-0 is ready", || uid(&ns, "web-0") != before && ns.is_ready("web-0"));

    let taints = ["get", "node", node.name(), "-o", "jsonpath={.spec.taints}"];
    ns.wait_until("the node is open again", || ns.kubectl(&taints).ok().stdout.is_empty());
    ns.apply(set("db").replicas(2).real().spread().grace_period(1));
    ns.wait_rolled_out("db");
    let there = ["db-0", "db-1"].into_iter().find(|pod| ns.node_of(pod) == node.name()).expect("a pod there");
    let said = ask(&ns, there, &[]).is("Unsafe", "NotTerminating", 6);
    let events = said.says(&format!("events of node {}", node.name()));
    assert!(events[0].starts_with("a reboot of its machine was reported"), "{}", said.run);
}
