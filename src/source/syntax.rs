//! Turns bytes into text and text into TOML, and reports what is wrong with the file as a whole and with its syntax.

mod explain;

use std::ops::Range;

use toml::Spanned as Located;
use toml::de::{DeTable, Error};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use crate::diagnostic::{Diagnostic, FileId, Span};

/// The largest file that is read, in bytes: enough for a procedure of a thousand pages.
pub const MAX_BYTES: usize = 1 << 20;

/// The deepest nesting that the parser follows: levels of lists and tables, or parts of a dotted key.
const DEEPEST: usize = 80;

/// The text of a file, without a byte order mark.
///
/// # Errors
/// A diagnostic that names the line of the first byte that isn't UTF-8 or of the first control character, or says that the
/// file is too large or begins with two byte order marks. What isn't text may be anything, a secret too, so no fault shows an excerpt of it.
pub fn decode(name: &str, bytes: &[u8]) -> Result<String, Diagnostic> {
    if bytes.len() > MAX_BYTES {
        let message = format!("`{name}` is longer than {} MiB", MAX_BYTES >> 20);
        return Err(Diagnostic::error_nowhere("too-long", message).help("split the procedure into several flows"));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => match text.find(|c: char| c.is_ascii_control() && !"\t\n\r".contains(c)) {
            None => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(text);
                if text.starts_with('\u{feff}') {
                    let message = format!("`{name}` begins with two byte order marks, of which the second is no text");
                    return Err(Diagnostic::error_nowhere("not-text", message).help("save the file without them"));
                }
                Ok(text.to_owned())
            }
            Some(at) => {
                let line = 1 + text[..at].matches('\n').count();
                let message = format!("`{name}` isn't text: see the character U+{:04X} in line {line}", bytes[at]);
                Err(Diagnostic::error_nowhere("not-text", message).help("remove it, or save the file as plain text"))
            }
        },
        Err(error) => {
            let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
            let message = format!("`{name}` isn't UTF-8: see line {line}");
            Err(Diagnostic::error_nowhere("not-utf8", message).help("save the file as UTF-8"))
        }
    }
}

/// Parses a file.
///
/// # Errors
/// The faults of its syntax. There is no table then, because the parser makes up values in order to go on.
pub(crate) fn parse(text: &str, file: FileId) -> Result<Located<DeTable<'_>>, Vec<Diagnostic>> {
    if text.len() > MAX_BYTES {
        let message = format!("this file is longer than {} MiB", MAX_BYTES >> 20);
        let fault = Diagnostic::error("too-long", Span::new(file, 0, 0), message);
        return Err(vec![fault.help("split the procedure into several flows")]);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() { Ok(table) } else { Err(faults(text, file, &errors)) }
}

/// The faults of syntax in the order of the file, at most one for each line. Nothing is reported behind a bracket or a
/// string that is never closed, because it would only follow from that.
fn faults(text: &str, file: FileId, errors: &[Error]) -> Vec<Diagnostic> {
    let mut errors: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or_default(), error.message())).collect();
    errors.sort_by_key(|(span, _)| (span.start, span.end));
    let is_open =
        |message: &str| message.starts_with("unclosed array,") || message.starts_with("unclosed inline table");
    let open = if errors.iter().any(|(_, message)| is_open(message)) { open_bracket(text) } else { None };
    let mut faults = Vec::new();
    let mut strings = None;
    let mut shown_to = 0;
    for (span, message) in errors {
        if let Some(start) = open_string(text, message, span.start) {
            let place = Span::new(file, start, span.start.max(start));
            faults.push(
                Diagnostic::error("syntax", place, "this string is never closed")
                    .help("close it, or escape what is in it"),
            );
            break;
        }
        if is_deep(message) {
            // For a key of too many parts the parser gives no place.
            let place = if span.is_empty() && span.start == 0 { long_key(text).unwrap_or(span) } else { span };
            let message = format!("nested more than {DEEPEST} levels deep");
            let fault = Diagnostic::error("too-deep", Span::new(file, place.start, place.end), message);
            faults.push(fault.help("no key of a flow lies deeper than eight levels"));
            break;
        }
        if let Some(open) = open.filter(|open| *open <= span.start) {
            let what = if text[open..].starts_with('[') { "list" } else { "table" };
            let place = Span::new(file, open, open + 1);
            let fault = Diagnostic::error("syntax", place, format!("this {what} is never closed"));
            faults.push(fault.help(if what == "list" { "close it with `]`" } else { "close it with `}`" }));
            break;
        }
        if span.start < shown_to {
            continue;
        }
        shown_to = text[span.start..].find('\n').map_or(text.len() + 1, |end| span.start + end + 1);
        let is_escape = message.starts_with("missing escaped value");
        let literal = if is_escape { literal_form(text, &mut strings, span.start) } else { None };
        let (message, help) = explain::explain(text, &span, message);
        let mut fault = Diagnostic::error("syntax", Span::new(file, span.start, span.end), message);
        if let Some((string, literal)) = literal {
            let place = Span::new(file, string.start, string.end);
            let help = "put the text between `'`, where a backslash is a character";
            faults.push(fault.patch(help, place, literal));
            continue;
        }
        fault.help.extend(help);
        faults.push(fault);
    }
    faults
}

