//! Strings and texts.

use std::marker::PhantomData;
use std::ops::Deref;

use super::super::keys::ValueShape;
use super::super::reader::{FromToml, KeyText, Reader, TextAt, TextKey, Texts, ValueSlot, nothing};
use super::super::value::{FlowText, Str};
use crate::diagnostic::Span;

impl Texts for FlowText {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        see(TextAt { key, words: KeyText::Text(self) });
    }
}

impl FromToml for FlowText {
    const SHAPE: ValueShape = ValueShape::Text;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        reader.text(slot)
    }

    fn missing(at: Span) -> Option<Self> {
        Some(nothing(at))
    }
}

/// A text of one line in each language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineText(FlowText);

impl Deref for LineText {
    type Target = FlowText;

    fn deref(&self) -> &FlowText {
        &self.0
    }
}

impl Texts for LineText {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        see(TextAt { key, words: KeyText::LineText(self) });
    }
}

impl FromToml for LineText {
    const SHAPE: ValueShape = ValueShape::LineText;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        reader.text(slot).map(Self)
    }

    fn missing(at: Span) -> Option<Self> {
        Some(Self(nothing(at)))
    }
}

/// A text in Markdown in each language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkdownText(FlowText);

impl Deref for MarkdownText {
    type Target = FlowText;

    fn deref(&self) -> &FlowText {
        &self.0
    }
}

impl From<FlowText> for MarkdownText {
    fn from(text: FlowText) -> Self {
        Self(text)
    }
}

impl Texts for MarkdownText {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        see(TextAt { key, words: KeyText::Markdown(self) });
    }
}

impl FromToml for MarkdownText {
    const SHAPE: ValueShape = ValueShape::Text;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        reader.text(slot).map(Self)
    }
}

/// The path of a text that stands in a file of its own, or one path for each language, as a
/// [`NamedFile`](crate::source::named::NamedFile) has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPath(FlowText);

impl Deref for TextPath {
    type Target = FlowText;

    fn deref(&self) -> &FlowText {
        &self.0
    }
}

impl Texts for TextPath {}

impl FromToml for TextPath {
    const SHAPE: ValueShape = ValueShape::PathText;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        reader.text_paths(slot).map(Self)
    }
}

/// Declares types of strings, each with its shape, how it is read and, if people see it, which kind of words it is.
macro_rules! strings {
    ($( $(#[$meta:meta])* $name:ident = $shape:expr, $read:expr $(, $words:expr)?; )*) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(Str);

        impl Deref for $name {
            type Target = Str;

            fn deref(&self) -> &Str {
                &self.0
            }
        }

        impl From<Str> for $name {
            fn from(string: Str) -> Self {
                Self(string)
            }
        }

        impl Texts for $name {
            $( fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
                see(TextAt { key, words: $words(&self.0) });
            } )?
        }

        impl FromToml for $name {
            const SHAPE: ValueShape = $shape;

            fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
                $read(reader, slot).map(Self)
            }
        }
    )* };
}

strings! {
    /// A string of one line.
    Line = ValueShape::Line, Reader::line, KeyText::Line;
    /// The number of a release, which names its folder.
    ReleaseNumber = ValueShape::Line, Reader::release_number, KeyText::Line;
    /// One of the words of a value with `choices`.
    ChoiceWord = ValueShape::Choice, Reader::line;
    /// A command of any number of lines.
    Code = ValueShape::Code, Reader::code, KeyText::Code;
    /// What comes out of a command, in any number of lines.
    CommandOutput = ValueShape::Code, Reader::output, KeyText::Output;
    /// The language of a fence.
    Syntax = ValueShape::Syntax, Reader::syntax;
    /// An http(s) address.
    Address = ValueShape::Address, Reader::address, KeyText::Link;
    /// A mail address.
    Mail = ValueShape::Mail, Reader::mail, KeyText::Mail;
    /// The sender of mails: an address, or a name and `<address>`.
    Sender = ValueShape::Line, Reader::sender, KeyText::Mail;
    /// A language that there are labels for.
    Tag = ValueShape::Tag, Reader::tag;
    /// A time zone of the IANA database.
    Zone = ValueShape::Zone, Reader::zone;
    /// The path of a part, as a [`NamedFile`](crate::source::named::NamedFile) has it.
    PartPath = ValueShape::Path, Reader::part;
    /// The revision of the flow that a release was written for. It is compared and not printed.
    Revision = ValueShape::Line, Reader::line;
    /// Letters, digits and `-`.
    Id = ValueShape::Id, Reader::id;
}

/// The flow's id, which names its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowId(Str);

impl Deref for FlowId {
    type Target = Str;

    fn deref(&self) -> &Str {
        &self.0
    }
}

impl Texts for FlowId {}

impl FromToml for FlowId {
    const SHAPE: ValueShape = ValueShape::Id;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        reader.flow_id(slot).map(Self)
    }

    fn missing(at: Span) -> Option<Self> {
        Some(Self(Str::new(String::new(), at)))
    }
}

/// Something that is declared under a name.
pub trait Named {
    /// What messages call it.
    const WORD: &'static str;
}

/// The name of something that is declared elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name<T> {
    name: Str,
    of: PhantomData<T>,
}

impl<T> Deref for Name<T> {
    type Target = Str;

    fn deref(&self) -> &Str {
        &self.name
    }
}

impl<T> From<Str> for Name<T> {
    fn from(name: Str) -> Self {
        Self { name, of: PhantomData }
    }
}

impl<T> Texts for Name<T> {}

impl<T: Named> FromToml for Name<T> {
    const SHAPE: ValueShape = ValueShape::Name(T::WORD);

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        reader.line(slot).map(Self::from)
    }
}
