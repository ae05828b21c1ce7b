//! Finds names of values in commands in which nothing is filled in.

use std::collections::BTreeSet;

use super::{About, Bilingual, LintContext, LintFinding, Rule, strings};
use crate::diagnostic::Level;
use crate::plan;

/// Finds `{{ name }}` of a declared value in a command without `fill = true`.
pub static RULE: Rule = Rule {
    name: "unfilled-value",
    level: Level::Warning,
    what: Bilingual {
        en: "the name of a value in a command that is printed as it is written",
        zh: "命令按原样印出，其中的值的名字不会被替换",
    },
    why: Bilingual {
        en: "A command is literal unless it says `fill = true`, since many tools have braces of their own. The name then stands on \
             the list in place of the value, and is pasted into a shell with its braces.",
        zh: "很多工具自己也用花括号，所以命令不写 `fill = true` 就按原样印出。清单上印的是名字而不是值，名字会连同花括号一起粘贴进去。",
    },
    source: "Ours, from people who wrote their first flow",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let known: BTreeSet<&str> = context.flow.values.iter().map(|value| &*value.name.value).collect();
    let mut found = Vec::new();
    for step in &context.steps {
        for command in step.written.commands.iter().filter(|command| !step.written.fills(command)) {
            let words = &command.run;
            let Some(name) = plan::names(&words.value).find(|name| known.contains(name)) else { continue };
            // The name is a part of the string, so this finds the one that was seen.
            let Some(at) = words.value.find(&format!("{name} }}}}")).or_else(|| words.value.find(name)) else {
                continue;
            };
            let place = strings::place(context, words, at..at + name.len());
            let message = format!("`{name}` is printed here as it is written, not its value");
            let help = "add `fill = true` to the step, or to the table of the command";
            found.push(LintFinding::new(&RULE, About::Step(step.index), place, message).help(help));
        }
    }
    found
}
