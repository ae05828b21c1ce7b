//! The front matter of a runbook: what a wiki or a program may want to know of it.

use crate::plan::Plan;
use crate::source::types::Worded;
use crate::text::Text;
use crate::view::markup::Front;

/// The entries, in order.
pub(super) fn entries(plan: &Plan) -> Vec<(String, Front)> {
    let release = &plan.release;
    let given = plan.values.iter().filter_map(|value| {
        let front = match value.given.as_ref()?.as_slice() {
            [one] if !value.list => Front::Text(one.to_string()),
            several => Front::List(several.iter().map(ToString::to_string).collect()),
        };
        Some((value.name.clone(), front))
    });
    let given: Vec<_> = given.collect();
    let text = |words: String| Some(Front::Text(words));
    let entries = [
        ("title", text(plan.title.with_names().to_plain())),
        ("id", text(plan.id.clone())),
        ("lang", text(plan.lang.tag().to_owned())),
        ("revision", plan.revision.as_deref().map(str::to_owned).and_then(text)),
        ("revised", plan.revised.map(|date| date.to_string()).and_then(text)),
        ("owner", plan.owner.as_ref().map(Text::to_plain).and_then(text)),
        ("organisation", plan.look.organisation.as_ref().map(Text::to_plain).and_then(text)),
        ("classification", plan.look.classification.as_ref().map(Text::to_plain).and_then(text)),
        ("release", release.number.as_deref().map(str::to_owned).and_then(text)),
        ("replaces", release.replaces.as_deref().map(str::to_owned).and_then(text)),
        ("status", release.status.and_then(|status| text(status.word().to_owned()))),
        ("outcome", release.outcome.and_then(|outcome| text(outcome.word().to_owned()))),
        ("drill", release.drill.then(|| "yes".to_owned()).and_then(text)),
        ("start", release.start.as_ref().and_then(|start| text(start.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()))),
        ("values", (!given.is_empty()).then_some(Front::Table(given))),
        ("digest", text(format!("sha256:{}", plan.digest))),
    ];
    entries.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
