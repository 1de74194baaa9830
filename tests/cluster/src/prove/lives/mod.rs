//! The life of a StatefulSet, as data: how it is made, and what happens to it, step by step.
//!
//! - [`intent`]: lives that show a rule or a cause; [`chance`]: lives nobody thought of

pub mod chance;
pub mod intent;

use crate::Behaviour;
use serde::{Deserialize, Serialize};

/// A set and what happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    /// What it shows, or the seed it comes from.
    pub name: String,
    /// It is to show something, and always lived to its end.
    pub by_intent: bool,
    /// When it is stuck it is watched for a while, in which nothing happens, and then what `status` suggests is done.
    pub watched: bool,
    /// The set as it is made.
    pub shape: Shape,
    /// What happens, after it was made; each step happens while the controller is not there.
    pub steps: Vec<Step>,
}

/// A set as it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// How many pods.
    pub replicas: u32,
    /// The first ordinal.
    pub start: u32,
    /// Parallel, not OrderedReady.
    pub parallel: bool,
    /// How pods get a new template.
    pub update: Update,
    /// How long a pod is Ready before it is available.
    pub min_ready_seconds: u32,
    /// How many claims each pod has.
    pub claims: u32,
    /// The class of the claims.
    pub class: String,
    /// Claims go with the set.
    pub delete_with_set: bool,
    /// Claims go with their ordinal.
    pub delete_when_scaled: bool,
    /// Its pods run on two nodes that are its own, and can be lost.
    pub own_nodes: bool,
    /// Its pods have an init container.
    pub init: bool,
    /// How the pods of the first template behave.
    pub template: Template,
}

/// `spec.updateStrategy`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Update {
    /// RollingUpdate without a word on how.
    Null,
    /// RollingUpdate with a partition.
    Partition(u32),
    /// RollingUpdate with a partition and maxUnavailable: a number, or a percentage with its sign.
    Budget(u32, String),
    /// OnDelete.
    OnDelete,
}

/// A pod template. Each use of one is a new revision, unless it is taken up again by [`Event::Revert`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Template {
    /// Pods that behave so.
    Of(Behaviour),
    /// No node has what the pods ask for.
    Unschedulable,
    /// The pods have a volume whose claim nobody makes.
    AbsentClaim,
}

/// What happens while the controller is not there, and how far the rest of the world comes before it is back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What happens, in this order.
    pub events: Vec<Event>,
    /// How far the world comes after it.
    pub then: Then,
}

/// How far the rest of the world comes before the controller is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Then {
    /// What was deleted is gone and what was started runs.
    Settles,
    /// It has begun to react.
    Begins,
    /// It does nothing.
    Stands,
}

/// Something that happens to a set. A number that stands for a pod or a claim counts those that exist, round and
/// round, so that it always means one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A new template.
    Change(Template),
    /// Back to the template so many before the present one.
    Revert(usize),
    /// So many pods are asked for.
    Scale(u32),
    /// Another first ordinal.
    Start(u32),
    /// Another update strategy.
    Strategy(Update),
    /// Another minReadySeconds.
    MinReady(u32),
    /// Another retention policy: with the set, when scaled.
    Retention(bool, bool),
    /// A pod is deleted by hand.
    DeletePod(usize),
    /// A pod begins to behave otherwise.
    Behave(usize, Behaviour),
    /// A pod gets a finalizer and is deleted.
    Hold(usize),
    /// All finalizers that were given are taken away.
    Release,
    /// A pod is deleted and its kubelet does not finish.
    Stick(usize),
    /// Kubelets finish what they did not finish.
    Unstick,
    /// A claim is deleted.
    DeleteClaim(usize),
    /// A claim gets a finalizer, so that it stays when it is deleted.
    HoldClaim(usize),
    /// A claim's volume is deleted under it.
    LoseVolume(usize),
    /// The same, again until the claim is known to have lost it: one that is not bound yet has nothing to lose.
    LoseVolumeForSure(usize),
    /// A claim's volume can be used on a node only that does not exist.
    PinVolume(usize),
    /// A pod is deleted by force: the object goes at once.
    ForceDelete(usize),
    /// A pod gets a label by which the set does not select it any more.
    Relabel(usize),
    /// The namespace may have so many pods, or any number again.
    Quota(Option<u32>),
    /// The namespace may have so many claims, or any number again.
    ClaimQuota(Option<u32>),
    /// Somebody else makes a pod with the name of the first ordinal that has none, even out of range.
    Foreign,
    /// The pod of somebody else goes.
    Unforeign,
    /// The own node of this number is lost.
    LoseNode(usize),
    /// Lost nodes come back.
    FindNodes,
    /// The set is deleted, and a finalizer holds it.
    DeleteSet,
    /// The set is deleted without its pods and made again, with so many claims for each pod: it finds the pods and
    /// adopts them.
    Recreate(u32),
    /// What `status` suggests is done.
    Follow(String),
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            replicas: 3,
            start: 0,
            parallel: false,
            update: Update::Partition(0),
            min_ready_seconds: 0,
            claims: 0,
            class: "standard".to_owned(),
            delete_with_set: false,
            delete_when_scaled: false,
            own_nodes: false,
            init: false,
            template: Template::Of(Behaviour::Healthy),
        }
    }
}
