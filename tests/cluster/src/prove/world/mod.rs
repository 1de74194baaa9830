//! The world of a life: a namespace, the hand by which things happen in it, and the eyes of the plugin.

pub(in crate::prove) mod actor;
pub(in crate::prove) mod look;
pub(in crate::prove) mod place;
