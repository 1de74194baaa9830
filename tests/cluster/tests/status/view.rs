//! What `status` says about the set `web`, in words that a test can compare.
//!
//! A cause is written `Reason@ordinal`, a move `Kind pod`, what an ordinal waits for `Reason <- Root@ordinal`.

use serde_json::Value;
use std::fmt;
use std::time::{Duration, Instant};
use test_cluster::*;

/// How long the plugin may take to see what the test has brought about.
const PATIENCE: Duration = Duration::from_secs(30);

/// One answer of `status web -o json`.
#[derive(Clone, Debug)]
pub struct Status(Value);

/// Asks once. `args` follow `status web -o json`.
pub fn ask(ns: &Namespace, args: &[&str]) -> Status {
    let run = ns.plugin(&[&["status", "web", "-o", "json"], args].concat()).ok();
    let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"));
    assert_eq!(
        (&document["apiVersion"], &document["kind"]),
        (&"kubectl-stateful/v1".into(), &"StatusList".into())
    );
    assert_eq!(document["items"].as_array().map(Vec::len), Some(1), "{run}");
    assert_eq!(
        document["notes"].as_array().map(Vec::len),
        Some(0),
        "an administrator may read everything: {run}"
    );
    Status(document["items"][0].clone())
}

/// Asks until the answer is as expected.
pub fn ask_until(ns: &Namespace, args: &[&str], what: &str, expected: impl Fn(&Status) -> bool) -> Status {
    ask_for(PATIENCE, ns, args, what, expected)
}

/// As [`ask_until`], with another deadline.
pub fn ask_for(
    patience: Duration,
    ns: &Namespace,
    args: &[&str],
    what: &str,
    expected: impl Fn(&Status) -> bool,
) -> Status {
    let deadline = Instant::now() + patience;
    loop {
        let status = ask(ns, args);
        if expected(&status) {
            return status;
        }
        assert!(
            Instant::now() < deadline,
            "waited {} s until {what}; the last answer:\n{status}",
            patience.as_secs()
        );
        // Each question is a process; asking without a pause would slow down what is waited for.
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Asks until the set is in this state and these are its root causes.
pub fn ask_until_roots(ns: &Namespace, args: &[&str], state: &str, roots: &[&str]) -> Status {
    let what = format!("it is {state} for {roots:?}");
    ask_until(ns, args, &what, |status| status.state() == state && status.roots() == roots)
}

/// Asks until the set is in this state.
pub fn ask_until_state(ns: &Namespace, args: &[&str], state: &str) -> Status {
    ask_until(ns, args, &format!("it is {state}"), |status| status.state() == state)
}

impl Status {
    /// The state.
    pub fn state(&self) -> &str {
        text(&self.0["state"])
    }

    /// A field of the document.
    pub fn field(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in\n{self}"))
    }

    /// The root causes, in their order.
    pub fn roots(&self) -> Vec<String> {
        list(&self.0["causes"]).iter().map(named).collect()
    }

    /// The first root cause.
    pub fn root(&self) -> &Value {
        list(&self.0["causes"]).first().unwrap_or_else(|| panic!("no root cause in\n{self}"))
    }

    /// The first root cause's sentence and evidence, a line each.
    pub fn words(&self) -> String {
        let root = self.root();
        let evidence = list(&root["evidence"]).iter().map(text);
        std::iter::once(text(&root["message"])).chain(evidence).collect::<Vec<_>>().join("\n")
    }

    /// Whether the first root cause can pass by itself.
    pub fn passes(&self) -> bool {
        self.root()["selfResolves"].as_bool().unwrap_or_else(|| panic!("no selfResolves in\n{self}"))
    }

    /// The command of the first root cause's action; none where there is no action.
    pub fn command(&self) -> Option<&str> {
        let action = &self.root()["action"];
        (!action.is_null()).then(|| text(&action["command"]))
    }

    /// What an ordinal waits for: each cause, with the root that it follows from.
    pub fn of(&self, ordinal: u64) -> Vec<String> {
        let cause = |cause: &Value| match &cause["followsFrom"] {
            Value::Null => named(cause),
            root => format!("{} <- {}", text(&cause["reason"]), named(root)),
        };
        list(&self.ordinal(ordinal)["causes"]).iter().map(cause).collect()
    }

    /// One ordinal.
    pub fn ordinal(&self, ordinal: u64) -> &Value {
        let mut all = list(&self.0["ordinals"]).iter();
        all.find(|one| one["ordinal"] == ordinal).unwrap_or_else(|| panic!("no ordinal {ordinal} in\n{self}"))
    }

    /// All ordinals.
    pub fn ordinals(&self) -> Vec<u64> {
        list(&self.0["ordinals"]).iter().filter_map(|one| one["ordinal"].as_u64()).collect()
    }

    /// All that the controller does next.
    pub fn moves(&self) -> Vec<String> {
        let moves = list(&self.0["nextMoves"]);
        assert_eq!(moves.first(), Some(&self.0["nextMove"]), "nextMove is the first of nextMoves in\n{self}");
        moves.iter().map(one_move).collect()
    }

    /// The warnings.
    pub fn warnings(&self) -> Vec<&str> {
        list(&self.0["warnings"]).iter().map(|warning| text(&warning["reason"])).collect()
    }

    /// The revision of the newest template.
    pub fn update_revision(&self) -> &str {
        text(&self.0["updateRevision"])
    }

    /// The revision of the last finished rollout.
    pub fn current_revision(&self) -> &str {
        text(&self.0["currentRevision"])
    }

    /// Does what the first root cause suggests, as a user does who pastes the command.
    pub fn follow(&self, ns: &Namespace) {
        let command = self.command().unwrap_or_else(|| panic!("nothing is suggested in\n{self}"));
        let _ = ns.shell(command).ok();
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

fn named(cause: &Value) -> String {
    let ordinal = cause["ordinal"].as_u64().map(|ordinal| format!("@{ordinal}")).unwrap_or_default();
    format!("{}{ordinal}", text(&cause["reason"]))
}

fn one_move(step: &Value) -> String {
    let object = step["claim"].as_str().or(step["pod"].as_str());
    object
        .map_or_else(|| text(&step["kind"]).to_owned(), |object| format!("{} {object}", text(&step["kind"])))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not a list: {value}"))
}
