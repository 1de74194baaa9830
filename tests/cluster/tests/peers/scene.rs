//! A group `web` behind a headless Service, and DNS servers to ask about it.

use k8s_openapi::api::core::v1::Pod;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::OnceLock;
use std::thread;
use test_cluster::*;

/// A DNS server that keeps no answers, which all tests share that are not about a cache: it ends with the program, since
/// it dies with the thread that starts it.
pub fn plain() -> &'static Dns {
    static DNS: OnceLock<Dns> = OnceLock::new();
    DNS.get_or_init(|| {
        let (send, receive) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let dns = dns().ttl(5).cache(DnsCache::Off).start();
            send.send(dns).expect("somebody waits");
            loop {
                thread::park();
            }
        });
        receive.recv().expect("a DNS server")
    })
}

/// The governing Service of `web`, with a named port, and whatever `spec` says otherwise.
pub fn headless(spec: &Value) -> Value {
    service("web", spec)
}

/// The same under another name.
pub fn service(name: &str, spec: &Value) -> Value {
    let mut all = json!({
        "clusterIP": "None", "selector": {"app": "web"}, "ports": [{"name": "http", "port": 80}],
    });
    for (key, value) in spec.as_object().expect("a spec") {
        all[key] = value.clone();
    }
    all.as_object_mut().expect("a spec").retain(|_, value| !value.is_null());
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": all})
}

/// The set, whose Service is applied apart.
pub fn web(replicas: i32) -> SetBuilder {
    set("web").replicas(replicas).service(Some("web"))
}

/// A group that is in order.
pub fn group(name: &str, replicas: i32) -> Namespace {
    let ns = Namespace::new(name);
    ns.apply(headless(&json!({})));
    ns.apply(web(replicas));
    ns.wait_rolled_out("web");
    ns
}

/// The address of a pod; none before it has one.
pub fn address_of(ns: &Namespace, pod: &str) -> Option<IpAddr> {
    ns.pod(pod)?.status?.pod_ip?.parse().ok()
}

/// Its name in DNS.
pub fn fqdn(ns: &Namespace, pod: &str) -> String {
    format!("{pod}.web.{}.svc.cluster.local", ns.name())
}

/// The identity of a pod; none where it is not there.
pub fn uid(ns: &Namespace, pod: &str) -> Option<String> {
    ns.pod(pod)?.metadata.uid
}

/// Makes a pod that behaves by hand run and be Ready, with these addresses.
pub fn run_at(ns: &Namespace, pod: &str, addresses: &[&str]) {
    ns.wait_until(&format!("{pod} is on its node"), || address_of(ns, pod).is_some());
    let all: Vec<Value> = addresses.iter().map(|address| json!({"ip": address})).collect();
    let condition = |name: &str| json!({"type": name, "status": "True"});
    ns.patch_status::<Pod>(
        pod,
        &json!({
            "phase": "Running", "podIP": addresses[0], "podIPs": all,
            "conditions": (["PodScheduled", "Initialized", "ContainersReady", "Ready"].map(condition)),
        }),
    );
}
