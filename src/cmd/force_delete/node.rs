//! All pods of a node at once.

use std::cmp::Reverse;

use tokio::time::{Instant, sleep};

use super::args::ForceDeleteArgs;
use super::look::{EVERY, Looker, retried};
use super::{answer, say_notes};
use crate::cmd::Exit;
use crate::domain::force_delete::Verdict;
use crate::error::{Error, Kind, Result};
use crate::render::{Output, force_delete as view};
use crate::report::List;
use crate::report::force_delete::{KIND, VerdictView};

/// Shows the verdict on each pod of a StatefulSet on the node, worst first.
///
/// # Errors
/// Pods that cannot be listed; a wait that is over (3).
pub(super) async fn run(
    args: &ForceDeleteArgs,
    looker: &Looker<'_>,
    node: &str,
    namespace: Option<&str>,
    output: &mut Output,
) -> Result<Exit> {
    let deadline = Instant::now() + args.timeout;
    let mut said = String::new();
    loop {
        let verdicts = match looker.all_on(node, namespace, output).await {
            Ok(verdicts) => verdicts,
            Err(error) if args.wait_safe && error.is_transient() && Instant::now() + EVERY <= deadline => {
                said = retried(&error, &said, output);
                sleep(EVERY).await;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if verdicts.is_empty() && looker.is_missing(node).await {
            return Err(Error::failed(format!(
                "there is no node {node:?}, and no pod of a StatefulSet is on one of that name"
            ))
            .hint("kubectl get nodes lists them"));
        }
        let settled = verdicts.iter().all(|one| matches!(one.verdict, Verdict::Safe | Verdict::Unneeded));
        if args.wait_safe && !settled {
            if Instant::now() + EVERY > deadline {
                show(node, verdicts, looker.notes(), output)?;
                return Err(Error::new(
                    Kind::TimedOut,
                    format!("not all pods of node {node} are Safe or Unneeded yet"),
                ));
            }
            sleep(EVERY).await;
            continue;
        }
        let code = show(node, verdicts, looker.notes(), output)?;
        return Ok(if args.wait_safe { Exit::Done } else { code });
    }
}

/// Prints the verdicts; the exit code is that of the worst.
pub(super) fn show(
    node: &str,
    verdicts: Vec<VerdictView>,
    notes: Vec<String>,
    output: &mut Output,
) -> Result<Exit> {
    let list = List::new(KIND, verdicts, notes);
    if list.items.is_empty() && !output.is_document() {
        output.note(&format!("no pod of a StatefulSet is on node {node}"));
    } else {
        view::print_all(output, &list)?;
    }
    say_notes(output, &list.notes);
    Ok(worst(&list.items))
}

/// The code of the worst verdict: 6 before 7 before 0.
fn worst(verdicts: &[VerdictView]) -> Exit {
    let worst = verdicts.iter().map(|one| one.verdict).max_by_key(|verdict| match verdict {
        Verdict::Safe => 0,
        Verdict::NeedsAttestation => 1,
        Verdict::Unsafe | Verdict::Refused | Verdict::Useless | Verdict::Unneeded => 2,
    });
    worst.map_or(Exit::Done, answer)
}

/// What a person has to look at first stands first.
pub(super) fn sort(verdicts: &mut [VerdictView]) {
    let urgency = |verdict: Verdict| match verdict {
        Verdict::Unsafe => 5,
        Verdict::Refused => 4,
        Verdict::Useless => 3,
        Verdict::NeedsAttestation => 2,
        Verdict::Unneeded => 1,
        Verdict::Safe => 0,
    };
    verdicts.sort_by_key(|one| {
        (Reverse(urgency(one.verdict)), one.reason, one.namespace.clone(), one.pod.clone())
    });
}
