//! A node of which nothing is heard, while its containers live.

use crate::force_delete::*;
use test_cluster::*;

/// The words for a node and its Lease, as they stand in the evidence.
fn objects(node: &RealNode) -> [String; 2] {
    ["node", "lease"].map(|kind| format!("{kind} {}", node.name()))
}

#[test]
fn a_pod_whose_kubelet_stands_still_is_not_deleted_on_a_mere_yes() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "yes");
    let node = web(&real, &ns);
    let (alive, before) = (processes_of("web-0"), uid(&ns, "web-0"));
    node.stop_kubelet().expect("a kubelet");
    wait_silent(&real, &ns, node, "web-0");

    let [of_node, of_lease] = objects(node);
    for flags in [&[][..], &["--yes"]] {
        let said = ask(&ns, "web-0", flags).is("NeedsAttestation", "NodeSilent", 7);
        assert!(said.says(&of_node)[0].starts_with("Ready is Unknown"), "{}", said.run);
        let [first, again] = said.says(&of_lease)[..] else { panic!("read twice: {}", said.run) };
        assert!(
            first.ends_with("and lasts 8s") && again.starts_with("not renewed meanwhile"),
            "{}",
            said.run
        );
    }
    assert_eq!((uid(&ns, "web-0"), processes_of("web-0")), (before, alive), "it is there, and lives");
}

#[test]
fn a_kubelet_that_stands_still_since_a_moment_ago_counts_as_alive() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "fresh");
    let node = web(&real, &ns);
    let before = uid(&ns, "web-0");
    node.stop_kubelet().expect("a kubelet");
    let _ = ns.kubectl(&["delete", "pod", "web-0", "--wait=false"]).ok();
    wait_past_grace(&ns, "web-0");

    let attest = ["--attest", "powered off, checked on the console"];
    let said = ask(&ns, "web-0", &attest).is("Unsafe", "ContainersRunning", 6);
    let [of_node, of_lease] = objects(node);
    assert!(said.says(&of_node)[0].starts_with("Ready"), "{}", said.run);
    assert_eq!(said.says(&of_lease).len(), 1, "what is fresh is read once: {}", said.run);
    assert_eq!((uid(&ns, "web-0"), attested(&ns)), (before, Vec::new()));
}

#[test]
fn a_node_that_is_cut_off_looks_like_a_dead_one_and_its_pod_goes_when_it_is_back() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "cut");
    let node = web(&real, &ns);
    let alive = processes_of("web-0");
    node.cut_network().expect("a cable");
    wait_silent(&real, &ns, node, "web-0");
    let said = ask(&ns, "web-0", &["--yes"]).is("NeedsAttestation", "NodeSilent", 7);
    let message = said.item()["message"].as_str().unwrap_or_default();
    assert!(message.contains("a machine that is cut off looks just the same"), "{}", said.run);
    assert_eq!(processes_of("web-0"), alive);

    let waiting = wait_safe(&ns, "web-0");
    waiting.stderr_with("web-0: NeedsAttestation (NodeSilent)");
    node.restore_network().expect("a cable");
    // The kubelet ends it, says so, and removes it.
    assert_unneeded(waiting, &["AlreadyEnded", "Gone"]);
    ns.wait_until("there is one web-0, and another one", || {
        let now = processes_of("web-0");
        now.len() == 1 && now != alive && ns.is_ready("web-0")
    });
}
