//! Finds one thing that is spelled in two ways.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{About, Bilingual, LintContext, LintFinding, Rule, words};
use crate::diagnostic::{Level, Span};
use crate::source::flow::Str;
use crate::source::locate;
use crate::text::{Content, markup};

/// Finds names between backticks that differ only in case, `-`, `_` or leading zeros.
pub static RULE: Rule = Rule {
    name: "two-names",
    level: Level::Note,
    what: Bilingual { en: "one name in two spellings", zh: "同一个名字有两种写法" },
    why: Bilingual {
        en: "`app-01` and `app1` are one host to whoever wrote the flow, and two to whoever reads it at night. On paper there is nobody to ask.",
        zh: "`app-01` 和 `app1`，写流程的人知道是一台主机，夜里读的人看是两台，纸上没有人可问。",
    },
    source: "Power-grid switching orders (操作票, GB 26860): every device by its full double name, always the same",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<String, (String, Span)> = BTreeMap::new();
    for step in &context.steps {
        for text in words::actions(step).chain(&step.written.expect) {
            for (_, literal) in &text.entries {
                for (name, place) in names(context, literal) {
                    let Some(plain) = plain(&name) else { continue };
                    match seen.entry(plain) {
                        Entry::Vacant(new) => drop(new.insert((name, place))),
                        Entry::Occupied(first) if first.get().0 == name => {}
                        Entry::Occupied(mut first) => {
                            let (known, span) = first.get().clone();
                            let message = format!("`{name}` is called `{known}` elsewhere");
                            found.push(
                                LintFinding::new(&RULE, About::Step(step.index), place, message)
                                    .context(span, "the other spelling")
                                    .help("call one thing by one name; if they are two, let their names differ more"),
                            );
                            // Bilingual once for each spelling.
                            *first.get_mut() = (name, place);
                        }
                    }
                }
            }
        }
    }
    found
}

/// The single names that stand between backticks, each with its place.
fn names(context: &LintContext<'_>, literal: &Str) -> Vec<(String, Span)> {
    let text = markup::parse(&literal.value, &context.lang(None), literal.span);
    let runs = text.runs.into_iter().filter(|run| run.style.code);
    runs.filter_map(|run| {
        let Content::Chars(chars) = run.content else { return None };
        let is_name = chars.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        let place = locate(context.sources, run.origin?, 0..chars.len());
        (is_name && chars.len() <= 64).then(|| (chars.clone(), place))
    })
    .collect()
}

/// A name without what a reader overlooks: case, `-`, `_` and leading zeros. `None` for a word, a number or a constant,
/// which doesn't name a thing.
fn plain(name: &str) -> Option<String> {
    let has = |what: fn(&char) -> bool| name.chars().any(|c| what(&c));
    if !has(char::is_ascii_lowercase) || !has(|c| c.is_ascii_digit() || matches!(c, '-' | '_')) {
        return None;
    }
    let mut plain = String::new();
    let mut after_digit = false;
    for c in name.chars().filter(char::is_ascii_alphanumeric) {
        // Leading zeros of a number.
        if c == '0' && !after_digit {
            continue;
        }
        after_digit = c.is_ascii_digit();
        plain.push(c.to_ascii_lowercase());
    }
    Some(plain)
}
