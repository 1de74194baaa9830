//! Who leads, kept up by watches on sets, pods, Leases, and the objects whose annotations hold an election.

use std::collections::BTreeMap;

use futures::stream::SelectAll;

use super::update::{Source, watched};
use super::{Live, Scope};
use crate::cluster::gather::{self, POD_NAME, Reader};
use crate::cluster::{ApiError, Connection, Query};
use crate::domain::Known;
use crate::domain::leader::Source as Written;
use crate::snapshot::{Objects, Table};
use crate::wire::{self, Object};

impl Live {
    /// Watches what [`gather::leaders`] has read, and waits until each watch has told the present state, but for those
    /// on all Endpoints and ConfigMaps: what was read is enough to begin with.
    ///
    /// # Errors
    /// Sets or pods that cannot be watched. Everything else that is refused becomes a note.
    pub async fn leaders(connection: Connection, scope: Scope, read: Objects) -> Result<Self, ApiError> {
        let mut live = Self {
            objects: read,
            connection,
            scope,
            updates: SelectAll::new(),
            awaited: vec![Source::Sets, Source::Pods],
            interrupted: Vec::new(),
            asked: BTreeMap::new(),
            explains: false,
            notes: Vec::new(),
        };
        live.watch_leaders();
        while !live.awaited.is_empty() {
            live.next().await?;
        }
        Ok(live)
    }

    fn watch_leaders(&mut self) {
        let connection = &self.connection;
        let (namespace, labels) = match &self.scope {
            Scope::Named { namespace, .. } | Scope::Members { namespace, .. } => {
                (Some(namespace.as_str()), None)
            }
            Scope::All { namespace, labels } => (namespace.as_deref(), labels.as_deref()),
        };
        let one = match &self.scope {
            Scope::Named { names, .. } => <&[String; 1]>::try_from(names.as_slice()).ok().map(|[name]| name),
            Scope::Members { name, .. } => Some(name),
            Scope::All { .. } => None,
        };
        let within = || Query::within(namespace);
        let sets = one.map_or_else(within, |name| within().fields(format!("metadata.name={name}")));
        let sets = labels.into_iter().fold(sets, Query::labels);
        let selector = one.and_then(|name| self.objects.sets.get(namespace?, name)).map(gather::selector);
        let pods = within().labels(selector.unwrap_or_else(|| POD_NAME.to_owned()));
        self.updates.push(watched::<wire::StatefulSet>(connection, &sets));
        self.updates.push(watched::<wire::Pod>(connection, &pods));
        // What was refused a moment ago has its note.
        if self.objects.elections.leases.get().is_some() {
            self.updates.push(watched::<wire::Lease>(connection, &gather::leases(namespace)));
            self.awaited.push(Source::Leases);
        }
        if self.objects.elections.endpoints.get().is_some() {
            self.updates.push(watched::<wire::Endpoints>(connection, &within().metadata()));
        }
        if self.objects.elections.config_maps.get().is_some() {
            self.updates.push(watched::<wire::ConfigMap>(connection, &within().metadata()));
        }
    }

    /// Asks for an object of an election again: before it is called expired, a renewal may be on its way.
    ///
    /// # Errors
    /// Anything that a request can end with.
    pub async fn ask_again(&mut self, source: Written, namespace: &str, name: &str) -> Result<(), ApiError> {
        let (connection, elections) = (&self.connection, &mut self.objects.elections);
        match source {
            Written::Lease => renew(connection, namespace, name, &mut elections.leases).await,
            Written::EndpointsAnnotation => {
                renew(connection, namespace, name, &mut elections.endpoints).await
            }
            Written::ConfigMapAnnotation => {
                renew(connection, namespace, name, &mut elections.config_maps).await
            }
            // It has no time that could be over.
            Written::Label => Ok(()),
        }
    }

    /// The connection's clock, for what happens at a given time.
    pub fn now(&self) -> jiff::Timestamp {
        Reader::new(&self.connection).now()
    }
}

async fn renew<T: Object>(
    connection: &Connection,
    namespace: &str,
    name: &str,
    table: &mut Known<Table<T>>,
) -> Result<(), ApiError> {
    let query = Query::within(Some(namespace)).fields(format!("metadata.name={name}"));
    // Nothing but their metadata is read of Endpoints and ConfigMaps.
    let query = if T::RESOURCE == wire::Lease::RESOURCE { query } else { query.metadata() };
    let found = connection.list::<T>(&query).await?;
    if let Some(table) = table.get_mut() {
        table.take(namespace, name);
        table.extend(found.items);
    }
    Ok(())
}
