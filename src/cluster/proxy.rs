//! Which proxy to use, decided as Go's net/http does: HTTPS_PROXY or HTTP_PROXY by the scheme of the server,
//! NO_PROXY, and never for the machine itself.

use std::net::IpAddr;

use http::Uri;

/// The settings of the environment; the lower-case names count where the others are unset or empty.
#[derive(Clone, Debug, Default)]
pub(super) struct ProxyEnv {
    pub(super) https: Option<String>,
    pub(super) http: Option<String>,
    pub(super) no_proxy: Option<String>,
}

impl ProxyEnv {
    /// Reads the process environment.
    pub(super) fn read() -> Self {
        let any = |upper: &str, lower: &str| {
            let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
            set(upper).or_else(|| set(lower))
        };
        Self {
            https: any("HTTPS_PROXY", "https_proxy"),
            http: any("HTTP_PROXY", "http_proxy"),
            no_proxy: any("NO_PROXY", "no_proxy"),
        }
    }

    /// The proxy for requests to `server`; `None` where there is none.
    ///
    /// # Errors
    /// A fragment that says what is wrong with the address of the proxy.
    pub(super) fn for_server(&self, server: &Uri) -> Result<Option<Uri>, String> {
        let secure = server.scheme_str() == Some("https");
        let Some(proxy) = (if secure { &self.https } else { &self.http }) else { return Ok(None) };
        let host = host_of(server);
        let port = server.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let exempt = is_local(&host) || self.no_proxy.as_ref().is_some_and(|list| matches(list, &host, port));
        if exempt { Ok(None) } else { parse(proxy).map(Some) }
    }
}

/// Reads the address of a proxy; a bare `host:port` is an HTTP proxy.
pub(super) fn parse(text: &str) -> Result<Uri, String> {
    let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let uri: Uri = full.parse().map_err(|error| format!("{error}"))?;
    match uri.scheme_str() {
        Some("http" | "https" | "socks5" | "socks5h") if uri.host().is_some() => Ok(uri),
        scheme => {
            Err(format!("unsupported scheme {:?}, must be http, https or socks5", scheme.unwrap_or_default()))
        }
    }
}

/// The host in lower case, without the brackets of an IPv6 address.
fn host_of(uri: &Uri) -> String {
    uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase()
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

fn matches(list: &str, host: &str, port: u16) -> bool {
    let ip: Option<IpAddr> = host.parse().ok().map(|ip: IpAddr| ip.to_canonical());
    list.split(',').map(|entry| entry.trim().to_ascii_lowercase()).filter(|entry| !entry.is_empty()).any(
        |entry| {
            if entry == "*" {
                return true;
            }
            if let Some((network, bits)) = cidr(&entry) {
                return ip.is_some_and(|ip| in_network(ip, network, bits));
            }
            let (name, wanted_port) = split_port(&entry);
            if wanted_port.is_some_and(|wanted| wanted != port) {
                return false;
            }
            match (name.parse::<IpAddr>(), ip) {
                (Ok(entry_ip), ip) => ip == Some(entry_ip.to_canonical()),
                (Err(_), Some(_)) => false,
                (Err(_), None) => domain_matches(name, host),
            }
        },
    )
}

/// `foo.com` is the host and all below it, `.foo.com` and `*.foo.com` only what is below.
fn domain_matches(entry: &str, host: &str) -> bool {
    let entry = entry.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(entry);
    match entry.strip_prefix('.') {
        Some(_) => host.ends_with(entry),
        None => host == entry || host.strip_suffix(entry).is_some_and(|above| above.ends_with('.')),
    }
}

fn split_port(entry: &str) -> (&str, Option<u16>) {
    let bare = |name: &'_ str| name.len() > 1 && name.starts_with('[') && name.ends_with(']');
    match entry.rsplit_once(':') {
        // More than one colon without brackets is an IPv6 address.
        Some((name, port)) if bare(name) || !name.contains(':') => {
            (name.trim_start_matches('[').trim_end_matches(']'), port.parse().ok())
        }
        _ => (entry.trim_start_matches('[').trim_end_matches(']'), None),
    }
}

fn cidr(entry: &str) -> Option<(IpAddr, u32)> {
    let (network, bits) = entry.split_once('/')?;
    Some((network.parse().ok()?, bits.parse().ok()?))
}

fn in_network(ip: IpAddr, network: IpAddr, bits: u32) -> bool {
    let same = |a: u128, b: u128, width: u32| bits <= width && (bits == 0 || (a ^ b) >> (width - bits) == 0);
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => same(ip.to_bits().into(), network.to_bits().into(), 32),
        (IpAddr::V6(ip), IpAddr::V6(network)) => same(ip.to_bits(), network.to_bits(), 128),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(server: &str, no_proxy: &str) -> bool {
        let env = ProxyEnv {
            https: Some("proxy:3128".to_owned()),
            http: None,
            no_proxy: Some(no_proxy.to_owned()),
        };
        env.for_server(&server.parse().expect("a url")).expect("a proxy").is_some()
    }

    #[test]
    fn no_proxy_is_matched_as_in_go() {
        for (server, no_proxy, proxied) in [
            ("https://api.foo.com:6443", "", true),
            ("https://api.foo.com:6443", "foo.com", false),
            ("https://foo.com", "foo.com", false),
            ("https://foo.com", ".foo.com", true),
            ("https://api.foo.com", "*.foo.com", false),
            ("https://barfoo.com", "foo.com", true),
            ("https://api.foo.com:6443", "foo.com:443", true),
            ("https://api.foo.com", "foo.com:443", false),
            ("https://10.1.2.3:6443", "10.0.0.0/8", false),
            ("https://11.1.2.3:6443", "10.0.0.0/8, 192.168.0.0/16", true),
            ("https://10.1.2.3:6443", "10.1.2.3:443", true),
            ("https://[fd00::1]:6443", "fd00::/8", false),
            ("https://[fd00::1]:6443", "[fd00::1]:6443", false),
            ("https://[fd00::1]:6443", "fd00::1", false),
            ("https://api.foo.com", "*", false),
            ("https://10.1.2.3", "3", true),
        ] {
            assert_eq!(used(server, no_proxy), proxied, "{server} with NO_PROXY={no_proxy}");
        }
    }

    #[test]
    fn the_machine_itself_is_never_proxied() {
        for server in
            ["https://localhost:6443", "https://127.0.0.1:6443", "https://127.8.8.8", "https://[::1]:6443"]
        {
            assert!(!used(server, ""), "{server}");
        }
    }

    #[test]
    fn the_scheme_of_the_server_chooses_the_variable() {
        assert!(!used("http://api.foo.com", ""));
    }

    #[test]
    fn a_bare_address_is_an_http_proxy() {
        assert_eq!(parse("proxy:3128").expect("valid").to_string(), "http://proxy:3128/");
        assert!(parse("ftp://proxy").is_err());
    }
}
