//! The files a cluster needs before its first process starts.

use super::state::State;
use super::{Options, certs};
use crate::cache;
use anyhow::Result;
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// What the simulated kubelets do; tests/cluster/README.md lists the behaviours.
const STAGES: [&str; 12] = [
    include_str!("../../stages/node.yaml"),
    include_str!("../../stages/pod-create.yaml"),
    include_str!("../../stages/pod-ready.yaml"),
    include_str!("../../stages/pod-delete.yaml"),
    include_str!("../../stages/pod-running.yaml"),
    include_str!("../../stages/pod-probe-failing.yaml"),
    include_str!("../../stages/pod-unready-later.yaml"),
    include_str!("../../stages/pod-crash-loop.yaml"),
    include_str!("../../stages/pod-image-pull-error.yaml"),
    include_str!("../../stages/pod-container-config.yaml"),
    include_str!("../../stages/pod-init-failing.yaml"),
    include_str!("../../stages/pod-fails.yaml"),
];

/// Users without any rights; a test gives them some in its own namespace.
pub const USERS: [&str; 5] = ["user-a", "user-b", "user-c", "user-d", "user-e"];

/// Writes certificates, tokens, kubeconfig and stages, and notes the server and the tokens in the state.
pub(super) fn write(dir: &Path, options: &Options, api_port: u16, state: &mut State) -> Result<()> {
    cache::make_private(&dir.join("logs"))?;
    let ca = certs::write(dir, options.address)?;
    let admin = token()?;
    let mut tokens = format!("{admin},admin,admin,\"system:masters\"\n");
    for user in USERS {
        let token = token()?;
        tokens.push_str(&format!("{token},{user},{user}\n"));
        state.tokens.insert(user.to_owned(), token);
    }
    for node in &options.kubelets {
        let (token, user) = (token()?, format!("system:node:{node}"));
        tokens.push_str(&format!("{token},{user},{user},\"system:nodes\"\n"));
        state.tokens.insert(user, token);
    }
    std::fs::write(dir.join("tokens.csv"), tokens)?;
    let server = format!("https://{}:{api_port}", options.address);
    std::fs::write(dir.join("kubeconfig"), kubeconfig(&server, &ca, "admin", &admin, "default"))?;
    std::fs::write(dir.join("stages.yaml"), STAGES.join("\n---\n"))?;
    std::fs::write(dir.join("audit.json"), audit_policy().to_string())?;
    state.server = server;
    state.ca = ca;
    Ok(())
}

/// What the API server puts on record: who wrote what to the objects that the StatefulSet controller deals with.
/// Reads are left out.
fn audit_policy() -> Value {
    json!({
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "rules": [
            {"level": "None", "verbs": ["get", "list", "watch"]},
            {"level": "Request", "verbs": ["create", "update"], "resources": [
                {"group": "", "resources": ["pods", "persistentvolumeclaims"]},
                {"group": "apps", "resources": ["statefulsets", "statefulsets/status", "controllerrevisions"]},
            ]},
            {"level": "Metadata", "resources": [
                {"group": "", "resources": ["pods", "pods/*", "persistentvolumeclaims", "persistentvolumeclaims/*"]},
                {"group": "apps", "resources": ["statefulsets", "statefulsets/*", "controllerrevisions"]},
            ]},
            {"level": "None"},
        ],
    })
}

/// A kubeconfig file with one context; JSON, which every reader of YAML reads.
#[must_use]
pub fn kubeconfig(server: &str, ca: &str, user: &str, token: &str, namespace: &str) -> String {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": {
            "server": server, "certificate-authority-data": base64(ca.as_bytes()),
        }}],
        "users": [{"name": user, "user": {"token": token}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": user, "namespace": namespace}}],
        "current-context": "test",
    })
    .to_string()
}

/// 128 random bits.
fn token() -> Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn base64(bytes: &[u8]) -> String {
    // k8s-openapi's type for binary data is written as base64, which spares a dependency.
    match serde_json::to_value(k8s_openapi::ByteString(bytes.to_vec())) {
        Ok(Value::String(text)) => text,
        _ => String::new(),
    }
}
