//! A parsed TOML table → typed values, driven by the table of keys. Faults are collected, never thrown: a reader that
//! returns `None` has said why.

mod flow;
mod people;
mod scalar;
mod step;
#[cfg(test)]
mod tests;
mod text;

use std::collections::HashMap;
use std::ops::Range;
use std::str::FromStr;

use toml::Spanned as Located;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::config::Config;
use super::flow::{Flow, Str};
use super::keys::{Key, Kind, Shape, certain, nearest, tables};
use super::locate::locate_in;
use super::lost::Lost;
use super::release::ReleaseFile;
use super::syntax;
use crate::diagnostic::{Diagnostic, FileId, Sources, Span};

pub(super) use scalar::{MAX_MINUTES, MOMENT_HELP, device_fault, id_fault, moment_of};
pub(super) use text::string_fault;

/// Languages that there are labels for.
pub const KNOWN_LANGS: &[&str] = &["en", "zh-CN"];
/// Steps that one file may hold.
pub const MAX_STEPS: usize = 10_000;

/// A TOML value with its range of bytes.
type Value<'v> = Located<DeValue<'v>>;

/// Reads a flow. There is one exactly when none of the diagnostics is a fault.
#[must_use]
pub fn read_flow(sources: &Sources, file: FileId) -> (Option<Flow>, Vec<Diagnostic>) {
    let (flow, faults, _) = read_flow_partly(sources, file);
    (flow.filter(|_| faults.is_empty()), faults)
}

/// Reads a flow as far as it goes, and says what of it was lost: names can be looked up in it all the same. After a
/// fault of syntax there is none.
#[must_use]
pub fn read_flow_partly(sources: &Sources, file: FileId) -> (Option<Flow>, Vec<Diagnostic>, Lost) {
    read(sources, file, &tables::FLOW, Reader::flow)
}

/// Reads a release file, as far as it goes: what has a fault is left out, and so is all after a fault of syntax.
#[must_use]
pub fn read_release(sources: &Sources, file: FileId) -> (Option<ReleaseFile>, Vec<Diagnostic>) {
    let (release, faults, _) = read_release_partly(sources, file);
    (release, faults)
}

/// The same, and what of it was lost.
#[must_use]
pub fn read_release_partly(sources: &Sources, file: FileId) -> (Option<ReleaseFile>, Vec<Diagnostic>, Lost) {
    read(sources, file, &tables::RELEASE, |reader, fields| Some(reader.release(fields)))
}

/// Reads a configuration. There is one exactly when none of the diagnostics is a fault.
#[must_use]
pub fn read_config(sources: &Sources, file: FileId) -> (Option<Config>, Vec<Diagnostic>) {
    let (config, faults, _) = read(sources, file, &tables::CONFIG, |reader, fields| Some(reader.config(fields)));
    (config.filter(|_| faults.is_empty()), faults)
}

fn read<'s, T>(
    sources: &'s Sources,
    file: FileId,
    kind: &'static Kind,
    build: impl FnOnce(&mut Reader<'s>, Fields<'_>) -> Option<T>,
) -> (Option<T>, Vec<Diagnostic>, Lost) {
    let text = &*sources.file(file).text;
    let root = match syntax::parse(text, file) {
        Ok(root) => root,
        Err(faults) => return (None, faults, Lost::all()),
    };
    let mut reader = Reader::new(text, file);
    let start = text.len() - text.trim_start_matches(['\u{feff}', '\n', '\r', ' ', '\t']).len();
    let fields = reader.fields(kind, root.get_ref(), Span::new(file, start, start));
    let value = build(&mut reader, fields);
    let mut faults = reader.faults;
    faults.sort_by(|a, b| a.order().cmp(&b.order()));
    (value, faults, reader.lost)
}

/// What has been read so far.
struct Reader<'a> {
    file: FileId,
    text: &'a str,
    /// The flow's languages; empty while they aren't known.
    langs: Vec<String>,
    /// Where each step and block id was first given. Looked up only, never listed.
    ids: HashMap<String, Span>,
    steps: usize,
    faults: Vec<Diagnostic>,
    lost: Lost,
}

