//! Whether DNS answers what EndpointSlices say.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::answer::{Answer, Name, ServerPod, ServerView, SrvAnswer};
use super::facts::{Endpoint, Facts, ServicePort};
use super::reason::{Disagreement, Reason};
use crate::domain::Ordinal;

/// What DNS says wrongly about a member whose pod and endpoint are in order.
pub fn trouble(facts: &Facts, ordinal: Ordinal) -> Option<Disagreement> {
    if facts.endpoints.get().is_none() {
        return unresolved(facts, ordinal);
    }
    // Under another Service, names of members are an extra of some DNS servers: that it has an address is the root.
    if !facts.is_headless() {
        return None;
    }
    let views = facts.dns.get()?;
    let published = facts.published(ordinal);
    views.iter().find_map(|view| {
        let (reason, message) = compare(view.members.get(&ordinal)?, &published)?;
        Some(told_by(view, views, Disagreement::of(ordinal, reason, message)))
    })
}

/// A member that DNS does not know, where nobody could say whether it should.
fn unresolved(facts: &Facts, ordinal: Ordinal) -> Option<Disagreement> {
    let views = facts.dns.get()?;
    let knows_none = |view: &&ServerView| {
        let shown = view.members.get(&ordinal).and_then(Name::shown);
        matches!(shown, Some(Answer::Nothing { .. }))
    };
    let view = views.iter().find(knows_none)?;
    let message = "the pod has an address, and DNS does not resolve its name; EndpointSlices would say why, and could not be read";
    Some(told_by(view, views, Disagreement::of(ordinal, Reason::Unresolved, message)))
}

/// What DNS says wrongly about all members: under the Service's own name, and in SRV records.
pub fn of_service(facts: &Facts) -> Vec<Disagreement> {
    let (Some(service), Some(endpoints), Some(views)) =
        (facts.existing_service(), facts.endpoints.get(), facts.dns.get())
    else {
        return Vec::new();
    };
    if !facts.is_headless() {
        return Vec::new();
    }
    let all = all_published(endpoints);
    let of_view = |view: &ServerView| {
        if let Some(why) = &view.failure {
            let message = format!("{why}: members that ask it get no answer");
            return vec![told_by(view, &[], Disagreement::general(Reason::DnsFailed, message))];
        }
        let own = compare(&view.service, &all)
            .map(|(reason, what)| Disagreement::general(reason, format!("the Service's own name: {what}")));
        let named = service.ports.iter().filter(|port| !port.name.is_empty());
        let srv = named.filter_map(|port| srv(facts, view.srv.get(&port.name)?, port));
        own.into_iter().chain(srv).map(|found| told_by(view, views, found)).collect::<Vec<_>>()
    };
    views.iter().flat_map(of_view).collect()
}

/// Whether all DNS servers that were asked answered about every member; so it is where DNS was left out on purpose.
pub fn are_told(facts: &Facts) -> bool {
    let Some(views) = facts.dns.get() else { return false };
    let answered = |name: Option<&Name>| name.is_some_and(|name| name.shown().is_some());
    let of_view = |view: &ServerView| {
        answered(Some(&view.service))
            && facts.ordinals().iter().all(|ordinal| answered(view.members.get(ordinal)))
    };
    views.iter().all(of_view)
}

/// The addresses under which the Service's own name is to resolve.
pub fn all_published(endpoints: &[Endpoint]) -> BTreeSet<IpAddr> {
    endpoints.iter().filter(|endpoint| endpoint.ready).map(|endpoint| endpoint.address).collect()
}

/// What keeps an answer from being what is published, and who is behind.
fn compare(name: &Name, published: &BTreeSet<IpAddr>) -> Option<(Reason, String)> {
    let shown = name.shown()?;
    if let Answer::Failed(why) = shown {
        return Some((Reason::DnsFailed, format!("DNS did not answer: {why}")));
    }
    let told = shown.addresses();
    if told == *published {
        return None;
    }
    let by_cache =
        name.members.is_some() && name.fresh.as_ref().is_some_and(|fresh| fresh.addresses() == *published);
    Some(match (by_cache, told.is_empty()) {
        (true, true) => (Reason::NegativeAnswerCached, cached_negative(shown.ttl())),
        (true, false) => (
            Reason::OldAnswerCached,
            format!(
                "the DNS server still answers {} from its cache{}; EndpointSlices publish {}",
                list(&told),
                for_seconds(shown.ttl()),
                or_nothing(published)
            ),
        ),
        (false, true) => (
            Reason::DnsBehind,
            format!("EndpointSlices publish {}, and DNS does not resolve the name", list(published)),
        ),
        (false, false) => (
            Reason::DnsBehind,
            format!("EndpointSlices publish {}, and DNS answers {}", or_nothing(published), list(&told)),
        ),
    })
}

