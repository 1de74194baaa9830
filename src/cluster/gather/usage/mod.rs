//! Claims, and everything that could use one.
//!
//! What uses claims is read first, then the claims, each of which is judged as it arrives: of 100,000 only those that
//! are listed stay in memory. Whatever only matters for those, their volumes, is read last.
//!
//! Between the two readings the cluster may change. A claim that is made meanwhile, for a set that was made or scaled up
//! meanwhile, would look like one that nothing uses: so the sets are read once more, where any claim is to be shown.

mod sweep;
mod users;
mod volumes;

pub(super) use users::is_unserved;

use std::collections::BTreeSet;

use super::Reader;
use crate::cluster::{ApiError, Query};
use crate::domain::orphans::{Candidate, Evidence, Source, judge};
use crate::snapshot::usage;
use crate::wire;

/// So many claims and volumes are asked for by name: that costs the server less than a list of 100,000. Of more, all are
/// listed.
const BY_NAME: usize = 10_000;

/// So many requests at a time.
const AT_ONCE: usize = 64;

/// Which claims to read.
#[derive(Clone, Debug, Default)]
pub struct Scope<'a> {
    /// The namespace; none is all of them.
    pub namespace: Option<&'a str>,
    /// A label selector.
    pub labels: Option<&'a str>,
    /// Sets that a person has named; of all where there are none.
    pub sets: &'a [String],
    /// Also claims that are in use.
    pub all: bool,
    /// Only claims of these names.
    pub only: Option<&'a BTreeSet<String>>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Usage {
    /// The claims that were asked for.
    pub candidates: Vec<Candidate>,
    /// What bears on them.
    pub evidence: Evidence,
    /// How many claims were looked at.
    pub looked_at: usize,
}

/// Reads claims and whatever could use them.
///
/// # Errors
/// Claims that cannot be read. Everything else that cannot is noted, and lowers what can be said.
pub async fn claims(reader: &Reader<'_>, scope: &Scope<'_>) -> Result<Usage, ApiError> {
    let mut evidence = users::users(reader, scope.namespace).await;
    scope.sets.iter().for_each(|set| evidence.name_set(set));
    let mut found = candidates(reader, scope, &evidence).await?;
    evidence.merge(std::mem::take(&mut found.evidence));
    found.evidence = evidence;
    if !found.candidates.is_empty() {
        let sets = users::each(reader, scope.namespace, Source::Sets, usage::add_set).await;
        found.evidence.merge(sets);
    }
    if scope.labels.is_some() && !found.candidates.is_empty() {
        users::clones(reader, scope.namespace, &mut found.evidence).await;
    }
    volumes::volumes(reader, &found.candidates, &mut found.evidence).await;
    Ok(found)
}

/// The claims that were asked for, and which claims are to become copies of others.
async fn candidates(reader: &Reader<'_>, scope: &Scope<'_>, evidence: &Evidence) -> Result<Usage, ApiError> {
    let of_all = scope.namespace.is_none() && !scope.all && scope.only.is_none();
    if of_all && let Some(found) = sweep::unused(reader, scope, evidence).await? {
        return Ok(found);
    }
    let see = |found: &mut Usage, claim: &Candidate| {
        found.looked_at += 1;
        usage::add_clone(&mut found.evidence, claim);
    };
    let take = |found: &mut Usage, claim: Candidate| found.candidates.push(claim);
    pass(reader, scope, evidence, Query::within(scope.namespace), see, take).await
}

/// Goes through all claims: `see` gets each, `take` those that were asked for.
async fn pass<A: Default + Send>(
    reader: &Reader<'_>,
    scope: &Scope<'_>,
    evidence: &Evidence,
    query: Query,
    see: impl Fn(&mut A, &Candidate) + Send,
    take: impl Fn(&mut A, Candidate) + Send,
) -> Result<A, ApiError> {
    let now = reader.now();
    let query = scope.labels.iter().fold(query, |query, labels| query.labels(*labels));
    let add = move |found: &mut A, claim: wire::PersistentVolumeClaim| {
        let candidate = usage::candidate(&claim);
        see(found, &candidate);
        if scope.only.is_some_and(|only| !only.contains(&candidate.claim.name)) {
            return;
        }
        let verdict = judge(&candidate, evidence, now);
        let named = scope.sets.is_empty() || scope.sets.iter().any(|set| verdict.sets.contains(set));
        if named && (scope.all || verdict.class.is_listed()) {
            take(found, candidate);
        }
    };
    let (found, _) = reader.connection.list_fold(&query, A::default, add).await?;
    Ok(found)
}
