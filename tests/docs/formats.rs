//! docs/formats.md shows what `peers --format` prints, for the sets of this file.

use std::collections::{BTreeMap, BTreeSet};

use kubectl_stateful::domain::ordinal::Range;
use kubectl_stateful::domain::peers::Facts;
use kubectl_stateful::domain::peers::facts::{Service, ServicePort, Target};
use kubectl_stateful::domain::peers::seeds::{Choice, Format, Members, Which, expected, text};
use kubectl_stateful::domain::{Known, Ordinal};

use super::{hold, root};

/// Sets of three, each with the ports of its Service.
const SETS: [(&str, &[(&str, u16)]); 9] = [
    ("web", &[("http", 8080)]),
    ("zk", &[("client", 2181), ("server", 2888), ("leader-election", 3888)]),
    ("etcd", &[("client", 2379), ("peer", 2380)]),
    ("kafka", &[("client", 9092), ("controller", 9093)]),
    ("cassandra", &[("cql", 9042)]),
    ("mongo", &[("mongodb", 27017)]),
    ("es", &[("http", 9200), ("transport", 9300)]),
    ("redis", &[("redis", 6379), ("bus", 16379)]),
    ("db", &[("postgres", 5432)]),
];

#[test]
fn lists_in_the_documentation_are_those_that_are_printed() {
    let page = root().join("docs/formats.md");
    let written = std::fs::read_to_string(&page).unwrap();
    let mut expected = String::new();
    let mut lines = written.lines().peekable();
    while let Some(line) = lines.next() {
        expected.push_str(&format!("{line}\n"));
        let Some(command) = line.strip_prefix("$ kubectl stateful peers ") else { continue };
        expected.push_str(&printed(command));
        while lines.peek().is_some_and(|line| *line != "```" && !line.starts_with("$ ")) {
            lines.next();
        }
    }
    hold(&page, &expected);
}

#[test]
fn every_format_has_a_row_and_an_example() {
    let written = std::fs::read_to_string(root().join("docs/formats.md")).unwrap();
    let documented = |name: &&str| {
        let row = written.lines().any(|line| line.starts_with("| ") && line.contains(&format!("`{name}`")));
        let format: Format = name.parse().unwrap();
        let shown = |line: &str| {
            let command = line.strip_prefix("$ kubectl stateful peers ")?;
            Some(arguments(command).iter().any(|word| word.parse() == Ok(format.clone())))
        };
        row && written.lines().filter_map(shown).any(|shown| shown)
    };
    let missing: BTreeSet<&str> = Format::NAMES.into_iter().filter(|name| !documented(name)).collect();
    assert_eq!(missing, BTreeSet::new());
}

/// What a command prints.
fn printed(command: &str) -> String {
    let words = arguments(command);
    let (set, flags) = words.split_first().unwrap();
    let facts = facts(set);
    let value = |flag: &str| {
        let place = flags.iter().position(|word| word == flag)?;
        flags.get(place + 1)
    };
    let format: Format = value("--format").unwrap().parse().unwrap();
    let port: Option<Choice> = value("--port").map(|port| port.parse().unwrap());
    let all = expected(&facts);
    let members =
        if flags.contains(&"--expected".to_owned()) { all } else { Members { which: Which::Live, ..all } };
    text(&format, &facts, &members, port.as_ref()).unwrap()
}

/// The words of a command; quotes keep several together.
fn arguments(command: &str) -> Vec<String> {
    let parts = command.split('\'').enumerate();
    let words = parts.flat_map(|(place, part)| match place % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

fn facts(set: &str) -> Facts {
    let (_, ports) = SETS.into_iter().find(|(name, _)| *name == set).unwrap();
    let port = |(name, number): &(&str, u16)| ServicePort {
        name: (*name).to_owned(),
        protocol: "TCP".to_owned(),
        number: *number,
        target: Target::Number(*number),
    };
    Facts {
        now: jiff::Timestamp::UNIX_EPOCH,
        namespace: "shop".to_owned(),
        set: set.to_owned(),
        range: Range { start: Ordinal::new(0), replicas: 3 },
        parallel: false,
        service_name: set.to_owned(),
        template_labels: BTreeMap::new(),
        template_ports: Vec::new(),
        pods: BTreeMap::new(),
        service: Known::Known(Some(Service {
            headless: true,
            external: false,
            publishes_unready: false,
            selector: BTreeMap::new(),
            ports: ports.iter().map(port).collect(),
            families: Vec::new(),
        })),
        endpoints: Known::Unknown,
        zone: "cluster.local".to_owned(),
        dns: Known::Unknown,
    }
}
