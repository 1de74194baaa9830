//! The Lease by which at most one runner of a canary works on a set.

use crate::gate::Gate;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::api::rbac::v1::RoleBinding;
use kubectl_stateful::cluster::{Connection, ConnectionFlags, Holding, Lost, Refusal};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use test_cluster::client::block_on;
use test_cluster::*;
use tokio::task::JoinHandle;

/// Long enough not to run out while a test runs.
const LONG: Duration = Duration::from_secs(120);

fn administrator() -> ConnectionFlags {
    ConnectionFlags { kubeconfig: Some(cluster().kubeconfig.clone()), ..ConnectionFlags::default() }
}

fn connect(flags: &ConnectionFlags) -> Connection {
    block_on(Connection::connect(flags)).expect("a connection")
}

fn acquire_by(
    flags: &ConnectionFlags,
    ns: &Namespace,
    who: &str,
    time: Duration,
) -> Result<Holding, Refusal> {
    block_on(Holding::acquire(&connect(flags), ns.name(), "web", who, time))
}

fn acquire(ns: &Namespace, who: &str, time: Duration) -> Result<Holding, Refusal> {
    acquire_by(&administrator(), ns, who, time)
}

/// Takes what can be taken.
fn take(ns: &Namespace, who: &str, time: Duration) -> Arc<Holding> {
    acquire(ns, who, time).map(Arc::new).unwrap_or_else(|refusal| panic!("{who} is refused: {refusal:?}"))
}

/// Who holds it instead.
fn holder(result: Result<Holding, Refusal>) -> String {
    match result {
        Err(Refusal::Held { holder, .. }) => holder,
        Err(Refusal::Api(error)) => panic!("{error}"),
        Ok(_) => panic!("two hold it"),
    }
}

fn spec(ns: &Namespace) -> LeaseSpec {
    ns.get::<Lease>("web").and_then(|lease| lease.spec).expect("a Lease")
}

fn renewed(ns: &Namespace) -> Timestamp {
    spec(ns).renew_time.expect("a time").0
}

/// Waits for the next renewal, or the next after that which has just been waited for.
fn wait_renewed(ns: &Namespace) {
    let last = renewed(ns);
    ns.wait_until("the Lease is renewed", || renewed(ns) > last);
}

/// Keeps the Lease in the background.
fn keep(holding: &Arc<Holding>) -> JoinHandle<Lost> {
    let holding = Arc::clone(holding);
    let keeping = async move { holding.keep().await };
    let start = async |keeping| tokio::spawn(keeping);
    block_on(start(keeping))
}

/// Why it was lost, soon.
fn lost(keeping: JoinHandle<Lost>) -> Lost {
    block_on(async { tokio::time::timeout(Duration::from_secs(30), keeping).await })
        .expect("the Lease is not lost in 30 s")
        .expect("keeping does not panic")
}

#[test]
fn a_lease_that_is_not_there_is_made() {
    let ns = Namespace::new("lease-new");
    let holding = take(&ns, "a", LONG);
    assert!(holding.is_valid());
    let lease = ns.get::<Lease>("web").expect("a Lease");
    let labels = lease.metadata.labels.unwrap_or_default();
    assert_eq!(labels["app.kubernetes.io/managed-by"], "kubectl-stateful");
    let spec = lease.spec.expect("a spec");
    assert_eq!(spec.holder_identity.as_deref(), Some("a"));
    assert_eq!(spec.lease_duration_seconds, Some(120));
    assert_eq!(spec.lease_transitions, Some(0));
    assert_eq!(spec.acquire_time, spec.renew_time);
    let age = Timestamp::now().duration_since(spec.renew_time.expect("a time").0);
    assert!(age.abs() < SignedDuration::from_secs(60), "{age}");
}

#[test]
fn somebody_else_is_refused_and_told_who_holds_it() {
    let ns = Namespace::new("lease-held");
    let holding = take(&ns, "a", LONG);
    let Err(Refusal::Held { holder, expires_in }) = acquire(&ns, "b", LONG) else { panic!("two hold it") };
    assert_eq!(holder, "a");
    let longest = SignedDuration::from_secs(130);
    assert!(SignedDuration::ZERO < expires_in && expires_in < longest, "{expires_in}");
    assert!(holding.is_valid());
    assert_eq!(spec(&ns).holder_identity.as_deref(), Some("a"));
}

