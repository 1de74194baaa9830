//! Names and addresses, as pods see them.

use test_cluster::*;

#[test]
fn pods_find_and_reach_each_other_by_name_over_both_nodes() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "names");
    ns.apply(set("web").replicas(2).real().spread());
    ns.wait_rolled_out("web");
    assert_ne!(ns.node_of("web-0"), ns.node_of("web-1"));
    for (from, to) in [("web-0", "web-1"), ("web-1", "web-0")] {
        let name = format!("{to}.web.{}.svc.cluster.local", ns.name());
        // The server hears of a pod a moment after it is ready, and remembers for 5 s that it was not there.
        ns.wait_until(&format!("{from} resolves {to}"), || ns.exec(from, &["nslookup", &name]).code == 0);
        let answer = ns.exec(from, &["wget", "-q", "-O-", &format!("http://{name}/")]).ok();
        assert_eq!(answer.stdout, format!("{to}\n"));
    }
}

#[test]
fn a_node_whose_cable_is_pulled_turns_unknown_while_its_pods_live_on() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "cable");
    ns.apply(set("web").replicas(2).real().spread());
    ns.wait_rolled_out("web");
    let node = real.node(1);
    let pod = if ns.node_of("web-0") == node.name() { "web-0" } else { "web-1" };
    node.cut_network().expect("a cable");
    ns.wait_until("the node is given up", || real.is_given_up(node));
    assert_eq!(processes_of(pod).len(), 1);
    node.restore_network().expect("a cable");
    ns.wait_until("the node is Ready", || real.ready(node) == "True");
}
