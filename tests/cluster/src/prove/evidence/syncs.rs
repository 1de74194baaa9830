//! The controller's own log: when it looked at which set, and what it waited for.
//!
//! At level 4 `stateful_set.go` and `stateful_set_control.go` name the beginning and the end of each sync, and each
//! place where a sync ends early. A set is never synced twice at once, so lines with its name between the two belong
//! to that sync.

use crate::prove::evidence::tail::Tail;
use anyhow::{Context, Result};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;
use std::path::Path;

/// One sync of one set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::prove) struct Sync {
    /// When it began.
    pub(in crate::prove) start: Timestamp,
    /// When it ended.
    pub(in crate::prove) end: Timestamp,
    /// What it said it waited for.
    pub(in crate::prove) waits: Vec<Waited>,
    /// Whether it ended without an error. After an error the controller tries again, later each time.
    pub(in crate::prove) ok: bool,
    /// The error, as far as the log had come to it.
    pub(in crate::prove) error: String,
}

/// A place where a sync ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::prove) struct Waited {
    pub(in crate::prove) what: What,
    /// The pod that it names.
    pub(in crate::prove) pod: String,
}

/// What a sync can say it waits for: its own sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::prove) enum What {
    Terminating,
    Ready,
    Available,
    CondemnedTerminating,
    CondemnedHealthy,
    Updated,
}

const SENTENCES: [(&str, What); 7] = [
    ("\"StatefulSet is waiting for Pod to Terminate\"", What::Terminating),
    ("\"StatefulSet is waiting for Pod to be Running and Ready\"", What::Ready),
    ("\"StatefulSet is waiting for Pod to be Available\"", What::Available),
    ("\"StatefulSet is waiting for Pod to Terminate prior to scale down\"", What::CondemnedTerminating),
    (
        "\"StatefulSet is waiting for Pod to be Running and Ready prior to scale down\"",
        What::CondemnedHealthy,
    ),
    ("\"StatefulSet is waiting for Pod to be Available prior to scale down\"", What::CondemnedHealthy),
    ("\"StatefulSet is waiting for Pod to update\"", What::Updated),
];

/// The log of one life of the controller, as far as it has been read.
#[derive(Debug)]
pub(in crate::prove) struct Log {
    tail: Tail,
    /// By `namespace/name`.
    done: BTreeMap<String, Vec<Sync>>,
    open: BTreeMap<String, Sync>,
}

impl Log {
    pub(in crate::prove) fn open(path: &Path) -> Self {
        Self { tail: Tail::from_start(path), done: BTreeMap::new(), open: BTreeMap::new() }
    }

    /// Reads on.
    pub(in crate::prove) fn read(&mut self) -> Result<()> {
        for line in self.tail.lines()? {
            self.take(&line)?;
        }
        Ok(())
    }

    /// The syncs of a set that have ended, in their order.
    pub(in crate::prove) fn of(&self, set: &str) -> &[Sync] {
        self.done.get(set).map(Vec::as_slice).unwrap_or_default()
    }

    fn take(&mut self, line: &str) -> Result<()> {
        if let Some(set) = field(line, "statefulSet") {
            if line.contains("\"Syncing StatefulSet with pods\"") {
                let at = time(line)?;
                let sync = Sync { start: at, end: at, waits: Vec::new(), ok: false, error: String::new() };
                self.open.insert(set.to_owned(), sync);
            } else if let Some(sync) = self.open.get_mut(set) {
                if line.contains("\"Successfully synced StatefulSet\"") {
                    sync.ok = true;
                } else if let Some((_, what)) = SENTENCES.iter().find(|(sentence, _)| line.contains(sentence))
                {
                    let pod = field(line, "pod").and_then(|pod| pod.split_once('/')).map(|(_, pod)| pod);
                    sync.waits.push(Waited { what: *what, pod: pod.unwrap_or_default().to_owned() });
                }
            }
        } else if line.contains("\"Finished syncing statefulset\"")
            && let Some(key) = field(line, "key")
            && let Some(mut sync) = self.open.remove(key)
        {
            sync.end = time(line)?;
            self.done.entry(key.to_owned()).or_default().push(sync);
        } else if line.contains("\"Error syncing StatefulSet, requeuing\"")
            && let Some(sync) = field(line, "key").and_then(|key| self.done.get_mut(key)?.last_mut())
        {
            sync.error = field(line, "err").unwrap_or_default().to_owned();
        }
        Ok(())
    }
}

