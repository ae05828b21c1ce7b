//! Finds the bytes of a file that stand for some characters of a decoded string.
//!
//! A text may have a finding at every word, so a long string isn't read from its beginning each time. Instead, anchors
//! are found once for a file, and reading begins at the nearest one before the place.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use crate::diagnostic::{Anchor, Origin, SourceForm, Sources, Span};

/// The greatest distance between two anchors, in bytes of the decoded string, give or take a character.
const APART: usize = 128;

/// The place in the file of some characters: `range` counts from the origin, in bytes of the decoded string.
///
/// Returns the whole literal where the characters can't be found.
#[must_use]
pub fn locate(sources: &Sources, origin: Origin, range: Range<usize>) -> Span {
    let offset = origin.offset as usize;
    let range = range.start.saturating_add(offset)..range.end.saturating_add(offset);
    let literal = origin.literal;
    let Some(file) = sources.files.get(usize::from(literal.file.0)) else { return literal };
    if file.form != SourceForm::Toml {
        // Quotation marks and backslashes are characters like any other there.
        return find(&file.text, literal, range, LiteralChars::bare);
    }
    let anchors = file.anchors(anchors);
    let is_before = |anchor: &Anchor| (anchor.literal, anchor.decoded as usize) <= (literal.start, range.start);
    let anchor = anchors.partition_point(is_before).checked_sub(1).map(|index| anchors[index]);
    let anchor = anchor.filter(|anchor| anchor.literal == literal.start);
    find(&file.text, literal, range, |source| LiteralChars::new(source).from(anchor))
}

/// The same for a text that the reader has at hand; `range` counts from the beginning of the decoded string.
pub(super) fn locate_in(text: &str, literal: Span, range: Range<usize>) -> Span {
    find(text, literal, range, LiteralChars::new)
}

fn find<'a>(
    text: &'a str,
    literal: Span,
    range: Range<usize>,
    pieces: impl FnOnce(&'a str) -> LiteralChars<'a>,
) -> Span {
    let Some(source) = text.get(literal.start as usize..literal.end as usize) else { return literal };
    let mut pieces = pieces(source);
    pieces.skip_bare(range.start);
    let mut found: Option<Range<usize>> = None;
    while let Some((c, place)) = pieces.next() {
        if pieces.decoded > range.start {
            let found = found.get_or_insert(place.start..place.start);
            if pieces.decoded - c.len_utf8() >= range.end {
                break;
            }
            found.end = place.end;
        }
    }
    let start = literal.start as usize;
    found.map_or(literal, |found| Span::new(literal.file, start + found.start, start + found.end))
}

/// The anchors of every string in a file, in order.
fn anchors(text: &str) -> Vec<Anchor> {
    let mut anchors = Vec::new();
    for token in Source::new(text).lex() {
        let span = token.span();
        let is_string = matches!(
            token.kind(),
            TokenKind::BasicString | TokenKind::LiteralString | TokenKind::MlBasicString | TokenKind::MlLiteralString
        );
        let Some(source) = text.get(span.start()..span.end()).filter(|_| is_string) else { continue };
        let mut pieces = LiteralChars::new(source);
        let mut next = APART;
        while pieces.next().is_some() {
            if pieces.decoded >= next {
                let at = (span.start() + pieces.offset + pieces.at) as u32;
                anchors.push(Anchor { literal: span.start() as u32, decoded: pieces.decoded as u32, at });
                next = pieces.decoded + APART;
            }
        }
    }
    anchors
}

/// How a string is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StringForm {
    /// Without quotation marks: a bare key, an argument, or a text in a file of its own.
    Bare,
    /// Between `'` or `'''`.
    Literal,
    /// Between `"`.
    Basic,
    /// Between `"""`.
    MultiLine,
}

/// The characters of a string, each with its bytes in the literal. `\r\n` counts as one line break, as for the reader.
struct LiteralChars<'a> {
    body: &'a str,
    /// Bytes of the literal before the body.
    offset: usize,
    /// The next byte of the body to look at.
    at: usize,
    /// Bytes of the decoded string before it.
    decoded: usize,
    form: StringForm,
}

