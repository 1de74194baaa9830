//! Claims by hand: annotations, contradictions, what is no claim, and several sets at once.

use crate::scene::{ANNOTATION, annotated, item, leader, lease, notes, rolled_out};
use jiff::Timestamp;
use serde_json::{Value, json};
use test_cluster::*;

fn objects(answer: &Value) -> Vec<&str> {
    let claims = answer["leaders"].as_array().expect("claims");
    claims.iter().filter_map(|claim| claim["object"].as_str()).collect()
}

#[test]
fn two_claims_at_once_are_the_headline() {
    let ns = rolled_out("two");
    ns.apply(lease("web", "web-0", 600, 1));
    ns.apply(annotated("ConfigMap", "web", "web-1_x", 600));
    let run = ns.plugin(&["leader", "web", "--exit-code"]).code(8);
    assert!(run.stdout.starts_with("web: TWO lead: web-0 by lease/web, web-1 by configmap/web"), "{run}");
    let answer = leader(&ns, &[]);
    assert_eq!((&answer["conflict"], &answer["leader"]), (&json!(true), &Value::Null), "{answer}");
    let alone = leader(&ns, &["--election", "lease/web"]);
    assert_eq!((&alone["conflict"], &alone["leader"]), (&json!(false), &json!(0)), "{alone}");
}

#[test]
fn an_annotation_of_endpoints_is_a_claim() {
    let ns = rolled_out("endpoints");
    ns.apply(annotated("Endpoints", "elected", "web-1_0b6dbd16", 600));
    let answer = leader(&ns, &[]);
    assert_eq!(answer["leader"], 1, "{answer}");
    let claim = &answer["leaders"][0];
    assert_eq!(
        (&claim["source"], &claim["object"]),
        (&json!("EndpointsAnnotation"), &json!("endpoints/elected"))
    );
    assert_eq!((&claim["key"], &claim["transitions"]), (&json!(ANNOTATION), &json!(1)), "{claim}");
}

#[test]
fn the_record_of_patroni_is_a_claim() {
    let ns = rolled_out("patroni");
    let at = Timestamp::now().to_string().replace('Z', "+00:00");
    let annotations =
        json!({"leader": "web-0", "ttl": "600", "acquireTime": at, "renewTime": at, "transitions": "7"});
    let map = |name: &str, annotations: Value| {
        ns.apply(json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "annotations": annotations},
        }));
    };
    map("web-leader", annotations);
    // Another object of Patroni, which elects nobody.
    map("web-sync", json!({"leader": "web-1", "sync_standby": ""}));
    let answer = leader(&ns, &[]);
    assert_eq!(answer["leader"], 0, "{answer}");
    assert_eq!(objects(&answer), ["configmap/web-leader"]);
    assert_eq!(answer["leaders"][0]["transitions"], 7);
}

#[test]
fn what_is_no_record_is_a_note() {
    let ns = rolled_out("nonsense");
    let metadata = json!({"name": "web", "annotations": {ANNOTATION: "{\"holderIdentity\": 1}"}});
    ns.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}));
    ns.apply(lease("web", "web-0", 600, 1));
    let run = ns.plugin(&["leader", "web"]).ok();
    assert!(run.stdout.contains("web-0 leads"), "{run}");
    let said = notes(&run);
    assert!(said.len() == 1 && said[0].starts_with("passed over configmap web in namespace "), "{run}");
}

#[test]
fn heartbeats_and_leases_of_others_are_no_claims() {
    let ns = rolled_out("others");
    ns.apply(set("web-db"));
    let of_others =
        [("web-0", "web-0"), ("web-1", "web-1_x"), ("db", "web-db-0"), ("web-x", "operator-abc_1")];
    for (name, holder) in of_others {
        ns.apply(lease(name, holder, 600, 1));
    }
    ns.apply(lease("web-db-lock", "", 600, 1));
    assert_eq!(objects(&leader(&ns, &[])), [""; 0]);
    let run = ns.plugin(&["leader", "web-db", "-o", "json"]).ok();
    assert_eq!(objects(&item(&run)), ["lease/db", "lease/web-db-lock"]);
}

#[test]
fn a_holder_that_is_an_address_means_the_pod_that_has_it() {
    let ns = rolled_out("address");
    let address = ns.pod("web-1").and_then(|pod| pod.status?.pod_ip).expect("an address");
    ns.apply(lease("lock", &format!("{address}:8300"), 600, 1));
    assert_eq!(leader(&ns, &[])["leader"], 1);
}

#[test]
fn an_overview_has_one_line_a_set_with_an_election_also_of_all_namespaces() {
    let (ns, other) = (rolled_out("many"), rolled_out("more"));
    ns.apply(set("quiet"));
    ns.apply(lease("web", "web-0", 600, 1));
    other.apply(lease("web", "web-1", 600, 1_000));
    let run = ns.plugin(&["leader"]).ok();
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines.len() == 2 && lines[1].starts_with("web   web-0    Leads"), "{run}");
    assert_eq!(
        notes(&run),
        ["1 set has no election that shows: no Lease, annotation or label names one of its pods"]
    );
    let _ = ns.plugin(&["leader", "--exit-code"]).ok();
    let _ = other.plugin(&["leader", "--exit-code"]).code(8);
    let all: Value =
        serde_json::from_str(&ns.plugin(&["leader", "-A", "-o", "json"]).ok().stdout).expect("JSON");
    let items = all["items"].as_array().expect("items");
    let reason = |ns: &Namespace| {
        items.iter().find(|item| item["namespace"] == ns.name()).map(|item| item["reason"].clone())
    };
    assert_eq!((reason(&ns), reason(&other)), (Some(json!("Leads")), Some(json!("Expired"))));
}

#[test]
fn a_capture_says_the_same_and_holds_no_data_of_config_maps() {
    let ns = rolled_out("captured");
    let mut map = annotated("ConfigMap", "web", "web-1", 600);
    map["data"] = json!({"password": "hunter2"});
    map["metadata"]["annotations"]["other.tool/applied"] = json!("hunter2 too");
    ns.apply(map);
    ns.apply(lease("web", "web-0", 600, 1));
    ns.apply(lease("unrelated", "somebody", 600, 1));
    let capture = ns.plugin(&["capture", "web"]).ok();
    assert!(!capture.stdout.contains("hunter2") && !capture.stdout.contains("unrelated"), "{capture}");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), &capture.stdout).expect("a file");
    let path = file.path().to_str().expect("a path");
    let still = |mut answer: Value| {
        for claim in answer["leaders"].as_array_mut().expect("claims") {
            claim["expiresInSeconds"] = Value::Null;
        }
        answer
    };
    let replayed = item(&ns.plugin(&["leader", "web", "-o", "json", "--from", path]).ok());
    assert_eq!(still(replayed), still(leader(&ns, &[])));
}
