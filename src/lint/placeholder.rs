//! Finds placeholders that nobody has filled in.

use std::ops::Range;

use super::strings::{self, FlowString, StringKind};
use super::{Bilingual, LintContext, LintFinding, Rule};
use crate::chars::is_word_part;
use crate::diagnostic::Level;

/// Finds TODO and the like, `???`, and a word in angle brackets, in any text or command.
pub static RULE: Rule = Rule {
    name: "placeholder",
    level: Level::Warning,
    what: Bilingual {
        en: "a placeholder that was left in: TODO, ???, <host>",
        zh: "留下没有填的占位：TODO、待定、<主机>",
    },
    why: Bilingual {
        en: "It was to be filled in before the night. On paper it is noticed at the step itself, by somebody who doesn't know what belongs there.",
        zh: "本来打算发布前填上的。印在纸上，要做到那一步才发现，而那个人并不知道该填什么。",
    },
    source: "DOE-STD-1029-92, Writer's Guide for Technical Procedures: a procedure is complete when it is issued",
    check,
};

/// Whole words in capitals that authors leave behind.
const MARKS: &[&str] = &["FIXME", "TBC", "TBD", "TODO", "XXX"];
const CHINESE: &[&str] = &["？？？", "占位", "待补充", "待填", "待定"];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for FlowString { about, words, kind } in strings::all(context) {
        if let Some(place) = left_open(&words.value, kind) {
            let place = strings::place(context, words, place);
            found.push(
                LintFinding::new(&RULE, about, place, "this was left to be filled in")
                    .help("fill it in, or declare it under `[values]` and write `{{ name }}`"),
            );
        }
    }
    found
}

fn left_open(words: &str, kind: StringKind) -> Option<Range<usize>> {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '/' | '.'));
    let mark = MARKS.iter().filter_map(|mark| {
        words.match_indices(mark).map(|(at, mark)| at..at + mark.len()).find(|range| {
            is_edge(words[..range.start].chars().next_back())
                && is_edge(words[range.end..].chars().next().filter(|c| *c != '.'))
        })
    });
    let chinese = CHINESE.iter().filter_map(|mark| words.find(mark).map(|at| at..at + mark.len()));
    // In a shell command `???` matches a name of three characters, and programs print `???` and `<none>` themselves.
    let asked = words.find("???").filter(|_| kind == StringKind::Words).map(|at| at..at + 3);
    let brackets = brackets(words).filter(|_| kind != StringKind::Output);
    mark.chain(chinese).chain(asked).chain(brackets).min_by_key(|range| range.start)
}

/// The longest name between angle brackets, in characters.
const LONGEST_NAME: usize = 30;

/// The place of something like `<host>`: letters alone between angle brackets, without the closing tag of XML.
fn brackets(words: &str) -> Option<Range<usize>> {
    if words.contains("</") || words.contains("/>") {
        return None;
    }
    words.match_indices('<').find_map(|(at, _)| {
        // Only so far is looked for the end, since there may be thousands of brackets without one.
        let is_part = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
        let length =
            words[at + 1..].chars().take(LONGEST_NAME + 1).take_while(is_part).map(char::len_utf8).sum::<usize>();
        let inner = &words[at + 1..at + 1 + length];
        let starts = inner.starts_with(|c: char| c.is_alphabetic());
        let is_closed = words[at + 1 + length..].starts_with('>');
        // In a shell command, `a <b` and `c> d` are two redirections.
        let stands_apart = words[at + 1 + length..].chars().nth(1).is_none_or(|c| !is_word_part(c));
        let is_word = !inner.ends_with(' ') && inner.chars().count() <= LONGEST_NAME;
        (starts && is_closed && stands_apart && is_word && !TAGS.contains(&inner.to_ascii_lowercase().as_str()))
            .then(|| at..at + inner.len() + 2)
    })
}

/// Words that are a tag of HTML rather than a place to fill in.
const TAGS: &[&str] =
    &["b", "br", "code", "div", "em", "html", "i", "li", "p", "pre", "span", "strong", "tag", "td", "tr", "ul"];
