//! Finds steps that are too long to be taken in at a glance.

use super::{About, Bilingual, HOLE, LintContext, LintFinding, Prose, Rule};
use crate::chars;
use crate::diagnostic::Level;

/// Finds actions that take more than two printed lines.
pub static RULE: Rule = Rule {
    name: "long-step",
    level: Level::Note,
    what: Bilingual {
        en: "an action that takes more than two lines on paper", zh: "一步的话在纸上超过两行"
    },
    why: Bilingual {
        en: "A check list is looked at, not read. A step of a paragraph either holds several actions or explains: explanations \
             go into `note`, actions into steps or `items`, where each has a box.",
        zh: "检查单是拿来看的，不是拿来读的。要写成一段话的，要么是几个操作，要么是解释：解释写进 `note`，操作拆成几步或 `items`，各有各的勾。",
    },
    source: "Boorman and Gawande, A Checklist for Checklists: simple and exact wording, no longer than a line or two",
    check,
};

/// How many columns two printed lines have. A Chinese character takes two columns.
const MOST: usize = 120;

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for step in &context.steps {
        for prose in step.written.action.iter().flat_map(|action| context.prose(action)) {
            if columns(&prose) > MOST {
                found.push(
                    LintFinding::new(
                        &RULE,
                        About::Step(step.index),
                        prose.literal(),
                        "this takes more than two lines on paper",
                    )
                    .help("make several steps or `items` of it, or move what explains into `note`"),
                );
                break;
            }
        }
    }
    found
}

/// The columns that a text takes. How long code and values get isn't known, so each counts like a word.
fn columns(prose: &Prose) -> usize {
    prose.words.chars().map(|c| if c == HOLE { 6 } else { chars::columns(c) }).sum()
}
