//! Finds check lists that are printed before the last preparation that may change them.

use std::cmp::Reverse;

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule, StepAt};
use crate::diagnostic::Level;

/// Finds a task that prints the list before another task changes something.
pub static RULE: Rule = Rule {
    name: "printed-too-early",
    level: Level::Warning,
    what: Bilingual {
        en: "the main check list is printed before the last cold change",
        zh: "主检查单在最后一项冷操作改动之前就打印了",
    },
    why: Bilingual {
        en: "What the last preparation finds out (a version, a host, an address) isn't on a sheet that was printed before \
             it. Somebody then writes it on by hand or, worse, keeps it in their head. The cold list, `cold.pdf`, is printed \
             earlier, and isn't meant.",
        zh: "最后一项准备工作才知道的东西（版本、机器、地址），先打印好的单子上没有。于是手写上去，或者更糟，靠记。冷操作单 `cold.pdf` 打印得早，不在此列。",
    },
    source: "The Dubbo team's release flow (2013): three days before, one day before, then print the check list",
    check,
};

/// What the list of the cold operations is called, which is printed when the first of them is due.
const COLD_LISTS: &[&str] = &["cold list", "cold check list", "cold checklist", "cold.pdf", "冷操作单", "冷操作检查单"];

const LISTS: &[&str] = &["check list", "check-list", "checklist", "sheets", "检查单", "检查表", "清单", "操作票"];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let lead = |step: &StepAt<'_>| step.task.map(|task| task.lead.value.shortest_minutes());
    let last = context
        .part(FlowPart::Cold)
        .filter(|step| step.changes() && is_work(context, step))
        .min_by_key(|step| lead(step));
    // The sheet goes by date. Of several on one day, the last in the file is the last to be done.
    let prints = context.part(FlowPart::Cold).filter(|step| prints(context, step));
    let (Some(print), Some(last)) = (prints.min_by_key(|step| (lead(step), Reverse(step.index))), last) else {
        return Vec::new();
    };
    if lead(print) <= lead(last) {
        return Vec::new();
    }
    let finding =
        LintFinding::new(&RULE, About::Step(print.index), print.place(), "this is printed before the last cold change")
            .context(last.place(), "done later")
            .help("give it the shortest `lead` of all");
    vec![finding]
}

/// True for a task that may change what is on the list; a reminder can't.
fn is_work(context: &LintContext<'_>, step: &StepAt<'_>) -> bool {
    step.task.is_some_and(|task| task.notify.is_empty()) && !prints(context, step)
}

fn prints(context: &LintContext<'_>, step: &StepAt<'_>) -> bool {
    let mut texts = step.written.action.iter().flat_map(|action| context.prose(action));
    texts.any(|prose| {
        let prints = prose.find("print").or_else(|| prose.find("打印")).is_some();
        let names = |lists: &[&str]| lists.iter().any(|list| prose.find(list).is_some());
        prints && names(LISTS) && !names(COLD_LISTS)
    })
}
