//! The kubelet of a node.

use super::{LABEL, cgroups, containerd, network};
use crate::boot::{State, kubeconfig};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use std::path::Path;

/// Kernel settings the kubelet insists on, and would change for the whole machine: in a node, files with what it wants
/// to read lie over them.
pub(super) const KERNEL: [(&str, &str); 6] = [
    ("vm/overcommit_memory", "1"),
    ("vm/panic_on_oom", "0"),
    ("kernel/panic", "10"),
    ("kernel/panic_on_oops", "1"),
    ("kernel/keys/root_maxkeys", "1000000"),
    ("kernel/keys/root_maxbytes", "25000000"),
];

/// Writes its configuration, and returns the arguments to start it with. `others` answer for names too.
pub(super) fn prepare(
    cluster: &Path,
    dir: &Path,
    state: &State,
    (name, number): (&str, u8),
    others: &[u8],
) -> Result<Vec<String>> {
    let token = state.tokens.get(&format!("system:node:{name}")).context("the node has no token")?;
    let access = kubeconfig(&state.server, &state.ca, name, token, "default");
    std::fs::write(dir.join("kubeconfig"), access)?;
    let dns: Vec<Ipv4Addr> = [number].iter().chain(others).map(|node| network::address(*node)).collect();
    let config = configuration(cluster, name, network::address(number), &dns);
    std::fs::write(dir.join("kubelet.json"), config.to_string())?;
    let file = |name: &str| dir.join(name).display().to_string();
    Ok(vec![
        format!("--config={}", file("kubelet.json")),
        format!("--kubeconfig={}", file("kubeconfig")),
        format!("--hostname-override={name}"),
        format!("--node-ip={}", network::address(number)),
        format!("--node-labels={LABEL}=true"),
    ])
}

fn configuration(cluster: &Path, name: &str, address: Ipv4Addr, dns: &[Ipv4Addr]) -> Value {
    json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": address,
        "authentication": {
            "anonymous": {"enabled": false},
            "webhook": {"enabled": true},
            "x509": {"clientCAFile": cluster.join("ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "containerRuntimeEndpoint": format!("unix://{}", containerd::SOCKET),
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": format!("/{}", cgroups::name(name)),
        "failCgroupV1": false,
        "failSwapOn": false,
        "enforceNodeAllocatable": [],
        "localStorageCapacityIsolation": false,
        "makeIPTablesUtilChains": false,
        "volumePluginDir": "/var/lib/kubelet/volume-plugins",
        // A full disk of the machine is no reason to evict pods of a test.
        "evictionHard": {"memory.available": "10Mi", "nodefs.available": "0%", "imagefs.available": "0%"},
        "imageGCHighThresholdPercent": 100,
        "clusterDomain": "cluster.local",
        "clusterDNS": dns,
        "resolvConf": "",
        "nodeStatusUpdateFrequency": "2s",
        "nodeLeaseDurationSeconds": 8,
    })
}
