//! Verdicts on pods in files, and what an earlier capture tells of nodes.

use std::path::Path;

use super::args::{ForceDeleteArgs, Subject};
use super::{answer, node, say_notes};
use crate::cluster::gather::force_delete::CapturedNodes;
use crate::cmd::{Context, Exit};
use crate::domain::force_delete::judge;
use crate::dump;
use crate::error::{Error, Result};
use crate::render::{Output, force_delete as view};
use crate::report::List;
use crate::report::force_delete::{KIND, VerdictView};
use crate::snapshot::force_delete as convert;
use crate::wire::{self, Object as _};

/// Nodes as a capture shows them.
///
/// # Errors
/// A path that cannot be read, and files that do not say when they were taken.
pub(super) fn captured(path: &Path) -> Result<CapturedNodes> {
    let dump = dump::load(path)?;
    let Some(taken) = dump.captured else {
        return Err(Error::failed(format!("{} does not say when it was made", path.display()))
            .hint("kubectl stateful capture writes files that do"));
    };
    let nodes = dump.objects.nodes.found().map(|node| (node.meta().name.clone(), node.clone()));
    Ok(CapturedNodes { taken, nodes: nodes.collect() })
}

/// Shows verdicts on what files hold. They show one moment, so nothing in them proves that a pod has ended.
///
/// # Errors
/// Files that cannot be read or do not hold the pod; flags that need a cluster.
pub(super) fn run(
    args: &ForceDeleteArgs,
    subject: &Subject,
    path: &Path,
    earlier: Option<&CapturedNodes>,
    context: &Context,
    output: &mut Output,
) -> Result<Exit> {
    if args.deletes() || args.wait_safe {
        return Err(Error::usage("--yes, --attest and --wait-safe need a cluster: files do not change"));
    }
    let dump = dump::load(path)?;
    let namespace = context.connection.namespace.as_deref();
    let here = |pod: &&wire::Pod| namespace.is_none_or(|namespace| pod.meta().namespace == namespace);
    let view = |pod: &wire::Pod| {
        let facts = convert::of_objects(&dump.objects, pod, earlier.map(|it| (&it.nodes, it.taken)));
        VerdictView::of(&facts, &judge(&facts))
    };
    let pods: Vec<&wire::Pod> = dump.objects.pods.iter().filter(here).collect();
    match subject {
        Subject::Pod(name) => {
            let Some(pod) = pods.iter().find(|pod| pod.meta().name == *name) else {
                let names: Vec<&str> = pods.iter().map(|pod| pod.meta().name.as_str()).collect();
                let error = Error::failed(format!("the files hold no pod {name}"));
                return Err(error.hint(format!("they hold {}", names.join(", "))));
            };
            let list = List::new(KIND, vec![view(pod)], dump.notes.clone());
            view::print(output, &list)?;
            say_notes(output, &list.notes);
            Ok(list.items.first().map_or(Exit::Done, |item| answer(item.verdict)))
        }
        Subject::Node(name) => {
            let on_node =
                pods.into_iter().filter(|pod| pod.spec.as_ref().is_some_and(|spec| spec.node_name == *name));
            let mut verdicts: Vec<VerdictView> =
                on_node.filter(|pod| convert::is_of_a_set(pod)).map(view).collect();
            node::sort(&mut verdicts);
            node::show(name, verdicts, dump.notes.clone(), output)
        }
    }
}
