//! Values whose JSON and protobuf forms differ.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de};

/// A point in time: RFC 3339 text in JSON, `{seconds, nanos}` in protobuf. MicroTime has the same two forms.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct Time {
    /// Seconds since 1970-01-01T00:00:00Z.
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    /// Nanoseconds within the second.
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}

impl Time {
    /// The same point in time; `None` outside the years that a timestamp can hold, and for the empty message that
    /// stands for "no time" in protobuf.
    pub fn timestamp(self) -> Option<Timestamp> {
        if self == Self::default() {
            return None;
        }
        Timestamp::new(self.seconds, self.nanos).ok()
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let time: Timestamp = text.parse().map_err(de::Error::custom)?;
        Ok(Self { seconds: time.as_second(), nanos: time.subsec_nanosecond() })
    }
}

/// A number or a text such as `25%`: bare in JSON, `{type, intVal, strVal}` in protobuf.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct IntOrString {
    /// 0 a number, 1 a text.
    #[prost(int64, tag = "1")]
    pub kind: i64,
    /// The number, if it is one.
    #[prost(int32, tag = "2")]
    pub int: i32,
    /// The text, if it is one.
    #[prost(string, tag = "3")]
    pub string: String,
}

impl<'de> Deserialize<'de> for IntOrString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Int(i32),
            Text(String),
        }
        Ok(match Either::deserialize(deserializer)? {
            Either::Int(int) => Self { kind: 0, int, string: String::new() },
            Either::Text(string) => Self { kind: 1, int: 0, string },
        })
    }
}

/// An amount such as `10Gi`: bare text (or a number) in JSON, `{string}` in protobuf.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Quantity {
    /// The amount as the server writes it.
    #[prost(string, tag = "1")]
    pub text: String,
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Text(String),
            Number(serde_json::Number),
        }
        Ok(match Either::deserialize(deserializer)? {
            Either::Text(text) => Self { text },
            Either::Number(number) => Self { text: number.to_string() },
        })
    }
}

/// Embedded JSON: an object in JSON, `{raw: bytes}` in protobuf. The bytes are JSON in both.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct RawExtension {
    /// The embedded document, as JSON text.
    #[prost(bytes = "vec", tag = "1")]
    pub raw: Vec<u8>,
}

impl<'de> Deserialize<'de> for RawExtension {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Ok(Self { raw: value.to_string().into_bytes() })
    }
}

/// Reads what is `null`, absent or a value of `T` alike; a list or map that is `null` is an empty one.
pub(super) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}
