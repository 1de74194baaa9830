//! Why sources disagree.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Ordinal;

/// A stable name for a disagreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub enum Reason {
    /// The set names no Service: its pods have no names in DNS.
    NoServiceName,
    /// The governing Service does not exist (kubernetes#69608).
    ServiceMissing,
    /// The governing Service has an address of its own, or is only another name: it does not list members.
    ServiceNotHeadless,
    /// The Service selects nothing: somebody writes its endpoints by hand, or nobody.
    NoSelector,
    /// The Service does not select the pod.
    SelectorMismatch,
    /// The pod was made with another `spec.subdomain`, such as before the set was made anew with another Service.
    SubdomainMismatch,
    /// The pod has another `spec.hostname` than its name.
    HostnameMismatch,
    /// Somebody else has the host name of the member too: its name also leads there.
    NameShared,
    /// The set does not ask for the ordinal, and its pod is still listed.
    NotAskedFor,
    /// Members wait for names that resolve only when members are Ready.
    BootstrapDeadlock,
    /// The ordinal has no pod.
    PodMissing,
    /// The pod has no address yet, or has ended.
    PodWithoutAddress,
    /// The pod lacks an address of a family that the Service has.
    FamilyMissing,
    /// The pod is not Ready, and the Service hides those that are not.
    NotReady,
    /// The pod terminates, and its name still resolves.
    TerminatingListed,
    /// The pod terminates, and its name does not resolve any more.
    TerminatingUnlisted,
    /// EndpointSlices do not say what is true of the pod.
    StaleEndpoint,
    /// No container of the pod has the port that the Service means.
    PortMismatch,
    /// EndpointSlices list somebody who is no member.
    ForeignEndpoint,
    /// No port of the Service has a name, or there is none: there are no SRV records to find ports by.
    NoNamedPort,
    /// The DNS server has not seen what EndpointSlices say.
    DnsBehind,
    /// DNS does not resolve the name of a pod that has an address, and EndpointSlices could not be read.
    Unresolved,
    /// The DNS server still gives members the answer "no such name" from its cache.
    NegativeAnswerCached,
    /// The DNS server still gives members an old answer from its cache.
    OldAnswerCached,
    /// The DNS server did not answer, or with a failure.
    DnsFailed,
}

/// One disagreement between sources, with its cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The stable name.
    pub reason: Reason,
    /// The ordinal that it is about; none where it is about all of them.
    pub ordinal: Option<Ordinal>,
    /// One sentence for a person. It does not name the pod, so that those who share a trouble share a line.
    pub message: String,
    /// What helps.
    pub action: Option<Action>,
}

/// Something that a person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// As typed in a shell.
    pub command: String,
    /// What it brings about.
    pub effect: String,
}

impl Reason {
    /// Whether it can pass without anybody doing anything.
    pub fn self_resolves(self) -> bool {
        match self {
            Self::NoServiceName
            | Self::ServiceMissing
            | Self::ServiceNotHeadless
            | Self::NoSelector
            | Self::SelectorMismatch
            | Self::SubdomainMismatch
            | Self::HostnameMismatch
            | Self::NameShared
            | Self::FamilyMissing
            | Self::PortMismatch
            | Self::ForeignEndpoint
            | Self::NoNamedPort => false,
            // Whether a pod waits for others, or only takes its time, does not show from outside.
            Self::BootstrapDeadlock
            | Self::NotAskedFor
            | Self::PodMissing
            | Self::PodWithoutAddress
            | Self::NotReady
            | Self::TerminatingListed
            | Self::TerminatingUnlisted
            | Self::StaleEndpoint
            | Self::DnsBehind
            | Self::Unresolved
            | Self::NegativeAnswerCached
            | Self::OldAnswerCached
            | Self::DnsFailed => true,
        }
    }

    /// Whether it is only worth knowing: all sources agree on who the members are and where.
    pub fn is_advice(self) -> bool {
        matches!(self, Self::NoNamedPort | Self::ForeignEndpoint)
    }
}

impl Disagreement {
    /// About all members.
    pub fn general(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, ordinal: None, message: message.into(), action: None }
    }

    /// About one member.
    pub fn of(ordinal: Ordinal, reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, ordinal: Some(ordinal), message: message.into(), action: None }
    }

    /// With something that helps.
    #[must_use]
    pub fn with(mut self, command: impl Into<String>, effect: impl Into<String>) -> Self {
        self.action = Some(Action { command: command.into(), effect: effect.into() });
        self
    }
}
