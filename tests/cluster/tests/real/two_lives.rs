//! The hazard: two live processes of one identity, made with plain kubectl.

use test_cluster::*;

#[test]
fn a_pod_deleted_by_force_on_a_dead_node_has_two_lives_until_the_kubelet_comes_back() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "two-lives");
    ns.apply(set("web").replicas(2).real().spread().claims("data").grace_period(1));
    ns.wait_rolled_out("web");
    let node = real.node_named(&ns.node_of("web-0")).expect("a real node");
    let first = processes_of("web-0");
    assert_eq!(first.len(), 1);

    node.stop_kubelet().expect("a kubelet");
    ns.wait_until("the node is given up", || real.is_given_up(node));
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
}
