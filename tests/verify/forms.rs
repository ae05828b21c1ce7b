//! Lists that are filled in on a screen: what `verify` reads from them and reports.

use std::fs;
use std::path::Path;

use lopdf::{Document, Object, dictionary};

use super::{FLOW, built, load, saved, verify};

/// Every field of a form with its full name.
fn fields(pdf: &Document) -> Vec<(String, lopdf::ObjectId)> {
    let form = pdf.catalog().unwrap().get(b"AcroForm").unwrap().as_reference().unwrap();
    let roots = pdf.get_dictionary(form).unwrap().get(b"Fields").unwrap().as_array().unwrap();
    let mut open: Vec<(String, Object)> = roots.iter().map(|root| (String::new(), root.clone())).collect();
    let mut found = Vec::new();
    while let Some((above, id)) = open.pop() {
        let id = id.as_reference().unwrap();
        let field = pdf.get_dictionary(id).unwrap();
        let own = String::from_utf8_lossy(field.get(b"T").unwrap().as_str().unwrap()).into_owned();
        let name = if above.is_empty() { own } else { format!("{above}.{own}") };
        // A field with several areas has kids without names.
        let named = |kid: &Object| pdf.get_dictionary(kid.as_reference().unwrap()).unwrap().has(b"T");
        match field.get(b"Kids").and_then(Object::as_array) {
            Ok(kids) if kids.iter().all(named) => open.extend(kids.iter().map(|kid| (name.clone(), kid.clone()))),
            _ => found.push((name, id)),
        }
    }
    found
}

/// Builds a list with fields, sets some of them, and returns what `verify` says.
fn filled(folder: &Path, entries: &[(&str, &str, Object)], args: &[&str]) -> (i32, String, String) {
    filled_of(FLOW, folder, entries, args)
}

/// The same for the list of a flow.
fn filled_of(flow: &str, folder: &Path, entries: &[(&str, &str, Object)], args: &[&str]) -> (i32, String, String) {
    fs::write(folder.join("flow.toml"), flow).unwrap();
    let mut pdf = load(&fs::read(built(folder, &["flow.toml", "--fillable"])).unwrap());
    let known = fields(&pdf);
    for (name, key, value) in entries {
        let (_, id) = known.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}: {known:?}"));
        pdf.get_dictionary_mut(*id).unwrap().set(*key, value.clone());
    }
    fs::write(folder.join("filled.pdf"), saved(pdf)).unwrap();
    verify(folder, &[&["filled.pdf"], args].concat())
}

fn name(name: &str) -> Object {
    Object::Name(name.as_bytes().to_vec())
}

