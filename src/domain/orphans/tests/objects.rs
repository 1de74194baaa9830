//! The objects of a scene.

use super::super::{Candidate, LiveSet, PodUse, Template};
use super::scene::HERE;
use crate::domain::claim::{Claim, ClaimPhase, Owner};
use crate::domain::ordinal::Range;
use crate::domain::testing::{ago, at};

/// A live set under construction.
#[derive(Clone, Debug)]
pub(super) struct AnySet(pub(super) LiveSet);

/// A set that asks for nothing and has no claim templates. Its uid is `uid-<name>`.
pub(super) fn set(name: &str) -> AnySet {
    AnySet(LiveSet {
        name: name.to_owned(),
        uid: format!("uid-{name}"),
        range: Range { start: at(0), replicas: 0 },
        templates: Vec::new(),
        selector: [("app".to_owned(), name.to_owned())].into(),
    })
}

impl AnySet {
    pub(super) fn start(mut self, start: u32) -> Self {
        self.0.range.start = at(start);
        self
    }

    pub(super) fn replicas(mut self, replicas: u32) -> Self {
        self.0.range.replicas = replicas;
        self
    }

    pub(super) fn template(mut self, name: &str) -> Self {
        let (labels, annotations) = Default::default();
        self.0.templates.push(Template { name: name.to_owned(), labels, annotations });
        self
    }

    fn last(&mut self) -> &mut Template {
        self.0.templates.last_mut().expect("the set has a claim template")
    }

    /// The last template gives a label to its claims.
    pub(super) fn giving_label(mut self, key: &str, value: &str) -> Self {
        self.last().labels.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The last template gives an annotation to its claims.
    pub(super) fn giving_annotation(mut self, key: &str, value: &str) -> Self {
        self.last().annotations.insert(key.to_owned(), value.to_owned());
        self
    }

    /// Its selector, and with it every claim, has a label.
    pub(super) fn selecting(mut self, key: &str, value: &str) -> Self {
        self.0.selector.insert(key.to_owned(), value.to_owned());
        self
    }
}

/// A pod under construction.
#[derive(Clone, Debug)]
pub(super) struct AnyPod(pub(super) PodUse);

/// A pod that runs, of nobody. Its uid is `uid-<name>`.
pub(super) fn pod(name: &str) -> AnyPod {
    AnyPod(PodUse {
        name: name.to_owned(),
        uid: format!("uid-{name}"),
        controller: None,
        ended: false,
        claims: Vec::new(),
    })
}

impl AnyPod {
    /// A set is its controller.
    pub(super) fn of(mut self, set: &str) -> Self {
        self.0.controller = Some(format!("uid-{set}"));
        self
    }

    pub(super) fn using(mut self, claim: &str) -> Self {
        self.0.claims.push(claim.to_owned());
        self
    }

    /// Of a generic ephemeral volume, whose claim is called `<pod>-<volume>`.
    pub(super) fn ephemeral(self, volume: &str) -> Self {
        let claim = format!("{}-{volume}", self.0.name);
        self.using(&claim)
    }

    /// Succeeded or Failed.
    pub(super) fn ended(mut self) -> Self {
        self.0.ended = true;
        self
    }
}

/// A claim under construction.
#[derive(Clone, Debug)]
pub(super) struct AnyClaim(pub(super) Candidate);

/// A claim without volume, owners, labels and annotations.
pub(super) fn claim(name: &str) -> AnyClaim {
    let claim = Claim {
        name: name.to_owned(),
        uid: format!("uid-{name}"),
        phase: ClaimPhase::Pending,
        deleted: None,
        finalizers: vec!["kubernetes.io/pvc-protection".to_owned()],
        owners: Vec::new(),
        class: Some("fast".to_owned()),
        volume: None,
        created: Some(ago(3_600)),
    };
    let (labels, annotations) = Default::default();
    AnyClaim(Candidate {
        namespace: HERE.to_owned(),
        claim,
        resource_version: "1".to_owned(),
        labels,
        annotations,
        capacity: Some("1Gi".to_owned()),
        copies: None,
        bound: true,
        unused_since: None,
    })
}

impl AnyClaim {
    pub(super) fn namespace(mut self, namespace: &str) -> Self {
        namespace.clone_into(&mut self.0.namespace);
        self
    }

    /// Its deletion was asked for.
    pub(super) fn deleted(mut self) -> Self {
        self.0.claim.deleted = Some(ago(120));
        self
    }

    pub(super) fn finalizer(mut self, finalizer: &str) -> Self {
        self.0.claim.finalizers.push(finalizer.to_owned());
        self
    }

    /// Owned by an object, such as `apps/v1 StatefulSet web`, whose uid is `uid-<name>`.
    pub(super) fn owned_by(mut self, api_version: &str, kind: &str, name: &str) -> Self {
        self.0.claim.owners.push(Owner {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            uid: format!("uid-{name}"),
            controller: false,
        });
        self
    }

    pub(super) fn bound(mut self, volume: &str) -> Self {
        self.0.claim.phase = ClaimPhase::Bound;
        self.0.claim.volume = Some(volume.to_owned());
        self
    }

    pub(super) fn label(mut self, key: &str, value: &str) -> Self {
        self.0.labels.insert(key.to_owned(), value.to_owned());
        self
    }

    pub(super) fn annotation(mut self, key: &str, value: &str) -> Self {
        self.0.annotations.insert(key.to_owned(), value.to_owned());
        self
    }
}
