//! Any cluster: a namespace whose names collide, and claims of the same names.

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::super::Source;
use super::scene::{AnyClaim, AnyPod, AnySet, Fact, Scene, claim, pod, scene, set};

/// A namespace and its claims.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    pub(super) scene: Scene,
    pub(super) claims: Vec<AnyClaim>,
}

/// With the templates these give one name in several ways.
pub(super) const SETS: [&str; 6] = ["web", "web-web", "data-web", "data", "db", "db-0"];
const TEMPLATES: [&str; 3] = ["data", "data-web", "web"];
const VOLUMES: [&str; 3] = ["pv-1", "pv-2", "pv-3"];
const WORKLOADS: [(Source, &str); 6] = [
    (Source::Deployments, "deployment reports"),
    (Source::ReplicaSets, "replicaset reports-1"),
    (Source::DaemonSets, "daemonset reports"),
    (Source::Jobs, "job reports"),
    (Source::CronJobs, "cronjob reports"),
    (Source::Sets, "statefulset reports"),
];
const MARKS: [(&str, &str); 3] = [
    ("meta.helm.sh/release-name", "shop"),
    ("app.kubernetes.io/managed-by", "Helm"),
    ("helm.sh/resource-policy", "keep"),
];
const FINALIZERS: [&str; 3] = [
    "example.com/mine",
    "snapshot.storage.kubernetes.io/pvc-as-source-protection",
    "provisioner.storage.kubernetes.io/cloning-protection",
];

/// What a set gives, what it does not, and what no set gives.
fn claim_name() -> impl Strategy<Value = String> {
    let own = (select(&TEMPLATES[..]), select(&SETS[..]), 0..7_u32);
    prop_oneof![
        12 => own.prop_map(|(template, set, ordinal)| format!("{template}-{set}-{ordinal}")),
        1 => select(&["uploads", "web-3", "data-web-03", "data-web"][..]).prop_map(str::to_owned),
    ]
}

/// Mostly nothing.
fn rarely<T: Clone + std::fmt::Debug + 'static>(
    strategy: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Option<T>> {
    prop::option::weighted(0.15, strategy)
}

fn sets() -> impl Strategy<Value = Vec<AnySet>> {
    let names = prop_oneof![
        4 => subsequence(&SETS[..], 0..=5),
        1 => Just(vec!["web", "web-web"]),
    ];
    let names = names.prop_shuffle();
    let templates = subsequence(&TEMPLATES[..], 0..=3).prop_shuffle();
    let one = (0..4_u32, 0..4_u32, templates, rarely(select(&MARKS[..])));
    (names, prop::collection::vec(one, 5)).prop_map(|(names, sets)| {
        let built = names.into_iter().zip(sets).map(|(name, (start, replicas, templates, mark))| {
            templates.into_iter().fold(set(name).start(start).replicas(replicas), |set, template| {
                let set = set.template(template);
                mark.into_iter().fold(set, |set, (key, value)| set.giving_label(key, value))
            })
        });
        built.collect()
    })
}

fn pods() -> impl Strategy<Value = Vec<AnyPod>> {
    let claims = prop::collection::vec(claim_name(), 0..3);
    let one = (select(&SETS[..]), any::<bool>(), any::<bool>(), claims);
    prop::collection::btree_map((select(&SETS[..]), 0..7_u32), one, 0..5).prop_map(|pods| {
        let built = pods.into_iter().map(|((name, ordinal), (other, is_own, ended, claims))| {
            let name_of_set = if is_own { name } else { other };
            let running = pod(&format!("{name}-{ordinal}")).of(name_of_set);
            let pod = if ended { running.ended() } else { running };
            claims.iter().fold(pod, |pod, claim| pod.using(claim))
        });
        built.collect()
    })
}