#[test]
fn what_is_filled_in_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let entries = [
        ("step.1.operator", "V", name("Yes")),
        ("step.1.operator", "AS", name("Yes")),
        ("step.1.time", "V", lopdf::text_string("20:15，张三")),
        ("outcome.reason", "V", Object::string_literal(b"caf\xe9".to_vec())),
        (
            "block.1.signature.checker.signature",
            "V",
            Object::Dictionary(dictionary! { "Name" => Object::string_literal("Li") }),
        ),
    ];
    let (code, said, faults) = filled(folder.path(), &entries, &[]);
    assert_eq!((code, &*faults), (0, ""), "{said}");
    for words in [
        "1 of 2 boxes ticked by the operator, 0 of 2 by the checker",
        "step.1                [x] operator  [ ] checker  time: 20:15，张三",
        "reason: café",
        "block.1.signature.checker  name: ____  signature: Li  time: ____",
        "pages, as they were made",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    assert!(!said.contains("missing"), "{said}");
    let (code, said, faults) = verify(folder.path(), &["filled.pdf", "--complete"]);
    assert!(code == 1 && faults.contains("`filled.pdf` isn't complete: "), "{faults}");
    assert!(said.contains("\n  missing on page 1: outcome, ") && !said.contains("step.1.operator,"), "{said}");

    let (code, said, _) = verify(folder.path(), &["filled.pdf", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    let field =
        |name: &str| json["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap().clone();
    assert_eq!((code, &json["ok"], &json["complete"]), (0, &true.into(), &false.into()));
    assert_eq!(field("step.1.operator")["given"], true);
    assert_eq!(
        (&field("step.1.time")["value"], &field("step.1.time")["kind"]),
        (&"20:15，张三".into(), &"line".into())
    );
    assert!(json["missing"].as_array().unwrap().iter().any(|missing| missing["name"] == "step.1.checker"));
    assert_eq!(json["source"]["id"], "minimal");

    // A list to be filled in on paper has no fields to read.
    let list = built(folder.path(), &["flow.toml"]).display().to_string();
    let (code, _, faults) = verify(folder.path(), &[&list, "--complete"]);
    assert!(code == 1 && faults.contains("has no fields: it is filled in on paper"), "{faults}");
}

#[test]
fn a_group_that_does_not_apply_is_answered_for_each_of_its_steps() {
    let flow = include_str!("../flows/task-groups-open/flow.toml");
    let folder = tempfile::tempdir().unwrap();
    let tick = |step: &str, key| (format!("step.{step}.not-applicable"), key, name("Yes"));
    let ticked = ["C1", "C4"].into_iter().flat_map(|step| [tick(step, "V"), tick(step, "AS")]);
    let ticked: Vec<_> = ticked.collect();
    let entries: Vec<_> = ticked.iter().map(|(name, key, value)| (&**name, *key, value.clone())).collect();
    let (code, said, _) = filled_of(flow, folder.path(), &entries, &["--complete", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    let missing = |step: &str| {
        let of_step = |missing: &&serde_json::Value| missing["name"] == format!("step.{step}.operator");
        json["missing"].as_array().unwrap().iter().filter(of_step).count()
    };
    let steps = ["C1", "C2", "C3", "C4", "C5", "A1"];
    assert_eq!((code, steps.map(missing)), (1, [0, 1, 1, 0, 1, 1]));
}

#[test]
fn a_field_of_an_unknown_name_is_not_guessed_at() {
    let folder = tempfile::tempdir().unwrap();
    let entries = [("step.1.operator", "T", Object::string_literal("blank-1"))];
    let (code, said, faults) = filled(folder.path(), &entries, &["--complete"]);
    let unknown = "`filled.pdf` has a field of no known name, so it can't be told what is missing";
    assert!(code == 1 && faults.contains(unknown), "{faults}");
    assert!(said.contains("0 of 1 boxes of an unknown name") && !said.contains("missing on page"), "{said}");
}

#[test]
fn a_form_that_was_changed_is_told() {
    let boxed = |x: i64| Object::Array([x, 100, x + 10, 110].map(Object::Integer).to_vec());
    let cases: &[(&str, &str, Object, &str)] = &[
        ("step.1.operator", "V", name("Yes"), "the box `step.1.operator` on page "),
        ("step.1.operator", "Rect", boxed(10), "the field `step.1.operator` was added or changed"),
        (
            "step.1.operator",
            "AP",
            dictionary! { "N" => name("x") }.into(),
            "the field `step.1.operator` was added or changed",
        ),
        ("step.1.operator", "T", Object::string_literal("checked"), "the field `step.1.checked` was added or changed"),
        ("step.1.operator", "F", 2.into(), "the field `step.1.operator` was added or changed"),
        ("step.1.time", "AA", dictionary! { "K" => name("x") }.into(), "the field `step.1.time` was added or changed"),
    ];
    for (field, key, value, expected) in cases {
        let folder = tempfile::tempdir().unwrap();
        let (code, said, faults) = filled(folder.path(), &[(field, key, value.clone())], &[]);
        assert!(code == 1 && faults.contains(expected), "{key}: {faults}\n{said}");
    }
}
