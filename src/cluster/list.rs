//! Lists: in large pages, decoded item by item while they arrive.

use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http_body_util::BodyExt;

use super::Connection;
use super::error::{ApiError, Call, Reason};
use super::list_json::read_json;
use super::path::{escape, path_of};
use super::protobuf::ListDecoder;
use super::request::{malformed, whole};
use super::send::{ANY, JSON, METADATA, Outgoing, broken};
use crate::wire::{ListMeta, Object};

/// Each page costs the server about 25 ms, and memory here does not depend on its size.
const PAGE_SIZE: u32 = 20_000;

/// Which objects to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The namespace; none is all of them.
    pub namespace: Option<String>,
    /// A label selector, as for `-l`.
    pub labels: Option<String>,
    /// A field selector, such as `metadata.name=web`.
    pub fields: Option<String>,
    /// Objects a page: none is the default (large), 0 is everything in one page.
    pub page_size: Option<u32>,
    /// `0`: whatever the server has in its cache, cheap and maybe a little old, always in one page. None: the
    /// present state.
    pub resource_version: Option<String>,
    /// How much of each object.
    pub depth: Depth,
}

/// How much of each object a list has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// What the slim types name, in protobuf where the server can.
    #[default]
    Slim,
    /// All of it, as JSON: a pod template that is to be compared with others.
    Whole,
    /// The metadata alone.
    Metadata,
}

impl Query {
    /// All objects of one namespace, or of all.
    pub fn within(namespace: Option<&str>) -> Self {
        Self { namespace: namespace.map(str::to_owned), ..Self::default() }
    }

    /// Only those whose labels match.
    #[must_use]
    pub fn labels(mut self, selector: impl Into<String>) -> Self {
        self.labels = Some(selector.into());
        self
    }

    /// Only those whose fields match.
    #[must_use]
    pub fn fields(mut self, selector: impl Into<String>) -> Self {
        self.fields = Some(selector.into());
        self
    }

    /// All of each object, and not what protobuf messages name.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.depth = Depth::Whole;
        self
    }

    /// The metadata of each object, and nothing else.
    #[must_use]
    pub fn metadata(mut self) -> Self {
        self.depth = Depth::Metadata;
        self
    }

    /// The path with both selectors and the given other parameters.
    pub(super) fn path<T: Object>(&self, more: &[(&str, &str)]) -> String {
        let own = [("labelSelector", self.labels.as_deref()), ("fieldSelector", self.fields.as_deref())];
        let own = own.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let all = own.chain(more.iter().copied()).filter(|(_, value)| !value.is_empty());
        let pairs: Vec<_> = all.map(|(name, value)| format!("{name}={}", escape(value))).collect();
        let path = path_of(&T::RESOURCE, self.namespace.as_deref(), None);
        if pairs.is_empty() { path } else { format!("{path}?{}", pairs.join("&")) }
    }
}

/// Objects, and the version at which they were read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List<T> {
    /// The objects.
    pub items: Vec<T>,
    /// Where a watch for later changes starts.
    pub resource_version: String,
}

impl Connection {
    /// Reads all objects that match.
    ///
    /// # Errors
    /// Anything that a request can end with.
    pub async fn list<T: Object>(&self, query: &Query) -> Result<List<T>, ApiError> {
        let (items, meta) =
            self.list_fold(query, Vec::new, |items: &mut Vec<T>, item| items.push(item)).await?;
        Ok(List { items, resource_version: meta.resource_version })
    }

    /// Reads all objects that match and keeps only what `add` makes of them: memory does not grow with the list.
    ///
    /// `start` makes an empty result. It is called again, and the first result dropped, where the list took so
    /// long that the server forgot its version between two pages; the second try asks for one single page.
    ///
    /// # Errors
    /// Anything that a request can end with.
    pub async fn list_fold<T: Object, A>(
        &self,
        query: &Query,
        mut start: impl FnMut() -> A,
        mut add: impl FnMut(&mut A, T),
    ) -> Result<(A, ListMeta), ApiError> {
        let cached = query.resource_version.as_deref() == Some("0");
        let mut limit = if cached { 0 } else { query.page_size.unwrap_or(PAGE_SIZE) };
        let (mut result, mut token) = (start(), String::new());
        loop {
            let page = self.page(query, limit, &token, |item| add(&mut result, item)).await;
            match page {
                Ok(meta) if meta.continue_token.is_empty() => return Ok((result, meta)),
                Ok(meta) => token = meta.continue_token,
                Err(error) if error.reason == Reason::Gone && !token.is_empty() => {
                    (result, token, limit) = (start(), String::new(), 0);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Hands every object that matches to `visit`, each once, in one single page.
    ///
    /// # Errors
    /// Anything that a request can end with, possibly after some objects have been visited.
    pub async fn list_each<T: Object>(
        &self,
        query: &Query,
        visit: impl FnMut(T),
    ) -> Result<ListMeta, ApiError> {
        self.page(query, 0, "", visit).await
    }

    /// The version that the server is at.
    pub(super) async fn newest_version<T: Object>(&self, query: &Query) -> Result<String, ApiError> {
        Ok(self.page(query, 1, "", |_: T| ()).await?.resource_version)
    }

    async fn page<T: Object>(
        &self,
        query: &Query,
        limit: u32,
        token: &str,
        visit: impl FnMut(T),
    ) -> Result<ListMeta, ApiError> {
        let call = self.call::<T>("list", query.namespace.as_deref(), None);
        let limit = if limit == 0 { String::new() } else { limit.to_string() };
        // A token stands for the version of its first page.
        let version =
            if token.is_empty() { query.resource_version.as_deref().unwrap_or_default() } else { "" };
        let path = query.path::<T>(&[("limit", &limit), ("continue", token), ("resourceVersion", version)]);
        let accept = match query.depth {
            Depth::Slim => ANY,
            Depth::Whole => JSON,
            Depth::Metadata => METADATA,
        };
        let request = Outgoing::get(path, accept);
        self.in_time(&call, self.read_page(&request, &call, visit)).await
    }

    async fn read_page<T: Object>(
        &self,
        request: &Outgoing,
        call: &Arc<Call>,
        mut visit: impl FnMut(T),
    ) -> Result<ListMeta, ApiError> {
        let response = self.send(request, call).await?;
        let kind =
            response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/vnd.kubernetes.protobuf") {
            let body = whole(response, call).await?;
            return read_json(&body, visit).map_err(|error| malformed(&error.to_string(), call));
        }
        let (mut body, mut decoder) = (response.into_body(), ListDecoder::default());
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| broken(&error, call))?;
            if let Some(bytes) = frame.data_ref() {
                decoder.feed(bytes, &mut visit).map_err(|why| malformed(&why, call))?;
            }
        }
        decoder.finish().map_err(|why| malformed(&why, call))
    }
}
