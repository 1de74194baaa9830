//! The moment at which an event reaches a client that does nothing else.

use std::io::Write;

use http_body_util::BodyExt;

use crate::Result;
use crate::client::{Client, block_on};
use crate::plan::Plan;

/// Prints a line for each event of the plan's only request, a watch on pods: the pod, and the status of its
/// condition Ready.
pub fn run(plan: Plan) -> Result<()> {
    block_on(async move {
        let ask = plan.waves.first().and_then(|wave| wave.first()).ok_or("a plan without a request")?;
        let mut body = Client::connect(&plan).await?.send(ask).await?.into_body();
        let mut pending = Vec::new();
        let mut out = std::io::stdout();
        while let Some(frame) = body.frame().await {
            let frame = frame?;
            pending.extend_from_slice(frame.data_ref().map_or(&[], |bytes| bytes));
            while let Some(end) = pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = pending.drain(..=end).collect();
                writeln!(out, "{}", describe(&serde_json::from_slice(&line)?))?;
            }
        }
        Ok(())
    })
}

/// `web-1 True`
fn describe(event: &serde_json::Value) -> String {
    let pod = &event["object"];
    let conditions = pod["status"]["conditions"].as_array().map_or(&[][..], Vec::as_slice);
    let ready = conditions.iter().find(|condition| condition["type"] == "Ready");
    let ready = ready.and_then(|ready| ready["status"].as_str()).unwrap_or("Unknown");
    format!("{} {ready}", pod["metadata"]["name"].as_str().unwrap_or_default())
}
