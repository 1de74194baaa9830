//! How the members of a group look to people.

use super::{Format, Output, Page, Row, Style, clean, span};
use crate::domain::Ordinal;
use crate::domain::ordinal::listed;
use crate::domain::peers::timeline::Source;
use crate::error::Result;
use crate::report::List;
use crate::report::peers::{CHANGES, ChangeView, DisagreementView, PeerView, PeersView};

/// Prints members in the format that was asked for.
pub fn print(output: &mut Output, list: &List<PeersView>) -> Result<()> {
    match output.format() {
        Format::Json | Format::Yaml => output.document(list),
        Format::Name => {
            let pods = list.items.iter().flat_map(|view| &view.peers);
            let name = |peer: &PeerView| format!("pod/{}\n", clean(&peer.pod));
            output.data(&pods.map(name).collect::<String>())
        }
        Format::Table | Format::Wide => {
            let wide = output.format() == Format::Wide;
            let page = page(list, wide, output.headers());
            output.page(&page)
        }
    }
}

/// The members of each set, and what keeps the sources from agreeing on them.
pub fn page(list: &List<PeersView>, wide: bool, headers: bool) -> Page {
    let mut page = Page::default();
    for view in &list.items {
        title(&mut page, view);
        page.blank();
        members(&mut page, view, wide, headers);
        if wide {
            srv(&mut page, view);
        }
        let (advice, real): (Vec<_>, Vec<_>) = view.disagreements.iter().partition(|found| found.advice);
        disagreements(&mut page, view, "Disagreements", Style::Bad, &real);
        disagreements(&mut page, view, "Also", Style::Attention, &advice);
    }
    page
}

/// Prints one change, as a line of text or a document of one line.
pub fn change(output: &mut Output, change: ChangeView) -> Result<()> {
    if output.is_document() {
        return output.data(&super::document::json_line(&List::new(CHANGES, vec![change], Vec::new()))?);
    }
    output.line(&line(&change))
}

/// One change in one line.
pub fn line(change: &ChangeView) -> String {
    let time = change.time.split_once('T').map_or(change.time.as_str(), |(_, time)| time);
    // Room for the ordinals of a hundred members.
    let (who, width) = (change.pod.as_deref().unwrap_or(&change.set), change.set.len() + 3);
    let by = match &change.dns_server {
        Some(server) => format!(" by {}", server.rsplit('/').next().unwrap_or(server)),
        None => String::new(),
    };
    let source = match change.source {
        Source::Pod => "Pod",
        Source::EndpointSlice => "EndpointSlice",
        Source::Dns => "DNS",
        Source::Service => "Service",
        Source::All => "all",
    };
    let lag = change.lag_seconds.map(|lag| format!("   +{:.0} ms", lag * 1000.0)).unwrap_or_default();
    format!("{time}   {who:<width$}   {source:<13}   {}{by}{lag}", change.message)
}

fn title(page: &mut Page, view: &PeersView) {
    let real = view.disagreements.iter().filter(|found| !found.advice).count();
    let (style, verdict) = match (view.agree, real) {
        (true, _) => (Style::Good, "all sources agree".to_owned()),
        (false, 0) => (Style::Attention, "the sources that could be read agree".to_owned()),
        (false, _) => (Style::Bad, "the sources disagree".to_owned()),
    };
    page.prose(
        0,
        vec![
            span(Style::Bold, &view.set),
            span(Style::Plain, ": "),
            span(style, verdict),
            span(Style::Plain, format!(" on {}", members_asked_for(view))),
        ],
    );
    let service = match (&view.service, view.headless) {
        (None, _) => "none named by the set".to_owned(),
        (Some(name), None) => name.clone(),
        (Some(name), Some(headless)) => {
            let kind = if headless { "headless" } else { "not headless" };
            let unready = view.publishes_not_ready == Some(true);
            let publishes = if unready { ", publishes members that are not Ready" } else { "" };
            format!("{name} ({kind}{publishes})")
        }
    };
    let dns = match &view.dns_servers {
        Some(servers) if servers.is_empty() => "left out".to_owned(),
        Some(servers) => servers.join(", "),
        None => "<unknown>".to_owned(),
    };
    for (label, text) in
        [("Service", service), ("Zone", format!("{} ({})", view.zone, view.zone_source)), ("DNS", dns)]
    {
        page.prose(2, vec![span(Style::Dim, format!("{label}: ")), span(Style::Plain, text)]);
    }
}

fn members_asked_for(view: &PeersView) -> String {
    match view.peers.iter().filter(|peer| peer.expected).count() {
        1 => "1 member".to_owned(),
        count => format!("{count} members"),
    }
}

/// Of so many, those in order are left out where others are not: `-o wide` shows them all.
const MANY: usize = 30;

