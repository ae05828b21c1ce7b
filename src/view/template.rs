//! What templates get, as data: each field is declared once, as a field of a struct, with what it is for.
//!
//! `in_template!` makes this data and the struct from one declaration. What a template gets is the struct, and what the
//! documents say of it is the data, so they can't disagree. A field without a line on it doesn't compile.

use std::collections::BTreeMap;
use std::fmt;

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum TemplateShape {
    /// A string.
    Words,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// One thing with fields of its own.
    One(&'static TemplateStruct),
    /// A list.
    List(&'static Self),
    /// A list of two.
    Pair(&'static Self),
    /// The words of ours, by their names.
    Labels,
    /// Such a value, or nothing.
    Maybe(&'static Self),
}

/// A field that a template can use.
#[derive(Debug, Clone, Copy)]
pub struct TemplateField {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub shape: TemplateShape,
    /// What it is for, in one sentence or a few.
    pub doc: &'static str,
}

/// What has fields: a whole template, or a part of what it gets.
#[derive(Debug)]
pub struct TemplateStruct {
    /// What it is, in one word. That of a whole template is also the section of the labels that the template gets.
    pub noun: &'static str,
    /// What it is, in one sentence or a few.
    pub doc: &'static str,
    /// Its fields, in the order in which they are declared.
    pub fields: &'static [TemplateField],
}

/// A struct that templates get.
pub trait TemplateView {
    /// The struct as data.
    const STRUCT: &'static TemplateStruct;
}

/// A type that a field can have.
pub trait InTemplate {
    /// What it holds.
    const SHAPE: TemplateShape;
}

/// Declares a struct that templates get. Every field has a line on it, which the reference of the templates shows.
///
/// ```text
/// in_template! {
///     /// A sub-item.
///     pub struct ItemView "item" {             // "item": what the reference calls it
///         /// What to do.
///         pub action: String,
///     }
/// }
/// ```
macro_rules! in_template {
    ($(
        $(#[doc = $what:literal])+
        pub struct $name:ident $(<$life:lifetime>)? $noun:literal {
            $( $(#[doc = $doc:literal])+ pub $field:ident: $ty:ty, )*
        }
    )*) => { $(
        $(#[doc = $what])+
        #[derive(Debug, Clone, serde::Serialize)]
        pub struct $name $(<$life>)? {
            $( $(#[doc = $doc])+ pub $field: $ty, )*
        }

        impl $(<$life>)? $crate::view::template::TemplateView for $name $(<$life>)? {
            const STRUCT: &'static $crate::view::template::TemplateStruct = &$crate::view::template::TemplateStruct {
                noun: $noun,
                doc: concat!($($what),+).trim_ascii(),
                fields: &[$( $crate::view::template::TemplateField {
                    name: stringify!($field),
                    shape: <$ty as $crate::view::template::InTemplate>::SHAPE,
                    doc: concat!($($doc),+).trim_ascii(),
                } ),*],
            };
        }
    )* };
}
pub(super) use in_template;

impl InTemplate for String {
    const SHAPE: TemplateShape = TemplateShape::Words;
}

impl InTemplate for &str {
    const SHAPE: TemplateShape = TemplateShape::Words;
}

impl InTemplate for bool {
    const SHAPE: TemplateShape = TemplateShape::Flag;
}

impl InTemplate for usize {
    const SHAPE: TemplateShape = TemplateShape::Number;
}

impl<T: TemplateView> InTemplate for T {
    const SHAPE: TemplateShape = TemplateShape::One(T::STRUCT);
}

impl<T: InTemplate> InTemplate for Vec<T> {
    const SHAPE: TemplateShape = TemplateShape::List(&T::SHAPE);
}

impl<T: InTemplate> InTemplate for [T; 2] {
    const SHAPE: TemplateShape = TemplateShape::Pair(&T::SHAPE);
}

impl<T> InTemplate for BTreeMap<&'static str, T> {
    const SHAPE: TemplateShape = TemplateShape::Labels;
}

impl<T: InTemplate> InTemplate for Option<T> {
    const SHAPE: TemplateShape = TemplateShape::Maybe(&T::SHAPE);
}

impl TemplateStruct {
    /// This struct and every one that its fields lead to, each once, in the order in which the fields are declared.
    #[must_use]
    pub fn all(&'static self) -> Vec<&'static Self> {
        fn gather(of: &'static TemplateStruct, all: &mut Vec<&'static TemplateStruct>) {
            if all.iter().any(|known| known.noun == of.noun) {
                return;
            }
            all.push(of);
            of.fields.iter().filter_map(|field| field.shape.holds()).for_each(|of| gather(of, all));
        }
        let mut all = Vec::new();
        gather(self, &mut all);
        all
    }
}

impl TemplateShape {
    /// What has fields in it.
    fn holds(self) -> Option<&'static TemplateStruct> {
        match self {
            Self::One(of) => Some(of),
            Self::List(of) | Self::Pair(of) | Self::Maybe(of) => of.holds(),
            Self::Words | Self::Flag | Self::Number | Self::Labels => None,
        }
    }
}

impl fmt::Display for TemplateShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words => f.write_str("string"),
            Self::Flag => f.write_str("true or false"),
            Self::Number => f.write_str("number"),
            Self::Labels => f.write_str("words by name"),
            Self::One(of) => write!(f, "`{}`", of.noun),
            Self::List(Self::Words) => f.write_str("list of strings"),
            Self::List(Self::Pair(of)) => write!(f, "list, two {of}s each"),
            Self::List(of) => write!(f, "list of {of}"),
            Self::Pair(of) => write!(f, "two {of}s"),
            Self::Maybe(of) => write!(f, "{of}, or nothing"),
        }
    }
}
