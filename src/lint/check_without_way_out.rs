//! Finds checks that leave open what to do when they fail.

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule, StepAt};
use crate::diagnostic::Level;
use crate::plan::Op;

/// Finds hot steps that check or compare something, without a route of their own or of their block.
pub static RULE: Rule = Rule {
    name: "check-without-way-out",
    level: Level::Warning,
    what: Bilingual {
        en: "a check of the day without a way out when it fails",
        zh: "热操作里的检查没有写不成时的去处",
    },
    why: Bilingual {
        en: "When the value is wrong, the clock runs and the sheet says nothing, whoever is most confident decides. Decide it in daylight instead.",
        zh: "值不对，时间在走，纸上什么也没写，最后由最自信的人说了算。白天就该定好。",
    },
    source: "DOE-STD-1029-92, Writer's Guide for Technical Procedures: every check states what to do when it isn't met",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let lacks = |step: &&StepAt<'_>| {
        let written = step.written;
        let checks = written.check.is_some() || written.compare.is_some();
        let reads = step.plan.op == Some(Op::Read)
            && (written.expect.is_some() || written.items.iter().any(|item| item.expect.is_some()));
        (checks || reads) && step.plan.way_out.is_none() && written.wait.is_none() && written.choose.is_none()
    };
    let finding = |step: &StepAt<'_>| {
        LintFinding::new(&RULE, About::Step(step.index), step.place(), "nothing says what happens when this fails")
            .help("add `otherwise`, or `on-failure` to its block: `\"rollback\"`, `\"hold\"`, whom to call")
    };
    context.part(FlowPart::Hot).filter(lacks).map(finding).collect()
}