/// One value and what the table of keys says of it.
#[derive(Clone, Copy)]
struct Slot<'v> {
    /// The key, or the key of the list that holds it.
    name: &'v str,
    shape: &'static Shape,
    value: &'v Value<'v>,
}

/// One table on its way to a type. Every key of its kind must be asked for once, which debug builds prove.
struct Fields<'v> {
    kind: &'static Kind,
    table: &'v DeTable<'v>,
    span: Span,
    asked: u64,
}

impl<'v> Fields<'v> {
    fn slot(&mut self, name: &'static str) -> Option<Slot<'v>> {
        let at = self.kind.keys().position(|key| key.name == name);
        debug_assert!(at.is_some(), "`{name}` isn't in the keys of {}", self.kind.name);
        let at = at?;
        self.asked |= 1 << at;
        let key = self.kind.keys().nth(at)?;
        Some(Slot { name, shape: &key.shape, value: self.table.get(name)? })
    }

    /// True when its kind has such a key, present or not.
    fn knows(&self, name: &str) -> bool {
        self.kind.key(name).is_some()
    }

    fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    fn done(&self) {
        debug_assert!(
            self.asked.count_ones() as usize == self.kind.keys().count(),
            "{}: not all keys were asked for",
            self.kind.name
        );
    }
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, file: FileId) -> Self {
        Self { file, text, langs: Vec::new(), ids: HashMap::new(), steps: 0, faults: Vec::new(), lost: Lost::default() }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    fn fault(&mut self, fault: Diagnostic) {
        self.faults.push(fault);
    }

    /// Reports a value that has the right type and is wrong all the same.
    fn bad(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.fault(Diagnostic::error(code, span, message).help(help));
    }

    /// The place of some bytes of a decoded string.
    fn within(&self, literal: Span, range: Range<usize>) -> Span {
        locate_in(self.text, literal, range)
    }

    /// Opens a table: what it may not hold and what it lacks is reported here.
    fn fields<'v>(&mut self, kind: &'static Kind, table: &'v DeTable<'v>, span: Span) -> Fields<'v> {
        // A required key that is there and misspelt isn't missing as well.
        let mut meant = Vec::new();
        for key in table.keys().filter(|key| kind.key(key.get_ref()).is_none()) {
            let span = self.span(key.span());
            let near = nearest(key.get_ref(), kind.keys().map(|key| key.name));
            // A key can't be given twice.
            let is_free = near.is_some_and(|near| !table.contains_key(near) && !meant.contains(&near));
            let is_certain = is_free && certain(key.get_ref(), kind.keys().map(|key| key.name)).is_some();
            meant.extend(near);
            if let Some(near) = near {
                self.lost.add(near);
            }
            self.fault(unknown_key(kind, key.get_ref(), near, is_certain, span));
        }
        let is_missing = |key: &Key| key.required && !table.contains_key(key.name) && !meant.contains(&key.name);
        for key in kind.keys().filter(|key| is_missing(key)) {
            self.fault(missing_key(kind, key, span));
        }
        Fields { kind, table, span, asked: 0 }
    }

    /// Opens the table that a slot holds.
    fn table<'v>(&mut self, slot: Slot<'v>) -> Option<Fields<'v>> {
        let kind = slot.shape.kind();
        debug_assert!(kind.is_some(), "`{}` isn't a table with known keys", slot.name);
        let span = self.span(slot.value.span());
        Some(self.fields(kind?, slot.value.get_ref().as_table()?, span))
    }

    /// The value of a key, if it is there and right.
    fn get<'v, T>(
        &mut self,
        fields: &mut Fields<'v>,
        name: &'static str,
        read: impl FnOnce(&mut Self, Slot<'v>) -> Option<T>,
    ) -> Option<T> {
        let slot = fields.slot(name)?;
        let value = if self.fits(slot) { read(self, slot) } else { None };
        if value.is_none() {
            self.lost.add(name);
        }
        value
    }

    /// `true` or `false`; false when missing.
    fn flag(&mut self, fields: &mut Fields<'_>, name: &'static str) -> bool {
        self.get(fields, name, |_, slot| slot.value.get_ref().as_bool()).unwrap_or(false)
    }

    /// The elements of a list, or the one element that stands for it.
    fn list<'v, T>(
        &mut self,
        fields: &mut Fields<'v>,
        name: &'static str,
        mut read: impl FnMut(&mut Self, Slot<'v>) -> Option<T>,
    ) -> Vec<T> {
        let written = fields.table.get(name).and_then(|value| value.get_ref().as_array()).map_or(0, |list| list.len());
        let list = self.get(fields, name, |reader, slot| Some(reader.elements(slot, &mut read))).unwrap_or_default();
        if list.len() < written {
            self.lost.add(name);
        }
        list
    }

    fn elements<'v, T>(&mut self, slot: Slot<'v>, mut read: impl FnMut(&mut Self, Slot<'v>) -> Option<T>) -> Vec<T> {
        let (Shape::List(shape, min) | Shape::OneOrList(shape, min)) = slot.shape else {
            debug_assert!(false, "`{}` isn't a list", slot.name);
            return Vec::new();
        };
        let Some(array) = slot.value.get_ref().as_array() else {
            return read(self, Slot { shape, ..slot }).into_iter().collect();
        };
        if array.len() < *min {
            let least = if *min == 1 { "at least one element".to_owned() } else { format!("at least {min} elements") };
            let span = self.span(slot.value.span());
            self.bad("too-few", span, format!("`{}` is too short", slot.name), format!("it takes {least}"));
        }
        array
            .iter()
            .filter_map(|value| {
                let slot = Slot { shape, value, ..slot };
                if self.fits(slot) { read(self, slot) } else { None }
            })
            .collect()
    }

    /// The entries of a table whose keys are the author's own names.
    fn map<'v, T>(
        &mut self,
        fields: &mut Fields<'v>,
        name: &'static str,
        mut read_name: impl FnMut(&mut Self, &str, Span) -> Option<Str>,
        mut read: impl FnMut(&mut Self, Str, Slot<'v>) -> Option<T>,
    ) -> Vec<T> {
        let entries = self.get(fields, name, |reader, slot| {
            let Shape::Map(shape) = slot.shape else {
                debug_assert!(false, "`{name}` isn't a table of names");
                return None;
            };
            let mut entries = Vec::new();
            for (key, value) in slot.value.get_ref().as_table()? {
                let span = reader.span(key.span());
                let name = read_name(reader, key.get_ref(), span);
                let slot = Slot { name: key.get_ref(), shape, value };
                if reader.fits(slot) {
                    // A bad name is no reason to keep quiet about what stands under it.
                    let name = name.unwrap_or_else(|| Str::new(String::new(), span));
                    entries.extend(read(reader, name, slot));
                }
            }
            if entries.len() < slot.value.get_ref().as_table().map_or(0, DeTable::len) {
                reader.lost.add(name);
            }
            Some(entries)
        });
        entries.unwrap_or_default()
    }

    /// Settles on the short form or the long one; true for the long one.
    fn form<'v>(&self, slot: Slot<'v>) -> (Slot<'v>, bool) {
        let Shape::Either(short, long) = slot.shape else {
            debug_assert!(false, "`{}` has one form only", slot.name);
            return (slot, false);
        };
        let value = slot.value.get_ref();
        let is_long = fits(long, value) && !(fits(short, value) && self.is_languages(long, value));
        (Slot { shape: if is_long { long } else { short }, ..slot }, is_long)
    }

    /// True for a table that holds a text's languages and none of a kind's keys.
    fn is_languages(&self, shape: &Shape, value: &DeValue<'_>) -> bool {
        let (Some(kind), Some(table)) = (shape.kind(), value.as_table()) else { return false };
        table.keys().all(|key| kind.key(key.get_ref()).is_none())
            && table.keys().any(|key| self.langs.iter().any(|lang| lang == key.get_ref()) || is_tag(key.get_ref()))
    }

    /// Checks a value's type against its shape, elements excluded, and reports a wrong one.
    fn fits(&mut self, slot: Slot<'_>) -> bool {
        let value = slot.value.get_ref();
        if fits(slot.shape, value) {
            return true;
        }
        let span = self.span(slot.value.span());
        let expected = slot.shape.expected();
        let mut fault = Diagnostic::error("wrong-type", span, format!("`{}` takes {expected}", shown(slot.name)))
            .label(format!("found {}", found(value)));
        let source = self.text.get(slot.value.span()).unwrap_or_default();
        let is_plain = !value.is_str() && !value.is_table() && !value.is_array();
        if takes_any_string(slot.shape) && is_plain && source.len() < 64 {
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

/// Whether a value has one of a shape's types, elements excluded.
fn fits(shape: &Shape, value: &DeValue<'_>) -> bool {
    match shape {
        Shape::Schema | Shape::Count => value.is_integer(),
        Shape::Flag => value.is_bool(),
        Shape::Minutes => value.is_integer() || value.is_str(),
        Shape::Date | Shape::Moment => value.is_datetime(),
        Shape::Time => value.is_str() || value.is_datetime(),
        Shape::Lead
        | Shape::Id
        | Shape::Name(_)
        | Shape::Line
        | Shape::Code
        | Shape::Tag
        | Shape::Zone
        | Shape::Address
        | Shape::Mail
        | Shape::Relation
        | Shape::Words(_)
        | Shape::Target => value.is_str(),
        Shape::Text | Shape::LineText => value.is_str() || value.is_table(),
        Shape::Table(_) | Shape::Map(_) => value.is_table(),
        Shape::List(..) => value.is_array(),
        Shape::OneOrList(of, _) => value.is_array() || fits(of, value),
        Shape::Either(short, long) => fits(short, value) || fits(long, value),
    }
}

/// Whether quotes make any value right.
fn takes_any_string(shape: &Shape) -> bool {
    match shape {
        Shape::Line | Shape::Code | Shape::Text | Shape::LineText => true,
        Shape::OneOrList(of, _) => takes_any_string(of),
        Shape::Either(short, long) => takes_any_string(short) || takes_any_string(long),
        _ => false,
    }
}

/// Whether leaving out the quotes may make a string right.
fn takes_no_string(shape: &Shape) -> bool {
    matches!(shape, Shape::Schema | Shape::Flag | Shape::Count | Shape::Date | Shape::Moment)
}

/// Whether some words, without quotes, are such a value.
fn is_bare(shape: &Shape, words: &str) -> bool {
    match shape {
        Shape::Flag => matches!(words, "true" | "false"),
        Shape::Schema => words == "1",
        Shape::Count => words.parse::<u32>().is_ok_and(|count| count > 0 && count.to_string() == words),
        Shape::Date => Datetime::from_str(words).is_ok_and(|read| read.date.is_some() && read.time.is_none()),
        Shape::Moment => Datetime::from_str(words).is_ok_and(|read| moment_of(&read).is_some()),
        _ => false,
    }
}

/// What a message calls a value of the wrong type.
fn found(value: &DeValue<'_>) -> &'static str {
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

/// True for what looks like a language tag: `fr`, `zh-TW`. Three letters alone are rather a misspelt key.
fn is_tag(word: &str) -> bool {
    let (language, region) = word.split_once('-').unwrap_or((word, "XX"));
    language.len() == 2
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && (2..=8).contains(&region.len())
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// An author's name, short enough for a message.
fn shown(name: &str) -> String {
    match name.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name.to_owned(),
    }
}

fn unknown_key(kind: &Kind, name: &str, near: Option<&str>, is_certain: bool, span: Span) -> Diagnostic {
    let sibling = kind.siblings.iter().find(|sibling| sibling.key(name).is_some());
    if let Some(sibling) = sibling {
        return Diagnostic::error("misplaced-key", span, format!("`{name}` isn't a key of {}", kind.name))
            .help(format!("it belongs to {}", sibling.name));
    }
    let fault = Diagnostic::error("unknown-key", span, format!("{} has no key `{}`", kind.name, shown(name)));
    if let Some(near) = near {
        let help = format!("did you mean `{near}`?");
        return if is_certain { fault.patch(help, span, near) } else { fault.help(help) };
    }
    let names: Vec<_> = kind.keys().map(|key| format!("`{}`", key.name)).collect();
    fault.help(format!("its keys are {}", names.join(", ")))
}

fn missing_key(kind: &Kind, key: &Key, span: Span) -> Diagnostic {
    Diagnostic::error("missing-key", span, format!("{} needs the key `{}`", kind.name, key.name)).help(format!(
        "add `{}`, {}: {}",
        key.name,
        key.shape.expected(),
        key.doc
    ))
}
