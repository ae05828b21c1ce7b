//! Finds reasons to roll back that nobody can measure.

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;
use crate::source::flow::MeasureDecl;

/// Finds triggers of the rollback without a measure, and rollbacks that nobody decides on.
pub static RULE: Rule = Rule {
    name: "vague-trigger",
    level: Level::Warning,
    what: Bilingual {
        en: "a trigger of the rollback without a measure, or a rollback that nobody decides on",
        zh: "回滚条件不可量度，或有回滚而没有人决定",
    },
    why: Bilingual {
        en: "“If there are problems” is decided by whoever is most tired. A measure and a threshold, agreed in daylight, \
             take the decision out of the night; a named decider takes it out of the discussion.",
        zh: "“有问题就回滚”，最后由最累的人说了算。白天定好的指标和阈值，让夜里不必再争；写明由谁决定，就不必再讨论。",
    },
    source: "GitLab, production change management: rollback criteria",
    check,
};

/// Words that leave the measure to the reader, in texts without a number, code or value.
const VAGUE: &[&str] = &[
    "abnormal",
    "anything goes wrong",
    "as needed",
    "bad",
    "broken",
    "fails badly",
    "if necessary",
    "if needed",
    "issue",
    "issues",
    "looks wrong",
    "misbehaves",
    "not healthy",
    "not normal",
    "not ok",
    "problem",
    "problems",
    "something goes wrong",
    "something is wrong",
    "too high",
    "too long",
    "too many",
    "too much",
    "too slow",
    "unexpected",
    "unhealthy",
    "unstable",
    "wrong",
    "不稳定",
    "不正常",
    "出错",
    "太多",
    "太慢",
    "太高",
    "异常",
    "必要时",
    "故障",
    "有问题",
    "较多",
    "较高",
    "过多",
    "过慢",
    "过高",
    "过长",
    "出现问题",
    "视情况",
];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let Some(decision) = &context.flow.decision else {
        let undecided = context.flow.rollback.first().map(|rollback| {
            LintFinding::new(&RULE, About::Flow, rollback.span, "nobody is named who decides on this rollback")
                .help("add `[decision]` with `decider` and `when`: each measure that calls for it, with its threshold")
        });
        return undecided.into_iter().collect();
    };
    let mut found = Vec::new();
    // A threshold makes the measure beside it exact, unless it is vague itself.
    let of = |measure: &MeasureDecl| context.prose(measure.threshold.as_ref().unwrap_or(&measure.measure));
    for trigger in decision.when.iter().flat_map(of) {
        if trigger.is_exact() {
            continue;
        }
        if let Some(word) = VAGUE.iter().find_map(|word| trigger.find(word)) {
            let place = trigger.place(context.sources, word);
            found.push(
                LintFinding::new(&RULE, About::Flow, place, "this trigger can't be measured")
                    .help("name what is read and its threshold, such as “error rate over 1 % for 5 minutes”"),
            );
        }
    }
    found
}
