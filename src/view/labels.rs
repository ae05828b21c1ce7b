//! The program's own words in the outputs, from one file for each language in `templates/labels`.
//!
//! Labels are data that is handed to each view; there is no global set. A label's name is its path in the files, such as
//! `colon` or `sheet.note`. Code names it with `word!("note")`, which compiles only if the English file has it, so a
//! new word costs one line in each language. The tests find words that nobody uses.

use std::borrow::Borrow;
use std::sync::OnceLock;

use jiff::Zoned;
use jiff::tz::Offset;

use crate::chars::meet_unlike;
use crate::source::KNOWN_LANGS;
use crate::source::flow::LabelSet;
use crate::text::Lang;

mod excerpt;
mod files;
mod own;

pub use excerpt::{NamedLabels, excerpt};
pub use files::{FOLDER, LabelFiles, OURS};

/// The label file of each of [`KNOWN_LANGS`].
const FILES: [&str; KNOWN_LANGS.len()] =
    [include_str!("../../templates/labels/en.toml"), include_str!("../../templates/labels/zh-CN.toml")];

/// For each of [`KNOWN_LANGS`] the words for changes instead of releases: those that differ.
const SET_FILES: [&str; KNOWN_LANGS.len()] =
    [include_str!("../../templates/labels/change.en.toml"), include_str!("../../templates/labels/change.zh-CN.toml")];

/// A label file of ours, for somebody who writes one.
#[derive(Debug)]
pub struct BuiltinLabels {
    /// Its name among the templates.
    pub name: &'static str,
    /// What it holds.
    pub doc: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The label files of ours.
pub static BUILTIN_LABELS: [BuiltinLabels; 2 * KNOWN_LANGS.len()] = [
    BuiltinLabels {
        name: "labels/change.en.toml",
        doc: "words for changes instead of releases, in English",
        text: SET_FILES[0],
    },
    BuiltinLabels {
        name: "labels/change.zh-CN.toml",
        doc: "words for changes instead of releases, in Chinese",
        text: SET_FILES[1],
    },
    BuiltinLabels { name: "labels/en.toml", doc: "every word of ours, in English", text: FILES[0] },
    BuiltinLabels { name: "labels/zh-CN.toml", doc: "every word of ours, in Chinese", text: FILES[1] },
];

/// The file that decides which labels there are. Its labels are used where another file lacks them.
const ENGLISH: &str = FILES[0];

/// Every label, in the order of the English file.
static ENTRIES: [DeclaredLabel; count(ENGLISH)] = entries(ENGLISH);

/// A label as the English file declares it.
#[derive(Debug, Clone, Copy)]
struct DeclaredLabel {
    /// The table that it stands in; empty for a label that outputs share.
    section: &'static str,
    /// Its key.
    name: &'static str,
    is_list: bool,
}

/// The name of a label that is one text: `word!("note")`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordName(usize);

/// The name of a label that is several texts, such as the months: `list!("months")`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListName(usize);

/// A [`WordName`], looked up by the compiler.
macro_rules! word {
    ($path:literal) => {
        const { $crate::view::labels::WordName::named($path) }
    };
}
pub(crate) use word;

/// A [`ListName`], looked up by the compiler.
macro_rules! list {
    ($path:literal) => {
        const { $crate::view::labels::ListName::named($path) }
    };
}
pub(crate) use list;

impl WordName {
    /// The label of this path.
    ///
    /// # Panics
    /// When no text has it.
    #[must_use]
    pub const fn named(path: &str) -> Self {
        let index = index_of(path);
        assert!(!ENTRIES[index].is_list, "this label is a list");
        Self(index)
    }
}

impl ListName {
    /// The list of this path.
    ///
    /// # Panics
    /// When no list has it.
    #[must_use]
    pub const fn named(path: &str) -> Self {
        let index = index_of(path);
        assert!(ENTRIES[index].is_list, "this label isn't a list");
        Self(index)
    }
}

/// The text of a label, or the texts of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
enum LabelValue {
    Word(String),
    List(Vec<String>),
}

/// What a label file says, in the order of [`ENTRIES`]; `None` for a label that it lacks.
type FileValues = Vec<Option<LabelValue>>;

/// What one of our files says; it is read when it is first asked for. `lang` is an index into [`KNOWN_LANGS`].
fn ours(lang: usize, set: LabelSet) -> &'static FileValues {
    static VALUES: [[OnceLock<FileValues>; 2]; KNOWN_LANGS.len()] =
        [const { [const { OnceLock::new() }; 2] }; KNOWN_LANGS.len()];
    let [all, changes] = &VALUES[lang];
    match set {
        LabelSet::Release => all.get_or_init(|| values_of(FILES[lang])),
        LabelSet::Change => changes.get_or_init(|| values_of(SET_FILES[lang])),
    }
}

