//! docs/examples/canary-job.yaml, as a user applies it: the program inside of a pod, with the rights of its service account.

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::batch::v1::Job;
use real::Image;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use test_cluster::story::env;
use test_cluster::*;

const JOB: &str = include_str!("../../../../docs/examples/canary-job.yaml");
const NAME: &str = "canary-postgres";
/// How long a canary of four pods in three steps may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The plugin's program with the libraries that the loader of this machine finds for it.
fn program() -> Image {
    let program = PathBuf::from(std::env::var_os(env::BIN).expect("the plugin's program"));
    let found = Command::new("ldd").arg(&program).output().expect("ldd");
    let found = String::from_utf8(found.stdout).expect("what ldd says");
    let libraries = found.split_whitespace().filter(|word| word.starts_with('/'));
    let image = Image::new("kubectl-stateful:1").file("/bin/kubectl-stateful", &program, 0o755);
    libraries.fold(image, |image, library| image.file(library, Path::new(library), 0o755))
}

/// The next version of what the set runs.
fn next() -> Image {
    let busybox = Image::new("postgres:2").file("/bin/busybox", Path::new("/bin/busybox"), 0o755);
    busybox.link("/bin/sh", "busybox").directory("/tmp", 0o1777)
}

/// The example with what it says to replace, and the address of the API server, which has no Service here.
fn example(real: &RealCluster, soak: &str) -> Vec<Value> {
    let server = real.handle().state.server.trim_start_matches("https://");
    let (host, port) = server.rsplit_once(':').expect("an address and a port");
    let mut objects: Vec<Value> = serde_saphyr::from_multiple(JOB).expect("manifests");
    let job = objects.iter_mut().find(|object| object["kind"] == "Job").expect("a Job");
    let container = &mut job["spec"]["template"]["spec"]["containers"][0];
    container["image"] = Image::reference("kubectl-stateful:1").into();
    container["args"] = json!([
        "canary",
        "postgres",
        format!("--image=app={}", Image::reference("postgres:2")),
        "--steps=1,25%,100%",
        format!("--soak={soak}"),
        "--timeout=2m",
        "--lease=4s",
    ]);
    container["env"] = json!([
        {"name": "KUBERNETES_SERVICE_HOST", "value": host},
        {"name": "KUBERNETES_SERVICE_PORT", "value": port},
    ]);
    objects
}

/// A set that is whole, and the canary of it begun.
fn begin(real: &RealCluster, name: &str, soak: &str) -> Namespace {
    real.load(&program()).expect("an image");
    real.load(&next()).expect("an image");
    let ns = Namespace::on(real.handle(), name);
    ns.apply(set("postgres").replicas(4).parallel().real().grace_period(1));
    ns.wait_rolled_out("postgres");
    for object in example(real, soak) {
        ns.apply(object);
    }
    ns
}

/// Waits for the end of the Job; it must be a good one.
fn wait_done(ns: &Namespace) {
    let status = || ns.get::<Job>(NAME).and_then(|job| job.status).unwrap_or_default();
    ns.wait_for(PATIENCE, "the Job has ended", || {
        status()
            .conditions
            .unwrap_or_default()
            .iter()
            .any(|one| one.type_ == "Complete" || one.type_ == "Failed")
    });
    let said = ns.kubectl(&["logs", "-l", "job-name=canary-postgres", "--tail=-1", "--prefix"]);
    assert_eq!(status().succeeded, Some(1), "{said}");
    ns.wait_rolled_out("postgres");
    let set = ns.get::<StatefulSet>("postgres").and_then(|set| set.spec).expect("the set");
    let image = set.template.spec.and_then(|spec| spec.containers.into_iter().next()?.image);
    assert_eq!(image, Some(Image::reference("postgres:2")), "{said}");
    let alive = (0..4).map(|ordinal| processes_of(&format!("postgres-{ordinal}")).len());
    assert_eq!(alive.collect::<Vec<_>>(), [1; 4], "{said}");
}

#[test]
fn the_job_of_the_example_carries_a_canary_out() {
    let Some(real) = real::turn() else { return };
    let ns = begin(&real, "job", "1s");
    wait_done(&ns);
}

#[test]
fn a_job_whose_process_was_killed_goes_on_with_its_canary() {
    let Some(real) = real::turn() else { return };
    let ns = begin(&real, "job-killed", "6s");
    let runner =
        || ns.kubectl(&["get", "leases", "-o", "jsonpath={.items[*].spec.holderIdentity}"]).ok().stdout;
    ns.wait_for(PATIENCE, "the first pod is updated", || {
        ns.pod("postgres-3").and_then(|pod| pod.spec?.containers.into_iter().next()?.image)
            == Some(Image::reference("postgres:2"))
            && ns.is_ready("postgres-3")
    });
    let first = runner();
    let pods = ns.kubectl(&["get", "pods", "-l", "job-name=canary-postgres", "-o", "name"]).ok().stdout;
    let pod = pods.trim().trim_start_matches("pod/");
    let processes = processes_of(pod);
    let [process] = &processes[..] else { panic!("the runner of {pod}: {processes:?}") };
    let pid = nix::unistd::Pid::from_raw(i32::try_from(process.pid).expect("a process id"));
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).expect("a process");
    ns.wait_for(PATIENCE, "another one runs it", || {
        let now = runner();
        !now.is_empty() && now != first
    });
    wait_done(&ns);
    let failed = ns.get::<Job>(NAME).and_then(|job| job.status?.failed);
    assert_eq!(failed, Some(1), "one pod was killed, and one came after it");
}
