//! What several of these tests bring about.

use k8s_openapi::api::core::v1::Pod;
use serde_json::{Value, json};
use test_cluster::*;

/// No grace: what has not come right at once counts as stuck.
pub const AT_ONCE: &[&str] = &["--stuck-after=0s"];

/// The image of the first template.
pub const OLD: &str = "example/app:1";

/// The image of a second template.
pub const NEW: &str = "example/app:2";

/// A set of so many pods, rolled out.
pub fn rolled_out(name: &str, replicas: i32) -> Namespace {
    let ns = Namespace::new(name);
    ns.apply(set("web").replicas(replicas));
    ns.wait_rolled_out("web");
    ns
}

/// Applies a set after a change to the object itself, for what the builder has no word for.
pub fn apply_changed(ns: &Namespace, set: SetBuilder, change: impl Fn(&mut Value)) {
    for mut object in set.into_objects() {
        if object["kind"] == "StatefulSet" {
            change(&mut object);
        }
        ns.apply(object);
    }
}

/// Waits until a pod crash loops and is not Ready.
pub fn wait_crashing(ns: &Namespace, pod: &str) {
    ns.wait_until(&format!("{pod} is crash looping"), || {
        ns.waiting_reason(pod, "app").as_deref() == Some("CrashLoopBackOff") && !ns.is_ready(pod)
    });
}

/// Makes a pod that was well crash loop.
pub fn break_pod(ns: &Namespace, pod: &str) {
    ns.behave(pod, Behaviour::CrashLoop);
    wait_crashing(ns, pod);
}

/// Waits until the controller has made a revision for the newest template, which differs from the current one.
pub fn wait_new_revision(ns: &Namespace) {
    ns.wait_until("the controller has seen the new template", || {
        let set = ns.statefulset("web");
        let status = set.status.unwrap_or_default();
        status.observed_generation >= set.metadata.generation
            && status.update_revision != status.current_revision
    });
}

/// Waits until the controller has seen the newest spec.
pub fn wait_observed(ns: &Namespace) {
    ns.wait_until("the controller has seen the newest spec", || {
        let set = ns.statefulset("web");
        set.status.and_then(|status| status.observed_generation) == set.metadata.generation
    });
}

/// A pod's revision.
pub fn revision(ns: &Namespace, pod: &str) -> Option<String> {
    ns.pod(pod)?.metadata.labels?.get("controller-revision-hash").cloned()
}

/// The image of a pod's first container.
pub fn image(ns: &Namespace, pod: &str) -> Option<String> {
    ns.pod(pod)?.spec?.containers.into_iter().next()?.image
}

/// Waits until a pod is Ready on this image.
pub fn wait_image(ns: &Namespace, pod: &str, wanted: &str) {
    ns.wait_until(&format!("{pod} runs {wanted}"), || {
        image(ns, pod).as_deref() == Some(wanted) && ns.is_ready(pod)
    });
}

/// A pod's identity.
pub fn uid(ns: &Namespace, pod: &str) -> Option<String> {
    ns.pod(pod)?.metadata.uid
}

/// Puts a finalizer on a pod, as an operator does that has work to do when it goes.
pub fn hold(ns: &Namespace, pod: &str) {
    ns.patch::<Pod>(pod, &json!({"metadata": {"finalizers": ["example.com/hold"]}}));
}

/// Takes it off again.
pub fn let_go(ns: &Namespace, pod: &str) {
    ns.patch::<Pod>(pod, &json!({"metadata": {"finalizers": null}}));
}
