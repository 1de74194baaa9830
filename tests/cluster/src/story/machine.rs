//! What happens to the machine of a test's own node, and what others say of it.

use super::TestNode;
use crate::boot::KUBELET_LABEL;
use crate::client::block_on;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Event, Node, Taint};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::api::{Api, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

impl TestNode {
    /// Puts a taint on it, `NoExecute` as those that say what has become of a node.
    ///
    /// # Panics
    /// When the node is gone.
    pub fn taint(&self, key: &str, value: &str) {
        let taint = json!({"key": key, "value": value, "effect": "NoExecute"});
        let taint: Taint = serde_json::from_value(taint).expect("a taint");
        // Controllers write taints, too.
        loop {
            let mut node = block_on(self.nodes().get(self.name())).expect("the node");
            let spec = node.spec.get_or_insert_default();
            spec.taints.get_or_insert_default().push(taint.clone());
            match block_on(self.nodes().replace(self.name(), &PostParams::default(), &node)) {
                Err(kube::Error::Api(status)) if status.code == 409 => {}
                written => return drop(written.expect("a node with a taint")),
            }
        }
    }

    /// Gives it an annotation.
    ///
    /// # Panics
    /// When the node is gone.
    pub fn annotate(&self, key: &str, value: &str) {
        let patch = json!({"metadata": {"annotations": {key: value}}});
        block_on(self.nodes().patch(self.name(), &PatchParams::default(), &Patch::Merge(patch)))
            .expect("the node");
    }

    /// Writes its Ready condition. Its kubelet, if it has one, puts it right again; without a kubelet it turns Unknown
    /// 8 s later.
    ///
    /// # Panics
    /// When the node is gone.
    pub fn say_ready(&self, status: &str) {
        let now = Timestamp::now().to_string();
        self.write(&json!({"conditions": [{
            "type": "Ready", "status": status, "reason": "Test", "message": "written by a test",
            "lastHeartbeatTime": now, "lastTransitionTime": now,
        }]}));
    }

    /// Writes which boot of which machine it is.
    ///
    /// # Panics
    /// When the node is gone.
    pub fn say_boot(&self, machine: &str, boot: &str) {
        self.write(&json!({"nodeInfo": {"machineID": machine, "bootID": boot}}));
    }

    fn write(&self, status: &Value) {
        let patch = Patch::Strategic(json!({"status": status}));
        block_on(self.nodes().patch_status(self.name(), &PatchParams::default(), &patch)).expect("the node");
    }

    /// Reports a reboot, as a kubelet does whose machine has another boot id than its Node says (`setters.go` in
    /// `pkg/kubelet/nodestatus` of Kubernetes): an event of a Node is in the namespace `default`, and has its name for a
    /// uid.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn report_reboot(&self) {
        let (name, now) = (self.name(), Timestamp::now());
        let unique = format!("{name}.{:x}", now.as_nanosecond());
        let now = Timestamp::from_second(now.as_second()).expect("a time").to_string();
        let event = json!({
            "metadata": {"name": unique, "namespace": "default"},
            "involvedObject": {"apiVersion": "v1", "kind": "Node", "name": name, "uid": name},
            "type": "Warning",
            "reason": "Rebooted",
            "message": format!("Node {name} has been rebooted, boot id: 64f2d8a5-6f36-4d6c-9f2c-9a07d0f3c1b7"),
            "source": {"component": "kubelet", "host": name},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "reportingComponent": "kubelet",
            "reportingInstance": name,
        });
        let event: Event = serde_json::from_value(event).expect("an event");
        let events: Api<Event> = Api::namespaced(self.client(), "default");
        block_on(events.create(&PostParams::default(), &event)).expect("a new event");
    }

    /// Deletes the Node object and makes one of the same name without a kubelet, as when another machine takes over the
    /// name and does not come up.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn make_anew(&self) {
        let mut node = block_on(self.nodes().get(self.name())).expect("the node");
        node.metadata.labels.get_or_insert_default().remove(KUBELET_LABEL);
        self.delete();
        let anew = json!({
            "metadata": {"name": self.name(), "labels": node.metadata.labels},
            "spec": {"taints": node.spec.and_then(|spec| spec.taints)},
        });
        let anew: Node = serde_json::from_value(anew).expect("a node");
        block_on(self.nodes().create(&PostParams::default(), &anew)).expect("a new node");
    }

    /// How long ago its Lease was renewed; none when there is none.
    ///
    /// # Panics
    /// When the API server refuses.
    #[must_use]
    pub fn lease_age(&self) -> Option<SignedDuration> {
        let lease = block_on(self.leases().get_opt(self.name())).expect("a lease or none")?;
        Some(Timestamp::now().duration_since(lease.spec?.renew_time?.0))
    }

    /// Renews its Lease, as a kubelet does that no watcher can hear any more, whose clock is behind by so much.
    ///
    /// # Panics
    /// When the API server refuses.
    pub fn renew_lease(&self, behind: SignedDuration) {
        let patch = json!({"spec": {"renewTime": MicroTime(Timestamp::now() - behind)}});
        block_on(self.leases().patch(self.name(), &PatchParams::default(), &Patch::Merge(patch)))
            .expect("the lease");
    }

    fn leases(&self) -> Api<Lease> {
        Api::namespaced(self.client(), "kube-node-lease")
    }
}
