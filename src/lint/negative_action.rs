//! Finds instructions that say what not to do.

use super::{About, Bilingual, LintContext, LintFinding, Rule, words};
use crate::diagnostic::Level;

/// Finds a negative in the action of a step.
pub static RULE: Rule = Rule {
    name: "negative-action",
    level: Level::Note,
    what: Bilingual { en: "a step that says what not to do", zh: "步骤写的是不要做什么" },
    why: Bilingual {
        en: "A “not” is lost when a line is skimmed, misheard or torn, and then the step says the opposite. A step says what to do; what must not be done belongs in a caution.",
        zh: "匆匆一看、念错听错，“不”字就丢了，意思正好相反。不能做的事是注意事项；步骤写要做什么。",
    },
    source: "DOE-STD-1029-92, Writer's Guide for Technical Procedures: avoid negative instructions",
    check,
};

const ENGLISH: &[&str] = &["do not", "don't", "don’t", "must not", "never", "should not"];
const CHINESE: &[&str] = &["不准", "不可以", "不得", "不要", "严禁", "切勿", "勿", "禁止", "请勿"];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for step in &context.steps {
        for prose in words::actions(step).flat_map(|action| context.prose(action)) {
            let wanted = if prose.chinese { CHINESE } else { ENGLISH };
            let quoted = prose.words.contains(['“', '"', '「']);
            if let Some(not) = wanted.iter().find_map(|not| prose.find(not)).filter(|_| !quoted) {
                let place = prose.place(context.sources, not);
                found.push(
                    LintFinding::new(&RULE, About::Step(step.index), place, "this step says what not to do")
                        .help("say what to do instead, or make a `caution` of it"),
                );
            }
        }
    }
    found
}
