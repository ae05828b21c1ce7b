//! Finds facts whose ids are nearly those that a change ticket asks for.

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;
use crate::source::flow::TICKET_FACTS;
use crate::source::suggest::nearest;

/// Finds facts with an id that is nearly `reason`, `scope`, `risk`, `downtime` or `test`.
pub static RULE: Rule = Rule {
    name: "misnamed-fact",
    level: Level::Warning,
    what: Bilingual {
        en: "a fact whose id is nearly one that a ticket has a place for",
        zh: "事实的 id 和工单里固定的一项只差一点",
    },
    why: Bilingual {
        en: "A ticket has a place of its own for `reason`, `scope`, `risk`, `downtime` and `test`. With a slip in the id that place \
             stays empty, and whoever approves the change reads that nothing is known of its risk.",
        zh: "工单给 `reason`、`scope`、`risk`、`downtime`、`test` 各留了位置。id 写错一个字母，那里就空着，批准变更的人会以为没有写明风险。",
    },
    source: "Ours, from people who wrote their first flow",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let facts = &context.flow.facts;
    let is_there = |name: &&str| facts.iter().any(|fact| fact.id.value == **name);
    let open: Vec<&str> = TICKET_FACTS.iter().copied().filter(|name| !is_there(name)).collect();
    let mut found = Vec::new();
    for fact in facts.iter().filter(|fact| !TICKET_FACTS.contains(&&*fact.id.value)) {
        if let Some(near) = nearest(&fact.id.value, open.iter().copied()) {
            let message = format!("the ticket has a place for `{near}`, and not for `{}`", fact.id.value);
            let finding = LintFinding::new(&RULE, About::Flow, fact.id.span, message);
            found.push(finding.help(format!("did you mean `{near}`?")));
        }
    }
    found
}
