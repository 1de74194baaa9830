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
use crate::wire::{Encoded, ListMeta, Object, Resource};

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
    pub(super) fn path(&self, resource: &Resource, more: &[(&str, &str)]) -> String {
        let own = [("labelSelector", self.labels.as_deref()), ("fieldSelector", self.fields.as_deref())];
        let own = own.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let all = own.chain(more.iter().copied()).filter(|(_, value)| !value.is_empty());
        let pairs: Vec<_> = all.map(|(name, value)| format!("{name}={}", escape(value))).collect();
        let path = path_of(resource, self.namespace.as_deref(), None);
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
    pub async fn list_fold<T: Object, A: Send>(
        &self,
        query: &Query,
        start: impl FnMut() -> A + Send,
        add: impl FnMut(&mut A, T) + Send,
    ) -> Result<(A, ListMeta), ApiError> {
        let mut fold = Fold { result: None, start, add, kind: std::marker::PhantomData };
        let meta = self.pages(&T::RESOURCE, query, &mut fold).await?;
        Ok((fold.result.unwrap_or_else(fold.start), meta))
    }

    /// The version that the server is at.
    pub(super) async fn newest_version(
        &self,
        resource: &Resource,
        query: &Query,
    ) -> Result<String, ApiError> {
        Ok(self.page(resource, query, 1, "", &mut Nothing).await?.resource_version)
    }

    async fn pages(
        &self,
        resource: &Resource,
        query: &Query,
        sink: &mut dyn Sink,
    ) -> Result<ListMeta, ApiError> {
        let cached = query.resource_version.as_deref() == Some("0");
        let mut limit = if cached { 0 } else { query.page_size.unwrap_or(PAGE_SIZE) };
        let mut token = String::new();
        loop {
            match self.page(resource, query, limit, &token, sink).await {
                Ok(meta) if meta.continue_token.is_empty() => return Ok(meta),
                Ok(meta) => token = meta.continue_token,
                Err(error) if error.reason == Reason::Gone && !token.is_empty() => {
                    sink.restart();
                    (token, limit) = (String::new(), 0);
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn page(
        &self,
        resource: &Resource,
        query: &Query,
        limit: u32,
        token: &str,
        sink: &mut dyn Sink,
    ) -> Result<ListMeta, ApiError> {
        let call = self.call(resource, "list", query.namespace.as_deref(), None);
        let limit = if limit == 0 { String::new() } else { limit.to_string() };
        // A token stands for the version of its first page.
        let version =
            if token.is_empty() { query.resource_version.as_deref().unwrap_or_default() } else { "" };
        let path =
            query.path(resource, &[("limit", &limit), ("continue", token), ("resourceVersion", version)]);
        let accept = match query.depth {
            Depth::Slim => ANY,
            Depth::Whole => JSON,
            Depth::Metadata => METADATA,
        };
        let request = Outgoing::get(path, accept);
        self.in_time(&call, self.read_page(&request, &call, sink)).await
    }

    async fn read_page(
        &self,
        request: &Outgoing,
        call: &Arc<Call>,
        sink: &mut dyn Sink,
    ) -> Result<ListMeta, ApiError> {
        let response = self.send(request, call).await?;
        let kind =
            response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/vnd.kubernetes.protobuf") {
            let body = whole(response, call).await?;
            return read_json(&body, &mut |text| sink.take(Encoded::Json(text)))
                .map_err(|why| malformed(&why, call));
        }
        let (mut body, mut decoder) = (response.into_body(), ListDecoder::default());
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| broken(&error, call))?;
            if let Some(bytes) = frame.data_ref() {
                let fed = decoder.feed(bytes, &mut |message| sink.take(Encoded::Protobuf(message)));
                fed.map_err(|why| malformed(&why, call))?;
            }
        }
        decoder.finish().map_err(|why| malformed(&why, call))
    }
}

/// Where the items of a list go. What reads lists knows no kind, and is compiled once.
trait Sink: Send {
    /// Takes the next item; the error is a fragment.
    fn take(&mut self, item: Encoded<'_>) -> Result<(), String>;

    /// Forgets all items: they come again.
    fn restart(&mut self);
}

/// Items of one kind, put together to one result.
struct Fold<T, A, S, F> {
    /// None before the first item.
    result: Option<A>,
    start: S,
    add: F,
    kind: std::marker::PhantomData<fn(T)>,
}

impl<T: Object, A: Send, S: FnMut() -> A + Send, F: FnMut(&mut A, T) + Send> Sink for Fold<T, A, S, F> {
    fn take(&mut self, item: Encoded<'_>) -> Result<(), String> {
        (self.add)(self.result.get_or_insert_with(&mut self.start), T::read(item)?);
        Ok(())
    }

    fn restart(&mut self) {
        self.result = None;
    }
}

/// For a list of which only the metadata is wanted.
struct Nothing;

impl Sink for Nothing {
    fn take(&mut self, _: Encoded<'_>) -> Result<(), String> {
        Ok(())
    }

    fn restart(&mut self) {}
}
