//! Which member of a set a holder's identity means.
//!
//! Every program makes up its own. What they have in common is that they begin with something that tells pods apart: the
//! pod's name (which is its host name), or its address.

use std::net::{IpAddr, SocketAddr};

use super::claim::Group;
use crate::domain::Ordinal;
use crate::domain::ordinal::split_pod_name;

/// The member that an identity means, whether or not its pod still exists; none where it is of somebody else.
///
/// Understood are `POD`, `POD_UUID` (what client-go's users write: `os.Hostname() + "_" + uuid`), `POD:PORT`,
/// `POD@ANYTHING`, the full name `POD.SERVICE[.NAMESPACE[.svc…]]`, an address of a pod that exists, with a port or without,
/// and each of these after `NAMESPACE/`.
pub fn member(holder: &str, group: &Group) -> Option<Ordinal> {
    let name = match holder.split_once('/') {
        Some((namespace, name)) if namespace == group.namespace => name,
        Some(_) => return None,
        None => holder,
    };
    let Some(address) = address(name) else { return by_name(name, group) };
    let mut having = group.members.iter().filter(|(_, member)| member.addresses.contains(&address));
    match (having.next(), having.next()) {
        (Some((ordinal, _)), None) => Some(*ordinal),
        // Pods of one node that share its address are not told apart by it.
        _ => None,
    }
}

/// The address that an identity is; none where it is a name.
pub fn address(holder: &str) -> Option<IpAddr> {
    let bare = holder.split(['_', '@']).next().unwrap_or(holder);
    let with_port = || bare.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.trim_matches(['[', ']']).parse().ok().or_else(with_port)
}

fn by_name(name: &str, group: &Group) -> Option<Ordinal> {
    let name = name.split(['_', '@', ':']).next().unwrap_or(name);
    exact(name, group).or_else(|| {
        let mut labels = name.split('.');
        let ordinal = exact(labels.next()?, group)?;
        let fits = labels.next() == Some(&group.service)
            && labels.next().is_none_or(|namespace| namespace == group.namespace)
            && labels.next().is_none_or(|service| service == "svc");
        fits.then_some(ordinal)
    })
}

/// `web-01` is no pod of a set, though its number can be read.
fn exact(name: &str, group: &Group) -> Option<Ordinal> {
    let (set, ordinal) = split_pod_name(name)?;
    (set == group.name && group.pod_name(ordinal) == name).then_some(ordinal)
}
