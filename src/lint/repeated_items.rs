//! Finds items that are written out more than once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::{Level, Span};
use crate::source::flow::ItemDecl;

/// Finds three or more equal items in two steps, or in a step and a shared check.
pub static RULE: Rule = Rule {
    name: "repeated-items",
    level: Level::Note,
    what: Bilingual {
        en: "steps that look at the same items, each written out", zh: "几个步骤逐条写了同样的分项"
    },
    why: Bilingual {
        en: "What is written in two places gets changed in one. Then the two steps look at different things, and nobody knows which is right. A shared check is written in one place.",
        zh: "写了两遍的，改的时候只改一遍；之后两步看的就不一样了，也没人知道哪个对。共用的检查只写一遍。",
    },
    source: "Ours, from the Dubbo team's release flow (2013), which checks the registry's state three times in the same words",
    check,
};

/// Fewer items than this aren't worth a shared check.
const FEWEST: usize = 3;

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<Vec<&str>, Span> = BTreeMap::new();
    for check in &context.flow.checks {
        seen.entry(content(&check.items)).or_insert(check.id.span);
    }
    for step in context.steps.iter().filter(|step| step.written.items.len() >= FEWEST) {
        let items = &step.written.items;
        let Some(first) = items.first() else { continue };
        match seen.entry(content(items)) {
            Entry::Vacant(new) => drop(new.insert(first.action.span)),
            Entry::Occupied(earlier) => found.push(
                LintFinding::new(
                    &RULE,
                    About::Step(step.index),
                    first.action.span,
                    "these items are written out again",
                )
                .context(*earlier.get(), "the same as here")
                .help("say them once under `[checks]`, and name it with `check` in each step"),
            ),
        }
    }
    found
}

/// All the texts of some items, in order, to compare them by.
fn content(items: &[ItemDecl]) -> Vec<&str> {
    let mut words = Vec::new();
    for item in items {
        for text in [Some(&item.action), item.expect.as_ref()] {
            words.extend(text.iter().flat_map(|text| &text.entries).map(|(_, words)| words.value.as_str()));
            words.push("");
        }
        words.push(item.each.as_ref().map_or("", |each| &each.value));
    }
    words
}
