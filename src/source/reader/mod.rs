//! Turns a parsed TOML table into typed values. A field's type says what its key takes and how it is read
//! ([`FromToml`]). Faults are collected, so that all are reported at once: a function that returns `None` has reported
//! why.

mod fit;
mod path;
mod scalar;
mod text;
mod unknown;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use toml::Spanned as Located;
use toml::de::{DeTable, DeValue};

use super::keys::{Key, KeyRule, KeysOfFields, TableKind, ValueShape};
use super::locate::locate_in;
use super::lost::Lost;
use super::named::{NamedFile, NamedFiles};
use super::suggest::{certain, nearest};
use super::value::{FlowText, Str};
use crate::diagnostic::{Diagnostic, FileId, Span};

pub(crate) use path::PartOfFlow;
pub use scalar::is_lang;
pub(super) use scalar::{DEVICES, MAX_MINUTES, MOMENT_HELP, device_fault, is_tolerance, moment_of, number_fault};
pub(crate) use scalar::{id_fault, no_labels};
pub(super) use text::nothing;
pub(crate) use text::string_fault;
pub(super) use unknown::missing_key;
use unknown::{shown, unknown_key};

/// Languages that there are labels for.
pub const KNOWN_LANGS: &[&str] = &["en", "zh-CN"];
/// Steps that one file may hold.
pub const MAX_STEPS: usize = 10_000;

/// A TOML value with its range of bytes.
type TomlValue<'v> = Located<DeValue<'v>>;

/// A type that a field can have. It says what the field's key takes, and how that is read.
pub(crate) trait FromToml: Texts + Sized {
    /// What the key's value may be.
    const SHAPE: ValueShape;
    /// Whether a table without the key is a fault.
    const REQUIRED: bool = true;

    /// Reads the value of a slot that fits [`Self::SHAPE`]. Returns `None` once it has reported a fault.
    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self>;

    /// What the field holds where the value is missing or has a fault; `at` is the place of its table. `None` means
    /// that the table can't be read without the value.
    fn missing(_at: Span) -> Option<Self> {
        None
    }
}

/// A struct whose fields are keys, as `declare.rs` declares one.
pub(crate) trait KeyedStruct: Sized {
    /// Its keys, field by field.
    const KEYS: KeysOfFields;
    /// The keys of another struct that stand in the same table.
    const FLAT: KeysOfFields = &[];
    /// The rules across its keys.
    const RULES: &'static [KeyRule] = &[];
    /// Those of the other struct.
    const FLAT_RULES: &'static [KeyRule] = &[];

    /// Reads every field, even after one that has a fault, so that every fault is reported.
    fn from_fields(reader: &mut Reader<'_>, fields: &TableFields<'_>) -> Option<Self>;
}

/// A field that isn't a key: it says where its table stands, or under which name.
pub(crate) trait FromPlace {
    /// Takes it from the table.
    fn from_place(fields: &TableFields<'_>) -> Self;
}

impl FromPlace for Span {
    fn from_place(fields: &TableFields<'_>) -> Self {
        fields.span
    }
}

/// The name under which a table stands in a table of names.
impl FromPlace for Str {
    fn from_place(fields: &TableFields<'_>) -> Self {
        fields.entry.cloned().unwrap_or_else(|| Self::new(String::new(), fields.span))
    }
}

/// They are read after the flow itself.
impl FromPlace for NamedFiles {
    fn from_place(_fields: &TableFields<'_>) -> Self {
        Self::default()
    }
}

/// A key that holds words: `step.expect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextKey {
    /// What has the key: `step`, `block`, `route`.
    pub of: &'static str,
    /// The key as it is written.
    pub name: &'static str,
}