/// What a file of ours says.
///
/// # Panics
/// On a file that isn't a label file. All are part of the program, and tests read each.
fn values_of(file: &str) -> FileValues {
    let mut table: toml::Table = toml::from_str(file).expect("a label file is TOML");
    ENTRIES.iter().map(|entry| take(&mut table, entry)).collect()
}

/// The labels of one language.
#[derive(Debug, Clone)]
pub struct Labels {
    /// A value for each of [`ENTRIES`].
    values: Vec<LabelValue>,
    /// How far the clocks are from UTC at the planned start, for labels of a plan. Times at which they are otherwise say so.
    offset: Option<Offset>,
}

impl Labels {
    /// Our own labels of a language. English ones replace those that it lacks.
    #[must_use]
    pub fn of(lang: &Lang) -> Self {
        OURS.labels(lang, LabelSet::Release)
    }

    /// The same labels for a release that starts then, if that is known.
    fn started(self, start: Option<&Zoned>) -> Self {
        Self { offset: start.map(Zoned::offset), ..self }
    }

    /// Whether the clocks are as far from UTC at a moment as at the planned start, or that isn't known.
    #[must_use]
    pub fn has_clocks_of(&self, moment: &Zoned) -> bool {
        self.offset.is_none_or(|offset| offset == moment.offset())
    }

    /// The same labels with what a flow calls operator and checker.
    fn calling(mut self, titles: [Option<&str>; 2]) -> Self {
        let roles = [(word!("operator"), word!("the-operator")), (word!("checker"), word!("the-checker"))];
        for ((role, within), title) in roles.into_iter().zip(titles) {
            let Some(title) = title else { continue };
            self.values[within.0] = LabelValue::Word(fill(self.say(word!("the-role")), &[("title", title)]));
            self.values[role.0] = LabelValue::Word(title.to_owned());
        }
        let words = roles.map(|(role, within)| (self.say(role).to_owned(), self.say(within).to_owned()));
        let [(operator, the_operator), (checker, the_checker)] = &words;
        let called = [
            ("operator", operator.as_str()),
            ("the-operator", the_operator),
            ("checker", checker),
            ("the-checker", the_checker),
        ];
        for value in &mut self.values {
            match value {
                LabelValue::Word(text) if text.contains('{') => *text = fill(text, &called),
                LabelValue::Word(_) | LabelValue::List(_) => {}
            }
        }
        self
    }

    /// Each label from the first of these files that has it.
    ///
    /// # Panics
    /// On a label that no file has; the English one has them all.
    fn layered(files: &[&FileValues]) -> Self {
        let first = |index: usize| files.iter().find_map(|values| values[index].clone());
        let values = (0..ENTRIES.len()).map(|index| first(index).expect("the last file has every label")).collect();
        Self { values, offset: None }
    }

    /// The text of a label.
    #[must_use]
    pub fn say(&self, word: WordName) -> &str {
        match &self.values[word.0] {
            LabelValue::Word(text) => text,
            LabelValue::List(_) => "",
        }
    }

    /// The texts of a list.
    #[must_use]
    pub fn list(&self, list: ListName) -> &[String] {
        match &self.values[list.0] {
            LabelValue::Word(_) => &[],
            LabelValue::List(texts) => texts,
        }
    }

    /// The labels that a template may use, each with its name: those that all outputs share, and those of a section.
    pub fn of_section<'a>(&'a self, section: &'a str) -> impl Iterator<Item = (&'static str, &'a str)> {
        let visible = ENTRIES.iter().zip(&self.values).filter(|(entry, _)| entry.is_visible_in(section));
        visible.filter_map(|(entry, value)| match value {
            LabelValue::Word(text) => Some((entry.name, text.as_str())),
            LabelValue::List(_) => None,
        })
    }
}

impl DeclaredLabel {
    /// Its path: `colon`, `sheet.note`.
    fn path(&self) -> String {
        if self.section.is_empty() { self.name.to_owned() } else { format!("{}.{}", self.section, self.name) }
    }

    /// Whether a template with a section may use it.
    fn is_visible_in(&self, section: &str) -> bool {
        !self.is_list && (self.section.is_empty() || self.section == section)
    }
}

/// The names of the labels that [`Labels::of_section`] gives.
pub fn names_of_section(section: &str) -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().filter(|entry| entry.is_visible_in(section)).map(|entry| entry.name)
}

/// How a template writes a label. Behind a dot, a name with a dash would be a difference.
#[must_use]
pub fn usage(name: &str) -> String {
    if name.contains('-') { format!("t[\"{name}\"]") } else { format!("t.{name}") }
}

