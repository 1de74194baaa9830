//! Builds what was read of a namespace, so that a test reads as a story:
//!
//! `scene().set(set("web").replicas(2).template("data")).hpa("web", 5).says(&claim("data-web-3"))`

use std::collections::BTreeSet;

use super::super::{Autoscaler, Class, Evidence, LiveSet, PodUse, Reason, Source, Verdict, Volume, judge};
pub(super) use super::objects::{AnyClaim, AnyPod, AnySet, claim, pod, set};
use crate::domain::testing::now;

/// The namespace of everything unless a claim says otherwise.
pub(super) const HERE: &str = "shop";

/// One thing that was read.
#[derive(Clone, Debug)]
pub(super) enum Fact {
    Set(LiveSet),
    Pod(PodUse),
    Workload { source: Source, name: String, claims: Vec<String> },
    Scaler(Source, Autoscaler),
    Copy { source: Source, claim: String, who: String },
    Volume(String, Option<Volume>),
    Attachment { volume: String, node: String },
}

impl Fact {
    /// The list that it came with.
    pub(super) fn source(&self) -> Source {
        match self {
            Self::Set(_) => Source::Sets,
            Self::Pod(_) => Source::Pods,
            Self::Workload { source, .. } | Self::Scaler(source, _) | Self::Copy { source, .. } => *source,
            Self::Volume(..) => Source::Volumes,
            Self::Attachment { .. } => Source::Attachments,
        }
    }

    pub(super) fn pod_name(&self) -> Option<&str> {
        match self {
            Self::Pod(pod) => Some(&pod.name),
            _ => None,
        }
    }

    fn tell(self, evidence: &mut Evidence) {
        match self {
            Self::Set(set) => evidence.add_set(HERE, set),
            Self::Pod(pod) => evidence.add_pod(HERE, pod),
            Self::Workload { name, claims, .. } => evidence.add_template(HERE, &name, claims),
            Self::Scaler(_, scaler) => evidence.add_autoscaler(HERE, scaler),
            Self::Copy { claim, who, .. } => evidence.add_copy(HERE, &claim, who),
            Self::Volume(name, volume) => evidence.add_volume(&name, volume),
            Self::Attachment { volume, node } => evidence.add_attachment(&volume, &node),
        }
    }
}

/// What was read, in the order in which it came.
#[derive(Clone, Debug, Default)]
pub(super) struct Scene {
    pub(super) facts: Vec<Fact>,
    pub(super) unread: BTreeSet<Source>,
    pub(super) named: BTreeSet<String>,
}

/// An empty namespace of which all was read.
pub(super) fn scene() -> Scene {
    Scene::default()
}

impl Scene {
    fn with(mut self, fact: Fact) -> Self {
        self.facts.push(fact);
        self
    }

    pub(super) fn set(self, set: AnySet) -> Self {
        self.with(Fact::Set(set.0))
    }

    pub(super) fn pod(self, pod: AnyPod) -> Self {
        self.with(Fact::Pod(pod.0))
    }

    /// A workload, such as `cronjob backup`, whose template names a claim.
    pub(super) fn workload(self, source: Source, name: &str, claim: &str) -> Self {
        self.with(Fact::Workload { source, name: name.to_owned(), claims: vec![claim.to_owned()] })
    }

    fn scaler(self, source: Source, name: &str, set: &str, max_replicas: u32) -> Self {
        let scaler = Autoscaler { name: name.to_owned(), set: set.to_owned(), max_replicas };
        self.with(Fact::Scaler(source, scaler))
    }

    pub(super) fn hpa(self, set: &str, max: u32) -> Self {
        self.scaler(Source::Autoscalers, "horizontalpodautoscaler up", set, max)
    }

    pub(super) fn keda(self, set: &str, max: u32) -> Self {
        self.scaler(Source::ScaledObjects, "scaledobject queue", set, max)
    }

    /// A copy that is being made of the claim.
    pub(super) fn copied(self, source: Source, claim: &str, who: &str) -> Self {
        self.with(Fact::Copy { source, claim: claim.to_owned(), who: who.to_owned() })
    }

    /// A volume with its reclaim policy.
    pub(super) fn volume(self, name: &str, policy: &str) -> Self {
        let volume = Volume { reclaim_policy: policy.to_owned() };
        self.with(Fact::Volume(name.to_owned(), Some(volume)))
    }

    /// A volume that does not exist any more.
    pub(super) fn volume_gone(self, name: &str) -> Self {
        self.with(Fact::Volume(name.to_owned(), None))
    }

    pub(super) fn attached(self, volume: &str, node: &str) -> Self {
        self.with(Fact::Attachment { volume: volume.to_owned(), node: node.to_owned() })
    }

    /// A person names a set.
    pub(super) fn named(mut self, set: &str) -> Self {
        self.named.insert(set.to_owned());
        self
    }

    /// The list failed: nothing of it is known.
    pub(super) fn without(mut self, source: Source) -> Self {
        self.facts.retain(|fact| fact.source() != source);
        self.unread.insert(source);
        self
    }

    pub(super) fn evidence(&self) -> Evidence {
        let mut evidence = Evidence::default();
        self.facts.iter().for_each(|fact| fact.clone().tell(&mut evidence));
        self.unread.iter().for_each(|source| evidence.leave_unread(*source));
        self.named.iter().for_each(|set| evidence.name_set(set));
        evidence
    }

    pub(super) fn judge(&self, claim: &AnyClaim) -> Verdict {
        judge(&claim.0, &self.evidence(), now())
    }

    /// The class and the row.
    pub(super) fn says(&self, claim: &AnyClaim) -> (Class, Reason) {
        let verdict = self.judge(claim);
        (verdict.class, verdict.reason)
    }
}

/// The line that decides names all of these.
pub(super) fn shows(verdict: &Verdict, parts: &[&str]) {
    let line = verdict.evidence.first().expect("every verdict has evidence");
    assert!(parts.iter().all(|part| line.contains(part)), "{line}");
}
