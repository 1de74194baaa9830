//! Workloads whose templates can name claims; nothing else of them is read.

use serde::Deserialize;

use super::pod::Volume;
use super::{Object, ObjectMeta, Resource, meta_of};

/// A workload of which only the volumes of its pods are read.
pub trait Workload: Object {
    /// The volumes of its pods.
    fn volumes(&self) -> &[Volume];
}

/// A pod template, for its volumes.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumesTemplate {
    /// What is asked of the pods.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<VolumesSpec>,
}

/// What is asked of pods, for their volumes.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumesSpec {
    /// Volumes.
    #[prost(message, repeated, tag = "1")]
    pub volumes: Vec<Volume>,
}

/// A job as a CronJob makes it.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobTemplate {
    /// What is asked of the job.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<JobSpec>,
}

/// One kind of workload: its type, its spec, the field of the spec that holds the template with its number, and the
/// template's type.
macro_rules! workload {
    ($kind:ident, $spec:ident, $plural:literal, $group:literal, $field:ident: $template:ident = $tag:literal) => {
        #[doc = concat!("A ", stringify!($kind), ".")]
        #[derive(Clone, PartialEq, prost::Message, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct $kind {
            /// Metadata.
            #[prost(message, optional, tag = "1")]
            pub metadata: Option<ObjectMeta>,
            /// What is asked for.
            #[prost(message, optional, tag = "2")]
            pub spec: Option<$spec>,
        }

        #[doc = concat!("What is asked of a ", stringify!($kind), ".")]
        #[derive(Clone, PartialEq, prost::Message, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct $spec {
            /// The template.
            #[prost(message, optional, tag = $tag)]
            pub $field: Option<$template>,
        }

        impl Object for $kind {
            const RESOURCE: Resource = Resource {
                group: $group,
                version: "v1",
                kind: stringify!($kind),
                plural: $plural,
                namespaced: true,
            };

            fn meta(&self) -> &ObjectMeta {
                meta_of(self.metadata.as_ref())
            }
        }
    };
}

workload!(Deployment, DeploymentSpec, "deployments", "apps", template: VolumesTemplate = "3");
workload!(ReplicaSet, ReplicaSetSpec, "replicasets", "apps", template: VolumesTemplate = "3");
workload!(DaemonSet, DaemonSetSpec, "daemonsets", "apps", template: VolumesTemplate = "2");
workload!(Job, JobSpec, "jobs", "batch", template: VolumesTemplate = "6");
workload!(CronJob, CronJobSpec, "cronjobs", "batch", job_template: JobTemplate = "5");

/// The volumes in a template that may be absent at every level.
fn volumes(template: Option<&VolumesTemplate>) -> &[Volume] {
    template
        .and_then(|template| template.spec.as_ref())
        .map(|spec| spec.volumes.as_slice())
        .unwrap_or_default()
}

macro_rules! volumes_of_template {
    ($($kind:ident),*) => {$(
        impl Workload for $kind {
            fn volumes(&self) -> &[Volume] {
                volumes(self.spec.as_ref().and_then(|spec| spec.template.as_ref()))
            }
        }
    )*};
}

volumes_of_template!(Deployment, ReplicaSet, DaemonSet, Job);

impl Workload for CronJob {
    fn volumes(&self) -> &[Volume] {
        let job = self.spec.as_ref().and_then(|spec| spec.job_template.as_ref()?.spec.as_ref());
        volumes(job.and_then(|job| job.template.as_ref()))
    }
}
