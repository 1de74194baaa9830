//! `--watch` and `--wait`: the status again and again, from watches.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::{StatusArgs, WaitFor, judge, nothing_found};
use crate::cluster::Connection;
use crate::cluster::gather::{self, Reader};
use crate::cluster::live::{Live, Notice, Scope};
use crate::cmd::{Context, Exit};
use crate::domain::goal::{Goal, Verdict};
use crate::error::{Error, Kind, Result};
use crate::render::{Format, Output, status as view};
use crate::report::List;
use crate::report::status::{SetStatus, changes};

/// Follows the sets until the wait is over, or for ever.
///
/// # Errors
/// What was waited for cannot come true by itself (4), time is up (3), a named set is gone or cannot be read (1).
pub(super) async fn run(
    args: &StatusArgs,
    names: Vec<String>,
    context: &Context,
    output: &mut Output,
) -> Result<Exit> {
    let connection = Connection::connect(&context.connection).await?;
    let namespace = connection.namespace().to_owned();
    let place = format!("namespace {namespace}");
    let scope = if names.is_empty() {
        let namespace = (!args.selection.all_namespaces).then_some(namespace);
        Scope::All { namespace, labels: args.selection.selector.clone() }
    } else {
        Scope::Named { namespace, names: names.clone() }
    };
    let mut live = match Live::start(connection.clone(), scope).await {
        Ok(live) => live,
        Err(error) => {
            return Err(
                gather::explain_missing(&Reader::new(&connection), connection.namespace(), error).await
            );
        }
    };
    let mut shown = Shown::default();
    let deadline = args.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    // What passes with time alone: minReadySeconds, and the patience for crash loops and the like.
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        live.take_warnings().iter().for_each(|warning| output.warning(warning));
        let notes = live.notes();
        let objects = live.objects();
        let list = judge(objects, &names, args.patience(), notes);
        let view = args.view(&list, !names.is_empty(), objects.now);
        if list.items.is_empty() && names.is_empty() && args.wait.is_some() {
            return Err(Error::failed(format!(
                "{}: there is nothing to wait for",
                nothing_found(&place, &args.selection)
            )));
        }
        shown.show(args, output, &list, view)?;
        if let Some(goal) = args.goal()
            && let Some(end) = outcome(goal, &list, &names)
        {
            shown.conclude(args, output, &list, view)?;
            return end.map(|()| Exit::Done);
        }
        loop {
            tokio::select! {
                notices = live.next() => for notice in notices? {
                    output.note(&match notice {
                        Notice::Interrupted(why) => format!("{why}; what is shown may be old, trying again"),
                        Notice::Resumed => "connected again; what happened meanwhile follows".to_owned(),
                    });
                },
                _ = second.tick() => {}
                () = time_is_up(deadline) => {
                    shown.conclude(args, output, &list, view)?;
                    return Err(timed_out(args, &list));
                }
            }
            // Some kinds may be new already and others still old: such a state never was.
            if !live.is_interrupted() {
                break;
            }
        }
        live.explain().await;
    }
}

