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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use toml::de::DeTable;

    use super::*;
    use crate::diagnostic::FileId;

    /// What a literal decodes to, after TOML and the reader.
    fn decoded(text: &str) -> (String, Span) {
        let table = DeTable::parse(text).unwrap().into_inner();
        let value = table.get("a").unwrap();
        let span = Span::new(FileId(0), value.span().start, value.span().end);
        (value.get_ref().as_str().unwrap().replace("\r\n", "\n"), span)
    }

    /// The source of the first place where some words stand in the decoded string.
    fn source_of<'a>(text: &'a str, words: &str) -> &'a str {
        let (string, span) = decoded(text);
        let at = string.find(words).unwrap();
        let found = locate_in(text, span, at..at + words.len());
        &text[found.start as usize..found.end as usize]
    }

    #[test]
    fn every_form_of_string() {
        assert_eq!(source_of("a = \"数据\"", "据"), "据");
        assert_eq!(source_of("a = '数\\n据'", "\\n据"), "\\n据");
        assert_eq!(source_of(r#"a = "\u4e00\n\U0001F600\"x""#, "一"), r"\u4e00");
        assert_eq!(source_of(r#"a = "\u4e00\n\U0001F600\"x""#, "\n"), r"\n");
        assert_eq!(source_of(r#"a = "\u4e00\n\U0001F600\"x""#, "😀\""), r#"\U0001F600\""#);
        assert_eq!(source_of("a = \"\"\"\nx\ny\"\"\"", "x"), "x");
        assert_eq!(source_of("a = \"\"\"\r\nx\r\ny\"\"\"", "\ny"), "\r\ny");
        assert_eq!(source_of("a = \"\"\"x \\\n   y \\\r\n\r\n z\"\"\"", "z"), "z");
        assert_eq!(source_of("a = \"\"\"x \\\n   y\"\"\"", "x y"), "x \\\n   y");
        assert_eq!(source_of("a = '''\r\n\\x\r\n'y''''", "'y'"), "'y'");
        assert_eq!(source_of("a = \"\"\"x\\r\\ny\"\"\"", "\n"), "\\r\\n");
        assert_eq!(source_of("a = \"\\x41\\e\"", "A"), "\\x41");
    }

    #[test]
    fn what_cannot_be_found_is_the_literal() {
        let span = Span::new(FileId(0), 4, 9);
        let text = "a = \"xyz\"";
        assert_eq!(locate_in(text, span, 3..4), span);
        assert_eq!(locate_in(text, span, 1..99), Span::new(FileId(0), 6, 8));
        assert_eq!(locate_in(text, span, 1..1), Span::new(FileId(0), 6, 6));
        let outside = Span::new(FileId(3), 90, 99);
        assert_eq!(locate_in(text, outside, 0..1), outside);
        assert_eq!(locate(&Sources::default(), Origin { literal: outside, offset: 1 }, 0..usize::MAX), outside);
    }

    #[test]
    fn runs_count_from_their_offset_and_arguments_keep_their_quotes() {
        let mut sources = Sources::default();
        let file = sources.add("flow.toml", "a = \"x **\\u4e00**\"");
        let literal = Span::new(file, 4, 18);
        let found = locate(&sources, Origin { literal, offset: 4 }, 0..3);
        assert_eq!(sources.slice(found), "\\u4e00");
        let file = sources.add("--set", "v=\"x\"");
        let found = locate(&sources, Origin { literal: Span::new(file, 2, 5), offset: 0 }, 0..2);
        assert_eq!(sources.slice(found), "\"x");
    }

    proptest! {
        #[test]
        fn pieces_are_what_toml_decodes(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "x", "数", "\\n", "\\r", "\\t", "\\\"", "\\\\", "\\u4e00", "\\U0001F600", "\\x41", "\\\n  ", "\n", "\r\n", " ", "'",
                ]),
                0..12,
            )
        ) {
            let text = format!("a = \"\"\"{}\"\"\"", parts.concat());
            let (string, span) = decoded(&text);
            let pieces: String = Pieces::new(&text[span.start as usize..span.end as usize], None).map(|piece| piece.0).collect();
            prop_assert_eq!(pieces, string);
        }
    }
}
