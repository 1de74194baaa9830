//! The state of some sets, kept up by watches: every change as the server tells it, none by polling.

mod leader;
mod update;

use std::collections::BTreeMap;
use std::time::Duration;

use futures::stream::{BoxStream, SelectAll, StreamExt as _};
use tokio::time::Instant;

use super::gather::{self, Questions, Reader};
use super::{ApiError, Connection, Query};
use crate::snapshot::{Index, Objects};
use crate::wire;
use update::{Source, Update, watched};

/// What is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Sets of one namespace, by name.
    Named {
        /// The namespace.
        namespace: String,
        /// The names.
        names: Vec<String>,
    },
    /// One set, as far as the names of its members come from it: no events, claims or revisions.
    Members {
        /// The namespace.
        namespace: String,
        /// The name.
        name: String,
    },
    /// All sets of a namespace, or of all, that match a label selector.
    All {
        /// The namespace; none for all.
        namespace: Option<String>,
        /// The label selector.
        labels: Option<String>,
    },
}

/// Something that a user should know about the watch itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server cannot be reached for the moment; what is shown may be old.
    Interrupted(String),
    /// The watch goes on; nothing has been lost.
    Resumed,
}

/// Objects that are kept up to date.
pub struct Live {
    connection: Connection,
    scope: Scope,
    objects: Objects,
    updates: SelectAll<BoxStream<'static, Update>>,
    /// Kinds whose present state has not been told yet.
    awaited: Vec<Source>,
    interrupted: Vec<Source>,
    asked: BTreeMap<String, (Questions, Instant)>,
    /// Whether more is asked for than is watched.
    explains: bool,
    notes: Vec<String>,
}

/// How long an answer about a node, or about who has a pod's name, is relied on: they are not watched.
const ANSWER_AGE: Duration = Duration::from_secs(3);

impl Live {
    /// Starts the watches and waits until each has told the present state.
    ///
    /// # Errors
    /// Sets or pods that cannot be watched. Everything else that is refused becomes a note.
    pub async fn start(connection: Connection, scope: Scope) -> Result<Self, ApiError> {
        let one = one(&connection, &scope).await?;
        let (updates, awaited) = streams(&connection, &scope, one.as_ref());
        let mut live = Self {
            objects: Objects::new(Reader::new(&connection).now()),
            connection,
            scope,
            updates,
            awaited,
            interrupted: Vec::new(),
            asked: BTreeMap::new(),
            explains: true,
            notes: Vec::new(),
        };
        while !live.awaited.is_empty() {
            live.next().await?;
        }
        live.explain().await;
        Ok(live)
    }

    /// Waits for a change, and takes in all that has arrived with it.
    ///
    /// # Errors
    /// The end of a watch on sets or pods: rights or credentials are gone.
    pub async fn next(&mut self) -> Result<Vec<Notice>, ApiError> {
        let mut notices = Vec::new();
        let Some(update) = self.updates.next().await else {
            return std::future::pending().await;
        };
        self.take(update, &mut notices)?;
        while let Some(Some(update)) = futures::FutureExt::now_or_never(self.updates.next()) {
            self.take(update, &mut notices)?;
        }
        Ok(notices)
    }

    /// Asks for what is not watched and may explain a pod that is not in order, where that is not known yet.
    pub async fn explain(&mut self) {
        // Without a server there is nobody to ask.
        if !self.explains || !matches!(self.scope, Scope::Named { .. }) || !self.interrupted.is_empty() {
            return;
        }
        let index = Index::new(&self.objects);
        let sets = self.objects.sets.iter().map(|set| index.set(set));
        let questions: Vec<(String, Questions)> =
            sets.map(|set| (set.name.clone(), Questions::of(&set))).collect();
        for (name, questions) in questions {
            let fresh = self
                .asked
                .get(&name)
                .is_some_and(|(asked, at)| *asked == questions && at.elapsed() < ANSWER_AGE);
            if questions.is_empty() || fresh {
                continue;
            }
            let reader = Reader::new(&self.connection);
            let answers = questions.ask(&reader).await;
            self.notes.extend(reader.into_notes());
            answers.add_to(&mut self.objects);
            self.asked.insert(name, (questions, Instant::now()));
        }
    }

    /// Whether the server could not be reached lately, so that kinds may not fit together.
    pub fn is_interrupted(&self) -> bool {
        !self.interrupted.is_empty()
    }

    /// What is known now, at the server's present.
    pub fn objects(&mut self) -> &Objects {
        self.objects.now = Reader::new(&self.connection).now();
        &self.objects
    }

