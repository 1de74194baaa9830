//! Builds snapshots for tests, so that a test reads as the story that it tells:
//!
//! `set("web").replicas(3).revisions("A", "B").ready(0, "A").ready(1, "A").crashing(2, "B").parallel().build()`
//!
//! Trouble is an hour old unless [`Story::since`] says otherwise, so that all patience with it has run out.

mod around;
mod claims;
mod pods;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::cause::Patience;
use super::claim::Claim;
use super::ordinal::Range;
use super::revision::StoredRevision;
use super::set::{Amount, Annotated, ClaimTemplate, Retention, Rolling, Spec, Status, Strategy};
use super::surroundings::{Service, Surroundings};
use super::{Known, Offset, Ordinal, Revision, Set};

pub(crate) use read::{Told, lines};

/// A set under construction.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    set: Set,
    claims: BTreeMap<String, Claim>,
    claims_unread: bool,
    absent_claims: BTreeSet<String>,
    without_volumes: BTreeSet<Ordinal>,
    patience: Patience,
}

/// The moment of every story.
pub(crate) fn now() -> Timestamp {
    "2026-01-01T12:00:00Z".parse().unwrap()
}

/// So many seconds before it.
pub(crate) fn ago(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

/// Short for an ordinal.
pub(crate) fn at(number: u32) -> Ordinal {
    Ordinal::new(number)
}

/// A settled set at revision A that asks for no pods: OrderedReady, RollingUpdate without maxUnavailable.
pub(crate) fn set(name: &str) -> Story {
    let stored = |(name, number)| StoredRevision { name: Revision::new(name), number };
    Story {
        set: Set {
            now: now(),
            namespace: "shop".to_owned(),
            name: name.to_owned(),
            uid: format!("uid-{name}"),
            generation: 7,
            created: Some(ago(90_000)),
            deleted: None,
            finalizers: Vec::new(),
            spec: Spec {
                range: Range { start: at(0), replicas: 0 },
                parallel: false,
                strategy: Strategy::RollingUpdate(Some(Rolling {
                    partition: Offset::ZERO,
                    max_unavailable: None,
                })),
                min_ready_seconds: 0,
                service: name.to_owned(),
                claim_templates: Vec::new(),
                retention: Retention::default(),
                grace_seconds: Some(30),
            },
            status: Status { observed_generation: 7, ..Status::default() },
            update_revision: Revision::new("A"),
            current_revision: Revision::new("A"),
            template: Some("digest-A".to_owned()),
            canary: None,
            annotated: Annotated::Yes,
            pods: BTreeMap::new(),
            foreign_pods: Vec::new(),
            claims: Known::Unknown,
            revisions: Known::Known([("A", 1), ("B", 2), ("C", 3)].map(stored).to_vec()),
            around: Surroundings {
                events: Known::Known(Vec::new()),
                storage_classes: Known::Known(Vec::new()),
                service: Known::Known(Some(Service { headless: true })),
                autoscalers: Known::Known(Vec::new()),
                ..Surroundings::default()
            },
        },
        claims: BTreeMap::new(),
        claims_unread: false,
        absent_claims: BTreeSet::new(),
        without_volumes: BTreeSet::new(),
        patience: Patience::default(),
    }
}

impl Story {
    pub(crate) fn replicas(mut self, replicas: u32) -> Self {
        self.set.spec.range.replicas = replicas;
        self
    }

    /// `spec.ordinals.start`.
    pub(crate) fn start(mut self, start: u32) -> Self {
        self.set.spec.range.start = at(start);
        self
    }

    pub(crate) fn parallel(mut self) -> Self {
        self.set.spec.parallel = true;
        self
    }

    /// The revision of the last finished rollout, and the newest one.
    pub(crate) fn revisions(mut self, current: &str, update: &str) -> Self {
        self.set.current_revision = Revision::new(current);
        self.set.update_revision = Revision::new(update);
        self
    }

    pub(crate) fn revisions_unread(mut self) -> Self {
        self.set.revisions = Known::Unknown;
        self
    }

    pub(crate) fn on_delete(mut self) -> Self {
        self.set.spec.strategy = Strategy::OnDelete;
        self
    }

    /// A strategy of a later Kubernetes.
    pub(crate) fn strategy(mut self, name: &str) -> Self {
        self.set.spec.strategy = Strategy::Unknown(name.to_owned());
        self
    }

    /// `updateStrategy: {type: RollingUpdate}` alone, with the count that the controller then goes by.
    pub(crate) fn no_rolling_update(mut self, current_replicas: u32) -> Self {
        self.set.spec.strategy = Strategy::RollingUpdate(None);
        self.set.status.current_replicas = current_replicas;
        self
    }

    pub(crate) fn partition(mut self, partition: u32) -> Self {
        self.rolling().partition = Offset::new(partition);
        self
    }

    /// The feature is on, with a number.
    pub(crate) fn max_unavailable(mut self, count: u32) -> Self {
        self.rolling().max_unavailable = Some(Amount::Count(count));
        self
    }

    /// The feature is on, with a percentage.
    pub(crate) fn max_unavailable_percent(mut self, percent: u32) -> Self {
        self.rolling().max_unavailable = Some(Amount::Percent(percent));
        self
    }

    fn rolling(&mut self) -> &mut Rolling {
        match &mut self.set.spec.strategy {
            Strategy::RollingUpdate(Some(rolling)) => rolling,
            other => panic!("a partition or budget needs a rolling update, not {other:?}"),
        }
    }

    pub(crate) fn min_ready(mut self, seconds: u32) -> Self {
        self.set.spec.min_ready_seconds = seconds;
        self
    }

    /// terminationGracePeriodSeconds of the template.
    pub(crate) fn grace(mut self, seconds: i64) -> Self {
        self.set.spec.grace_seconds = Some(seconds);
        self
    }

    /// The set has a deletion timestamp.
    pub(crate) fn deleting(mut self) -> Self {
        self.set.deleted = Some(ago(60));
        self.set.finalizers = vec!["foregroundDeletion".to_owned()];
        self
    }

    /// The controller has not seen the newest generation.
    pub(crate) fn unobserved(mut self) -> Self {
        self.set.status.observed_generation = self.set.generation - 1;
        self
    }

    /// The update revision that the status names, whatever the template is.
    pub(crate) fn reporting(mut self, revision: &str) -> Self {
        revision.clone_into(&mut self.set.status.update_revision);
        self
    }

    pub(crate) fn claim_template(mut self, name: &str) -> Self {
        self.set.spec.claim_templates.push(ClaimTemplate { name: name.to_owned() });
        self
    }

    /// `persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}`.
    pub(crate) fn delete_claims_when_scaled(mut self) -> Self {
        self.set.spec.retention.delete_when_scaled = true;
        self
    }

    /// `--stuck-after`.
    pub(crate) fn stuck_after(mut self, seconds: i64) -> Self {
        self.patience.stuck_after = Some(SignedDuration::from_secs(seconds));
        self
    }

    /// The snapshot. Pods have the volumes and claims of the templates, unless told otherwise.
    pub(crate) fn build(&self) -> Set {
        let mut set = self.set.clone();
        let mut claims = self.claims.clone();
        let templates = set.spec.claim_templates.clone();
        let named: Vec<_> = (set.pods.keys())
            .flat_map(|ordinal| templates.iter().map(move |template| (*ordinal, template.name.clone())))
            .map(|(ordinal, template)| {
                let claim = set.claim_name(&template, ordinal);
                (ordinal, template, claim)
            })
            .collect();
        for (ordinal, template, claim) in named {
            let volumes = !self.without_volumes.contains(&ordinal);
            if let Some(pod) = set.pods.get_mut(&ordinal).filter(|_| volumes) {
                pod.claims.push((template, claim.clone()));
            }
            if !self.absent_claims.contains(&claim) {
                claims.entry(claim.clone()).or_insert_with(|| claims::bound(&claim));
            }
        }
        set.claims = if self.claims_unread { Known::Unknown } else { Known::Known(claims) };
        set
    }
}
