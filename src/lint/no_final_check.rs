//! Finds releases that end with a change that nobody checks.

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule, StepAt};
use crate::diagnostic::Level;
use crate::plan::Op;

/// Finds hot write steps with no read step after the last of them, on the day or later.
pub static RULE: Rule = Rule {
    name: "no-final-check",
    level: Level::Warning,
    what: Bilingual {
        en: "nothing is checked after the last change of the day", zh: "当天最后一个写操作之后没有检查"
    },
    why: Bilingual {
        en: "Every step may work while the whole doesn't. So the last check looks at the service as its users see it, after everything has been changed.",
        zh: "每一步都成了，合起来未必能用：最后要像用户那样看一遍整个服务，而且要在全部改完之后看。",
    },
    source: "Power-grid switching orders (操作票, GB 26860): the order ends with an overall check; WHO surgical safety checklist: sign out",
    check,
};

/// Up to this many changes, what the last one shows is enough of a check.
const FEW: usize = 2;

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let hot: Vec<_> = context.part(FlowPart::Hot).collect();
    let Some(last) = hot.iter().rposition(|step| step.changes()) else { return Vec::new() };
    // A check that may be left out is no final one.
    let looks = |step: &StepAt<'_>| step.plan.op == Some(Op::Read) && step.is_always_done();
    if hot[last + 1..].iter().any(|step| looks(step)) || context.part(FlowPart::After).any(looks) {
        return Vec::new();
    }
    let last = hot[last];
    // With one or two changes, the value that the last one shows counts as the final check.
    let shows = last.written.expect.is_some() || !last.written.items.is_empty() || last.written.check.is_some();
    if shows && hot.iter().filter(|step| step.changes()).count() <= FEW {
        return Vec::new();
    }
    let finding =
        LintFinding::new(&RULE, About::Step(last.index), last.place(), "nothing is checked after this change")
            .label("the last one")
            .help("end with a step that reads what the users see: a `check`, or `op = \"read\"` with `expect`");
    vec![finding]
}
