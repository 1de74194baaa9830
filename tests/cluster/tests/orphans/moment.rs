//! What happens in the moment between two requests of a deletion.

use crate::said::{item, outcomes, text};
use crate::scene::{only_pods, web};
use test_cluster::*;

/// A deletion of `data-web-1` that waits before it sends this, while `web` is scaled up to two.
fn scaled_up_before(name: &str, what: &str) -> (Namespace, Run) {
    let ns = Namespace::new(name);
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    ns.apply(web(1));
    only_pods(&ns, &["web-0"]);
    let stop = Stop { call: Call { what: what.to_owned(), nth: 0 }, when: When::Before };
    let relay = Relay::new(ns.name(), Some(stop));
    let server = relay.server();
    let running = ns.spawn(&["orphans", "-s", &server, "--delete", "--yes", "--wait=false", "-o", "json"]);
    ns.wait_until("the run is at that request", || relay.has_stopped());
    ns.apply(web(2));
    ns.wait_rolled_out("web");
    relay.go_on();
    (ns, running.end())
}

#[test]
fn a_scale_up_before_the_last_look_wins() {
    let sets = "GET /apis/apps/v1/namespaces/NS/statefulsets/web";
    let (ns, run) = scaled_up_before("moment-look", sets);
    let run = run.code(5);
    assert_eq!(ns.claims(), ["data-web-0", "data-web-1"], "{run}");
    assert!(run.stderr.contains("kept, because they changed meanwhile"), "{run}");
    let document = crate::said::document(&run);
    assert!(outcomes(&document).values().all(|outcome| outcome == "Changed"), "{run}");
    let message = text(&item(&document, "data-web-1")["deletion"]["message"]);
    assert!(
        message.contains("statefulset web asks for ordinals 0 to 1") || message.contains("pod web-1 uses it")
    );
}

/// No precondition can prevent this: it is seen afterwards, and said.
#[test]
fn a_scale_up_between_the_last_look_and_the_deletion_is_said() {
    let claim = "DELETE /api/v1/namespaces/NS/persistentvolumeclaims/data-web-1";
    let (_, run) = scaled_up_before("moment-delete", claim);
    let run = run.code(5);
    let said = "wanted again in the moment of its deletion: data-web-1 by statefulset web";
    assert!(run.stderr.contains(said), "{run}");
}
