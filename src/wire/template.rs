//! The pod template of a set.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};

use super::ObjectMeta;
use super::pod::PodSpec;

/// A pod template.
///
/// Two templates are the same revision when their whole content is the same, so the JSON form is kept beside the
/// fields that are read from it. Protobuf lists leave `json` out: an overview does not compare templates.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PodTemplate {
    /// Labels and annotations of the pods.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    /// What is asked of the pods.
    #[prost(message, optional, tag = "2")]
    pub spec: Option<PodSpec>,
    /// The whole template as JSON text; absent when it was read from protobuf (no message has this tag).
    #[prost(string, optional, tag = "10001")]
    pub json: Option<String>,
}

impl<'de> Deserialize<'de> for PodTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Fields {
            metadata: Option<ObjectMeta>,
            spec: Option<PodSpec>,
        }
        let json = serde_json::Value::deserialize(deserializer)?.to_string();
        let fields: Fields = serde_json::from_str(&json).map_err(de::Error::custom)?;
        Ok(Self { metadata: fields.metadata, spec: fields.spec, json: Some(json) })
    }
}

/// Which objects belong to something, by their labels.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelector {
    /// Labels that must have just this value.
    #[prost(btree_map = "string, string", tag = "1")]
    pub match_labels: BTreeMap<String, String>,
    /// Further conditions.
    #[prost(message, repeated, tag = "2")]
    pub match_expressions: Vec<Requirement>,
}

/// One condition of a selector.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Requirement {
    /// The label.
    #[prost(string, tag = "1")]
    pub key: String,
    /// In, NotIn, Exists or DoesNotExist.
    #[prost(string, tag = "2")]
    pub operator: String,
    /// What it is compared with.
    #[prost(string, repeated, tag = "3")]
    pub values: Vec<String>,
}
