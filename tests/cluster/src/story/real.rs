//! Sets whose pods are real: what runs in them, and a look inside.

use super::{Namespace, Run, SetBuilder, run};
use crate::real::{BUSYBOX, Image, LABEL};
use serde_json::{Value, json};

/// Serves its host name at port 80, until it is told to end.
const SERVE: &str =
    "mkdir -p /www; hostname > /www/index.html; httpd -p 80 -h /www; sleep infinity & wait $!";

impl SetBuilder {
    /// Its pods run on real nodes: a web server that says the pod's name, Ready once it answers, and ended by SIGTERM.
    #[must_use]
    pub fn real(self) -> Self {
        self.real_image(&Image::reference(BUSYBOX))
            .command(&["sh", "-c", &format!("trap 'exit 0' TERM; {SERVE}")])
            .readiness(json!({"httpGet": {"path": "/", "port": 80}, "periodSeconds": 1}))
            .with(|spec| spec["template"]["spec"]["nodeSelector"] = json!({LABEL: "true"}))
    }

    /// The same, but SIGTERM is ignored: the pod ends when its grace period does.
    #[must_use]
    pub fn deaf(self) -> Self {
        self.real().command(&["sh", "-c", &format!("trap '' TERM; {SERVE}")])
    }

    /// The image of the first container, which every real node has and nobody pulls.
    #[must_use]
    pub fn real_image(self, reference: &str) -> Self {
        self.image(reference).first_container("imagePullPolicy", json!("Never"))
    }

    /// What the first container runs.
    #[must_use]
    pub fn command(self, command: &[&str]) -> Self {
        self.first_container("command", json!(command))
    }

    /// How the kubelet asks whether the first container is ready, as it stands in the API.
    #[must_use]
    pub fn readiness(self, probe: Value) -> Self {
        self.first_container("readinessProbe", probe)
    }

    /// Its pods are on different nodes as far as nodes are healthy.
    #[must_use]
    pub fn spread(self) -> Self {
        self.with(|spec| {
            let labels = spec["selector"].clone();
            spec["template"]["spec"]["topologySpreadConstraints"] = json!([{
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "DoNotSchedule",
                "nodeTaintsPolicy": "Honor",
                "labelSelector": labels,
            }]);
        })
    }

    fn first_container(self, field: &str, value: Value) -> Self {
        self.with(|spec| spec["template"]["spec"]["containers"][0][field] = value)
    }
}

impl Namespace {
    /// Runs a command in the first container of a real pod.
    #[must_use]
    pub fn exec(&self, pod: &str, command: &[&str]) -> Run {
        run::kubectl(&self.cluster.kubeconfig, &self.name, &[&["exec", pod, "--"], command].concat()).end()
    }

    /// The node a pod is on.
    ///
    /// # Panics
    /// When the pod is not there, or on no node.
    #[must_use]
    pub fn node_of(&self, pod: &str) -> String {
        let node = self.pod(pod).and_then(|pod| pod.spec?.node_name);
        node.unwrap_or_else(|| panic!("{pod} is on no node"))
    }
}
