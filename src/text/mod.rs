//! Text as runs of characters that know their place in the author's file, with the fonts and the line breaking that
//! put them on paper.

mod fonts;
pub mod markdown;
pub mod markup;
pub mod prose;
pub mod typeset;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

pub use self::fonts::{Face, FaceMetrics, Fonts};
use crate::chars::meet_unlike;
use crate::diagnostic::{Origin, Span};
use crate::field::{Field, Wanted};

/// A language tag such as `zh-CN` or `en`; each has a file of labels in `templates/labels`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang(pub Arc<str>);

impl Lang {
    /// Wraps a tag without checking it: the reader of flows checks that there are labels for it.
    #[must_use]
    pub fn new(tag: &str) -> Self {
        Self(Arc::from(tag))
    }

    /// The tag as it is written in PDF and in the flow.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.0
    }

    /// True for Chinese in any form. It decides quotation marks and spacing.
    #[must_use]
    pub fn is_chinese(&self) -> bool {
        self.0.starts_with("zh")
    }
}

/// The style of a run. Flow text has no other markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Style {
    /// Bold.
    pub bold: bool,
    /// Code: monospaced, every character as written.
    pub code: bool,
    /// Address that it leads to, if it is a link: `https://…`, `#` and the name of a destination, or what
    /// [`reference_to`] gives.
    pub link: Option<Arc<str>>,
}

/// The content of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Characters without a line break.
    Chars(String),
    /// A line break that the author wrote.
    Break,
    /// A gap to write on. Underscores that an author writes are characters, not a gap.
    Blank(Box<Gap>),
    /// The number of the page that holds a destination, known only after pagination.
    PageOf(String),
    /// Where on paper the part is that the words before it refer to.
    Found(Box<PaperPlace>),
}

/// Where on paper something is: `, page 5`. Only [`Text::written_out`] writes it; on a screen a link leads there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperPlace {
    /// The words before the number of the page, or all words where no page is named.
    pub before: String,
    /// The destination whose page it is.
    pub destination: Option<String>,
    /// The words behind the number.
    pub after: String,
}

/// What a reference has as its address once it is known where it leads: the index of its target.
const REFERENCE: &str = "ref:";

/// The address of a reference to a target with this index.
#[must_use]
pub fn reference_to(target: usize) -> Arc<str> {
    format!("{REFERENCE}{target}").into()
}

/// The index of the target that an address refers to; `None` for any other address.
#[must_use]
pub fn target_of(address: &str) -> Option<usize> {
    address.strip_prefix(REFERENCE)?.parse().ok()
}

/// A gap to write on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What is to be filled in.
    pub wanted: Wanted,
    /// What is to be filled in, in the author's words; empty where our own words around the gap say so.
    pub words: String,
    /// Whether its name in the flow stands before it already.
    pub is_named: bool,
    /// How wide it is.
    pub width: GapWidth,
    /// Field of the gap, once it is known where on the check list the text stands.
    pub field: Option<Field>,
}

/// How wide a gap is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapWidth {
    /// As wide as most values.
    Value,
    /// As wide as so many underscores, which are drawn as its line.
    Underscores(u8),
}

impl Gap {
    /// A gap for a value or a record that isn't known, with its name in the flow and its label.
    #[must_use]
    pub fn value(name: &str, label: &str) -> Self {
        let wanted = Wanted::Value(name.to_owned());
        Self { wanted, words: label.to_owned(), is_named: false, width: GapWidth::Value, field: None }
    }

    /// A gap among our own words, as wide as so many underscores.
    #[must_use]
    pub const fn ours(wanted: Wanted, underscores: u8) -> Self {
        Self { wanted, words: String::new(), is_named: false, width: GapWidth::Underscores(underscores), field: None }
    }

    /// The gap's name in the flow, unless it is a gap of ours.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        if let Wanted::Value(name) = &self.wanted { Some(name) } else { None }
    }

    /// The underscores that stand for the gap in plain text.
    #[must_use]
    pub fn to_plain(&self) -> String {
        let count = match self.width {
            GapWidth::Value => 4,
            GapWidth::Underscores(count) => usize::from(count),
        };
        "_".repeat(count)
    }
}

/// What stands in the place of something whose name alone is known: `‹version›`.
#[must_use]
pub fn in_angles(name: &str) -> String {
    format!("‹{name}›")
}

/// A piece of text in one style from one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The content.
    pub content: Content,
    /// The style.
    pub style: Style,
    /// Where its author wrote it; `None` for our own labels.
    pub origin: Option<Origin>,
}

