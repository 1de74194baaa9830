//! A connection to one cluster as one user.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use http::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use jiff::Timestamp;

use super::ConnectionFlags;
use super::auth::{Auth, Credentials, Identity};
use super::clock::ServerClock;
use super::dial::{ANY_HTTP, Dialer};
use super::error::Call;
use super::kubeconfig::{self, Impersonation, Surroundings, Target};
use super::transport::Transport;
use super::warnings::Warnings;
use crate::error::{Error, Result};
use crate::wire::Resource;

/// How long to try to reach a server that does not answer, unless `--request-timeout` says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Servers end requests of their own accord after 60 s; one that is silent for longer is gone.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(70);

/// A cluster, and who we are to it. Clones share one connection.
#[derive(Clone)]
pub struct Connection {
    pub(super) shared: Arc<SharedState>,
}

pub(super) struct SharedState {
    pub(super) target: Target,
    pub(super) auth: Auth,
    /// Headers of every request.
    pub(super) headers: HeaderMap,
    /// How long one request may take; none is for ever.
    pub(super) request_timeout: Option<Duration>,
    pub(super) connect_timeout: Duration,
    session: RwLock<Arc<Session>>,
    renewing: tokio::sync::Mutex<()>,
    warnings: Mutex<Warnings>,
    clock: Mutex<ServerClock>,
}

/// What lasts as long as the credentials.
pub(super) struct Session {
    pub(super) transport: Arc<Transport>,
    pub(super) authorization: Option<HeaderValue>,
    pub(super) identity: Option<Identity>,
    pub(super) expires: Option<Timestamp>,
    pub(super) obtained: Instant,
}

impl Connection {
    /// Finds the cluster that flags, kubeconfig or service account name, and obtains credentials: an exec plugin
    /// runs here, once. The server itself is asked for nothing before the first request.
    ///
    /// # Errors
    /// Flags that make no sense together; no, broken or contradictory configuration; no credentials.
    pub async fn connect(flags: &ConnectionFlags) -> Result<Self> {
        Self::open(flags, &Surroundings::read()).await
    }

    pub(super) async fn open(flags: &ConnectionFlags, surroundings: &Surroundings) -> Result<Self> {
        let target = kubeconfig::find(flags, surroundings)?;
        let auth = Auth::new(&target)?;
        let connect_timeout = match flags.request_timeout {
            // "No limit": as patient as kubectl's dialer.
            Some(Duration::ZERO) => Duration::from_secs(30),
            given => given.unwrap_or(CONNECT_TIMEOUT),
        };
        let request_timeout = flags.request_timeout.unwrap_or(REQUEST_TIMEOUT);
        let credentials = auth.obtain().await?;
        let mut warnings = Warnings::default();
        credentials.notes.iter().for_each(|note| warnings.add(note.clone()));
        let session = Session::new(&target, credentials, connect_timeout, None)?;
        Ok(Self {
            shared: Arc::new(SharedState {
                headers: headers(target.impersonation.as_ref())?,
                request_timeout: Some(request_timeout).filter(|limit| !limit.is_zero()),
                connect_timeout,
                session: RwLock::new(Arc::new(session)),
                renewing: tokio::sync::Mutex::new(()),
                warnings: Mutex::new(warnings),
                clock: Mutex::default(),
                target,
                auth,
            }),
        })
    }

    /// The namespace to look in: `--namespace`, else the context's, else `default`.
    pub fn namespace(&self) -> &str {
        &self.shared.target.namespace
    }

    /// Whether `--namespace` was given.
    pub fn namespace_is_explicit(&self) -> bool {
        self.shared.target.namespace_is_explicit
    }

    /// The kubeconfig context; none in a pod.
    pub fn context(&self) -> Option<&str> {
        self.shared.target.context.as_deref()
    }

    /// The URL of the server, without a slash at its end.
    pub fn server(&self) -> String {
        self.shared.target.server.to_string().trim_end_matches('/').to_owned()
    }

    /// The `Warning:` headers that have arrived since the last call, and what an exec plugin said; each once.
    pub fn take_warnings(&self) -> Vec<String> {
        self.warnings().take()
    }

    /// The time on the server's clock, as far as its answers tell; none before the first answer. It is our own
    /// time as long as nothing speaks against that.
    pub fn server_now(&self) -> Option<Timestamp> {
        let now = Timestamp::now();
        self.clock().at(now)
    }