fn scenes() -> impl Strategy<Value = Scene> {
    let workloads = prop::collection::vec((select(&WORKLOADS[..]), claim_name()), 0..3);
    let scalers = prop::collection::vec((any::<bool>(), select(&SETS[..]), 0..7_u32), 0..3);
    let copies = prop::collection::vec((any::<bool>(), claim_name()), 0..3);
    let policies = select(&[None, Some("gone"), Some("Delete"), Some("Retain")][..]);
    let volumes = prop::collection::vec(policies, VOLUMES.len());
    let attached = prop::collection::vec((select(&VOLUMES[..]), select(&["node-1", "node-2"][..])), 0..2);
    let unread = prop_oneof![6 => Just(Vec::new()), 1 => subsequence(&Source::ALL[..], 1..3)];
    let named = subsequence(&SETS[..], 0..3);
    let things = (sets(), pods(), workloads, scalers, copies, volumes, attached, unread, named);
    things.prop_map(|(sets, pods, workloads, scalers, copies, volumes, attached, unread, named)| {
        let story = sets.into_iter().fold(scene(), Scene::set);
        let story = pods.into_iter().fold(story, Scene::pod);
        let story = workloads
            .into_iter()
            .fold(story, |story, ((source, workload), claim)| story.workload(source, workload, &claim));
        let story =
            scalers.into_iter().fold(
                story,
                |story, (is_keda, set, max)| {
                    if is_keda { story.keda(set, max) } else { story.hpa(set, max) }
                },
            );
        let story = copies.into_iter().fold(story, |story, (is_snapshot, claim)| {
            let (source, who) = if is_snapshot {
                (Source::Snapshots, "volumesnapshot nightly")
            } else {
                (Source::Clones, "claim copy")
            };
            story.copied(source, &claim, who)
        });
        let volumes = VOLUMES.into_iter().zip(volumes);
        let story = volumes.fold(story, |story, (name, policy)| match policy {
            None => story,
            Some("gone") => story.volume_gone(name),
            Some(policy) => story.volume(name, policy),
        });
        let story = attached.into_iter().fold(story, |story, (name, node)| story.attached(name, node));
        let story = named.into_iter().fold(story, Scene::named);
        unread.into_iter().fold(story, Scene::without)
    })
}

/// An owner that may or may not live.
fn owner() -> impl Strategy<Value = (&'static str, &'static str, String)> {
    let pod =
        (select(&SETS[..]), 0..7_u32).prop_map(|(set, ordinal)| ("v1", "Pod", format!("{set}-{ordinal}")));
    let set = select(&SETS[..]).prop_map(|set| ("apps/v1", "StatefulSet", set.to_owned()));
    prop_oneof![4 => pod, 2 => set, 1 => Just(("apps/v1", "Deployment", "web".to_owned()))]
}

fn claims() -> impl Strategy<Value = AnyClaim> {
    let owners = prop_oneof![4 => Just(Vec::new()), 1 => prop::collection::vec(owner(), 1..3)];
    let volume = prop::option::of(select(&VOLUMES[..]));
    let (mark, finalizer) = (rarely(select(&MARKS[..])), rarely(select(&FINALIZERS[..])));
    let label = prop::option::weighted(0.7, select(&SETS[..]));
    let deleted = prop::bool::weighted(0.05);
    (claim_name(), owners, volume, mark, finalizer, label, deleted).prop_map(
        |(name, owners, volume, mark, finalizer, label, is_deleted)| {
            let built = if is_deleted { claim(&name).deleted() } else { claim(&name) };
            let built = owners
                .iter()
                .fold(built, |claim, (api_version, kind, name)| claim.owned_by(api_version, kind, name));
            let built = volume.into_iter().fold(built, AnyClaim::bound);
            let built = mark.into_iter().fold(built, |claim, (key, value)| claim.label(key, value));
            let built = finalizer.into_iter().fold(built, AnyClaim::finalizer);
            label.into_iter().fold(built, |claim, label| claim.label("app", label))
        },
    )
}

/// What the namespace speaks of, and what its sets give now or gave once.
fn known_names(scene: &Scene) -> Vec<String> {
    let names = scene.facts.iter().flat_map(|fact| match fact {
        Fact::Pod(pod) => pod.claims.clone(),
        Fact::Workload { claims, .. } => claims.clone(),
        Fact::Copy { claim, .. } => vec![claim.clone()],
        Fact::Set(set) => {
            let given = |template: &str| (0..8).map(|n| format!("{template}-{}-{n}", set.name)).collect();
            set.templates.iter().flat_map(|template| -> Vec<String> { given(&template.name) }).collect()
        }
        Fact::Scaler(..) | Fact::Volume(..) | Fact::Attachment { .. } => Vec::new(),
    });
    names.collect()
}

/// Takes the name from what the namespace knows, and one of its pods for its owner.
fn at_home(claim: AnyClaim, scene: &Scene, name: Option<Index>, owner: Option<Index>) -> AnyClaim {
    let (mut claim, names) = (claim, known_names(scene));
    if let Some(name) = name.filter(|_| !names.is_empty()) {
        claim.0.claim.name.clone_from(name.get(&names));
    }
    let pods: Vec<&str> = scene.facts.iter().filter_map(Fact::pod_name).collect();
    match owner.filter(|_| !pods.is_empty()) {
        Some(owner) => claim.owned_by("v1", "Pod", pods[owner.index(pods.len())]),
        None => claim,
    }
}

/// Any namespace, with claims most of which it knows.
pub(super) fn clusters() -> impl Strategy<Value = Cluster> {
    let name = prop::option::weighted(0.7, any::<Index>());
    let claims = prop::collection::vec((claims(), name, rarely(any::<Index>())), 1..6);
    (scenes(), claims).prop_map(|(scene, claims)| {
        let claims = claims.into_iter().map(|(claim, name, owner)| at_home(claim, &scene, name, owner));
        Cluster { claims: claims.collect(), scene }
    })
}
