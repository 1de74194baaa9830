//! Writes `tests/fixtures/leaders`, what the command tests read. Only on demand:
//!
//! ```text
//! cargo cluster test record:: -- --ignored
//! ```

use crate::scene::{annotated_at, lease};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Pod;
use serde_json::json;
use std::path::Path;
use test_cluster::*;

#[test]
#[ignore = "writes tests/fixtures"]
fn leaders() {
    let ns = Namespace::new("leaders");
    for name in ["cache", "db", "queue", "web"] {
        ns.apply(set(name).replicas(2).parallel());
        ns.wait_rolled_out(name);
    }
    let holder = |pod: &str| format!("{pod}_0b6dbd16-0e3f-4a3c-8f0e-2f6d2f0f7a61");
    // What an earlier version of the same software has left behind.
    let long_ago = Timestamp::now() - SignedDuration::from_hours(9_000);
    ns.apply(annotated_at(long_ago, "ConfigMap", "web", &holder("web-0"), 15));
    for pod in ["db-0", "db-1"] {
        ns.patch::<Pod>(pod, &json!({"metadata": {"labels": {"role": "primary"}}}));
    }
    ns.apply(lease("cache-lock", "cache-0", 15, 75));
    ns.apply(lease("web", &holder("web-1"), 15, 4));
    let text = ns.plugin(&["capture"]).ok().stdout.replace(ns.name(), "demo");
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/leaders");
    std::fs::create_dir_all(&directory).expect("a directory for the fixture");
    std::fs::write(directory.join("state.yaml"), text).expect("a fixture file");
}
