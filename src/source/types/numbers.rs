//! Numbers, flags, dates and times.

use std::ops::Deref;

use jiff::civil::{Date, Time};

use super::super::keys::ValueShape;
use super::super::reader::{FromToml, Reader, Texts, ValueSlot};
use super::super::value::{Lead, Moment};
use crate::diagnostic::{Span, Spanned};

/// The version of the format. It is always 1, so the type holds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schema;

impl Texts for Schema {}

impl FromToml for Schema {
    const SHAPE: ValueShape = ValueShape::Schema;

    fn read(_reader: &mut Reader<'_>, _slot: ValueSlot<'_>) -> Option<Self> {
        Some(Self)
    }

    fn missing(_at: Span) -> Option<Self> {
        Some(Self)
    }
}

impl Texts for bool {}

impl FromToml for bool {
    const SHAPE: ValueShape = ValueShape::Flag;
    const REQUIRED: bool = false;

    fn read(_reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        slot.value.get_ref().as_bool()
    }

    fn missing(_at: Span) -> Option<Self> {
        Some(false)
    }
}

/// Declares types of numbers, each with its shape and how it is read. A number keeps its place.
macro_rules! numbers {
    ($( $(#[$meta:meta])* $name:ident = $shape:expr, $read:expr; )*) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(Spanned<u32>);

        impl Deref for $name {
            type Target = Spanned<u32>;

            fn deref(&self) -> &Spanned<u32> {
                &self.0
            }
        }

        impl Texts for $name {}

        impl FromToml for $name {
            const SHAPE: ValueShape = $shape;

            fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
                $read(reader, slot).map(Self)
            }
        }
    )* };
}

numbers! {
    /// A whole number, from 1.
    Count = ValueShape::Count, Reader::count;
    /// A length of time in minutes, which may be written in words.
    Minutes = ValueShape::Minutes, Reader::minutes;
}

/// Declares the shape of dates and times, and how they are read.
macro_rules! spanned {
    ($( $name:ident = $shape:expr, $read:expr; )*) => { $(
        impl Texts for $name {}

        impl FromToml for $name {
            const SHAPE: ValueShape = $shape;

            fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
                $read(reader, slot)
            }
        }
    )* };
}

spanned! {
    Date = ValueShape::Date, Reader::date;
    Time = ValueShape::Time, Reader::time;
    Moment = ValueShape::Moment, Reader::moment;
}

impl Texts for Lead {}

impl FromToml for Lead {
    const SHAPE: ValueShape = ValueShape::Lead;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        reader.lead(slot)
    }

    fn missing(_at: Span) -> Option<Self> {
        Some(Self::Days(0))
    }
}
