//! Finds rollbacks whose own failure leads nowhere.

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule, StepAt};
use crate::diagnostic::Level;

/// Finds rollback blocks with changes, none of which has a route for when it fails.
pub static RULE: Rule = Rule {
    name: "rollback-without-way-out",
    level: Level::Warning,
    what: Bilingual {
        en: "a rollback that doesn't say what happens when it fails itself",
        zh: "回滚自己不成时，没有写去处",
    },
    why: Bilingual {
        en: "The rollback is done by tired people in a system that is broken already. It is the part most likely to fail, and the last one where anybody should have to improvise.",
        zh: "回滚是累了的人在已经出问题的系统上做的，最容易不成，也最不该临场发挥。",
    },
    source: "Google SRE, Emergency response; Boeing Quick Reference Handbook: every checklist leads to an end or to another one",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for (index, block) in context.blocks.iter().enumerate() {
        let steps = &context.steps[block.steps.clone()];
        let lacks = |step: &&StepAt<'_>| step.changes() && step.plan.way_out.is_none();
        if let Some(first) = steps.iter().find(lacks).filter(|_| matches!(block.part, FlowPart::Rollback(_))) {
            found.push(
                LintFinding::new(
                    &RULE,
                    About::Block(index),
                    block.written.title.span,
                    "nothing says what happens when this rollback fails",
                )
                .context(first.place(), "the first change without a way out")
                .help("add `on-failure`: whom to call within which time, then `\"hold\"`"),
            );
        }
    }
    found
}