/// The value of `name="…"`, in which quotes are escaped.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!(" {name}=\""))?;
    let ends = |(at, _): &(usize, &str)| !rest[..*at].ends_with('\\');
    rest.match_indices('"').find(ends).map(|(at, _)| &rest[..at])
}

/// The moment in a line's head, `I1121 19:11:29.058092 …`, which leaves out the year.
fn time(line: &str) -> Result<Timestamp> {
    let zone = TimeZone::system();
    let now = Timestamp::now().to_zoned(zone.clone());
    let text = line.get(1..21).context("a line of the controller's log is too short")?;
    let mut moment = DateTime::strptime("%Y%m%d %H:%M:%S%.f", format!("{}{text}", now.year()))
        .with_context(|| format!("no time in {line}"))?;
    // A line of New Year's Eve; a clock may be set back by less.
    if moment > now.datetime().saturating_add(1.day()) {
        moment = moment.with().year(now.year() - 1).build()?;
    }
    Ok(moment.to_zoned(zone)?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const LINES: &str = r#"I0102 03:04:05.058134   29424 stateful_set.go:584] "Syncing StatefulSet with pods" statefulSet="ns/web" pods=2
I0102 03:04:05.058506   29424 stateful_set_control.go:640] "StatefulSet has unavailable Pods" statefulSet="ns/web" unavailableReplicas=1 pod="ns/web-1"
I0102 03:04:05.058517   29424 stateful_set.go:584] "Syncing StatefulSet with pods" statefulSet="ns/other" pods=0
I0102 03:04:05.058524   29424 stateful_set_control.go:473] "StatefulSet is waiting for Pod to be Running and Ready" statefulSet="ns/web" pod="ns/web-1"
I0102 03:04:05.061100   29424 stateful_set.go:594] "Successfully synced StatefulSet" statefulSet="ns/web"
I0102 03:04:05.061104   29424 stateful_set.go:528] "Finished syncing statefulset" key="ns/web" time="3.000185ms"
"#;

    #[test]
    fn an_error_is_told_in_full() {
        let line = r#"E0102 03:04:05.000000 1 x.go:5] "Error" err="sets \"web\" is invalid" key="ns/web""#;
        assert_eq!(field(line, "err"), Some(r#"sets \"web\" is invalid"#));
        assert_eq!(field(line, "key"), Some("ns/web"));
    }

    #[test]
    fn lines_of_several_sets_are_told_apart_and_a_sync_counts_when_it_has_ended() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut log = Log::open(file.path());
        file.write_all(LINES.as_bytes()).unwrap();
        log.read().unwrap();
        let [sync] = log.of("ns/web") else { panic!("{log:?}") };
        assert_eq!(sync.waits, [Waited { what: What::Ready, pod: "web-1".to_owned() }]);
        assert!(sync.ok);
        assert_eq!(sync.end.duration_since(sync.start).as_micros(), 2970);
        assert_eq!(log.of("ns/other"), []);
        file.write_all(
            b"I0102 03:04:06.000000   1 stateful_set.go:528] \"Finished syncing statefulset\" key=\"ns/oth",
        )
        .unwrap();
        log.read().unwrap();
        assert_eq!(log.of("ns/other"), [], "half a line");
        file.write_all(b"er\" time=\"1ms\"\n").unwrap();
        log.read().unwrap();
        assert!(!log.of("ns/other")[0].ok, "it ended without success");
    }
}