fn cached_negative(ttl: Option<u32>) -> String {
    format!(
        "the name resolves by now, and the DNS server still tells members from its cache that it does not{}: somebody asked before it was published",
        for_seconds(ttl)
    )
}

/// SRV records of a port: those of members, by name and port. Endpoints without host name have others, of their address.
fn srv(facts: &Facts, answer: &Name<SrvAnswer>, port: &ServicePort) -> Option<Disagreement> {
    let expected = expected_targets(facts, port);
    let of_members: BTreeSet<String> =
        facts.ordinals().into_iter().filter_map(|ordinal| facts.fqdn(ordinal)).collect();
    let only_members = |answer: &SrvAnswer| -> BTreeSet<(String, u16)> {
        answer.targets().into_iter().filter(|(name, _)| of_members.contains(name)).collect()
    };
    let shown = answer.shown()?;
    let what = format!("SRV of port {}", port.name);
    if let SrvAnswer::Failed(why) = shown {
        return Some(Disagreement::general(Reason::DnsFailed, format!("{what}: DNS did not answer: {why}")));
    }
    let told = only_members(shown);
    if told == expected {
        return None;
    }
    let by_cache = answer.members.is_some()
        && answer.fresh.as_ref().is_some_and(|fresh| only_members(fresh) == expected);
    let reason = if by_cache { Reason::OldAnswerCached } else { Reason::DnsBehind };
    let difference = |one: &BTreeSet<(String, u16)>, other: &BTreeSet<(String, u16)>| {
        let names = one.difference(other).map(|(name, port)| format!("{}:{port}", first_label(name)));
        names.collect::<Vec<_>>().join(", ")
    };
    let (lacks, has) = (difference(&expected, &told), difference(&told, &expected));
    let difference = match (lacks.is_empty(), has.is_empty()) {
        (false, true) => format!("lacks {lacks}"),
        (true, _) => format!("still has {has}"),
        (false, false) => format!("lacks {lacks} and still has {has}"),
    };
    let cache = if by_cache { " (from the DNS server's cache)" } else { "" };
    Some(Disagreement::general(reason, format!("{what} {difference}{cache}")))
}

/// Names and ports that the SRV records of a port should have, by the EndpointSlices.
pub fn expected_targets(facts: &Facts, port: &ServicePort) -> BTreeSet<(String, u16)> {
    let of_member = |ordinal: Ordinal| {
        let fqdn = facts.fqdn(ordinal)?;
        let mut ports = facts.named(ordinal).filter_map(|endpoint| {
            endpoint.ports.iter().find(|own| own.name == port.name && own.protocol == port.protocol)
        });
        Some((fqdn, ports.next()?.number))
    };
    facts.ordinals().into_iter().filter_map(of_member).collect()
}

/// Says which server it was, where several were asked, and how to look further.
fn told_by(view: &ServerView, views: &[ServerView], mut found: Disagreement) -> Disagreement {
    if views.len() > 1 {
        found.message = format!("{} (says {})", found.message, view.server);
    }
    match found.reason {
        Reason::NegativeAnswerCached | Reason::OldAnswerCached => found.with(
            show_config(view.pod.as_ref()),
            "it passes by itself; how long answers are kept is the line `cache` of the Corefile: `disable denial ZONE` and `disable success ZONE` in it keep none of the cluster's own names",
        ),
        _ => found.with(
            show_log(view.pod.as_ref()),
            "shows whether the DNS servers can follow the API server",
        ),
    }
}

/// The usual place where the server's own is not known.
fn show_config(pod: Option<&ServerPod>) -> String {
    let own = pod.and_then(|pod| Some((pod.config_map.as_deref()?, pod.namespace.as_str())));
    let (map, namespace) = own.unwrap_or(("coredns", "kube-system"));
    format!("kubectl get configmap {map} -n {namespace} -o yaml")
}

fn show_log(pod: Option<&ServerPod>) -> String {
    match pod {
        Some(ServerPod { namespace, name, .. }) => format!("kubectl logs {name} -n {namespace} --tail=50"),
        None => "kubectl logs -n kube-system -l k8s-app=kube-dns --tail=50".to_owned(),
    }
}

fn first_label(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn for_seconds(ttl: Option<u32>) -> String {
    ttl.map(|seconds| format!(" for {seconds} s more")).unwrap_or_default()
}

fn list(addresses: &BTreeSet<IpAddr>) -> String {
    addresses.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(" and ")
}

fn or_nothing(addresses: &BTreeSet<IpAddr>) -> String {
    if addresses.is_empty() { "nothing".to_owned() } else { list(addresses) }
}
