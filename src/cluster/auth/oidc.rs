//! The built-in `oidc` auth-provider: kube refreshes the token, we take the header that it would send.

use http::{HeaderMap, Request, Response};
use tokio::sync::Mutex;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, Layer, Service, ServiceExt};

use super::Credentials;
use crate::cluster::kubeconfig::AuthProvider;
use crate::cluster::{Secret, tls};
use crate::error::{Error, Result};

type Headers = BoxCloneSyncService<Request<kube::client::Body>, Response<HeaderMap>, BoxError>;

/// A token that refreshes itself.
pub(super) struct Oidc {
    /// Kept over renewals: an issuer may hand out a new refresh token each time.
    headers: Mutex<Headers>,
}

impl Oidc {
    /// Reads the provider's settings.
    ///
    /// # Errors
    /// Another provider than `oidc`, or settings that are incomplete.
    pub(super) fn new(provider: &AuthProvider) -> Result<Self> {
        if provider.name != "oidc" {
            return Err(Error::failed(format!("the auth-provider {:?} no longer exists", provider.name))
                .hint("Kubernetes 1.26 replaced it by an exec plugin: let your cloud's tool write the kubeconfig anew"));
        }
        let mut config = kube::Config::new(http::Uri::from_static("https://localhost"));
        config.auth_info.auth_provider = Some(kube::config::AuthProviderConfig {
            name: provider.name.clone(),
            config: provider.config.clone(),
            ..Default::default()
        });
        let layer = kube::client::ConfigExt::auth_layer(&config).map_err(|error| failed(&error))?;
        let layer =
            layer.ok_or_else(|| Error::failed("the oidc auth-provider of the kubeconfig has no token"))?;
        let echo = tower::service_fn(|request: Request<kube::client::Body>| async move {
            Ok::<_, BoxError>(Response::new(request.headers().clone()))
        });
        Ok(Self { headers: Mutex::new(BoxCloneSyncService::new(layer.layer(echo))) })
    }

    /// The token, refreshed where it has expired.
    pub(super) async fn token(&self) -> Result<Credentials> {
        let mut service = self.headers.lock().await;
        let ready = service.ready().await.map_err(|error| failed(&*error))?;
        let echoed =
            ready.call(Request::new(kube::client::Body::empty())).await.map_err(|error| failed(&*error))?;
        let token = echoed
            .body()
            .get(http::header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| Error::failed("the oidc auth-provider gave no token"))?;
        let mut credentials = Credentials::bearer(&Secret::from(token))?;
        credentials.expires = expiry(token);
        Ok(credentials)
    }
}

/// The `exp` claim of a JWT.
fn expiry(token: &str) -> Option<jiff::Timestamp> {
    let claims = token.split('.').nth(1)?;
    let claims: serde_json::Value = serde_json::from_slice(&tls::from_base64url(claims)?).ok()?;
    jiff::Timestamp::from_second(claims.get("exp")?.as_i64()?).ok()
}

fn failed(error: &(dyn std::error::Error + 'static)) -> Error {
    Error::failed(format!("cannot refresh the token of the oidc auth-provider: {error}"))
        .hint("log in again the way you did for this cluster")
}
