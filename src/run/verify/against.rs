//! Compares the flow that the user has now with the one that a check list was made from.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;
use toml::{Table, Value};

use super::source::Carried;
use crate::diagnostic::{Diagnostic, Sources};
use crate::files;
use crate::plan::changes::RemovedFrom;
use crate::plan::{self, Plan};
use crate::run::inputs::{Input, InputRole, Inputs};
use crate::run::named;
use crate::select::select;
use crate::source::named::NamedFile;
use crate::source::release::ReleaseFile;
use crate::source::{self, flow::Flow, read_flow_with, read_release};
use crate::view::words::short_digest;

/// The most places that are listed one by one.
const MOST_TOLD: usize = 12;

/// How the two differ.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Against {
    pub file: String,
    /// True when the list was made from it, in every byte but for those that end lines.
    pub same: bool,
    /// True when lines end otherwise in it, and nothing else differs.
    pub other_line_ends: bool,
    pub digest: String,
    pub revision: Option<String>,
    /// Numbers in the user's flow of the steps that are new or changed; `None` where that can't be told.
    pub changed: Option<Vec<String>>,
    /// Numbers in the list's flow of the steps that the user's flow no longer has; `None` where that can't be told.
    pub removed: Option<Vec<String>>,
    /// The keys that say something else, as `values.version`; `None` where that can't be told.
    pub keys: Option<Vec<String>>,
    /// Paths of the files named by the list's flow that say something else now, or aren't there.
    pub files: Vec<String>,
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
    let id = sources.add(file.clone(), text.clone());
    let mut fetch = |file: &NamedFile| named::fetch(&mut inputs, InputRole::Flow, path, file);
    let (flow, wrong) = read_flow_with(&mut sources, id, &mut fetch);
    let then = carried.inputs.of(InputRole::Flow).map_or(&[][..], |input| &input.bytes);
    let is_same_flow = is_same_text(then, &bytes);
    let (others, other_ends) = files_that_differ(&carried.inputs, &inputs);
    let same = is_same_flow && others.is_empty();
    let mut against = Against {
        file,
        same,
        other_line_ends: same && (other_ends || then != bytes),
        digest,
        revision: None,
        changed: same.then(Vec::new),
        removed: same.then(Vec::new),
        keys: is_same_flow.then(Vec::new),
        files: others.into_iter().map(str::to_owned).collect(),
    };
    if same {
        against.revision = plan.revision.as_deref().map(str::to_owned);
        return Ok(against);
    }
    let message = if is_same_flow {
        let others = against.files.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
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
    // A flow with faults may still be read in part, and what can't be read of it can't be compared.
    let is_sound = !wrong.iter().any(Diagnostic::is_error);
    match flow.filter(|_| is_sound) {
        None => fault = fault.help("it can't be read, so nothing more can be compared: `runsheet check` says why"),
        Some(flow) if flow.id.value != carried.flow.id.value => {
            fault = fault.help(format!("it is another flow: `{}` instead of `{}`", flow.id.value, plan.id));
        }
        Some(flow) => {
            against.revision = flow.revision.as_ref().map(|revision| revision.value.clone());
            let release = release(carried, &mut sources);
            let why_not = differ(&mut against, carried, plan, (&flow, &release), &sources);
            against.keys = keys_that_differ(then, &text);
            for help in told(&against, plan, why_not) {
                fault = fault.help(help);
            }
        }
    }
    faults.push(fault);
    Ok(against)
}

/// What differs, in lines of help. `why_not` says why the steps can't be compared, if they can't.
fn told(against: &Against, plan: &Plan, why_not: Option<String>) -> Vec<String> {
    let mut told = Vec::new();
    let (now, then) = (against.revision.as_deref(), plan.revision.as_deref());
    if now != then {
        let (now, then) = (now.unwrap_or("none"), then.unwrap_or("none"));
        told.push(format!("its revision is {now}, and that of the list's flow is {then}"));
    }
    let steps = against.changed.as_ref().zip(against.removed.as_ref());
    let (changed, removed) = steps.unwrap_or((const { &Vec::new() }, const { &Vec::new() }));
    let lists = [("steps that are new or changed in it", changed), ("steps only in the list's flow", removed)];
    let lists = lists.into_iter().chain(against.keys.iter().map(|keys| ("keys that say something else", keys)));
    for (words, names) in lists.filter(|(_, names)| !names.is_empty()) {
        let more = if names.len() > MOST_TOLD { " and more" } else { "" };
        let names: Vec<&str> = names.iter().take(MOST_TOLD).map(String::as_str).collect();
        told.push(format!("{words}: {}{more}", names.join(", ")));
    }
    match (why_not, &against.keys) {
        (Some(why), _) => told.push(format!("its steps can't be compared with those of the list: {why}")),
        (None, Some(keys)) if keys.is_empty() && changed.is_empty() && removed.is_empty() => {
            told.push("only remarks and the layout of the text differ: every key says the same".to_owned());
        }
        (None, _) if changed.is_empty() && removed.is_empty() => told.push(
            "no step is new, changed or removed, as far as its words go: times and the keys above aside".to_owned(),
        ),
        (None, _) => {}
    }
    told
}

