//! Pods that do not go at once although their kubelet lives.

use crate::force_delete::*;
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use test_cluster::*;

const ATTEST: [&str; 2] = ["--attest", "the backup is done, says its log"];

#[test]
fn a_pod_that_a_finalizer_holds_is_not_deleted_whatever_is_attested() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "finalizer");
    let _ = web(&real, &ns);
    ns.patch::<Pod>("web-0", &json!({"metadata": {"finalizers": ["example.com/backup"]}}));
    let before = uid(&ns, "web-0");
    let _ = ns.kubectl(&["delete", "pod", "web-0", "--wait=false"]).ok();
    wait_past_grace(&ns, "web-0");
    ns.wait_until("its processes have ended", || processes_of("web-0").is_empty());
    for flags in [&[][..], &["--yes"], &ATTEST] {
        let said = ask(&ns, "web-0", flags).is("Useless", "Finalizers", 6);
        let message = said.item()["message"].as_str().unwrap_or_default();
        assert!(message.starts_with("example.com/backup must act first"), "{}", said.run);
    }
    assert_eq!((uid(&ns, "web-0"), attested(&ns)), (before.clone(), Vec::new()));

    let waiting = wait_safe(&ns, "web-0");
    waiting.stderr_with("web-0: Useless (Finalizers)");
    ns.patch::<Pod>("web-0", &json!({"metadata": {"finalizers": null}}));
    assert_unneeded(waiting, &["AlreadyEnded", "Gone"]);
    ns.wait_until("another web-0 is ready", || uid(&ns, "web-0") != before && ns.is_ready("web-0"));
    assert_eq!(processes_of("web-0").len(), 1);
}

#[test]
fn a_pod_that_ignores_the_request_to_end_goes_by_itself_after_its_grace_period() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "grace");
    ns.apply(set("deaf").deaf().grace_period(8));
    ns.wait_rolled_out("deaf");
    let (alive, before) = (processes_of("deaf-0"), uid(&ns, "deaf-0"));
    let _ = ns.kubectl(&["delete", "pod", "deaf-0", "--wait=false"]).ok();
    let said = ask(&ns, "deaf-0", &ATTEST).is("Unsafe", "WithinGrace", 6);
    assert!(said.says("pod deaf-0")[0].contains("its grace of 8s ends in"), "{}", said.run);
    assert_eq!((processes_of("deaf-0"), attested(&ns)), (alive.clone(), Vec::new()));

    let waiting = wait_safe(&ns, "deaf-0");
    waiting.stderr_with("deaf-0: Unsafe (WithinGrace)");
    assert_unneeded(waiting, &["AlreadyEnded", "Gone"]);
    ns.wait_until("another deaf-0 is ready", || uid(&ns, "deaf-0") != before && ns.is_ready("deaf-0"));
    let now = processes_of("deaf-0");
    assert!(now.len() == 1 && now != alive, "{now:?}");
}

#[test]
fn a_pod_whose_container_runtime_stands_still_lives_and_is_unsafe() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "runtime");
    let node = web(&real, &ns);
    let (alive, before) = (processes_of("web-0"), uid(&ns, "web-0"));
    node.stop_runtime().expect("a container runtime");
    let _ = ns.kubectl(&["delete", "pod", "web-0", "--wait=false"]).ok();
    wait_past_grace(&ns, "web-0");
    let said = ask(&ns, "web-0", &ATTEST).is("Unsafe", "ContainersRunning", 6);
    let effect = said.item()["saferWay"]["effect"].as_str().unwrap_or_default();
    assert!(effect.contains("the kubelet or its container runtime is at fault"), "{}", said.run);
    assert_eq!((processes_of("web-0"), attested(&ns)), (alive, Vec::new()));

    let waiting = wait_safe(&ns, "web-0");
    waiting.stderr_with("web-0: Unsafe (ContainersRunning)");
    node.continue_runtime().expect("a container runtime");
    assert_unneeded(waiting, &["AlreadyEnded", "Gone"]);
    ns.wait_until("another web-0 is ready", || uid(&ns, "web-0") != before && ns.is_ready("web-0"));
    assert_eq!(processes_of("web-0").len(), 1);
}
