//! Flow text as runs of characters that still know their author's line, and the fonts and line breaking that put
//! them on paper.

mod fonts;
pub mod markup;
pub mod typeset;

use std::borrow::Cow;
use std::sync::Arc;

pub use self::fonts::{Chooser, Face, FaceMetrics, Fonts};
use crate::diagnostic::{Origin, Span};
use crate::field::{Field, Wanted};

/// A language tag such as `zh-CN` or `en`; each has a file of labels in `templates/labels`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang(pub Arc<str>);

impl Lang {
    /// Wraps a tag; whether labels exist for it is the reader's concern.
    #[must_use]
    pub fn new(tag: &str) -> Self {
        Self(Arc::from(tag))
    }

    /// The tag as it is written in PDF and in the flow.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.0
    }

    /// True for Chinese in any form: decides quotation marks and spacing.
    #[must_use]
    pub fn is_chinese(&self) -> bool {
        self.0.starts_with("zh")
    }
}

/// What a run looks like. Flow text has no other markup than this.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Style {
    /// Bold.
    pub bold: bool,
    /// Monospaced and exact.
    pub code: bool,
    /// Where it leads, when it is a link.
    pub link: Option<Arc<str>>,
}

/// What stands in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Characters without a line break.
    Chars(String),
    /// A line break that the author wrote.
    Break,
    /// A gap to write on. Underscores of an author are characters.
    Blank(Box<Gap>),
    /// The number of the page that holds a destination, known only after pagination.
    PageOf(String),
}

/// A gap to write on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What belongs there.
    pub wanted: Wanted,
    /// The same in the author's words; empty where the words of ours around it say so.
    pub words: String,
    /// How wide it is.
    pub width: GapWidth,
    /// Its field, once it is known where on the check list the text stands.
    pub field: Option<Field>,
}

/// How wide a gap is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapWidth {
    /// As wide as most values.
    Value,
    /// As wide as so many underscores, which are drawn in it.
    Underscores(u8),
}

impl Gap {
    /// A gap for a value or a record that isn't known: its name in the flow, and its label.
    #[must_use]
    pub fn value(name: &str, label: &str) -> Self {
        let wanted = Wanted::Value(name.to_owned());
        Self { wanted, words: label.to_owned(), width: GapWidth::Value, field: None }
    }

    /// A gap among words of ours, as wide as so many underscores.
    #[must_use]
    pub const fn ours(wanted: Wanted, underscores: u8) -> Self {
        Self { wanted, words: String::new(), width: GapWidth::Underscores(underscores), field: None }
    }

    /// What stands for it where nobody can write: underscores.
    #[must_use]
    pub fn to_plain(&self) -> String {
        let count = match self.width {
            GapWidth::Value => 4,
            GapWidth::Underscores(count) => usize::from(count),
        };
        "_".repeat(count)
    }
}

/// A piece of text in one style from one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The characters, or what stands for them.
    pub content: Content,
    /// How it looks.
    pub style: Style,
    /// Where its author wrote it; `None` for our own labels.
    pub origin: Option<Origin>,
}

/// A text of one language, ready for any output: markup taken apart first, values put in after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its language.
    pub lang: Lang,
    /// Its runs, in reading order.
    pub runs: Vec<Run>,
}

impl Text {
    /// An empty text.
    #[must_use]
    pub const fn empty(lang: Lang) -> Self {
        Self { lang, runs: Vec::new() }
    }

    /// A label of ours, in one plain run; `\n` becomes a line break.
    #[must_use]
    pub fn plain(lang: &Lang, words: impl AsRef<str>) -> Self {
        let mut text = Self::empty(lang.clone());
        text.push_str(words.as_ref());
        text
    }

    /// Appends plain words; `\n` becomes a line break.
    pub fn push_str(&mut self, words: &str) {
        for (index, line) in words.split('\n').enumerate() {
            if index > 0 {
                self.push(Content::Break);
            }
            if !line.is_empty() {
                self.push(Content::Chars(line.to_owned()));
            }
        }
    }

    /// Appends one unstyled run without an origin.
    pub fn push(&mut self, content: Content) {
        self.runs.push(Run { content, style: Style::default(), origin: None });
    }

    /// Appends another text's runs.
    pub fn append(&mut self, other: &Text) {
        self.runs.extend(other.runs.iter().cloned());
    }

    /// The same text in bold.
    #[must_use]
    pub fn bold(mut self) -> Self {
        for run in &mut self.runs {
            run.style.bold = true;
        }
        self
    }

    /// The text as it stands on paper, which nobody can click: every address that its words don't show follows them.
    #[must_use]
    pub fn written_out(&self) -> Cow<'_, Self> {
        if self.parts().all(|(_, hidden)| hidden.is_none()) {
            return Cow::Borrowed(self);
        }
        let (open, close) = if self.lang.is_chinese() { ("（", "）") } else { (" (", ")") };
        let mut text = Self::empty(self.lang.clone());
        for (runs, hidden) in self.parts() {
            text.runs.extend_from_slice(runs);
            if let (Some(address), Some(last)) = (hidden, runs.last()) {
                text.push_str(open);
                let style = Style { link: last.style.link.clone(), ..Style::default() };
                text.runs.push(Run { content: Content::Chars(address.to_owned()), style, origin: last.origin });
                text.push_str(close);
            }
        }
        Cow::Owned(text)
    }

    /// The addresses that its words hide, each with the runs of those words.
    pub fn hidden_addresses(&self) -> impl Iterator<Item = (&[Run], &str)> {
        self.parts().filter_map(|(runs, hidden)| Some((runs, hidden?)))
    }

    /// The runs that lead to one address together, with the address when their words don't show it.
    fn parts(&self) -> impl Iterator<Item = (&[Run], Option<&str>)> {
        fn address(run: &Run) -> Option<&str> {
            run.style.link.as_deref().filter(|link| link.starts_with("http"))
        }
        let hidden = |runs: &[Run]| {
            let words: String =
                runs.iter().map(|run| if let Content::Chars(chars) = &run.content { chars } else { "" }).collect();
            move |address: &&str| !words.contains(address)
        };
        let parts = self.runs.chunk_by(|a, b| address(a) == address(b));
        parts.map(move |runs| (runs, runs.first().and_then(address).filter(|address| hidden(runs)(address))))
    }

    /// True when there is something to write on in it.
    #[must_use]
    pub fn has_gap(&self) -> bool {
        self.runs.iter().any(|run| matches!(run.content, Content::Blank(_)))
    }

    /// True when nothing would be printed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.iter().all(|run| matches!(&run.content, Content::Chars(chars) if chars.is_empty()))
    }

    /// Where the first of its words that an author wrote stand.
    #[must_use]
    pub fn place(&self) -> Option<Span> {
        self.runs.iter().find_map(|run| run.origin.map(|origin| origin.literal))
    }

    /// Whether its author put no line break into it.
    #[must_use]
    pub fn is_one_line(&self) -> bool {
        self.runs.iter().all(|run| run.content != Content::Break)
    }

    /// The characters alone: a line break is `\n`, a gap underscores, a page reference nothing.
    #[must_use]
    pub fn to_plain(&self) -> String {
        let mut plain = String::new();
        for run in &self.runs {
            match &run.content {
                Content::Chars(chars) => plain.push_str(chars),
                Content::Break => plain.push('\n'),
                Content::Blank(gap) => plain.push_str(&gap.to_plain()),
                Content::PageOf(_) => {}
            }
        }
        plain
    }
}