    /// When the credentials stop being valid, if that is known. Requests renew them by themselves.
    pub fn expires(&self) -> Option<Timestamp> {
        self.session().expires
    }

    /// Obtains credentials anew: runs the exec plugin again. Requests under way are not disturbed.
    ///
    /// # Errors
    /// They cannot be obtained; the old ones stay in use.
    pub async fn renew(&self) -> Result<()> {
        self.renew_since(&self.session()).await
    }

    /// Renews unless somebody has done so since `seen` was current.
    pub(super) async fn renew_since(&self, seen: &Arc<Session>) -> Result<()> {
        let _one_at_a_time = self.shared.renewing.lock().await;
        let current = self.session();
        if !Arc::ptr_eq(&current, seen) {
            return Ok(());
        }
        let credentials = self.shared.auth.obtain().await?;
        credentials.notes.iter().for_each(|note| self.warnings().add(note.clone()));
        let next =
            Session::new(&self.shared.target, credentials, self.shared.connect_timeout, Some(&current))?;
        *self.shared.session.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        Ok(())
    }

    pub(super) fn session(&self) -> Arc<Session> {
        Arc::clone(&self.shared.session.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn warnings(&self) -> MutexGuard<'_, Warnings> {
        self.shared.warnings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn clock(&self) -> MutexGuard<'_, ServerClock> {
        self.shared.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Describes a request on a kind of object, for its errors.
    pub(super) fn call(
        &self,
        resource: &Resource,
        verb: &'static str,
        namespace: Option<&str>,
        name: Option<&str>,
    ) -> Arc<Call> {
        Arc::new(Call {
            group: resource.group.to_owned(),
            resource: resource.plural.to_owned(),
            namespace: namespace.filter(|_| resource.namespaced).map(str::to_owned),
            namespaced: resource.namespaced,
            name: name.map(str::to_owned),
            ..self.call_of_path(verb, "")
        })
    }

    /// Describes a request on a path, for its errors.
    pub(super) fn call_of_path(&self, verb: &'static str, path: &str) -> Call {
        Call {
            verb,
            resource: path.to_owned(),
            server: self.server(),
            context: self.context().map(str::to_owned),
            flags: self.shared.target.kubectl_flags.clone(),
            ..Call::default()
        }
    }
}

impl Session {
    /// A session with these credentials. A connection serves on where only the token is another.
    fn new(
        target: &Target,
        credentials: Credentials,
        timeout: Duration,
        last: Option<&Self>,
    ) -> Result<Self> {
        let transport = match last.filter(|last| last.identity == credentials.identity) {
            Some(last) => Arc::clone(&last.transport),
            None => {
                let dialer = Dialer::new(target, credentials.identity.as_ref(), timeout, ANY_HTTP)?;
                Arc::new(Transport::new(dialer))
            }
        };
        Ok(Self {
            transport,
            authorization: credentials.authorization,
            identity: credentials.identity,
            expires: credentials.expires,
            obtained: Instant::now(),
        })
    }
}

/// Who sends the request, and as whom.
fn headers(impersonation: Option<&Impersonation>) -> Result<HeaderMap> {
    const AGENT: &str = concat!("kubectl-stateful/", env!("CARGO_PKG_VERSION"));
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    let Some(who) = impersonation else { return Ok(headers) };
    let mut add = |name: &str, value: &str| match (HeaderName::try_from(name), HeaderValue::from_str(value)) {
        (Ok(name), Ok(value)) => {
            headers.append(name, value);
            Ok(())
        }
        _ => Err(Error::failed(format!(
            "cannot impersonate {value:?}: it holds characters that cannot be sent"
        ))),
    };
    add("impersonate-user", &who.user)?;
    who.uid.iter().try_for_each(|uid| add("impersonate-uid", uid))?;
    who.groups.iter().try_for_each(|group| add("impersonate-group", group))?;
    for (key, values) in &who.extra {
        // client-go escapes what no header name may hold.
        let key = percent_encoding::utf8_percent_encode(key, EXTRA_KEY);
        values.iter().try_for_each(|value| add(&format!("impersonate-extra-{key}"), value))?;
    }
    Ok(headers)
}

/// All that must be escaped in the key of an extra: what RFC 7230 allows in a header name, less `%`.
const EXTRA_KEY: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');
