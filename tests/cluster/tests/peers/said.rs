//! What `peers` says about the set `web`, in words that a test can compare.
//!
//! A disagreement is written `Reason@ordinal`, or `Reason` where it is about all members.

use serde_json::Value;
use std::fmt;
use std::time::{Duration, Instant};
use test_cluster::*;

/// How long the plugin may take to see what the test has brought about.
const PATIENCE: Duration = Duration::from_secs(30);

/// One answer of `peers web -o json`.
#[derive(Clone, Debug)]
pub struct Said {
    /// The command.
    pub run: Run,
    document: Value,
}

/// Asks once, with this DNS server.
pub fn ask(ns: &Namespace, dns: &Dns) -> Said {
    ask_with(ns, &["--dns-server", &dns.address()])
}

/// Asks once. `args` follow `peers web -o json`.
pub fn ask_with(ns: &Namespace, args: &[&str]) -> Said {
    Said::of(ns.plugin(&[&["peers", "web", "-o", "json"], args].concat()).ok())
}

/// Asks until exactly these disagreements are said.
pub fn until(ns: &Namespace, dns: &Dns, reasons: &[&str]) -> Said {
    ask_for(PATIENCE, ns, dns, &format!("it says {reasons:?}"), |said| said.reasons() == reasons)
}

/// Asks until all sources agree.
pub fn until_agreed(ns: &Namespace, dns: &Dns) -> Said {
    ask_for(PATIENCE, ns, dns, "all sources agree", |said| said.item()["agree"] == true)
}

/// Asks until the answer is as expected.
pub fn ask_for(
    patience: Duration,
    ns: &Namespace,
    dns: &Dns,
    what: &str,
    expected: impl Fn(&Said) -> bool,
) -> Said {
    let deadline = Instant::now() + patience;
    loop {
        let said = ask(ns, dns);
        if expected(&said) {
            return said;
        }
        assert!(
            Instant::now() < deadline,
            "waited {} s until {what}; the last answer:\n{said}",
            patience.as_secs()
        );
        // Each question is a process; asking without a pause would slow down what is waited for.
        std::thread::sleep(Duration::from_millis(200));
    }
}

impl Said {
    /// What a command with `-o json` printed.
    pub fn of(run: Run) -> Self {
        let document: Value =
            serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"));
        assert_eq!(
            (&document["apiVersion"], &document["kind"]),
            (&"kubectl-stateful/v1".into(), &"PeerList".into())
        );
        assert_eq!(document["items"].as_array().map(Vec::len), Some(1), "{run}");
        let said = Self { run, document };
        let real = list(&said.item()["disagreements"]).iter().any(|found| found["advice"] == false);
        assert!(!(real && said.item()["agree"] == true), "{said}");
        said
    }

    /// The answer about the set.
    pub fn item(&self) -> &Value {
        &self.document["items"][0]
    }

    /// What could not be read.
    pub fn notes(&self) -> Vec<&str> {
        list(&self.document["notes"]).iter().map(text).collect()
    }

    /// All that disagrees, in its order; advice last.
    pub fn reasons(&self) -> Vec<String> {
        list(&self.item()["disagreements"]).iter().map(named).collect()
    }

    /// The sentence of a disagreement.
    pub fn message(&self, reason: &str) -> &str {
        text(&self.found(reason)["message"])
    }

    /// Whether it can pass by itself.
    pub fn passes(&self, reason: &str) -> bool {
        self.found(reason)["selfResolves"].as_bool().unwrap_or_else(|| panic!("no selfResolves in\n{self}"))
    }

    /// The command that is advised.
    pub fn command(&self, reason: &str) -> &str {
        text(&self.found(reason)["action"]["command"])
    }

    /// Does what is advised, as a person who pastes it.
    pub fn follow(&self, ns: &Namespace, reason: &str) -> Run {
        ns.shell(self.command(reason)).ok()
    }

    /// A member.
    pub fn peer(&self, ordinal: u64) -> &Value {
        let own = |peer: &&Value| peer["ordinal"].as_u64() == Some(ordinal);
        list(&self.item()["peers"]).iter().find(own).unwrap_or_else(|| panic!("no {ordinal} in\n{self}"))
    }

    fn found(&self, reason: &str) -> &Value {
        let own = |found: &&Value| named(found) == reason;
        let all = list(&self.item()["disagreements"]);
        all.iter().find(own).unwrap_or_else(|| panic!("no {reason} in\n{self}"))
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.run)
    }
}

fn named(found: &Value) -> String {
    match &found["ordinal"] {
        Value::Null => text(&found["reason"]).to_owned(),
        ordinal => format!("{}@{ordinal}", text(&found["reason"])),
    }
}

/// The elements of a list.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

/// A text.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}
