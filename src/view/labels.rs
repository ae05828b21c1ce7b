//! The program's own words in the outputs, from one file for each language in `templates/labels`.
//!
//! Labels are data that is handed to each view; there is no global set. A label's name is its path in the files, such as
//! `colon` or `sheet.note`. Code names it with `word!("note")`, which compiles only if the English file has it, so a
//! new word costs one line in each language. The tests find words that nobody uses.

use crate::source::KNOWN_LANGS;
use crate::text::Lang;

/// The label file of each of [`KNOWN_LANGS`].
const FILES: [&str; KNOWN_LANGS.len()] =
    [include_str!("../../templates/labels/en.toml"), include_str!("../../templates/labels/zh-CN.toml")];

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

/// The labels of one language.
#[derive(Debug, Clone)]
pub struct Labels {
    /// A value for each of [`ENTRIES`].
    values: Vec<LabelValue>,
}

impl Labels {
    /// The labels of a language. English ones replace those that it lacks.
    #[must_use]
    pub fn of(lang: &Lang) -> Self {
        let own = KNOWN_LANGS.iter().position(|tag| *tag == lang.tag()).map_or(ENGLISH, |index| FILES[index]);
        Self::layered(&[own, ENGLISH])
    }

    /// Each label from the first of these files that has it; the last file must have them all.
    ///
    /// # Panics
    /// On a file that isn't a label file. All files are part of the program, and tests read each.
    fn layered(files: &[&str]) -> Self {
        let mut found: Vec<Option<LabelValue>> = vec![None; ENTRIES.len()];
        for file in files {
            if found.iter().all(Option::is_some) {
                break;
            }
            let mut table: toml::Table = toml::from_str(file).expect("a label file is TOML");
            for (entry, slot) in ENTRIES.iter().zip(&mut found).filter(|(_, slot)| slot.is_none()) {
                *slot = take(&mut table, entry);
            }
        }
        Self { values: found.into_iter().map(|value| value.expect("the last file has every label")).collect() }
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

/// Puts values in the place of `{name}`, without looking into the values.
#[must_use]
pub fn fill(label: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(label.len() + 32);
    let mut rest = label;
    while let Some((before, inside)) = rest.split_once('{') {
        filled.push_str(before);
        let value = inside.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, after))
        });
        rest = inside;
        match value {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => filled.push('{'),
        }
    }
    filled.push_str(rest);
    filled
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
