//! The kinds of objects that are looked at.

/// A kind of object that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// StatefulSets.
    Sets,
    /// Pods.
    Pods,
    /// Deployments.
    Deployments,
    /// ReplicaSets.
    ReplicaSets,
    /// DaemonSets.
    DaemonSets,
    /// Jobs.
    Jobs,
    /// CronJobs.
    CronJobs,
    /// Horizontal pod autoscalers.
    Autoscalers,
    /// KEDA's objects.
    ScaledObjects,
    /// Volumes.
    Volumes,
    /// What the attach/detach controller keeps of each volume.
    Attachments,
    /// Snapshots.
    Snapshots,
    /// Claims that are to become copies of others.
    Clones,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Sets,
        Self::Pods,
        Self::Deployments,
        Self::ReplicaSets,
        Self::DaemonSets,
        Self::Jobs,
        Self::CronJobs,
        Self::Autoscalers,
        Self::ScaledObjects,
        Self::Volumes,
        Self::Attachments,
        Self::Snapshots,
        Self::Clones,
    ];

    /// As users of the API call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sets => "statefulsets",
            Self::Pods => "pods",
            Self::Deployments => "deployments",
            Self::ReplicaSets => "replicasets",
            Self::DaemonSets => "daemonsets",
            Self::Jobs => "jobs",
            Self::CronJobs => "cronjobs",
            Self::Autoscalers => "horizontalpodautoscalers",
            Self::ScaledObjects => "scaledobjects",
            Self::Volumes => "persistentvolumes",
            Self::Attachments => "volumeattachments",
            Self::Snapshots => "volumesnapshots",
            Self::Clones => "other persistentvolumeclaims",
        }
    }

    /// Whether nothing can be said of a claim without it: it could be what uses the claim right now.
    pub fn is_essential(self) -> bool {
        matches!(
            self,
            Self::Sets
                | Self::Pods
                | Self::Deployments
                | Self::ReplicaSets
                | Self::DaemonSets
                | Self::Jobs
                | Self::CronJobs
        )
    }
}
