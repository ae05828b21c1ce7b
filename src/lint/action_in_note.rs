//! Finds actions in remarks, where there is no box to tick.

use super::{Bilingual, HOLE, LintContext, LintFinding, Rule, words};
use crate::diagnostic::Level;

/// Finds sentences of a `note`, `caution` or `warning` that tell the reader to do something.
pub static RULE: Rule = Rule {
    name: "action-in-note",
    level: Level::Warning,
    what: Bilingual {
        en: "an action inside a note, a caution or a warning", zh: "说明、注意或警告里有操作"
    },
    why: Bilingual {
        en: "Remarks have no box to tick. An action in one is done by whoever happens to read it, at some time, and the checker doesn't see it.",
        zh: "说明没有方格。写在里面的操作，谁碰巧读到谁做，什么时候做也不一定，检查者也看不见。",
    },
    source: "Aviation Quick Reference Handbooks and DOE-STD-1029-92, Writer's Guide for Technical Procedures: notes, cautions and warnings hold no action",
    check,
};

/// Words that make a Chinese sentence an order.
const ORDERS: &[&str] = &["务必", "务必先", "必须先", "记得", "请", "请先", "需要先"];
/// Characters that show that a clause is no order even with a verb: it says when something happens, or what comes of
/// it.
const TELLS: &[char] = &[
    '前', '后', '时', '会', '将', '能', '约', '期', '的', '了', '已', '过', '不', '是', '需', '由', '完', '失', '属',
    '来', '留', '为', '有', '项', '自', '较', '很', '仍', '都', '只',
];
/// The longest clause, in characters, that is an order without one of the words of [`ORDERS`].
const SHORT: usize = 10;

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for (about, name, text) in words::remarks(context) {
        for prose in context.prose(text) {
            for (start, sentence) in words::sentences(&prose.words) {
                let order = if prose.chinese { chinese(sentence) } else { english(sentence) };
                if let Some(length) = order {
                    let place = prose.place(context.sources, start..start + length);
                    found.push(
                        LintFinding::new(
                            &RULE,
                            about,
                            place,
                            format!("an action in a `{name}`, where no box is ticked for it"),
                        )
                        .help("make a step of it before this one"),
                    );
                    break;
                }
            }
        }
    }
    found
}

/// The length in bytes of the verb that an English order begins with; `None` when the sentence is no order.
fn english(sentence: &str) -> Option<usize> {
    let mut places = words::english(sentence).into_iter();
    let mut first = places.next().filter(|first| first.start == 0)?;
    if sentence[first.clone()].eq_ignore_ascii_case("please") {
        first = places.next()?;
    }
    let word = sentence[first.clone()].to_ascii_lowercase();
    words::VERBS.binary_search(&word.as_str()).ok()?;
    let next = places.next().map(|next| sentence[next].to_ascii_lowercase())?;
    let has_object = next.starts_with(HOLE) || words::OBJECTS.binary_search(&next.as_str()).is_ok();
    has_object.then_some(first.end)
}

fn chinese(sentence: &str) -> Option<usize> {
    let clause = sentence.split(['，', ',', '：', ':']).next()?;
    let order = words::begins(clause, ORDERS).map_or(0, str::len);
    let verb =
        words::begins(&clause[order..], words::CHANGES).or_else(|| words::begins(&clause[order..], words::LOOKS))?;
    let rest = &clause[order + verb.len()..];
    // A verb alone may also be part of a noun: 复制延迟, 备份文件.
    let is_bare = !rest.is_empty()
        && rest.chars().count() <= SHORT
        && !rest.contains(|c: char| TELLS.contains(&c) || c.is_ascii_digit());
    (order > 0 || is_bare).then_some(order + verb.len())
}
