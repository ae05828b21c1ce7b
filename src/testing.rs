//! What tests of several stages begin with.
#![allow(clippy::disallowed_methods, reason = "tests read the examples")]

use std::fs;
use std::path::Path;

use crate::diagnostic::Sources;
use crate::plan::{self, Plan};
use crate::select::select;
use crate::source;
use crate::source::named::{Fetch, FileUse, NamedContent, NamedFile};

/// The plans of the example flows, each with its release and the files that it names.
pub fn examples() -> impl Iterator<Item = Plan> {
    [
        "dubbo-registry",
        "kubernetes-control-plane",
        "mysql-switchover",
        "postgres-upgrade",
        "rolling-kernel-patch",
        "skiff-release",
    ]
    .into_iter()
    .map(example)
}

/// The plan of one of them.
pub fn example(name: &str) -> Plan {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("flows");
    let read = |path: &str| fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut named = |file: &NamedFile| {
        if file.what == FileUse::Config {
            return Ok(NamedContent::Unneeded);
        }
        let name = (*file.path.value).to_owned();
        Ok(NamedContent::Read { bytes: read(&name).into_bytes(), name })
    };
    planned_with(&read(&format!("{name}.toml")), &read(&format!("{name}.release.toml")), &mut named)
        .unwrap_or_else(|faults| panic!("{name}: {faults}"))
}

/// The plan of a flow and its release as they are written; what is wrong with them, in words.
///
/// # Errors
/// Any fault of flow, release or plan.
pub fn planned(flow: &str, release: &str) -> Result<Plan, String> {
    planned_with(flow, release, &mut |file| match file.what {
        FileUse::Config => Ok(NamedContent::Unneeded),
        _ => panic!("no files here: {file:?}"),
    })
}

/// The same for a flow that names files.
fn planned_with(flow: &str, release: &str, named: &mut Fetch<'_>) -> Result<Plan, String> {
    let mut sources = Sources::default();
    let file = sources.add("flow.toml", flow);
    let (flow, mut faults) = source::read_flow_with(&mut sources, file, named);
    let file = sources.add("release.toml", release);
    let (release, more) = source::read_release(&sources, file);
    faults.extend(more);
    let (Some(flow), Some(release), true) = (flow, release, faults.is_empty()) else {
        return Err(format!("{faults:#?}"));
    };
    let (plan, faults) =
        plan::build(&select(&flow, &release), &release, None, &sources, "0".repeat(64), &crate::view::labels::OURS);
    plan.ok_or_else(|| format!("{faults:#?}"))
}

#[test]
fn the_flow_with_every_text_is_planned() {
    let made = source::every_text::every_text();
    if let Err(faults) = planned(&made.flow, &made.release) {
        panic!("{}\n{faults}", made.flow);
    }
}
