//! What others wrote reaches a terminal or the log of a job only as words: nothing in it moves a cursor, hides, or is a
//! command to what runs the job.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

use lopdf::{Document, Object};

const FLOW: &str = include_str!("flows/minimal/flow.toml");
/// Part of a name, a value, a text.
const HOSTILE: &str = "::set-env::\u{1b}[2J\u{9b}1m##[group]##vso[task.x]\u{202e}\u{200b}\u{2028}\r\n ::error::x::";
/// The same as far as a TOML string can hold it.
const HOSTILE_TEXT: &str = "::set-env::\u{9b}1m##[group]##vso[task.x]\u{202e}\u{200b}\u{2028}";

/// What is wrong with an output.
fn harm(words: &str, is_github: bool) -> Option<String> {
    let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || "\u{202e}\u{200b}\u{2028}\u{feff}".contains(c);
    for line in words.lines() {
        let ours = ["::error ", "::warning ", "::notice "].into_iter().find_map(|ours| line.strip_prefix(ours));
        let line = ours.filter(|_| is_github).unwrap_or(line);
        let begins = line.trim_start().strip_prefix("::").is_some_and(|rest| !rest.starts_with(':'));
        if line.contains(bad) || line.contains("##[") || line.contains("##vso[") || begins {
            return Some(format!("{line:?}"));
        }
    }
    None
}

/// Runs a command; what it says must be harmless and hold `shown`.
fn run(folder: &Path, args: &[&str], shown: &str) {
    let args: Vec<&OsStr> = args.iter().map(|arg| OsStr::from_bytes(arg.as_bytes())).collect();
    let run = Command::new(env!("CARGO_BIN_EXE_runsheet")).args(&args).current_dir(folder).output().unwrap();
    let [stdout, stderr] = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    let is_github = args.contains(&OsStr::new("github"));
    for words in [&stdout, &stderr] {
        assert_eq!(harm(words, is_github), None, "{args:?}\n{words}");
    }
    assert!(stdout.contains(shown) || stderr.contains(shown), "{args:?}\n{stdout}\n{stderr}");
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

const FORMATS: [&str; 4] = ["human", "json", "github", "sarif"];

#[test]
fn names_of_files() {
    let name = &format!("{HOSTILE}.toml");
    let faulty = FLOW.replace("title", "titel");
    let folder = folder(&[(name, &faulty), ("good.toml", FLOW)]);
    let folder = folder.path();
    for format in FORMATS {
        run(folder, &["check", name, "--format", format], "titel");
        run(folder, &["check", "good.toml", HOSTILE, "--format", format], "no such file");
    }
    run(folder, &["build", name], "nothing was written for");
    let output = &format!("{HOSTILE}output");
    run(folder, &["build", "good.toml", "--output", output], "wrote");
    run(folder, &["build", "good.toml", "--output", output], "unchanged");
    for flag in ["--since", "--release", "--font", "--templates"] {
        run(folder, &["build", "good.toml", flag, HOSTILE], "error");
        run(folder, &["build", "good.toml", flag, name], "error");
    }
    run(folder, &["verify", name], "is not a PDF");
    run(folder, &["verify", HOSTILE, "--format", "json"], "no such file");
    run(folder, &["fix", name, "--dry-run"], "+title");
    run(folder, &["fix", name], " changes");
    run(folder, &["new", HOSTILE], "error");
    run(folder, &["new", "x", "--output", name], "is there already");
    run(folder, &["new", "x", "--output", &format!("{HOSTILE}x.toml")], "wrote");
    run(folder, &["man", "--output", HOSTILE], "wrote");
}

#[test]
fn values_of_flags() {
    let folder = folder(&[("flow.toml", &format!("{FLOW}\n[values]\nversion = \"Version\"\n"))]);
    for (flag, value) in [
        ("--set", format!("version={HOSTILE}")),
        ("--set", format!("{HOSTILE}=1")),
        ("--operator", HOSTILE.to_owned()),
        ("--start", HOSTILE.to_owned()),
        ("--number", HOSTILE.to_owned()),
        ("--lang", HOSTILE.to_owned()),
        ("--paper", HOSTILE.to_owned()),
        ("--only", HOSTILE.to_owned()),
        ("--sheets", HOSTILE.to_owned()),
        (HOSTILE, String::new()),
    ] {
        run(folder.path(), &["build", "flow.toml", flag, &value], "");
        run(folder.path(), &["check", "flow.toml", flag, &value], "");
    }
    run(folder.path(), &["check", "flow.toml", "--rule", HOSTILE], "error");
    run(folder.path(), &["explain", HOSTILE], "error");
    run(folder.path(), &[HOSTILE], "error");
}

#[test]
fn texts_in_diffs_and_templates() {
    // A line of the flow that a diff shows unchanged, a misspelt key beside it, and templates that fail.
    let text = format!("about = \"\"\"\n::error::x\n{HOSTILE_TEXT}\n\"\"\"\nowmer = \"A\"\n");
    let folder = folder(&[("flow.toml", &FLOW.replacen("title", &format!("{text}title"), 1))]);
    for format in FORMATS {
        run(folder.path(), &["check", "flow.toml", "--format", format], "owmer");
    }
    run(folder.path(), &["fix", "flow.toml", "--dry-run"], "");
    fs::write(folder.path().join("good.toml"), FLOW).unwrap();
    for (name, template) in [(HOSTILE, "x"), ("runbook.md", HOSTILE_TEXT), ("runbook.md", "\n::error::x {{ ")] {
        let templates = folder.path().join("templates");
        fs::create_dir_all(&templates).unwrap();
        fs::write(templates.join(name), template).unwrap();
        run(folder.path(), &["build", "good.toml", "--templates", "templates"], "");
        fs::remove_dir_all(templates).unwrap();
    }
}

#[test]
fn what_a_list_holds() {
    let folder = folder(&[("flow.toml", FLOW)]);
    run(folder.path(), &["build", "flow.toml", "--only", "pdf", "--fillable"], "wrote");
    let list = folder.path().join("output/minimal/checklist.pdf");
    let mut pdf = Document::load(&list).unwrap();
    let hostile = || lopdf::text_string(HOSTILE);
    let named = |object: &Object| object.as_dict().is_ok_and(|field| field.has(b"T"));
    let fields: Vec<_> = pdf.objects.iter().filter(|(_, object)| named(object)).map(|(id, _)| *id).collect();
    for (index, id) in fields.into_iter().enumerate() {
        let field = pdf.get_dictionary_mut(id).unwrap();
        if index % 3 == 0 {
            field.set("T", hostile());
        }
        if field.get(b"FT").and_then(Object::as_name).is_ok_and(|kind| kind == b"Tx") {
            field.set("V", hostile());
        } else if index % 5 == 0 {
            field.set("Subtype", Object::Name(HOSTILE.into()));
        }
    }
    pdf.save(folder.path().join("hostile.pdf")).unwrap();
    for args in [
        &["verify", "hostile.pdf"][..],
        &["verify", "hostile.pdf", "--complete"],
        &["verify", "hostile.pdf", "--format", "json"],
    ] {
        run(folder.path(), args, "set-env");
    }
    // The same list where a build would write: what is filled in is named before it would be lost.
    fs::copy(folder.path().join("hostile.pdf"), &list).unwrap();
    let build = ["build", "flow.toml", "--only", "pdf", "--fillable", "--start", "2013-01-25T20:00:00+08:00"];
    run(folder.path(), &build, "set-env");
    run(folder.path(), &[&build[..], &["--force"]].concat(), "wrote");
}