fn members(page: &mut Page, view: &PeersView, wide: bool, headers: bool) {
    let mut names = vec!["ORDINAL", "POD", "READY", "ENDPOINT", "DNS", "TTL"];
    if wide {
        names.extend(["NAME"]);
    }
    let shorten = !wide && view.peers.len() > MANY && !view.disagreements.is_empty();
    let concerned = |peer: &&PeerView| !shorten || !is_in_order(view, peer);
    let shown: Vec<&PeerView> = view.peers.iter().filter(concerned).collect();
    let hidden = view.peers.len() - shown.len();
    if !shown.is_empty() {
        let rows = shown.into_iter().map(|peer| row(peer, wide)).collect();
        page.table(headers.then_some(names.as_slice()), rows, &[5]);
    }
    if hidden > 0 {
        let text = format!("and {hidden} in order, on which all sources agree (-o wide shows them)");
        page.prose(0, vec![span(Style::Dim, text)]);
    }
}

fn is_in_order(view: &PeersView, peer: &PeerView) -> bool {
    let resolves = peer.dns.as_ref().is_none_or(|dns| dns.resolves);
    let ready = peer.endpoint.as_ref().is_none_or(|endpoint| endpoint.ready);
    let concerned = view.disagreements.iter().any(|found| found.ordinal == Some(peer.ordinal));
    peer.expected && resolves && ready && !concerned
}

fn row(peer: &PeerView, wide: bool) -> Row {
    let plain = |text: &str| span(Style::Plain, text);
    let ordinal =
        if peer.expected { peer.ordinal.to_string() } else { format!("{} (not asked for)", peer.ordinal) };
    let ready = match (peer.pod_exists, peer.pod_ready) {
        (false, _) => span(Style::Bad, "no pod"),
        (true, false) => span(Style::Attention, "no"),
        (true, true) => span(Style::Good, "yes"),
    };
    let mut row =
        vec![plain(&ordinal), plain(&peer.pod), ready, endpoint(peer), dns(peer), plain(&ttl(peer))];
    if wide {
        row.push(plain(peer.fqdn.as_deref().unwrap_or("-")));
    }
    row
}

fn endpoint(peer: &PeerView) -> super::Span {
    let Some(endpoint) = &peer.endpoint else { return span(Style::Dim, "<unknown>") };
    if !endpoint.present {
        return span(Style::Bad, "none");
    }
    let addresses = endpoint.addresses.join(",");
    match (endpoint.ready, endpoint.terminating) {
        (true, false) => span(Style::Plain, addresses),
        (true, true) => span(Style::Attention, format!("{addresses} (terminating)")),
        (false, true) => span(Style::Attention, format!("{addresses} (terminating, hidden)")),
        (false, false) => span(Style::Attention, format!("{addresses} (hidden)")),
    }
}

fn dns(peer: &PeerView) -> super::Span {
    match &peer.dns {
        None => span(Style::Dim, "<unknown>"),
        Some(dns) if dns.addresses.is_empty() => span(Style::Bad, "no such name"),
        Some(dns) => {
            let style = if dns.resolves { Style::Plain } else { Style::Attention };
            span(style, dns.addresses.join(","))
        }
    }
}

fn ttl(peer: &PeerView) -> String {
    let seconds = peer.dns.as_ref().and_then(|dns| dns.ttl_seconds);
    seconds.map_or_else(|| "-".to_owned(), |seconds| format!("{seconds}s"))
}

fn srv(page: &mut Page, view: &PeersView) {
    for srv in view.srv.iter().flatten() {
        page.blank();
        page.line(vec![span(Style::Bold, format!("SRV {}", srv.name))]);
        let Some(port) = srv.port else {
            page.line(vec![span(Style::Bad, "  none")]);
            continue;
        };
        for target in &srv.targets {
            page.line(vec![span(Style::Plain, format!("  {target}:{port}"))]);
        }
    }
}

/// What disagrees, with those who share a trouble in one line.
fn disagreements(page: &mut Page, view: &PeersView, title: &str, style: Style, all: &[&DisagreementView]) {
    if all.is_empty() {
        return;
    }
    page.blank();
    page.line(vec![span(Style::Bold, title)]);
    let mut groups: Vec<Vec<&DisagreementView>> = Vec::new();
    for found in all {
        let same = |group: &&mut Vec<&DisagreementView>| {
            group[0].reason == found.reason && group[0].message == found.message
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(found),
            None => groups.push(vec![found]),
        }
    }
    for group in groups {
        let first = group[0];
        let ordinals: Vec<Ordinal> = group.iter().filter_map(|found| found.ordinal).collect();
        let who = match ordinals.as_slice() {
            [] => String::new(),
            ordinals => format!("{}: ", listed(ordinals, |ordinal| format!("{}-{ordinal}", view.set))),
        };
        page.prose(
            2,
            vec![
                span(Style::Plain, who),
                span(style, format!("{:?}", first.reason)),
                span(Style::Plain, format!(": {}", first.message)),
            ],
        );
        if let Some(action) = &first.action {
            page.prose(4, vec![span(Style::Bold, "What helps: "), span(Style::Plain, &action.effect)]);
            page.line(vec![span(Style::Plain, "      "), span(Style::Command, &action.command)]);
            if ordinals.len() > 1 && group[1].action != first.action {
                page.prose(6, vec![span(Style::Dim, "and likewise for the others")]);
            }
        }
    }
}
