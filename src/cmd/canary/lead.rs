//! At most one runner: the Lease of a canary.

use std::hash::{BuildHasher as _, Hasher as _};
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::cluster::{ApiError, Connection, Holding, Lost, Mode, Refusal};
use crate::error::{Error, Kind, Result};
use crate::render::Output;

/// The name of the Lease.
pub(super) fn lease_name(set: &str) -> String {
    format!("kubectl-stateful-canary-{set}")
}

/// A name for this very run: the machine, the process, and a number that no other run has.
pub(super) fn identity() -> String {
    let number = std::hash::RandomState::new().build_hasher().finish();
    let machine = gethostname::gethostname();
    format!("{}_{}_{number:08x}", machine.to_string_lossy(), std::process::id(), number = number >> 32)
}

/// Takes the Lease. Where somebody holds it, waits until it is sure whether that one still lives: it either renews
/// the Lease, or lets it run out.
///
/// # Errors
/// A live runner; anything that a request can end with.
pub(super) async fn take(
    connection: &Connection,
    namespace: &str,
    set: &str,
    identity: &str,
    duration: Duration,
    output: &mut Output,
) -> Result<Holding> {
    let name = lease_name(set);
    let mut ends: Option<Instant> = None;
    loop {
        let (holder, left) = match Holding::acquire(connection, namespace, &name, identity, duration).await {
            Ok(holding) => return Ok(holding),
            Err(Refusal::Api(error)) => return Err(forbidden(connection, namespace, set, error).await),
            Err(Refusal::Held { holder, expires_in }) => (holder, expires_in),
        };
        let left = Duration::try_from(left).unwrap_or_default();
        let end = Instant::now() + left;
        match ends {
            // A second is what the server's clock may seem to jump.
            Some(before) if end > before + Duration::from_secs(1) => return Err(held(namespace, set, &holder)),
            Some(_) => {}
            None => output.note(&format!(
                "the canary of {set} is held by {holder}; waiting up to {} s to see whether that runner is still there",
                left.as_secs() + 1
            )),
        }
        ends = ends.or(Some(end));
        sleep(left.min(Duration::from_millis(500)).max(Duration::from_millis(50))).await;
    }
}

/// Whoever has no right to the Lease often has none to the set either, and that one is to be asked for first.
async fn forbidden(connection: &Connection, namespace: &str, set: &str, error: ApiError) -> Error {
    if !error.is_forbidden() {
        return error.into();
    }
    let nothing = json!([{"op": "test", "path": "/metadata/name", "value": set}]);
    let missing = match connection.patch_set(namespace, set, &nothing, Mode::DryRun).await {
        Err(denied) if denied.is_forbidden() => Error::from(denied),
        _ => return error.into(),
    };
    let lease = Error::from(error);
    lease.hints().iter().fold(missing, |missing, hint| missing.hint(hint.clone()))
}

fn held(namespace: &str, set: &str, holder: &str) -> Error {
    Error::new(Kind::Conflict, format!("the canary of {set} is run by {holder}, who is still there")).hint(
        format!(
            "kubectl stateful canary {set} -n {namespace} shows where it stands; stop that runner before another one goes on"
        ),
    )
}

/// The end of a run whose Lease is gone.
pub(super) fn lost(namespace: &str, set: &str, lost: &Lost) -> Error {
    let why = match lost {
        Lost::Taken { holder } => format!("{holder} has taken it over"),
        Lost::Gone => "its Lease was deleted or released by somebody else".to_owned(),
        Lost::Expired(error) => format!("its Lease could not be renewed: {}", error.sentence()),
    };
    Error::new(Kind::Conflict, format!("this run of the canary of {set} has ended: {why}"))
        .hint(format!("kubectl stateful canary {set} -n {namespace} shows where it stands; --resume goes on"))
}
