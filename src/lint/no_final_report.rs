//! Finds releases whose beginning is announced and whose end isn't.

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule, StepAt};
use crate::diagnostic::Level;
use crate::field::Outcome;
use crate::plan::Task;

/// Finds a notice or a message before the change when there is no message after it.
pub static RULE: Rule = Rule {
    name: "no-final-report",
    level: Level::Warning,
    what: Bilingual {
        en: "people are told that it begins, and nobody is told that it is over",
        zh: "通知了开始，没有通知结束",
    },
    why: Bilingual {
        en: "Those who held back their own work wait, or stop waiting too early; those who watch for trouble don't know what to watch for.",
        zh: "为了发布而停下自己工作的人，要么一直等，要么提前恢复；留心出问题的人，也不知道该留心什么。",
    },
    source: "Power-grid switching orders (操作票, GB 26860): the order is reported back when it is done; The Dubbo team's release flow (2013)",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let hot: Vec<_> = context.part(FlowPart::Hot).collect();
    let first = hot.iter().position(|step| step.changes());
    let last = hot.iter().rposition(|step| step.changes());
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    let told = |step: &&StepAt<'_>| step.written.tell.is_some();
    let notified =
        context.part(FlowPart::Cold).find(|step| told(step) || step.task.is_some_and(|task| !task.notify.is_empty()));
    let Some(begun) = notified.or_else(|| hot[..first].iter().copied().find(told)) else { return Vec::new() };
    // Who is notified only where something went wrong doesn't hear that all is well.
    let reports = |task: &Task| task.outcomes.contains(&Outcome::Executed) && !task.notify.is_empty();
    let is_reported = context.part(FlowPart::After).any(|step| told(&step)) || context.plan.after.iter().any(reports);
    if is_reported || hot[last + 1..].iter().any(told) {
        return Vec::new();
    }
    let finding =
        LintFinding::new(&RULE, About::Flow, begun.place(), "those who are told here never hear that it is over")
            .context(hot[last].place(), "the last change")
            .help("add a step with `tell` after it, or `tell` or `notify` under `[[after]]`");
    vec![finding]
}
