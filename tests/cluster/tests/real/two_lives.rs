//! The hazard: two live processes of one identity, made with plain kubectl, and what `force-delete` says before and after.

use crate::force_delete::{ask, wait_silent, web};
use test_cluster::*;

#[test]
fn a_pod_deleted_by_force_on_a_dead_node_has_two_lives_until_the_kubelet_comes_back() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "two-lives");
    let node = web(&real, &ns);
    let first = processes_of("web-0");
    assert_eq!(first.len(), 1);

    node.stop_kubelet().expect("a kubelet");
    wait_silent(&real, &ns, node, "web-0");
    let _ = ask(&ns, "web-0", &["--yes"]).is("NeedsAttestation", "NodeSilent", 7);
    let _ = ns.kubectl(&["delete", "pod", "web-0", "--force", "--grace-period=0"]).ok();
    ns.wait_until("another web-0 is ready", || ns.is_ready("web-0"));
    let both = processes_of("web-0");
    assert!(both.len() == 2 && both.contains(&first[0]), "two lives: {both:?}");
    assert!(both[0].node != both[1].node && both[0].pod_uid != both[1].pod_uid, "{both:?}");

    node.continue_kubelet().expect("a kubelet");
    ns.wait_until("the first web-0 is ended", || {
        let alive = processes_of("web-0");
        alive.len() == 1 && alive[0] != first[0]
    });
    let said = ask(&ns, "web-0", &["--yes"]).is("Unsafe", "NotTerminating", 6);
    assert_eq!(said.item()["uid"], processes_of("web-0")[0].pod_uid.as_str(), "{}", said.run);
}
