//! What is to be done first, and what speaks against it.

use serde_json::Value;

use super::args::Wish;
use super::drive::Drive;
use super::words::{explain, say_refused};
use super::{CanaryArgs, template};
use crate::cluster::gather::Reader;
use crate::domain::canary::abort::abort;
use crate::domain::canary::begin::{Template, begin, resume};
use crate::domain::canary::{Aim, Begun, Change, Order};
use crate::domain::ownership::{self, Field};
use crate::domain::{Revision, Set};
use crate::error::{Error, Kind, Result};
use crate::render::Output;
use crate::snapshot::{Index, digest};
use crate::wire::{self, Encoded, Object as _};

/// What is to be done first, and what it rests on.
pub(super) struct Plan {
    pub(super) set: Set,
    pub(super) begun: Begun,
    /// The whole new template, where it changes.
    pub(super) template: Option<Value>,
    /// The revision that is rolled out.
    pub(super) to: Revision,
}

/// What is to be done first, after everything that speaks against it was looked at.
pub(super) async fn plan(
    args: &CanaryArgs,
    wish: &Wish,
    drive: &mut Drive<'_>,
    output: &mut Output,
) -> Result<Plan> {
    let whole = drive.connection.whole_set(&drive.namespace, &drive.name).await?;
    drive.await_version(&whole);
    let mut set = drive.current(output).await?;
    while !set.is_observed() {
        drive.wait(None, output).await?;
        set = drive.current(output).await?;
    }
    if set.revisions.get().is_none() {
        let error = Error::failed(format!(
            "the ControllerRevisions of {} cannot be listed: which revision to go back to is not known, so nothing is begun",
            set.name
        ));
        return Err(error.hint(format!(
            "check with: kubectl auth can-i list controllerrevisions.apps -n {}",
            set.namespace
        )));
    }
    let asked = template::asked(args.patch.as_deref(), &args.image, &whole["spec"]["template"])?;
    let merged = match asked {
        None => None,
        Some(patch) => Some(template::merged(drive.connection, &drive.namespace, &drive.name, &patch).await?),
    };
    let merged = merged.filter(|template| set.template.as_deref() != Some(&digest(template)));
    let to =
        merged.as_ref().map_or_else(|| set.update_revision.clone(), |new| revision_of(drive, &whole, new));
    let now = Reader::new(drive.connection).now();
    let order = Order {
        aim: match wish {
            Wish::Go(aim) => aim.clone(),
            Wish::Show | Wish::Resume | Wish::Abort => Aim::Promote,
        },
        rules: args.rules(),
        template: merged.as_ref().map(|new| Template { digest: digest(new), revision: to.clone() }),
        take_over: args.take_over,
        runner: drive.identity.clone(),
        run: format!("{}-{}", set.name, now.as_millisecond()),
        now,
    };
    let begun = match wish {
        Wish::Abort => abort(&set, &order, args.keep_template),
        Wish::Resume => resume(&set, &order),
        Wish::Go(_) | Wish::Show => begin(&set, &order),
    };
    let begun = match begun {
        Ok(begun) => begun,
        Err(refusal) => return Err(explain(&set, &whole, refusal, output)),
    };
    if let Begun::Write(change) = &begun {
        object(&set, &whole, change, output)?;
    }
    Ok(Plan { set, begun, template: merged, to })
}

/// The revision that a template is, or will be: what the snapshot would say of the set if it had it.
fn revision_of(drive: &mut Drive<'_>, whole: &Value, template: &Value) -> Revision {
    let mut after = whole.clone();
    after["spec"]["template"] = template.clone();
    let generation = after["metadata"]["generation"].as_i64().unwrap_or_default();
    after["metadata"]["generation"] = (generation + 1).into();
    let after = wire::StatefulSet::read(Encoded::Json(after.to_string().as_bytes()));
    after.map_or_else(
        |_| Revision::unborn(),
        |after| Index::new(drive.live.objects()).set(&after).update_revision,
    )
}

/// Says who holds what is about to be changed; refuses, unless told to take it over.
fn object(set: &Set, whole: &Value, change: &Change, output: &mut Output) -> Result<()> {
    for autoscaler in set.around.autoscalers.get().into_iter().flatten() {
        output.note(&format!(
            "HorizontalPodAutoscaler {autoscaler} owns replicas: if it scales the set meanwhile, this run ends with a conflict"
        ));
    }
    // Both, whichever is changed now: a tool whose field was changed by hand does not own that field any more, but its
    // next run writes it again.
    let touches = [Field::Template, Field::Partition];
    let ownership = crate::snapshot::ownership(&wire::managed_fields(whole));
    let objections = ownership::takeover(&ownership, &set.around.field_owners, &set.around.owners, &touches);
    let refuses = !change.record.take_over;
    let (refused, said): (Vec<_>, Vec<_>) =
        objections.into_iter().partition(|objection| refuses && objection.comes_back);
    said.iter().for_each(|objection| output.note(&objection.why));
    let Some(first) = refused.first() else { return Ok(()) };
    let error = Error::new(Kind::Refused, format!("{}: {}", set.name, first.why));
    let error = refused.iter().skip(1).fold(error, |error, objection| error.hint(objection.why.clone()));
    let error = error.hint("change it where it is owned, pause that tool for this set, or add --take-over");
    Err(say_refused(set, error, output))
}
