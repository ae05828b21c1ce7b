//! Finds steps without a duration in a flow whose window has an end.

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;

/// Finds hot and rollback steps without `minutes`, when `window-end` is given.
pub static RULE: Rule = Rule {
    name: "no-duration",
    level: Level::Warning,
    what: Bilingual {
        en: "steps without `minutes`, where the window has an end",
        zh: "窗口有结束时间，步骤却没有写 `minutes`",
    },
    why: Bilingual {
        en: "The latest time to roll back is the window's end less what the rollback takes. A step without a duration makes \
             that time too late, and nobody sees it on the sheet.",
        zh: "最迟决定回滚的时间，是窗口截止减去回滚用时。有一步没写用时，这个时间就偏晚，而纸上看不出来。",
    },
    source: "GitLab, change management: estimated time of every step, of the rollback too",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let Some(window) = context.flow.decision.as_ref().and_then(|decision| decision.window_end.as_ref()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let parts = [(false, "the day"), (true, "rollbacks")];
    for (is_rollback, what) in parts {
        let of_part =
            |part: FlowPart| if is_rollback { matches!(part, FlowPart::Rollback(_)) } else { part == FlowPart::Hot };
        let mut without = context.steps.iter().filter(|step| of_part(step.part) && step.written.minutes.is_none());
        let Some(first) = without.next() else { continue };
        let count = 1 + without.count();
        let (steps, label) = match count {
            1 => ("1 step".to_owned(), ""),
            _ => (format!("{count} steps"), "the first one"),
        };
        found.push(
            LintFinding::new(&RULE, About::Flow, first.place(), format!("{steps} of {what} without `minutes`"))
                .label(label)
                .context(window.span, "the latest time to roll back is counted back from here")
                .help("add `minutes`; a step that is over at once takes 1"),
        );
    }
    found
}
