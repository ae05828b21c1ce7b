//! What tests of several stages begin with.

use crate::diagnostic::Sources;
use crate::plan::{self, Plan};
use crate::select::select;
use crate::source;

/// The plan of a flow and its release as they are written; what is wrong with them, in words.
///
/// # Errors
/// Any fault of flow, release or plan.
pub fn planned(flow: &str, release: &str) -> Result<Plan, String> {
    let mut sources = Sources::default();
    let file = sources.add("flow.toml", flow);
    let (flow, mut faults) = source::read_flow(&sources, file);
    let file = sources.add("release.toml", release);
    let (release, more) = source::read_release(&sources, file);
    faults.extend(more);
    let (Some(flow), Some(release), true) = (flow, release, faults.is_empty()) else {
        return Err(format!("{faults:#?}"));
    };
    let (plan, faults) =
        plan::build(&select(&flow, &release), &release, None, &sources, "0".repeat(64), crate::view::words::start);
    plan.ok_or_else(|| format!("{faults:#?}"))
}

#[test]
fn the_flow_with_every_text_is_planned() {
    let made = source::every_text::every_text();
    if let Err(faults) = planned(&made.flow, &made.release) {
        panic!("{}\n{faults}", made.flow);
    }
}