/// The string in double quotes around a byte, and the same characters in single quotes, where that is certainly what was
/// meant: none of its backslashes begins an escape. `strings` keeps where the strings of the text are.
fn literal_form(text: &str, strings: &mut Option<Vec<Range<usize>>>, at: usize) -> Option<(Range<usize>, String)> {
    let strings = strings.get_or_insert_with(|| {
        let tokens = Source::new(text).lex();
        let basic = tokens.filter(|token| matches!(token.kind(), TokenKind::BasicString | TokenKind::MlBasicString));
        basic.map(|token| token.span().start()..token.span().end()).collect()
    });
    let string = strings.get(strings.partition_point(|string| string.end <= at))?.clone();
    let literal = text.get(string.clone()).filter(|_| string.start < at)?;
    let mark = if literal.starts_with("\"\"\"") { 3 } else { 1 };
    let inside = literal.get(mark..literal.len().checked_sub(mark)?)?;
    let mut escaped = inside.split('\\').skip(1);
    let is_escape = |rest: &str| rest.starts_with(ESCAPED) || rest.starts_with(char::is_whitespace) || rest.is_empty();
    if inside.contains('\'') || escaped.any(is_escape) {
        return None;
    }
    let quotes = "'".repeat(mark);
    Some((string, format!("{quotes}{inside}{quotes}")))
}

/// What follows a backslash in an escape of TOML.
const ESCAPED: [char; 11] = ['b', 'e', 'f', 'n', 'r', 't', 'x', 'u', 'U', '"', '\\'];

/// Whether the parser has given up because the file is nested too deeply.
fn is_deep(message: &str) -> bool {
    message.starts_with("cannot recurse further") || message == "recursion limit"
}

/// The first key that has more parts than the parser takes.
fn long_key(text: &str) -> Option<Range<usize>> {
    let (mut dots, mut start) = (0, 0);
    for token in Source::new(text).lex() {
        match token.kind() {
            TokenKind::Dot => dots += 1,
            TokenKind::Whitespace => {}
            TokenKind::Atom | TokenKind::BasicString | TokenKind::LiteralString => {
                if dots == 0 {
                    start = token.span().start();
                }
            }
            _ => dots = 0,
        }
        if dots == DEEPEST {
            return Some(start..token.span().end());
        }
    }
    None
}

/// Where the string begins that isn't closed at the byte `end`, if that is what the parser's `message` says.
fn open_string(text: &str, message: &str, end: usize) -> Option<usize> {
    let is_open = message.starts_with("invalid ")
        && (message.ends_with("string, expected `\"`") || message.ends_with("string, expected `'`"));
    if !is_open {
        return None;
    }
    let token = Source::new(text).lex().find(|token| token.span().end() >= end)?;
    // The parser also says so where it has taken a bare word for a string.
    text[token.span().start()..].starts_with(['"', '\'']).then(|| token.span().start())
}

