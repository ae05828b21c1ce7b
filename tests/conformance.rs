//! Checks every example for PDF/A-3a and PDF/UA-1: in each language, on every paper, to be printed and to be filled
//! in. Each check must also find a file that is broken on purpose.

use crate::conform::{breaks, findings};
use crate::support::{EXAMPLES, FONTS, PAPERS, case, plans, print, text};
use lopdf::content::{Content, Operation};
use lopdf::{Document as Pdf, Object};
use runsheet::page::{Attachment, AttachmentRelation, Document, pdf};

fn written(document: &Document, fillable: bool) -> Pdf {
    let attached = Attachment {
        name: "flow.toml".to_owned(),
        media_type: "application/toml",
        description: "流程".to_owned(),
        relation: AttachmentRelation::Source,
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

/// Headings, lists, quotes and tables of an appendix, in each language, on every paper.
#[test]
fn an_appendix_conforms() {
    let flow = text("tests/flows/appendix/flow.toml");
    let release = text("tests/flows/appendix/release.toml");
    let mut found = Vec::new();
    for plan in plans(&flow, &release).unwrap_or_else(|faults| panic!("{faults}")) {
        for paper in PAPERS {
            let case = print("appendix".to_owned(), &plan, paper).unwrap_or_else(|tall| panic!("{tall:?}"));
            found.extend(findings(&written(&case.document, false)));
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

/// The operations by which each page draws, without the marks.
fn drawn(pdf: &Pdf) -> Vec<Vec<String>> {
    let pages = pdf.get_pages().into_values();
    let draws = |operation: &&Operation| !matches!(&*operation.operator, "BMC" | "BDC" | "EMC" | "BT" | "ET");
    pages
        .map(|page| {
            let content = Content::decode(&pdf.get_page_content(page)).unwrap_or_else(|fault| panic!("{fault}"));
            content.operations.iter().filter(draws).map(|operation| format!("{operation:?}")).collect()
        })
        .collect()
}

/// The operations by which empty fields draw.
fn appearances(pdf: &Pdf) -> Vec<Operation> {
    let mut drawn = Vec::new();
    for page in pdf.get_pages().into_values() {
        for annotation in pdf.get_page_annotations(page).unwrap_or_default() {
            let Ok(looks) = annotation.get(b"AP").and_then(Object::as_dict) else { continue };
            let look = looks.get(b"N").expect("an appearance");
            let look = look.as_dict().ok().map_or(look, |states| states.get(b"Off").expect("the empty box"));
            let look = pdf.dereference(look).and_then(|(_, look)| look.as_stream()).expect("a stream");
            let content = Content::decode(&look.content).unwrap_or_else(|fault| panic!("{fault}"));
            drawn.extend(content.operations.into_iter().filter(|of| !matches!(&*of.operator, "BMC" | "EMC")));
        }
    }
    drawn
}

#[test]
fn a_form_is_printed_as_the_list_is() {
    for case in EXAMPLES.iter() {
        let [printed, form] = [false, true].map(|fillable| written(&case.document, fillable));
        assert!(drawn(&printed) == drawn(&form), "{}: a page isn't drawn alike", case.name);
        assert!(form.catalog().is_ok_and(|catalog| catalog.has(b"AcroForm")), "{}: there is no form", case.name);
        let shown = appearances(&form);
        assert!(shown.is_empty(), "{}: an empty field draws {shown:?}", case.name);
    }
}