impl<'a> LiteralChars<'a> {
    fn new(literal: &'a str) -> Self {
        let marks = [
            (StringForm::MultiLine, "\"\"\"", true),
            (StringForm::Literal, "'''", true),
            (StringForm::Basic, "\"", false),
            (StringForm::Literal, "'", false),
        ];
        let is_in =
            |mark: &str| literal.len() >= 2 * mark.len() && literal.starts_with(mark) && literal.ends_with(mark);
        let Some((form, mark, has_lines)) = marks.into_iter().find(|(_, mark, _)| is_in(mark)) else {
            return Self::bare(literal);
        };
        let mut body = &literal[mark.len()..literal.len() - mark.len()];
        let mut offset = mark.len();
        if has_lines && let Some(rest) = body.strip_prefix('\n').or_else(|| body.strip_prefix("\r\n")) {
            offset += body.len() - rest.len();
            body = rest;
        }
        Self { body, offset, at: 0, decoded: 0, form }
    }

    /// The characters of an argument, of a text in a file of its own, or of a key without quotation marks. They stand for
    /// themselves.
    const fn bare(body: &'a str) -> Self {
        Self { body, offset: 0, at: 0, decoded: 0, form: StringForm::Bare }
    }

    /// The same characters, from an anchor in this literal on.
    fn from(self, anchor: Option<Anchor>) -> Self {
        let Some(anchor) = anchor else { return self };
        let at = ((anchor.at - anchor.literal) as usize).saturating_sub(self.offset);
        Self { at, decoded: anchor.decoded as usize, ..self }
    }

    /// Goes straight to a byte of a text without quotation marks, where nothing needs decoding.
    fn skip_bare(&mut self, to: usize) {
        if self.form == StringForm::Bare && self.body.is_char_boundary(to) {
            (self.at, self.decoded) = (to, to);
        }
    }

    /// The next character, with `\r` and `\n` still apart.
    fn step(&mut self) -> Option<(char, Range<usize>)> {
        loop {
            let start = self.at;
            let rest = &self.body[start..];
            let c = rest.chars().next()?;
            if c != '\\' || !matches!(self.form, StringForm::Basic | StringForm::MultiLine) {
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

impl Iterator for LiteralChars<'_> {
    type Item = (char, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let mut piece = self.step()?;
        if piece.0 == '\r' && self.form != StringForm::Bare {
            let after = self.at;
            match self.step() {
                Some(('\n', place)) => piece = ('\n', piece.1.start..place.end),
                _ => self.at = after,
            }
        }
        self.decoded += piece.0.len_utf8();
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
        let file = sources.add_argument("--set", "v=\"x\"");
        let found = locate(&sources, Origin { literal: Span::new(file, 2, 5), offset: 0 }, 0..2);
        assert_eq!(sources.slice(found), "\"x");
    }

    #[test]
    fn a_file_may_be_called_like_a_flag() {
        let mut sources = Sources::default();
        let file = sources.add("--x.toml", "a = \"\\u4e00x\"");
        let found = locate(&sources, Origin { literal: Span::new(file, 4, 13), offset: 3 }, 0..1);
        assert_eq!(sources.slice(found), "x");
    }

    #[test]
    fn every_place_of_a_long_string_is_near_an_anchor() {
        for (open, close) in [("\"", "\""), ("'", "'"), ("\"\"\"\n", "\"\"\""), ("'''\r\n", "'''")] {
            let words = if open.starts_with('"') { "数\\u4e00 \\t据x\\\"" } else { "数 据x\t`" };
            let breaks = if open.len() > 3 { "\r\n" } else { "" };
            let text = format!("b = [\"x\", 1]\na = {open}{}{close}", format!("{words}{breaks}").repeat(60));
            let (string, literal) = decoded(&text);
            let mut sources = Sources::default();
            sources.add("flow.toml", text.clone());
            for (at, c) in string.char_indices() {
                let found = locate(&sources, Origin { literal, offset: at as u32 }, 0..c.len_utf8());
                assert_eq!(found, locate_in(&text, literal, at..at + c.len_utf8()), "{open} {at}");
            }
            let anchors = anchors(&text);
            assert!(anchors.is_sorted() && anchors.iter().all(|anchor| anchor.literal == literal.start));
            assert!(anchors.windows(2).all(|pair| pair[1].decoded - pair[0].decoded < APART as u32 + 4));
            let last = anchors.last().unwrap();
            assert!(string.len() - (last.decoded as usize) < APART + 4);
        }
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
            let pieces: String = LiteralChars::new(&text[span.start as usize..span.end as usize]).map(|piece| piece.0).collect();
            prop_assert_eq!(pieces, string);
        }
    }
}