    /// What could not be read, each once.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.notes.clone();
        notes.sort();
        notes.dedup();
        notes
    }

    /// Warnings of the server that have not been shown yet.
    pub fn take_warnings(&self) -> Vec<String> {
        self.connection.take_warnings()
    }

    fn take(&mut self, update: Update, notices: &mut Vec<Notice>) -> Result<(), ApiError> {
        match update {
            Update::Told(source, change) => {
                self.awaited.retain(|awaited| *awaited != source);
                change.apply(&mut self.objects);
            }
            Update::Interrupted(source, error) => {
                if self.interrupted.is_empty() {
                    notices.push(Notice::Interrupted(error.sentence()));
                }
                self.interrupted.push(source);
            }
            Update::Resumed(source) => {
                self.interrupted.retain(|other| *other != source);
                if self.interrupted.is_empty() {
                    notices.push(Notice::Resumed);
                }
            }
            Update::Ended(source, error) => {
                if source.is_essential() {
                    return Err(error);
                }
                self.awaited.retain(|awaited| *awaited != source);
                self.notes.push(format!("not allowed to {}: {}", error.call.describe(), source.limits()));
                source.forget(&mut self.objects);
            }
        }
        Ok(())
    }
}

/// The one set that was named. Its label selector narrows the watches: a namespace may hold 100,000 claims of others.
/// Several sets have several selectors, and a query can have one only.
async fn one(connection: &Connection, scope: &Scope) -> Result<Option<wire::StatefulSet>, ApiError> {
    let (namespace, name) = match scope {
        Scope::Named { namespace, names } => match names.as_slice() {
            [name] => (namespace, name),
            _ => return Ok(None),
        },
        Scope::Members { namespace, name } => (namespace, name),
        Scope::All { .. } => return Ok(None),
    };
    connection.get(Some(namespace), name).await.map(Some)
}

/// One watch for each kind.
fn streams(
    connection: &Connection,
    scope: &Scope,
    one: Option<&wire::StatefulSet>,
) -> (SelectAll<BoxStream<'static, Update>>, Vec<Source>) {
    let mut all = SelectAll::new();
    let mut awaited = Vec::new();
    let selector = one.map(gather::selector);
    let selector = selector.as_deref();
    let (namespace, sets) = match scope {
        Scope::Named { namespace, names } => {
            // Whether a template that the controller has not seen is a new revision shows only in the whole of it.
            let query = Query::within(Some(namespace)).whole();
            let one = <&[String; 1]>::try_from(names.as_slice());
            let query = one.map_or(query.clone(), |[name]| query.fields(format!("metadata.name={name}")));
            (Some(namespace.as_str()), query)
        }
        Scope::Members { namespace, name } => {
            let query = Query::within(Some(namespace)).fields(format!("metadata.name={name}"));
            (Some(namespace.as_str()), query)
        }
        Scope::All { namespace, labels } => {
            let query = Query::within(namespace.as_deref());
            (namespace.as_deref(), labels.iter().fold(query, Query::labels))
        }
    };
    let mut add = |source: Source, stream: BoxStream<'static, Update>| {
        all.push(stream);
        awaited.push(source);
    };
    let within = || Query::within(namespace);
    add(Source::Sets, watched::<wire::StatefulSet>(connection, &sets));
    let selected = || selector.map_or_else(within, |labels| within().labels(labels));
    let pods = within().labels(selector.unwrap_or(gather::POD_NAME));
    add(Source::Pods, watched::<wire::Pod>(connection, &pods));
    if let Scope::Members { .. } = scope {
        let service = one.map(gather::service_name).unwrap_or_default();
        let named = within().fields(format!("metadata.name={service}"));
        let slices = within().labels(gather::slices_of(service));
        add(Source::Services, watched::<wire::Service>(connection, &named));
        add(Source::EndpointSlices, watched::<wire::EndpointSlice>(connection, &slices));
        return (all, awaited);
    }
    add(Source::Events, watched::<wire::Event>(connection, &events(scope, within())));
    if let Scope::Named { .. } = scope {
        add(Source::Revisions, watched::<wire::ControllerRevision>(connection, &selected()));
        add(Source::Claims, watched::<wire::PersistentVolumeClaim>(connection, &selected()));
        add(Source::Services, watched::<wire::Service>(connection, &within()));
        add(Source::Autoscalers, watched::<wire::HorizontalPodAutoscaler>(connection, &within()));
    }
    (all, awaited)
}

/// For an overview the warnings are enough.
fn events(scope: &Scope, query: Query) -> Query {
    match scope {
        Scope::Named { .. } | Scope::Members { .. } => query,
        Scope::All { .. } => query.fields("type=Warning"),
    }
}
