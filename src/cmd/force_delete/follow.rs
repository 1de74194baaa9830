//! Following the replacement of a pod until it is Ready or its trouble is known.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use crate::cluster::Connection;
use crate::cluster::live::{Live, Scope};
use crate::domain::Known;
use crate::domain::cause::Patience;
use crate::domain::force_delete::Facts;
use crate::render::Output;
use crate::report::force_delete::ReplacementView;
use crate::report::status::{OrdinalView, SetStatus};
use crate::snapshot::Index;

/// Follows it. None where none comes.
pub(super) async fn follow(
    connection: &Connection,
    facts: &Facts,
    timeout: Duration,
    output: &mut Output,
) -> Option<ReplacementView> {
    let Known::Known(Some(set)) = &facts.set else { return None };
    let (pod, begun) = (&facts.pod.pod, Instant::now());
    if !set.in_range(pod.ordinal) || set.deleted.is_some() {
        return None;
    }
    let scope = Scope::Named { namespace: set.namespace.clone(), names: vec![set.name.clone()] };
    let mut live = match Live::start(connection.clone(), scope).await {
        Ok(live) => live,
        Err(error) => {
            output.note(&format!("its replacement cannot be followed: {}", error.sentence()));
            return None;
        }
    };
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut said = String::new();
    loop {
        let status = status(&mut live, &set.name);
        let ordinal = status
            .as_ref()
            .and_then(|status| status.ordinals.iter().find(|ordinal| ordinal.ordinal == pod.ordinal));
        let now = seen(ordinal, &pod.uid);
        // Numbers within a message change all the time.
        let cause =
            ordinal.and_then(|ordinal| ordinal.causes.first()).map(|cause| format!("{:?}", cause.reason));
        let what = cause.filter(|_| !now.ready).unwrap_or_else(|| now.message.clone());
        if what != said {
            output.progress(&format!("{}: {} ({:.0?})", pod.name, now.message, begun.elapsed()));
            said = what;
        }
        let hopeless = ordinal.is_some_and(|ordinal| {
            ordinal.uid.as_ref() != Some(&pod.uid) && ordinal.causes.iter().any(|cause| !cause.self_resolves)
        });
        if now.ready || hopeless {
            if hopeless && !now.ready {
                output.hint(&format!(
                    "kubectl stateful status {} -n {} says what frees it",
                    set.name, set.namespace
                ));
            }
            return Some(now);
        }
        tokio::select! {
            changed = live.next() => if let Err(error) = changed {
                output.note(&format!("its replacement cannot be followed on: {}", error.sentence()));
                return Some(now);
            },
            _ = second.tick() => {}
            () = sleep_until(begun + timeout) => {
                output.note(&format!("{} is not Ready yet: {}", pod.name, now.message));
                output.hint(&format!("kubectl stateful status {} -n {} --wait=ready", set.name, set.namespace));
                return Some(now);
            }
        }
        live.explain().await;
    }
}

fn status(live: &mut Live, name: &str) -> Option<SetStatus> {
    let objects = live.objects();
    let index = Index::new(objects);
    let set = objects.sets.iter().find(|set| crate::wire::Object::meta(*set).name == name)?;
    Some(SetStatus::of(&index.set(set), Patience::default()))
}

fn seen(ordinal: Option<&OrdinalView>, old: &str) -> ReplacementView {
    let new = ordinal.filter(|ordinal| ordinal.uid.as_deref().is_some_and(|uid| uid != old));
    let cause = ordinal.and_then(|ordinal| ordinal.causes.first());
    let message = match (new, cause) {
        (Some(new), _) if new.ready => {
            format!("its replacement is Ready on node {}", new.node.as_deref().unwrap_or("<none>"))
        }
        (_, Some(cause)) => format!("{:?}: {}", cause.reason, cause.message),
        (Some(new), None) => format!("its replacement is {}", new.status),
        (None, None) => "its replacement has not been made yet".to_owned(),
    };
    ReplacementView {
        uid: new.and_then(|new| new.uid.clone()),
        node: new.and_then(|new| new.node.clone()),
        ready: new.is_some_and(|new| new.ready),
        message,
    }
}
