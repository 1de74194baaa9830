//! The one cluster, user and namespace that remain after contexts and flags have been applied.

use http::Uri;

use super::file::{Cluster, User};
use super::in_cluster::Pod;
use super::merge::Loaded;
use super::{Surroundings, choose};
use crate::cluster::{ConnectionFlags, proxy};
use crate::domain::shell::quote;
use crate::error::{Error, Result};

/// Everything that a connection is made from.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Name of the context; none in a pod or where flags say everything.
    pub(crate) context: Option<String>,
    /// The namespace to look in unless a command says otherwise.
    pub(crate) namespace: String,
    /// Where the namespace comes from a flag.
    pub(crate) namespace_is_explicit: bool,
    /// Address, always with a scheme; its path is a prefix of all paths.
    pub(crate) server: Uri,
    pub(crate) cluster: Cluster,
    pub(crate) user: User,
    pub(crate) impersonation: Option<Impersonation>,
    pub(crate) proxy: Option<Uri>,
    /// The flags with which kubectl comes to the same cluster as the same user.
    pub(crate) kubectl_flags: Vec<String>,
}

/// Whom to act as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Impersonation {
    pub(crate) user: String,
    pub(crate) uid: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) extra: Vec<(String, Vec<String>)>,
}

/// Refuses flags that make no sense together, before anything is read.
pub(super) fn check_flags(flags: &ConnectionFlags) -> Result<()> {
    let alone =
        [("--as-group", !flags.impersonate_groups.is_empty()), ("--as-uid", set(&flags.impersonate_uid))];
    match alone.into_iter().find(|(_, given)| *given && !set(&flags.impersonate)) {
        Some((flag, _)) => {
            Err(Error::usage(format!("{flag} needs --as: it says more about the user to impersonate")))
        }
        None => Ok(()),
    }
}

impl Target {
    pub(super) fn from_kubeconfig(
        loaded: &Loaded,
        flags: &ConnectionFlags,
        around: &Surroundings,
    ) -> Result<Self> {
        let (name, context) = choose::context(loaded, flags)?;
        let cluster = choose::cluster(loaded, flags, around, name.as_deref(), &context)?;
        let user = choose::user(loaded, flags, &context)?;
        Self::new(name, &context.namespace, cluster, user, flags, around)
    }

    pub(super) fn in_cluster(pod: Pod, flags: &ConnectionFlags, around: &Surroundings) -> Result<Self> {
        Self::new(None, &pod.namespace, pod.cluster, pod.user, flags, around)
    }

    fn new(
        context: Option<String>,
        namespace: &str,
        mut cluster: Cluster,
        mut user: User,
        flags: &ConnectionFlags,
        around: &Surroundings,
    ) -> Result<Self> {
        apply_to_cluster(&mut cluster, flags);
        apply_to_user(&mut user, flags);
        let server = parse_server(cluster.server.as_deref().unwrap_or_default())?;
        let proxy = match cluster.proxy_url.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => proxy::parse(url)
                .map(Some)
                .map_err(|why| format!("proxy-url {url:?} of the kubeconfig: {why}")),
            None => {
                around.proxy.for_server(&server).map_err(|why| format!("the proxy of HTTPS_PROXY: {why}"))
            }
        };
        let flag = flags.namespace.as_deref().filter(|name| !name.is_empty());
        let namespace = flag.unwrap_or(if namespace.is_empty() { "default" } else { namespace });
        Ok(Self {
            context,
            namespace: namespace.to_owned(),
            namespace_is_explicit: flag.is_some(),
            impersonation: impersonation(&user)?,
            proxy: proxy.map_err(Error::failed)?,
            kubectl_flags: kubectl_flags(flags),
            server,
            cluster,
            user,
        })
    }
}

/// Whether there is something in it: kubectl takes an empty flag for one that was not given.
pub(super) fn set(value: &Option<String>) -> bool {
    value.as_ref().is_some_and(|value| !value.is_empty())
}

