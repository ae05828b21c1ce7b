//! Finds steps that may be tried for ever.

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;
use crate::source::flow::{Route, RouteTarget};

/// Finds routes to `retry` without `max`.
pub static RULE: Rule = Rule {
    name: "retry-without-limit",
    level: Level::Warning,
    what: Bilingual { en: "a retry that doesn't say how often", zh: "重试没有写最多几次" },
    why: Bilingual {
        en: "“Once more” never feels like too much. The window closes while people try for the sixth time what failed five times in the same way.",
        zh: "“再试一次”永远只是再试一次。同样的办法已经失败五次，第六次还没试完，窗口就过了。",
    },
    source: "DOE-STD-1029-92, Writer's Guide for Technical Procedures: a loop states how often it may be gone through",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    let mut look = |about: About, route: &Route| {
        if route.then.as_ref().is_some_and(|then| then.value == RouteTarget::Retry) && route.max.is_none() {
            let place = route.then.as_ref().map_or(route.span, |then| then.span);
            found.push(
                LintFinding::new(&RULE, about, place, "this may be tried for ever")
                    .help("say how often: `{ then = \"retry\", max = 2 }`; after that it goes to whoever decides"),
            );
        }
    };
    for (index, block) in context.blocks.iter().enumerate() {
        block.written.on_failure.iter().for_each(|route| look(About::Block(index), route));
    }
    for step in &context.steps {
        step.written.routes().for_each(|route| look(About::Step(step.index), route));
    }
    found
}
