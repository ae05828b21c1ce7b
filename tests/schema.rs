//! The schemas for editors agree with the declarations of the keys: `schema/` holds what `runsheet schema` prints,
//! good files pass, and files that the reader refuses for their keys or types don't.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use runsheet::source::config::CONFIG;
use runsheet::source::flow::{FLOW, PART};
use runsheet::source::keys::TableKind;
use runsheet::source::release::RELEASE;
use runsheet::source::schema;
use serde_json::{Value, json};

use crate::support::{kept, schema as validator};

const FILES: [(&str, &str, &TableKind); 4] = [
    ("flow", "schema/flow.json", &FLOW),
    ("part", "schema/part.json", &PART),
    ("release", "schema/release.json", &RELEASE),
    ("config", "schema/config.json", &CONFIG),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schema_of(kind: &'static TableKind) -> Value {
    serde_json::from_str(&schema::json(kind)).unwrap()
}

/// A TOML file as an editor gives it to a schema: dates and times are strings.
fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap();
    plain(&toml::Value::Table(text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))))
}

fn plain(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(string) => json!(string),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(flag) => json!(flag),
        toml::Value::Datetime(moment) => json!(moment.to_string()),
        toml::Value::Array(list) => list.iter().map(plain).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, of)| (key.clone(), plain(of))).collect(),
    }
}

/// Every TOML file of the examples and of the cases that build without a fault, with the kind that it is.
fn good_files() -> Vec<(PathBuf, &'static TableKind)> {
    let list = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let cases = list(root().join("tests/flows")).filter(|case| !case.join("expected/exit.txt").exists());
    let folders = cases.chain([root().join("flows")]);
    let all = |folder: PathBuf| kept::tree(&folder).unwrap().into_keys().map(move |path| folder.join(path));
    let is_file = |path: &PathBuf| {
        path.extension().is_some_and(|e| e == "toml")
            && !path.components().any(|part| part.as_os_str() == "expected" || part.as_os_str() == "labels")
    };
    let mut files: Vec<PathBuf> = folders.flat_map(all).filter(is_file).collect();
    files.sort();
    let kind = |path: &Path| {
        if path.ends_with("release.toml") || path.to_string_lossy().ends_with(".release.toml") {
            &RELEASE
        } else if path.to_string_lossy().ends_with(".part.toml") {
            &PART
        } else if path.ends_with("runsheet.toml") {
            &CONFIG
        } else {
            &FLOW
        }
    };
    files.into_iter().map(|path| (path.clone(), kind(&path))).collect()
}

#[test]
fn the_files_are_what_the_command_prints() {
    for (word, path, kind) in FILES {
        let run = Command::new(env!("CARGO_BIN_EXE_runsheet")).args(["schema", word]).output().unwrap();
        let printed = String::from_utf8(run.stdout).unwrap();
        assert_eq!(printed, schema::json(kind));
        if kept::is_update() {
            fs::write(root().join(path), &printed).unwrap();
        }
        assert!(fs::read_to_string(root().join(path)).unwrap() == printed, "{path}: print it anew");
    }
}

#[test]
fn good_files_pass_and_the_examples_name_their_schema() {
    let files = good_files();
    assert!(files.len() > 15, "{} files", files.len());
    for (path, kind) in files {
        assert_eq!(validator::fault(&schema_of(kind), &read(&path)), None, "{}", path.display());
        if path.starts_with(root().join("flows")) {
            let (_, file, _) = FILES.iter().find(|(_, _, of)| *of == kind).unwrap();
            let text = fs::read_to_string(&path).unwrap();
            assert_eq!(text.lines().next(), Some(format!("#:schema ../{file}").as_str()), "{}", path.display());
        }
    }
}