/// Takes a label out of a file, if it is there and of the right kind.
fn take(table: &mut toml::Table, entry: &DeclaredLabel) -> Option<LabelValue> {
    let section = if entry.section.is_empty() { table } else { table.get_mut(entry.section)?.as_table_mut()? };
    match (section.remove(entry.name)?, entry.is_list) {
        (toml::Value::String(text), false) => Some(LabelValue::Word(text)),
        (toml::Value::Array(texts), true) => {
            let text = |text| if let toml::Value::String(text) = text { Some(text) } else { None };
            texts.into_iter().map(text).collect::<Option<_>>().map(LabelValue::List)
        }
        _ => None,
    }
}

/// Puts values in the place of `{name}`, without looking into the values, with a space where a Han and a Latin letter or digit
/// meet.
#[must_use]
pub fn fill(label: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(label.len() + 32);
    let mut rest = label;
    while let Some((before, inside)) = rest.split_once('{') {
        push(&mut filled, before);
        let value = inside.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, after))
        });
        rest = inside;
        match value {
            Some((value, after)) => {
                push(&mut filled, value);
                rest = after;
            }
            None => filled.push('{'),
        }
    }
    push(&mut filled, rest);
    filled
}

/// Words with others between each two, with a space where a Han and a Latin letter or digit meet.
#[must_use]
pub fn join(words: &[impl Borrow<str>], between: &str) -> String {
    let mut joined = String::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            push(&mut joined, between);
        }
        push(&mut joined, word.borrow());
    }
    joined
}

/// Appends words, with a space where a Han and a Latin letter or digit meet.
fn push(filled: &mut String, words: &str) {
    if let (Some(before), Some(after)) = (filled.chars().next_back(), words.chars().next())
        && meet_unlike(before, after)
    {
        filled.push(' ');
    }
    filled.push_str(words);
}

// What follows runs while the program is compiled, where only loops over bytes can. It reads one label a line, which is
// how the files are written; a test compares it with what TOML says.

/// How many labels a file declares.
const fn count(file: &str) -> usize {
    let mut rest = file.as_bytes();
    let mut count = 0;
    while !rest.is_empty() {
        let (line, after) = split_after(rest, b'\n');
        count += declares(line) as usize;
        rest = after;
    }
    count
}

/// The labels of a file.
const fn entries<const N: usize>(file: &'static str) -> [DeclaredLabel; N] {
    let mut entries = [DeclaredLabel { section: "", name: "", is_list: false }; N];
    let (mut rest, mut section, mut found) = (file.as_bytes(), "", 0);
    while !rest.is_empty() {
        let (line, after) = split_after(rest, b'\n');
        if declares(line) {
            let value = split_after(line, b'=').1;
            entries[found] =
                DeclaredLabel { section, name: text(until(line, b' ')), is_list: value.len() > 1 && value[1] == b'[' };
            found += 1;
        } else if !line.is_empty() && line[0] == b'[' {
            section = text(until(line.split_at(1).1, b']'));
        }
        rest = after;
    }
    entries
}

/// True for the line of a label: the others are comments, empty, or the head of a section.
const fn declares(line: &[u8]) -> bool {
    !line.is_empty() && line[0].is_ascii_lowercase()
}

/// The bytes up to and including the first `end`, and the rest.
const fn split_after(bytes: &[u8], end: u8) -> (&[u8], &[u8]) {
    let mut length = 0;
    while length < bytes.len() {
        length += 1;
        if bytes[length - 1] == end {
            break;
        }
    }
    bytes.split_at(length)
}

/// The bytes before the first `end`, which must be there.
const fn until(bytes: &[u8], end: u8) -> &[u8] {
    let (before, _) = split_after(bytes, end);
    before.split_at(before.len() - 1).0
}

const fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("a label's name is ASCII"),
    }
}

/// The index of a label in [`ENTRIES`], by its path.
const fn index_of(path: &str) -> usize {
    let mut index = 0;
    while index < ENTRIES.len() {
        if is_at(&ENTRIES[index], path.as_bytes()) {
            return index;
        }
        index += 1;
    }
    panic!("the English labels have none of this name")
}

const fn is_at(entry: &DeclaredLabel, path: &[u8]) -> bool {
    let (section, name) = (entry.section.as_bytes(), entry.name.as_bytes());
    if section.is_empty() {
        return same(name, path);
    }
    if path.len() != section.len() + 1 + name.len() || path[section.len()] != b'.' {
        return false;
    }
    same(section, path.split_at(section.len()).0) && same(name, path.split_at(section.len() + 1).1)
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests;
