//! Finds steps whose text names who acts, where `by` should.

use super::{About, Bilingual, LintContext, LintFinding, Rule, words};
use crate::diagnostic::Level;

/// Finds actions that begin with a role or a contact's name, in a step without `by`.
pub static RULE: Rule = Rule {
    name: "actor-in-text",
    level: Level::Note,
    what: Bilingual {
        en: "the text says who acts, and `by` doesn't", zh: "由谁做写在文字里，而没有写 `by`"
    },
    why: Bilingual {
        en: "Unless a step says otherwise, the operator acts. `by` prints that somebody else does it and reports back, and puts their number on the sheet. A name inside the sentence is easily overlooked at night.",
        zh: "没有另外说明的，都由操作者来做。写了 `by`，纸上就印出由谁做、做完回报、电话多少；名字藏在句子里，晚上一眼就读漏了。",
    },
    source: "Power-grid switching orders (操作票, GB 26860): who orders and who acts is a field of its own",
    check,
};

/// Roles that a text may name, beside the flow's own contacts.
const ROLES: &[&str] = &[
    "dba",
    "developer",
    "on-call engineer",
    "operations",
    "ops",
    "sre",
    "sysadmin",
    "tester",
    "值班人员",
    "开发",
    "数据库管理员",
    "测试",
    "管理员",
    "负责人",
    "运维",
    "运维人员",
];
/// Words that follow the name in an English sentence that says who acts.
const DOES: &[&str] = &["has", "must", "needs", "should", "will"];
/// Characters that follow the name in such a Chinese sentence, beside verbs.
const ACTS: &[&str] = &["将", "应", "把", "来", "要", "负责", "需"];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let names: Vec<String> = context
        .flow
        .contacts
        .iter()
        .flat_map(|contact| &contact.name.entries)
        .map(|(_, name)| name.value.to_lowercase())
        .chain(ROLES.iter().map(|role| (*role).to_owned()))
        .collect();
    let mut found = Vec::new();
    for step in context.steps.iter().filter(|step| step.written.by.is_none()) {
        for prose in step.written.action.iter().flat_map(|action| context.prose(action)) {
            let lower = prose.words.to_lowercase();
            // A letter whose lower case has another length in bytes would shift the place that is found.
            let from = if lower.starts_with("the ") { 4 } else { 0 };
            let name =
                names.iter().filter(|name| lower[from..].starts_with(name.as_str())).max_by_key(|name| name.len());
            let Some(end) = name.map(|name| from + name.len()).filter(|_| lower.len() == prose.words.len()) else {
                continue;
            };
            if acts(lower[end..].trim_start(), lower[end..].starts_with(' ')) {
                let place = prose.place(context.sources, from..end);
                found.push(
                    LintFinding::new(&RULE, About::Step(step.index), place, "the operator isn't who does this")
                        .help("add `by`: the contact who acts, and leave the name out of the words"),
                );
            }
        }
    }
    found
}

/// True when a sentence goes on with what the named person does. `is_apart`: a space follows the name.
fn acts(rest: &str, is_apart: bool) -> bool {
    if words::begins(rest, words::CHANGES)
        .or_else(|| words::begins(rest, words::LOOKS))
        .or_else(|| words::begins(rest, ACTS))
        .is_some()
    {
        return true;
    }
    let Some(first) = words::english(rest)
        .first()
        .map(|first| &rest[first.clone()])
        .filter(|first| is_apart && rest.starts_with(*first))
    else {
        return false;
    };
    let verb = first.strip_suffix('s').unwrap_or_default();
    let is_verb = |verb: &str| words::VERBS.binary_search(&verb).is_ok();
    DOES.contains(&first) || is_verb(verb) || verb.strip_suffix('e').is_some_and(is_verb)
}
