//! What the names of a set's members come from: the set, its pods, its Service with the EndpointSlices.

use futures::future::join3;

use super::{Reader, selector};
use crate::cluster::{ApiError, Query};
use crate::domain::Known;
use crate::snapshot::Objects;
use crate::snapshot::peers::SERVICE_NAME;
use crate::wire::{self, Object as _};

/// What is missing where EndpointSlices cannot be read.
pub const SLICES: &str = "what is published of the members is not known";
/// Likewise of the Service.
pub const SERVICE: &str = "whether the governing Service exists, and whom it selects, is not known";

/// Reads a set with its pods, its Service and that Service's EndpointSlices.
///
/// # Errors
/// A set that does not exist, or that, or whose pods, cannot be read.
pub async fn peers(reader: &Reader<'_>, namespace: &str, name: &str) -> Result<Objects, ApiError> {
    let set: wire::StatefulSet = reader.connection.get(Some(namespace), name).await?;
    let service_name = service_name(&set).to_owned();
    let within = || Query::within(Some(namespace));
    let pods = within().labels(selector(&set));
    let (pods, service, slices) = join3(
        reader.connection.list::<wire::Pod>(&pods),
        async {
            if service_name.is_empty() {
                return Known::Known(None);
            }
            reader.find::<wire::Service>(Some(namespace), &service_name, SERVICE).await
        },
        async {
            if service_name.is_empty() {
                return Known::Known(crate::snapshot::Table::default());
            }
            reader.list(within().labels(slices_of(&service_name)), SLICES).await
        },
    )
    .await;
    let mut objects = Objects::new(reader.now());
    objects.pods = pods?.items.into_iter().collect();
    objects.services.answer(&set.meta().namespace, &service_name, service);
    objects.endpoint_slices = slices;
    objects.sets.insert(set);
    objects.now = reader.now();
    Ok(objects)
}

/// The name of a set's governing Service; empty where it names none.
pub fn service_name(set: &wire::StatefulSet) -> &str {
    set.spec.as_ref().map(|spec| spec.service_name.as_str()).unwrap_or_default()
}

/// The label selector of a Service's EndpointSlices.
pub fn slices_of(service: &str) -> String {
    format!("{SERVICE_NAME}={service}")
}
