//! What is read, and what it claims.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::lease::Lease;
use crate::domain::{Known, Ordinal};

/// Where a claim to lead is written, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum Source {
    /// A Lease.
    Lease,
    /// An annotation of an Endpoints object.
    EndpointsAnnotation,
    /// An annotation of a ConfigMap.
    ConfigMapAnnotation,
    /// A label of the pod itself.
    Label,
}

impl Source {
    /// Its objects, as kubectl calls one.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Lease => "lease",
            Self::EndpointsAnnotation => "endpoints",
            Self::ConfigMapAnnotation => "configmap",
            Self::Label => "pod",
        }
    }

    /// Its objects, as a right names them.
    pub fn resource(self) -> &'static str {
        match self {
            Self::Lease => "leases.coordination.k8s.io",
            Self::EndpointsAnnotation => "endpoints",
            Self::ConfigMapAnnotation => "configmaps",
            Self::Label => "pods",
        }
    }
}

/// An object by which somebody elects a leader: perhaps this set, perhaps another program of the namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Election {
    /// What kind of object.
    pub source: Source,
    /// Its name.
    pub name: String,
    /// The annotation that holds the record; none for a Lease.
    pub annotation: Option<&'static str>,
    /// Identities of its owners.
    pub owners: Vec<String>,
    /// Whether the set's selector matches its labels.
    pub selected: bool,
    /// Who holds it, and until when.
    pub term: Lease,
}

/// A set, as far as elections concern it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Identity.
    pub uid: String,
    /// Name of the governing Service, part of the members' full names; empty where there is none.
    pub service: String,
    /// The pods that exist.
    pub members: BTreeMap<Ordinal, Member>,
}

/// A pod, as far as elections concern it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// Identity.
    pub uid: String,
    /// Whether it is Ready.
    pub ready: bool,
    /// Whether its deletion has been asked for.
    pub terminating: bool,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Its labels, without those that the set's template gives to all: these tell no member from another.
    pub labels: BTreeMap<String, String>,
}

/// All that is known of the elections of a set at one moment.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The moment, by the server's clock.
    pub now: Timestamp,
    /// The set.
    pub group: Group,
    /// Every election of the namespace.
    pub elections: Vec<Election>,
    /// The names of all sets of the namespace: by its name, an election may belong to another one.
    pub sets: Known<Vec<String>>,
    /// What could not be read.
    pub unread: Vec<Source>,
}

/// A claim to lead a set, as its holder has written it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Where it is written.
    pub source: Source,
    /// The object: `lease/web`, `pod/web-1`.
    pub object: String,
    /// What tells elections apart that have nothing to do with each other: the name of the object, or the label.
    pub election: String,
    /// The annotation or `label=value` that says so; none for a Lease.
    pub key: Option<String>,
    /// Who holds it, as written; for a label the pod. None where it was released.
    pub holder: Option<String>,
    /// The member that this means; none where it means none that ever was of the set.
    pub ordinal: Option<Ordinal>,
    /// Since when, and until when; none for a label, which has no time.
    pub term: Option<Lease>,
}

impl Group {
    /// The name of the pod of an ordinal.
    pub fn pod_name(&self, ordinal: Ordinal) -> String {
        format!("{}-{ordinal}", self.name)
    }
}

impl Claim {
    /// Whether it counts now: it has a holder, and has not expired. A label counts as long as it is there.
    pub fn counts(&self, now: Timestamp) -> bool {
        self.holder.is_some() && !self.is_expired(now)
    }

    /// Whether it has not been renewed for too long.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.term.as_ref().is_some_and(|term| term.is_expired(now))
    }

    /// When it stops counting unless it is renewed; none where it counts for nobody, and for a label.
    pub fn expires(&self) -> Option<Timestamp> {
        self.term.as_ref().filter(|_| self.holder.is_some())?.expires()
    }

    /// What says so, beside the pod's name: the object, or the label of that pod.
    pub fn origin(&self) -> &str {
        self.key.as_deref().filter(|_| self.term.is_none()).unwrap_or(&self.object)
    }

    /// When it was last renewed.
    pub fn renewed(&self) -> Option<Timestamp> {
        self.term.as_ref()?.renewed
    }

    /// When its holder took it.
    pub fn acquired(&self) -> Option<Timestamp> {
        self.term.as_ref()?.acquired
    }
}
