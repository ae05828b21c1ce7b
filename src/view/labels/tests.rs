//! Tests that the label files agree with each other, with the code and with the templates.

#![allow(clippy::disallowed_methods, reason = "the test reads the program's own source")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use super::*;
use crate::diagnostic::{Diagnostic, Sources};
use crate::text::{Content, Text};
use crate::view::words::around;

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
    let declared: BTreeMap<String, bool> = ENTRIES.iter().map(|entry| (entry.path(), entry.is_list)).collect();
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
        if let Some(other) = said.insert(words, entry.path()) {
            panic!("`{}` says what `{other}` says: let them share a word", entry.path());
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
            used.insert(entry.unwrap_or_else(|| panic!("a template says `{name}`, which is no label")).path());
        }
    }
    let unused: Vec<String> = ENTRIES.iter().map(DeclaredLabel::path).filter(|path| !used.contains(path)).collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

#[test]
fn a_file_with_some_of_the_labels_leaves_the_others_to_the_next() {
    let some = values_of("comma = \"~\"\n[mail]\nthanks = \"Danke.\"\n");
    let labels = Labels::layered(&[&some, ours(0, LabelSet::Release)]);
    let english = Labels::of(&Lang::new("en"));
    assert_eq!((labels.say(word!("comma")), labels.say(word!("mail.thanks"))), ("~", "Danke."));
    assert_eq!(labels.say(word!("colon")), english.say(word!("colon")));
    assert_eq!(labels.list(list!("months")), english.list(list!("months")));
}

#[test]
fn a_space_keeps_han_and_latin_apart_where_they_meet() {
    let filled = |label: &str, value: &str| fill(label, &[("v", value)]);
    assert_eq!(filled("联系{v}后继续", "DBA"), "联系 DBA 后继续");
    assert_eq!(filled("联系{v}后继续", "调度"), "联系调度后继续");
    assert_eq!(filled("前 {v} 分", "5"), "前 5 分");
    assert_eq!(filled("（{v}）", "a"), "（a）");
    assert_eq!(filled("call {v}.", "调度"), "call 调度.");
    let mut text = Text::plain(&Lang::new("zh-CN"), "");
    around(&mut text, "见{v}页", "v", |text| text.push(Content::PageOf("a".to_owned())));
    around(&mut text, "第{v}项", "v", |text| text.push_str("3"));
    assert_eq!(text.to_plain(), "见  页第 3 项");
}

#[test]
fn roles_are_called_as_a_flow_calls_them_in_every_word() {
    let called = OURS.calling(&Lang::new("en"), LabelSet::Release, [Some("Lead"), None]);
    assert_eq!((called.say(word!("operator")), called.say(word!("the-operator"))), ("Lead", "the Lead"));
    let english = Labels::of(&Lang::new("en"));
    assert_eq!((english.say(word!("checker")), english.say(word!("the-checker"))), ("Checker", "the checker"));
    for tag in KNOWN_LANGS {
        let labels = OURS.calling(&Lang::new(tag), LabelSet::Change, [Some("LeadX"), Some("监护人")]);
        for (index, entry) in ENTRIES.iter().enumerate().filter(|(_, entry)| !entry.is_list) {
            let said = labels.say(WordName(index));
            for other in ["perator", "hecker", "操作者", "检查者"] {
                assert!(!said.contains(other), "{tag}: `{}` says {said}", entry.path());
            }
        }
    }
}

#[test]
fn the_words_for_a_change_say_release_nowhere() {
    for (index, tag) in KNOWN_LANGS.iter().enumerate() {
        let (ours, set) = (read(FILES[index]), read(SET_FILES[index]));
        for (path, value) in &set {
            let plain = ours.get(path).unwrap_or_else(|| panic!("{tag}: there is no `{path}`"));
            assert_eq!(places(value), places(plain), "{tag}: {path}");
            assert_ne!(value, plain, "{tag}: `{path}` says the same");
        }
        let labels = OURS.labels(&Lang::new(tag), LabelSet::Change);
        for (index, entry) in ENTRIES.iter().enumerate().filter(|(_, entry)| !entry.is_list) {
            let said = labels.say(WordName(index)).to_lowercase();
            let release = ["release", "发布"].iter().any(|word| said.contains(word));
            assert!(!release, "`{}` says {said}: write it in `change.{tag}.toml`, too", entry.path());
        }
    }
}

