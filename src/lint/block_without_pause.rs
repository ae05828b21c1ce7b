//! Finds more steps in a row than people can keep in mind.

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule, StepAt};
use crate::diagnostic::Level;

/// Finds hot blocks with more than [`MOST`] steps in a row without a point to pause at. An atomic block is left alone.
pub static RULE: Rule = Rule {
    name: "block-without-pause",
    level: Level::Note,
    what: Bilingual {
        en: "more than 9 steps in a row without a point to pause at, in a block that may be interrupted",
        zh: "可以中断的块里，连续超过 9 步没有停顿点",
    },
    why: Bilingual {
        en: "Between two pause points people keep everything in mind: where they are, what is open, what the last value was. \
             Five to nine steps fit. A hold, a wait, a choice or a new block gives both people a place to meet.",
        zh: "两个停顿点之间的一切都要靠脑子记：做到哪一步，什么还没做完，上一个值是多少。五到九步记得住。停下问一句、等一等、做一次选择，或另起一块，两个人就有了对齐的地方。",
    },
    source: "Boorman and Gawande, A Checklist for Checklists: 5 to 9 items between pause points",
    check,
};

/// The most steps that may follow each other without a pause.
const MOST: usize = 9;

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for (index, block) in context.blocks.iter().enumerate() {
        if block.written.atomic || block.part != FlowPart::Hot {
            continue;
        }
        let runs = context.steps[block.steps.clone()].split_inclusive(pauses);
        if let Some(longest) = runs.filter(|run| run.len() > MOST).max_by_key(|run| run.len()) {
            let message = format!("{} steps in a row without a point to pause at", longest.len());
            let first = longest[0].place();
            found.push(
                LintFinding::new(&RULE, About::Block(index), block.written.title.span, message)
                    .context(first, "from here on")
                    .help("make several blocks of it, or add `hold`, `wait` or `choose` where both can stop"),
            );
        }
    }
    found
}

fn pauses(step: &StepAt<'_>) -> bool {
    let written = step.written;
    written.hold.is_some() || written.wait.is_some() || written.choose.is_some()
}
