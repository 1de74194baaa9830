//! What the plugin says of a pod.

use serde_json::{Value, json};
use test_cluster::*;

/// A run, and the document on its stdout.
pub(crate) struct Said {
    pub(crate) run: Run,
    pub(crate) document: Value,
}

/// Asks for the verdict on `web-0`.
pub(crate) fn ask(ns: &Namespace) -> Said {
    with(ns, &["web-0"])
}

/// Runs `force-delete` with these arguments and reads its document, whatever the exit code.
pub(crate) fn with(ns: &Namespace, args: &[&str]) -> Said {
    Said::of(ns.plugin(&[&["force-delete", "-o", "json"], args].concat()))
}

impl Said {
    pub(crate) fn of(run: Run) -> Self {
        let document: Value = serde_json::from_str(&run.stdout)
            .unwrap_or_else(|error| panic!("no document ({error}) in {run}"));
        assert_eq!(document["apiVersion"], "kubectl-stateful/v1", "{run}");
        assert_eq!(document["kind"], "VerdictList", "{run}");
        assert!(document["notes"].is_array(), "{run}");
        let said = Self { run, document };
        said.items().iter().for_each(|item| assert_whole(item, &said.run));
        said
    }

    pub(crate) fn items(&self) -> &[Value] {
        self.document["items"].as_array().expect("items")
    }

    /// The only item.
    pub(crate) fn item(&self) -> &Value {
        let [item] = self.items() else { panic!("one item is expected of {}", self.run) };
        item
    }

    /// Asserts the verdict, its reason, the exit code that stands for it, and that nothing was deleted.
    pub(crate) fn is(self, verdict: &str, reason: &str) -> Self {
        let (item, run) = (self.item(), &self.run);
        assert_eq!([&item["verdict"], &item["reason"]], [verdict, reason], "{run}");
        assert_eq!(item["deleted"], false, "{run}");
        assert_eq!(item["replacement"], Value::Null, "{run}");
        assert_eq!(run.code, code_of(verdict), "{run}");
        self
    }

    /// Asserts that the pod was deleted and runs again, and returns the node of its replacement.
    pub(crate) fn is_replaced(&self) -> String {
        let (item, run) = (self.item(), &self.run);
        assert_eq!((run.code, &item["deleted"]), (0, &json!(true)), "{run}");
        assert_eq!(item["replacement"]["ready"], true, "{run}");
        item["replacement"]["node"].as_str().unwrap_or_else(|| panic!("no node in {run}")).to_owned()
    }

    /// Asserts what is in the sentence of the verdict.
    pub(crate) fn because(self, text: &str) -> Self {
        assert!(self.message().contains(text), "no {text:?} in {}", self.run);
        self
    }

    /// Asserts what the safer way is: in its command or its effect.
    pub(crate) fn safer(self, text: &str) -> Self {
        let safer = &self.item()["saferWay"];
        let [command, effect] =
            [&safer["command"], &safer["effect"]].map(|text| text.as_str().unwrap_or_default());
        assert!(command.contains(text) || effect.contains(text), "no {text:?} in {}", self.run);
        self
    }

    /// Asserts that a line of evidence about such an object says so.
    pub(crate) fn seen(self, object: &str, says: &str) -> Self {
        let text = |value: &Value, part: &str| value.as_str().is_some_and(|text| text.contains(part));
        let lines = self.item()["evidence"].as_array().expect("evidence");
        let is_seen = lines.iter().any(|line| text(&line["lookedAt"], object) && text(&line["says"], says));
        assert!(is_seen, "{object} does not say {says:?} in {}", self.run);
        self
    }

    pub(crate) fn message(&self) -> &str {
        self.item()["message"].as_str().expect("a message")
    }

    pub(crate) fn warnings(&self) -> String {
        self.item()["warnings"].to_string()
    }

    pub(crate) fn fence(&self) -> &str {
        self.item()["fence"]["kind"].as_str().expect("a fence")
    }

    pub(crate) fn notes(&self) -> String {
        self.document["notes"].to_string()
    }
}

/// The exit code that stands for a verdict.
pub(crate) fn code_of(verdict: &str) -> i32 {
    match verdict {
        "Safe" => 0,
        "NeedsAttestation" => 7,
        "Unsafe" | "Refused" | "Useless" | "Unneeded" => 6,
        _ => panic!("no verdict: {verdict}"),
    }
}

/// Every field that scripts may rely on is there, and of its kind.
fn assert_whole(item: &Value, run: &Run) {
    for field in ["namespace", "pod", "uid", "verdict", "reason", "message"] {
        assert!(item[field].as_str().is_some_and(|text| !text.is_empty()), "{field} in {run}");
    }
    for field in ["node", "set", "replacement"] {
        assert!(item.get(field).is_some(), "{field} in {run}");
    }
    for field in ["command", "effect"] {
        assert!(item["saferWay"][field].as_str().is_some_and(|text| !text.is_empty()), "{field} in {run}");
    }
    assert!(item["deleted"].is_boolean(), "{run}");
    let evidence = item["evidence"].as_array().expect("evidence");
    assert!(!evidence.is_empty(), "{run}");
    for line in evidence {
        let read: Result<jiff::Timestamp, _> = line["readAt"].as_str().expect("a time").parse();
        assert!(read.is_ok() && line["lookedAt"].is_string() && line["says"].is_string(), "{run}");
    }
}
