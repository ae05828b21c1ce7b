//! Declares the kinds of tables that our files have, each once, as a struct. A field of the struct is a key of the
//! table: the field's doc line describes the key, the field's name with dashes is its name, and the field's type says
//! what the key takes, how that is read, and whether the key is required.

/// Declares a struct and the kinds of tables that become one.
///
/// ```text
/// table! {
///     /// What the struct is, for Rust.
///     pub struct Block "block" {                             // "block": how messages to us name it, `block.title`
///         HOT "`[[hot]]`" "what it is for" beside [ROLLBACK];  // a kind: its name in messages, its description, and
///     }                                                      // the kinds that a key may have been meant for
///     keys {
///         /// heading
///         title: LineText,                                   // required, because it is no `Option`
///         /// needed when a route names it
///         on_failure: Option<Route>,                         // `on-failure`
///         /// the action
///         action "do": Option<FlowText>,                     // a key whose name the field can't have
///         /// steps before the release
///         prepare: Vec<Item> => COLD,                        // which kind of tables, where their struct has several
///         cold: TaskList => (COLD_ENTRY),                    // the shape of an element, where it has several kinds
///         /// what is done, in order
///         steps: AtLeast<Step, 1> => {                       // where kinds of this struct differ: kind, key, its kind
///             HOT "step" of HOT_STEP,                        // of tables, and a description of its own
///         },
///     }
///     flat { task: Step }                                    // the keys of another struct, in the same table
///     place { span: Span }                                   // fields that are no keys
///     short "do" FlowText;                                   // the key whose value alone may stand for the table
///     needs SAYS;                                            // keys of which a table must have one: all kinds,
///     needs CHANGES, only [HOT];                             // or some
///     only "gate" with "each";                               // a key that means nothing without another,
///     only "max" with "then" = "retry";                      // or unless that is this word
///     settle function;                                       // rules across keys; it may refuse the table
/// }
/// ```
macro_rules! table {
    (
        $(#[$meta:meta])*
        pub struct $name:ident $noun:literal {
            $( $kind:ident $title:literal $what:literal $(beside [$($sibling:path),* $(,)?])?; )*
        }
        keys {
            $( #[doc = $doc:literal] $field:ident $($written:literal)? : $ty:ty $(=> $tables:tt)? ),* $(,)?
        }
        $(flat { $(#[$flat_meta:meta])* $flat:ident : $flat_ty:ty })?
        $(place { $( $(#[$place_meta:meta])* $place:ident : $place_ty:ty ),* $(,)? })?
        $(short $short:literal $short_ty:ty;)?
        $(needs $needed:ident $(, only [$($of:ident),*])?;)*
        $(only $with:literal with $other:literal $(= $word:literal)?;)*
        $(settle $settle:path;)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name {
            $( #[doc = $doc] pub $field: $ty, )*
            $( $(#[$flat_meta])* pub $flat: $flat_ty, )?
            $( $( $(#[$place_meta])* pub $place: $place_ty, )* )?
        }

        $(
            #[doc = $what]
            pub static $kind: $crate::source::keys::TableKind = $crate::source::keys::TableKind {
                id: stringify!($kind),
                name: $title,
                fields: [
                    <$name as $crate::source::reader::KeyedStruct>::KEYS,
                    <$name as $crate::source::reader::KeyedStruct>::FLAT,
                ],
                rules: [
                    <$name as $crate::source::reader::KeyedStruct>::RULES,
                    <$name as $crate::source::reader::KeyedStruct>::FLAT_RULES,
                ],
                siblings: || {
                    static SIBLINGS: &[&$crate::source::keys::TableKind] = &[$( $(&$sibling),* )?];
                    SIBLINGS
                },
                doc: $what,
                table: $crate::source::keys::ValueShape::Table(&$kind),
            };
        )*

        impl $crate::source::reader::KeyedStruct for $name {
            const KEYS: $crate::source::keys::KeysOfFields = &[
                $( $crate::source::declare::table!(@key
                    $noun, $doc, ($crate::source::declare::table!(@name $field $($written)?)), $ty $(, $tables)?
                ), )*
            ];

            $( const FLAT: $crate::source::keys::KeysOfFields = <$flat_ty as $crate::source::reader::KeyedStruct>::KEYS; )?

            const RULES: &'static [$crate::source::keys::KeyRule] = &[
                $( $crate::source::keys::KeyRule::OneOf(&$needed, &[$($(stringify!($of)),*)?]), )*
                $( $crate::source::declare::table!(@rule $with $other $($word)?), )*
            ];

            $( const FLAT_RULES: &'static [$crate::source::keys::KeyRule] =
                <$flat_ty as $crate::source::reader::KeyedStruct>::RULES; )?

            fn from_fields(
                reader: &mut $crate::source::reader::Reader<'_>,
                fields: &$crate::source::reader::TableFields<'_>,
            ) -> Option<Self> {
                let mut keys = <Self as $crate::source::reader::KeyedStruct>::KEYS.iter().copied();
                $( let $field = reader.key::<$ty>(fields, keys.next().unwrap_or_default()); )*
                $( let $flat = <$flat_ty as $crate::source::reader::KeyedStruct>::from_fields(reader, fields); )?
                let read = Self {
                    $( $field: $field?, )*
                    $( $flat: $flat?, )?
                    $( $( $place: <$place_ty as $crate::source::reader::FromPlace>::from_place(fields), )* )?
                };
                $( let read = Option::<Self>::from($settle(read, reader, fields))?; )?
                Some(read)
            }
        }

        impl $crate::source::reader::Texts for $name {
            fn texts<'a>(
                &'a self,
                _key: $crate::source::reader::TextKey,
                see: &mut dyn FnMut($crate::source::reader::TextAt<'a>),
            ) {
                let names = <Self as $crate::source::reader::KeyedStruct>::KEYS.iter().filter_map(|keys| keys.first());
                let mut keys = names.map(|key| $crate::source::reader::TextKey { of: $noun, name: key.name });
                $( if let Some(key) = keys.next() { self.$field.texts(key, see); } )*
                $( self.$flat.texts(_key, see); )?
            }
        }

        $crate::source::declare::table!(@value $name [$($kind)*] $($short $short_ty)?);
    };

    (@name $field:ident $written:literal) => { $written };
    (@name $field:ident) => {{
        const NAME: &str = stringify!($field);
        const DASHED: [u8; NAME.len()] = $crate::source::declare::dashed(NAME);
        match std::str::from_utf8(&DASHED) {
            Ok(name) => name,
            Err(_) => NAME,
        }
    }};

    (@key $noun:literal, $doc:literal, ($name:expr), $ty:ty) => {
        &[$crate::source::declare::key::<$ty>($noun, $name, $doc, None, None)]
    };
    (@key $noun:literal, $doc:literal, ($name:expr), $ty:ty, { $( $kind:ident $written:literal $(of $tables:ident)? $($own:literal)? ),* $(,)? }) => {
        &[ $( $crate::source::declare::key::<$ty>(
            $noun,
            $written,
            $crate::source::declare::table!(@doc $doc $($own)?),
            $crate::source::declare::table!(@tables $($tables)?),
            Some(stringify!($kind)),
        ) ),* ]
    };
    (@key $noun:literal, $doc:literal, ($name:expr), $ty:ty, ($shape:ident)) => {
        &[$crate::source::declare::key::<$ty>($noun, $name, $doc, Some(&$shape), None)]
    };
    (@key $noun:literal, $doc:literal, ($name:expr), $ty:ty, $tables:ident) => {
        &[$crate::source::declare::key::<$ty>(
            $noun,
            $name,
            $doc,
            $crate::source::declare::table!(@tables $tables),
            None,
        )]
    };
    (@rule $with:literal $other:literal) => { $crate::source::keys::KeyRule::With($with, $other) };
    (@rule $with:literal $other:literal $word:literal) => {
        $crate::source::keys::KeyRule::WithWord($with, $other, $word)
    };
    (@doc $doc:literal) => { $doc };
    (@doc $doc:literal $own:literal) => { $own };
    (@tables) => { None };
    (@tables $kind:ident) => { Some(&$kind.table) };

    // A struct without a kind: its fields always stand in another struct's table.
    (@value $name:ident []) => {};
    (@value $name:ident [$kind:ident $($more:ident)*]) => {
        impl $crate::source::reader::FromToml for $name {
            const SHAPE: $crate::source::keys::ValueShape = $crate::source::keys::ValueShape::Table(&$kind);

            fn read(
                reader: &mut $crate::source::reader::Reader<'_>,
                slot: $crate::source::reader::ValueSlot<'_>,
            ) -> Option<Self> {
                reader.record(slot)
            }
        }
    };
    (@value $name:ident [$kind:ident $($more:ident)*] $short:literal $short_ty:ty) => {
        impl $crate::source::reader::FromToml for $name {
            const SHAPE: $crate::source::keys::ValueShape = $crate::source::keys::ValueShape::Either(
                &<$short_ty as $crate::source::reader::FromToml>::SHAPE,
                &$crate::source::keys::ValueShape::Table(&$kind),
            );

            fn read(
                reader: &mut $crate::source::reader::Reader<'_>,
                slot: $crate::source::reader::ValueSlot<'_>,
            ) -> Option<Self> {
                reader.short_or_long(slot, $short)
            }
        }
    };
}

/// Declares an enum whose variants are words in a file. The variant after `unless said` is meant where the key is
/// missing, and the key is optional then. A variant without a word can't be written.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident $(unless said $default:ident)? {
            $( $(#[$variant_meta:meta])* $variant:ident $(= $word:literal)? ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )*
        }

        impl $crate::source::reader::Texts for $name {}

        impl $crate::source::types::Worded for $name {
            fn word(self) -> &'static str {
                let word: &[&'static str] = match self { $(Self::$variant => &[$($word)?]),* };
                word.first().copied().unwrap_or_default()
            }
        }

        impl $crate::source::reader::FromToml for $name {
            const SHAPE: $crate::source::keys::ValueShape =
                $crate::source::keys::ValueShape::Words(&[$( $($word,)? )*]);
            $( const REQUIRED: bool = { let _ = Self::$default; false }; )?

            fn read(
                reader: &mut $crate::source::reader::Reader<'_>,
                slot: $crate::source::reader::ValueSlot<'_>,
            ) -> Option<Self> {
                reader.word(slot, &[$( $(($word, Self::$variant),)? )*])
            }

            $(
                fn missing(_at: $crate::diagnostic::Span) -> Option<Self> {
                    Some(Self::$default)
                }
            )?
        }
    };
}

pub(super) use {table, words};

use super::keys::{Key, ValueShape};
use super::reader::FromToml;

/// The key of a field. `of` is what has the key. `tables` is the kind of the tables that the key holds, where their
/// struct serves several kinds. `only` is the one kind that has the key, where the field's own struct serves several
/// kinds.
pub const fn key<T: FromToml>(
    of: &'static str,
    name: &'static str,
    doc: &'static str,
    tables: Option<&'static ValueShape>,
    only: Option<&'static str>,
) -> Key {
    let shape = match tables {
        Some(tables) => T::SHAPE.of(tables),
        None => T::SHAPE,
    };
    Key { of, name, shape, required: T::REQUIRED, doc: doc.trim_ascii(), only }
}

/// A field's name as a key: `at_most` → `at-most`.
pub const fn dashed<const N: usize>(name: &str) -> [u8; N] {
    let mut dashed = [0; N];
    let mut at = 0;
    while at < N {
        dashed[at] = if name.as_bytes()[at] == b'_' { b'-' } else { name.as_bytes()[at] };
        at += 1;
    }
    dashed
}