#[test]
fn of_many_at_once_one_gets_it() {
    let ns = Namespace::new("lease-race");
    let connections: Vec<_> = (0..8).map(|_| connect(&administrator())).collect();
    let names: Vec<_> = (0..8).map(|number| format!("runner-{number}")).collect();
    // First one that is not there, then one that was released.
    for transitions in [0, 1] {
        let all = connections
            .iter()
            .zip(&names)
            .map(|(connection, who)| Holding::acquire(connection, ns.name(), "web", who, LONG));
        let (mut won, refused): (Vec<_>, Vec<_>) =
            block_on(futures::future::join_all(all)).into_iter().partition(Result::is_ok);
        let now = spec(&ns);
        let winner = now.holder_identity.expect("a holder");
        assert_eq!((won.len(), now.lease_transitions), (1, Some(transitions)));
        assert!(refused.into_iter().map(holder).all(|holder| holder == winner));
        let Some(Ok(winner)) = won.pop() else { panic!("nobody holds it") };
        block_on(winner.release()).expect("a release");
    }
}

#[test]
fn one_that_has_expired_is_taken_over() {
    let ns = Namespace::new("lease-expired");
    let first = take(&ns, "a", Duration::from_secs(3));
    ns.wait_until("b has it", || acquire(&ns, "b", LONG).is_ok());
    assert!(!first.is_valid(), "both hold it");
    assert_eq!(spec(&ns).holder_identity.as_deref(), Some("b"));
    assert_eq!(spec(&ns).lease_transitions, Some(1));
    let lost = block_on(first.renew()).expect_err("it is another's");
    assert!(matches!(&lost, Lost::Taken { holder } if holder == "b"), "{lost:?}");
}

#[test]
fn keeping_it_renews_it_also_after_another_hand_has_touched_it() {
    let ns = Namespace::new("lease-keep");
    let holding = take(&ns, "a", Duration::from_secs(6));
    let keeping = keep(&holding);
    wait_renewed(&ns);
    ns.patch::<Lease>("web", &json!({"metadata": {"annotations": {"who": "me"}}}));
    wait_renewed(&ns);
    assert!(holding.is_valid() && !keeping.is_finished());
    let spec = spec(&ns);
    assert!(spec.acquire_time < spec.renew_time && spec.lease_transitions == Some(0), "{spec:?}");
    keeping.abort();
}

#[test]
fn keeping_it_can_be_interrupted_and_begun_anew() {
    let ns = Namespace::new("lease-again");
    let holding = take(&ns, "a", Duration::from_secs(3));
    let begun = renewed(&ns);
    ns.wait_until("the Lease is renewed twice", || {
        block_on(async {
            tokio::select! {
                lost = holding.keep() => panic!("{lost:?}"),
                () = tokio::time::sleep(Duration::from_millis(100)) => {}
            }
        });
        renewed(&ns).duration_since(begun) > SignedDuration::from_millis(1_500)
    });
    assert!(holding.is_valid());
}

#[test]
fn keeping_it_ends_when_another_has_taken_it() {
    let ns = Namespace::new("lease-taken");
    let holding = take(&ns, "a", Duration::from_secs(6));
    let keeping = keep(&holding);
    ns.patch::<Lease>("web", &json!({"spec": {"holderIdentity": "b"}}));
    let lost = lost(keeping);
    assert!(matches!(&lost, Lost::Taken { holder } if holder == "b"), "{lost:?}");
    assert!(!holding.is_valid());
    assert_eq!(spec(&ns).holder_identity.as_deref(), Some("b"));
}

#[test]
fn keeping_it_ends_when_it_is_deleted() {
    let ns = Namespace::new("lease-gone");
    let holding = take(&ns, "a", Duration::from_secs(6));
    let keeping = keep(&holding);
    ns.delete::<Lease>("web");
    let lost = lost(keeping);
    assert!(matches!(lost, Lost::Gone), "{lost:?}");
    assert!(!holding.is_valid() && ns.get::<Lease>("web").is_none());
}

#[test]
fn a_lease_that_is_released_is_the_next_ones_at_once() {
    let ns = Namespace::new("lease-released");
    let first = take(&ns, "a", LONG);
    block_on(first.release()).expect("a release");
    assert!(!first.is_valid());
    assert_eq!(spec(&ns).holder_identity.as_deref(), Some(""));
    let second = take(&ns, "b", LONG);
    assert_eq!(spec(&ns).lease_transitions, Some(1));
    block_on(first.release()).expect("nothing to release");
    assert_eq!(spec(&ns).holder_identity.as_deref(), Some("b"), "it is another's by now");
    assert!(second.is_valid());
}

