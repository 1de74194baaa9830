//! Sets on real nodes.

use real::Image;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;
use test_cluster::*;

#[test]
fn a_set_is_rolled_out_over_both_nodes_and_each_pod_is_one_real_process() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "spread");
    let started = Instant::now();
    ns.apply(set("web").replicas(3).real().spread());
    ns.wait_rolled_out("web");
    note(&format!("3 real pods in {:.1} s", started.elapsed().as_secs_f64()));

    let pods = ["web-0", "web-1", "web-2"];
    let nodes: BTreeSet<_> = pods.iter().map(|pod| ns.node_of(pod)).collect();
    assert_eq!(nodes, real::NODES.map(str::to_owned).into());
    for pod in pods {
        let processes = processes_of(pod);
        let [process] = &processes[..] else { panic!("{processes:?}") };
        assert_eq!(process.node, ns.node_of(pod));
        assert_eq!(Some(&process.pod_uid), ns.pod(pod).and_then(|pod| pod.metadata.uid).as_ref());
    }
}

#[test]
fn what_a_pod_writes_to_its_claim_outlives_the_pod() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "claim");
    ns.apply(set("db").real().claims("data"));
    ns.wait_rolled_out("db");
    let _ = ns.exec("db-0", &["sh", "-c", "hostname > /data/name"]).ok();
    let uid = |ns: &Namespace| ns.pod("db-0").and_then(|pod| pod.metadata.uid);
    let before = uid(&ns);
    let _ = ns.kubectl(&["delete", "pod", "db-0"]).ok();
    ns.wait_until("db-0 is another pod and ready", || uid(&ns) != before && ns.is_ready("db-0"));
    assert_eq!(ns.exec("db-0", &["cat", "/data/name"]).ok().stdout, "db-0\n");
}

#[test]
fn an_image_made_on_the_spot_runs_on_both_nodes() {
    let Some(real) = real::turn() else { return };
    real.load(&Image::new("own:1").file("/busybox", Path::new("/bin/busybox"), 0o755)).expect("an image");
    let ns = Namespace::on(real.handle(), "image");
    let own = set("web").replicas(2).real().spread().grace_period(1).real_image(&Image::reference("own:1"));
    let probe = json!({"tcpSocket": {"port": 80}, "periodSeconds": 1});
    ns.apply(own.command(&["/busybox", "httpd", "-f"]).readiness(probe));
    ns.wait_rolled_out("web");
    assert_ne!(ns.node_of("web-0"), ns.node_of("web-1"));
}

#[test]
fn a_pod_that_ignores_the_request_to_end_lives_until_its_grace_period_is_over() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "deaf");
    let grace = 4;
    ns.apply(set("deaf").deaf().grace_period(grace));
    ns.wait_rolled_out("deaf");
    let first = processes_of("deaf-0");
    let started = Instant::now();
    let _ = ns.kubectl(&["delete", "pod", "deaf-0", "--wait=false"]).ok();
    ns.wait_until("another deaf-0 runs", || {
        let now = processes_of("deaf-0");
        !now.is_empty() && now != first
    });
    assert!(started.elapsed().as_secs() + 1 >= u64::try_from(grace).expect("a grace period"), "too early");
}