/// The values of one file of the user's; its faults as lines, codes and what they point at.
fn own(name: &str, text: &str) -> Result<LabelFiles, Vec<(usize, &'static str, String)>> {
    let mut sources = Sources::default();
    let files = vec![(name.to_owned(), format!("labels/{name}"), text.as_bytes().to_vec())];
    LabelFiles::read(&mut sources, files).map_err(|faults| {
        let told = |fault: Diagnostic| match fault.primary {
            Some(at) => (sources.line_column(at.span).0, fault.code, sources.slice(at.span).to_owned()),
            None => (0, fault.code, fault.message),
        };
        faults.into_iter().map(told).collect()
    })
}

#[test]
fn a_file_of_the_users_goes_before_ours_key_by_key() {
    let files = own("fr.toml", "item = \"Point {checker}\"\ncomma = \" \"\n[sheet]\nhot = \"À chaud\"\n").unwrap();
    let french = files.labels(&Lang::new("fr"), LabelSet::Release);
    let english = Labels::of(&Lang::new("en"));
    let words = [word!("item"), word!("comma"), word!("sheet.hot")].map(|word| french.say(word));
    assert_eq!(words, ["Point Checker", " ", "À chaud"]);
    assert_eq!(french.say(word!("semicolon")), english.say(word!("semicolon")));
    assert_eq!(files.labels(&Lang::new("fr"), LabelSet::Change).say(word!("this-release")), "This change");
    assert_eq!(files.labels(&Lang::new("en"), LabelSet::Release).say(word!("item")), "Item");
    assert_eq!(files.langs(), [KNOWN_LANGS, &["fr"]].concat());
    assert!(files.lacking(&Lang::new("fr")).is_some() && files.lacking(&Lang::new("en")).is_none());
    let change = own("change.en.toml", "this-release = \"Job\"\n").unwrap();
    assert_eq!(change.langs(), KNOWN_LANGS);
    let said = [LabelSet::Release, LabelSet::Change]
        .map(|set| change.labels(&Lang::new("en"), set).say(word!("this-release")).to_owned());
    assert_eq!(said, ["This release", "Job"]);
    for (tag, file) in KNOWN_LANGS.iter().zip(FILES) {
        let whole = own("fr.toml", file).unwrap_or_else(|faults| panic!("{tag}: {faults:?}"));
        assert!(whole.lacking(&Lang::new("fr")).is_none());
    }
}

#[test]
fn a_wrong_label_is_a_fault_at_its_place() {
    let at = |text: &str| own("en.toml", text).unwrap_err();
    let told = |code, slice: &str| vec![(1, code, slice.to_owned())];
    assert_eq!(at("itme = \"x\""), told("unknown-key", "itme"));
    assert_eq!(at("hot = \"x\""), told("unknown-key", "hot"));
    assert_eq!(at("item = 3"), told("wrong-type", "3"));
    assert_eq!(at("months = \"x\""), told("wrong-type", "\"x\""));
    assert_eq!(at("weekdays = [\"x\"]"), told("bad-value", "[\"x\"]"));
    assert_eq!(at("weekdays = [1,\"\",\"\",\"\",\"\",\"\",\"\"]")[0], (1, "wrong-type", "1".to_owned()));
    assert_eq!(at("item = \"\""), told("empty-text", "\"\""));
    assert_eq!(at("within = \"in\""), told("missing-key", "\"in\""));
    assert_eq!(at("item = \"x {n}\""), told("bad-value", "{n}"));
    assert_eq!(at("item = \"x }\""), told("bad-value", "}"));
    assert_eq!(at("item = \"a\u{202e}b\""), told("control-character", "\u{202e}"));
    assert_eq!(at("item = \"a\\nb\""), told("line-break", "\\n"));
    assert_eq!(at("date-format = \"%d.%m.%Q\""), told("bad-value", "%Q"));
    assert_eq!(at("sheet.status-back = \"{outcome} {from}\""), told("bad-value", "{from}"));
    assert_eq!(at(&format!("item = \"{}\"", "x".repeat(39)))[0].1, "too-long");
    assert_eq!(at("item = ")[0].1, "syntax");
    assert_eq!(own("french.toml", "").unwrap_err()[0].1, "unknown-template");
    let twice = at("call = \"{who} {who}\"");
    assert_eq!(twice.iter().map(|(_, code, _)| *code).collect::<Vec<_>>(), ["bad-value"; 2]);
}

#[test]
fn a_value_is_not_filled_in_again() {
    let values = [("who", "{when}"), ("when", "20:00")];
    assert_eq!(fill("Call {who} at {when}, {why} {", &values), "Call {when} at 20:00, {why} {");
    assert_eq!(fill("", &values), "");
}
