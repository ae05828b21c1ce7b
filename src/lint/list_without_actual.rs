//! Finds writes that end in a list of which nobody writes down what shows.

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;
use crate::plan::Op;
use crate::text::{Content, Text};

/// Finds a list in the expected value of a write that has no line for the actual one.
pub static RULE: Rule = Rule {
    name: "list-without-actual",
    level: Level::Note,
    what: Bilingual {
        en: "a write ends in a list, and nobody writes down what shows",
        zh: "写操作的预期结果是清单，却没有地方记下实际结果",
    },
    why: Bilingual {
        en: "Of several values that must all be there, the eye ticks the first and believes the rest. Whoever writes them down looks at each, and the sheet shows afterwards which of them were seen.",
        zh: "几个值都要对的时候，看见第一个就打勾，其余的也就当作看过了。写下来，每一个才都看到；事后也查得出当时看到了哪几个。",
    },
    source: "21 CFR 211.188 and good documentation practice: what was observed is recorded, not that it was as expected",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for step in context.steps.iter().filter(|step| step.plan.op == Some(Op::Write) && step.written.actual.is_none()) {
        let Some(written) = step.written.expect.as_ref() else { continue };
        if step.plan.actual || !step.plan.expect.as_ref().is_some_and(is_list) {
            continue;
        }
        let message = "this list has no line on which what shows is written down";
        found.push(
            LintFinding::new(&RULE, About::Step(step.index), written.span, message)
                .help("add `actual = true`, or make `items` of it: each has its own boxes; `actual = false` says that a tick is enough"),
        );
    }
    found
}

/// Whether a text lists things: three or more between commas, or two between Chinese ones for lists. Code is one thing.
fn is_list(text: &Text) -> bool {
    let count = |mark: &str| -> usize {
        let words = text.runs.iter().filter(|run| !run.style.code);
        let words = words.filter_map(|run| if let Content::Chars(words) = &run.content { Some(words) } else { None });
        words.map(|words| words.matches(mark).count()).sum()
    };
    count("、") > 0 || count(", ") > 1
}
