//! Endpoints of the Service that are no members of the set.

use super::facts::{Endpoint, Facts};
use super::reason::{Disagreement, Reason};
use crate::domain::ordinal::split_pod_name;

/// Who else the Service lists: whoever asks for its name, or for SRV records, is told of them too.
pub fn endpoints(facts: &Facts) -> Option<Disagreement> {
    let all = facts.endpoints.get()?;
    let strangers: Vec<&Endpoint> = all.iter().filter(|endpoint| !is_member(facts, endpoint)).collect();
    let first = strangers.first()?;
    let name = |endpoint: &Endpoint| match &endpoint.pod {
        Some((pod, _)) => format!("pod {pod}"),
        None => endpoint.address.to_string(),
    };
    let others = match strangers.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let message = format!(
        "Service {} also lists {}{others}, no member of the set: its own name and its SRV records lead there too",
        facts.service_name,
        name(first)
    );
    Some(Disagreement::general(Reason::ForeignEndpoint, message).with(
        format!("kubectl get endpointslices -n {} -l kubernetes.io/service-name={}", facts.namespace, facts.service_name),
        "shows all of them; a label that only the pods of this set have, in the template and in the Service's selector, keeps others out",
    ))
}

fn is_member(facts: &Facts, endpoint: &Endpoint) -> bool {
    match &endpoint.pod {
        Some((pod, _)) => split_pod_name(pod).is_some_and(|(set, _)| set == facts.set),
        None => facts.pods.values().any(|pod| {
            endpoint.hostname.as_deref() == Some(pod.name.as_str())
                || pod.addresses.contains(&endpoint.address)
        }),
    }
}
