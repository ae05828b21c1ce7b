//! Finds flows with so many critical steps that none stands out.

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;

/// Finds more than half of the hot steps marked `critical`, when there are at least [`FEWEST`].
pub static RULE: Rule = Rule {
    name: "all-critical",
    level: Level::Note,
    what: Bilingual { en: "more than half of the steps are critical", zh: "超过一半的步骤是关键步骤" },
    why: Bilingual {
        en: "A critical step is seen because it is printed in bold. When most steps are, all look alike again, and the one that can break everything is read like the others.",
        zh: "印成粗体的看得见，是因为别的不是。大半都是粗体，又都一样了，真正能出大事的那一步就和别的一起读过去了。",
    },
    source: "Degani and Wiener, Human Factors of Flight-Deck Checklists (NASA CR-177549): killer items stand out only while they are few",
    check,
};

/// With fewer hot steps than this, all may be critical.
const FEWEST: usize = 4;

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let hot: Vec<_> = context.part(FlowPart::Hot).collect();
    let critical = hot.iter().filter(|step| step.written.critical).count();
    let Some(first) = hot.iter().find(|step| step.written.critical) else { return Vec::new() };
    if hot.len() < FEWEST || critical * 2 <= hot.len() {
        return Vec::new();
    }
    let message = format!("{critical} of {} steps are critical: none of them stands out", hot.len());
    let finding = LintFinding::new(&RULE, About::Flow, first.place(), message)
        .label("the first of them")
        .help("keep `critical` for the steps that can't be mended when they go wrong");
    vec![finding]
}
