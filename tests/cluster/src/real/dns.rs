//! The cluster's DNS server: CoreDNS as kubeadm installs it, but without a server to forward to, and in the nodes' own
//! network, as nobody here makes addresses of Services reachable. Each node has one, and asks it first.

use super::images::Image;
use super::images::standard::COREDNS;
use super::{LABEL, network};
use serde_json::{Value, json};

/// What it serves.
const COREFILE: &str = ".:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    reload
    loadbalance
}
";

/// Where it lives.
pub(super) const NAMESPACE: &str = "kube-system";
/// Its Deployment.
pub(super) const NAME: &str = "coredns";

/// All its objects. `api_port` is the API server's, `nodes` how many it runs on.
pub(super) fn objects(api_port: u16, nodes: usize) -> Value {
    let meta = |name: &str| json!({"name": name, "namespace": NAMESPACE, "labels": labels()});
    let role = json!({"name": "system:coredns"});
    let account = json!({"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE});
    let rbac = "rbac.authorization.k8s.io";
    json!({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta(NAME)},
        {"apiVersion": format!("{rbac}/v1"), "kind": "ClusterRole", "metadata": role, "rules": [
            {"apiGroups": [""], "resources": ["endpoints", "services", "pods", "namespaces"],
             "verbs": ["list", "watch"]},
            {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]},
        ]},
        {"apiVersion": format!("{rbac}/v1"), "kind": "ClusterRoleBinding", "metadata": role,
         "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": "system:coredns"}, "subjects": [account]},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta(NAME), "data": {"Corefile": COREFILE}},
        {"apiVersion": "v1", "kind": "Service", "metadata": meta("kube-dns"), "spec": {
            "clusterIP": "10.96.0.10",
            "selector": labels(),
            "ports": [
                {"name": "dns", "port": 53, "protocol": "UDP"},
                {"name": "dns-tcp", "port": 53, "protocol": "TCP"},
                {"name": "metrics", "port": 9153, "protocol": "TCP"},
            ],
        }},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta(NAME), "spec": {
            "replicas": nodes,
            // The ports of the old pod are the new one's.
            "strategy": {"rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
            "selector": {"matchLabels": labels()},
            "template": {"metadata": {"labels": labels()}, "spec": pod(api_port)},
        }},
    ]})
}

fn labels() -> Value {
    json!({"k8s-app": "kube-dns"})
}

fn pod(api_port: u16) -> Value {
    let probe = |path: &str, port: u16| json!({"httpGet": {"path": path, "port": port}, "periodSeconds": 1});
    let port = |name: &str, port: u16, protocol: &str| json!({"name": name, "containerPort": port, "protocol": protocol});
    json!({
        "serviceAccountName": NAME,
        "hostNetwork": true,
        "dnsPolicy": "Default",
        "nodeSelector": {LABEL: "true"},
        "terminationGracePeriodSeconds": 1,
        "containers": [{
            "name": NAME,
            "image": Image::reference(COREDNS),
            "imagePullPolicy": "Never",
            "args": ["-conf", "/etc/coredns/Corefile"],
            "env": [
                {"name": "KUBERNETES_SERVICE_HOST", "value": network::MACHINE},
                {"name": "KUBERNETES_SERVICE_PORT", "value": api_port.to_string()},
            ],
            // Of the node's network, so two never share a node.
            "ports": [port("dns", 53, "UDP"), port("dns-tcp", 53, "TCP"), port("metrics", 9153, "TCP")],
            "readinessProbe": probe("/ready", 8181),
            "livenessProbe": probe("/health", 8080),
            "volumeMounts": [{"name": "config", "mountPath": "/etc/coredns", "readOnly": true}],
        }],
        "volumes": [{"name": "config", "configMap": {"name": NAME}}],
    })
}