/// Every value that differs from `value` in one place: a table has one key too many, or a key has a value that no key
/// takes.
fn broken(value: &Value, found: &mut Vec<Value>) {
    found.push(json!(1.5));
    match value {
        Value::Object(table) => {
            let mut more = table.clone();
            more.insert("no-such-key".to_owned(), json!(1.5));
            found.push(Value::Object(more));
            for (key, of) in table {
                let mut inner = Vec::new();
                broken(of, &mut inner);
                found.extend(inner.into_iter().map(|of| {
                    let mut table = table.clone();
                    table.insert(key.clone(), of);
                    Value::Object(table)
                }));
            }
        }
        Value::Array(list) => {
            for (index, of) in list.iter().enumerate() {
                let mut inner = Vec::new();
                broken(of, &mut inner);
                found.extend(inner.into_iter().map(|of| {
                    let mut list = list.clone();
                    list[index] = of;
                    Value::Array(list)
                }));
            }
        }
        _ => {}
    }
}

#[test]
fn one_wrong_key_or_type_anywhere_is_marked() {
    for (path, kind) in [("tests/flows/every-key/flow.toml", &FLOW), ("tests/flows/every-key/release.toml", &RELEASE)] {
        let (schema, good) = (schema_of(kind), read(&root().join(path)));
        let mut found = Vec::new();
        broken(&good, &mut found);
        assert!(found.len() > 15, "{}", found.len());
        for wrong in found {
            assert!(validator::fault(&schema, &wrong).is_some(), "{path} passes as {wrong}");
        }
    }
}

#[test]
fn values_are_held_to_what_the_reader_takes() {
    let schema = schema_of(&FLOW);
    let step = |key: &str, value: Value| json!({ "op": "read", "do": "x", key: value });
    let flow = |step: Value| json!({ "schema": 1, "id": "a", "title": "A", "lang": "en", "hot": [{ "title": "x", "step": [step] }] });
    let wait = |at_most: Value| step("wait", json!({ "for": "x", "at-most": at_most }));
    for good in [
        step("minutes", json!(525_600)),
        step("do", json!({ "en": "x", "zh-CN": "y" })),
        step("irreversible", json!(true)),
        step("otherwise", json!("hold")),
        step("otherwise", json!({ "call": "dba", "within": "10 min", "then": "back" })),
        wait(json!("2 个小时")),
        wait(json!(10)),
    ] {
        assert_eq!(validator::fault(&schema, &flow(good.clone())), None, "{good}");
    }
    for wrong in [
        step("minutes", json!(0)),
        step("minutes", json!(525_601)),
        step("do", json!("")),
        step("do", json!({ "French": "x" })),
        step("do", json!({})),
        step("op", json!("look")),
        step("otherwise", json!("a b")),
        step("otherwise", json!({ "them": "back" })),
        step("link", json!("example.com")),
        wait(json!("soon")),
        json!({ "title": "a hot step has none" }),
    ] {
        assert!(validator::fault(&schema, &flow(wrong.clone())).is_some(), "{wrong}");
    }
    let cold = |lead: &str| {
        let mut flow = flow(step("minutes", json!(1)));
        flow["cold"] = json!([{ "lead": lead, "do": "x" }]);
        flow
    };
    for lead in ["3 days", "2 working days", "2个工作日", " 0 h ", "90 minutes", "1 天", "6 weeks", "3 个月"] {
        assert_eq!(validator::fault(&schema, &cold(lead)), None, "{lead}");
    }
    for lead in ["", "days", "3", "3 years", "three days"] {
        assert!(validator::fault(&schema, &cold(lead)).is_some(), "{lead}");
    }
}

const CONTACT: &str = "[contacts.dba]\nname = \"DBA\"\nphone = \"1\"\n";

/// A flow of one block, with more keys at its top, in the block, and the keys of its one step.
fn flow_of(top: &str, block: &str, step: &str) -> String {
    let head = "schema = 1\nid = \"a\"\ntitle = \"A\"\nlang = \"en\"\n";
    format!("{head}{top}\n{CONTACT}[[hot]]\ntitle = \"x\"\n{block}\n[[hot.step]]\n{step}\n")
}

