//! Finds releases whose beginning is told, and whose stop or rollback isn't.

use super::{About, Bilingual, FlowPart, FlowWayTo, LintContext, LintFinding, PartExit, Rule, StepAt};
use crate::diagnostic::Level;
use crate::field::Outcome;

/// Finds a message of a hot step behind which the release may be stopped or rolled back without a message that says so.
pub static RULE: Rule = Rule {
    name: "untold-ending",
    level: Level::Note,
    what: Bilingual {
        en: "people are told that it begins, and nobody is told when it is stopped or rolled back",
        zh: "通知了开始，中止或回滚了却没有通知",
    },
    why: Bilingual {
        en: "Whoever was asked to hold back waits for a message that only comes when all goes well. On the evening of a rollback \
             nobody thinks of it, unless a row of the list does.",
        zh: "被请求暂停手上工作的人，等的是一条只在顺利时才发的消息。回滚的那个晚上，没有人会想起他们，除非单子上有这一行。",
    },
    source: "Power-grid switching orders (操作票, GB 26860): an order that isn't carried out is reported back too; ours",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let hot: Vec<&StepAt<'_>> = context.part(FlowPart::Hot).collect();
    let Some(begun) = hot.iter().position(|step| step.written.tell.is_some()) else { return Vec::new() };
    let behind = || hot[begun + 1..].iter().flat_map(|step| context.ways(step));
    let may_end = |outcome: Outcome| match outcome {
        Outcome::Aborted => behind().any(|way| way.to == FlowWayTo::Exit(PartExit::Abort)),
        Outcome::RolledBack => behind().any(|way| matches!(way.to, FlowWayTo::Rollback(_))),
        Outcome::Executed | Outcome::NotExecuted | Outcome::Void => false,
    };
    let tells = |outcome: Outcome| {
        let after = context.plan.after.iter();
        after.filter(|task| task.step.tell.is_some()).any(|task| task.outcomes.contains(&outcome))
    };
    let tells_back = context.plan.rollback.iter().flat_map(|block| context.plan.block_steps(block));
    let tells_back = tells_back.into_iter().any(|(_, step)| step.tell.is_some());
    let untold = |outcome: &&Outcome| {
        may_end(**outcome) && !tells(**outcome) && !(**outcome == Outcome::RolledBack && tells_back)
    };
    let untold: Vec<String> =
        Outcome::ALL.iter().filter(untold).map(|outcome| format!("\"{}\"", outcome.word())).collect();
    if untold.is_empty() {
        return Vec::new();
    }
    let outcomes = if let [one] = &untold[..] { one.clone() } else { format!("[{}]", untold.join(", ")) };
    let message = "those who are told here don't hear when it is stopped or rolled back";
    let finding = LintFinding::new(&RULE, About::Step(hot[begun].index), hot[begun].place(), message)
        .help(format!("add `[[after]]` with `outcome = {outcomes}` and `tell`"));
    vec![finding]
}
