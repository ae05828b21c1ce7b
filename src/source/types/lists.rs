//! Types that hold other values: options, lists, tables of names.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use super::super::keys::ValueShape;
use super::super::reader::{FromToml, Reader, TextAt, TextKey, Texts, ValueSlot};
use super::super::value::Str;
use super::strings::{Id, Line, Name};
use crate::diagnostic::{Span, Spanned};

impl<T: Texts> Texts for Option<T> {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        if let Some(of) = self {
            of.texts(key, see);
        }
    }
}

impl<T: FromToml> FromToml for Option<T> {
    const SHAPE: ValueShape = T::SHAPE;
    const REQUIRED: bool = false;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        T::read(reader, slot).map(Some)
    }

    fn missing(_at: Span) -> Option<Self> {
        Some(None)
    }
}

impl<T> Texts for Spanned<T> {}

impl<T: FromToml> FromToml for Spanned<T> {
    const SHAPE: ValueShape = T::SHAPE;
    const REQUIRED: bool = T::REQUIRED;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        let value = T::read(reader, slot)?;
        Some(Self::new(value, reader.span(slot.value.span())))
    }

    fn missing(at: Span) -> Option<Self> {
        T::missing(at).map(|value| Self::new(value, at))
    }
}

impl<T: Texts> Texts for Vec<T> {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        for of in self {
            of.texts(key, see);
        }
    }
}

impl<T: FromToml> FromToml for Vec<T> {
    const SHAPE: ValueShape = ValueShape::List(&T::SHAPE, 0);
    const REQUIRED: bool = false;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        Some(reader.elements(slot))
    }

    fn missing(_at: Span) -> Option<Self> {
        Some(Self::new())
    }
}

/// Declares types of lists, each with its shape and whether its key is required. In a flow with faults, a list may be
/// shorter than it should be.
macro_rules! lists {
    ($( $(#[$meta:meta])* $name:ident $(<$least:ident>)? = $shape:path, $count:expr, $required:expr; )*) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name<T $(, const $least: usize)?>(Vec<T>);

        impl<T $(, const $least: usize)?> Deref for $name<T $(, $least)?> {
            type Target = [T];

            fn deref(&self) -> &[T] {
                &self.0
            }
        }

        impl<T $(, const $least: usize)?> IntoIterator for $name<T $(, $least)?> {
            type Item = T;
            type IntoIter = std::vec::IntoIter<T>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }

        impl<T $(, const $least: usize)?> Extend<T> for $name<T $(, $least)?> {
            fn extend<I: IntoIterator<Item = T>>(&mut self, more: I) {
                self.0.extend(more);
            }
        }

        impl<T $(, const $least: usize)?> From<Vec<T>> for $name<T $(, $least)?> {
            fn from(list: Vec<T>) -> Self {
                Self(list)
            }
        }

        impl<T $(, const $least: usize)?> From<$name<T $(, $least)?>> for Vec<T> {
            fn from(list: $name<T $(, $least)?>) -> Self {
                list.0
            }
        }

        impl<T $(, const $least: usize)?> Default for $name<T $(, $least)?> {
            fn default() -> Self {
                Self(Vec::new())
            }
        }

        impl<'a, T $(, const $least: usize)?> IntoIterator for &'a $name<T $(, $least)?> {
            type Item = &'a T;
            type IntoIter = std::slice::Iter<'a, T>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter()
            }
        }

        impl<'a, T $(, const $least: usize)?> IntoIterator for &'a mut $name<T $(, $least)?> {
            type Item = &'a mut T;
            type IntoIter = std::slice::IterMut<'a, T>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter_mut()
            }
        }

        impl<T: Texts $(, const $least: usize)?> Texts for $name<T $(, $least)?> {
            fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
                self.0.texts(key, see);
            }
        }

        impl<T: FromToml $(, const $least: usize)?> FromToml for $name<T $(, $least)?> {
            const SHAPE: ValueShape = $shape(&T::SHAPE, $count);
            const REQUIRED: bool = $required;

            fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
                Some(Self(reader.elements(slot)))
            }

            fn missing(_at: Span) -> Option<Self> {
                Some(Self(Vec::new()))
            }
        }
    )* };
}

lists! {
    /// A list of at least `LEAST` elements.
    AtLeast<LEAST> = ValueShape::List, LEAST, true;
    /// One value, or a list of any length.
    OneOrList = ValueShape::OneOrList, 0, false;
    /// One value, or a list of at least one.
    OneOrMore = ValueShape::OneOrList, 1, true;
}

/// A required value. In a file with faults it may be `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed<T>(Option<T>);

