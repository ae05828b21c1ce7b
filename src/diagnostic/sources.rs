//! The texts that diagnostics point into, with the line and column of each byte.
//!
//! Each diagnostic looks up a place, so a text is indexed once, at the first look-up.

use std::sync::{Arc, OnceLock};

use super::{FileId, Span};

/// Greatest distance in bytes between two marks of an index, give or take a character.
const APART: usize = 128;

/// How the strings of a source are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceForm {
    /// As TOML writes them, between quotation marks.
    Toml,
    /// It is one string, a text in a file of its own, whose characters stand for themselves.
    Text,
    /// It is one argument of the command line, whose characters stand for themselves, too.
    Argument,
}

/// A text that diagnostics may point into: a flow, a file that it names, a release file, or one argument of the command line.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// How the user named it: a path, or the flag of an argument.
    pub name: String,
    /// The whole text.
    pub text: Arc<str>,
    /// How its strings are written.
    pub form: SourceForm,
    lines: OnceLock<Vec<KnownByte>>,
    anchors: OnceLock<Vec<Anchor>>,
}

/// A byte whose line and column are known.
#[derive(Debug, Clone, Copy)]
struct KnownByte {
    at: usize,
    line: usize,
    column: usize,
}

/// A pair of bytes that correspond: one of a decoded string and one of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// First byte of the literal.
    pub literal: u32,
    /// Byte of the decoded string.
    pub decoded: u32,
    /// Byte of the file.
    pub at: u32,
}

impl SourceFile {
    /// A file and its text.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            form: SourceForm::Toml,
            lines: OnceLock::new(),
            anchors: OnceLock::new(),
        }
    }

    /// The anchors of all strings in the text, in order; `find` is called for them once.
    pub fn anchors(&self, find: impl FnOnce(&str) -> Vec<Anchor>) -> &[Anchor] {
        self.anchors.get_or_init(|| find(&self.text))
    }

    /// Line and column of a byte, both counted from 1, the column in characters.
    fn line_column(&self, at: usize) -> (usize, usize) {
        let at = boundary(&self.text, at);
        let marks = self.lines.get_or_init(|| marks(&self.text));
        let mark = marks[marks.partition_point(|mark| mark.at <= at).max(1) - 1];
        (mark.line, mark.column + self.text[mark.at..at].chars().count())
    }
}

/// A mark at the beginning of each line, and several within a long one.
fn marks(text: &str) -> Vec<KnownByte> {
    let mut mark = KnownByte { at: 0, line: 1, column: 1 };
    let mut marks = vec![mark];
    let mut column = 1;
    for (at, c) in text.char_indices() {
        if at >= mark.at + APART {
            mark = KnownByte { at, column, ..mark };
            marks.push(mark);
        }
        column += 1;
        if c == '\n' {
            column = 1;
            mark = KnownByte { at: at + 1, line: mark.line + 1, column };
            marks.push(mark);
        }
    }
    marks
}

/// Every text that one build has read, in order of [`FileId`].
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The files; a [`FileId`] is an index into them.
    pub files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file; returns its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        self.push(SourceFile::new(name, text))
    }

    /// Adds a file that holds one text and isn't TOML. Its lines end with `\n` alone.
    pub fn add_text(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        self.push(SourceFile { form: SourceForm::Text, ..SourceFile::new(name, text) })
    }

    /// Adds an argument of the command line, named after its flag.
    pub fn add_argument(&mut self, flag: &str, argument: &str) -> FileId {
        self.push(SourceFile { form: SourceForm::Argument, ..SourceFile::new(flag, argument) })
    }

    fn push(&mut self, file: SourceFile) -> FileId {
        let id = FileId(self.files.len() as u16);
        self.files.push(file);
        id
    }

    /// The file of an id.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[usize::from(id.0)]
    }

    /// The text that a span covers.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        &self.file(span.file).text[span.start as usize..span.end as usize]
    }

    /// Line and column of a span's start, both counted from 1, the column in characters.
    #[must_use]
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        self.file(span.file).line_column(span.start as usize)
    }

    /// Line and column of the first byte behind a span, counted likewise.
    #[must_use]
    pub fn line_column_behind(&self, span: Span) -> (usize, usize) {
        self.file(span.file).line_column(span.end as usize)
    }
}

/// The nearest character boundary at or before a byte.
pub(super) fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_found_from_a_mark_close_by() {
        let text = format!("a\r\n数{}\n\n{}", "据x\u{2028}\u{85}\u{c}".repeat(100), "y".repeat(1000));
        let file = SourceFile::new("flow.toml", text.clone());
        let (mut line, mut column) = (1, 1);
        for (at, c) in text.char_indices() {
            assert_eq!(file.line_column(at), (line, column), "{at}");
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        assert_eq!(file.line_column(text.len() + 9), (line, column));
        assert_eq!(file.line_column(5), file.line_column(3), "within a character");
        let marks = file.lines.get().unwrap();
        assert!(marks.windows(2).all(|pair| pair[1].at - pair[0].at < APART + 4));
        assert!(marks.len() < text.len() / APART + 5, "{}", marks.len());
    }
}
