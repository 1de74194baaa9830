//! Members that are Ready only when they find others: whether such a group ever forms.

use crate::peers::{ask, headless, resolved_in, wait_agreed};
use serde_json::json;
use std::time::Duration;
use test_cluster::*;

/// Whoever waits for others is given time before that is said.
pub(crate) const PATIENCE: Duration = Duration::from_secs(75);

/// Three members, each Ready once it finds a majority by name, as a quorum system is.
pub(crate) fn quorum(ns: &Namespace) -> SetBuilder {
    let found = format!(
        "n=0; for i in 0 1 2; do nslookup quorum-$i.quorum.{}.svc.cluster.local >/dev/null && n=$((n+1)); done; test $n -ge 2",
        ns.name()
    );
    let probe = json!({"exec": {"command": ["sh", "-c", found]}, "periodSeconds": 1, "timeoutSeconds": 5});
    set("quorum").replicas(3).real().readiness(probe).grace_period(1)
}

/// The advice against the deadlock, once it is another than this.
fn wait_for_advice(ns: &Namespace, before: &str) -> String {
    let mut advice = String::new();
    ns.wait_for(PATIENCE, "the deadlock is named, with what helps", || {
        let said = ask(ns, "quorum", &[]);
        if said.found("BootstrapDeadlock").is_some() {
            advice = said.advice("BootstrapDeadlock").to_owned();
        }
        !advice.is_empty() && advice != before
    });
    advice
}

#[test]
fn an_ordered_start_that_waits_for_later_members_is_freed_by_what_is_advised() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "ordered");
    ns.apply(quorum(&ns));
    let publish = wait_for_advice(&ns, "");
    let said = ask(&ns, "quorum", &["--exit-code"]);
    assert_eq!(said.run.code, 8, "{}", said.run);
    assert!(ns.pod("quorum-1").is_none(), "pods are made in order: {}", said.run);

    let _ = ns.shell(&publish).ok();
    let name = format!("quorum-0.quorum.{}.svc.cluster.local", ns.name());
    ns.wait_until("the first member resolves before it is Ready", || {
        !ns.is_ready("quorum-0") && resolved_in(&ns, "quorum-0", &name).len() == 1
    });
    // The second is not made before the first is Ready, which waits for the second.
    let parallel = wait_for_advice(&ns, &publish);
    assert!(ns.pod("quorum-1").is_none());

    let _ = ns.shell(&parallel).ok();
    ns.wait_until("the set is gone", || ns.kubectl(&["get", "statefulset", "quorum"]).code != 0);
    let [_, set] = &quorum(&ns).parallel().into_objects()[..] else { panic!("a Service and a set") };
    ns.apply(set.clone());
    let said = wait_agreed(&ns, "quorum");
    assert_eq!(said.item()["publishesNotReady"], true, "{}", said.run);
    ns.wait_rolled_out("quorum");
}

#[test]
fn a_parallel_start_behind_a_service_that_hides_members_is_freed_by_what_is_advised() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "parallel");
    ns.apply(quorum(&ns).parallel());
    let publish = wait_for_advice(&ns, "");
    for pod in ["quorum-0", "quorum-1", "quorum-2"] {
        assert!(!ns.is_ready(pod));
    }
    let _ = ns.shell(&publish).ok();
    wait_agreed(&ns, "quorum");
    ns.wait_rolled_out("quorum");
}

#[test]
fn members_that_are_published_before_they_are_ready_form_a_group() {
    let Some(real) = real::turn() else { return };
    let ns = Namespace::on(real.handle(), "published");
    let [_, set] = &quorum(&ns).parallel().into_objects()[..] else { panic!("a Service and a set") };
    let mut service = headless("quorum", &json!([{"name": "peer", "port": 80}]));
    service["spec"]["publishNotReadyAddresses"] = true.into();
    ns.apply(service);
    ns.apply(set.clone());
    wait_agreed(&ns, "quorum");
    ns.wait_rolled_out("quorum");
}
