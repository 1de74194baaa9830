//! Endpoints of the Service that are no members of the set.

use super::facts::{Endpoint, Facts};
use super::reason::{Disagreement, Reason};

/// Who else the Service lists: whoever asks for its name, or for SRV records, is told of them too.
pub fn endpoints(facts: &Facts) -> Option<Disagreement> {
    let all = facts.endpoints.get()?;
    let strangers: Vec<&Endpoint> = all.iter().filter(|endpoint| !is_member(facts, endpoint)).collect();
    // Slices list their endpoints in no order, and the same state is to read the same.
    let first = strangers.iter().min_by_key(|endpoint| (&endpoint.pod, endpoint.address))?;
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
        facts.slices_command(),
        "shows all of them; a label that only the pods of this set have, in the template and in the Service's selector, keeps others out",
    ))
}

fn is_member(facts: &Facts, endpoint: &Endpoint) -> bool {
    // Endpoints written by hand may only have an address.
    let by_address = || facts.pods.values().any(|pod| pod.addresses.contains(&endpoint.address));
    facts.member(endpoint).is_some() || endpoint.pod.is_none() && by_address()
}
