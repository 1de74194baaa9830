//! The container runtime of a node.

use super::images::Image;
use super::images::standard::PAUSE;
use super::network;
use super::pieces::Pieces;
use crate::parts::NodeParts;
use anyhow::Result;
use serde_json::json;
use std::path::Path;

/// Where it listens, inside of its node.
pub(super) const SOCKET: &str = "/run/containerd/containerd.sock";

/// Writes its configuration and that of the pods' network, and returns the arguments to start it with.
pub(super) fn prepare(dir: &Path, number: u8, parts: &NodeParts, pieces: &Pieces) -> Result<Vec<String>> {
    let (config, cni) = (dir.join("containerd.toml"), dir.join("cni-config"));
    std::fs::create_dir_all(&cni)?;
    std::fs::write(cni.join("10-pods.conflist"), pod_network(number).to_string())?;
    std::fs::write(&config, configuration(dir, &cni, parts, pieces))?;
    Ok(vec![format!("--config={}", config.display())])
}

/// A string in TOML is written as one in JSON.
fn configuration(dir: &Path, cni: &Path, parts: &NodeParts, pieces: &Pieces) -> String {
    let text = |path: &Path| json!(path).to_string();
    let (root, shim, runc) = (text(&dir.join("containerd")), text(&parts.shim), text(&pieces.runc));
    let (plugins, networks, sandbox) = (text(&pieces.cni), text(cni), json!(Image::reference(PAUSE)));
    // Without restrict_oom_score_adj, runc fails where this process itself may not lower its score.
    format!(
        r#"version = 3
root = {root}
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
address = "{SOCKET}"
[plugins."io.containerd.cri.v1.runtime"]
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = [{plugins}]
conf_dir = {networks}
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
runtime_path = {shim}
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
BinaryName = {runc}
[plugins."io.containerd.cri.v1.images"]
snapshotter = "overlayfs"
[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = {sandbox}
"#
    )
}

fn pod_network(number: u8) -> serde_json::Value {
    let (mut ranges, mut routes) = (vec![network::pods(number)], vec!["0.0.0.0/0"]);
    if network::has_ipv6() {
        ranges.push(network::pods_v6(number));
        routes.push("::/0");
    }
    let ranges: Vec<_> = ranges.iter().map(|subnet| [json!({"subnet": subnet})]).collect();
    let routes: Vec<_> = routes.iter().map(|to| json!({"dst": to})).collect();
    json!({
        "cniVersion": "1.0.0",
        "name": "pods",
        "plugins": [{
            "type": "bridge",
            "bridge": "pods",
            "isGateway": true,
            "ipMasq": false,
            "ipam": {
                "type": "host-local",
                "ranges": ranges,
                "routes": routes,
            },
        }],
    })
}