impl<T> Default for Needed<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Deref for Needed<T> {
    type Target = Option<T>;

    fn deref(&self) -> &Option<T> {
        &self.0
    }
}

impl<T: Texts> Texts for Needed<T> {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        self.0.texts(key, see);
    }
}

impl<T: FromToml> FromToml for Needed<T> {
    const SHAPE: ValueShape = T::SHAPE;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        T::read(reader, slot).map(|value| Self(Some(value)))
    }

    fn missing(_at: Span) -> Option<Self> {
        Some(Self(None))
    }
}

/// An optional value; its type's default where the key is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrDefault<T>(T);

impl<T> Deref for OrDefault<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for OrDefault<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Texts> Texts for OrDefault<T> {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        self.0.texts(key, see);
    }
}

impl<T: FromToml + Default> FromToml for OrDefault<T> {
    const SHAPE: ValueShape = T::SHAPE;
    const REQUIRED: bool = false;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        T::read(reader, slot).map(Self)
    }

    fn missing(_at: Span) -> Option<Self> {
        Some(Self(T::default()))
    }
}

/// A value that is needed in the flow or in a part that it includes. It may be missing until the parts are joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrShared<T> {
    value: T,
    is_missing: bool,
}

impl<T> OrShared<T> {
    /// Whether it isn't there, or couldn't be read.
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        self.is_missing
    }
}

/// A value that another one can stand for while it is missing.
pub(crate) trait HasStandIn {
    /// What stands in its place.
    fn stand_in(at: Span) -> Self;
}

impl<N> HasStandIn for Name<N> {
    fn stand_in(at: Span) -> Self {
        Self::from(Str::new(String::new(), at))
    }
}

impl<T> HasStandIn for OneOrMore<T> {
    fn stand_in(_at: Span) -> Self {
        Self::default()
    }
}

impl<T> Deref for OrShared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Texts> Texts for OrShared<T> {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        self.value.texts(key, see);
    }
}

impl<T: FromToml + HasStandIn> FromToml for OrShared<T> {
    const SHAPE: ValueShape = T::SHAPE;
    const REQUIRED: bool = false;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        T::read(reader, slot).map(|value| Self { value, is_missing: false })
    }

    fn missing(at: Span) -> Option<Self> {
        Some(Self { value: T::stand_in(at), is_missing: true })
    }
}

/// How the names of a table of names are checked.
pub(crate) trait EntryName {
    /// What a name may be.
    const NAME: ValueShape;

    /// The name, or `None` for one that has a fault.
    fn check(reader: &mut Reader<'_>, name: &str, span: Span) -> Option<Str>;
}

impl EntryName for Id {
    const NAME: ValueShape = Self::SHAPE;

    fn check(reader: &mut Reader<'_>, name: &str, span: Span) -> Option<Str> {
        reader.check_id(name, span)
    }
}

impl EntryName for Line {
    const NAME: ValueShape = Self::SHAPE;

    fn check(reader: &mut Reader<'_>, name: &str, span: Span) -> Option<Str> {
        reader.string(name, span, true, true)
    }
}

/// A table whose keys are names of the author's choice, in the author's order. Each name is checked as `N` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<N, T> {
    entries: Vec<T>,
    names: PhantomData<N>,
}

impl<N, T> Default for Map<N, T> {
    fn default() -> Self {
        Self { entries: Vec::new(), names: PhantomData }
    }
}

impl<N, T> Deref for Map<N, T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.entries
    }
}

impl<N, T> DerefMut for Map<N, T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.entries
    }
}

impl<N, T> IntoIterator for Map<N, T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'a, N, T> IntoIterator for &'a Map<N, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl<N, T: Texts> Texts for Map<N, T> {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        self.entries.texts(key, see);
    }
}

impl<N: EntryName, T: FromToml> FromToml for Map<N, T> {
    const SHAPE: ValueShape = ValueShape::Map(&N::NAME, &T::SHAPE);
    const REQUIRED: bool = false;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        Some(Self { entries: reader.entries(slot, N::check)?, names: PhantomData })
    }

    fn missing(_at: Span) -> Option<Self> {
        Some(Self::default())
    }
}

/// An entry of a table of names: its name and its value.
impl<N: Texts, T: Texts> Texts for (N, T) {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        self.0.texts(key, see);
        self.1.texts(key, see);
    }
}

impl<N: From<Str> + Texts, T: FromToml> FromToml for (N, T) {
    const SHAPE: ValueShape = T::SHAPE;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        let name = N::from(slot.entry?.clone());
        Some((name, T::read(reader, slot)?))
    }
}
