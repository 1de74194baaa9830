//! Three pods that are well, and what a canary of them does.

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::coordination::v1::Lease;
use serde_json::Value;
use std::io::Write as _;
use tempfile::NamedTempFile;
use test_cluster::*;

/// What a runner says when all pods of its step are Ready.
pub(crate) const SOAKS: &str = "must stay so";

pub(crate) fn web() -> SetBuilder {
    set("web").replicas(3)
}

/// A namespace in which a set is whole.
pub(crate) fn whole(name: &str, set: SetBuilder) -> Namespace {
    let ns = Namespace::new(name);
    ns.apply(set);
    ns.wait_rolled_out("web");
    ns
}

pub(crate) fn start(ns: &Namespace, args: &[&str]) -> Running {
    ns.spawn(&[&["canary", "web"], args].concat())
}

pub(crate) fn canary(ns: &Namespace, args: &[&str]) -> Run {
    start(ns, args).end()
}

/// Updates web-2 and stays with it for a minute.
pub(crate) fn soaking(ns: &Namespace, args: &[&str]) -> Running {
    let step: &[&str] = &["--step", "--image", "example/app:2", "--soak", "60s"];
    let running = start(ns, &[step, args].concat());
    running.stderr_with(SOAKS);
    running
}

/// A file with the pod template of a set, for `--patch`.
pub(crate) fn template(set: SetBuilder) -> NamedTempFile {
    let objects = set.into_objects();
    let found = objects.iter().find_map(|object| object.pointer("/spec/template"));
    let mut file = NamedTempFile::with_suffix(".json").expect("a file");
    write!(file, "{}", found.expect("a template")).expect("a patch");
    file
}

pub(crate) fn path(file: &NamedTempFile) -> &str {
    file.path().to_str().expect("a path")
}

/// The one item of a document.
pub(crate) fn item(run: &Run) -> Value {
    let document: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("no document ({error}) in {run}"));
    assert_eq!(document["kind"], "Canary", "{run}");
    document["items"][0].clone()
}

/// The identities of pods.
pub(crate) fn uids<const N: usize>(ns: &Namespace, pods: [&str; N]) -> [Option<String>; N] {
    pods.map(|pod| ns.pod(pod).and_then(|pod| pod.metadata.uid))
}

/// The image that a pod runs.
pub(crate) fn image(ns: &Namespace, pod: &str) -> String {
    let image = ns.pod(pod).and_then(|pod| pod.spec?.containers.into_iter().next()?.image);
    image.unwrap_or_default()
}

/// All of a set that a canary writes.
pub(crate) fn written(ns: &Namespace) -> Value {
    let set = serde_json::to_value(ns.statefulset("web")).expect("a set");
    serde_json::json!({"spec": set["spec"], "annotations": set["metadata"]["annotations"]})
}

/// The version of the set; it changes with each write, also of its status.
pub(crate) fn version(ns: &Namespace) -> String {
    ns.statefulset("web").metadata.resource_version.expect("a version")
}

pub(crate) fn partition(ns: &Namespace) -> Option<i32> {
    ns.get::<StatefulSet>("web")?.spec?.update_strategy?.rolling_update?.partition
}

/// Who holds the Lease; none where nobody does.
pub(crate) fn holder(ns: &Namespace) -> Option<String> {
    let lease = ns.get::<Lease>("kubectl-stateful-canary-web")?;
    lease.spec?.holder_identity.filter(|holder| !holder.is_empty())
}
