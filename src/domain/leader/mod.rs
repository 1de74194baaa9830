//! Who leads a set: what the cluster says of it, mapped to the set's own pods.
//!
//! A program elects its leader by an object that one member holds and renews: a Lease, or in older software an annotation
//! of an Endpoints or ConfigMap object ([`Election`]). Others write a label on the pod that leads ([`convention`]). Each is
//! a [`Claim`] to lead; [`holder`] finds the member that it means. [`judge`] says who leads, and whether two do;
//! [`Watcher`] says when that changes, and how long nobody led.
//!
//! Nothing here elects: a claim is what its holder has written. Whether the holder acts on it shows only in its logs.

mod claim;
pub mod convention;
mod handover;
pub mod holder;
mod judge;
mod known;
#[cfg(test)]
mod tests;
mod words;

pub use claim::{Claim, Election, Facts, Group, Member, Source};
pub use handover::{Change, Gap, Lead, Since, Watcher};
pub use judge::{Hint, Judgement, Reason, judge};
pub use known::claims;
