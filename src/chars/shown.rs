//! How words that others wrote are shown to people and printed to a terminal or a log.
//!
//! Flows, releases, PDFs and names of files come from anywhere. A control character in them moves a terminal's cursor, a
//! direction mark turns words around, a character without width hides, and the programs that run jobs for a repository
//! take `##[…]`, `##vso[…]` and a line that begins with `::` for commands. All of these are shown as an escape, such as
//! `\u{202e}`, so that they are seen and nothing acts on them. What is shown once is shown the same when it is shown again.

use std::fmt::Write;

use super::draws_nothing;

/// Words on one line of ours: in a message, a name, a value. Tabs and line breaks become escapes too.
#[must_use]
pub fn words(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    each(words, |_, c| match c {
        ShownChar::Same('\t') => out.push_str("\\t"),
        shown => shown.push(&mut out),
    });
    out
}

/// One line of a file, in which tabs stay.
#[must_use]
pub fn line(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    each(line, |_, shown| shown.push(&mut out));
    out
}

/// A whole report: line breaks and colours stay. Its parts have been escaped one by one, so that carets stand where they
/// should; this finds what only the parts of a line together make, and what nobody thought of.
#[must_use]
pub fn report(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let end = ["\r\n", "\n"].into_iter().find(|end| line.ends_with(end)).unwrap_or_default();
        let line = &line[..line.len() - end.len()];
        let mut colour_end = 0;
        each(line, |at, shown| {
            colour_end = colour_end.max(at + colour(&line[at..]));
            if at < colour_end { out.push_str(&line[at..=at]) } else { shown.push(&mut out) }
        });
        out.push_str(end);
    }
    out
}

/// A JSON text, whose strings stay the same to a program that reads them.
#[must_use]
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        each(line, |_, shown| match shown {
            ShownChar::Same(c) | ShownChar::Escape(c @ '\n') => out.push(c),
            ShownChar::Escape(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string can't fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        });
    }
    out
}

/// A character as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownChar {
    /// As itself.
    Same(char),
    /// As an escape.
    Escape(char),
}

impl ShownChar {
    /// Adds it to a line.
    pub fn push(self, out: &mut String) {
        match self {
            Self::Same(c) => out.push(c),
            Self::Escape(c @ ('\n' | '\r')) => out.extend(c.escape_default()),
            Self::Escape(c) => out.extend(c.escape_unicode()),
        }
    }
}

/// Calls `show` with each character of a line: the byte at which it stands, and how it is shown.
pub fn each(line: &str, mut show: impl FnMut(usize, ShownChar)) {
    let first = line.len() - line.trim_start().len();
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        let rest = &line[at..];
        let is_command = match c {
            '#' => before == '#' && is_command(rest),
            // Three colons are no command: its name is never empty and never begins with a colon.
            ':' => at == first + 1 && before == ':' && !rest.starts_with("::"),
            _ => false,
        };
        show(at, if is_command || is_hidden(c) { ShownChar::Escape(c) } else { ShownChar::Same(c) });
        before = c;
    }
}

/// True for `#[`, `#vso[` and the like: the end of what begins a command.
fn is_command(rest: &str) -> bool {
    let rest = rest[1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    rest.starts_with('[')
}

/// True for a character that can't be seen or that a terminal acts on. Tabs only move what follows them, and the
/// selectors of U+FE00 to U+FE0F belong to the sign before them, as in `⚠️`.
fn is_hidden(c: char) -> bool {
    draws_nothing(c) && c != '\t' && !matches!(c, '\u{FE00}'..='\u{FE0F}')
}

/// The length of the colour that a text begins with; 0 when it begins with something else.
fn colour(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("\u{1b}[") else { return 0 };
    let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    if rest[digits..].starts_with('m') { "\u{1b}[".len() + digits + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_or_a_command_is_escaped() {
        for (given, expected) in [
            ("", ""),
            ("a\tb\r\n", "a\\tb\\r\\n"),
            ("\u{1b}[2J\u{9b}1m\u{7f}\0", "\\u{1b}[2J\\u{9b}1m\\u{7f}\\u{0}"),
            (
                "a\u{202e}b\u{200b}\u{2028}\u{feff}\u{ad}\u{200f}\u{2066}",
                "a\\u{202e}b\\u{200b}\\u{2028}\\u{feff}\\u{ad}\\u{200f}\\u{2066}",
            ),
            ("⚠\u{fe0f} 数据 é\u{301}", "⚠\u{fe0f} 数据 é\u{301}"),
            ("a ##[group]b ##vso[task.x]c", "a #\\u{23}[group]b #\\u{23}vso[task.x]c"),
            ("###[x ##teamcity[y", "##\\u{23}[x #\\u{23}teamcity[y"),
            ("## [x] ##x #[y] ##数[", "## [x] ##x #[y] ##数["),
            ("::error::x", ":\\u{3a}error::x"),
            (" \u{3000}::error::x", " \u{3000}:\\u{3a}error::x"),
            ("a ::error::x", "a ::error::x"),
            ("::: flow.toml", "::: flow.toml"),
        ] {
            assert_eq!(words(given), expected);
            assert_eq!(words(expected), expected, "again");
            assert_eq!(line(given), expected.replace("\\t", "\t"));
        }
    }

    #[test]
    fn a_report_keeps_its_lines_and_colours() {
        assert_eq!(
            report("\u{1b}[1m\u{1b}[38;5;9ma\u{1b}[0m\n\n ::x\n"),
            "\u{1b}[1m\u{1b}[38;5;9ma\u{1b}[0m\n\n :\\u{3a}x\n"
        );
        assert_eq!(report("a\u{1b}[2Jb\r\u{1b}]0;x\u{7}\r\n"), "a\\u{1b}[2Jb\\r\\u{1b}]0;x\\u{7}\r\n");
        assert_eq!(report(&words("a ##[b\n")), words("a ##[b\n"));
    }

    #[test]
    fn json_says_the_same_to_a_program() {
        let hostile = "##[a] \u{9b}\u{202e}\u{e0041}\u{7f} \\##vso[b] \n\t\"";
        let text = serde_json::to_string_pretty(&[hostile]).unwrap();
        let shown = json(&text);
        assert!(shown.is_ascii() && !shown.contains("##"), "{shown}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap(), [hostile]);
        assert_eq!(shown.lines().count(), text.lines().count());
    }
}
