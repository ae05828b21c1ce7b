//! Finds conditions that begin with the word that is printed before them.

use super::{Bilingual, LintContext, LintFinding, Rule, words};
use crate::diagnostic::Level;

/// Finds an `if` whose text begins with “if”.
pub static RULE: Rule = Rule {
    name: "doubled-if",
    level: Level::Warning,
    what: Bilingual { en: "an `if` that begins with the word “if”", zh: "`if` 的内容又以“如果”开头" },
    why: Bilingual {
        en: "The word is printed before each condition, so the list says “If if the queue is full”. Whoever stumbles over a line \
             reads the next one less well.",
        zh: "每个条件前面都会印上“如果”，清单上就成了“如果如果队列已满”。读到一处不通，下一行也就读不仔细了。",
    },
    source: "Ours, from people who wrote their first flow",
    check,
};

/// What begins a Chinese condition; the longer words come first.
const IFS: &[&str] = &["如果", "假如", "倘若", "若是", "要是"];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for (about, _, text) in context.prose_of(|key| key.name == "if") {
        for prose in context.prose(text) {
            let doubled = if prose.chinese {
                words::begins(&prose.words, IFS).map(|word| 0..word.len())
            } else {
                words::english(&prose.words)
                    .first()
                    .cloned()
                    .filter(|at| prose.words[at.clone()].eq_ignore_ascii_case("if"))
            };
            let Some(doubled) = doubled else { continue };
            let place = prose.place(context.sources, doubled);
            let finding = LintFinding::new(&RULE, about, place, "this word is printed before the condition anyway");
            found.push(finding.help("leave it out, and begin with what must be so"));
        }
    }
    found
}
