//! Finds waits that may never end.

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;

/// Finds waits without a limit, and waits whose limit leads nowhere.
pub static RULE: Rule = Rule {
    name: "wait-without-limit",
    level: Level::Warning,
    what: Bilingual {
        en: "a wait that doesn't say how long at most, or what happens then",
        zh: "等待没有写明最长多久，或到时怎么办",
    },
    why: Bilingual {
        en: "At 3 in the morning nobody decides well how long is too long. Whoever waits without a limit waits until the \
             window is over, and the rollback no longer fits into it.",
        zh: "凌晨三点，没有人能当场定好“多久算太久”。没有期限的等待会一直等到窗口结束，那时回滚也来不及了。",
    },
    source: "DOE-STD-1029-92, Writer's Guide for Technical Procedures: time limits and what to do when they are missed",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for step in &context.steps {
        let (Some(wait), about) = (&step.written.wait, About::Step(step.index)) else { continue };
        let place = wait.condition.span;
        if wait.at_most.is_none() {
            found.push(
                LintFinding::new(&RULE, about, place, "this wait has no limit")
                    .help("add `at-most = \"10 minutes\"`, and `otherwise`: what happens when it isn't true by then"),
            );
        } else if wait.otherwise.is_none() && step.plan.way_out.is_none() {
            found.push(
                LintFinding::new(&RULE, about, place, "this wait doesn't say what happens when its limit is over")
                    .help("add `otherwise`, such as `otherwise = \"rollback\"`"),
            );
        }
    }
    found
}
