//! kubectl's global flags that say which cluster, as whom, and where in it.

use std::path::PathBuf;
use std::time::Duration;

use super::Secret;

/// The flags, with kubectl's names and meaning. `Default` is "no flag was given".
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ConnectionFlags {
    /// The namespace to look in
    #[arg(short, long, global = true, value_name = "NAMESPACE", help_heading = HEADING)]
    pub namespace: Option<String>,

    /// The kubeconfig context to use
    #[arg(long, global = true, value_name = "NAME", help_heading = HEADING)]
    pub context: Option<String>,

    /// The kubeconfig cluster to use
    #[arg(long, global = true, value_name = "NAME", help_heading = HEADING)]
    pub cluster: Option<String>,

    /// The kubeconfig user to use
    #[arg(long, global = true, value_name = "NAME", help_heading = HEADING)]
    pub user: Option<String>,

    /// The kubeconfig file to use for this request
    #[arg(long, global = true, value_name = "FILE", help_heading = HEADING)]
    pub kubeconfig: Option<PathBuf>,

    /// The address and port of the Kubernetes API server
    #[arg(short, long, global = true, value_name = "URL", help_heading = HEADING)]
    pub server: Option<String>,

    /// Bearer token for authentication to the API server
    #[arg(long, global = true, value_name = "TOKEN", help_heading = HEADING)]
    pub token: Option<Secret>,

    /// User to impersonate
    #[arg(long = "as", global = true, value_name = "USER", help_heading = HEADING)]
    pub impersonate: Option<String>,

    /// Group to impersonate; may be repeated
    #[arg(long = "as-group", global = true, value_name = "GROUP", help_heading = HEADING)]
    pub impersonate_groups: Vec<String>,

    /// UID to impersonate
    #[arg(long = "as-uid", global = true, value_name = "UID", help_heading = HEADING)]
    pub impersonate_uid: Option<String>,

    /// File with the certificates of the authorities that may sign the server's certificate
    #[arg(long, global = true, value_name = "FILE", help_heading = HEADING)]
    pub certificate_authority: Option<PathBuf>,

    /// Do not check the server's certificate: the connection is not secure
    #[arg(long, global = true, value_name = "BOOL", help_heading = HEADING,
        num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub insecure_skip_tls_verify: Option<bool>,

    /// Name that the server's certificate must hold, where it is not the host in the URL
    #[arg(long, global = true, value_name = "NAME", help_heading = HEADING)]
    pub tls_server_name: Option<String>,

    /// How long one request may take: 5s, 2m; a bare number is seconds, 0 is no limit
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration, help_heading = HEADING)]
    pub request_timeout: Option<Duration>,
}

const HEADING: &str = "Connection";

/// Reads `90s`, `2m`, `1h30m`, `1.5s`, `250ms` as Go does; a bare number is seconds.
///
/// # Errors
/// A sentence that says what is accepted.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    sum_of_units(text)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected a duration such as 30s, 2m or 1h30m; a bare number is seconds".to_owned())
}

fn sum_of_units(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 7] =
        [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let (mut rest, mut total) = (text, None);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|&at| at > 0)?;
        let amount: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let (name, seconds) = UNITS.iter().find(|(name, _)| {
            rest.strip_prefix(name).is_some_and(|after| !after.starts_with(char::is_alphabetic))
        })?;
        total = Some(total.unwrap_or(0.0) + amount * seconds);
        rest = &rest[name.len()..];
    }
    total
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        connection: ConnectionFlags,
    }

    #[test]
    fn durations_are_read_as_kubectl_reads_them() {
        let seconds = |text| parse_duration(text).map(|d| d.as_secs_f64()).ok();
        assert_eq!(seconds("0"), Some(0.0));
        assert_eq!(seconds("7"), Some(7.0));
        assert_eq!(seconds("5s"), Some(5.0));
        assert_eq!(seconds("1h30m"), Some(5400.0));
        assert_eq!(seconds("1m1.5s"), Some(61.5));
        assert_eq!(seconds("250ms"), Some(0.25));
        for bad in ["", "s", "-1s", "5x", "5s!", "1.2.3s", "5 s"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_insecure_flag_takes_a_value_only_after_an_equals_sign() {
        let insecure = |args: &[&str]| {
            let cli = Cli::try_parse_from([&["x"], args].concat()).ok()?;
            cli.connection.insecure_skip_tls_verify
        };
        assert_eq!(insecure(&["--insecure-skip-tls-verify"]), Some(true));
        assert_eq!(insecure(&["--insecure-skip-tls-verify=false"]), Some(false));
        assert_eq!(insecure(&[]), None);
    }

    #[test]
    fn a_token_does_not_show_in_debug_output() {
        let cli = Cli::try_parse_from(["x", "--token", "t0p"]).expect("valid");
        assert!(!format!("{:?}", cli.connection).contains("t0p"));
        assert_eq!(cli.connection.token.expect("given").expose(), "t0p");
    }
}
