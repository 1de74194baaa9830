//! The cluster's DNS servers where clusters have them, in pods: found, and asked through forwarded ports.

use kubectl_stateful::cluster::dns::{
    Choice, DnsError, DnsServer, Place, Question, RecordKind, ResponseCode, ZoneSource, servers, zone,
};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;
use std::time::{Duration, Instant};
use test_cluster::client::block_on;
use test_cluster::*;

const KUBERNETES: &str = "kubernetes.default.svc.cluster.local";

fn find(real: &RealCluster, choice: &Choice) -> Vec<DnsServer> {
    block_on(servers(&real.handle().connection(), choice)).expect("DNS servers")
}

fn code(server: &DnsServer, name: &str) -> Result<ResponseCode, DnsError> {
    block_on(server.ask_one(Question::unnoticed(name, RecordKind::A))).map(|answer| answer.code)
}

#[test]
fn every_dns_server_of_the_cluster_answers_through_a_forwarded_port() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "dns");
    ns.apply(set("web").replicas(2).real().grace_period(1));
    ns.wait_rolled_out("web");
    let found = find(&real, &Choice::Usual);
    assert_eq!(found.len(), 2, "{found:?}");
    for server in &found {
        assert!(server.to_string().starts_with("pod kube-system/coredns-"), "{server}");
        assert_eq!(server.place().port(), 53);
        for pod in ["web-0", "web-1"] {
            let name = format!("{pod}.web.{}.svc.cluster.local", ns.name());
            ns.wait_until("DNS knows the pod", || {
                code(server, &name).is_ok_and(|code| code == ResponseCode::NoError)
            });
            let answer =
                block_on(server.ask_one(Question::as_member(&name, RecordKind::A))).expect("an answer");
            let address = ns.pod(pod).and_then(|pod| pod.status?.pod_ip).expect("an address");
            let answered: Vec<_> = answer.addresses().map(|address| address.to_string()).collect();
            assert_eq!(answered, [address], "{answer:?}");
        }
        let zone = block_on(zone(&real.handle().connection(), server)).expect("a zone");
        assert_eq!(zone.name, "cluster.local");
        assert!(matches!(zone.source, ZoneSource::Reverse(_)), "{zone:?}");
    }
    let service = Choice::Service { namespace: "kube-system".to_owned(), name: "kube-dns".to_owned() };
    let places =
        |found: &[DnsServer]| found.iter().map(|server| server.place().clone()).collect::<Vec<Place>>();
    assert_eq!(places(&find(&real, &service)), places(&found));
}

#[test]
fn hundreds_of_questions_go_through_one_forwarded_port() {
    let Some(real) = real::turn() else { return };
    let found = find(&real, &Choice::Usual);
    let questions = vec![Question::as_member(KUBERNETES, RecordKind::A); 500];
    for _ in 0..2 {
        let started = Instant::now();
        for answer in block_on(found[0].ask(&questions)) {
            assert_eq!(answer.expect("an answer").code, ResponseCode::NoError);
        }
        let took = started.elapsed();
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
}

#[test]
fn a_port_at_which_nothing_listens_is_named() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "refused");
    ns.apply(set("web").real().grace_period(1).service(Some("web")));
    ns.apply(json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"clusterIP": "None", "selector": {"app": "web"}, "ports": [{"port": 53}]},
    }));
    ns.wait_rolled_out("web");
    let choice = Choice::Service { namespace: ns.name().to_owned(), name: "web".to_owned() };
    let found = find(&real, &choice);
    let error = code(&found[0], KUBERNETES).expect_err("nobody listens");
    assert!(matches!(error, DnsError::Refused { .. }), "{error:?}");
    let expected =
        format!("cannot ask the DNS server pod {}/web-0: nothing in it listens at TCP port 53", ns.name());
    assert_eq!(error.to_string(), expected);
    // A web server is no DNS server.
    ns.apply(json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"clusterIP": "None", "selector": {"app": "web"}, "ports": [{"port": 80}]},
    }));
    let error = code(&find(&real, &choice)[0], KUBERNETES).expect_err("it speaks HTTP");
    assert!(!matches!(error, DnsError::Refused { .. } | DnsError::Api(_)), "{error:?}");
}

#[test]
fn a_dns_server_whose_process_ends_is_found_again_when_it_is_back() {
    let Some(real) = real::turn() else { return };
    let found = find(&real, &Choice::Usual);
    let server = &found[0];
    assert_eq!(code(server, KUBERNETES).expect("an answer"), ResponseCode::NoError);
    let Place::Pod { name, .. } = server.place() else { panic!("a pod") };
    let ns = Namespace::on(real.handle(), "ended");
    let uid =
        ns.kubectl(&["get", "pod", name, "-n", "kube-system", "-o", "jsonpath={.metadata.uid}"]).ok().stdout;
    let process = processes_of_pod(&uid).pop().expect("a process");
    kill(Pid::from_raw(i32::try_from(process.pid).expect("a process id")), Signal::SIGKILL)
        .expect("a process");
    ns.wait_until("it answers again", || match code(server, KUBERNETES) {
        Ok(code) => {
            assert_eq!(code, ResponseCode::NoError);
            !processes_of_pod(&uid).contains(&process)
        }
        Err(error) => {
            assert!(
                matches!(error, DnsError::Refused { .. } | DnsError::Broken { .. } | DnsError::Api(_)),
                "{error:?}"
            );
            false
        }
    });
}
