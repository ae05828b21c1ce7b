//! Diagnostics: what is wrong, as data, with the place, the message and what to do next.
//!
//! A [`Diagnostic`] is plain data without colour or layout: [`print`] writes it for people, [`formats`] for programs.

pub mod formats;
pub mod print;
mod sources;

pub use self::sources::{Anchor, SourceFile, SourceForm, Sources};

/// One file of a [`Sources`] collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u16);

/// A range of bytes in one source file. `start == end` marks a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The file that holds it.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `usize` offsets, as parsers give them.
    #[must_use]
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Self { file, start: start as u32, end: end as u32 }
    }
}

/// A place among the characters of a decoded string: the literal in the file and the offset into the string.
///
/// [`crate::source::locate`] finds the place in the file from it, through the escapes of the literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The whole string literal, quotation marks included.
    pub literal: Span,
    /// Bytes of the decoded string before the place.
    pub offset: u32,
}

/// A value together with the place where its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value with its place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// How serious a diagnostic is. A fault (`Error`) stops the build; warnings and notes are advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A fault: nothing is built.
    Error,
    /// Worth changing.
    Warning,
    /// Worth knowing.
    Note,
}

/// A place and what is said about it. With an empty message the place is only underlined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is wrong there, in lower case and without a full stop; may be empty.
    pub message: String,
}

/// A change that certainly mends a fault, so that `runsheet fix` makes it without asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// What to do, as in [`Diagnostic::help`].
    pub help: String,
    /// Places and the text that replaces each; none overlaps another.
    pub edits: Vec<(Span, String)>,
}

/// One thing that is wrong, with its place and what to do.
///
/// Messages are lower case, put names in backticks and end without a full stop; `help` says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable name such as `unknown-key`, the same in every output format.
    pub code: &'static str,
    /// Fault, warning or note.
    pub level: Level,
    /// What is wrong, in one line.
    pub message: String,
    /// The place. `None` when it isn't in a file that was read, as for a folder that can't be read.
    pub primary: Option<Label>,
    /// Other places that are involved, such as the first of two equal ids.
    pub context: Vec<Label>,
    /// What to do next, one sentence each.
    pub help: Vec<String>,
    /// The change of the text that mends it, if that is certain.
    pub patch: Option<Box<Patch>>,
}

impl Diagnostic {
    /// A fault at a place.
    #[must_use]
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            level: Level::Error,
            message: message.into(),
            primary: Some(Label { span, message: String::new() }),
            context: Vec::new(),
            help: Vec::new(),
            patch: None,
        }
    }

    /// A fault without a place.
    #[must_use]
    pub fn error_nowhere(code: &'static str, message: impl Into<String>) -> Self {
        Self { primary: None, ..Self::error(code, Span::default(), message) }
    }

    /// Advice at a place.
    #[must_use]
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(code, span, message) }
    }

    /// A note at a place.
    #[must_use]
    pub fn note(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { level: Level::Note, ..Self::error(code, span, message) }
    }

    /// Adds words to the underlined place itself.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        if let Some(primary) = &mut self.primary {
            primary.message = message.into();
        }
        self
    }

    /// Adds another place that is involved.
    #[must_use]
    pub fn context(mut self, span: Span, message: impl Into<String>) -> Self {
        self.context.push(Label { span, message: message.into() });
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds a certain change: the text that replaces a place.
    #[must_use]
    pub fn patch(mut self, help: impl Into<String>, place: Span, with: impl Into<String>) -> Self {
        self.patch = Some(Box::new(Patch { help: help.into(), edits: vec![(place, with.into())] }));
        self
    }

    /// What to do next; the certain change comes first.
    pub fn all_help(&self) -> impl Iterator<Item = &str> {
        let certain = self.patch.iter().map(|patch| &*patch.help);
        certain.chain(self.help.iter().map(String::as_str))
    }

    /// True for a fault.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// The order in which diagnostics are shown: by place, those without one first.
    #[must_use]
    pub fn order(&self) -> (Option<Span>, &'static str, &str) {
        (self.primary.as_ref().map(|label| label.span), self.code, &self.message)
    }
}
