//! Who we are to the server: a certificate, a header, or both, and until when.

mod exec;
mod exec_io;
mod oidc;

use std::path::Path;

use http::HeaderValue;
use jiff::Timestamp;

use super::kubeconfig::{Target, User};
use super::{Secret, tls};
use crate::error::{Error, Result};

/// Credentials as they stand now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Credentials {
    /// The `Authorization` header.
    pub(crate) authorization: Option<HeaderValue>,
    /// The client certificate and its key.
    pub(crate) identity: Option<Identity>,
    /// When they stop being valid, if that is known.
    pub(crate) expires: Option<Timestamp>,
    /// What the program that made them said while it succeeded.
    pub(crate) notes: Vec<String>,
}

/// A client certificate with its chain, and its key, both in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key: Secret,
}

/// Where credentials come from, for the first time and again.
pub(crate) struct Auth {
    identity: Option<Identity>,
    source: Source,
}

enum Source {
    Anonymous,
    Basic { user: String, password: Secret },
    Token(Secret),
    TokenFile(std::path::PathBuf),
    Exec(Box<exec::Plugin>),
    Oidc(Box<oidc::Oidc>),
}

impl Auth {
    /// Chooses among what the kubeconfig's user has, in client-go's order.
    ///
    /// # Errors
    /// A certificate or key that cannot be read; settings that contradict each other.
    pub(crate) fn new(target: &Target) -> Result<Self> {
        // As kubectl: nothing secret goes over a connection that anybody can read.
        if target.server.scheme_str() != Some("https") {
            return Ok(Self { identity: None, source: Source::Anonymous });
        }
        let user = &target.user;
        let identity = identity_of(user)?;
        let source = if let Some(token) = user.token.clone().filter(|token| !token.expose().is_empty()) {
            // Where both are given client-go prefers the file and falls back to the token.
            match user.token_file.clone().filter(|path| path.is_file()) {
                Some(path) => Source::TokenFile(path),
                None => Source::Token(token),
            }
        } else if let Some(path) = user.token_file.clone().filter(|path| !path.as_os_str().is_empty()) {
            Source::TokenFile(path)
        } else if let Some(name) = user.username.clone().filter(|name| !name.is_empty()) {
            Source::Basic { user: name, password: user.password.clone().unwrap_or_default() }
        } else if let Some(provider) = &user.auth_provider {
            Source::Oidc(Box::new(oidc::Oidc::new(provider, target)?))
        } else if identity.is_some() {
            // A plugin is not asked where the user has a certificate of its own.
            Source::Anonymous
        } else if let Some(exec) = &user.exec {
            Source::Exec(Box::new(exec::Plugin::new(exec, target)?))
        } else {
            Source::Anonymous
        };
        Ok(Self { identity, source })
    }

    /// Obtains credentials now: runs the plugin, reads the file, refreshes the token.
    ///
    /// # Errors
    /// They cannot be obtained; the error says from where, and why.
    pub(crate) async fn obtain(&self) -> Result<Credentials> {
        let mut credentials = match &self.source {
            Source::Anonymous => Credentials::default(),
            Source::Basic { user, password } => Credentials::basic(user, password)?,
            Source::Token(token) => Credentials::bearer(token)?,
            Source::TokenFile(path) => Credentials::bearer(&read_token(path)?)?,
            Source::Exec(plugin) => plugin.run().await?,
            Source::Oidc(oidc) => oidc.token().await?,
        };
        if credentials.identity.is_none() {
            credentials.identity = self.identity.clone();
        }
        Ok(credentials)
    }

    /// Whether asking again can give other credentials.
    pub(crate) fn is_renewable(&self) -> bool {
        matches!(self.source, Source::TokenFile(_) | Source::Exec(_) | Source::Oidc(_))
    }

    /// Whether asking again costs nothing, so that it can be done in passing.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self.source, Source::TokenFile(_))
    }
}

impl Credentials {
    fn bearer(token: &Secret) -> Result<Self> {
        Ok(Self { authorization: Some(header(format!("Bearer {}", token.expose()))?), ..Self::default() })
    }

    fn basic(user: &str, password: &Secret) -> Result<Self> {
        let pair = tls::to_base64(format!("{user}:{}", password.expose()).as_bytes());
        Ok(Self { authorization: Some(header(format!("Basic {pair}"))?), ..Self::default() })
    }
}

fn header(text: String) -> Result<HeaderValue> {
    let mut value = HeaderValue::try_from(text).map_err(|_| {
        Error::failed("the token or password holds characters that cannot be sent, such as a line break")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn read_token(path: &Path) -> Result<Secret> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::failed(format!("cannot read the token file {}: {error}", path.display())))?;
    let token = text.trim();
    if token.is_empty() {
        return Err(Error::failed(format!("the token file {} is empty", path.display())));
    }
    Ok(Secret::from(token))
}

fn identity_of(user: &User) -> Result<Option<Identity>> {
    let key_data = user.client_key_data.as_ref().map(Secret::expose);
    let certificate = tls::pem(
        "client-certificate",
        user.client_certificate_data.as_deref(),
        user.client_certificate.as_deref(),
    )?;
    let key = tls::pem("client-key", key_data, user.client_key.as_deref())?;
    match (certificate, key) {
        (None, _) => Ok(None),
        (Some(_), None) => Err(Error::failed(
            "the kubeconfig's user has a client-certificate, but no client-key that belongs to it",
        )),
        (Some(certificate), Some(key)) => {
            let key = String::from_utf8(key)
                .map_err(|_| Error::failed("the client-key of the kubeconfig is no PEM text"))?;
            Ok(Some(Identity { certificate, key: Secret::from(key) }))
        }
    }
}

#[cfg(test)]
mod tests;
