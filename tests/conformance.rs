//! Checks every example for PDF/A-3a and PDF/UA-1: in each language, on every paper, to be printed and to be filled
//! in. Each check must also find a file that is broken on purpose.

use std::collections::BTreeSet;
use std::path::Path;

use crate::conform::{breaks, findings};
use crate::support::{EXAMPLES, FONTS, PAPERS, case, plans, print, text};
use lopdf::content::{Content, Operation};
use lopdf::{Document as Pdf, Object};
use runsheet::geometry::{Pt, TextItem};
use runsheet::page::{Attachment, AttachmentRelation, Document, Item, ItemKind, Page, TagId, pdf};
use runsheet::text::typeset::{Align, LinePiece, Setting, Typesetter};
use runsheet::text::{Fonts, Lang, Text};
use skrifa::MetadataProvider;

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

/// What is wrong with the fonts of a list that shows these words, set as text and as code.
fn of_fonts(words: &[String], fonts: &Fonts) -> Vec<String> {
    let mut typesetter = Typesetter::new(fonts);
    let like = &case("dubbo-registry zh-CN A4").document;
    let mut pages = Vec::new();
    for code in [false, true] {
        let setting = Setting { size: Pt::points(10), leading: Pt::points(14), bold: false, code, align: Align::Start };
        for words in words.chunks(40) {
            let mut page = Page { items: Vec::new(), head: 0, foot: 0, ..like.pages[0].clone() };
            for (index, words) in words.iter().enumerate() {
                let paragraph = typesetter.paragraph(&Text::plain(&Lang::new("en"), words), &setting, Pt(i32::MAX));
                let y = Pt::points(20 + 18 * index as i32);
                page.items.extend(paragraph.pieces.iter().filter_map(|piece| match piece {
                    LinePiece::Glyphs(text) => {
                        let text = TextItem { x: text.x + Pt::points(20), y: text.y + y, ..text.clone() };
                        Some(Item { tag: Some(TagId(0)), kind: ItemKind::Text(text) })
                    }
                    _ => None,
                }));
            }
            page.foot = page.items.len();
            pages.push(page);
        }
    }
    let (outline, destinations, fields) = (Vec::new(), Vec::new(), Vec::new());
    let tags = like.tags[..1].to_vec();
    let document = Document { pages, tags, outline, destinations, fields, ..like.clone() };
    let bytes = pdf::write(&document, fonts).unwrap_or_else(|fault| panic!("{fault}"));
    let pdf = Pdf::load_mem(&bytes).unwrap_or_else(|fault| panic!("{fault}"));
    findings(&pdf).into_iter().filter(|finding| finding.starts_with("19005-3 6.2.11")).collect()
}

/// Every character of the built-in fonts that means the same to everybody, a mark on a letter.
#[test]
fn every_character_that_is_drawn_conforms() {
    let mut all = BTreeSet::new();
    for face in FONTS.faces() {
        all.extend(face.font().charmap().mappings().filter_map(|(code, _)| char::from_u32(code)));
    }
    let own = |ch: &char| !matches!(ch, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..) && !ch.is_control();
    let mut typesetter = Typesetter::new(&FONTS);
    let text = |words: &str| Text::plain(&Lang::new("en"), words);
    let mut words: Vec<String> = Vec::new();
    for ch in all.into_iter().filter(own) {
        let on_a_letter = ["", "e", "発"].map(|letter| format!("{letter}{ch}"));
        let whole = on_a_letter.iter().find(|words| typesetter.missing(&text(words)).is_empty());
        words.push(whole.unwrap_or_else(|| panic!("U+{:04X} can't be printed", u32::from(ch))).clone());
    }
    assert!(words.len() > 10_000, "{}", words.len());
    let lines: Vec<String> = words.chunks(40).map(|words| words.join(" ")).collect();
    let found = of_fonts(&lines, &FONTS);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Words of scripts whose letters join, stack and carry marks, each in the free font that has it. Where these fonts aren't installed,
/// as on a machine without Debian's `fonts-noto-core`, there is nothing to try.
#[test]
fn every_script_that_a_font_adds_conforms() {
    const SCRIPTS: &[(&str, &str)] = &[
        ("NotoSansDevanagari", "क्षेत्र पुनः आरंभ करें श्री"),
        ("NotoSansBengali", "ক্ষেত্র পুনরায় চালু করুন"),
        ("NotoSansTamil", "சேவையை நிறுத்துங்கள் ஸ்ரீ"),
        ("NotoSansTelugu", "సేవను పునఃప్రారంభించండి"),
        ("NotoSansKannada", "ಸೇವೆಯನ್ನು ಮರುಪ್ರಾರಂಭಿಸಿ"),
        ("NotoSansMalayalam", "സേവനം പുനരാരംഭിക്കുക"),
        ("NotoSansGujarati", "સેવા ફરી શરૂ કરો ક્ષ"),
        ("NotoSansGurmukhi", "ਸੇਵਾ ਮੁੜ ਚਾਲੂ ਕਰੋ"),
        ("NotoSansSinhala", "සේවාව නැවත ආරම්භ කරන්න ශ්‍රී"),
        ("NotoSansKhmer", "ស្រុកខ្មែរ ចាប់ផ្តើម"),
        ("NotoSansThai", "รีสตาร์ทเซิร์ฟเวอร์ น้ำ"),
        ("NotoSansLao", "ເລີ່ມ ຄືນ ໃໝ່ ນ້ຳ"),
        ("NotoSansMyanmar", "ဝန်ဆောင်မှု ပြန်စပါ"),
        ("NotoSansArabic", "أعِدْ تشغيل الخدمة لا"),
        ("NotoSansHebrew", "שָׁלוֹם עֲצֹר"),
        ("NotoSansGeorgian", "გადატვირთვა"),
        ("NotoSansArmenian", "վերագործարկում և"),
        ("NotoSansEthiopic", "እንደገና ጀምር"),
        ("NotoSerifTibetan", "བསྐྱར་དུ་འགོ་བཙུགས།"),
    ];
    let folder = Path::new("/usr/share/fonts/truetype/noto");
    if !folder.join("NotoSansDevanagari-Regular.ttf").exists() {
        return;
    }
    let mut found = Vec::new();
    for (name, words) in SCRIPTS {
        let bytes =
            std::fs::read(folder.join(format!("{name}-Regular.ttf"))).unwrap_or_else(|why| panic!("{name}: {why}"));
        let fonts = Fonts::with_files(vec![((*name).to_owned(), bytes)]).unwrap_or_else(|why| panic!("{why}"));
        let missing = Typesetter::new(&fonts).missing(&Text::plain(&Lang::new("en"), words));
        found.extend(missing.iter().map(|(_, _, ch)| format!("{name}: {ch:?} can't be printed")));
        found.extend(of_fonts(&[(*words).to_owned()], &fonts).into_iter().map(|finding| format!("{name}: {finding}")));
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
