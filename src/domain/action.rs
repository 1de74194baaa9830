//! What a person can do, as data: the command that does it, and what it changes in the snapshot.
//!
//! An action is suggested only where the model, asked again after the change, moves on: see [`Action::frees`].

use super::model::{Hopeless, MoveKind, forecast, update_status};
use super::pod::Pod;
use super::set::{Rolling, Strategy};
use super::{Offset, Ordinal, Revision, Set};

/// Something that a person can do to let the set move on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// A command that does it, as typed in a shell.
    pub command: String,
    /// What it brings about.
    pub effect: String,
    /// What could go wrong.
    pub risk: String,
    changes: Vec<Change>,
}

/// One change that an action makes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    DeletePod(Ordinal),
    RestoreTemplate(Revision),
    LowerPartition(Offset),
    ReleaseClaim { claim: String, pod: String },
    RemoveForeignPod(Ordinal),
    EvacuateNode(String),
    WakeController,
}

/// How far the model is run to see whether an action frees the set: far enough for a whole chain of waits, short
/// enough for 500 replicas.
const HORIZON: usize = 24;

impl Action {
    /// Deletes one pod, plainly.
    pub fn delete_pod(set: &Set, pod: &Pod, effect: String, risk: &str) -> Self {
        Self {
            command: format!("kubectl delete pod {} -n {}", pod.name, set.namespace),
            effect,
            risk: risk.to_owned(),
            changes: vec![Change::DeletePod(pod.ordinal)],
        }
    }

    /// Brings the template back to the revision of the last finished rollout. None where its number is unknown.
    pub fn undo(set: &Set) -> Option<Self> {
        let to = &set.current_revision;
        let number = set.revisions.get()?.iter().find(|stored| stored.name == *to)?.number;
        Some(Self {
            command: format!(
                "kubectl rollout undo statefulset/{} -n {} --to-revision={number}",
                set.name, set.namespace
            ),
            effect: format!("the template goes back to {to}, the revision of the last finished rollout"),
            risk: "the new version is withdrawn; what applies the manifest (CI, GitOps) will bring it back"
                .to_owned(),
            changes: vec![Change::RestoreTemplate(to.clone())],
        })
    }

    /// Whether the template goes back to an earlier revision.
    pub fn withdraws_the_template(&self) -> bool {
        self.changes.iter().any(|change| matches!(change, Change::RestoreTemplate(_)))
    }

    /// Lowers the partition, so that ordinals from there on get the update revision.
    pub fn lower_partition(set: &Set, to: Offset, effect: String) -> Self {
        Self {
            command: format!(
                "kubectl patch statefulset {} -n {} --type=merge -p \
                 '{{\"spec\":{{\"updateStrategy\":{{\"rollingUpdate\":{{\"partition\":{to}}}}}}}}}'",
                set.name, set.namespace
            ),
            effect,
            risk: format!("pods get revision {}, one after the other", set.update_revision),
            changes: vec![Change::LowerPartition(to)],
        }
    }

    /// Takes the reference to an earlier pod off a claim.
    pub fn release_claim(set: &Set, claim: &str, pod: &str) -> Self {
        Self {
            command: format!(
                "kubectl patch pvc {claim} -n {} --type=merge -p '{{\"metadata\":{{\"ownerReferences\":null}}}}'",
                set.namespace
            ),
            effect: format!("{pod} is created and uses the claim with the data that is on it"),
            risk: format!(
                "{pod} starts with the data of the earlier pod; whenScaled: Delete had meant it to go"
            ),
            changes: vec![Change::ReleaseClaim { claim: claim.to_owned(), pod: pod.to_owned() }],
        }
    }

    /// Deletes a pod that has a name which the set needs.
    pub fn remove_foreign_pod(set: &Set, ordinal: Ordinal, owner: Option<&str>) -> Self {
        let pod = set.pod_name(ordinal);
        let owner = owner.unwrap_or("whoever made it");
        Self {
            command: format!("kubectl delete pod {pod} -n {}", set.namespace),
            effect: format!("the name is free and the set creates its own {pod}"),
            risk: format!("that pod belongs to {owner}: ask first, and expect its owner to act"),
            changes: vec![Change::RemoveForeignPod(ordinal)],
        }
    }

    /// Touches the set: the controller watches sets and pods, and looks at once when one of them changes. It watches
    /// no claims, and retries what was refused in up to 17 minutes (`stateful_set.go`).
    pub fn wake_controller(set: &Set) -> Self {
        Self {
            command: format!(
                "kubectl annotate statefulset {} -n {} kubectl-stateful/woken=\"$(date +%s)\" --overwrite",
                set.name, set.namespace
            ),
            effect: "the controller looks at the set at once".to_owned(),
            risk: "none: only an annotation of the set changes".to_owned(),
            changes: vec![Change::WakeController],
        }
    }

