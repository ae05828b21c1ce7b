//! Checks that a value has the type that its key takes, and reports one that hasn't.

use std::str::FromStr;

use toml::de::DeValue;
use toml::value::Datetime;

use super::scalar::moment_of;
use super::{Reader, ValueSlot, shown};
use crate::diagnostic::{Diagnostic, Span};
use crate::source::keys::ValueShape;

impl Reader<'_> {
    /// Decides whether a value is in the short form or the long one. For the long form it returns true, and the slot
    /// with the shape of that form.
    pub(super) fn form<'v>(&self, slot: ValueSlot<'v>) -> (ValueSlot<'v>, bool) {
        let ValueShape::Either(short, long) = slot.shape else { return (slot, true) };
        let value = slot.value.get_ref();
        let is_long = fits(long, value) && !(fits(short, value) && self.is_languages(long, value));
        (if is_long { ValueSlot { shape: long, ..slot } } else { slot }, is_long)
    }

    /// True for a table that holds a text's languages and none of a kind's keys.
    fn is_languages(&self, shape: &ValueShape, value: &DeValue<'_>) -> bool {
        let (Some(kind), Some(table)) = (shape.kind(), value.as_table()) else { return false };
        table.keys().all(|key| kind.key(key.get_ref()).is_none())
            && table.keys().any(|key| self.langs.iter().any(|lang| lang == key.get_ref()) || is_tag(key.get_ref()))
    }

    /// The line of a place, for a message that must not show the line itself.
    pub fn line_of(&self, span: Span) -> String {
        let before = self.text.get(..span.start as usize).unwrap_or_default();
        format!("line {}", before.matches('\n').count() + 1)
    }

    /// Checks a value's type against its shape, and reports a wrong one. Elements of a list are checked one by one
    /// later.
    pub(super) fn fits(&mut self, slot: ValueSlot<'_>) -> bool {
        let value = slot.value.get_ref();
        if fits(slot.shape, value) {
            return true;
        }
        if self.headless.contains(&slot.value.span().start) {
            return false;
        }
        let span = self.span(slot.value.span());
        if slot.shape.kind().is_some_and(|kind| kind.id == "TOKEN") && value.is_str() {
            // A place would show the token.
            let message = format!("`{}` in {} is the token itself", shown(slot.name), self.line_of(span));
            let fault = Diagnostic::error_nowhere("token-in-file", message);
            let help = "take it out of the file, get a new one, and say where that comes from: `{ env = \"NAME\" }`, \
                `{ command = [\"program\"] }` or `{ file = \"path\" }`";
            self.fault(fault.help(help));
            return false;
        }
        let expected = slot.shape.expected();
        let mut fault = Diagnostic::error("wrong-type", span, format!("`{}` takes {expected}", shown(slot.name)))
            .label(format!("found {}", found(value)));
        let source = self.text.get(slot.value.span()).unwrap_or_default();
        let is_plain = !value.is_str() && !value.is_table() && !value.is_array();
        if let ValueShape::List(of, _) = slot.shape
            && of.is_tables()
            && let Some(kind) = of.kind()
            && value.is_table()
        {
            fault = fault.help(format!("begin each of its tables with {}", kind.name));
        } else if let ValueShape::List(of, _) = slot.shape
            && fits(of, value)
            && source.len() < 64
        {
            fault = fault.patch(format!("it is a list: `[{source}]`"), span, format!("[{source}]"));
        } else if matches!(slot.shape, ValueShape::Target(_)) && value.is_table() {
            // What is tried and who is called stands in the route itself.
            fault = fault
                .help("write the word or the id alone, such as `\"hold\"`; `do`, `call` and `within` stand beside it");
        } else if takes_any_string(slot.shape) && is_plain && source.len() < 64 {
            fault = fault.patch(format!("quote it: `\"{source}\"`"), span, format!("\"{source}\""));
        } else if takes_no_string(slot.shape)
            && let Some(words) = value.as_str()
        {
            let help = "write it without quotes";
            fault = if is_bare(slot.shape, words) { fault.patch(help, span, words) } else { fault.help(help) };
        }
        self.fault(fault);
        false
    }
}

/// Whether a value has one of a shape's types. Elements of a list aren't looked at.
fn fits(shape: &ValueShape, value: &DeValue<'_>) -> bool {
    match shape {
        ValueShape::Schema | ValueShape::Count => value.is_integer(),
        ValueShape::Flag => value.is_bool(),
        ValueShape::Minutes => value.is_integer() || value.is_str(),
        ValueShape::Date | ValueShape::Moment => value.is_datetime(),
        ValueShape::Time => value.is_str() || value.is_datetime(),
        ValueShape::Lead
        | ValueShape::Id(_)
        | ValueShape::Name(_)
        | ValueShape::Line
        | ValueShape::Number
        | ValueShape::Choice
        | ValueShape::Code
        | ValueShape::Syntax
        | ValueShape::Tag
        | ValueShape::Zone
        | ValueShape::Address
        | ValueShape::Mail
        | ValueShape::Sender
        | ValueShape::Pattern
        | ValueShape::Path
        | ValueShape::Relation(_)
        | ValueShape::Words(_)
        | ValueShape::Target(_) => value.is_str(),
        ValueShape::Text | ValueShape::LineText | ValueShape::PathText => value.is_str() || value.is_table(),
        ValueShape::Table(_) | ValueShape::Map(..) => value.is_table(),
        ValueShape::List(..) => value.is_array(),
        ValueShape::OneOrList(of, _) => value.is_array() || fits(of, value),
        ValueShape::Either(short, long) => fits(short, value) || fits(long, value),
    }
}

/// Whether every string is right, so that a value of another type becomes right in quotes.
fn takes_any_string(shape: &ValueShape) -> bool {
    match shape {
        ValueShape::Line
        | ValueShape::Number
        | ValueShape::Choice
        | ValueShape::Code
        | ValueShape::Text
        | ValueShape::LineText => true,
        ValueShape::OneOrList(of, _) => takes_any_string(of),
        ValueShape::Either(short, long) => takes_any_string(short) || takes_any_string(long),
        _ => false,
    }
}

/// Whether leaving out the quotes may make a string right.
fn takes_no_string(shape: &ValueShape) -> bool {
    matches!(shape, ValueShape::Schema | ValueShape::Flag | ValueShape::Count | ValueShape::Date | ValueShape::Moment)
}

/// Whether the words of a string are a value of this shape once they stand without quotes.
fn is_bare(shape: &ValueShape, words: &str) -> bool {
    match shape {
        ValueShape::Flag => matches!(words, "true" | "false"),
        ValueShape::Schema => words == "1",
        ValueShape::Count => words.parse::<u32>().is_ok_and(|count| count > 0 && count.to_string() == words),
        ValueShape::Date => Datetime::from_str(words).is_ok_and(|read| read.date.is_some() && read.time.is_none()),
        ValueShape::Moment => Datetime::from_str(words).is_ok_and(|read| moment_of(&read).is_some()),
        _ => false,
    }
}

/// What a message calls a value of the wrong type.
pub(super) fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// True for what looks like a language tag: `fr`, `zh-TW`. A word of three letters is more likely a misspelt key.
pub(super) fn is_tag(word: &str) -> bool {
    let (language, region) = word.split_once('-').unwrap_or((word, "XX"));
    language.len() == 2
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && (2..=8).contains(&region.len())
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
