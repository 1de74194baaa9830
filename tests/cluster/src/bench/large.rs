//! `status NAME` of a set of many replicas.

use super::{Bench, small};
use anyhow::Result;
use std::time::Duration;
use test_cluster::{Namespace, set};

/// Several hundred replicas, all in order.
pub(super) fn measure(bench: &Bench) -> Result<String> {
    let replicas = i32::try_from(bench.scale(500, 50))?;
    let ns = Namespace::on(&bench.cluster, "bench-large");
    ns.apply(set("large").replicas(replicas).parallel().claims("data"));
    ns.wait_for(Duration::from_secs(300), "all replicas are available", || {
        let status = ns.statefulset("large").status;
        status.and_then(|status| status.available_replicas) == Some(replicas)
    });
    small::compare(bench, ns.name(), "large", &format!("{replicas} replicas, all in order"), Some(30.0))
}
