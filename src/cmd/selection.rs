//! Which sets a verb is about.

use clap::Args;

use crate::error::{Error, Result};

/// Which sets.
#[derive(Clone, Debug, Default, Args)]
pub struct Selection {
    /// Sets: web, sts/web, statefulset/web or statefulset.apps/web
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// Sets of all namespaces
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,

    /// Only sets whose labels match, such as app=db,tier!=test
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,
}

impl Selection {
    /// The bare names, each once, in the order given.
    ///
    /// # Errors
    /// A name with another kind, or names together with what selects many.
    pub fn names(&self) -> Result<Vec<String>> {
        if !self.names.is_empty() && self.all_namespaces {
            return Err(Error::usage("a set cannot be named across all namespaces")
                .hint("use -n NAMESPACE, or leave the name out"));
        }
        if !self.names.is_empty() && self.selector.is_some() {
            return Err(Error::usage("name(s) and --selector exclude each other"));
        }
        bare_names(&self.names)
    }
}

/// The bare names of sets, each once, in the order given.
pub(super) fn bare_names(given: &[String]) -> Result<Vec<String>> {
    if let [kind, _, ..] = given
        && matches!(kind.as_str(), "sts" | "statefulset" | "statefulsets" | "statefulset.apps")
    {
        return Err(Error::usage(format!("{kind} is a kind: this command takes names of StatefulSets only"))
            .hint("leave the kind out, or write sts/NAME"));
    }
    let mut names: Vec<String> = Vec::new();
    for given in given {
        let name = bare(given)?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The bare name of the one set that a verb is about.
pub(super) fn one(given: &str) -> Result<String> {
    bare(given)
}

fn bare(given: &str) -> Result<String> {
    let Some((kind, name)) = given.split_once('/') else { return valid(given, "a StatefulSet") };
    match kind.to_lowercase().as_str() {
        "sts"
        | "statefulset"
        | "statefulsets"
        | "statefulset.apps"
        | "statefulsets.apps"
        | "statefulset.v1.apps"
        | "statefulsets.v1.apps" => valid(name, "a StatefulSet"),
        _ => {
            Err(Error::usage(format!("{given:?} is not a StatefulSet: this command takes NAME or sts/NAME")))
        }
    }
}

/// The bare name of the one pod that a verb is about.
pub(super) fn pod_name(given: &str) -> Result<String> {
    let Some((kind, name)) = given.split_once('/') else { return valid(given, "a pod") };
    match kind.to_lowercase().as_str() {
        "po" | "pod" | "pods" | "pod.v1" | "pods.v1" => valid(name, "a pod"),
        _ => Err(Error::usage(format!("{given:?} is not a pod: this command takes POD or pod/POD"))),
    }
}

/// The bare name of a node.
pub(super) fn node_name(given: &str) -> Result<String> {
    let name = ["node/", "nodes/", "no/"].iter().find_map(|kind| given.strip_prefix(kind)).unwrap_or(given);
    valid(name, "a node")
}

/// A name that no object can have would make a path to something else.
fn valid(name: &str, of: &str) -> Result<String> {
    let fits = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '-' | '.');
    if name.is_empty() || !name.chars().all(fits) {
        return Err(Error::usage(format!("{name:?} cannot be the name of {of}"))
            .hint("names have lower-case letters, digits, - and ."));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_may_be_named_as_kubectl_names_it() {
        for given in ["web-1", "po/web-1", "Pod/web-1", "pods/web-1"] {
            assert_eq!(pod_name(given).unwrap(), "web-1", "{given}");
        }
        for given in ["sts/web", "pod/", "we b", "../web", "Web-1"] {
            assert!(pod_name(given).is_err(), "{given}");
        }
    }

    #[test]
    fn a_set_may_be_named_as_kubectl_names_it() {
        for given in ["web", "sts/web", "StatefulSet/web", "statefulsets/web", "statefulset.apps/web"] {
            assert_eq!(bare(given).unwrap(), "web", "{given}");
        }
        for given in ["pod/web", "sts/", "we b", "../web", "Web"] {
            assert!(bare(given).is_err(), "{given}");
        }
    }
}
