//! One kubeconfig file, as far as we read it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};

use crate::cluster::Secret;
use crate::error::{Error, Result};

/// A kubeconfig: one file, or several merged.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct Kubeconfig {
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) clusters: Vec<NamedCluster>,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) users: Vec<NamedUser>,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) contexts: Vec<NamedContext>,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) current_context: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct NamedCluster {
    pub(crate) name: String,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) cluster: Cluster,
}

/// Where a cluster is, and how to know that it is the right one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct Cluster {
    pub(crate) server: Option<String>,
    pub(crate) tls_server_name: Option<String>,
    pub(crate) insecure_skip_tls_verify: Option<bool>,
    pub(crate) certificate_authority: Option<PathBuf>,
    pub(crate) certificate_authority_data: Option<String>,
    pub(crate) proxy_url: Option<String>,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) extensions: Vec<Extension>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Extension {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) extension: serde_json::Value,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct NamedUser {
    pub(crate) name: String,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) user: User,
}

/// Who the user is, and whom to impersonate.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct User {
    pub(crate) client_certificate: Option<PathBuf>,
    pub(crate) client_certificate_data: Option<String>,
    pub(crate) client_key: Option<PathBuf>,
    pub(crate) client_key_data: Option<Secret>,
    pub(crate) token: Option<Secret>,
    #[serde(rename = "tokenFile")]
    pub(crate) token_file: Option<PathBuf>,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) exec: Option<Exec>,
    pub(crate) auth_provider: Option<AuthProvider>,
    #[serde(rename = "as")]
    pub(crate) impersonate: Option<String>,
    #[serde(rename = "as-uid")]
    pub(crate) impersonate_uid: Option<String>,
    #[serde(rename = "as-groups", deserialize_with = "null_as_default")]
    pub(crate) impersonate_groups: Vec<String>,
    #[serde(rename = "as-user-extra", deserialize_with = "null_as_default")]
    pub(crate) impersonate_extra: HashMap<String, Vec<String>>,
}

/// A program that hands out credentials.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Exec {
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) api_version: String,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) command: String,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) args: Vec<String>,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) env: Vec<EnvVar>,
    pub(crate) install_hint: Option<String>,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) provide_cluster_info: bool,
    pub(crate) interactive_mode: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct EnvVar {
    pub(crate) name: String,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) value: String,
}

/// The older, built-in kind of credential helper.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuthProvider {
    pub(crate) name: String,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) config: HashMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct NamedContext {
    pub(crate) name: String,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(crate) context: Context,
}

/// A cluster, a user of it, and the namespace to start in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Context {
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) cluster: String,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) user: String,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) namespace: String,
}

impl Kubeconfig {
    /// Reads a file; `None` where there is no such file.
    ///
    /// # Errors
    /// The file cannot be read or understood; the error names it, and the line.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Error::failed(format!("cannot read kubeconfig {}: {error}", path.display())));
            }
        };
        let mut config = Self::parse(&bytes)
            .map_err(|why| Error::failed(format!("kubeconfig {} is not valid: {why}", path.display())))?;
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        config.resolve_paths(absolute.parent().unwrap_or(Path::new("/")));
        Ok(Some(config))
    }

    /// Reads the text of a file; the error is a fragment with the line.
    fn parse(bytes: &[u8]) -> std::result::Result<Self, String> {
        let text = decode_text(bytes)?;
        let options = serde_saphyr::options! {
            // As kubectl, which keeps the last of two equal keys and does not resolve dates or the like.
            duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins,
        };
        let documents: Vec<Option<Self>> =
            serde_saphyr::from_multiple_with_options(&text, options).map_err(|error| describe(&error))?;
        Ok(documents.into_iter().flatten().next().unwrap_or_default())
    }

    /// Relative paths are relative to the file in which they stand.
    fn resolve_paths(&mut self, folder: &Path) {
        let resolve = |path: &mut Option<PathBuf>| {
            if let Some(path) = path.as_mut().filter(|path| !path.as_os_str().is_empty()) {
                *path = folder.join(&path);
            }
        };
        for cluster in &mut self.clusters {
            resolve(&mut cluster.cluster.certificate_authority);
        }
        for user in &mut self.users {
            resolve(&mut user.user.client_certificate);
            resolve(&mut user.user.client_key);
            resolve(&mut user.user.token_file);
            // A bare name is looked up in PATH.
            if let Some(exec) = user.user.exec.as_mut().filter(|exec| exec.command.contains('/')) {
                exec.command = folder.join(&exec.command).to_string_lossy().into_owned();
            }
        }
    }
}

/// The text of a file in UTF-8, or in UTF-16 as PowerShell's redirection writes it.
fn decode_text(bytes: &[u8]) -> std::result::Result<String, String> {
    let utf16 = |read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| "it is not UTF-16 text".to_owned())
    };
    match bytes {
        [0xff, 0xfe, ..] => utf16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf16(u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
            String::from_utf8(bytes.to_vec()).map_err(|_| "it is not UTF-8 text".to_owned())
        }
    }
}

/// `line 3, column 7: …` without the excerpt, which could show a secret.
fn describe(error: &serde_saphyr::Error) -> String {
    let plain = error.without_snippet();
    let text = plain.to_string();
    let first = text.lines().next().unwrap_or_default();
    match plain.location() {
        Some(at) if !first.contains("line ") => {
            format!("line {}, column {}: {first}", at.line(), at.column())
        }
        _ => first.to_owned(),
    }
}

/// Reads `null` like an absent value.
fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    from: D,
) -> std::result::Result<T, D::Error> {
    Option::<T>::deserialize(from).map(Option::unwrap_or_default)
}
