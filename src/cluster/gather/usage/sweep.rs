//! The claims of a whole cluster that nothing seems to use: the metadata of all claims, by which most are known to be in
//! use, and more only of the others. What the list has shown is asked for while the rest of it still arrives.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use futures::channel::mpsc::{self, UnboundedReceiver};
use futures::future::join;
use futures::{Stream, StreamExt};

use super::super::Reader;
use super::{AT_ONCE, BY_NAME, Scope, Usage, pass};
use crate::cluster::{ApiError, Connection, Query};
use crate::domain::orphans::{Candidate, Evidence, Volume};
use crate::snapshot::usage;
use crate::wire::{Object, PersistentVolume, PersistentVolumeClaim};

/// So many claims are read whole before their volumes are taken to tell enough.
const SAMPLE: usize = 64;

/// A claim, and its volume where that has been read.
type Detail = (Candidate, Option<Volume>);

/// What the metadata of all claims shows, beside those that are taken.
#[derive(Default)]
struct Seen {
    claims: usize,
    /// Namespace and name of those without a volume, which may be copies that are being made.
    unbound: BTreeSet<(String, String)>,
}

/// The claims that were asked for; none where that takes a list of whole claims: they are too many, or the user may not
/// read single ones.
///
/// # Errors
/// Claims that cannot be listed.
pub(super) async fn unused(
    reader: &Reader<'_>,
    scope: &Scope<'_>,
    evidence: &Evidence,
) -> Result<Option<Usage>, ApiError> {
    let (found, arriving) = mpsc::unbounded();
    let list = async move {
        let see = |seen: &mut Seen, claim: &Candidate| {
            seen.claims += 1;
            // One more than can be asked for by name tells as much as all.
            if !claim.bound && seen.unbound.len() <= BY_NAME {
                seen.unbound.insert((claim.namespace.clone(), claim.claim.name.clone()));
            }
        };
        // Where nobody reads on, the whole list follows.
        let take = |_: &mut Seen, claim| drop(found.unbounded_send(claim));
        pass(reader, scope, evidence, Query::default().metadata(), see, take).await
    };
    let (seen, details) = join(list, Details::of(reader.connection).read(arriving)).await;
    let (seen, Some(mut found)) = (seen?, details) else { return Ok(None) };
    found.looked_at = seen.claims;
    if found.candidates.is_empty() {
        return Ok(Some(found));
    }
    let copies = seen.unbound.len() <= BY_NAME && add_clones(reader, seen.unbound, &mut found.evidence).await;
    Ok(copies.then_some(found))
}

/// Looks at claims by name for copies that are being made; whether all could be read.
async fn add_clones(reader: &Reader<'_>, names: BTreeSet<(String, String)>, evidence: &mut Evidence) -> bool {
    let find = |(namespace, name): (String, String)| async move {
        reader.connection.find::<PersistentVolumeClaim>(Some(&namespace), &name).await
    };
    let mut read = futures::stream::iter(names).map(find).buffer_unordered(AT_ONCE);
    while let Some(claim) = read.next().await {
        let Ok(claim) = claim else { return false };
        claim.iter().for_each(|claim| usage::add_clone(evidence, &usage::candidate(claim)));
    }
    true
}

/// Reads of claims what their metadata does not tell.
struct Details<'a> {
    connection: &'a Connection,
    /// Volumes tell enough. Not so where the server says since when claims are unused, which only the claims tell, and
    /// where the user may not read volumes.
    by_volume: Cell<bool>,
}

impl<'a> Details<'a> {
    fn of(connection: &'a Connection) -> Self {
        Self { connection, by_volume: Cell::new(false) }
    }

    /// Reads them as they arrive. None where they are too many or cannot be read.
    async fn read(self, mut arriving: UnboundedReceiver<Candidate>) -> Option<Usage> {
        let mut found = BTreeMap::new();
        self.read_all(arriving.by_ref().take(SAMPLE), &mut found).await?;
        let says_unused = found.values().any(|(claim, _)| claim.unused_since.is_some());
        self.by_volume.set(!says_unused);
        self.read_all(arriving, &mut found).await?;
        let mut usage = Usage::default();
        for (claim, volume) in found.into_values() {
            if let Some((name, volume)) = claim.claim.volume.as_ref().zip(volume) {
                usage.evidence.add_volume(name, Some(volume));
            }
            usage::add_clone(&mut usage.evidence, &claim);
            usage.candidates.push(claim);
        }
        Some(usage)
    }

    async fn read_all(
        &self,
        arriving: impl Stream<Item = Candidate>,
        found: &mut BTreeMap<String, Detail>,
    ) -> Option<()> {
        let mut read = std::pin::pin!(arriving.map(|claim| self.detail(claim)).buffer_unordered(AT_ONCE));
        while let Some(detail) = read.next().await {
            // A list that had to begin anew shows claims twice.
            found.extend(detail.ok()?.map(|detail| (detail.0.claim.uid.clone(), detail)));
            if found.len() > BY_NAME {
                return None;
            }
        }
        Some(())
    }

    /// None for a claim that has gone meanwhile.
    async fn detail(&self, known: Candidate) -> Result<Option<Detail>, ApiError> {
        if self.by_volume.get() && known.bound {
            let name = usage::provisioned_name(&known);
            match self.connection.find_cached::<PersistentVolume>(None, &name).await {
                Ok(volume) => {
                    let of_claim = volume.filter(|volume| usage::is_volume_of(volume, &known));
                    if let Some(volume) = of_claim {
                        return Ok(Some((usage::complete(known, &volume), Some(usage::volume(&volume)))));
                    }
                }
                // The claims can be read all the same, and the refusal is said where volumes are read.
                Err(_) => self.by_volume.set(false),
            }
        }
        let (namespace, name) = (Some(known.namespace.as_str()), &known.claim.name);
        let claim = self.connection.find::<PersistentVolumeClaim>(namespace, name).await?;
        let same = claim.filter(|claim| claim.meta().uid == known.claim.uid);
        Ok(same.map(|claim| (usage::candidate(&claim), None)))
    }
}
