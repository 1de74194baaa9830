//! `orphans -A` among very many claims, and how its time grows with them.

mod claim;
mod world;

use super::contest::{Costs, Entrant, run};
use super::plan::{Ask, Waves};
use super::stats::short;
use super::{Bench, record};
use anyhow::Result;
use world::World;

const ARGS: [&str; 2] = ["orphans", "-A"];
const CLAIMS: &str = "/api/v1/persistentvolumeclaims?limit=0";
const VOLUMES: &str = "/api/v1/persistentvolumes?limit=0";
const JSON: &str = "application/json";
const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
const METADATA: &str = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
/// Of all claims: each takes seconds.
const TURNS: usize = 5;
/// Of kubectl, which takes minutes for them.
const KUBECTL_TURNS: usize = 2;
/// The plugin comes first in a table, and the bare client with its requests next.
const PLUGIN: usize = 0;
const BARE: usize = 1;

/// A tenth of everything, then all of it.
///
/// On a cluster of its own: ending it is quicker than deleting so many objects, and leaves nothing to the next part.
pub(super) fn measure(shared: &Bench) -> Result<String> {
    let mut world = World::boot(shared)?;
    let bench = &shared.on(world.handle()?)?;
    let first = world.fill_tenth(bench)?;
    let tenth = compare(bench, world.claims(), bench.runs, &[])?;
    let second = world.fill_rest(bench)?;
    let all = compare(bench, world.claims(), bench.runs.min(TURNS), &others(bench)?)?;
    let growth = growth(&tenth, &all);
    Ok([&*first, &tenth.text, &second, &all.text, &growth].join("\n"))
}

/// What the plugin and others cost with so many claims.
struct Measured {
    claims: usize,
    costs: Costs,
    text: String,
}

fn compare(bench: &Bench, claims: usize, turns: usize, others: &[Entrant]) -> Result<Measured> {
    let waves = record::requests(bench, &ARGS)?;
    let same = format!("bare client, the same {}", waves.describe());
    let mut entrants = vec![
        Entrant::new("`orphans -A`", &bench.programs.plugin, &ARGS).memory(40.0),
        bench.bare(&same, &waves.follow_pages())?,
    ];
    entrants.extend_from_slice(others);
    let costs = run(bench, &format!("`orphans -A`: {claims} claims"), turns, &entrants)?;
    let text = format!("{}\n{}", costs.table(bench)?, waves.markdown());
    Ok(Measured { claims, costs, text })
}

/// kubectl, and what it costs only to receive such lists.
fn others(bench: &Bench) -> Result<[Entrant; 5]> {
    let kubectl = ["get", "pvc", "-A", "-o", "json"];
    let bare = |label: &str, path: &str, accept: &str| {
        let ask = Ask { path: path.to_owned(), accept: accept.to_owned(), all_pages: false };
        bench.bare(&format!("bare client, {label}"), &Waves(vec![vec![ask]]))
    };
    Ok([
        Entrant::new("`kubectl get pvc -A -o json`", &bench.programs.kubectl, &kubectl)
            .share(0.1)
            .turns(KUBECTL_TURNS),
        bare("claims as JSON in one page", CLAIMS, JSON)?.share(0.6),
        bare("claims in protobuf", CLAIMS, PROTOBUF)?,
        bare("metadata of claims in protobuf", CLAIMS, METADATA)?,
        bare("volumes in protobuf", VOLUMES, PROTOBUF)?,
    ])
}

/// How time and memory grow beside the claims.
fn growth(few: &Measured, many: &Measured) -> String {
    let row = |label: &str, of: &dyn Fn(&Measured) -> f64, goal: &str| {
        let (few, many) = (of(few), of(many));
        let quotient = short(many / few);
        format!("| {label} | {} | {} | {quotient} | {goal} |\n", short(few), short(many))
    };
    let claims = |measured: &Measured| measured.claims as f64;
    let linear = format!("≤ {}", short(claims(many) / claims(few)));
    [
        "### `orphans -A`: growth\n\n| | few | many | quotient | goal |\n|---|---|---|---|---|\n".to_owned(),
        row("claims", &claims, ""),
        row("`orphans -A`, ms", &|measured| measured.costs.wall(PLUGIN).median(), &linear),
        row("`orphans -A`, peak, MB", &|measured| measured.costs.peak(PLUGIN).median(), ""),
        row("bare client, the same requests, ms", &|measured| measured.costs.wall(BARE).median(), ""),
    ]
    .concat()
}
