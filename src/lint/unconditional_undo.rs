//! Finds rollback steps that may undo what was never done.

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;

/// Finds write steps of a rollback without `from`, where its other steps have one and nothing may have been changed
/// yet.
pub static RULE: Rule = Rule {
    name: "unconditional-undo",
    level: Level::Warning,
    what: Bilingual {
        en: "a step of a rollback without `from` that may undo what was never done",
        zh: "回滚的步骤没有写 `from`，可能去还原从未做过的事",
    },
    why: Bilingual {
        en: "A rollback may be entered from any step, also from the first. Where its other steps say after which step they are \
             needed, a step that doesn't is always done: it installs an old version over the same old version, or \
             stops what is still serving.",
        zh: "回滚可以从任何一步进入，包括第一步。别的步骤都写明在哪一步之后才需要，没写的那一步就无论如何都要做：也许是把旧版本再装一遍，也许是停掉了还在服务的机器。",
    },
    source: "Ours, from the Dubbo team's rollback, which may be entered from every step",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let Some(first) = context.part(FlowPart::Hot).find(|step| step.changes()) else { return Vec::new() };
    let mut found = Vec::new();
    for which in 0..context.rollbacks.len() {
        let writes: Vec<_> = context.part(FlowPart::Rollback(which)).filter(|step| step.changes()).collect();
        let is_mixed = writes.iter().any(|step| !step.written.from.is_empty());
        if !is_mixed || !context.entries(which).iter().any(|entry| *entry <= first.index) {
            continue;
        }
        for step in writes.into_iter().filter(|step| step.written.from.is_empty() && step.is_always_done()) {
            found.push(
                LintFinding::new(
                    &RULE,
                    About::Step(step.index),
                    step.place(),
                    "this is done even where there is nothing to undo",
                )
                .context(first.place(), "the rollback may be entered here, before anything has changed")
                .help("add `from`: the step of `hot` that it undoes"),
            );
        }
    }
    found
}