/// The first bracket that is closed by one of another kind, or else the first one that is never closed.
fn open_bracket(text: &str) -> Option<usize> {
    let mut open: Vec<(TokenKind, usize)> = Vec::new();
    for token in Source::new(text).lex() {
        let opens = match token.kind() {
            kind @ (TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket) => {
                open.push((kind, token.span().start()));
                continue;
            }
            TokenKind::RightSquareBracket => TokenKind::LeftSquareBracket,
            TokenKind::RightCurlyBracket => TokenKind::LeftCurlyBracket,
            _ => continue,
        };
        match open.pop() {
            Some((kind, at)) if kind != opens => return Some(at),
            _ => {}
        }
    }
    open.first().map(|(_, at)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `line:column message` of each fault.
    fn said(text: &str) -> Vec<String> {
        let faults = parse(text, FileId(0)).err().unwrap_or_default();
        let mut sources = crate::diagnostic::Sources::default();
        sources.add("x.toml", text);
        let place = |fault: &Diagnostic| sources.line_column(fault.primary.as_ref().unwrap().span);
        faults.iter().map(|fault| format!("{:?} {}", place(fault), fault.message)).collect()
    }

    #[test]
    fn one_fault_a_line_in_order() {
        assert_eq!(
            said("x = = 1\ny = 2\nz = abc\ny = 1\n"),
            [
                "(1, 5) there is more than one `=` here",
                "(3, 5) `abc` isn't in quotes",
                "(4, 1) `y` is given twice here"
            ]
        );
    }

    #[test]
    fn nothing_after_what_is_left_open() {
        assert_eq!(said("a = [1, 2\nb = 3\n[foo]\nc = [1,\n2]\nd = \"x\"\n"), ["(1, 5) this list is never closed"]);
        assert_eq!(said("a = { b = 1\nc = 2\n[d]\ne=1\n"), ["(1, 5) this table is never closed"]);
        assert_eq!(said("b = { a = [1, 2 }\nc = 1\n"), ["(1, 11) this list is never closed"]);
        assert_eq!(said("a = [\n { b = 1, c = \"x },\n { b = 2 },\n]\n"), ["(2, 15) this string is never closed"]);
        assert_eq!(said("a = 'x\nb = 1\n"), ["(1, 5) this string is never closed"]);
        assert_eq!(said("a = 1\nb = \"\"\"x\nc = \"d\"\n"), ["(2, 5) this string is never closed"]);
        assert_eq!(said("x = { a = 1 b = 2 }\n"), ["(1, 11) nothing stands between this value and the next key"]);
        assert_eq!(said("[foo\nx = 1\n"), ["(1, 5) this header isn't closed"]);
        assert_eq!(
            said("a = ['x' 2]\nb = [\n"),
            ["(1, 10) a comma is missing here", "(2, 5) this list is never closed"]
        );
    }

    /// A string changes its quotes only where every backslash in it is one that TOML doesn't know.
    #[test]
    fn quotes_change_where_that_is_certain() {
        let mended = |value: &str| {
            let faults = parse(&format!("a = {value}\n"), FileId(0)).err().unwrap_or_default();
            let patch = faults.first().and_then(|fault| fault.patch.clone());
            patch.map(|patch| patch.edits[0].1.clone())
        };
        assert_eq!(mended(r#""grep \s+x | sed s/\(a\)/\1/""#).as_deref(), Some(r"'grep \s+x | sed s/\(a\)/\1/'"));
        assert_eq!(mended("\"\"\"\na \\G\n\"\"\"").as_deref(), Some("'''\na \\G\n'''"));
        for unsure in [r#""\s \n""#, r#""it's \s""#, r#""\s \"x\"""#, r#""\s \\""#, "\"\"\"\\s \\\nx\"\"\""] {
            assert_eq!(mended(unsure), None, "{unsure}");
        }
    }

    #[test]
    fn depth_has_an_end_and_a_place() {
        let nested = |open: &str, close: &str, levels: usize| {
            said(&format!("x = 1\na = {}1{}\n", open.repeat(levels), close.repeat(levels)))
        };
        assert!(nested("[", "]", DEEPEST).is_empty() && nested("{a=", "}", DEEPEST).is_empty());
        let deep = "nested more than 80 levels deep";
        assert_eq!(nested("[", "]", DEEPEST + 1), [format!("(2, 85) {deep}")]);
        assert_eq!(nested("{a=", "}", DEEPEST + 1), [format!("(2, 245) {deep}")]);
        assert_eq!(nested("[", "]", 100_000), [format!("(2, 85) {deep}")]);
        let key = |parts: usize| said(&format!("x = 1\n  a{} = 1\n", ".a".repeat(parts - 1)));
        assert!(key(DEEPEST).is_empty());
        assert_eq!(key(DEEPEST + 1), [format!("(2, 3) {deep}")]);
        assert_eq!(key(100_000), [format!("(2, 3) {deep}")]);
    }

    #[test]
    fn decoding_names_the_line() {
        let fault = decode("a.toml", b"a = 1\nb = \"\xff\"\n").unwrap_err();
        assert_eq!((fault.code, fault.message.as_str()), ("not-utf8", "`a.toml` isn't UTF-8: see line 2"));
        for (bytes, character) in
            [(&b"a = 1\nb = \"\0\"\n"[..], "U+0000"), (b"\r\n\x1b[2J", "U+001B"), (b"\n\x7f\x80", "")]
        {
            let fault = decode("a.toml", bytes).unwrap_err();
            let wanted = format!("`a.toml` isn't text: see the character {character} in line 2");
            assert!(fault.message == wanted || character.is_empty() && fault.code == "not-utf8", "{}", fault.message);
        }
        assert_eq!(decode("a.toml", b"a = '\t'\r\n").unwrap(), "a = '\t'\r\n");
        assert_eq!(decode("a.toml", "\u{feff}a = 1".as_bytes()).unwrap(), "a = 1");
        assert_eq!(decode("a.toml", &vec![b' '; MAX_BYTES + 1]).unwrap_err().code, "too-long");
        assert_eq!(parse(&" ".repeat(MAX_BYTES + 1), FileId(0)).unwrap_err()[0].code, "too-long");
    }
}