/// True for two texts that differ in nothing but how their lines end, and whether a byte order mark precedes them.
fn is_same_text(one: &[u8], other: &[u8]) -> bool {
    fn plain(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let is_before_end = |at: usize| bytes.get(at + 1) == Some(&b'\n');
        bytes.iter().enumerate().filter(move |(at, byte)| **byte != b'\r' || !is_before_end(*at)).map(|(_, byte)| *byte)
    }
    plain(one).eq(plain(other))
}

/// The paths of the files beside the flow that say something else than those of the list, or that only one of the two has; and whether lines
/// end otherwise in any of those that say the same.
fn files_that_differ<'a>(then: &'a Inputs, now: &'a Inputs) -> (Vec<&'a str>, bool) {
    let named = |input: &&Input| input.role.is_beside_flow();
    let mut others = Vec::new();
    let mut other_ends = false;
    for input in then.iter().filter(named) {
        match now.named(input.role, &input.path) {
            Some(now) if now.digest == input.digest => {}
            Some(now) if is_same_text(&now.bytes, &input.bytes) => other_ends = true,
            _ => others.push(&*input.path),
        }
    }
    others
        .extend(now.iter().filter(named).filter(|new| then.named(new.role, &new.path).is_none()).map(|new| &*new.path));
    (others, other_ends)
}

/// The keys of two flows that say something else, however they are written; tables by id are told entry by entry. `None`
/// when one of the two isn't TOML.
fn keys_that_differ(then: &[u8], now: &str) -> Option<Vec<String>> {
    let read = |text: &str| text.parse::<Table>().ok();
    let (then, now) = (read(&source::decode("", then).ok()?)?, read(now)?);
    let mut keys = Vec::new();
    for key in either(&then, &now) {
        match (then.get(key), now.get(key)) {
            (then, now) if then == now => {}
            (Some(Value::Table(then)), Some(Value::Table(now))) => {
                let differ = either(then, now).into_iter().filter(|below| then.get(*below) != now.get(*below));
                keys.extend(differ.map(|below| format!("{key}.{below}")));
            }
            _ => keys.push(key.to_owned()),
        }
    }
    Some(keys)
}

/// The keys that at least one of two tables has, in order.
fn either<'t>(one: &'t Table, other: &'t Table) -> BTreeSet<&'t str> {
    one.keys().chain(other.keys()).map(String::as_str).collect()
}

/// The release of the list, read into the sources of the user's flow, so that its places are found there.
fn release(carried: &Carried, sources: &mut Sources) -> ReleaseFile {
    let text = carried.inputs.of(InputRole::Release).and_then(|input| source::decode("", &input.bytes).ok());
    let release = text.and_then(|text| {
        let id = sources.add("the list's release", text);
        read_release(sources, id).0
    });
    release.unwrap_or_default()
}

/// Finds the steps that differ: both flows are planned for the release of the list. Says why the user's can't be, if it
/// can't.
fn differ(
    against: &mut Against,
    carried: &Carried,
    plan: &Plan,
    (flow, release): (&Flow, &ReleaseFile),
    sources: &Sources,
) -> Option<String> {
    let since = plan::changes(&carried.flow, flow, &plan.lang);
    let (now, faults) = plan::build(
        &select(flow, release),
        release,
        Some(plan.lang.tag()),
        sources,
        against.digest.clone(),
        &carried.labels,
    );
    let wrong = faults.into_iter().find(Diagnostic::is_error);
    let Some(now) = now.filter(|_| wrong.is_none()) else {
        let why = wrong.map_or_else(String::new, |wrong| format!(": {}", wrong.message));
        return Some(format!("no list can be made of it with the list's release{why}"));
    };
    let changed = now.all_steps().filter(|step| since.step(step).is_some());
    against.changed = Some(changed.map(|step| step.number.to_string()).collect());
    let removed = since.removed.iter().filter_map(|removed| match &removed.from {
        RemovedFrom::Step(number)
        | RemovedFrom::Warning(number)
        | RemovedFrom::Caution(number)
        | RemovedFrom::Note(number) => Some(number.clone()),
        _ => None,
    });
    let mut removed: Vec<String> = removed.collect();
    removed.dedup();
    against.removed = Some(removed);
    None
}
