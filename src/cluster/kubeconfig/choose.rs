//! Which of the named contexts, clusters and users: by flag, else by context.

use super::Surroundings;
use super::file::{Cluster, Context, User};
use super::merge::Loaded;
use super::target::set;
use crate::cluster::ConnectionFlags;
use crate::error::{Error, Result};

/// The context of `--context`, else the current one, else none (flags may say everything).
pub(super) fn context(loaded: &Loaded, flags: &ConnectionFlags) -> Result<(Option<String>, Context)> {
    let wanted = flags.context.as_deref().filter(|name| !name.is_empty());
    let name = wanted.unwrap_or(&loaded.config.current_context);
    if name.is_empty() {
        return Ok((None, Context::default()));
    }
    if let Some(found) = loaded.config.contexts.iter().find(|context| context.name == name) {
        return Ok((Some(name.to_owned()), found.context.clone()));
    }
    let what = if wanted.is_some() { "context" } else { "current-context" };
    let message = format!("{what} {name:?} does not exist in {}", places(loaded));
    Err(Error::failed(message)
        .hint(known("contexts", loaded.config.contexts.iter().map(|context| &*context.name))))
}

pub(super) fn cluster(
    loaded: &Loaded,
    flags: &ConnectionFlags,
    around: &Surroundings,
    context_name: Option<&str>,
    context: &Context,
) -> Result<Cluster> {
    let wanted = flags.cluster.as_deref().filter(|name| !name.is_empty());
    let name = wanted.unwrap_or(&context.cluster);
    let found =
        loaded.config.clusters.iter().find(|cluster| cluster.name == name).map(|found| &found.cluster);
    let mut cluster = found.cloned().unwrap_or_default();
    if found.is_none() && (wanted.is_some() || (!name.is_empty() && !set(&flags.server))) {
        let of = context_name
            .filter(|_| wanted.is_none())
            .map(|of| format!(" of context {of:?}"))
            .unwrap_or_default();
        let hint = known("clusters", loaded.config.clusters.iter().map(|cluster| &*cluster.name));
        return Err(
            Error::failed(format!("cluster {name:?}{of} does not exist in {}", places(loaded))).hint(hint)
        );
    }
    if !set(&cluster.server) {
        cluster.server = around.default_server.clone();
    }
    if set(&cluster.server) || set(&flags.server) {
        return Ok(cluster);
    }
    Err(if found.is_some() {
        Error::failed(format!("cluster {name:?} has no server in {}", places(loaded)))
    } else {
        no_cluster(loaded)
    })
}

/// Nothing says which cluster. kubectl would try localhost:8080, which is hardly ever meant.
fn no_cluster(loaded: &Loaded) -> Error {
    if !loaded.is_empty() {
        let hint = known("contexts", loaded.config.contexts.iter().map(|context| &*context.name));
        return Error::failed(format!("no current context is set in {}", places(loaded)))
            .hint("choose one with --context NAME, or for good: kubectl config use-context NAME")
            .hint(hint);
    }
    let why = match (loaded.files.first(), loaded.missing.first()) {
        (Some(file), _) => format!("{} is empty", file.display()),
        (None, Some(_)) => {
            let names: Vec<_> = loaded.missing.iter().map(|path| path.display().to_string()).collect();
            format!("{} does not exist", names.join(", "))
        }
        (None, None) => "there is no home directory to look in".to_owned(),
    };
    Error::failed(format!("no kubeconfig: {why}, and this is no pod with a service account"))
        .hint("name a file with --kubeconfig FILE or in KUBECONFIG, or a server with --server URL")
        .hint("to read a saved state instead of a cluster: --from PATH")
}

pub(super) fn user(loaded: &Loaded, flags: &ConnectionFlags, context: &Context) -> Result<User> {
    let wanted = flags.user.as_deref().filter(|name| !name.is_empty());
    let name = wanted.unwrap_or(&context.user);
    match loaded.config.users.iter().find(|user| user.name == name) {
        Some(found) => Ok(found.user.clone()),
        // As kubectl: a context may name a user that does not exist, and is anonymous then.
        None if wanted.is_none() => Ok(User::default()),
        None => {
            let hint = known("users", loaded.config.users.iter().map(|user| &*user.name));
            Err(Error::failed(format!("user {name:?} does not exist in {}", places(loaded))).hint(hint))
        }
    }
}

/// Where was looked, for an error.
fn places(loaded: &Loaded) -> String {
    let all = if loaded.files.is_empty() { &loaded.missing } else { &loaded.files };
    let names: Vec<_> = all.iter().map(|path| path.display().to_string()).collect();
    if names.is_empty() { "the kubeconfig".to_owned() } else { names.join(", ") }
}

fn known<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        format!("there are no {what} in it")
    } else {
        format!("{what} that exist: {}", names.join(", "))
    }
}
