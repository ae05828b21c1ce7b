//! Finds conditions that are read only after the action.

use std::ops::Range;

use super::{About, Bilingual, LintContext, LintFinding, Rule, words};
use crate::diagnostic::Level;

/// Finds an “if” or “unless” that follows the action of a step.
pub static RULE: Rule = Rule {
    name: "condition-after-action",
    level: Level::Note,
    what: Bilingual { en: "a condition that stands after its action", zh: "条件写在操作之后" },
    why: Bilingual {
        en: "People do a step while they read it. Whoever reads “Restart the queue if it is over 1,000” has their hand on the key before they come to the “if”.",
        zh: "步骤是边读边做的。读到“重启队列，如果积压超过 1000”，看到“如果”时手已经按下去了。",
    },
    source: "DOE-STD-1029-92, Writer's Guide for Technical Procedures: conditions come before the action; aviation Quick Reference Handbooks: “If …” opens the step",
    check,
};

/// Verbs that ask rather than act: after them “if” means “whether”.
const ASKS: &[&str] = &[
    "ask",
    "check",
    "compare",
    "confirm",
    "determine",
    "find",
    "know",
    "look",
    "read",
    "see",
    "test",
    "verify",
    "watch",
];
/// Marks that end a clause, after which a Chinese condition may begin.
const MARKS: &[char] = &['，', ',', '；', ';', '。', '（', '('];
const IFS: &[&str] = &["一旦", "倘若", "假如", "如果", "如有", "若", "要是"];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for step in &context.steps {
        for prose in step.written.action.iter().flat_map(|action| context.prose(action)) {
            let condition = if prose.chinese { chinese(&prose.words) } else { english(&prose.words) };
            if let Some(condition) = condition {
                let place = prose.place(context.sources, condition);
                found.push(
                    LintFinding::new(&RULE, About::Step(step.index), place, "this condition is read after the action")
                        .help(
                            "write it with the key `if`, which is printed before the action; or make a `choose` of it",
                        ),
                );
            }
        }
    }
    found
}

fn english(sentence: &str) -> Option<Range<usize>> {
    let places = words::english(sentence);
    let lower: Vec<String> = places.iter().map(|place| sentence[place.clone()].to_ascii_lowercase()).collect();
    if lower.first().is_some_and(|first| ["if", "when", "unless", "once", "in"].contains(&first.as_str())) {
        return None;
    }
    let is_asked = |at: usize| lower[..at].iter().any(|word| ASKS.contains(&word.as_str()));
    let at = (1..lower.len()).find(|at| match lower[*at].as_str() {
        "if" => !is_asked(*at),
        "unless" => true,
        _ => false,
    })?;
    Some(places[at].clone())
}

fn chinese(sentence: &str) -> Option<Range<usize>> {
    sentence.match_indices(MARKS).find_map(|(at, mark)| {
        let after = at + mark.len();
        let rest = sentence[after..].trim_start();
        let start = sentence.len() - rest.len();
        // Where another mark follows the condition, it has an action of its own behind it, which is the right order.
        let word = words::begins(rest, IFS).filter(|_| at > 0 && !rest.contains(MARKS))?;
        Some(start..start + word.len())
    })
}
