//! Tests that the label files agree with each other, with the code and with the templates.

#![allow(clippy::disallowed_methods, reason = "the test reads the program's own source")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use super::*;

/// Path and value of each label of a file, as TOML reads it.
fn read(file: &str) -> BTreeMap<String, toml::Value> {
    let table: toml::Table = toml::from_str(file).expect("TOML");
    let mut read = BTreeMap::new();
    for (key, value) in table {
        match value {
            toml::Value::Table(section) => {
                read.extend(section.into_iter().map(|(name, value)| (format!("{key}.{name}"), value)));
            }
            value => drop(read.insert(key, value)),
        }
    }
    read
}

fn path(entry: &DeclaredLabel) -> String {
    if entry.section.is_empty() { entry.name.to_owned() } else { format!("{}.{}", entry.section, entry.name) }
}

/// The names in braces, sorted and without the widths of gaps, which may differ between languages.
fn places(value: &toml::Value) -> Vec<&str> {
    let words = value.as_str().unwrap_or_default();
    let braced = words.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    let mut places: Vec<&str> = braced.map(|name| name.split_once(':').map_or(name, |(gap, _)| gap)).collect();
    places.sort_unstable();
    places
}

#[test]
fn the_compiler_reads_the_english_file_as_toml_does() {
    let read = read(ENGLISH);
    let declared: BTreeMap<String, bool> = ENTRIES.iter().map(|entry| (path(entry), entry.is_list)).collect();
    assert_eq!(declared.len(), ENTRIES.len());
    // A template uses a shared label and one of its section in the same way.
    let shared: BTreeSet<&str> =
        ENTRIES.iter().filter(|entry| entry.section.is_empty()).map(|entry| entry.name).collect();
    let hidden = ENTRIES
        .iter()
        .find(|entry| ["runbook", "ticket", "mail"].contains(&entry.section) && shared.contains(entry.name));
    assert!(hidden.is_none(), "{hidden:?} has the name of a shared word");
    assert_eq!(declared, read.into_iter().map(|(path, value)| (path, value.is_array())).collect());
}

#[test]
fn every_language_has_the_same_labels_with_the_same_places() {
    let english = read(ENGLISH);
    for (tag, file) in KNOWN_LANGS.iter().zip(FILES) {
        let labels = read(file);
        assert_eq!(labels.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>(), "{tag}");
        for (path, value) in &labels {
            assert_eq!(places(value), places(&english[path]), "{tag}: {path}");
        }
        let labels = Labels::of(&Lang::new(tag));
        assert_eq!((labels.list(list!("months")).len(), labels.list(list!("weekdays")).len()), (12, 7), "{tag}");
    }
}

#[test]
fn no_two_labels_say_the_same_in_every_language() {
    let languages: Vec<_> = KNOWN_LANGS.iter().map(|tag| Labels::of(&Lang::new(tag))).collect();
    let mut said: BTreeMap<Vec<&str>, String> = BTreeMap::new();
    for (index, entry) in ENTRIES.iter().enumerate().filter(|(_, entry)| !entry.is_list) {
        let words = languages.iter().map(|labels| labels.say(WordName(index))).collect();
        if let Some(other) = said.insert(words, path(entry)) {
            panic!("`{}` says what `{other}` says: let them share a word", path(entry));
        }
    }
}

/// For each occurrence of a mark, the text up to the next quotation mark.
fn after<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(mark).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0))
}

fn visit(folder: &Path, see: &mut dyn FnMut(&str)) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            visit(&path, see);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("labels/tests.rs") {
            see(&fs::read_to_string(path).expect("text"));
        }
    }
}

#[test]
fn every_label_is_used() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut used: BTreeSet<String> = BTreeSet::new();
    visit(&Path::new(root).join("src"), &mut |code| {
        used.extend(["word!(\"", "list!(\""].into_iter().flat_map(|mark| after(code, mark)).map(str::to_owned));
    });
    for (section, template) in [
        ("runbook", include_str!("../../../templates/runbook.md")),
        ("ticket", include_str!("../../../templates/ticket.md")),
        ("mail", include_str!("../../../templates/mail.txt")),
        ("mail", include_str!("../../../templates/mail-subject.txt")),
    ] {
        let quoted = after(template, "t[\"").map(str::to_owned);
        let dotted = template.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_');
        let dotted = dotted.filter_map(|word| word.strip_prefix("t.")).map(str::to_owned);
        for name in quoted.chain(dotted) {
            let entry = ENTRIES.iter().find(|entry| entry.name == name && ["", section].contains(&entry.section));
            used.insert(path(entry.unwrap_or_else(|| panic!("a template says `{name}`, which is no label"))));
        }
    }
    let unused: Vec<String> = ENTRIES.iter().map(path).filter(|path| !used.contains(path)).collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

#[test]
fn a_file_with_some_of_the_labels_leaves_the_others_to_the_next() {
    let labels = Labels::layered(&["comma = \"~\"\n[mail]\nthanks = \"Danke.\"\n", ENGLISH]);
    let english = Labels::of(&Lang::new("en"));
    assert_eq!((labels.say(word!("comma")), labels.say(word!("mail.thanks"))), ("~", "Danke."));
    assert_eq!(labels.say(word!("colon")), english.say(word!("colon")));
    assert_eq!(labels.list(list!("months")), english.list(list!("months")));
}

#[test]
fn a_value_is_not_filled_in_again() {
    let values = [("who", "{when}"), ("when", "20:00")];
    assert_eq!(fill("Call {who} at {when}, {why} {", &values), "Call {when} at 20:00, {why} {");
    assert_eq!(fill("", &values), "");
}
