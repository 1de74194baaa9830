//! What one watch tells, and how it changes the objects.

use futures::stream::{BoxStream, StreamExt as _};

use crate::cluster::{ApiError, Connection, Event, Query, gather};
use crate::domain::Known;
use crate::snapshot::leader::is_election;
use crate::snapshot::{Lookup, Objects, Table};
use crate::wire::{self, Object};

/// What a watch is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Sets,
    Pods,
    Claims,
    Revisions,
    Events,
    Services,
    EndpointSlices,
    Autoscalers,
    Leases,
    Endpoints,
    ConfigMaps,
}

/// Something that a watch tells.
pub(super) enum Update {
    /// A change, or the whole state.
    Told(Source, Box<dyn Change>),
    /// The server cannot be reached for the moment.
    Interrupted(Source, ApiError),
    /// The watch goes on.
    Resumed(Source),
    /// The watch has ended for good.
    Ended(Source, ApiError),
}

/// A change of the objects.
pub(super) trait Change: Send {
    fn apply(self: Box<Self>, objects: &mut Objects);
}

/// A kind that is watched.
pub(super) trait Watched: Object {
    const SOURCE: Source;

    /// Where its objects are kept.
    fn table(objects: &mut Objects) -> &mut Table<Self>;

    /// Whether an object is kept at all.
    fn counts(&self) -> bool {
        true
    }
}

/// A watch as a stream of updates.
pub(super) fn watched<T: Watched>(connection: &Connection, query: &Query) -> BoxStream<'static, Update> {
    let source = T::SOURCE;
    let updates = connection.watch_where::<T>(query, T::counts).filter_map(move |event| {
        let update = match event {
            Ok(Event::Bookmark) => None,
            Ok(Event::Interrupted(error)) => Some(Update::Interrupted(source, error)),
            Ok(Event::Resumed) => Some(Update::Resumed(source)),
            Ok(change) => Some(Update::Told(source, Box::new(Told(change)))),
            Err(error) => Some(Update::Ended(source, error)),
        };
        std::future::ready(update)
    });
    updates.boxed()
}

struct Told<T>(Event<T>);

impl<T: Watched> Change for Told<T> {
    fn apply(self: Box<Self>, objects: &mut Objects) {
        match self.0 {
            Event::Restarted(all) => *T::table(objects) = all.into_iter().collect(),
            Event::Applied(object) => {
                let table = T::table(objects);
                let known = table.get(&object.meta().namespace, &object.meta().name);
                // What was asked for meanwhile may be newer than what a watch that was interrupted has to tell.
                if !known.is_some_and(|known| is_newer(known.meta(), object.meta())) {
                    table.insert(object);
                }
            }
            Event::Deleted(object) => T::table(objects).remove(&object),
            Event::Bookmark | Event::Interrupted(_) | Event::Resumed => {}
        }
    }
}

/// Whether the first is a later state of the same object. Versions of one resource are numbers that grow
/// (KEP-5504: they may be compared).
fn is_newer(one: &wire::ObjectMeta, other: &wire::ObjectMeta) -> bool {
    let version = |meta: &wire::ObjectMeta| meta.resource_version.parse::<u64>().ok();
    one.uid == other.uid && version(one).zip(version(other)).is_some_and(|(one, other)| one > other)
}

impl Source {
    /// Without sets and pods there is nothing to judge.
    pub(super) fn is_essential(self) -> bool {
        matches!(self, Self::Sets | Self::Pods)
    }

    /// What is missing without it.
    pub(super) fn limits(self) -> &'static str {
        match self {
            Self::Sets | Self::Pods => "nothing can be judged",
            Self::Claims => "claims are not judged",
            Self::Revisions => "revisions have no numbers, so no rollback is suggested",
            Self::Events => {
                "the server's own words on images, probes, scheduling, claims and refused pods are missing"
            }
            Self::Services => "whether the governing Service exists is not known",
            Self::EndpointSlices => gather::SLICES,
            Self::Autoscalers => "whether an autoscaler changes replicas is not known",
            Self::Leases => "that nobody leads cannot be said",
            Self::Endpoints | Self::ConfigMaps => "changes of elections by their annotations are not seen",
        }
    }

    /// What was refused is unknown, not empty.
    pub(super) fn forget(self, objects: &mut Objects) {
        match self {
            Self::Sets | Self::Pods => {}
            Self::Claims => objects.claims = Known::Unknown,
            Self::Revisions => objects.revisions = Known::Unknown,
            Self::Events => objects.events = Known::Unknown,
            Self::Services => objects.services = Lookup::default(),
            Self::EndpointSlices => objects.endpoint_slices = Known::Unknown,
            Self::Autoscalers => objects.autoscalers = Known::Unknown,
            Self::Leases => objects.elections.leases = Known::Unknown,
            Self::Endpoints => objects.elections.endpoints = Known::Unknown,
            Self::ConfigMaps => objects.elections.config_maps = Known::Unknown,
        }
    }
}

/// The table of a part that may be unknown; being told about it makes it known.
fn known<T: Object>(part: &mut Known<Table<T>>) -> &mut Table<T> {
    loop {
        match part {
            Known::Known(table) => return table,
            Known::Unknown => *part = Known::Known(Table::default()),
        }
    }
}

impl Watched for wire::StatefulSet {
    const SOURCE: Source = Source::Sets;

    fn table(objects: &mut Objects) -> &mut Table<Self> {
        &mut objects.sets
    }
}

impl Watched for wire::Pod {
    const SOURCE: Source = Source::Pods;

    fn table(objects: &mut Objects) -> &mut Table<Self> {
        &mut objects.pods
    }
}

impl Watched for wire::Service {
    const SOURCE: Source = Source::Services;

    fn table(objects: &mut Objects) -> &mut Table<Self> {
        objects.services.watched()
    }
}

macro_rules! watched {
    ($($kind:ident, $source:ident, $($field:ident).+;)*) => {$(
        impl Watched for wire::$kind {
            const SOURCE: Source = Source::$source;

            fn table(objects: &mut Objects) -> &mut Table<Self> {
                known(&mut objects.$($field).+)
            }
        }
    )*};
}

watched! {
    PersistentVolumeClaim, Claims, claims;
    ControllerRevision, Revisions, revisions;
    EndpointSlice, EndpointSlices, endpoint_slices;
    Event, Events, events;
    HorizontalPodAutoscaler, Autoscalers, autoscalers;
    Lease, Leases, elections.leases;
}

impl Watched for wire::Endpoints {
    const SOURCE: Source = Source::Endpoints;

    fn table(objects: &mut Objects) -> &mut Table<Self> {
        known(&mut objects.elections.endpoints)
    }

    fn counts(&self) -> bool {
        is_election(self.meta())
    }
}

impl Watched for wire::ConfigMap {
    const SOURCE: Source = Source::ConfigMaps;

    fn table(objects: &mut Objects) -> &mut Table<Self> {
        known(&mut objects.elections.config_maps)
    }

    fn counts(&self) -> bool {
        is_election(self.meta())
    }
}
