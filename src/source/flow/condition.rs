//! Conditions: what a release must be for a part of the flow to apply.

use super::super::keys::ValueShape;
use super::super::reader::{FromToml, Reader, Texts, ValueSlot};
use super::super::types::{ChoiceWord, Id, Map, OneOrMore, Str};
use crate::diagnostic::Span;

/// The words that values with `choices` must have: any one of the words of a value, and that for every value.
#[derive(Debug, Clone)]
pub struct ConditionDecl {
    /// The name of each value, and its words.
    pub values: Vec<(Str, OneOrMore<ChoiceWord>)>,
    /// The whole condition.
    pub span: Span,
}

/// How a condition is written.
type ConditionTable = Map<Id, (Str, OneOrMore<ChoiceWord>)>;

// Its words are those of the value's `choices`, which are looked at there.
impl Texts for ConditionDecl {}

impl FromToml for ConditionDecl {
    const SHAPE: ValueShape = ConditionTable::SHAPE;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        let span = reader.span(slot.value.span());
        let is_empty = slot.value.get_ref().as_table()?.is_empty();
        let written = ConditionTable::read(reader, slot)?;
        if is_empty {
            let message = format!("`{}` names no value", slot.name);
            reader.bad(
                "too-few",
                span,
                message,
                format!("write `{} = {{ kind = \"…\" }}`, or leave it out", slot.name),
            );
        }
        // A name with a fault was reported, and is empty.
        let values = written.iter().filter(|(name, _)| !name.value.is_empty()).cloned().collect();
        Some(Self { values, span })
    }
}

/// A part of the flow that may apply to some releases only.
pub trait Conditional {
    /// It applies only if this holds.
    fn only(&self) -> Option<&ConditionDecl>;

    /// It doesn't apply if this holds.
    fn unless(&self) -> Option<&ConditionDecl>;

    /// Where it is written, which no other part shares.
    fn place(&self) -> Span;
}

impl dyn Conditional + '_ {
    /// The conditions that it has, of both kinds.
    pub fn conditions(&self) -> impl Iterator<Item = &ConditionDecl> {
        self.only().into_iter().chain(self.unless())
    }
}

/// Makes structs with the keys `only` and `unless` conditional: their name, and where each stands.
macro_rules! conditional {
    ($( $name:ident at $($place:ident).+; )*) => { $(
        impl $crate::source::flow::Conditional for $name {
            fn only(&self) -> Option<&$crate::source::flow::ConditionDecl> {
                self.only.as_ref()
            }

            fn unless(&self) -> Option<&$crate::source::flow::ConditionDecl> {
                self.unless.as_ref()
            }

            fn place(&self) -> $crate::diagnostic::Span {
                self.$($place).+
            }
        }
    )* };
}

pub(super) use conditional;
