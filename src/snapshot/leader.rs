//! Elections: which objects hold one, and what a set's facts are made of.

mod record;

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use super::set::selects;
use super::{Index, NODE_LEASES, Objects, Table, convert};
use crate::domain::leader::{Election, Facts, Group, Member, Source};
use crate::domain::ordinal::split_pod_name;
use crate::domain::{Known, Ordinal};
use crate::wire::{self, Object};

pub use record::{ANNOTATIONS, is_election};
use record::{Record, records};

/// What elections are read from.
#[derive(Clone, Debug, Default)]
pub struct Elections {
    /// Leases; those of nodes are none of them.
    pub leases: Known<Table<wire::Lease>>,
    /// Endpoints with an election in their annotations.
    pub endpoints: Known<Table<wire::Endpoints>>,
    /// ConfigMaps with an election in their annotations.
    pub config_maps: Known<Table<wire::ConfigMap>>,
    /// Namespace and name of every set there.
    pub sets: Known<Vec<(String, String)>>,
}

impl Elections {
    /// What could not be read.
    pub fn unread(&self) -> Vec<Source> {
        let read = [
            (Source::Lease, self.leases.get().is_some()),
            (Source::EndpointsAnnotation, self.endpoints.get().is_some()),
            (Source::ConfigMapAnnotation, self.config_maps.get().is_some()),
        ];
        read.into_iter().filter(|(_, read)| !read).map(|(source, _)| source).collect()
    }

    /// What stands in an annotation and is no record of an election, a sentence each.
    pub fn unreadable(&self) -> Vec<String> {
        self.annotated()
            .flat_map(|(source, meta)| {
                records(meta).filter_map(move |record| {
                    let problem = record.term.err()?;
                    Some(format!(
                        "passed over {} {} in namespace {}: its annotation {} is no record of an election ({problem})",
                        source.kind(), meta.name, meta.namespace, record.annotation
                    ))
                })
            })
            .collect()
    }

    /// Objects with annotations.
    fn annotated(&self) -> impl Iterator<Item = (Source, &wire::ObjectMeta)> {
        let endpoints = self.endpoints.get().into_iter().flat_map(Table::iter);
        let config_maps = self.config_maps.get().into_iter().flat_map(Table::iter);
        endpoints
            .map(|object| (Source::EndpointsAnnotation, object.meta()))
            .chain(config_maps.map(|object| (Source::ConfigMapAnnotation, object.meta())))
    }
}

/// All sets with the elections of their namespaces.
pub struct Electorate<'a> {
    objects: &'a Objects,
    index: Index<'a>,
    elections: HashMap<&'a str, Vec<Held<'a>>>,
}

/// An election as it was read: only a set tells whether it selects it.
struct Held<'a> {
    meta: &'a wire::ObjectMeta,
    election: Election,
}

impl<'a> Electorate<'a> {
    /// Sorts what was read by namespaces.
    pub fn new(objects: &'a Objects) -> Self {
        let mut elections: HashMap<&str, Vec<Held<'_>>> = HashMap::new();
        let leases = objects.elections.leases.get().into_iter().flat_map(Table::iter);
        let leases = leases
            .filter(|lease| lease.meta().namespace != NODE_LEASES)
            .map(|lease| (Source::Lease, lease.meta(), None, convert::lease(lease)));
        let annotated = objects.elections.annotated().flat_map(|(source, meta)| {
            let readable =
                records(meta).filter_map(|Record { annotation, term }| Some((annotation, term.ok()?)));
            readable.map(move |(annotation, term)| (source, meta, Some(annotation), term))
        });
        for (source, meta, annotation, term) in leases.chain(annotated) {
            let owners = meta.owner_references.iter().map(|owner| owner.uid.clone()).collect();
            let election =
                Election { source, name: meta.name.clone(), annotation, owners, selected: false, term };
            elections.entry(&meta.namespace).or_default().push(Held { meta, election });
        }
        Self { objects, index: Index::new(objects), elections }
    }

    /// What is known of the elections of a set.
    pub fn facts(&self, set: &wire::StatefulSet) -> Facts {
        let namespace = set.meta().namespace.as_str();
        let held = self.elections.get(namespace).into_iter().flatten();
        let elections = held
            .map(|held| Election { selected: selects(set, held.meta), ..held.election.clone() })
            .collect();
        let sets =
            self.objects.elections.sets.get().map(|all| {
                all.iter().filter(|(of, _)| of == namespace).map(|(_, name)| name.clone()).collect()
            });
        Facts {
            now: self.objects.now,
            group: self.group(set),
            elections,
            sets: sets.into(),
            unread: self.objects.elections.unread(),
        }
    }

    fn group(&self, set: &wire::StatefulSet) -> Group {
        let meta = set.meta();
        let pods = self.index.pods_by_owner.get(meta.uid.as_str()).into_iter().flatten();
        let members = pods.filter_map(|pod| {
            let (parent, ordinal) = split_pod_name(&pod.meta().name)?;
            (parent == meta.name).then(|| (ordinal, member(pod, template_labels(set))))
        });
        Group {
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
            uid: meta.uid.clone(),
            service: set.spec.as_ref().map(|spec| spec.service_name.clone()).unwrap_or_default(),
            members: members.collect::<BTreeMap<Ordinal, Member>>(),
        }
    }
}

/// The labels that every pod of a set has from the start.
fn template_labels(set: &wire::StatefulSet) -> Option<&BTreeMap<String, String>> {
    Some(&set.spec.as_ref()?.template.as_ref()?.metadata.as_ref()?.labels)
}

fn member(pod: &wire::Pod, of_all: Option<&BTreeMap<String, String>>) -> Member {
    let meta = pod.meta();
    let status = pod.status.as_ref();
    let is_own =
        |(key, value): &(&String, &String)| of_all.is_none_or(|labels| labels.get(*key) != Some(*value));
    let ready = |condition: &wire::Condition| condition.r#type == "Ready" && condition.status == "True";
    let addresses = status.into_iter().flat_map(|status| {
        status.pod_ips.iter().map(|address| address.ip.as_str()).chain([status.pod_ip.as_str()])
    });
    let mut addresses: Vec<IpAddr> = addresses.filter_map(|text| text.parse().ok()).collect();
    addresses.sort();
    addresses.dedup();
    Member {
        uid: meta.uid.clone(),
        ready: status.is_some_and(|status| status.conditions.iter().any(ready)),
        terminating: meta.deletion_timestamp.is_some(),
        addresses,
        labels: meta.labels.iter().filter(is_own).map(|(key, value)| (key.clone(), value.clone())).collect(),
    }
}
