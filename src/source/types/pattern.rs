//! Patterns that a value must match.

#[cfg(test)]
mod tests;

use regex_lite::{Captures, Regex, RegexBuilder};

use super::super::keys::ValueShape;
use super::super::reader::{FromToml, Reader, Texts, ValueSlot};
use super::super::value::Str;
use crate::diagnostic::Span;

/// The longest pattern, in bytes.
const LONGEST_PATTERN: usize = 1000;

/// The most memory that a compiled pattern may take, in bytes: repetitions in a short pattern may multiply. Matching takes time
/// for each character of a value and each state of the pattern, so this bounds time too.
const LARGEST_PROGRAM: usize = 32 << 10;

/// The longest value that is matched, in characters.
pub const LONGEST_MATCHED: usize = 256;

/// A regular expression that a value must match from its first character to its last. Each of its named groups is a value.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The expression as it was written.
    pub written: Str,
    /// The names of its groups, in their order.
    pub groups: Vec<Str>,
    regex: Regex,
}

impl Pattern {
    /// Matches a whole value. The first group of the result is the whole.
    #[must_use]
    pub fn captures<'v>(&self, value: &'v str) -> Option<Captures<'v>> {
        if value.chars().nth(LONGEST_MATCHED).is_some() {
            return None;
        }
        self.regex.captures(value)
    }
}

impl Texts for Pattern {}

impl FromToml for Pattern {
    const SHAPE: ValueShape = ValueShape::Pattern;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        let written = reader.line(slot)?;
        if written.value.len() > LONGEST_PATTERN {
            let message = format!("this pattern has {} bytes; {LONGEST_PATTERN} are allowed", written.value.len());
            reader.bad(
                "bad-pattern",
                written.span,
                message,
                "describe the form of the value only, such as `\\d+\\.\\d+`",
            );
            return None;
        }
        // Compiled alone first, since `a)(b` would be right between the brackets that make it match the whole value.
        let whole = format!("\\A(?:{})\\z", written.value);
        let regex = match compile(&written.value).and_then(|_| compile(&whole)) {
            Ok(regex) => regex,
            Err(why) => {
                let message = format!("this is no pattern: {why}");
                let help =
                    "write a regular expression, such as `(?<major>\\d+)\\.(?<minor>\\d+)`, between single quotes";
                reader.bad("bad-pattern", written.span, message, help);
                return None;
            }
        };
        let names = regex.capture_names().flatten();
        let groups = names.filter_map(|name| reader.check_id(name, place_of_group(reader, &written, name))).collect();
        Some(Self { written, groups, regex })
    }
}

/// The engine takes time in proportion to pattern times value, whatever the pattern.
fn compile(pattern: &str) -> Result<Regex, regex_lite::Error> {
    RegexBuilder::new(pattern).size_limit(LARGEST_PROGRAM).build()
}

/// The place of a group's name. No name is there twice.
fn place_of_group(reader: &Reader<'_>, pattern: &Str, name: &str) -> Span {
    let before = ["(?<", "(?P<"].into_iter();
    let found = before.filter_map(|open| Some(pattern.value.find(&format!("{open}{name}>"))? + open.len()));
    found.min().map_or(pattern.span, |start| reader.within(pattern.span, start..start + name.len()))
}
