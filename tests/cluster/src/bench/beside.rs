//! A command beside kubectl, which reads the same kinds, and beside a client that sends the same requests.

use super::contest::{Entrant, contest};
use super::{Bench, record};
use anyhow::Result;

/// A command that reads a namespace.
pub(super) struct Reading<'a> {
    /// The namespace.
    pub(super) namespace: &'a str,
    /// The command and its arguments, but for the namespace.
    pub(super) command: &'a [&'a str],
    /// The kinds that it reads, as kubectl takes them.
    pub(super) kinds: &'a str,
    /// The most memory it may take, MB.
    pub(super) memory: Option<f64>,
}

/// The table of what each costs, and the requests.
pub(super) fn beside(bench: &Bench, reading: &Reading, title: &str) -> Result<String> {
    let Reading { namespace, command, kinds, memory } = *reading;
    let args = [command, &["-n", namespace]].concat();
    let waves = record::requests(bench, &args)?;
    let command = command.join(" ");
    let plugin = Entrant::new(&format!("`{command}`"), &bench.programs.plugin, &args);
    let entrants = [
        memory.iter().fold(plugin, |plugin, most| plugin.memory(*most)),
        Entrant::new(
            &format!("`kubectl get {kinds}`"),
            &bench.programs.kubectl,
            &["get", kinds, "-n", namespace],
        )
        .share(0.5),
        bench.bare(&format!("bare client, the same {}", waves.describe()), &waves)?.share(1.3),
    ];
    let table = contest(bench, &format!("`{command}`: {title}"), &entrants)?;
    Ok(format!("{table}\n{}", waves.markdown().replace(namespace, "NAMESPACE")))
}
