//! Finds changes that nobody looks at before their block ends.

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule, StepAt};
use crate::diagnostic::Level;
use crate::plan::Op;

/// Finds write steps without a value that shows that they worked, in a block that ends without a check.
pub static RULE: Rule = Rule {
    name: "unchecked-write",
    level: Level::Warning,
    what: Bilingual {
        en: "a change that nothing checks before its block ends",
        zh: "写操作之后，直到块结束都没有检查",
    },
    why: Bilingual {
        en: "A switch that was thrown is not yet a breaker that is open. A change that nobody looks at right after the act is found by \
             the users, hours later, when nobody remembers which step it was.",
        zh: "扳了开关，不等于断路器已经分开。操作之后不马上核对，就要等用户几小时后来发现，那时已没人记得是哪一步。",
    },
    source: "Power-grid switching orders (操作票, GB 26860): each operation is followed by a check of what it did",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for (index, block) in context.blocks.iter().enumerate() {
        let steps = &context.steps[block.steps.clone()];
        // A check at the beginning of the next block comes right after this block, unless the block is atomic.
        let next = context.blocks.get(index + 1).filter(|next| next.part == block.part);
        let next = next.filter(|_| !block.written.atomic && block.part == FlowPart::Hot);
        let next = next.and_then(|next| context.steps.get(next.steps.start)).filter(|next| looks(next));
        let mut is_checked = next.is_some_and(StepAt::is_always_done);
        // A change that may not be made may be checked by a step that may not be done.
        let mut is_checked_if_made = next.is_some();
        for step in steps.iter().rev() {
            let is_seen = if step.is_always_done() { is_checked } else { is_checked_if_made };
            if step.changes() && !is_seen && !shows(step) {
                found.push(
                    LintFinding::new(
                        &RULE,
                        About::Step(step.index),
                        step.place(),
                        "nothing shows that this change worked",
                    )
                    .help("add `expect`: the value that shows it; or a step after it that reads it"),
                );
            }
            is_checked |= looks(step) && step.is_always_done();
            is_checked_if_made |= looks(step);
        }
    }
    found
}

/// True when a step looks at something.
fn looks(step: &StepAt<'_>) -> bool {
    step.plan.op == Some(Op::Read)
}

/// True when a step itself shows that it worked.
fn shows(step: &StepAt<'_>) -> bool {
    let written = step.written;
    written.expect.is_some()
        || !written.items.is_empty()
        || written.check.is_some()
        || written.compare.is_some()
        || written.take.is_some()
        || written.wait.is_some()
        || written.record.is_some()
}
