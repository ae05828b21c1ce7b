//! Finds conditions that leave nothing out.

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;
use crate::select::{IdleCondition, idle};

/// Finds each `only` that always holds and each `unless` that never does.
pub static RULE: Rule = Rule {
    name: "idle-condition",
    level: Level::Warning,
    what: Bilingual {
        en: "an `only` or `unless` that leaves nothing out, whatever the release is",
        zh: "无论是哪一种发布，都不会略去任何内容的 `only` 或 `unless`",
    },
    why: Bilingual {
        en: "Whoever wrote it meant to keep something from some releases, and it is printed for all of them: a word is missing from \
             the condition, or one too many stands in it.",
        zh: "写下它的人本想让某些发布略去这一部分，结果每次发布都会印出来：条件里要么少了一个词，要么多了一个词。",
    },
    source: "Ours, from flows that serve several kinds of release",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let finding = |IdleCondition { condition, is_unless, within }: IdleCondition<'_>| {
        let message = if is_unless { "this `unless` never holds" } else { "this `only` always holds" };
        let finding = LintFinding::new(&RULE, About::Flow, condition.span, message);
        match within {
            Some(within) => {
                let help = "name the words that are to be left out, or leave this condition out";
                finding.context(within.span, "this leaves no release for it to leave out").help(help)
            }
            None => finding.help("it names every word of the value: leave one out, or leave the condition out"),
        }
    };
    // What a condition leaves out of all releases is the same for each of them.
    idle(context.whole).into_iter().map(finding).collect()
}
