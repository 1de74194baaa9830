//! Opening a connection: name resolution, TCP, a proxy if there is one, TLS.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Uri};
use hyper_rustls::{DefaultServerNameResolver, FixedServerNameResolver, HttpsConnector, ResolveServerName};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use rustls::pki_types::ServerName;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, Service, ServiceExt};

use super::auth::Identity;
use super::classify::{Fault, classify};
use super::error::{Reason, Unreachable};
use super::io::{Io, Stream};
use super::kubeconfig::Target;
use super::tls;
use crate::error::{Error, Result};

/// Any version of HTTP, HTTP/2 first.
pub(super) const ANY_HTTP: &[&str] = &["h2", "http/1.1"];
/// The version that can turn into another protocol.
pub(super) const HTTP_1: &[&str] = &["http/1.1"];

/// Opens connections to one server with one identity.
#[derive(Clone)]
pub(super) struct Dialer {
    service: BoxCloneSyncService<Uri, Io, BoxError>,
    server: Uri,
    proxy: Option<Uri>,
    timeout: Duration,
}

impl Dialer {
    /// Prepares everything that can be prepared without the network. `protocols` are the versions of HTTP to offer.
    ///
    /// # Errors
    /// Certificates that cannot be read, contradictions between them, or a name that is none.
    pub(super) fn new(
        target: &Target,
        identity: Option<&Identity>,
        timeout: Duration,
        protocols: &[&str],
    ) -> Result<Self> {
        // An unreadable authority must not keep anybody from a server without TLS.
        let secure = target.server.scheme_str() == Some("https");
        let mut config =
            if secure { tls::client_config(&target.cluster, identity)? } else { tls::no_trust()? };
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let tls = Wrap { config: Arc::new(config), name: server_name(target)? };
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Where HTTP/2 pings do not watch over the connection.
        tcp.set_keepalive(Some(Duration::from_secs(15)));
        tcp.set_keepalive_interval(Some(Duration::from_secs(5)));
        tcp.set_keepalive_retries(Some(3));
        let service = match &target.proxy {
            None => tls.around(tcp),
            Some(proxy) => match proxy.scheme_str() {
                Some("https") => {
                    let trust = tls::proxy_config()?;
                    let plain =
                        HttpsConnector::new(tcp, trust, true, Arc::new(DefaultServerNameResolver::default()));
                    tls.around(tunnel(proxy, plain))
                }
                Some("http") => tls.around(tunnel(proxy, tcp)),
                _ => tls.around(socks(proxy, tcp)),
            },
        };
        Ok(Self { service, server: target.server.clone(), proxy: target.proxy.clone(), timeout })
    }

    /// Opens one connection.
    pub(super) async fn open(&self) -> std::result::Result<Io, Fault> {
        match tokio::time::timeout(self.timeout, self.service.clone().oneshot(self.server.clone())).await {
            Ok(Ok(io)) => Ok(io),
            Ok(Err(error)) => Err(self.explain(classify(&*error))),
            Err(_) => {
                let message = format!("no connection within {} s", self.timeout.as_secs_f64());
                Err(self.explain(Fault::new(Reason::Unreachable(Unreachable::ConnectTimeout), message)))
            }
        }
    }

    /// What fails on the way to a proxy is not the server's fault.
    fn explain(&self, fault: Fault) -> Fault {
        match (&self.proxy, &fault.reason) {
            (Some(proxy), Reason::Unreachable(_)) => {
                let place = proxy.authority().map(http::uri::Authority::as_str).unwrap_or_default();
                let place = place.rsplit('@').next().unwrap_or_default();
                let message = format!("through the proxy {place}: {}", fault.message);
                Fault::new(Reason::Unreachable(Unreachable::Proxy), message)
            }
            _ => fault,
        }
    }
}

/// TLS around any stream, where the server's address asks for it.
struct Wrap {
    config: Arc<rustls::ClientConfig>,
    name: Arc<dyn ResolveServerName + Send + Sync>,
}

impl Wrap {
    fn around<C>(self, connector: C) -> BoxCloneSyncService<Uri, Io, BoxError>
    where
        C: Service<Uri> + Clone + Send + Sync + 'static,
        C::Response: Stream + 'static,
        C::Future: Send + 'static,
        C::Error: Into<BoxError>,
    {
        let https = HttpsConnector::new(connector, self.config, false, self.name);
        BoxCloneSyncService::new(https.map_response(Io::new))
    }
}

fn server_name(target: &Target) -> Result<Arc<dyn ResolveServerName + Send + Sync>> {
    match target.cluster.tls_server_name.as_ref().filter(|name| !name.is_empty()) {
        None => Ok(Arc::new(DefaultServerNameResolver::default())),
        Some(name) => match ServerName::try_from(name.clone()) {
            Ok(name) => Ok(Arc::new(FixedServerNameResolver::new(name))),
            Err(_) => {
                Err(Error::failed(format!("tls-server-name {name:?} is neither a host name nor an address")))
            }
        },
    }
}

fn tunnel<C>(proxy: &Uri, connector: C) -> Tunnel<C> {
    let tunnel = Tunnel::new(proxy.clone(), connector);
    let Some((user, password)) = user_of(proxy) else { return tunnel };
    let pair = tls::to_base64(format!("{user}:{password}").as_bytes());
    match HeaderValue::try_from(format!("Basic {pair}")) {
        Ok(header) => tunnel.with_auth(header),
        Err(_) => tunnel,
    }
}

fn socks<C>(proxy: &Uri, connector: C) -> SocksV5<C> {
    let socks = SocksV5::new(proxy.clone(), connector);
    match user_of(proxy) {
        Some((user, password)) => socks.with_auth(user, password),
        None => socks,
    }
}

/// User and password in the address of a proxy.
fn user_of(proxy: &Uri) -> Option<(String, String)> {
    let (user_info, _) = proxy.authority()?.as_str().rsplit_once('@')?;
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some((decode(user), decode(password)))
}
