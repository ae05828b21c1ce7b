//! Finds English instructions that don't begin with their verb.

use super::{About, Bilingual, LintContext, LintFinding, Rule, words};
use crate::diagnostic::Level;

/// Finds steps that begin with an article, a pronoun, a gerund or a noun with “of”.
pub static RULE: Rule = Rule {
    name: "verb-first",
    level: Level::Note,
    what: Bilingual { en: "an English step that doesn't begin with its verb", zh: "英文步骤不以动词开头" },
    why: Bilingual {
        en: "Read aloud, a step is an order, and its verb is what the hand waits for. “The service should be restarted” is a remark that nobody need obey.",
        zh: "步骤念出来就是口令，动手要等的是动词。“The service should be restarted” 像一句说明，没人觉得该由自己去做。",
    },
    source: "DOE-STD-1029-92, Writer's Guide for Technical Procedures: begin each action step with an action verb",
    check,
};

/// Words that no instruction begins with.
const OTHERS: &[&str] = &[
    "a", "all", "an", "both", "each", "every", "he", "i", "it", "its", "no", "our", "she", "that", "the", "there",
    "these", "they", "this", "those", "we", "you", "your",
];
/// Words in -ing that are no gerund: another word, or the verb itself.
const ING: &[&str] = &[
    "bring", "during", "fling", "king", "nothing", "ping", "ring", "sing", "spring", "sting", "string", "swing", "wing",
];
/// Verbs that may be followed by “of”.
const OF: &[&str] = &["dispose", "inform", "notify", "remind", "think", "warn"];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for step in &context.steps {
        // The action of such a step is a question or a condition, not an order.
        if step.written.hold.is_some() || step.written.choose.is_some() || step.written.wait.is_some() {
            continue;
        }
        for prose in step.written.action.iter().flat_map(|action| context.prose(action)) {
            let places = words::english(&prose.words);
            let Some(first) = places.first().filter(|_| !prose.chinese) else { continue };
            let word = prose.words[first.clone()].to_ascii_lowercase();
            let next = places.get(1).map(|next| prose.words[next.clone()].to_ascii_lowercase());
            let is_noun = next.as_deref() == Some("of") && !OF.contains(&word.as_str());
            let is_gerund = word.len() > 4 && word.ends_with("ing") && !ING.contains(&word.as_str());
            if OTHERS.contains(&word.as_str()) || is_noun || is_gerund {
                let place = prose.place(context.sources, first.clone());
                found.push(
                    LintFinding::new(&RULE, About::Step(step.index), place, "this isn't a verb that says what to do")
                        .help("begin with the verb: “Restart the service”, not “The service should be restarted”"),
                );
            }
        }
    }
    found
}
