//! Compares the flow that the user has now with the one that a check list was made from.

use std::path::Path;

use serde::Serialize;

use super::source::Carried;
use crate::diagnostic::{Diagnostic, Sources};
use crate::files;
use crate::plan::changes::RemovedFrom;
use crate::plan::{self, Plan};
use crate::run::inputs::{Input, InputRole, Inputs};
use crate::run::named;
use crate::select::select;
use crate::source::named::NamedFile;
use crate::source::{self, flow::Flow, read_flow_with};
use crate::view::words::{self, short_digest};

/// The most places that are listed one by one.
const MOST_TOLD: usize = 12;

/// How the two differ.
#[derive(Debug, Serialize)]
pub(super) struct Against {
    pub file: String,
    pub same: bool,
    pub digest: String,
    pub revision: Option<String>,
    /// Numbers in the user's flow of the steps that are new or changed.
    pub changed: Vec<String>,
    /// Numbers in the list's flow of the steps that the user's flow no longer has.
    pub removed: Vec<String>,
}

/// Compares the two flows, and adds what differs to `faults`.
///
/// # Errors
/// When the user's flow can't be read.
pub(super) fn compare(
    path: &Path,
    carried: &Carried,
    plan: &Plan,
    faults: &mut Vec<Diagnostic>,
) -> Result<Against, Box<Diagnostic>> {
    let file = files::shown(path);
    let bytes = files::read_flow(path)?;
    let digest = source::digest(&bytes);
    let mut inputs = Inputs::default();
    let mut sources = Sources::default();
    let text = source::decode(&file, &bytes)?;
    let id = sources.add(file.clone(), text);
    let mut fetch = |file: &NamedFile| named::fetch(&mut inputs, InputRole::Flow, path, file);
    let flow = read_flow_with(&mut sources, id, &mut fetch).0;
    let is_same_flow = digest == carried.inputs.flow_digest();
    let others = files_that_differ(&carried.inputs, &inputs);
    let same = is_same_flow && others.is_empty();
    let mut against = Against { file, same, digest, revision: None, changed: Vec::new(), removed: Vec::new() };
    if same {
        against.revision = plan.revision.as_deref().map(str::to_owned);
        return Ok(against);
    }
    let message = if is_same_flow {
        let others = others.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
        format!("what `{}` names isn't what the list was made from: {others}", against.file)
    } else {
        format!(
            "`{}` isn't the flow that the list was made from: its digest is {}, and the list's flow has {}",
            against.file,
            short_digest(&against.digest),
            short_digest(&plan.digest)
        )
    };
    let mut fault = Diagnostic::error_nowhere("other-flow", message);
    match flow {
        None => fault = fault.help("it can't be read: `runsheet check` says why"),
        Some(flow) if flow.id.value != carried.flow.id.value => {
            fault = fault.help(format!("it is another flow: `{}` instead of `{}`", flow.id.value, plan.id));
        }
        Some(flow) => {
            against.revision = flow.revision.as_ref().map(|revision| revision.value.clone());
            differ(&mut against, carried, plan, &flow, &sources);
            let (now, then) = (against.revision.as_deref(), plan.revision.as_deref());
            if now != then {
                let (now, then) = (now.unwrap_or("none"), then.unwrap_or("none"));
                fault = fault.help(format!("its revision is {now}, and that of the list's flow is {then}"));
            }
            let lists = [("new or changed in it", &against.changed), ("only in the list's flow", &against.removed)];
            for (words, numbers) in lists.into_iter().filter(|(_, numbers)| !numbers.is_empty()) {
                let more = if numbers.len() > MOST_TOLD { " and more" } else { "" };
                let numbers: Vec<&str> = numbers.iter().take(MOST_TOLD).map(String::as_str).collect();
                fault = fault.help(format!("{words}: {}{more}", numbers.join(", ")));
            }
            if against.changed.is_empty() && against.removed.is_empty() {
                fault = fault.help("no step differs");
            }
        }
    }
    faults.push(fault);
    Ok(against)
}

/// The paths of the files that the list's flow names and that say something else now, or aren't there.
fn files_that_differ<'a>(then: &'a Inputs, now: &Inputs) -> Vec<&'a str> {
    let named = then.iter().filter(|input| input.role.of_older().is_some());
    let is_other = |input: &&Input| now.named(input.role, &input.path).is_none_or(|now| now.digest != input.digest);
    named.filter(is_other).map(|input| &*input.path).collect()
}

/// Finds the steps that differ.
fn differ(against: &mut Against, carried: &Carried, plan: &Plan, flow: &Flow, sources: &Sources) {
    // Most flows get their step numbers even without a release.
    let release = source::release::ReleaseFile::default();
    let since = plan::changes(&carried.flow, flow, &plan.lang);
    let (now, _) = plan::build(
        &select(flow, &release),
        &release,
        Some(plan.lang.tag()),
        sources,
        against.digest.clone(),
        words::start,
    );
    if let Some(now) = now {
        let tasks = now.cold.iter().chain(&now.after).map(|task| &task.step);
        let changed = now.steps.iter().chain(tasks).filter(|step| since.step(step).is_some());
        against.changed = changed.map(|step| step.number.to_string()).collect();
    }
    let removed = since.removed.iter().filter_map(|removed| match &removed.from {
        RemovedFrom::Step(number)
        | RemovedFrom::Warning(number)
        | RemovedFrom::Caution(number)
        | RemovedFrom::Note(number) => Some(number.clone()),
        _ => None,
    });
    against.removed = removed.collect();
    against.removed.dedup();
}
