//! The three grades: how sure `verify` is that a list says what it said when it was made.

use std::fs;

use super::{attach, built, example, load, page, saved, verify};
use crate::support::form::fields;

/// A file that begins with the bytes of ours and goes on with whole updates is as it was written; any other is only read.
#[test]
fn the_grade_says_how_sure_it_is() {
    let (folder, _) = example();
    let ours = fs::read(built(folder.path(), &["flow.toml", "--fillable"])).unwrap();
    let graded = |bytes: &[u8], args: &[&str]| {
        fs::write(folder.path().join("list.pdf"), bytes).unwrap();
        let (code, said, _) = verify(folder.path(), &[&["list.pdf", "--format", "json"], args].concat());
        let json: serde_json::Value = serde_json::from_str(&said).unwrap();
        (code, json["grade"].as_str().unwrap().to_owned(), json)
    };
    let grade = |bytes: &[u8], args: &[&str]| {
        let (code, grade, _) = graded(bytes, args);
        (code, grade)
    };
    assert_eq!(grade(&ours, &["--strict"]), (0, "as-written".to_owned()));

    let pdf = load(&ours);
    let field = |name: &str| fields(&pdf).into_iter().find(|(known, _)| known == name).unwrap().1;
    let fill = |before: &[u8], name: &str, words: &str| {
        let mut update = lopdf::IncrementalDocument::create_from(before.to_vec(), load(before));
        let id = field(name);
        update.opt_clone_object_to_new_document(id).unwrap();
        update.new_document.get_dictionary_mut(id).unwrap().set("V", lopdf::text_string(words));
        // Whoever shows the form draws it.
        let form = pdf.catalog().unwrap().get(b"AcroForm").unwrap().as_reference().unwrap();
        update.opt_clone_object_to_new_document(form).unwrap();
        update.new_document.get_dictionary_mut(form).unwrap().set("NeedAppearances", true);
        let mut bytes = Vec::new();
        update.save_to(&mut bytes).unwrap();
        bytes
    };
    let once = fill(&ours, "step.1.time", "20:15");
    let twice = fill(&once, "outcome.reason", "none");
    let (code, grade_of, json) = graded(&twice, &["--strict"]);
    assert_eq!((code, &*grade_of, &json["update-count"]), (0, "as-written", &2.into()), "{json}");
    let filled = |update: usize| {
        let fields = json["updates"][update]["fields"].as_array().unwrap();
        fields.iter().map(|field| (field["name"].clone(), field["value"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(filled(0), [("step.1.time".into(), "20:15".into())]);
    assert_eq!(filled(1), [("outcome.reason".into(), "none".into())]);
    let said = verify(folder.path(), &["list.pdf"]).1;
    assert!(said.contains("1 of 3: as runsheet wrote it, and filled in since by 2 updates"), "{said}");
    assert!(said.contains("\n  update 1\n    page 1, 1 Restart the registry, Time: 20:15\n"), "{said}");

    // Saved anew, or with something behind the last update, it isn't the file that was written.
    for other in [saved(load(&ours)), [&ours[..], b"%"].concat(), [&twice[..], b"% x"].concat()] {
        assert_eq!(grade(&other, &[]), (0, "saved-again".to_owned()));
        assert_eq!(grade(&other, &["--strict"]), (1, "saved-again".to_owned()));
    }
    let mut changed = load(&ours);
    page(&mut changed, 2).set("Rotate", 180);
    assert_eq!(grade(&saved(changed), &[]), (1, "differs".to_owned()));
    assert_eq!(grade(&ours[..ours.len() / 2], &[]), (1, "cannot-tell".to_owned()));
}

/// Another version lays pages out otherwise, so what differs from its pages says nothing; the rest is read.
#[test]
fn pages_of_another_version_are_not_called_changed() {
    let (folder, ours) = example();
    let mut pdf = load(&ours);
    attach(&mut pdf, "runsheet = \"0.1.0\"", "runsheet = \"0.0.9\"");
    fs::write(folder.path().join("old.pdf"), saved(load(&saved(pdf.clone())))).unwrap();
    let (code, _, faults) = verify(folder.path(), &["old.pdf"]);
    assert_eq!((code, &*faults), (0, ""), "the pages are the same");
    page(&mut pdf, 2).set("Rotate", 180);
    fs::write(folder.path().join("old.pdf"), saved(pdf)).unwrap();
    let (code, said, faults) = verify(folder.path(), &["old.pdf"]);
    assert!(code == 1 && said.contains("pages, not compared") && said.contains("flow      minimal"), "{said}");
    assert!(
        faults.contains("aren't compared; runsheet 0.0.9 made it") && faults.contains("--version 0.0.9`"),
        "{faults}"
    );
    assert!(!faults.contains("turned"), "{faults}");
    // What it attached may be written otherwise, and what it read may be a fault now; neither was edited.
    let edited = |from: &str, to: &str| {
        let mut pdf = load(&ours);
        attach(&mut pdf, "runsheet = \"0.1.0\"", "runsheet = \"0.0.9\"");
        attach(&mut pdf, from, to);
        fs::write(folder.path().join("old.pdf"), saved(pdf)).unwrap();
        verify(folder.path(), &["old.pdf"])
    };
    assert_eq!(edited("# Restart", "## Restart").0, 0);
    assert_eq!(edited("format = 2", "format = 2 # as it was").0, 1);
    for (from, to) in [("format = 2", "format = 2 # as it was"), ("paper = \"a4\"", "paper = \"a7\"")] {
        let (code, said, faults) = edited(from, to);
        assert!(code == 1 && faults.contains("runsheet 0.0.9 made it"), "{faults}{said}");
        assert!(!faults.contains("error[edited]"), "{faults}");
    }
}
