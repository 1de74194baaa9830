//! Reading single objects, reading whole JSON, and writing.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;

use super::Connection;
use super::error::{ApiError, Call, Reason};
use super::path::{call_of_path, escape, path_of};
use super::protobuf;
use super::send::{ANY, JSON, Outgoing, broken};
use crate::wire::{Encoded, Object};

impl Connection {
    /// Reads one object, as JSON: encoding a single one costs the server nothing, and JSON has all of it, such as the
    /// pod template that is compared with stored revisions.
    ///
    /// # Errors
    /// [`Reason::NotFound`] where there is none; anything else that a request can end with.
    pub async fn get<T: Object>(&self, namespace: Option<&str>, name: &str) -> Result<T, ApiError> {
        self.one(path_of(&T::RESOURCE, namespace, Some(name)), JSON, namespace, name).await
    }

    /// Reads one object that may not exist.
    ///
    /// # Errors
    /// Anything but [`Reason::NotFound`].
    pub async fn find<T: Object>(&self, namespace: Option<&str>, name: &str) -> Result<Option<T>, ApiError> {
        existing(self.get(namespace, name).await)
    }

    /// Likewise of whatever the server has in its cache, which may be a moment old, and only what the slim types name:
    /// that costs it least.
    ///
    /// # Errors
    /// Anything but [`Reason::NotFound`].
    pub async fn find_cached<T: Object>(
        &self,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Option<T>, ApiError> {
        let path = format!("{}?resourceVersion=0", path_of(&T::RESOURCE, namespace, Some(name)));
        existing(self.one(path, ANY, namespace, name).await)
    }

    async fn one<T: Object>(
        &self,
        path: String,
        accept: &'static str,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<T, ApiError> {
        let call = self.call(&T::RESOURCE, "get", namespace, Some(name));
        let body = self.body(&Outgoing::get(path, accept), &call).await?;
        let read = match protobuf::unwrap(&body) {
            Some(message) => T::read(Encoded::Protobuf(&message)),
            None => T::read(Encoded::Json(&body)),
        };
        read.map_err(|why| malformed(&why, &call))
    }

    /// Reads a path as JSON: an object, a list with all its pages, `/version`.
    ///
    /// # Errors
    /// Anything that a request can end with.
    pub async fn raw(&self, path_and_query: &str) -> Result<Value, ApiError> {
        let call = Arc::new(call_of_path(self, path_and_query));
        let base = with_page_size(path_and_query);
        let mut list = self.json(&base, &call).await?;
        while let Some(token) = continue_token(&list) {
            let separator = if base.contains('?') { '&' } else { '?' };
            let next = format!("{base}{separator}continue={}", escape(&token));
            match self.json(&next, &call).await {
                Ok(page) => add_page(&mut list, page),
                // The token is too old: all at once is consistent, and needs none.
                Err(error) if error.reason == Reason::Gone => return self.json(path_and_query, &call).await,
                Err(error) => return Err(error),
            }
        }
        Ok(list)
    }

    /// Sends one request that changes something, and returns the server's answer. It is never repeated: after a
    /// [`Reason::Timeout`] or a connection that broke it may or may not have happened; read, compare, decide.
    ///
    /// `path` as [`Connection::path`] makes it, with a query if need be; `content_type` such as
    /// `application/json-patch+json`.
    ///
    /// # Errors
    /// Anything that a request can end with; [`Reason::Conflict`] where a precondition did not hold.
    pub async fn write(
        &self,
        method: Method,
        path: &str,
        content_type: &'static str,
        body: &Value,
    ) -> Result<Value, ApiError> {
        let verb = match method.as_str() {
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => "delete",
            _ => "get",
        };
        let call = Arc::new(Call { verb, ..call_of_path(self, path) });
        let body = Some((content_type, Bytes::from(body.to_string())));
        let request = Outgoing { method, path: path.to_owned(), accept: JSON, body };
        let answer = self.body(&request, &call).await.map_err(|error| patch_conflict(error, content_type))?;
        serde_json::from_slice(&answer).map_err(|error| malformed(&error.to_string(), &call))
    }

    /// The path of an object, or of all objects of a kind.
    pub fn path<T: Object>(namespace: Option<&str>, name: Option<&str>) -> String {
        path_of(&T::RESOURCE, namespace, name)
    }

    async fn json(&self, path: &str, call: &Arc<Call>) -> Result<Value, ApiError> {
        let body = self.body(&Outgoing::get(path.to_owned(), JSON), call).await?;
        serde_json::from_slice(&body).map_err(|error| malformed(&error.to_string(), call))
    }

    /// Sends a request and reads the answer to its end.
    async fn body(&self, request: &Outgoing, call: &Arc<Call>) -> Result<Bytes, ApiError> {
        self.in_time(call, async { whole(self.send(request, call).await?, call).await }).await
    }
}

/// An object that may not exist.
fn existing<T>(read: Result<T, ApiError>) -> Result<Option<T>, ApiError> {
    match read {
        Err(error) if error.is_not_found() => Ok(None),
        other => other.map(Some),
    }
}

/// A JSON Patch that cannot be applied is refused with one sentence, whether its `test` did not hold or what it
/// was to change is gone. Both mean that the object is not as it was read.
fn patch_conflict(mut error: ApiError, content_type: &str) -> ApiError {
    let refused =
        error.reason == Reason::Invalid && error.message.starts_with("the server rejected our request");
    if refused && content_type == "application/json-patch+json" {
        error.reason = Reason::Conflict;
        error.message = "it is no longer as it was read, so the server changed nothing".to_owned();
    }
    error
}

/// Reads an answer to its end.
pub(super) async fn whole(response: Response<Incoming>, call: &Arc<Call>) -> Result<Bytes, ApiError> {
    match response.into_body().collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) => Err(broken(&error, call)),
    }
}

/// An answer that could not be understood.
pub(super) fn malformed(why: &str, call: &Arc<Call>) -> ApiError {
    ApiError::new(Reason::Malformed, format!("the answer could not be understood ({why})"), Arc::clone(call))
}

/// Lists of whole objects come in pages; single objects do not mind.
fn with_page_size(path: &str) -> String {
    let is_resource = path.starts_with("/api/") || path.starts_with("/apis/");
    if !is_resource || path.contains("limit=") {
        return path.to_owned();
    }
    format!("{path}{}limit=2000", if path.contains('?') { '&' } else { '?' })
}

fn continue_token(list: &Value) -> Option<String> {
    list.get("items")?.as_array()?;
    let token = list.get("metadata")?.get("continue")?.as_str()?;
    Some(token.to_owned()).filter(|token| !token.is_empty())
}

fn add_page(list: &mut Value, mut page: Value) {
    if let (Some(items), Some(more)) = (
        list.get_mut("items").and_then(Value::as_array_mut),
        page.get_mut("items").and_then(Value::as_array_mut),
    ) {
        items.append(more);
    }
    list["metadata"] = page["metadata"].take();
}
