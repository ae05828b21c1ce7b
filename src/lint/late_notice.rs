//! Finds notices that come too late to be acted on.

use std::collections::BTreeMap;

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;

/// Finds contacts whose first mail goes out less than a day before the start.
pub static RULE: Rule = Rule {
    name: "late-notice",
    level: Level::Warning,
    what: Bilingual {
        en: "somebody is notified for the first time less than a day before the start",
        zh: "第一次通知离开始不到一天",
    },
    why: Bilingual {
        en: "A notice asks for something: keep away, stay reachable, answer. People who read it the same afternoon have gone home, \
             or have a release of their own that evening.",
        zh: "通知总是要别人做点什么：避开、留人、回复。当天下午才看到的人，要么已经下班，要么当晚自己也要发布。",
    },
    source: "The Dubbo team's release flow (2013): applications are told three days before",
    check,
};

/// The shortest notice, in minutes: one day.
const LEAST: u32 = 24 * 60;

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut first: BTreeMap<&str, (u32, usize)> = BTreeMap::new();
    for step in context.part(FlowPart::Cold) {
        let Some(task) = step.task else { continue };
        let lead = task.lead.value.shortest_minutes();
        for name in &task.notify {
            let known = first.entry(&name.value).or_insert((lead, step.index));
            if lead > known.0 {
                *known = (lead, step.index);
            }
        }
    }
    let mut found = Vec::new();
    for (contact, (lead, index)) in first {
        let Some(task) = context.steps[index].task.filter(|_| lead < LEAST) else { continue };
        let Some(name) = task.notify.iter().find(|name| name.value == contact) else { continue };
        found.push(
            LintFinding::new(
                &RULE,
                About::Step(index),
                name.span,
                format!("`{contact}` hears of it less than a day before"),
            )
            .context(task.lead.span, "so long before the start")
            .help("notify them earlier too: 3 days leave time to answer and to move something"),
        );
    }
    found
}