/// What the reader refuses because keys don't go together, or because a name has a meaning of its own, is marked; what it
/// takes isn't.
#[test]
fn keys_that_do_not_go_together_are_marked() {
    let folder = tempfile::tempdir().unwrap();
    let schema = schema_of(&FLOW);
    let faults = |text: &str| {
        fs::write(folder.path().join("flow.toml"), text).unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_runsheet"))
            .args(["check", "flow.toml"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8(run.stderr).unwrap() + &String::from_utf8(run.stdout).unwrap();
        let value = plain(&toml::Value::Table(text.parse().unwrap()));
        (said.contains("error["), validator::fault(&schema, &value), said)
    };
    let step = "op = \"read\"\ndo = \"Look\"\nexpect = \"x\"\n";
    let with = |more: &str| format!("{step}{more}");
    for (top, block, step) in [
        ("mail-from = \"a@example.com\"", "", &*with("")),
        ("mail-from = \"Ann B. <a@example.com>\"", "id = \"one\"", &with("id = \"two\"")),
        ("values = { v = \"A value\" }", "", &with("actual = true")),
        ("", "", &with("otherwise = { then = \"retry\", max = 2 }")),
        ("", "", &with("otherwise = { then = \"retry\", max = 2, else = \"hold\" }")),
        ("", "", &with("otherwise = { call = \"dba\", within = \"5 min\" }")),
        ("", "", "tell = \"Begun\""),
        ("", "", "wait = { for = \"x\", at-most = 5 }"),
    ] {
        let (is_refused, marked, said) = faults(&flow_of(top, block, step));
        assert!(!is_refused && marked.is_none(), "{top}{block}{step}: {marked:?} {said}");
    }
    for (top, block, step) in [
        ("", "", &*with("otherwise = {}")),
        ("", "", &with("otherwise = { within = \"5 min\" }")),
        ("", "", &with("otherwise = { then = \"retry\", max = 2, else = {} }")),
        ("", "", &with("otherwise = { then = \"hold\", max = 2 }")),
        ("", "", &with("otherwise = { do = \"x\", max = 2 }")),
        ("", "", &with("otherwise = { then = \"retry\", else = \"hold\" }")),
        ("", "", &with("fill = true")),
        ("", "", &with("id = \"rollback\"")),
        ("", "", "op = \"write\""),
        ("", "", "op = \"read\"\nexpect = \"x\""),
        ("", "", "do = \"Look\""),
        ("", "", "op = \"write\"\ndo = \"Do it\"\nactual = true"),
        ("", "id = \"hold\"", &with("")),
        ("", "gate = [\"x\"]", &with("")),
        ("mail-from = \"nobody\"", "", &with("")),
        ("mail-from = \"A <a@example.com>, B <b@example.com>\"", "", &with("")),
        ("mail-from = \"<>\"", "", &with("")),
        ("contacts = { operator = { name = \"x\" } }", "", &with("")),
        ("contacts = { \"a b\" = { name = \"x\" } }", "", &with("")),
        ("values = { v = { example = \"1\" } }", "", &with("")),
        ("approvals = { cab = { what = \"x\" } }", "", &with("")),
        ("cold = [{ lead = \"3 days\", note = \"x\" }]", "", &with("")),
    ] {
        let text = flow_of(top, block, step);
        // Contacts are there once.
        let text = if top.starts_with("contacts") { text.replace(CONTACT, "") } else { text };
        let (is_refused, marked, said) = faults(&text);
        assert!(is_refused && marked.is_some(), "{top}{block}{step}: {marked:?} {said}");
    }
    let mut named = flow_of("", "", step);
    named = named.replace("id = \"a\"", "id = \"nul\"");
    let (is_refused, marked, said) = faults(&named);
    assert!(is_refused && marked.is_some(), "{marked:?} {said}");
}