    /// Declares a node out of service, so that its pods are removed and their volumes detached.
    pub fn evacuate(node: &str, pod: &str) -> Self {
        Self {
            command: format!(
                "kubectl taint nodes {node} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"
            ),
            effect: format!(
                "{pod} is removed within 20 s, its volumes detach, and it is created on another node"
            ),
            risk: format!(
                "only after {node} is proven powered off: else two {pod} run on one disk; remove the taint afterwards"
            ),
            changes: vec![Change::EvacuateNode(node.to_owned())],
        }
    }

    /// This, and then another one.
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        self.command = format!("{} && {}", self.command, next.command);
        self.effect = format!("{}; {}", self.effect, next.effect);
        self.changes.extend(next.changes);
        self
    }

    /// Whether the model moves on after it: something happens to the ordinal in trouble, and the set does not come
    /// to wait for that ordinal again. Trouble elsewhere may remain, but none may be added: a pod that is available
    /// is not given away for one that is known not to start.
    pub fn frees(&self, set: &Set, at: Option<Ordinal>, hopeless: &Hopeless) -> bool {
        let mut after = set.clone();
        let mut beyond = hopeless.clone();
        let mut touched = false;
        for change in &self.changes {
            touched |= change.apply(&mut after, &mut beyond, at);
        }
        let forecast = forecast(&after, &beyond, HORIZON);
        let moved = forecast.moves.iter().any(|step| at.is_none() || step.ordinal == at);
        let waits_again = forecast.end.kind == MoveKind::Wait && (at.is_none() || forecast.end.ordinal == at);
        let works = |ordinal: &Ordinal| set.pods.get(ordinal).is_some_and(|pod| !set.is_unavailable(pod));
        let breaks = forecast.broken.iter().any(|ordinal| Some(*ordinal) == at || works(ordinal));
        (touched || moved) && !waits_again && !breaks
    }

    /// The set after it, and what is hopeless then.
    #[cfg(test)]
    pub(super) fn applied(&self, set: &Set, hopeless: &Hopeless) -> (Set, Hopeless) {
        let (mut set, mut hopeless) = (set.clone(), hopeless.clone());
        for change in &self.changes {
            change.apply(&mut set, &mut hopeless, None);
        }
        (set, hopeless)
    }
}

impl Change {
    /// Makes the change in a copy. Whether it concerns the ordinal itself.
    fn apply(&self, set: &mut Set, hopeless: &mut Hopeless, at: Option<Ordinal>) -> bool {
        match self {
            Self::DeletePod(ordinal) => {
                let pod = set.pods.get(ordinal).filter(|pod| !hopeless.never_gone.contains(&pod.uid));
                let (gone, ran) = (pod.is_some(), pod.is_some_and(|pod| pod.node.is_some()));
                if gone {
                    set.pods.remove(ordinal);
                }
                // A pod on a node is seen terminating first, and the status is counted anew. One without is gone at
                // once, and the controller goes by the count of before.
                if ran {
                    update_status(set);
                }
                gone && at == Some(*ordinal)
            }
            Self::RestoreTemplate(revision) => {
                set.update_revision = revision.clone();
                // What the server refused was the other template.
                if let Some(at) = at {
                    hopeless.rejected.remove(&at);
                }
                false
            }
            Self::LowerPartition(partition) => {
                let max_unavailable = match &set.spec.strategy {
                    Strategy::RollingUpdate(Some(rolling)) => rolling.max_unavailable.clone(),
                    _ => None,
                };
                set.spec.strategy =
                    Strategy::RollingUpdate(Some(Rolling { partition: *partition, max_unavailable }));
                false
            }
            Self::ReleaseClaim { claim, pod } => {
                hopeless.claims.remove(claim);
                if let Some(claim) = set.claims.get_mut().and_then(|claims| claims.get_mut(claim)) {
                    claim.owners.retain(|owner| owner.name != *pod);
                }
                false
            }
            Self::RemoveForeignPod(ordinal) => {
                set.foreign_pods.retain(|pod| pod.ordinal != *ordinal);
                false
            }
            Self::WakeController => {
                hopeless.asleep.clear();
                false
            }
            Self::EvacuateNode(node) => {
                let before = set.pods.len();
                set.pods.retain(|_, pod| pod.node.as_deref() != Some(node));
                update_status(set);
                set.pods.len() < before
            }
        }
    }
}
