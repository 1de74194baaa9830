//! The template that is to be rolled out.

use std::io::Read as _;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::cluster::Connection;
use crate::error::{Error, Result};

/// The strategic merge patch of the pod template that `--patch` and `--image` ask for; none where they do not.
///
/// # Errors
/// A file that cannot be read or is no patch; containers that do not exist.
pub(super) fn asked(patch: Option<&Path>, images: &[String], template: &Value) -> Result<Option<Value>> {
    if patch.is_none() && images.is_empty() {
        return Ok(None);
    }
    let mut asked = patch.map_or_else(|| Ok(json!({})), from_file)?;
    for image in images {
        add_image(&mut asked, image, template)?;
    }
    Ok(Some(asked))
}

fn from_file(path: &Path) -> Result<Value> {
    let shown = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
    let cannot =
        |why: &dyn std::fmt::Display| Error::failed(format!("cannot read the patch from {shown}: {why}"));
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map_err(|error| cannot(&error))?;
    } else {
        text = std::fs::read_to_string(path).map_err(|error| cannot(&error))?;
    }
    let value: Value = crate::render::document::parse(&text).map_err(|error| cannot(&error))?;
    if value.pointer("/spec/template").is_some() {
        return Err(Error::usage(format!("the patch in {shown} is one of a StatefulSet"))
            .hint("give what stands below spec.template only: metadata and spec of the pods"));
    }
    let known = |key: &String| matches!(key.as_str(), "metadata" | "spec");
    match value.as_object() {
        Some(fields) if !fields.is_empty() && fields.keys().all(known) => Ok(value),
        _ => Err(Error::usage(format!("the patch in {shown} is none of a pod template"))
            .hint("a pod template has metadata and spec, such as {\"spec\": {\"containers\": [...]}}")),
    }
}

/// `container=image`, or an image alone where there is one container.
fn add_image(asked: &mut Value, given: &str, template: &Value) -> Result<()> {
    let (list, container, image) = match given.split_once('=') {
        Some((container, image)) => (list_of(container, template)?, container.to_owned(), image),
        None => ("containers", only_container(template)?, given),
    };
    if image.is_empty() {
        return Err(Error::usage(format!("--image {given} names no image")));
    }
    let spec = object(asked).entry("spec").or_insert_with(|| json!({}));
    let containers = object(spec).entry(list).or_insert_with(|| json!([]));
    let Some(containers) = containers.as_array_mut() else {
        return Err(Error::usage(format!("{list} of the patch is not a list")));
    };
    match containers.iter_mut().find(|other| other["name"] == container.as_str()) {
        Some(other) => other["image"] = image.into(),
        None => containers.push(json!({"name": container, "image": image})),
    }
    Ok(())
}

/// A value as the object that it is to be.
fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = json!({});
    }
    match value {
        Value::Object(fields) => fields,
        _ => unreachable!("it has just been made one"),
    }
}

fn names<'a>(template: &'a Value, list: &str) -> Vec<&'a str> {
    let containers = template["spec"][list].as_array().map(Vec::as_slice).unwrap_or_default();
    containers.iter().filter_map(|container| container["name"].as_str()).collect()
}

/// Which list holds a container. A merge patch would make one that does not exist.
fn list_of(container: &str, template: &Value) -> Result<&'static str> {
    for list in ["containers", "initContainers"] {
        if names(template, list).contains(&container) {
            return Ok(list);
        }
    }
    let all = [names(template, "containers"), names(template, "initContainers")].concat();
    Err(Error::usage(format!("the template has no container {container}"))
        .hint(format!("it has {}", all.join(", "))))
}

fn only_container(template: &Value) -> Result<String> {
    match names(template, "containers").as_slice() {
        [one] => Ok((*one).to_owned()),
        all => Err(Error::usage("--image needs the name of a container: the template has several")
            .hint(format!("write CONTAINER=IMAGE; it has {}", all.join(", ")))),
    }
}

/// The whole template after a patch, as the server would store it.
///
/// # Errors
/// A patch that the server refuses.
pub(super) async fn merged(
    connection: &Connection,
    namespace: &str,
    name: &str,
    patch: &Value,
) -> Result<Value> {
    let mut set = connection.try_merge(namespace, name, &json!({"spec": {"template": patch}})).await?;
    Ok(set["spec"]["template"].take())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Value {
        json!({"spec": {"containers": [{"name": "app", "image": "app:1"}, {"name": "log", "image": "log:1"}],
                        "initContainers": [{"name": "init", "image": "init:1"}]}})
    }

    fn images(given: &[&str]) -> Result<Option<Value>> {
        let given: Vec<String> = given.iter().map(ToString::to_string).collect();
        asked(None, &given, &template())
    }

    #[test]
    fn images_are_set_by_name_in_both_lists() {
        let expected = json!({"spec": {"containers": [{"name": "app", "image": "app:2"}],
                                       "initContainers": [{"name": "init", "image": "host:5000/init:2"}]}});
        assert_eq!(images(&["app=app:2", "init=host:5000/init:2"]), Ok(Some(expected)));
        assert_eq!(images(&[]), Ok(None));
    }

    #[test]
    fn a_container_that_does_not_exist_is_not_made() {
        let error = images(&["web=app:2"]).unwrap_err();
        assert_eq!(error.message(), "the template has no container web");
        assert_eq!(error.hints(), ["it has app, log, init"]);
    }

    #[test]
    fn the_name_may_be_left_out_where_there_is_one_container() {
        assert!(images(&["app:2"]).is_err());
        let one = json!({"spec": {"containers": [{"name": "app"}]}});
        let asked = asked(None, &["app:2".to_owned()], &one);
        assert_eq!(asked, Ok(Some(json!({"spec": {"containers": [{"name": "app", "image": "app:2"}]}}))));
    }
}
