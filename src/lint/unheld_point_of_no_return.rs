//! Finds points of no return that are passed without anybody being asked.

use super::{About, Bilingual, FlowPart, FlowWayTo, LintContext, LintFinding, Rule, StepAt};
use crate::diagnostic::Level;

/// Finds irreversible steps that may be reached without a hold.
pub static RULE: Rule = Rule {
    name: "unheld-point-of-no-return",
    level: Level::Warning,
    what: Bilingual {
        en: "a point of no return that may be reached without a hold, where a named person decides",
        zh: "没有停下来请人决定，就可能越过不能还原的一步",
    },
    why: Bilingual {
        en: "In the rhythm of ticking, the step that can't be taken back looks like every other. A hold before it makes two \
             people stop, look at the readings and decide: it is the last cheap moment of the night.",
        zh: "一路打勾打下来，不能还原的那一步看上去和别的步骤没有两样。在它之前停一停，看一看读数，由写明的人决定：这是当晚最后一次还来得及的时候。",
    },
    source: "DOE-STD-1029-92: hold points; aviation Quick Reference Handbooks: confirm before irreversible switches",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut parts = vec![FlowPart::Cold, FlowPart::Hot, FlowPart::After];
    parts.extend((0..context.rollbacks.len()).map(FlowPart::Rollback));
    let mut found = Vec::new();
    for part in parts {
        let steps: Vec<&StepAt<'_>> = context.part(part).collect();
        if steps.iter().any(|step| step.written.irreversible.is_some()) {
            let held = held(context, &steps);
            let unheld =
                steps.iter().zip(held).filter(|(step, held)| is_point(step) && !held && step.written.hold.is_none());
            found.extend(unheld.map(|(step, _)| {
                let place = step.written.irreversible.as_ref().map_or(step.written.span, |point| point.span);
                LintFinding::new(
                    &RULE,
                    About::Step(step.index),
                    place,
                    "nobody is asked before this point of no return",
                )
                .help("add `hold = { ask = \"…\", decider = \"…\" }` to it, or to a step that every way here passes")
            }));
        }
    }
    found
}

fn is_point(step: &StepAt<'_>) -> bool {
    step.written.irreversible.is_some()
}

/// For each step of a part, whether every way to it passes a hold after the last point of no return.
fn held(context: &LintContext<'_>, steps: &[&StepAt<'_>]) -> Vec<bool> {
    let Some(base) = steps.first().map(|step| step.index) else { return Vec::new() };
    let mut held = vec![true; steps.len()];
    held[0] = false;
    // A step is looked at again only when its answer changes to false, which happens once, so this is linear.
    let mut open: Vec<usize> = (0..steps.len()).rev().collect();
    while let Some(at) = open.pop() {
        let step = steps[at];
        let after = !is_point(step) && (held[at] || step.written.hold.is_some());
        if after {
            continue;
        }
        for way in context.ways(step) {
            // Where a hold's "no" leads, somebody has decided too. Trying the same step again passes no further point.
            if let FlowWayTo::Step(next) = way.to
                && next != step.index
                && let Some(known) = next.checked_sub(base).and_then(|next| held.get_mut(next))
                && *known
            {
                *known = false;
                open.push(next - base);
            }
        }
    }
    held
}
