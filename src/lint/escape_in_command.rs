//! Finds commands in double quotes whose backslashes TOML takes for itself.

use super::strings::{self, FlowString, StringKind};
use super::{Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::{Level, Span};

/// Finds an escape such as `\n`, or a backslash at the end of a line, in a command between `"` or `"""`.
pub static RULE: Rule = Rule {
    name: "escape-in-command",
    level: Level::Warning,
    what: Bilingual {
        en: "a backslash in a command that TOML takes for itself: the shell never sees it",
        zh: "命令里的反斜杠被 TOML 当作转义，shell 看不到",
    },
    why: Bilingual {
        en: "In double quotes `\\n` is a line break, and a backslash at the end of a line joins the lines: a comment then swallows \
             the command below it. What is printed and pasted isn't what was tried at the desk.",
        zh: "在双引号里 `\\n` 是换行，行尾的反斜杠会把两行接成一行：上一行若是注释，下一行的命令就成了注释的一部分。印出来、粘贴进去的，不是在自己机器上试过的那一条。",
    },
    source: "TOML 1.1, String: in a literal string there is no escaping",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for FlowString { about, words, .. } in
        strings::all(context).into_iter().filter(|string| string.kind == StringKind::Command)
    {
        let literal = context.sources.slice(words.span);
        if let Some((at, length)) = escape(literal) {
            let start = words.span.start as usize + at;
            let place = Span::new(words.span.file, start, start + length);
            let what = if literal[at + 1..].starts_with(char::is_whitespace) {
                "this backslash joins two lines, and isn't in the command"
            } else {
                "in double quotes this is another character, not what the shell would see"
            };
            let quotes = if literal.starts_with("\"\"\"") { "'''" } else { "'" };
            let help = format!("put the command between `{quotes}`, where a backslash is a character");
            found.push(LintFinding::new(&RULE, about, place, what).help(help));
        }
    }
    found
}

/// The first escape in a string between double quotes other than `\"` and `\\`: its place and its length in bytes.
fn escape(literal: &str) -> Option<(usize, usize)> {
    if !literal.starts_with('"') {
        return None;
    }
    let mut at = 0;
    while let Some(length) = literal[at..].find('\\') {
        at += length;
        let escaped = literal[at + 1..].chars().next()?;
        if !matches!(escaped, '"' | '\\') {
            return Some((at, 1 + if escaped.is_whitespace() { 0 } else { escaped.len_utf8() }));
        }
        at += 2;
    }
    None
}
