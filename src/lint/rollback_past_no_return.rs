//! Finds rollbacks that stay open behind a point of no return.

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;

/// Finds rollbacks that may be entered both before and after a point of no return.
pub static RULE: Rule = Rule {
    name: "rollback-past-no-return",
    level: Level::Warning,
    what: Bilingual {
        en: "a rollback that may be entered before a point of no return and after it",
        zh: "越过不能还原的一步之后，仍可进入之前的那个回滚",
    },
    why: Bilingual {
        en: "A rollback written for the time before a point of no return no longer leads back after it, but the sheet \
             still sends people there. `valid-until` closes it in time; the steps after it need another rollback, or a hold.",
        zh: "越过不能还原的一步，之前的回滚已经退不回去了，纸上却还把人往那里送。用 `valid-until` 及时关上它；再往后，要么另有回滚，要么停下来等人决定。",
    },
    source: "Power-grid and aviation procedures: decision points; GitLab, change management: point of no return",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let points: Vec<_> = context.part(FlowPart::Hot).filter(|step| step.written.irreversible.is_some()).collect();
    let Some(first) = points.first() else { return Vec::new() };
    let mut found = Vec::new();
    for which in 0..context.rollbacks.len() {
        let entries = context.entries(which);
        let before = entries.iter().any(|entry| *entry < first.index);
        let Some(after) = entries.iter().find(|entry| **entry > first.index).filter(|_| before) else { continue };
        let rollback = &context.flow.rollback[which];
        let about = context.blocks.iter().position(|block| block.part == FlowPart::Rollback(which));
        let place = rollback.valid_until.as_ref().map_or(rollback.title.span, |until| until.span);
        let id = first.written.id.as_ref().map_or("…", |id| &id.value);
        found.push(
            LintFinding::new(
                &RULE,
                about.map_or(About::Flow, About::Block),
                place,
                "this rollback stays open behind a point of no return",
            )
            .context(
                first.written.irreversible.as_ref().map_or(first.written.span, |point| point.span),
                "no way back from here on",
            )
            .context(context.steps[*after].place(), "it may still be entered here")
            .help(format!("say `valid-until = \"{id}\"`, that step, and where the steps after it lead")),
        );
    }
    found
}
