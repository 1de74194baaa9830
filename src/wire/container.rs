//! Containers of pods: what is wanted of them, and what was last reported.

use serde::Deserialize;

use super::Time;
use super::values::null_as_default;

/// A container of a spec.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// Name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Image reference.
    #[prost(string, tag = "2")]
    pub image: String,
    /// Ports that it declares.
    #[prost(message, repeated, tag = "6")]
    #[serde(deserialize_with = "null_as_default")]
    pub ports: Vec<ContainerPort>,
    /// `Always` makes an init container a sidecar.
    #[prost(string, tag = "24")]
    pub restart_policy: String,
    /// Readiness probe.
    #[prost(message, optional, tag = "11")]
    pub readiness_probe: Option<Probe>,
}

/// A port that a container declares.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerPort {
    /// Name; may be empty.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Number.
    #[prost(int32, tag = "3")]
    pub container_port: i32,
    /// `TCP` (also where empty), `UDP` or `SCTP`.
    #[prost(string, tag = "4")]
    pub protocol: String,
}

/// A probe; only how it is paced is read.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Probe {
    /// Seconds before the first attempt.
    #[prost(int32, tag = "2")]
    pub initial_delay_seconds: i32,
    /// Seconds between attempts.
    #[prost(int32, tag = "4")]
    pub period_seconds: i32,
    /// Failures in a row that count.
    #[prost(int32, tag = "6")]
    pub failure_threshold: i32,
}

/// What was last reported of a container.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStatus {
    /// Name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// What it does now.
    #[prost(message, optional, tag = "2")]
    pub state: Option<ContainerState>,
    /// How its last run ended.
    #[prost(message, optional, tag = "3")]
    pub last_state: Option<ContainerState>,
    /// Whether its readiness probe passes.
    #[prost(bool, tag = "4")]
    pub ready: bool,
    /// Restarts.
    #[prost(int32, tag = "5")]
    pub restart_count: i32,
    /// Image reference.
    #[prost(string, tag = "6")]
    pub image: String,
    /// Whether its startup probe has passed.
    #[prost(bool, optional, tag = "9")]
    pub started: Option<bool>,
}

/// One of three.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerState {
    /// Not running yet, or again.
    #[prost(message, optional, tag = "1")]
    pub waiting: Option<Waiting>,
    /// Running.
    #[prost(message, optional, tag = "2")]
    pub running: Option<Running>,
    /// Ended.
    #[prost(message, optional, tag = "3")]
    pub terminated: Option<Terminated>,
}

/// Why a container does not run.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Waiting {
    /// For programs.
    #[prost(string, tag = "1")]
    pub reason: String,
    /// For people.
    #[prost(string, tag = "2")]
    pub message: String,
}

/// Since when a container runs.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Running {
    /// Start.
    #[prost(message, optional, tag = "1")]
    pub started_at: Option<Time>,
}

/// How a container ended.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Terminated {
    /// Exit code.
    #[prost(int32, tag = "1")]
    pub exit_code: i32,
    /// Signal, 0 for none.
    #[prost(int32, tag = "2")]
    pub signal: i32,
    /// `OOMKilled`, `Error`, `Completed`, …
    #[prost(string, tag = "3")]
    pub reason: String,
    /// The container's own last words.
    #[prost(string, tag = "4")]
    pub message: String,
    /// Start.
    #[prost(message, optional, tag = "5")]
    pub started_at: Option<Time>,
    /// End.
    #[prost(message, optional, tag = "6")]
    pub finished_at: Option<Time>,
}
