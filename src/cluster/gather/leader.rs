//! Who leads: sets with their pods, and every object of their namespaces by which a leader is elected.
//!
//! All at once. Of Endpoints and ConfigMaps the metadata alone, and only those with an election are kept as they arrive:
//! a namespace may hold thousands.

use futures::future::{join, join_all, join3};

use super::Reader;
use super::named::selector;
use super::overview::POD_NAME;
use crate::cluster::{ApiError, Query};
use crate::domain::Known;
use crate::snapshot::leader::{Elections, is_election};
use crate::snapshot::{NODE_LEASES, Objects, Table};
use crate::wire::{self, Object};

/// What is missing without each of them.
const LEASES: &str = "that nobody leads cannot be said";
const ANNOTATIONS: &str = "elections by their annotations are not seen";
const SETS: &str = "whether a released Lease is of another set is not known";

/// Which sets.
#[derive(Clone, Debug)]
pub enum Wanted<'a> {
    /// These, of one namespace.
    Named(&'a str, &'a [String]),
    /// All of a namespace, or of all, that match a label selector.
    All(Option<&'a str>, Option<&'a str>),
}

/// Reads sets, their pods, and all elections of their namespaces.
///
/// # Errors
/// A set that does not exist; sets or pods that cannot be read.
pub async fn leaders(reader: &Reader<'_>, wanted: &Wanted<'_>) -> Result<Objects, ApiError> {
    let namespace = wanted.namespace();
    let (found, elections, names) =
        join3(sets(reader, wanted), elections(reader, namespace), names(reader, wanted)).await;
    let (sets, pods) = found?;
    let mut objects = Objects::new(reader.now());
    (objects.sets, objects.pods, objects.elections) = (sets, pods, elections);
    // A list of all sets has all their names.
    let all = || Known::Known(objects.sets.iter().map(full_name).collect());
    objects.elections.sets = names.unwrap_or_else(all);
    Ok(objects)
}

impl Wanted<'_> {
    fn namespace(&self) -> Option<&str> {
        match self {
            Self::Named(namespace, _) => Some(namespace),
            Self::All(namespace, _) => *namespace,
        }
    }
}

/// Sets with their pods.
async fn sets(
    reader: &Reader<'_>,
    wanted: &Wanted<'_>,
) -> Result<(Table<wire::StatefulSet>, Table<wire::Pod>), ApiError> {
    let connection = reader.connection;
    let (mut sets, mut pods) = (Table::default(), Table::default());
    match *wanted {
        Wanted::Named(namespace, names) => {
            let each = names.iter().map(async |name| {
                let set: wire::StatefulSet = connection.get(Some(namespace), name).await?;
                let own = Query::within(Some(namespace)).labels(selector(&set));
                Ok::<_, ApiError>((set, connection.list::<wire::Pod>(&own).await?))
            });
            for found in join_all(each).await {
                let (set, own) = found?;
                sets.insert(set);
                pods.extend(own.items);
            }
        }
        Wanted::All(namespace, labels) => {
            let query = labels.iter().fold(Query::within(namespace), |query, labels| query.labels(*labels));
            let members = Query::within(namespace).labels(POD_NAME);
            let (found, members) =
                join(connection.list::<wire::StatefulSet>(&query), connection.list::<wire::Pod>(&members))
                    .await;
            sets.extend(found?.items);
            pods.extend(members?.items);
        }
    }
    Ok((sets, pods))
}

/// Every election of a namespace, or of all.
pub(super) async fn elections(reader: &Reader<'_>, namespace: Option<&str>) -> Elections {
    let (leases, endpoints, config_maps) = join3(
        reader.list(leases(namespace), LEASES),
        annotated::<wire::Endpoints>(reader, namespace),
        annotated::<wire::ConfigMap>(reader, namespace),
    )
    .await;
    Elections { leases, endpoints, config_maps, sets: Known::Unknown }
}

/// Leases but those of nodes: of these there may be thousands, renewed each ten seconds.
pub fn leases(namespace: Option<&str>) -> Query {
    let query = Query::within(namespace);
    if namespace.is_some() { query } else { query.fields(format!("metadata.namespace!={NODE_LEASES}")) }
}

async fn annotated<T: Object>(reader: &Reader<'_>, namespace: Option<&str>) -> Known<Table<T>> {
    let query = Query::within(namespace).metadata();
    reader.list_where(&query, |object: &T| is_election(object.meta()), ANNOTATIONS).await
}

/// The names of all sets; none where all sets are read anyway.
async fn names(reader: &Reader<'_>, wanted: &Wanted<'_>) -> Option<Known<Vec<(String, String)>>> {
    match wanted {
        Wanted::All(_, None) => None,
        _ => Some(names_of_sets(reader, wanted.namespace()).await),
    }
}

/// Namespace and name of every set.
pub(super) async fn names_of_sets(
    reader: &Reader<'_>,
    namespace: Option<&str>,
) -> Known<Vec<(String, String)>> {
    let query = Query::within(namespace).metadata();
    let add = |names: &mut Vec<_>, set: wire::StatefulSet| names.push(full_name(&set));
    let read = reader.connection.list_fold(&query, Vec::new, add).await;
    reader.known(read.map(|(names, _)| names), SETS)
}

fn full_name(set: &wire::StatefulSet) -> (String, String) {
    (set.meta().namespace.clone(), set.meta().name.clone())
}
