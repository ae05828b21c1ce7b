//! What docs/promises.md promises to programs stands: exit codes of commands, keys of JSON, in both languages.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use clap::CommandFactory as _;
use runsheet::cli::Cli;
use runsheet::field::FieldName;
use serde_json::Value;

use crate::support;

const DOCUMENTS: [&str; 2] = ["docs/promises.md", "docs/promises.zh-CN.md"];

/// The rows of a table that stands behind a marker, cell by cell.
fn rows(document: &str, marker: &str) -> Vec<Vec<String>> {
    let text = support::text(document);
    let (_, rest) = text.split_once(&format!("<!-- {marker} -->\n")).unwrap_or_else(|| panic!("{document}: {marker}"));
    let (table, _) = rest.split_once("<!-- end -->").expect("each table has an end");
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    table.lines().skip(2).map(cells).collect()
}

/// The words in backticks of some words.
fn named(words: &str) -> impl Iterator<Item = String> {
    words.split('`').skip(1).step_by(2).map(str::to_owned)
}

/// The keys that a table of JSON promises, the same ones in both languages.
fn promised(table: &str) -> BTreeSet<String> {
    let [english, chinese] = DOCUMENTS.map(|document| {
        let first = rows(document, &format!("json: {table}")).into_iter().map(|row| row[0].clone());
        first.flat_map(|cell| named(&cell).collect::<Vec<_>>()).collect::<BTreeSet<_>>()
    });
    assert_eq!(english, chinese, "{table}");
    english
}

/// Asserts that objects have the keys of a table and no others; each of `sometimes` may be missing.
pub fn assert_keys<'v>(table: &str, objects: impl IntoIterator<Item = &'v Value>, sometimes: &[&str]) {
    let promised = promised(table);
    let mut count = 0;
    for object in objects {
        let keys: BTreeSet<String> = object.as_object().expect("an object").keys().cloned().collect();
        let new: Vec<_> = keys.difference(&promised).collect();
        let gone: Vec<_> = promised.difference(&keys).filter(|key| !sometimes.contains(&key.as_str())).collect();
        assert!(new.is_empty() && gone.is_empty(), "{table}: new {new:?}, gone {gone:?}");
        count += 1;
    }
    assert!(count > 0, "{table}: no object");
}

fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).output().unwrap();
    (run.status.code().unwrap_or(-1), String::from_utf8(run.stdout).unwrap())
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let (_, said) = run(folder, &[args, &["--format", "json"]].concat());
    serde_json::from_str(&said).unwrap_or_else(|why| panic!("{why}: {said}"))
}

/// A folder with a flow that has no fault, one that has, a release, and the list of the first to be filled in.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let flow = support::text("tests/flows/minimal/flow.toml");
    fs::write(folder.path().join("flow.toml"), &flow).unwrap();
    fs::write(folder.path().join("bad.toml"), flow.replace("title ", "titel ")).unwrap();
    fs::write(folder.path().join("list.md"), "# Restart\n\n1. Restart the registry\n").unwrap();
    fs::write(folder.path().join("of.toml"), "flow = \"minimal\"\nnumber = \"7\"\n").unwrap();
    assert_eq!(run(folder.path(), &["build", "flow.toml", "--release", "of.toml", "--fillable"]).0, 0);
    folder
}

const LIST: &str = "output/minimal/7/checklist.pdf";

#[test]
fn every_command_has_its_exit_codes() {
    let folder = folder();
    let command = Cli::command();
    let commands: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    for document in DOCUMENTS {
        let mut told: Vec<String> =
            rows(document, "exit codes").iter().filter_map(|row| named(&row[0]).next()).collect();
        told.sort_unstable();
        let mut known = commands.clone();
        known.sort_unstable();
        assert_eq!(told, known, "{document}");
    }
    for name in &commands {
        assert_eq!(run(folder.path(), &[name, "--no-such-option"]).0, 2, "{name}");
        assert_eq!(run(folder.path(), &[name, "--help"]).0, 0, "{name}");
    }
    let codes: &[(i32, &[&str])] = &[
        (0, &["build", "flow.toml", "--blank"]),
        (1, &["build", "bad.toml"]),
        (1, &["publish", "flow.toml"]),
        (0, &["mail", "flow.toml"]),
        (1, &["mail", "bad.toml"]),
        (0, &["close", "of.toml", "--outcome", "executed"]),
        (1, &["close", "of.toml", "--outcome", "aborted"]),
        (0, &["verify", LIST]),
        (1, &["verify", LIST, "--complete"]),
        (0, &["check", "flow.toml"]),
        (1, &["check", "bad.toml"]),
        (0, &["fix", "flow.toml"]),
        (1, &["fix", "none.toml"]),
        (0, &["explain", "doubled-if"]),
        (0, &["rules"]),
        (0, &["new", "fresh"]),
        (1, &["new", "fresh"]),
        (0, &["import", "list.md"]),
        (1, &["import", "list.md"]),
        (0, &["templates"]),
        (0, &["schema"]),
        (0, &["completions", "bash"]),
        (0, &["man"]),
        (1, &["man", "-o", "flow.toml"]),
        (0, &["--version"]),
        (2, &[]),
    ];
    for (code, args) in codes {
        assert_eq!(run(folder.path(), args).0, *code, "{args:?}");
    }
}

#[test]
fn the_names_of_fields_are_names_of_fields() {
    for document in DOCUMENTS {
        let names: Vec<String> =
            rows(document, "field names").iter().flat_map(|row| named(&row[0]).collect::<Vec<_>>()).collect();
        assert!(names.len() > 10);
        for name in names {
            assert_eq!(name.parse::<FieldName>().map(|field| field.to_string()).as_ref(), Ok(&name), "{document}");
        }
    }
}

#[test]
fn check_and_verify_tell_programs_what_they_promise() {
    let folder = folder();
    assert_keys("check", json(folder.path(), &["check", "bad.toml"]).as_array().unwrap(), &[]);
    let verdict = json(folder.path(), &["verify", LIST, "flow.toml"]);
    let pair = ["one-release", "other"];
    assert_keys("verify", [&verdict], &pair);
    assert_keys("source", [&verdict["source"]], &["cold"]);
    assert_keys("against", [&verdict["against"]], &[]);
    fs::write(folder.path().join("7.release.toml"), "flow = \"minimal\"\nnumber = \"7\"\noutcome = \"executed\"\n")
        .unwrap();
    assert_keys("closed", [&json(folder.path(), &["verify", LIST, "flow.toml"])["closed"]], &[]);
    let fields = verdict["fields"].as_array().unwrap();
    assert_keys("fields", fields, &[]);
    for (table, key, values) in [
        ("verify", "grade", vec![&verdict["grade"]]),
        ("fields", "kind", fields.iter().map(|field| &field["kind"]).collect()),
    ] {
        let row = |row: &Vec<String>| named(&row[0]).any(|name| name == key);
        let words = rows(DOCUMENTS[0], &format!("json: {table}")).into_iter().find(row).expect("a row").swap_remove(1);
        for value in values {
            assert!(named(&words).any(|word| *value == word.as_str()), "{key}: {value}");
        }
    }
    let verdict = json(folder.path(), &["verify", LIST, LIST]);
    assert_keys("verify", [&verdict], &[]);
    assert_keys("verify", [&verdict["other"]], &["one-release", "other", "faults"]);
}
