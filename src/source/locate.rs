//! From the characters of a decoded string back to the bytes of the file that stand for them.

use std::ops::Range;

use crate::diagnostic::{Sources, Span};
use crate::text::Origin;

/// The place of some bytes of a run: `range` counts from the run's first character, in UTF-8 bytes of the decoded text.
///
/// What can't be found is the whole literal.
#[must_use]
pub fn locate(sources: &Sources, origin: Origin, range: Range<usize>) -> Span {
    let offset = origin.offset as usize;
    let range = range.start.saturating_add(offset)..range.end.saturating_add(offset);
    let Some(file) = sources.files.get(usize::from(origin.literal.file.0)) else { return origin.literal };
    // An argument of the command line is no TOML: its quotation marks are its own.
    let whole = if file.name.starts_with("--") { Some(Form::Bare) } else { None };
    find(&file.text, origin.literal, range, whole)
}

/// The same in one text, for the reader.
pub(super) fn locate_in(text: &str, literal: Span, range: Range<usize>) -> Span {
    find(text, literal, range, None)
}

fn find(text: &str, literal: Span, range: Range<usize>, form: Option<Form>) -> Span {
    let Some(source) = text.get(literal.start as usize..literal.end as usize) else { return literal };
    let mut found: Option<Range<usize>> = None;
    let mut decoded = 0;
    for (c, place) in Pieces::new(source, form) {
        let next = decoded + c.len_utf8();
        if next > range.start {
            let found = found.get_or_insert(place.start..place.start);
            if decoded >= range.end {
                break;
            }
            found.end = place.end;
        }
        decoded = next;
    }
    let start = literal.start as usize;
    found.map_or(literal, |found| Span::new(literal.file, start + found.start, start + found.end))
}

/// How a string is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As it is: a bare key.
    Bare,
    /// Between `'` or `'''`.
    Literal,
    /// Between `"`.
    Basic,
    /// Between `"""`.
    MultiLine,
}

/// The characters of a string, each with its bytes in the literal; `\r\n` is one line break, as the reader has it.
struct Pieces<'a> {
    body: &'a str,
    /// Where the body stands in the literal.
    offset: usize,
    at: usize,
    form: Form,
}

impl<'a> Pieces<'a> {
    fn new(literal: &'a str, form: Option<Form>) -> Self {
        let bare = (Form::Bare, "", false);
        let marks = [
            (Form::MultiLine, "\"\"\"", true),
            (Form::Literal, "'''", true),
            (Form::Basic, "\"", false),
            (Form::Literal, "'", false),
        ];
        let is_in =
            |mark: &str| literal.len() >= 2 * mark.len() && literal.starts_with(mark) && literal.ends_with(mark);
        let (form, mark, has_lines) = match form {
            Some(form) => (form, "", false),
            None => marks.into_iter().find(|(_, mark, _)| is_in(mark)).unwrap_or(bare),
        };
        let mut body = &literal[mark.len()..literal.len() - mark.len()];
        let mut offset = mark.len();
        if has_lines && let Some(rest) = body.strip_prefix('\n').or_else(|| body.strip_prefix("\r\n")) {
            offset += body.len() - rest.len();
            body = rest;
        }
        Self { body, offset, at: 0, form }
    }

    /// The next character, before `\r\n` becomes one.
    fn step(&mut self) -> Option<(char, Range<usize>)> {
        loop {
            let start = self.at;
            let rest = &self.body[start..];
            let c = rest.chars().next()?;
            if c != '\\' || !matches!(self.form, Form::Basic | Form::MultiLine) {
                self.at += c.len_utf8();
                return Some((c, self.offset + start..self.offset + self.at));
            }
            let escape = &rest[1..];
            if escape.starts_with([' ', '\t', '\n', '\r']) {
                self.at = self.body.len() - escape.trim_start_matches([' ', '\t', '\n', '\r']).len();
                continue;
            }
            let (c, length) = escaped(escape);
            self.at += 1 + length;
            return Some((c, self.offset + start..self.offset + self.at));
        }
    }
}

impl Iterator for Pieces<'_> {
    type Item = (char, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let piece = self.step()?;
        if piece.0 == '\r' {
            let after = self.at;
            match self.step() {
                Some(('\n', place)) => return Some(('\n', piece.1.start..place.end)),
                _ => self.at = after,
            }
        }
        Some(piece)
    }
}

/// The character that an escape stands for and the length of what follows the backslash.
fn escaped(escape: &str) -> (char, usize) {
    let hex = |digits: usize| {
        let value = escape.get(1..=digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        value.and_then(char::from_u32).map_or(('\u{fffd}', 1), |c| (c, 1 + digits))
    };
    match escape.chars().next() {
        Some('b') => ('\u{8}', 1),
        Some('e') => ('\u{1b}', 1),
        Some('f') => ('\u{c}', 1),
        Some('n') => ('\n', 1),
        Some('r') => ('\r', 1),
        Some('t') => ('\t', 1),
        Some('x') => hex(2),
        Some('u') => hex(4),
        Some('U') => hex(8),
        Some(c) => (c, c.len_utf8()),
        None => ('\\', 0),
    }
}
