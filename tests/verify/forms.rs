//! Lists that are filled in on a screen: what `verify` reads from them and reports.

use std::fs;
use std::path::Path;

use lopdf::{Object, dictionary};

use super::{FLOW, built, load, saved, verify};
use crate::support::form::fields;

/// Every sheet in one list.
const SHEETS: &str = "cold,start,hot,readings,rollback,after,records,chart,appendix";

/// Builds a list with fields, sets some of them, and returns what `verify` says.
fn filled(folder: &Path, entries: &[(&str, &str, Object)], args: &[&str]) -> (i32, String, String) {
    filled_of(FLOW, folder, entries, args)
}

/// The same for the list of a flow.
fn filled_of(flow: &str, folder: &Path, entries: &[(&str, &str, Object)], args: &[&str]) -> (i32, String, String) {
    fs::write(folder.join("flow.toml"), flow).unwrap();
    let mut pdf = load(&fs::read(built(folder, &["flow.toml", "--fillable", "--sheets", SHEETS])).unwrap());
    let known = fields(&pdf);
    for (name, key, value) in entries {
        let (_, id) = known.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}: {known:?}"));
        pdf.get_dictionary_mut(*id).unwrap().set(*key, value.clone());
    }
    // What is written here is drawn by whoever shows it.
    let form = pdf.catalog().unwrap().get(b"AcroForm").unwrap().as_reference().unwrap();
    pdf.get_dictionary_mut(form).unwrap().set("NeedAppearances", true);
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
    ];
    let (code, said, faults) = filled(folder.path(), &entries, &[]);
    assert_eq!((code, &*faults), (0, ""), "{said}");
    for words in [
        "1 of 2 boxes ticked by the operator, 0 of 2 by the checker",
        "[x] Operator  [ ] Checker  Time: 20:15，张三",
        "why: café",
        "Name: ____  Signature: ____  Date and time: ____",
        "pages, as they were made",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    assert!(!said.contains("missing"), "{said}");
    let (code, said, faults) = verify(folder.path(), &["filled.pdf", "--complete"]);
    assert!(code == 1 && faults.contains("`filled.pdf` isn't complete: "), "{faults}");
    let missing = said.split_once("\n  missing on page 1\n").unwrap().1;
    assert!(missing.starts_with("    Outcome: executed / not executed / aborted / "), "{missing}");
    assert!(missing.contains("\n    1 Restart the registry: Checker\n"), "{missing}");

    let (code, said, _) = verify(folder.path(), &["filled.pdf", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    let field =
        |name: &str| json["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap().clone();
    let operator = field("step.1.operator");
    assert_eq!((&operator["row"], &operator["words"]), (&"1 Restart the registry".into(), &"Operator".into()));
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

/// Only what leaves a mark on paper is an entry, and no character that keeps words apart gets lost.
#[test]
fn what_cannot_be_seen_is_no_entry() {
    let folder = tempfile::tempdir().unwrap();
    let entries = [
        ("step.1.time", "V", lopdf::text_string("\u{200b}\u{2060}\u{feff}")),
        ("outcome.reason", "V", Object::string_literal(b"30\t12\r7".to_vec())),
        ("planned.start", "V", lopdf::text_string("\u{2800} \u{ad}")),
    ];
    let (_, said, _) = filled(folder.path(), &entries, &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    let field = |name: &str| json["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap();
    assert_eq!((&field("step.1.time")["given"], &field("planned.start")["given"]), (&false.into(), &false.into()));
    assert_eq!(field("outcome.reason")["value"], "30\t12\r7");
    assert!(json["missing"].as_array().unwrap().iter().any(|missing| missing["name"] == "step.1.time"));
    let (_, said, _) = verify(folder.path(), &["filled.pdf"]);
    assert!(said.contains("why: 30\\t12\\r7") && said.contains("Time: ____"), "{said}");
}

#[test]
fn outcomes_that_contradict_each_other_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let ticked = ["executed", "void"].map(|outcome| format!("outcome.{outcome}"));
    let entries: Vec<_> =
        ticked.iter().flat_map(|field| [(&**field, "V", name("Yes")), (field, "AS", name("Yes"))]).collect();
    let (code, said, faults) = filled(folder.path(), &entries, &[]);
    assert!(code == 1 && said.contains("[x] executed") && said.contains("[x] void"), "{said}");
    assert!(faults.contains("“executed” and “void” are ticked at “Outcome” on page 1"), "{faults}");
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

/// What a field shows is what people go by, so it is its value; a name alone signs nothing.
#[test]
fn a_field_that_shows_something_else_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    let ours = fs::read(built(folder.path(), &["flow.toml", "--fillable"])).unwrap();
    let look = |field: &str, value: &str, (drawn, scale): (&str, f32)| {
        let mut pdf = load(&ours);
        let (_, id) = fields(&pdf).into_iter().find(|(known, _)| known == field).unwrap();
        let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
        let font = dictionary! { "Font" => dictionary! { "F" => font } };
        let rect = pdf.get_dictionary(id).unwrap().get(b"Rect").unwrap().as_array().unwrap();
        let edges: Vec<f32> = rect.iter().map(|edge| edge.as_float().unwrap()).collect();
        let size = [edges[2] - edges[0], edges[3] - edges[1]];
        let bounds: Vec<Object> = [0.0, 0.0, size[0] * scale, size[1] * scale].map(Object::Real).to_vec();
        let form = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => bounds, "Resources" => font };
        let form = pdf.add_object(lopdf::Stream::new(form, drawn.as_bytes().to_vec()));
        let dict = pdf.get_dictionary_mut(id).unwrap();
        dict.set("AP", dictionary! { "N" => form });
        if !value.is_empty() {
            dict.set("V", lopdf::text_string(value));
        }
        fs::write(folder.path().join("filled.pdf"), saved(pdf)).unwrap();
        let told = verify(folder.path(), &["filled.pdf"]);
        let complete = verify(folder.path(), &["filled.pdf", "--complete"]).2;
        (told.0, told.2, complete.contains("1 line of `filled.pdf` show can't be read"))
    };
    let shows = |value: &str, drawn: &str| look("step.1.time", value, (drawn, 1.0));
    let good = "/Tx BMC q BT 0 g /F 9 Tf 2 5 Td (20:) Tj (15) Tj ET Q EMC";
    assert_eq!(shows("20:15", good), (0, String::new(), false));
    assert_eq!(shows("20 : 15", good), (0, String::new(), false));
    // As programs draw it: a light ground, a thin border, a clip, and text that is moved.
    let framed = "q 1 g 0 0 60 12 re f 0.5 w 0 0 60 12 re S Q q 1 1 58 10 re W n BT /F 9 Tf 1 0 0 1 2 3 Tm [(20) -20 (:15)] TJ ET Q";
    assert_eq!(shows("20:15", framed), (0, String::new(), false));
    let other = "“1 Restart the registry Time” on page 1 shows something other than its value";
    for (value, drawn) in [("20:16", good), ("20:15", "/Tx BMC EMC"), ("20:15", "BT /F 9 Tf 2 5 Td (2) Tj ET")] {
        let (code, faults, _) = shows(value, drawn);
        assert!(code == 1 && faults.contains(other), "{value}: {faults}");
    }
    let (code, faults, _) = shows("", good);
    assert!(code == 1 && faults.contains("shows something that isn't its value: it is empty"), "{faults}");
    // What can't be read is no fault by itself, but keeps a list from being complete.
    for drawn in [
        "BT 1 g /F 9 Tf 2 5 Td (20:15) Tj ET",
        "BT 3 Tr /F 9 Tf 2 5 Td (20:15) Tj ET",
        "BT /F 9 Tf 2 500 Td (20:15) Tj ET",
        "BT /F 1 Tf 2 5 Td (20:15) Tj ET",
        "BT /F 9 Tf 2 5 Td (20:15) Tj ET 1 g 0 0 90 20 re f",
        "BT /G 9 Tf 2 5 Td (20:15) Tj ET",
        "/X Do",
        "BT 1 Tz /F 9 Tf 2 5 Td (20:15) Tj ET",
        "BT 99 Ts /F 9 Tf 2 5 Td (20:15) Tj ET",
        "BT /F 9 Tf 2 5 Td [-99999 (20:15)] TJ ET",
        "BT /F 9 Tf 2 -8 Td (20:15) Tj ET",
        "BT /F 9 Tf 2 5 Td 99 TL T* (20:15) Tj ET",
        "q 500 0 1 1 re W n BT /F 9 Tf 2 5 Td (20:15) Tj ET Q",
        "1 g q 0 g Q BT /F 9 Tf 2 5 Td (20:15) Tj ET",
        "0 0 90 20 re f BT /F 9 Tf 2 5 Td (20:15) Tj ET",
        "BT /F 9 Tf 2 5 Td (20:15) Tj ET 1 G 40 w 0 5 m 90 5 l S",
        "/OC /Hidden BDC BT /F 9 Tf 2 5 Td (20:15) Tj ET EMC",
        "BT /F 9 Tf 2 5 Td (20:15) Tj ET xyz",
    ] {
        assert_eq!(shows("20:15", drawn), (0, String::new(), true), "{drawn}");
    }
    // A look that is scaled down to nothing.
    assert!(look("step.1.time", "20:15", (good, 100.0)).2);
}

/// A box is ticked when people see a mark in it, however a program draws that.
#[test]
fn a_box_that_only_seems_ticked_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    let ours = fs::read(built(folder.path(), &["flow.toml", "--fillable"])).unwrap();
    let ticked = |drawn: &str, scale: f32| {
        let mut pdf = load(&ours);
        let (_, id) = fields(&pdf).into_iter().find(|(known, _)| known == "step.1.operator").unwrap();
        let dict = pdf.get_dictionary(id).unwrap();
        let rect = dict.get(b"Rect").unwrap().as_array().unwrap();
        let edges: Vec<f32> = rect.iter().map(|edge| edge.as_float().unwrap()).collect();
        let looks = dict.get(b"AP").unwrap().as_dict().unwrap().get(b"N").unwrap().as_dict().unwrap();
        let off = looks.get(b"Off").unwrap().clone();
        let bounds = [0.0, 0.0, (edges[2] - edges[0]) * scale, (edges[3] - edges[1]) * scale];
        let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "ZapfDingbats" };
        let form = dictionary! {
            "Type" => "XObject", "Subtype" => "Form", "BBox" => bounds.map(Object::Real).to_vec(),
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        };
        let form = pdf.add_object(lopdf::Stream::new(form, drawn.as_bytes().to_vec()));
        let dict = pdf.get_dictionary_mut(id).unwrap();
        dict.set("AP", dictionary! { "N" => dictionary! { "Yes" => form, "Off" => off } });
        dict.set("V", name("Yes"));
        dict.set("AS", name("Yes"));
        fs::write(folder.path().join("filled.pdf"), saved(pdf)).unwrap();
        let (code, said, faults) = verify(folder.path(), &["filled.pdf"]);
        assert!(said.contains("[x] Operator"), "{said}");
        (code, faults)
    };
    for drawn in ["1 w 0 G 1 1 m 5 5 l S", "q BT 0 g /F 8 Tf 1 1 Td (4) Tj ET Q"] {
        assert_eq!(ticked(drawn, 1.0), (0, String::new()), "{drawn}");
    }
    let told = "the field `step.1.operator` was added or changed";
    for drawn in [
        "",
        "1 w 0 G 1 1 m 5 5 l n",
        "1 w 0 G 1 1 m 5 5 l",
        "[1 900] 0 d 1 w 0 G 1 1 m 5 5 l S",
        "0.001 w 0 G 1 1 m 5 5 l S",
        "BT 0 g /F 8 Tf ET BT 900 0 Td (4) Tj ET",
        "BT 0 g /F 8 Tf 900 0 Td (4) Tj ET BT -900 0 Td ET",
        "BT 0 g /F 900 Tf 1 1 Td (4) Tj ET",
        "BT 0 g /F 8 Tf 12 12 Td (4) Tj ET",
        "BT 0 g /F 8 Tf 1 1 Td (4) Tj ET ) 1 g 0 0 99 99 re f",
    ] {
        let (code, faults) = ticked(drawn, 1.0);
        assert!(code == 1 && faults.contains(told), "{drawn}: {faults}");
    }
    let (code, faults) = ticked("1 w 0 G 1 1 m 5 5 l S", 100.0);
    assert!(code == 1 && faults.contains(told), "{faults}");
}

#[test]
fn what_only_looks_signed_or_ticked_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let signature = "final.signature.checker.signature";
    let signed = |value: lopdf::Dictionary| filled(folder.path(), &[(signature, "V", Object::Dictionary(value))], &[]);
    let text = |text: &str| Object::string_literal(text);
    let range = |numbers: [i64; 4]| Object::Array(numbers.map(Object::Integer).to_vec());
    for value in [
        dictionary! { "Name" => text("Li") },
        dictionary! { "Contents" => text("x"), "SubFilter" => "adbe.pkcs7.detached" },
        dictionary! { "Contents" => text("x"), "SubFilter" => "x", "ByteRange" => range([0, 10, 20, 30]) },
        dictionary! { "Contents" => text("x"), "SubFilter" => "x", "ByteRange" => range([5, 10, 20, 30]) },
    ] {
        let (code, said, faults) = signed(value);
        assert!(code == 1 && faults.contains(" looks signed and isn't"), "{faults}");
        assert!(said.contains("Signature: ____"), "{said}");
    }
    let state = |value: &str, shown: &str| {
        let entries = [("step.1.operator", "V", name(value)), ("step.1.operator", "AS", name(shown))];
        filled(folder.path(), &entries, &[])
    };
    assert_eq!(state("Yes", "Yes").0, 0);
    for (value, shown) in [("Yes", "Off"), ("Off", "Yes"), ("On", "On"), ("Yes", "On")] {
        let (code, said, faults) = state(value, shown);
        assert!(code == 1 && faults.contains("says one thing and shows another"), "{value} {shown}: {faults}");
        assert!(said.contains("[ ] Operator"), "{said}");
    }
}

#[test]
fn a_form_that_was_changed_is_told() {
    let boxed = |x: i64| Object::Array([x, 100, x + 10, 110].map(Object::Integer).to_vec());
    let cases: &[(&str, &str, Object, &str)] = &[
        ("step.1.operator", "V", name("Yes"), "“1 Restart the registry Operator” on page 2 says one thing"),
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
