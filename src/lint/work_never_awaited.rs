//! Finds work that begins and that no step waits for.

use std::collections::BTreeSet;

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;

/// Finds a `begins` without any `awaits`.
pub static RULE: Rule = Rule {
    name: "work-never-awaited",
    level: Level::Warning,
    what: Bilingual {
        en: "work that somebody begins and that no step awaits",
        zh: "有人开始了的工作，没有一步等它结束",
    },
    why: Bilingual {
        en: "A copy, a backup or a rebuild that runs beside the steps is forgotten exactly when all else goes well. The step \
             that needs it, or the last one, must ask whether it has ended.",
        zh: "在旁边跑着的拷贝、备份、重建，恰恰在别的都顺利时被忘掉。要用到它的那一步，或最后一步，必须问它结束了没有。",
    },
    source: "DOE-STD-1029-92: concurrent actions, and where they must be complete",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let awaiting =
        || context.steps.iter().filter_map(|step| Some((step.is_always_done(), &*step.written.awaits.as_ref()?.value)));
    // Work that may not begin may be awaited by a step that may not be done.
    let sometimes: BTreeSet<&str> = awaiting().map(|(_, work)| work).collect();
    let always: BTreeSet<&str> = awaiting().filter(|(always, _)| *always).map(|(_, work)| work).collect();
    let begun = context.steps.iter().filter_map(|step| Some((step, step.written.begins.as_ref()?)));
    let forgotten = begun.filter(|(step, begins)| {
        let awaited = if step.is_always_done() { &always } else { &sometimes };
        !awaited.contains(&*begins.value)
    });
    forgotten
        .map(|(step, begins)| {
            LintFinding::new(&RULE, About::Step(step.index), begins.span, "no step asks whether this has ended")
                .help(format!("add `awaits = \"{}\"` to the step that needs it, or to the last one", begins.value))
        })
        .collect()
}
