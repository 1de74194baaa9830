//! What is true now and holds nothing up now, but will be asked about later.

use schemars::JsonSchema;
use serde::Serialize;

use super::set::Strategy;
use super::{Known, Set};

/// A stable name for a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub enum WarningReason {
    /// The governing Service does not exist: the pods' names do not resolve (kubernetes#69608).
    NoGoverningService,
    /// Every delete is a force delete.
    GracePeriodZero,
    /// Scaling to zero has finished a canary (kubernetes#121534).
    PromotedByScaleToZero,
    /// The partition is larger than the number of replicas: nothing ever rolls.
    PartitionBeyondReplicas,
    /// The strategy is not known to this program.
    UnknownStrategy,
    /// An autoscaler changes `replicas`.
    AutoscalerActive,
    /// An operator owns the set.
    ManagedByOperator,
    /// A tool that applies manifests owns parts of the spec.
    ForeignFieldOwner,
}

/// A warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The stable name.
    pub reason: WarningReason,
    /// One sentence for a person.
    pub message: String,
    /// A command that helps, where there is one.
    pub action: Option<String>,
}

/// All warnings of a set.
pub fn warnings(set: &Set) -> Vec<Warning> {
    let all = [
        no_service(set),
        grace_period_zero(set),
        promoted(set),
        partition_beyond_replicas(set),
        unknown_strategy(set),
        autoscaler(set),
        operator(set),
        field_owner(set),
    ];
    all.into_iter().flatten().collect()
}

fn warning(reason: WarningReason, message: String) -> Option<Warning> {
    Some(Warning { reason, message, action: None })
}

fn no_service(set: &Set) -> Option<Warning> {
    let name = &set.spec.service;
    if name.is_empty() {
        let message = "spec.serviceName is empty: the pods have no stable DNS names".to_owned();
        return warning(WarningReason::NoGoverningService, message);
    }
    if set.around.service != Known::Known(None) {
        return None;
    }
    let message = format!(
        "the governing Service {name} does not exist: names such as {}.{name} do not resolve",
        set.pod_name(set.spec.range.start)
    );
    let action = Some(format!(
        "kubectl create service clusterip {name} --clusterip=None -n {} (then set its selector to the pods' labels)",
        set.namespace
    ));
    Some(Warning { reason: WarningReason::NoGoverningService, message, action })
}

fn grace_period_zero(set: &Set) -> Option<Warning> {
    if set.spec.grace_seconds != Some(0) {
        return None;
    }
    let message = "terminationGracePeriodSeconds is 0: every delete is a force delete, so two pods of one name can run at once when a node is lost";
    warning(WarningReason::GracePeriodZero, message.to_owned())
}

fn promoted(set: &Set) -> Option<Warning> {
    let partition = set.spec.strategy.partition();
    let several = set.revisions.get().is_some_and(|revisions| revisions.len() > 1);
    let promoted = set.current_revision == set.update_revision;
    if set.spec.range.replicas > 0 || partition.get() == 0 || !several || !promoted {
        return None;
    }
    let message = format!(
        "a set scaled to 0 finishes its rollout: scaled up again, every ordinal gets {}, also those below the partition ({partition})",
        set.update_revision
    );
    warning(WarningReason::PromotedByScaleToZero, message)
}

fn partition_beyond_replicas(set: &Set) -> Option<Warning> {
    let (partition, replicas) = (set.spec.strategy.partition(), set.spec.range.replicas);
    if partition.get() <= replicas || replicas == 0 {
        return None;
    }
    let message = format!(
        "the partition ({partition}) is larger than the number of replicas ({replicas}): a new template rolls to no pod"
    );
    warning(WarningReason::PartitionBeyondReplicas, message)
}

fn unknown_strategy(set: &Set) -> Option<Warning> {
    let Strategy::Unknown(name) = &set.spec.strategy else { return None };
    let message = format!(
        "update strategy {name} is not known to this version: what the controller does next is not predicted"
    );
    warning(WarningReason::UnknownStrategy, message)
}

fn autoscaler(set: &Set) -> Option<Warning> {
    let names = set.around.autoscalers.get().filter(|names| !names.is_empty())?;
    let message = format!(
        "replicas is set by HorizontalPodAutoscaler {}: scaling by hand does not last",
        names.join(", ")
    );
    warning(WarningReason::AutoscalerActive, message)
}

fn operator(set: &Set) -> Option<Warning> {
    let owner = set.around.owners.iter().find(|owner| owner.controller)?;
    let message =
        format!("the set is managed by {} {}: change that object, not the set", owner.kind, owner.name);
    warning(WarningReason::ManagedByOperator, message)
}

fn field_owner(set: &Set) -> Option<Warning> {
    let (tool, _) = set.around.field_owners.first()?;
    let fields: Vec<&str> = set
        .around
        .field_owners
        .iter()
        .filter(|(other, _)| other == tool)
        .map(|(_, field)| field.as_str())
        .collect();
    let message =
        format!("{tool} applies {}: a change made by hand is undone by its next run", fields.join(", "));
    warning(WarningReason::ForeignFieldOwner, message)
}
