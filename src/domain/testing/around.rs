//! What stands around the set of a story.

use super::{Story, ago};
use crate::domain::Known;
use crate::domain::claim::Owner;
use crate::domain::surroundings::{Event, Node, StorageClass};

impl Story {
    /// An event about any object, first and last seen so many seconds ago. Normal ones begin with `Successful`.
    pub(crate) fn event(mut self, kind: &str, name: &str, reason: &str, message: &str, seconds: i64) -> Self {
        let event = Event {
            kind: kind.to_owned(),
            name: name.to_owned(),
            uid: String::new(),
            warning: !reason.starts_with("Successful"),
            reason: reason.to_owned(),
            message: message.to_owned(),
            first: Some(ago(seconds)),
            last: Some(ago(seconds)),
            count: 3,
        };
        let events = self.set.around.events.get_mut().expect("events are readable");
        events.push(event);
        events.sort_by_key(|event| event.last);
        self
    }

    /// An event of the controller about an ordinal's pod.
    pub(crate) fn controller_event(self, reason: &str, number: u32, words: &str, seconds: i64) -> Self {
        let set = self.set.name.clone();
        let message = format!("create Pod {set}-{number} in StatefulSet {set} {words}");
        self.event("StatefulSet", &set, reason, &message, seconds)
    }

    /// The API server refuses to make the ordinal's pod.
    pub(crate) fn rejected(self, number: u32, words: &str, seconds: i64) -> Self {
        self.controller_event("FailedCreate", number, &format!("failed error: {words}"), seconds)
    }

    pub(crate) fn events_unread(mut self) -> Self {
        self.set.around.events = Known::Unknown;
        self
    }

    /// A node whose Ready condition has had that status for so many seconds.
    pub(crate) fn node(mut self, name: &str, ready: &str, seconds: i64) -> Self {
        let node = Node {
            name: name.to_owned(),
            ready: ready.to_owned(),
            ready_since: Some(ago(seconds)),
            message: "Kubelet stopped posting node status.".to_owned(),
            lease_renewed: Known::Known(Some(ago(seconds + 40))),
            taints: Vec::new(),
        };
        self.set.around.nodes.insert(name.to_owned(), Known::Known(Some(node)));
        self
    }

    /// The node has a taint.
    pub(crate) fn taint(mut self, name: &str, key: &str) -> Self {
        match self.set.around.nodes.get_mut(name) {
            Some(Known::Known(Some(node))) => node.taints.push(key.to_owned()),
            other => panic!("the story has no node {name}: {other:?}"),
        }
        self
    }

    /// The Node object does not exist.
    pub(crate) fn node_gone(mut self, name: &str) -> Self {
        self.set.around.nodes.insert(name.to_owned(), Known::Known(None));
        self
    }

    /// The node could not be read.
    pub(crate) fn node_unread(mut self, name: &str) -> Self {
        self.set.around.nodes.insert(name.to_owned(), Known::Unknown);
        self
    }

    pub(crate) fn storage_class(mut self, name: &str, default: bool, waits_for_consumer: bool) -> Self {
        let class = StorageClass { name: name.to_owned(), default, waits_for_consumer };
        self.set.around.storage_classes.get_mut().expect("classes are readable").push(class);
        self
    }

    pub(crate) fn service(mut self, name: &str, exists: bool) -> Self {
        self.set.spec.service = name.to_owned();
        if !exists {
            self.set.around.service = Known::Known(None);
        }
        self
    }

    pub(crate) fn service_unread(mut self) -> Self {
        self.set.around.service = Known::Unknown;
        self
    }

    pub(crate) fn autoscaler(mut self, name: &str) -> Self {
        self.set.around.autoscalers.get_mut().expect("autoscalers are readable").push(name.to_owned());
        self
    }

    pub(crate) fn owner(mut self, kind: &str, name: &str, controller: bool) -> Self {
        let (api_version, uid) = ("example.com/v1".to_owned(), format!("uid-{name}"));
        self.set.around.owners.push(Owner {
            api_version,
            kind: kind.to_owned(),
            name: name.to_owned(),
            uid,
            controller,
        });
        self
    }

    /// A tool applies a field.
    pub(crate) fn applied_by(mut self, tool: &str, field: &str) -> Self {
        self.set.around.field_owners.push((tool.to_owned(), field.to_owned()));
        self
    }
}
