//! The built-in `oidc` auth-provider: an ID token, and a refresh token for which the issuer gives the next one.
//!
//! As client-go's plugin, save that new tokens are not written into the kubeconfig.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request, Uri};
use http_body_util::{BodyExt, Full, Limited};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::Mutex;

use super::Credentials;
use crate::cluster::dial::{ANY_HTTP, Dialer};
use crate::cluster::kubeconfig::{AuthProvider, Cluster, Target};
use crate::cluster::path::escape;
use crate::cluster::proxy::ProxyEnv;
use crate::cluster::transport::Transport;
use crate::cluster::{Secret, tls};
use crate::error::{Error, Result};

/// A token that ends within this time is refreshed, as client-go does.
const EARLY: SignedDuration = SignedDuration::from_secs(10);
/// How long the issuer has for all its answers.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long an answer of the issuer may be.
const LONGEST: usize = 1 << 20;

/// A token that is refreshed when it has expired.
pub(super) struct Oidc {
    settings: HashMap<String, String>,
    /// Where the issuer is, but for its address.
    issuer: Target,
    /// Kept over renewals: an issuer may hand out a new refresh token each time.
    tokens: Mutex<Tokens>,
}

struct Tokens {
    id: Secret,
    refresh: Secret,
}

impl Oidc {
    /// Reads the provider's settings.
    ///
    /// # Errors
    /// Another provider than `oidc`.
    pub(super) fn new(provider: &AuthProvider, target: &Target) -> Result<Self> {
        if provider.name != "oidc" {
            return Err(Error::failed(format!("the auth-provider {:?} no longer exists", provider.name))
                .hint("Kubernetes 1.26 replaced it by an exec plugin: let your cloud's tool write the kubeconfig anew"));
        }
        let settings = provider.config.clone();
        let setting = |name: &str| settings.get(name).filter(|text| !text.is_empty()).cloned();
        // What the kubeconfig says about the cluster's own certificate says nothing about the issuer's.
        let cluster = Cluster {
            certificate_authority: setting("idp-certificate-authority").map(Into::into),
            certificate_authority_data: setting("idp-certificate-authority-data"),
            ..Cluster::default()
        };
        let token = |name| Secret::from(setting(name).unwrap_or_default());
        let tokens = Mutex::new(Tokens { id: token("id-token"), refresh: token("refresh-token") });
        Ok(Self { issuer: Target { cluster, ..target.clone() }, settings, tokens })
    }

    /// The token, refreshed where it has expired.
    ///
    /// # Errors
    /// It has expired, and the issuer gives no other one.
    pub(super) async fn token(&self) -> Result<Credentials> {
        let mut tokens = self.tokens.lock().await;
        let ended = |token: &Secret| expiry(token.expose()).is_none_or(|end| end - EARLY <= Timestamp::now());
        if ended(&tokens.id) {
            let refreshed = tokio::time::timeout(TIMEOUT, self.refresh(&mut tokens)).await;
            let late = || Err(format!("no answer within {} s", TIMEOUT.as_secs()));
            refreshed.unwrap_or_else(|_| late()).map_err(|why| {
                Error::failed(format!("cannot refresh the token of the oidc auth-provider: {why}"))
                    .hint("log in again the way you did for this cluster")
            })?;
        }
        let expires = expiry(tokens.id.expose());
        Ok(Credentials { expires, ..Credentials::bearer(&tokens.id)? })
    }

    async fn refresh(&self, tokens: &mut Tokens) -> std::result::Result<(), String> {
        if tokens.refresh.expose().is_empty() {
            return Err("it has expired or is not valid, and the kubeconfig has no refresh-token".to_owned());
        }
        let issuer = self.setting("idp-issuer-url").trim_end_matches('/');
        let discovery =
            Request::get(format!("{issuer}/.well-known/openid-configuration")).body(Full::default());
        let discovered = self.ask(discovery).await?;
        let endpoint = text(&discovered, "token_endpoint").ok_or("the issuer names no token_endpoint")?;
        let (id, secret) = (self.setting("client-id"), self.setting("client-secret"));
        let form = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh.expose())];
        // Some issuers want to hear in a header who asks, others in the form, and some refuse it in both.
        let pair = tls::to_base64(format!("{}:{}", escape(id), escape(secret)).as_bytes());
        let in_header = post(endpoint, &form, Some(format!("Basic {pair}")));
        let answer = match self.ask(in_header).await {
            Ok(answer) => answer,
            Err(_) => {
                let client = [("client_id", id), ("client_secret", secret)];
                self.ask(post(endpoint, &[form, client].concat(), None)).await?
            }
        };
        tokens.id = Secret::from(text(&answer, "id_token").ok_or("the issuer gave no id_token")?);
        if let Some(next) = text(&answer, "refresh_token") {
            tokens.refresh = Secret::from(next);
        }
        Ok(())
    }

    fn setting(&self, name: &str) -> &str {
        self.settings.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Sends one request, to whatever server its address names.
    async fn ask(&self, request: http::Result<Request<Full<Bytes>>>) -> std::result::Result<Value, String> {
        let request = request.map_err(|error| error.to_string())?;
        let server = request.uri().clone();
        let proxy = ProxyEnv::read().for_server(&server)?;
        let place = server.host().unwrap_or_default().to_owned();
        let target = Target { server, proxy, ..self.issuer.clone() };
        let dialer =
            Dialer::new(&target, None, TIMEOUT, ANY_HTTP).map_err(|error| error.message().to_owned())?;
        let answer = Transport::new(dialer).send(request).await;
        let answer = answer.map_err(|fault| format!("{place}: {}", fault.message))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(format!("{place} answered {status}"));
        }
        let body = Limited::new(answer.into_body(), LONGEST).collect().await;
        let body = body.map_err(|error| format!("{place}: {error}"))?.to_bytes();
        serde_json::from_slice(&body).map_err(|_| format!("{place} answered with something that is no JSON"))
    }
}

fn post(
    url: &str,
    form: &[(&str, &str)],
    authorization: Option<String>,
) -> http::Result<Request<Full<Bytes>>> {
    let pairs: Vec<_> = form.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    let mut request = Request::post(url.parse::<Uri>()?)
        .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    if let Some(authorization) = authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    request.body(Full::from(pairs.join("&")))
}

fn text<'a>(object: &'a Value, field: &str) -> Option<&'a str> {
    object.get(field)?.as_str().filter(|text| !text.is_empty())
}

/// The `exp` claim of a JWT.
fn expiry(token: &str) -> Option<Timestamp> {
    let claims = token.split('.').nth(1)?;
    let claims: Value = serde_json::from_slice(&tls::from_base64url(claims)?).ok()?;
    let seconds = SignedDuration::try_from_secs_f64(claims.get("exp")?.as_f64()?).ok()?;
    Timestamp::from_duration(seconds).ok()
}