/// A text in one language, ready for any output. Markup is read before values are put in, so that a value is never
/// markup.
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

    /// A label of our own, without markup; `\n` becomes a line break.
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

    /// Appends another text's runs, with a space where a Han and a Latin letter or digit meet.
    pub fn join(&mut self, other: &Text) {
        let chars = |run: &Run, at_end: bool| match &run.content {
            Content::Chars(chars) if at_end => chars.chars().next_back(),
            Content::Chars(chars) => chars.chars().next(),
            // A number will stand there.
            Content::PageOf(_) => Some('1'),
            Content::Break | Content::Blank(_) | Content::Found(_) => None,
        };
        let ends =
            (self.runs.last().and_then(|run| chars(run, true)), other.runs.first().and_then(|run| chars(run, false)));
        if let (Some(before), Some(after)) = ends
            && meet_unlike(before, after)
        {
            self.push_str(" ");
        }
        self.append(other);
    }

    /// The same text in bold.
    #[must_use]
    pub fn bold(mut self) -> Self {
        for run in &mut self.runs {
            run.style.bold = true;
        }
        self
    }

    /// The text as it stands on paper, where nobody can click: an address that isn't shown by its words follows them
    /// in brackets, and a reference says where it leads.
    #[must_use]
    pub fn written_out(&self) -> Cow<'_, Self> {
        let is_found = |run: &Run| matches!(run.content, Content::Found(_));
        if self.parts().all(|(_, hidden)| hidden.is_none()) && !self.runs.iter().any(is_found) {
            return Cow::Borrowed(self);
        }
        let (open, close) = if self.lang.is_chinese() { ("（", "）") } else { (" (", ")") };
        let mut text = Self::empty(self.lang.clone());
        for (runs, hidden) in self.parts() {
            for run in runs {
                let Content::Found(found) = &run.content else {
                    text.runs.push(run.clone());
                    continue;
                };
                let mut words = Self::plain(&self.lang, &found.before);
                found.destination.iter().for_each(|place| words.push(Content::PageOf(place.clone())));
                words.push_str(&found.after);
                words.runs.iter_mut().for_each(|part| part.style.bold = run.style.bold);
                text.append(&words);
            }
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

    /// Neighbouring runs grouped by the address that they lead to, with that address if their words don't show it.
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

    /// The same text with a name in the place of each gap for a value: `‹version›`. So the gaps of a command can be told
    /// apart, and a command that is pasted unfilled fails; no shell gives `‹` and `›` a meaning.
    #[must_use]
    pub fn with_names(&self) -> Self {
        let mut text = self.clone();
        for run in &mut text.runs {
            if let Content::Blank(gap) = &run.content
                && let Some(name) = gap.name()
            {
                run.content = Content::Chars(in_angles(name));
            }
        }
        text
    }

    /// The gaps for values, each value once.
    #[must_use]
    pub fn values_wanted(&self) -> Vec<&Gap> {
        let mut seen = BTreeSet::new();
        let mut wanted = Vec::new();
        for run in &self.runs {
            if let Content::Blank(gap) = &run.content
                && gap.name().is_some_and(|name| seen.insert(name))
            {
                wanted.push(&**gap);
            }
        }
        wanted
    }

    /// True when the text has a gap to write on.
    #[must_use]
    pub fn has_gap(&self) -> bool {
        self.runs.iter().any(|run| matches!(run.content, Content::Blank(_)))
    }

    /// True when nothing of the text would be printed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.iter().all(|run| matches!(&run.content, Content::Chars(chars) if chars.is_empty()))
    }

    /// Place in the file of the first words that an author wrote.
    #[must_use]
    pub fn place(&self) -> Option<Span> {
        self.runs.iter().find_map(|run| run.origin.map(|origin| origin.literal))
    }

    /// Whether the text has no line break of its author's.
    #[must_use]
    pub fn is_one_line(&self) -> bool {
        self.runs.iter().all(|run| run.content != Content::Break)
    }

    /// The characters alone. A line break becomes `\n`, a gap underscores; where something is on paper is left out.
    #[must_use]
    pub fn to_plain(&self) -> String {
        let mut plain = String::new();
        for run in &self.runs {
            match &run.content {
                Content::Chars(chars) => plain.push_str(chars),
                Content::Break => plain.push('\n'),
                Content::Blank(gap) => plain.push_str(&gap.to_plain()),
                Content::PageOf(_) | Content::Found(_) => {}
            }
        }
        plain
    }
}
