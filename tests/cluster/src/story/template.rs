//! What a set's pods are like.

use super::pod::{BEHAVIOUR, DELAY};
use super::set::{NO_NODE, push};
use super::{Behaviour, Namespace, SetBuilder, TestNode};
use serde_json::{Value, json};

impl SetBuilder {
    /// An annotation of the pod template: any change of it is a new revision.
    #[must_use]
    pub fn pod_annotation(self, key: &str, value: &str) -> Self {
        self.with(|spec| spec["template"]["metadata"]["annotations"][key] = value.into())
    }

    /// A label of the pod template, beside that of the selector.
    #[must_use]
    pub fn pod_label(self, key: &str, value: &str) -> Self {
        self.with(|spec| spec["template"]["metadata"]["labels"][key] = value.into())
    }

    /// The image of the first container: another one is a new revision.
    #[must_use]
    pub fn image(self, image: &str) -> Self {
        self.with(|spec| spec["template"]["spec"]["containers"][0]["image"] = image.into())
    }

    /// One more container, which is always well.
    #[must_use]
    pub fn container(self, name: &str) -> Self {
        let container = json!({"name": name, "image": format!("example/{name}:1")});
        self.with(|spec| push(&mut spec["template"]["spec"]["containers"], container))
    }

    /// One more init container.
    #[must_use]
    pub fn init_container(self, name: &str) -> Self {
        let container = json!({"name": name, "image": format!("example/{name}:1")});
        self.with(|spec| push(&mut spec["template"]["spec"]["initContainers"], container))
    }

    /// A TCP port of the first container.
    #[must_use]
    pub fn port(self, name: &str, number: u16) -> Self {
        let port = json!({"name": name, "containerPort": number});
        self.with(|spec| push(&mut spec["template"]["spec"]["containers"][0]["ports"], port))
    }

    /// How its pods behave. [`Behaviour::InitFailing`] brings an init container `init` if there is none.
    #[must_use]
    pub fn behaviour(self, behaviour: Behaviour) -> Self {
        let bare = self.spec["template"]["spec"]["initContainers"].is_null();
        let this =
            if behaviour == Behaviour::InitFailing && bare { self.init_container("init") } else { self };
        this.pod_annotation(BEHAVIOUR, behaviour.name())
    }

    /// After how long a behaviour that changes does so, like `2s` or `500ms`.
    #[must_use]
    pub fn delay(self, delay: &str) -> Self {
        self.pod_annotation(DELAY, delay)
    }

    /// The pods' grace period.
    #[must_use]
    pub fn grace_period(self, seconds: i64) -> Self {
        self.with(|spec| spec["template"]["spec"]["terminationGracePeriodSeconds"] = seconds.into())
    }

    /// Its pods run on this node only.
    #[must_use]
    pub fn node(self, node: &TestNode) -> Self {
        let selector = json!({"kubernetes.io/hostname": node.name()});
        self.selector(selector, node.namespace())
    }

    /// Its pods run on the nodes this namespace has made for itself, any of them.
    #[must_use]
    pub fn nodes_of(self, namespace: &Namespace) -> Self {
        self.nodes_in(namespace.name())
    }

    /// The same, for a namespace by its name.
    #[must_use]
    pub fn nodes_in(self, namespace: &str) -> Self {
        self.selector(json!({super::node::OWNER: namespace}), namespace)
    }

    /// Its pods run nowhere: no node has what they ask for.
    #[must_use]
    pub fn unschedulable(self) -> Self {
        self.with(|spec| {
            spec["template"]["spec"]["nodeSelector"] = json!({NO_NODE: "node"});
        })
    }

    fn selector(self, selector: Value, owner: &str) -> Self {
        let toleration = json!({"key": super::node::OWNER, "operator": "Equal", "value": owner});
        self.with(|spec| {
            spec["template"]["spec"]["nodeSelector"] = selector;
            spec["template"]["spec"]["tolerations"] = json!([toleration]);
        })
    }
}