fn apply_to_cluster(cluster: &mut Cluster, flags: &ConnectionFlags) {
    let ca = flags.certificate_authority.clone().filter(|path| !path.as_os_str().is_empty());
    let insecure = flags.insecure_skip_tls_verify == Some(true);
    // Each of the two flags replaces all that the kubeconfig says about trust.
    if ca.is_some() || insecure {
        cluster.insecure_skip_tls_verify = Some(insecure);
        cluster.certificate_authority = ca;
        cluster.certificate_authority_data = None;
    }
    // Another server has another name: the kubeconfig's does not apply to it.
    if set(&flags.server) || set(&flags.tls_server_name) {
        cluster.tls_server_name = flags.tls_server_name.clone();
    }
    if set(&flags.server) {
        cluster.server = flags.server.clone();
    }
}

fn apply_to_user(user: &mut User, flags: &ConnectionFlags) {
    if let Some(token) = flags.token.as_ref().filter(|token| !token.expose().is_empty()) {
        user.token = Some(token.clone());
        // client-go lets the file win, so that the flag would do nothing.
        user.token_file = None;
        (user.username, user.password) = (None, None);
    }
    if set(&flags.impersonate) {
        user.impersonate = flags.impersonate.clone();
    }
    if set(&flags.impersonate_uid) {
        user.impersonate_uid = flags.impersonate_uid.clone();
    }
    if !flags.impersonate_groups.is_empty() {
        user.impersonate_groups = flags.impersonate_groups.clone();
    }
}

fn impersonation(user: &User) -> Result<Option<Impersonation>> {
    let name = user.impersonate.clone().unwrap_or_default();
    let more = set(&user.impersonate_uid)
        || !user.impersonate_groups.is_empty()
        || !user.impersonate_extra.is_empty();
    match (name.is_empty(), more) {
        (true, true) => Err(Error::failed(
            "the kubeconfig's user has as-uid, as-groups or as-user-extra, but no `as` to say whom to impersonate",
        )),
        (true, false) => Ok(None),
        (false, _) => {
            let mut extra: Vec<_> = user.impersonate_extra.clone().into_iter().collect();
            extra.sort();
            let uid = user.impersonate_uid.clone().filter(|uid| !uid.is_empty());
            Ok(Some(Impersonation { user: name, uid, groups: user.impersonate_groups.clone(), extra }))
        }
    }
}

/// The given flags but the namespace and the token: one is said where it matters, the other not at all.
fn kubectl_flags(flags: &ConnectionFlags) -> Vec<String> {
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let single = [
        ("--kubeconfig", path(&flags.kubeconfig)),
        ("--context", flags.context.clone()),
        ("--cluster", flags.cluster.clone()),
        ("--user", flags.user.clone()),
        ("--server", flags.server.clone()),
        ("--as", flags.impersonate.clone()),
        ("--as-uid", flags.impersonate_uid.clone()),
    ];
    let groups = flags.impersonate_groups.iter().map(|group| ("--as-group", Some(group.clone())));
    let given = single.into_iter().chain(groups).filter_map(|(name, value)| Some((name, value?)));
    given
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name} {}", quote(&value)))
        .collect()
}

/// Reads the address of a server; without a scheme it is plain HTTP, as in kubectl.
fn parse_server(text: &str) -> Result<Uri> {
    let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let wrong = |why: String| Error::failed(format!("{text:?} is not the address of a server: {why}"));
    let uri: Uri = full
        .trim_end_matches('/')
        .parse()
        .map_err(|error: http::uri::InvalidUri| wrong(error.to_string()))?;
    match uri.scheme_str() {
        Some("http" | "https") if uri.host().is_some_and(|host| !host.is_empty()) => Ok(uri),
        _ => Err(wrong("it must begin with https:// or http://".to_owned())),
    }
}

#[cfg(test)]
#[path = "tests/mod.rs"]
mod tests;
