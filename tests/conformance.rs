//! PDF/A-3a and PDF/UA-1, looked at from outside: every example, in each language, on every paper, to be printed and to
//! be filled in; and every check on a file that was broken on purpose.

#![allow(clippy::disallowed_methods, reason = "tests use the disk")]

mod conform;
#[allow(dead_code, reason = "shared with the other tests of the sheet")]
mod support;

use conform::{breaks, findings};
use lopdf::Document as Pdf;
use runsheet::page::{Attachment, Document, Relation, pdf};
use support::{EXAMPLES, FONTS, case};

fn written(document: &Document, fillable: bool) -> Pdf {
    let attached = Attachment {
        name: "flow.toml",
        media_type: "application/toml",
        description: "流程".to_owned(),
        relation: Relation::Source,
        bytes: b"id = 1".to_vec(),
    };
    let document = Document { fillable, attachments: vec![attached], ..document.clone() };
    let bytes = pdf::write(&document, &FONTS).unwrap_or_else(|fault| panic!("{fault}"));
    Pdf::load_mem(&bytes).unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn every_example_conforms() {
    let mut found = Vec::new();
    for case in EXAMPLES.iter() {
        for fillable in [false, true] {
            let of_case = findings(&written(&case.document, fillable));
            found.extend(of_case.into_iter().take(10).map(|finding| format!("{} {fillable}: {finding}", case.name)));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn whatever_breaks_a_rule_is_found() {
    let document = &case("dubbo-registry zh-CN A4").document;
    let files = [false, true].map(|fillable| written(document, fillable));
    let mut unnoticed = Vec::new();
    for (way, break_it, words) in breaks::WAYS {
        let found = files.iter().flat_map(|file| {
            let mut broken = file.clone();
            break_it(&mut broken);
            findings(&broken)
        });
        let found: Vec<String> = found.collect();
        if !found.iter().any(|finding| finding.contains(words)) {
            unnoticed.push(format!("{way}: {}", found.join("; ")));
        }
    }
    assert!(unnoticed.is_empty(), "{}", unnoticed.join("\n"));
}