/// The words of a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KeyText<'a> {
    /// A text in one or several languages, with markup.
    Text(&'a FlowText),
    /// The same, of one line: a title, a name, a unit.
    LineText(&'a FlowText),
    /// A text in Markdown.
    Markdown(&'a FlowText),
    /// One line as it is written: a name, a number, a state.
    Line(&'a Str),
    /// A command that is pasted into a shell.
    Code(&'a Str),
    /// What comes out of a command.
    Output(&'a Str),
    /// A web address.
    Link(&'a Str),
    /// A mail address.
    Mail(&'a Str),
}

impl KeyText<'_> {
    /// Where they are written: the whole value.
    #[must_use]
    pub const fn span(self) -> Span {
        match self {
            Self::Text(text) | Self::LineText(text) | Self::Markdown(text) => text.span,
            Self::Line(words) | Self::Code(words) | Self::Output(words) | Self::Link(words) | Self::Mail(words) => {
                words.span
            }
        }
    }
}

/// Words that people see or paste, with the key that holds them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextAt<'a> {
    /// The key.
    pub key: TextKey,
    /// Its words.
    pub words: KeyText<'a>,
}

/// A value that may hold words that people see or paste.
pub(crate) trait Texts {
    /// Shows each of its texts to `see`, in the order in which keys are declared and lists are written.
    fn texts<'a>(&'a self, _key: TextKey, _see: &mut dyn FnMut(TextAt<'a>)) {}
}

/// Reads one file: what it needs to know of the file, and what it has found so far.
pub(crate) struct Reader<'a> {
    file: FileId,
    text: &'a str,
    /// The flow's languages; empty when they aren't known.
    langs: Vec<String>,
    /// Where each id of a step or block was first given. Nothing depends on the order of this map.
    ids: HashMap<String, Span>,
    steps: usize,
    faults: Vec<Diagnostic>,
    lost: Lost,
    /// The files that are named, in order.
    named: Vec<NamedFile>,
    /// The part that it is, if it is one.
    part: Option<PartOfFlow>,
    /// First bytes of values that are no lists because the header of their list is misspelt, as `[[rolback]]` before
    /// `[[rollback.step]]`. Their wrong type isn't reported, because it follows from that.
    headless: BTreeSet<usize>,
}

/// What a reader finds in a file besides its values.
#[derive(Debug, Default)]
pub(crate) struct FoundBeside {
    /// The faults, in the order of the file.
    pub faults: Vec<Diagnostic>,
    /// What couldn't be read.
    pub lost: Lost,
    /// The files that it names, in order.
    pub named: Vec<NamedFile>,
}

/// One value, with what is known of its key.
#[derive(Clone, Copy)]
pub(crate) struct ValueSlot<'v> {
    /// The key, or the author's name for it in a table of names.
    pub name: &'v str,
    /// The key that it stands under.
    key: &'static str,
    /// Whether a table without the key is a fault.
    pub required: bool,
    /// In a table of names, the checked name of the entry whose value it is.
    pub entry: Option<&'v Str>,
    /// What its value may be.
    pub shape: &'static ValueShape,
    /// Its value.
    pub value: &'v TomlValue<'v>,
}

/// A table whose keys are checked and whose values are still to be read.
pub(crate) struct TableFields<'v> {
    /// Which kind of table it is.
    pub kind: &'static TableKind,
    form: TableForm<'v>,
    /// The table's place: its header in the file, or the whole value.
    pub span: Span,
    entry: Option<&'v Str>,
}

/// How a table is written.
#[derive(Clone, Copy)]
enum TableForm<'v> {
    /// As it is.
    Long(&'v DeTable<'v>),
    /// As the value of one of its keys alone: that `key`, and the `name` under which the author wrote it, for messages.
    Short { key: &'static str, name: &'v str, value: &'v TomlValue<'v> },
}

impl<'v> TableFields<'v> {
    fn value(&self, name: &str) -> Option<&'v TomlValue<'v>> {
        match self.form {
            TableForm::Long(table) => table.get(name),
            TableForm::Short { key, value, .. } => (key == name).then_some(value),
        }
    }

    /// Whether a key is there.
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Whether it has an unknown key, which may be a misspelt one.
    pub fn has_unknown(&self) -> bool {
        let TableForm::Long(table) = self.form else { return false };
        table.keys().any(|key| self.kind.key(key.get_ref()).is_none())
    }

    /// How many values a key that takes one or a list has: 0 where it is missing.
    pub fn count_of(&self, name: &str) -> usize {
        self.value(name).map_or(0, |value| value.get_ref().as_array().map_or(1, |list| list.len()))
    }

    /// Where a key stands, if it is there.
    pub fn place_of(&self, reader: &Reader<'_>, name: &str) -> Option<Span> {
        let TableForm::Long(table) = self.form else { return None };
        table.get_key_value(name).map(|(key, _)| reader.span(key.span()))
    }
}

impl<'a> Reader<'a> {
    /// A reader of a text whose flow is written in these languages; without any, they aren't known.
    pub fn new(text: &'a str, file: FileId, langs: Vec<String>) -> Self {
        Self {
            file,
            text,
            langs,
            ids: HashMap::new(),
            steps: 0,
            faults: Vec::new(),
            lost: Lost::default(),
            named: Vec::new(),
            part: None,
            headless: BTreeSet::new(),
        }
    }

    /// The same for a part, whose texts may be written in more languages than those of the flow that includes it.
    pub fn of_part(self, part: PartOfFlow) -> Self {
        Self { part: Some(part), ..self }
    }

    /// What was found besides the values.
    pub fn finish(mut self) -> FoundBeside {
        self.faults.sort_by(|a, b| a.order().cmp(&b.order()));
        FoundBeside { faults: self.faults, lost: self.lost, named: self.named }
    }

    /// The place of some bytes of the file.
    pub fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    /// Reports a fault.
    pub fn fault(&mut self, fault: Diagnostic) {
        self.faults.push(fault);
    }

    /// Reports a value that has the right type and is wrong all the same.
    pub fn bad(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.fault(Diagnostic::error(code, span, message).help(help));
    }

    /// Remembers that not all of a slot's value could be read.
    pub fn lose(&mut self, slot: ValueSlot<'_>) {
        self.lost.add(slot.key);
    }

    /// Counts a step. Returns false once there are more than [`MAX_STEPS`], and reports the first that is too many.
    pub fn count_step(&mut self, span: Span) -> bool {
        self.steps += 1;
        if self.steps == MAX_STEPS + 1 {
            let message = format!("more than {MAX_STEPS} steps in one flow");
            self.bad("too-many-steps", span, message, "split the procedure into several flows");
        }
        self.steps <= MAX_STEPS
    }

    /// The place of some bytes of a decoded string.
    pub fn within(&self, literal: Span, range: Range<usize>) -> Span {
        locate_in(self.text, literal, range)
    }

    /// Opens a table, and reports its unknown keys and the required keys that it lacks.
    pub fn fields<'v>(&mut self, kind: &'static TableKind, table: &'v DeTable<'v>, span: Span) -> TableFields<'v> {
        // Keys that are there under a misspelt name: these aren't reported as missing, too.
        let mut meant = BTreeSet::new();
        for key in table.keys().filter(|key| kind.key(key.get_ref()).is_none()) {
            let span = self.span(key.span());
            // A key that is there already wasn't meant, since none can be given twice; but each header of a list adds a
            // table.
            let headless = |name: &str| table.get(name).filter(|value| is_headless(kind, name, value));
            let is_header = |name: &str| table.get(name).is_some_and(is_list_of_tables) || headless(name).is_some();
            // Each header of a table of names adds to it, too: `[contacts.a]`, `[contacts.b]`.
            let is_named = |name: &str| kind.key(name).is_some_and(|key| matches!(key.shape, ValueShape::Map(..)));
            let is_table = |name: &str| table.get(name).is_some_and(|value| value.get_ref().is_table());
            let goes_on = |name: &str| {
                is_header(name) && is_header(key.get_ref())
                    || is_named(name) && is_table(name) && is_table(key.get_ref())
            };
            let is_open = |name: &str| !table.contains_key(name) || goes_on(name);
            let known = || kind.keys().map(|key| key.name).filter(|name| is_open(name));
            let near = nearest(key.get_ref(), known());
            // A patch must give a valid file, so the suggested key mustn't be there yet.
            let takes_its_place = |near| !table.contains_key(near) || headless(near).is_some();
            let is_free = near.is_some_and(|near| takes_its_place(near) && !meant.contains(near));
            let is_certain = is_free && certain(key.get_ref(), known()).is_some();
            if let Some(near) = near {
                meant.insert(near);
                self.lost.add(near);
                self.headless.extend(headless(near).map(|value| value.span().start));
            }
            self.fault(unknown_key(kind, key.get_ref(), near, is_certain, span));
        }
        let is_missing = |key: &Key| key.required && !table.contains_key(key.name) && !meant.contains(key.name);
        for key in kind.keys().filter(|key| is_missing(key)) {
            self.fault(missing_key(kind, key, span));
        }
        let fields = TableFields { kind, form: TableForm::Long(table), span, entry: None };
        for rule in kind.rules() {
            if let KeyRule::With(name, other) = rule {
                self.only_with(&fields, name, other);
            }
        }
        fields
    }

    /// Reads the table that a slot holds.
    pub fn record<T: KeyedStruct>(&mut self, slot: ValueSlot<'_>) -> Option<T> {
        let kind = slot.shape.kind()?;
        let span = self.span(slot.value.span());
        let fields = TableFields { entry: slot.entry, ..self.fields(kind, slot.value.get_ref().as_table()?, span) };
        T::from_fields(self, &fields)
    }

    /// Reads a table that may also be written as the value of its key `short` alone.
    pub fn short_or_long<T: KeyedStruct>(&mut self, slot: ValueSlot<'_>, short: &'static str) -> Option<T> {
        let (slot, is_long) = self.form(slot);
        if is_long {
            return self.record(slot);
        }
        let ValueShape::Either(_, long) = slot.shape else { return None };
        let (kind, span) = (long.kind()?, self.span(slot.value.span()));
        T::from_fields(
            self,
            &TableFields {
                kind,
                form: TableForm::Short { key: short, name: slot.name, value: slot.value },
                span,
                entry: slot.entry,
            },
        )
    }

    /// Reads the value of a field, or takes what stands in its place ([`FromToml::missing`]). Of `keys`, the one counts
    /// that the table's kind has.
    pub fn key<T: FromToml>(&mut self, fields: &TableFields<'_>, keys: &'static [Key]) -> Option<T> {
        let key = keys.iter().find(|key| key.is_of(fields.kind));
        let Some((key, value)) = key.and_then(|key| Some((key, fields.value(key.name)?))) else {
            return T::missing(fields.span);
        };
        let name = match fields.form {
            TableForm::Long(_) => key.name,
            TableForm::Short { name, .. } => name,
        };
        let slot = ValueSlot { name, key: key.name, required: key.required, entry: None, shape: &key.shape, value };
        let read = if self.fits(slot) { T::read(self, slot) } else { None };
        if read.is_none() {
            self.lost.add(key.name);
        }
        read.or_else(|| T::missing(fields.span))
    }

    /// The elements of a list, or the one value that is written in place of a list.
    pub fn elements<T: FromToml>(&mut self, slot: ValueSlot<'_>) -> Vec<T> {
        let (ValueShape::List(shape, min) | ValueShape::OneOrList(shape, min)) = slot.shape else {
            debug_assert!(false, "`{}` isn't a list", slot.name);
            return Vec::new();
        };
        let Some(array) = slot.value.get_ref().as_array() else {
            return T::read(self, ValueSlot { shape, ..slot }).into_iter().collect();
        };
        if array.len() < *min {
            let least = if *min == 1 { "at least one element".to_owned() } else { format!("at least {min} elements") };
            let span = self.span(slot.value.span());
            self.bad("too-few", span, format!("`{}` is too short", slot.name), format!("it takes {least}"));
        }
        let read = |value| {
            let slot = ValueSlot { shape, value, ..slot };
            if self.fits(slot) { T::read(self, slot) } else { None }
        };
        let elements: Vec<T> = array.iter().filter_map(read).collect();
        if elements.len() < array.len() {
            self.lose(slot);
        }
        elements
    }

    /// The entries of a table whose keys are the author's own names; `read_name` checks one.
    pub fn entries<T: FromToml>(
        &mut self,
        slot: ValueSlot<'_>,
        read_name: impl Fn(&mut Self, &str, Span) -> Option<Str>,
    ) -> Option<Vec<T>> {
        let (ValueShape::Map(_, shape), Some(table)) = (slot.shape, slot.value.get_ref().as_table()) else {
            return None;
        };
        let mut entries = Vec::new();
        for (key, value) in table {
            let span = self.span(key.span());
            // The value is read even if the name has a fault, so that the value's faults are reported, too.
            let entry = read_name(self, key.get_ref(), span).unwrap_or_else(|| Str::new(String::new(), span));
            let inner =
                ValueSlot { name: key.get_ref(), key: slot.key, required: false, entry: Some(&entry), shape, value };
            if self.fits(inner) {
                entries.extend(T::read(self, inner));
            }
        }
        if entries.len() < table.len() {
            self.lose(slot);
        }
        Some(entries)
    }

    /// Reports a key that means nothing without another.
    pub fn only_with(&mut self, fields: &TableFields<'_>, name: &str, other: &str) {
        if fields.has(other) {
            return;
        }
        if let Some(span) = fields.place_of(self, name) {
            let message = format!("`{name}` means nothing without `{other}`");
            self.bad("misplaced-key", span, message, format!("add `{other}`, or leave `{name}` out"));
        }
    }
}

/// Whether a value that should be a list of tables is one table: `[[rollback.step]]` without `[[rollback]]` before it.
fn is_headless(kind: &TableKind, name: &str, value: &TomlValue<'_>) -> bool {
    let is_list = kind.key(name).is_some_and(|key| matches!(key.shape, ValueShape::List(of, _) if of.is_tables()));
    is_list && value.get_ref().is_table()
}

/// Whether a value is a list of tables, to which more headers may add.
fn is_list_of_tables(value: &TomlValue<'_>) -> bool {
    value.get_ref().as_array().is_some_and(|list| list.first().is_some_and(|of| of.get_ref().is_table()))
}
