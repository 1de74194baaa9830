//! The volumes of claims that may be deleted.

use std::collections::BTreeSet;

use futures::StreamExt;

use super::super::Reader;
use super::{AT_ONCE, BY_NAME};
use crate::cluster::Query;
use crate::domain::Known;
use crate::domain::orphans::{Candidate, Evidence};
use crate::snapshot::usage;
use crate::wire::{self, Object};

const LIMITS: &str = "what deleting a claim does to its data is not known, and it takes --attest";

/// Adds the volumes that are not known yet.
pub(super) async fn volumes(reader: &Reader<'_>, candidates: &[Candidate], evidence: &mut Evidence) {
    let names = candidates.iter().filter_map(|claim| claim.claim.volume.as_deref());
    let names: BTreeSet<&str> = names.filter(|name| evidence.volume(name).is_none()).collect();
    if names.len() > BY_NAME {
        let wanted = |volume: &wire::PersistentVolume| names.contains(volume.meta().name.as_str());
        let Known::Known(found) = reader.list_where(&Query::default(), wanted, LIMITS).await else { return };
        for name in names {
            evidence.add_volume(name, found.get("", name).map(usage::volume));
        }
        return;
    }
    let mut names = names.into_iter();
    let Some(first) = names.next() else { return };
    // Who may not read the first may read none: that is said once.
    let Known::Known(found) = reader.find::<wire::PersistentVolume>(None, first, LIMITS).await else {
        return;
    };
    evidence.add_volume(first, found.as_ref().map(usage::volume));
    let find = |name: &str| {
        let name = name.to_owned();
        async move { (reader.find::<wire::PersistentVolume>(None, &name, LIMITS).await, name) }
    };
    let mut found = futures::stream::iter(names).map(find).buffer_unordered(AT_ONCE);
    while let Some((volume, name)) = found.next().await {
        if let Known::Known(volume) = volume {
            evidence.add_volume(&name, volume.as_ref().map(usage::volume));
        }
    }
}