#[test]
fn the_same_identity_gets_it_again_and_its_earlier_self_has_lost_it() {
    let ns = Namespace::new("lease-same");
    let (first, second) = (take(&ns, "a", LONG), take(&ns, "a", LONG));
    assert_eq!(spec(&ns).lease_transitions, Some(0));
    let lost = block_on(first.renew()).expect_err("it is the second one's");
    assert!(matches!(&lost, Lost::Taken { holder } if holder == "a"), "{lost:?}");
    block_on(second.renew()).expect("a renewal");
    assert!(second.is_valid() && !first.is_valid());
}

#[test]
fn whoever_has_no_rights_on_leases_is_told_so() {
    let ns = Namespace::new("lease-rights");
    let nobody = ConnectionFlags { impersonate: Some("nobody".to_owned()), ..administrator() };
    let Err(Refusal::Api(error)) = acquire_by(&nobody, &ns, "a", LONG) else { panic!("it is refused") };
    assert!(error.is_forbidden(), "{error}");
    assert_eq!((error.call.verb, error.call.resource.as_str()), ("get", "leases"));
}

#[test]
fn whoever_loses_the_rights_has_the_lease_until_its_time_is_up() {
    let ns = Namespace::new("lease-rights");
    let user = ns.as_user("user-a", &[("coordination.k8s.io", "leases", &["get", "create", "patch"])]);
    user.wait_can("patch", "leases.coordination.k8s.io");
    let flags = ConnectionFlags { impersonate: Some("user-a".to_owned()), ..administrator() };
    let time = Duration::from_secs(4);
    let holding = acquire_by(&flags, &ns, "a", time).map(Arc::new).unwrap_or_else(|why| panic!("{why:?}"));
    let keeping = keep(&holding);
    wait_renewed(&ns);
    ns.delete::<RoleBinding>("user-a");
    let lost = lost(keeping);
    assert!(matches!(&lost, Lost::Expired(error) if error.is_forbidden()), "{lost:?}");
    let silent = Timestamp::now().duration_since(renewed(&ns));
    assert!(silent > SignedDuration::from_secs(3), "given up after {silent}");
}

#[test]
fn a_renewal_whose_answer_is_lost_is_no_loss() {
    let ns = Namespace::new("lease-answer");
    let gate = Gate::new();
    let flags = ConnectionFlags { server: Some(gate.server()), ..administrator() };
    let holding = acquire_by(&flags, &ns, "a", Duration::from_secs(9)).map(Arc::new);
    let holding = holding.unwrap_or_else(|why| panic!("{why:?}"));
    let keeping = keep(&holding);
    gate.hold_answers();
    wait_renewed(&ns);
    let unanswered = renewed(&ns);
    // The answer comes when nobody waits for it any more: each attempt has 3 s.
    ns.wait_until("it is given up", || {
        Timestamp::now().duration_since(unanswered) > SignedDuration::from_millis(3_500)
    });
    gate.let_answers_pass();
    wait_renewed(&ns);
    assert!(!keeping.is_finished() && holding.is_valid());
    assert_eq!(spec(&ns).lease_transitions, Some(0));
    keeping.abort();
}

#[test]
fn without_answers_it_is_kept_for_its_duration_and_no_longer() {
    let ns = Namespace::new("lease-silence");
    let gate = Gate::new();
    let flags = ConnectionFlags { server: Some(gate.server()), ..administrator() };
    let holding = acquire_by(&flags, &ns, "a", Duration::from_secs(3)).map(Arc::new);
    let holding = holding.unwrap_or_else(|why| panic!("{why:?}"));
    let acquired = Instant::now();
    gate.hold_answers();
    let lost = lost(keep(&holding));
    let after = acquired.elapsed();
    assert!(matches!(&lost, Lost::Expired(error) if error.is_transient()), "{lost:?}");
    // It began with the request, a moment before it was answered.
    assert!(Duration::from_millis(2_500) < after && after < Duration::from_secs(10), "{after:?}");
    assert!(!holding.is_valid());
    let still = block_on(holding.release());
    assert!(still.is_err_and(|error| error.is_transient()));
}
