//! What one sync did, in the model's words.

use crate::prove::evidence::audit::Write;
use crate::prove::evidence::syncs::Sync;
use crate::prove::world::actor::SET;
use kubectl_stateful::domain::model::Refused;
use kubectl_stateful::domain::ordinal::split_pod_name;
use kubectl_stateful::domain::{Ordinal, Revision, Set};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Something done to a pod or a claim.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::prove) enum Done {
    /// A claim was made, of this name.
    Claim(String),
    /// A pod was made, at this revision.
    Create(Ordinal, String),
    /// A pod was deleted that was at this revision.
    Delete(Ordinal, String),
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Claim(name) => write!(f, "CreateClaim {name}"),
            Self::Create(ordinal, revision) => write!(f, "CreatePod {ordinal} at {revision}"),
            Self::Delete(ordinal, revision) => write!(f, "DeletePod {ordinal} at {revision}"),
        }
    }
}

/// What one sync of the real controller did, and what the API server answered.
#[derive(Clone, Debug, Default)]
pub(in crate::prove) struct Observed {
    /// In any order: Parallel promises none.
    pub(in crate::prove) done: BTreeSet<Done>,
    /// What the server refused to create, for another reason than that the name is taken.
    pub(in crate::prove) refused: Refused,
    /// The ControllerRevision that was made.
    pub(in crate::prove) new_revision: Option<String>,
    /// Ordinals whose pod the server was asked for and did not create, for whatever reason.
    pub(in crate::prove) failed: BTreeSet<Ordinal>,
    /// What was reported, where the status was written.
    pub(in crate::prove) status: Option<Reported>,
}

/// What the model knows of the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::prove) struct Reported {
    pub(in crate::prove) current_revision: String,
    pub(in crate::prove) update_revision: String,
    pub(in crate::prove) current_replicas: u64,
}

impl Observed {
    /// What a sync did to the set of a snapshot.
    pub(in crate::prove) fn of(sync: &Sync, writes: &[Write], set: &Set) -> Self {
        let mut observed = Self::default();
        let during = |write: &&Write| write.by_controller && write.at >= sync.start && write.at <= sync.end;
        let mut made: BTreeMap<Ordinal, String> = BTreeMap::new();
        let during: Vec<&Write> = writes.iter().filter(during).collect();
        for write in during.iter().filter(|write| write.resource == "controllerrevisions") {
            if write.verb == "create" && write.code == 201 {
                observed.new_revision = Some(write.name.clone());
            }
        }
        for write in during {
            let ordinal =
                || split_pod_name(&write.name).filter(|(of, _)| *of == SET).map(|(_, ordinal)| ordinal);
            match (write.verb.as_str(), write.resource.as_str(), write.code) {
                ("create", "persistentvolumeclaims", 201) => {
                    observed.done.insert(Done::Claim(write.name.clone()));
                }
                ("create", "persistentvolumeclaims", 400..) if write.code != 409 => {
                    observed.refused.claims.insert(write.name.clone());
                }
                ("create", "pods", code) => {
                    let Some(ordinal) = ordinal() else { continue };
                    if code == 201 {
                        let revision =
                            observed.plain(text(&write.object, "/metadata/labels/controller-revision-hash"));
                        made.insert(ordinal, revision.clone());
                        observed.done.insert(Done::Create(ordinal, revision));
                        continue;
                    }
                    observed.failed.insert(ordinal);
                    if code != 409 {
                        observed.refused.pods.insert(ordinal);
                    }
                }
                // "Not found" counts as deleted; nothing happened.
                ("delete", "pods", 200..300) => {
                    let Some(ordinal) = ordinal() else { continue };
                    let known =
                        set.pods.get(&ordinal).and_then(|pod| pod.revision.as_ref()).map(Revision::as_str);
                    let revision = known.map(str::to_owned).or_else(|| made.get(&ordinal).cloned());
                    observed.done.insert(Done::Delete(ordinal, revision.unwrap_or_default()));
                }
                ("update", "statefulsets/status", 200) => {
                    let revision = |pointer| observed.plain(text(&write.object, pointer));
                    let count = write.object.pointer("/status/currentReplicas").and_then(Value::as_u64);
                    observed.status = Some(Reported {
                        current_revision: revision("/status/currentRevision"),
                        update_revision: revision("/status/updateRevision"),
                        current_replicas: count.unwrap_or_default(),
                    });
                }
                _ => {}
            }
        }
        observed
    }

    /// The name under which a revision is compared: one that did not exist before has none yet.
    fn plain(&self, revision: &str) -> String {
        let new = self.new_revision.as_deref() == Some(revision);
        if new { Revision::unborn().as_str().to_owned() } else { revision.to_owned() }
    }

    /// Whether a pod was made or deleted.
    pub(in crate::prove) fn moved_pods(&self) -> bool {
        self.done.iter().any(|done| !matches!(done, Done::Claim(_)))
    }
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
