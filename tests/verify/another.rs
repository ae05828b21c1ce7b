//! A list and a flow that it wasn't made from.

use std::fs;
use std::path::Path;

use lopdf::Document;

use super::{built, example, verify};
use crate::support::form::fill;

#[test]
fn another_flow_is_told_with_what_differs() {
    let (folder, _) = example();
    let list = "output/minimal/checklist.pdf";
    let path = folder.path().join("flow.toml");
    let cases: &[(&str, &str, &[&str])] = &[
        ("do = \"Restart", "do = \"Stop", &["`other.toml` isn't the flow", "new or changed in it: 1\n", "else: hot\n"]),
        ("lang   = \"en\"", "lang = \"en\"", &["only remarks and the layout of the text differ"]),
        ("mail-from = \"", "mail-from = \"A ", &["keys that say something else: mail-from\n", "no step is new"]),
        (
            "lang   = \"en\"",
            "lang = \"en\"\nrevision = \"2\"",
            &["its revision is 2, and that of the list's flow is none"],
        ),
        ("\"minimal\"", "\"other\"", &["another flow: `other` instead of `minimal`"]),
        ("schema = 1", "schema = ", &["it can't be read"]),
    ];
    for (from, to, expected) in cases {
        let flow = fs::read_to_string(&path).unwrap();
        fs::write(folder.path().join("other.toml"), flow.replacen(from, to, 1)).unwrap();
        let (code, said, faults) = verify(folder.path(), &[list, "other.toml"]);
        assert_eq!(code, 1, "{to}");
        assert!(said.contains("not the same as `other.toml`") && said.contains("as they were made"), "{said}");
        for words in *expected {
            assert!(faults.contains(words), "{words}: {faults}");
        }
    }
    let (code, _, faults) = verify(folder.path(), &[list, "none.toml"]);
    assert!(code == 1 && faults.contains("can't read `none.toml`"), "{faults}");
}

/// A flow with a list value has no steps without a release, so the one in the list says which steps there are.
#[test]
fn another_flow_is_compared_for_the_release_of_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let flow = include_str!("../../flows/rolling-kernel-patch.toml");
    let path = folder.path().join("flow.toml");
    fs::write(&path, flow).unwrap();
    let list = built(folder.path(), &["flow.toml", "--set", "hosts=a,b", "--lang", "en"]).display().to_string();
    let against = |text: &str| {
        fs::write(&path, text).unwrap();
        let (code, said, faults) = verify(folder.path(), &[&list, "flow.toml"]);
        let json = verify(folder.path(), &[&list, "flow.toml", "--format", "json"]).1;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        (code, said, faults, json["against"].clone())
    };
    let (code, said, faults, json) = against(flow);
    assert_eq!((code, &*faults, &json["changed"]), (0, "", &serde_json::json!([])), "{said}");

    let at = flow.find("each       = \"hosts\"").unwrap();
    let step = at + flow[at..].find("[[hot.step]]").unwrap();
    let words = step + flow[step..].find(" en = \"").unwrap() + 7;
    let other = format!("{}Now: {}", &flow[..words], &flow[words..]);
    let (code, said, faults, json) = against(&other);
    assert!(code == 1 && said.contains("not the same as `flow.toml`"), "{said}");
    let changed: Vec<&str> = json["changed"].as_array().unwrap().iter().map(|step| step.as_str().unwrap()).collect();
    assert!(changed.len() == 2 && changed[0].ends_with("/a") && changed[1].ends_with("/b"), "{json}");
    assert!(faults.contains(&format!("new or changed in it: {}, {}\n", changed[0], changed[1])), "{faults}");

    // Without that value the list's release has one that no flow declares.
    let (code, _, faults, json) = against(&flow.replace("hosts", "machines"));
    assert!(code == 1 && faults.contains("its steps can't be compared with those of the list: "), "{faults}");
    assert_eq!((&json["changed"], &json["removed"]), (&serde_json::Value::Null, &serde_json::Value::Null));

    for ends in [flow.replace('\n', "\r\n"), format!("\u{feff}{flow}")] {
        let (code, said, faults, json) = against(&ends);
        assert_eq!((code, &*faults), (0, ""), "{said}");
        assert!(said.contains("the same as `flow.toml`, but for how its lines end"), "{said}");
        assert_eq!((&json["same"], &json["other-line-ends"]), (&true.into(), &true.into()));
    }
}

/// `close` writes how it went beside the flow, after the list was made.
#[test]
fn how_it_went_stands_in_the_release_beside_the_flow() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("flow.toml"), include_str!("../flows/minimal/flow.toml")).unwrap();
    let release = |more: &str| fs::write(at.join("7.release.toml"), format!("flow = 'minimal'\nnumber = '7'\n{more}"));
    release("").unwrap();
    let list = built(at, &["flow.toml", "--fillable"]).display().to_string();
    let (code, said, _) = verify(at, &[&list, "flow.toml"]);
    assert!(code == 0 && !said.contains("  went "), "{said}");
    release("outcome = 'rolled-back'\nrolled-back-from = '1'\n").unwrap();
    let (code, said, faults) = verify(at, &[&list, "flow.toml"]);
    assert_eq!((code, &*faults), (0, ""));
    assert!(said.contains("  went      rolled-back from step 1, says `7.release.toml`\n"), "{said}");

    let mut pdf = Document::load(&list).unwrap();
    fill(&mut pdf, &["outcome.executed"], &[]);
    let filled = at.join("filled.pdf");
    pdf.save(&filled).unwrap();
    let (code, _, faults) = verify(at, &["filled.pdf", "flow.toml"]);
    assert!(
        code == 1 && faults.contains("`filled.pdf` says `executed`, and `7.release.toml` says `rolled-back`"),
        "{faults}"
    );
    // The record that the release names, and another one.
    let digest = |path: &Path| runsheet::source::digest(&fs::read(path).unwrap());
    release(&format!("outcome = 'executed'\nrecord = '{}'\n", digest(&filled))).unwrap();
    let (code, said, faults) = verify(at, &["filled.pdf", "flow.toml"]);
    assert!(code == 0 && said.contains("says `7.release.toml`; this is its record\n"), "{said}{faults}");
    release(&format!("outcome = 'executed'\nrecord = '{}'\n", digest(&at.join("flow.toml")))).unwrap();
    let (code, _, faults) = verify(at, &["filled.pdf", "flow.toml"]);
    assert!(code == 1 && faults.contains("`filled.pdf` isn't the record that `7.release.toml` names"), "{faults}");
    // An empty list of the same release is no record, so it contradicts nothing.
    assert_eq!(verify(at, &[&list, "flow.toml"]).0, 0);
    // A release of another number says nothing of this list.
    fs::write(at.join("7.release.toml"), "flow = 'minimal'\nnumber = '8'\noutcome = 'aborted'\n").unwrap();
    let (code, said, _) = verify(at, &[&list, "flow.toml"]);
    assert!(code == 0 && !said.contains("  went "), "{said}");
}
