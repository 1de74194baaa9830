//! Exec credential plugins: `aws eks get-token`, `gke-gcloud-auth-plugin`, `kubelogin` and the like.
//!
//! The protocol is that of client.authentication.k8s.io: the request stands in KUBERNETES_EXEC_INFO, the answer
//! on stdout.

use std::io::IsTerminal;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::exec_io::{self, Finished};
use super::{Credentials, Identity};
use crate::cluster::kubeconfig::{Exec, Target};
use crate::cluster::{Secret, tls};
use crate::error::{Error, Result};

const VERSIONS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
/// The kubeconfig extension of a cluster that is handed to plugins.
const EXTENSION: &str = "client.authentication.k8s.io/exec";

/// A plugin, ready to be run.
pub(super) struct Plugin {
    exec: Exec,
    cluster: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    api_version: String,
    status: Option<Status>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
    expiration_timestamp: Option<String>,
}

impl Plugin {
    /// Checks the plugin's configuration.
    ///
    /// # Errors
    /// No command, or a version of the protocol that we do not speak.
    pub(super) fn new(exec: &Exec, target: &Target) -> Result<Self> {
        if exec.command.is_empty() {
            return Err(Error::failed("the exec plugin of the kubeconfig's user has no command"));
        }
        let plugin = Self { exec: exec.clone(), cluster: None };
        if !VERSIONS.contains(&exec.api_version.as_str()) {
            let message =
                format!("{} has apiVersion {:?}, which is not known", plugin.name(), exec.api_version);
            return Err(Error::failed(message).hint(format!("known are {}", VERSIONS.join(" and "))));
        }
        let cluster = if exec.provide_cluster_info { Some(cluster_info(target)?) } else { None };
        Ok(Self { cluster, ..plugin })
    }

    /// Runs the plugin once and reads the credentials that it prints.
    pub(super) async fn run(&self) -> Result<Credentials> {
        let interactive = self.interactive(std::io::stdin().is_terminal())?;
        let mut command = tokio::process::Command::new(&self.exec.command);
        command.args(&self.exec.args);
        command.envs(self.exec.env.iter().map(|var| (&var.name, &var.value)));
        command.env("KUBERNETES_EXEC_INFO", self.request(interactive).to_string());
        let finished = exec_io::run(command, interactive).await.map_err(|error| self.not_started(&error))?;
        if !finished.status.success() {
            return Err(self.failed(&finished));
        }
        let mut credentials = self.read(&finished.stdout)?;
        credentials.notes = finished.unseen_lines();
        Ok(credentials)
    }

    fn name(&self) -> String {
        format!("the exec plugin {:?}", self.exec.command)
    }

    /// Whether the plugin may ask the user, decided as client-go does.
    fn interactive(&self, terminal: bool) -> Result<bool> {
        match self.exec.interactive_mode.as_deref() {
            Some("Never") => Ok(false),
            None | Some("" | "IfAvailable") => Ok(terminal),
            Some("Always") if terminal => Ok(true),
            Some("Always") => Err(Error::failed(format!(
                "{} needs to ask something, and standard input is not a terminal",
                self.name()
            ))),
            Some(other) => {
                Err(Error::failed(format!("{} has the unknown interactiveMode {other:?}", self.name())))
            }
        }
    }

    fn request(&self, interactive: bool) -> Value {
        let mut spec = json!({ "interactive": interactive });
        if let Some(cluster) = &self.cluster {
            spec["cluster"] = cluster.clone();
        }
        json!({ "kind": "ExecCredential", "apiVersion": self.exec.api_version, "spec": spec })
    }

    fn read(&self, stdout: &[u8]) -> Result<Credentials> {
        let wrong = |why: &str| Error::failed(format!("{} answered with {why}", self.name()));
        // Some plugins print YAML, of which JSON is a part.
        let text = std::str::from_utf8(stdout).map_err(|_| wrong("something that is no text"))?;
        let answer: Answer =
            serde_saphyr::from_str(text).map_err(|_| wrong("something that is no ExecCredential"))?;
        if answer.api_version != self.exec.api_version {
            let why = format!(
                "apiVersion {:?}, the kubeconfig asks for {:?}",
                answer.api_version, self.exec.api_version
            );
            return Err(wrong(&why));
        }
        let status = answer.status.ok_or_else(|| wrong("no status"))?;
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let identity = match (given(status.client_certificate_data), given(status.client_key_data)) {
            (Some(certificate), Some(key)) => {
                Some(Identity { certificate: certificate.into_bytes(), key: Secret::from(key) })
            }
            (None, None) => None,
            _ => return Err(wrong("a certificate or a key, not both")),
        };
        let mut credentials = match given(status.token) {
            Some(token) => Credentials::bearer(&Secret::from(token))?,
            None if identity.is_none() => return Err(wrong("neither a token nor a certificate")),
            None => Credentials::default(),
        };
        credentials.identity = identity;
        credentials.expires = match given(status.expiration_timestamp) {
            Some(text) => {
                Some(text.parse::<Timestamp>().map_err(|_| wrong("an expirationTimestamp that is no time"))?)
            }
            None => None,
        };
        Ok(credentials)
    }

    fn not_started(&self, error: &std::io::Error) -> Error {
        if error.kind() != std::io::ErrorKind::NotFound {
            return Error::failed(format!("cannot run {}: {error}", self.name()));
        }
        let failure = Error::failed(format!("{} is not installed, or not in PATH", self.name()));
        let hint = self.exec.install_hint.as_deref().unwrap_or_default();
        hint.lines().map(str::trim).filter(|line| !line.is_empty()).fold(failure, Error::hint)
    }

    fn failed(&self, finished: &Finished) -> Error {
        let how = match finished.status.code() {
            Some(code) => format!("exit code {code}"),
            None => "a signal".to_owned(),
        };
        let said = finished.last_words();
        let said = if said.is_empty() { String::new() } else { format!(": {said}") };
        let command =
            [&self.exec.command].into_iter().chain(&self.exec.args).map(String::as_str).collect::<Vec<_>>();
        Error::failed(format!("{} gave no credentials and ended with {how}{said}", self.name()))
            .hint(format!("run it yourself to see more: {}", command.join(" ")))
    }
}

/// What a plugin may know of the cluster: the fields of `clientauthentication.Cluster`.
fn cluster_info(target: &Target) -> Result<Value> {
    let cluster = &target.cluster;
    let mut info = json!({ "server": target.server.to_string().trim_end_matches('/') });
    if let Some(name) = cluster.tls_server_name.as_ref().filter(|name| !name.is_empty()) {
        info["tls-server-name"] = json!(name);
    }
    if cluster.insecure_skip_tls_verify == Some(true) {
        info["insecure-skip-tls-verify"] = json!(true);
    }
    if let Some(ca) = tls::authority(cluster)? {
        info["certificate-authority-data"] = json!(tls::to_base64(&ca));
    }
    if let Some(url) = cluster.proxy_url.as_ref().filter(|url| !url.is_empty()) {
        info["proxy-url"] = json!(url);
    }
    if let Some(extension) = cluster.extensions.iter().find(|extension| extension.name == EXTENSION) {
        info["config"] = extension.extension.clone();
    }
    Ok(info)
}