async fn time_is_up(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// What has been shown so far.
#[derive(Default)]
struct Shown {
    statuses: BTreeMap<(String, String), SetStatus>,
    text: String,
    notes: BTreeSet<String>,
}

impl Shown {
    /// Shows what is new: in place on a terminal, line by line elsewhere.
    fn show(
        &mut self,
        args: &StatusArgs,
        output: &mut Output,
        list: &List<SetStatus>,
        view: view::View,
    ) -> Result<()> {
        let table = matches!(output.format(), Format::Table | Format::Wide);
        for note in list.notes.iter().filter(|_| table || !args.watch) {
            if self.notes.insert(note.clone()) {
                output.note(note);
            }
        }
        if args.watch && table && output.is_terminal() {
            let page = view::page(list, view, output.format() == Format::Wide, output.headers());
            let text = page.text(false, None);
            if text != self.text {
                output.redraw(&page)?;
                self.text = text;
            }
            return Ok(());
        }
        let lines = self.changes(list);
        if lines.is_empty() {
            return Ok(());
        }
        if args.watch && !table {
            return view::print(output, list, view);
        }
        for line in lines {
            let line = format!("{} {line}", view.now.strftime("%H:%M:%SZ"));
            if args.watch { output.line(&line)? } else { output.progress(&line) }
        }
        Ok(())
    }

    /// What has changed since the last time, as lines.
    fn changes(&mut self, list: &List<SetStatus>) -> Vec<String> {
        let key = |status: &SetStatus| (status.namespace.clone(), status.name.clone());
        let mut lines: Vec<String> =
            list.items.iter().flat_map(|status| changes(self.statuses.get(&key(status)), status)).collect();
        let now: BTreeMap<_, _> = list.items.iter().map(|status| (key(status), status.clone())).collect();
        let gone = self.statuses.keys().filter(|key| !now.contains_key(*key));
        lines.extend(gone.map(|(_, name)| format!("{name}: deleted")));
        self.statuses = now;
        lines
    }

    /// The last word of a wait: the whole status, unless a watch shows it already.
    fn conclude(
        &self,
        args: &StatusArgs,
        output: &mut Output,
        list: &List<SetStatus>,
        view: view::View,
    ) -> Result<()> {
        let shown =
            args.watch && (output.is_terminal() || !matches!(output.format(), Format::Table | Format::Wide));
        if shown { Ok(()) } else { view::print(output, list, view) }
    }
}

/// How the wait ends; none while it is open. One set that is lost ends it for all.
fn outcome(goal: Goal, list: &List<SetStatus>, names: &[String]) -> Option<Result<()>> {
    for name in names {
        if !list.items.iter().any(|status| status.name == *name) {
            return Some(Err(Error::failed(format!("statefulset.apps {name:?} was deleted meanwhile"))));
        }
    }
    let verdict = |status: &SetStatus| {
        let all_available = status.counts.available == status.replicas;
        goal.judge(status.state, all_available)
    };
    if let Some(lost) = list.items.iter().find(|status| verdict(status) == Verdict::Lost) {
        return Some(Err(will_not(goal, lost)));
    }
    list.items.iter().all(|status| verdict(status) == Verdict::Reached).then_some(Ok(()))
}

fn will_not(goal: Goal, status: &SetStatus) -> Error {
    let what = match goal {
        Goal::Settled => "finish",
        Goal::Complete => "become complete",
        Goal::Held => "be held by a partition",
        Goal::Ready => "become ready",
    };
    let message =
        format!("{} will not {what} by itself: {:?}: {}", status.name, status.state, status.message);
    let actions = status.causes.iter().filter_map(|cause| cause.action.as_ref());
    actions.fold(Error::new(Kind::Stuck, message), |error, action| {
        error.hint(format!("{}: {}", action.effect, action.command))
    })
}

fn timed_out(args: &StatusArgs, list: &List<SetStatus>) -> Error {
    let after = args.timeout.unwrap_or_default();
    let open = list.items.iter().find(|status| {
        args.goal().is_some_and(|goal| {
            goal.judge(status.state, status.counts.available == status.replicas) != Verdict::Reached
        })
    });
    let (name, state, message) = open.map_or(("the set", String::new(), ""), |status| {
        (status.name.as_str(), format!("{:?}", status.state), status.message.as_str())
    });
    Error::new(Kind::TimedOut, format!("{name} is still {state} after {}s: {message}", after.as_secs()))
        .hint("it can still get there by itself: wait again, or with a longer --timeout")
}

impl WaitFor {
    /// The goal of a `--wait`.
    pub(super) fn goal(self) -> Goal {
        match self {
            Self::Settled => Goal::Settled,
            Self::Complete => Goal::Complete,
            Self::Held => Goal::Held,
            Self::Ready => Goal::Ready,
        }
    }
}
