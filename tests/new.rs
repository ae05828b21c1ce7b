//! Tests `runsheet new`: the flow that it writes is whole, explains its keys in the words of the reference, and
//! overwrites no file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use runsheet::run::tools::STARTERS;
use runsheet::source::KNOWN_LANGS;
use runsheet::source::flow::FLOW;
use runsheet::source::keys::{Key, kinds};

/// Keys that a new flow doesn't show: those that loosen the rules, and `run`, which a command written as a string doesn't name.
const LEFT_OUT: [&str; 5] = ["lints", "allow", "rule", "reason", "run"];

fn runsheet(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_runsheet")).args(args).current_dir(folder).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn it_checks_clean_and_prints_in_each_language() {
    for lang in KNOWN_LANGS {
        let folder = tempfile::tempdir().unwrap();
        let run = runsheet(folder.path(), &["new", "shop-2", "--lang", lang]);
        assert_eq!(run.status.code(), Some(0), "{}", said(&run.stderr));
        let flow = fs::read_to_string(folder.path().join("shop-2.toml")).unwrap();
        assert!(flow.contains("\"shop-2\"") && !flow.contains("my-release"));

        let run = runsheet(folder.path(), &["check", "shop-2.toml", "--deny", "warnings"]);
        assert_eq!(said(&run.stderr), "1 flow checked, nothing found\n", "{lang}");
        let given = ["--set", "version=2.1", "--start", "2026-03-02T20:00:00", "--operator", "Ada", "--checker", "Li"];
        let run = runsheet(folder.path(), &[&["build", "shop-2.toml"], &given[..]].concat());
        assert_eq!((run.status.code(), said(&run.stderr)), (Some(0), String::new()), "{lang}");
        let made = fs::read_dir(folder.path().join("output/shop-2")).unwrap().count();
        assert_eq!(made, 6, "two lists, a runbook, a chart, a folder of mails and the manifest");
    }
}

#[test]
fn what_it_suggests_works_too() {
    for (lang, starter) in KNOWN_LANGS.iter().zip(STARTERS) {
        let suggested =
            |line: &&str| line.starts_with('#') && line[1..].starts_with(|c: char| c == '[' || c.is_ascii_lowercase());
        assert!(starter.lines().filter(suggested).count() > 10, "{lang}");
        let lines = starter.lines().map(|line| if suggested(&line) { &line[1..] } else { line });
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("all.toml"), lines.collect::<Vec<_>>().join("\n")).unwrap();
        let run = runsheet(folder.path(), &["check", "all.toml"]);
        assert_eq!(run.status.code(), Some(0), "{lang}: {}", said(&run.stderr));
    }
}

/// Whether a line shows a key, in use or in a comment: `key = …`, `[key]`, `[[a.key]]`, `[key.name]`.
fn gives(line: &str, key: &str) -> bool {
    let line = line.strip_prefix('#').unwrap_or(line);
    let header = line.strip_prefix('[').map(|line| line.trim_start_matches('[').split(']').next().unwrap_or_default());
    header.map_or_else(
        || line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')),
        |header| header.split('.').any(|part| part == key),
    )
}

/// The comments of a line: at its end, and on the line before.
fn comments<'a>(lines: &[&'a str], at: usize) -> Vec<&'a str> {
    let own = lines[at].rsplit_once(" # ").map(|(_, comment)| comment);
    let above = at.checked_sub(1).and_then(|above| lines[above].strip_prefix("# "));
    own.into_iter().chain(above).collect()
}

#[test]
fn comments_are_the_reference_s_lines() {
    let chinese: toml::Table = include_str!("../src/source/keys.zh-CN.toml").parse().unwrap();
    let found = kinds(&[&FLOW]);
    assert!(found.len() > 20);
    let said = KNOWN_LANGS.iter().zip(STARTERS).map(|(lang, starter)| {
        let lines: Vec<_> = starter.lines().collect();
        let doc = |key: &Key| if *lang == "en" { Some(key.doc) } else { chinese[key.of][key.name].as_str() };
        let keys = || found.iter().flat_map(|kind| kind.keys().map(|key| (kind.name, key)));
        for line in &lines {
            let given: Vec<_> = keys().map(|(_, key)| key).filter(|key| gives(line, key.name)).collect();
            let own = line.rsplit_once(" # ").map(|(_, comment)| comment);
            if let Some(own) = own.filter(|_| !given.is_empty()) {
                assert!(
                    given.iter().any(|key| doc(key) == Some(own)),
                    "{lang}: another word than the reference's: {own}"
                );
            }
        }
        let is_said = |key: &Key| {
            let mut given = (0..lines.len()).filter(|at| gives(lines[*at], key.name));
            given.any(|at| doc(key).is_some_and(|doc| comments(&lines, at).contains(&doc)))
        };
        for (kind, key) in keys() {
            let is_left_out = LEFT_OUT.contains(&key.name);
            assert!(!(is_left_out && is_said(key)), "{lang}: `{}` of {kind} is left out, and there", key.name);
            assert!(!key.required || is_left_out || is_said(key), "{lang}: no word on `{}` of {kind}", key.name);
        }
        // A key of several kinds may have a description for each in one language, and one for all in another.
        keys().filter(|(_, key)| is_said(key)).map(|(_, key)| (key.of, key.name)).collect::<BTreeSet<_>>()
    });
    let said: Vec<_> = said.collect();
    assert!(said.windows(2).all(|two| two[0] == two[1]), "one language has a word on a key, another hasn't: {said:#?}");
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), "mine").unwrap();
    fs::create_dir(folder.path().join("b.toml")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere.toml", folder.path().join("c.toml")).unwrap();
    for id in ["a", "b", "c"].into_iter().take(if cfg!(unix) { 3 } else { 2 }) {
        let run = runsheet(folder.path(), &["new", id]);
        assert_eq!(run.status.code(), Some(1));
        assert!(said(&run.stderr).contains("is there already"), "{}", said(&run.stderr));
    }
    assert_eq!(fs::read_to_string(folder.path().join("a.toml")).unwrap(), "mine");
    assert!(!folder.path().join("nowhere.toml").exists());
    let run = runsheet(folder.path(), &["new", "d", "-o", "no/such/folder.toml"]);
    assert!(said(&run.stderr).contains("can't write `no/such/folder.toml`"), "{}", said(&run.stderr));
}

#[test]
fn hostile_ids_and_names_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(65);
    for id in ["", "..", "a/b", "../up", "/tmp/x", "a b", "a\"b", "a\nb", "-x", ".hidden", "名字", "CON", "lpt1", &long]
    {
        let run = runsheet(folder.path(), &["new", "--", id]);
        assert_eq!(run.status.code(), Some(1), "{id}");
        assert!(said(&run.stderr).starts_with("error[bad-id]"), "{id}: {}", said(&run.stderr));
    }
    for args in [vec!["new", "runsheet"], vec!["new", "a", "-o", "a.release.toml"]] {
        let run = runsheet(folder.path(), &args);
        assert!(said(&run.stderr).starts_with("error[not-a-flow]"), "{}", said(&run.stderr));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let run = runsheet(folder.path(), &["new", "-o", "-"]);
    assert!(said(&run.stdout).contains("\"my-release\"") && run.stderr.is_empty());
}
