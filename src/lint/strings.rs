//! Every string of a flow or a release that is printed, mailed or pasted, as its author wrote it, for rules that look at all
//! characters, also at code and addresses.

use std::ops::Range;

use super::{About, LintContext};
use crate::diagnostic::{Origin, Span};
use crate::source::flow::{KeyText, Str, TextAt};
use crate::source::locate;

/// One string of a flow or a release.
#[derive(Debug, Clone, Copy)]
pub struct FlowString<'a> {
    /// Where a finding in it can be allowed.
    pub about: About,
    /// The string where it is written.
    pub words: &'a Str,
    /// What it is.
    pub kind: StringKind,
}

/// What a string is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringKind {
    /// Words to read.
    Words,
    /// A command, which is pasted into a shell.
    Command,
    /// What comes out of a command.
    Output,
}

/// The place in the file of some bytes of a string.
pub fn place(context: &LintContext<'_>, words: &Str, range: Range<usize>) -> Span {
    locate(context.sources, Origin { literal: words.span, offset: 0 }, range)
}

/// All the strings: those of the steps, then of the blocks, then of the flow.
pub fn all<'a>(context: &LintContext<'a>) -> Vec<FlowString<'a>> {
    of(&context.texts)
}

/// The strings of the release: its values, its number, the people.
pub fn of_release<'a>(context: &LintContext<'a>) -> Vec<FlowString<'a>> {
    of(&context.release_texts)
}

/// Where addresses say whom they lead to: what stands between `://` and the path, such as `user:word@host:80`.
pub fn authorities(words: &str) -> Vec<Range<usize>> {
    let place = |(at, sign): (usize, &str)| {
        let start = at + sign.len();
        let end = words[start..].find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`'));
        start..end.map_or(words.len(), |end| start + end)
    };
    words.match_indices("://").map(place).collect()
}

fn of<'a>(texts: &[(About, TextAt<'a>)]) -> Vec<FlowString<'a>> {
    let mut all = Vec::with_capacity(texts.len());
    for (about, text) in texts {
        let mut push = |words, kind| all.push(FlowString { about: *about, words, kind });
        match text.words {
            KeyText::Text(text) | KeyText::LineText(text) | KeyText::Markdown(text) => {
                text.entries.iter().for_each(|(_, words)| push(words, StringKind::Words));
            }
            KeyText::Line(words) | KeyText::Link(words) | KeyText::Mail(words) => push(words, StringKind::Words),
            KeyText::Output(words) => push(words, StringKind::Output),
            KeyText::Code(words) => push(words, StringKind::Command),
        }
    }
    all
}
