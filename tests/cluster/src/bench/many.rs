//! `status -A` in a cluster with much in it.

use super::contest::{Entrant, contest};
use super::plan::{Ask, Waves};
use super::{Bench, record};
use anyhow::Result;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::api::PostParams;
use serde_json::json;
use std::thread;
use std::time::Duration;
use test_cluster::boot::{Frozen, OTHER_CONTROLLERS};
use test_cluster::client::block_on;
use test_cluster::{Behaviour, Namespace, SetBuilder, note, set};

const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
const REPLICAS: i32 = 3;
/// More than a few namespaces in question, so that whole lists are asked for.
const UNSETTLED: usize = 12;

/// Many sets among many claims: all in order, with some that are not, and that again in other words.
pub(super) fn measure(bench: &Bench) -> Result<String> {
    let (namespaces, sets, claims) = (20, bench.scale(10, 1), bench.scale(970, 20));
    let all: Vec<Namespace> = (0..namespaces)
        .map(|number| Namespace::on(&bench.cluster, &format!("bench-many-{number}")))
        .collect();
    note("creating sets");
    in_parallel(&all, 8, |ns| (0..sets).for_each(|number| ns.apply(service(number))));
    for ns in &all {
        ns.wait_for(Duration::from_secs(300), "all sets are available", || {
            ns.list::<StatefulSet>().iter().all(|set| available(set) == Some(REPLICAS))
        });
    }
    bench.interrupt.check()?;
    // Else it would look at thousands of claims that nobody binds, again and again, on the processors that measure.
    let _frozen = Frozen::stop(&bench.cluster.state, &[OTHER_CONTROLLERS]).ok();
    note("creating claims");
    in_parallel(&all, namespaces, |ns| create_claims(ns, claims));
    let what = format!("{} sets, {} claims", namespaces * sets, namespaces * (claims + sets * 3));
    let in_order = compare(bench, &format!("{what}, all in order"))?.0;
    for ns in all.iter().take(UNSETTLED) {
        ns.apply(service(0).behaviour(Behaviour::ImagePullError));
    }
    for ns in all.iter().take(UNSETTLED) {
        ns.wait_until("a pod cannot pull", || {
            ns.waiting_reason("service-0-2", "app").as_deref() == Some("ImagePullBackOff")
        });
    }
    let (unsettled, waves) = compare(bench, &format!("{what}, {UNSETTLED} sets unsettled"))?;
    Ok([in_order, unsettled, encodings(bench, &waves)?, pages(bench)?].join("\n"))
}

fn service(number: usize) -> SetBuilder {
    set(&format!("service-{number}")).replicas(REPLICAS).parallel().claims("data")
}

fn available(set: &StatefulSet) -> Option<i32> {
    set.status.as_ref()?.available_replicas
}

/// Claims of nobody, as large as bound ones.
fn create_claims(ns: &Namespace, count: usize) {
    let api = ns.api::<PersistentVolumeClaim>();
    for number in 0..count {
        let claim = json!({
            "metadata": {
                "name": format!("archive-{number}"),
                "labels": {"app.kubernetes.io/name": "archive", "app.kubernetes.io/managed-by": "batch"},
                "annotations": {
                    "volume.beta.kubernetes.io/storage-provisioner": "kubectl-stateful.test/nobody",
                    "volume.kubernetes.io/storage-provisioner": "kubectl-stateful.test/nobody",
                },
            },
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "never",
                "resources": {"requests": {"storage": "10Gi"}},
            },
        });
        let claim = serde_json::from_value(claim).expect("a claim");
        block_on(api.create(&PostParams::default(), &claim)).expect("a new claim");
    }
}

fn compare(bench: &Bench, title: &str) -> Result<(String, Waves)> {
    let args = ["status", "-A"];
    let waves = record::requests(bench, &args)?;
    let entrants = [
        Entrant::new("`status -A`", &bench.programs.plugin, &args).memory(30.0),
        Entrant::new("`kubectl get sts,pods -A`", &bench.programs.kubectl, &["get", "sts,pods", "-A"]),
        bench.bare(&format!("bare client, the same {}", waves.describe()), &waves)?,
    ];
    let table = contest(bench, &format!("`status -A`: {title}"), &entrants)?;
    Ok((format!("{table}\n{}", waves.markdown()), waves))
}

/// The plugin's requests, answered in protobuf and in JSON.
fn encodings(bench: &Bench, waves: &Waves) -> Result<String> {
    let json = waves.map(|ask| "application/json".clone_into(&mut ask.accept));
    let entrants = [bench.bare("protobuf", waves)?, bench.bare("JSON", &json)?];
    contest(bench, "The same overview in protobuf and in JSON, bare client", &entrants)
}

/// All claims, in pages of several sizes.
fn pages(bench: &Bench) -> Result<String> {
    let path = "/api/v1/persistentvolumeclaims";
    let of = |limit: &str, all_pages| {
        let query = format!("{path}?limit={limit}");
        Waves(vec![vec![Ask { path: query, accept: PROTOBUF.to_owned(), all_pages }]])
    };
    let entrants = [
        bench.bare("one page, dropped as it arrives", &of("0", false))?,
        bench.bare("pages of 5000", &of("5000", true))?,
        bench.bare("pages of 500", &of("500", true))?,
    ];
    contest(bench, "All claims in pages, protobuf, bare client", &entrants)
}

/// Does something in every namespace, in several at a time.
pub(super) fn in_parallel(all: &[Namespace], threads: usize, work: impl Fn(&Namespace) + Sync) {
    thread::scope(|scope| {
        for share in all.chunks(all.len().div_ceil(threads).max(1)) {
            scope.spawn(|| share.iter().for_each(&work));
        }
    });
}
