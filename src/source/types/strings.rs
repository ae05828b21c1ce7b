//! Strings and texts.

use std::marker::PhantomData;
use std::ops::Deref;

use super::super::keys::ValueShape;
use super::super::reader::{DEVICES, FromToml, KeyText, Reader, TextAt, TextKey, Texts, ValueSlot, nothing};
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

/// Declares a type around a text or a string, with its shape, how it is read, which kind of words it is, if people see it, and what
/// stands for one that is missing, if anything does.
macro_rules! around {
    ($(#[$meta:meta])* $name:ident($inner:ty) = $shape:expr, $read:expr $(, $words:expr)?; $($missing:item)?) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name($inner);

        impl Deref for $name {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl From<$inner> for $name {
            fn from(inner: $inner) -> Self {
                Self(inner)
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

            $($missing)?
        }
    };
}

/// Declares types of texts in each language.
macro_rules! texts {
    ($( $(#[$meta:meta])* $name:ident = $shape:expr, $read:expr $(, $words:expr)?; )*) => { $(
        around! {
            $(#[$meta])* $name(FlowText) = $shape, $read $(, $words)?;
            fn missing(at: Span) -> Option<Self> {
                Some(Self(nothing(at)))
            }
        }
    )* };
}

texts! {
    /// A text of one line.
    LineText = ValueShape::LineText, Reader::text, KeyText::LineText;
    /// What a role is called: short, and as it is written, since it stands within sentences of ours.
    RoleTitle = ValueShape::LineText, Reader::role_title, KeyText::LineText;
    /// A text in Markdown.
    MarkdownText = ValueShape::Text, Reader::text, KeyText::Markdown;
    /// The path of a text that stands in a file of its own, or one path for each language, as a
    /// [`NamedFile`](crate::source::named::NamedFile) has them.
    TextPath = ValueShape::PathText, Reader::text_paths;
}

/// Declares types of strings.
macro_rules! strings {
    ($( $(#[$meta:meta])* $name:ident = $shape:expr, $read:expr $(, $words:expr)?; )*) => { $(
        around! { $(#[$meta])* $name(Str) = $shape, $read $(, $words)?; }
    )* };
}

strings! {
    /// A string of one line.
    Line = ValueShape::Line, Reader::line, KeyText::Line;
    /// The number of a release, which names its folder.
    ReleaseNumber = ValueShape::Number, Reader::release_number, KeyText::Line;
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
    Sender = ValueShape::Sender, Reader::sender, KeyText::Mail;
    /// A language that there are labels for.
    Tag = ValueShape::Tag, Reader::tag;
    /// A time zone of the IANA database.
    Zone = ValueShape::Zone, Reader::zone;
    /// The path of a part, as a [`NamedFile`](crate::source::named::NamedFile) has it.
    PartPath = ValueShape::Path, Reader::part;
    /// The path of a logo.
    LogoPath = ValueShape::Path, Reader::logo;
    /// The revision of the flow that a release was written for. It is compared and not printed.
    Revision = ValueShape::Line, Reader::line;
    /// Letters, digits and `-`.
    Id = ValueShape::Id(&[]), Reader::id;
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
    const SHAPE: ValueShape = ValueShape::Id(&DEVICES);

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
