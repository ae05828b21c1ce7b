//! Tests that read the PDF back, with lopdf and with another PDF library.

mod reading;

use std::sync::Arc;

use hayro_interpret::font::GlyphRun;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Dict, String as PdfString};
use hayro_interpret::kurbo::BezPath;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt, interpret_page,
};
use lopdf::{Dictionary, Object};

use super::write;
use crate::geometry::{Paper, Pt, Rect, TextItem};
use crate::page::{
    Attachment, AttachmentRelation, Destination, Document, Item, ItemKind, LinkTarget, OutlineEntry, Page, Path,
    PathSegment, Stroke, Tag, TagId, TagRole, Tick,
};
use crate::text::typeset::{Align, LinePiece, Setting, Typesetter};
use crate::text::{Content, Fonts, Gap, Lang, Run, Style, Text};

const SETTING: Setting =
    Setting { size: Pt(10_500), leading: Pt(16_000), bold: false, code: false, align: Align::Start };

const COMMAND: &str = "for host in a b;  do\n\tssh \"$host\" 'systemctl restart registry'   # 重启\ndone";

fn zh() -> Lang {
    Lang::new("zh-CN")
}

/// Lays out a text at a place of the page, under a tag.
fn put(
    page: &mut Page,
    typesetter: &mut Typesetter<'_>,
    text: &Text,
    setting: &Setting,
    (x, y): (Pt, Pt),
    tag: Option<TagId>,
) -> Pt {
    let paragraph = typesetter.paragraph(text, setting, Pt::points(480));
    for piece in paragraph.pieces.iter().cloned() {
        let kind = match piece {
            LinePiece::Glyphs(item) => ItemKind::Text(TextItem { x: item.x + x, y: item.y + y, ..item }),
            LinePiece::Link(rect, target) => {
                ItemKind::Link(Rect { x: rect.x + x, y: rect.y + y, ..rect }, LinkTarget::Uri(target.to_string()))
            }
            LinePiece::Gap(rect, _) => ItemKind::Path(Path {
                segments: vec![
                    PathSegment::Move(rect.x + x, rect.y + y + rect.height),
                    PathSegment::Line(rect.x + x + rect.width, rect.y + y + rect.height),
                ],
                stroke: Some(Stroke { width: Pt(500), gray: 0, round: false }),
                fill: None,
                even_odd: false,
            }),
            LinePiece::PageOf { .. } => continue,
        };
        page.items.push(Item { tag, kind });
    }
    y + paragraph.height
}

fn sample(fonts: &Fonts) -> Document {
    let mut typesetter = Typesetter::new(fonts);
    let (width, height) = Paper::A4.size();
    let mut page = Page { width, height, items: Vec::new(), head: 0, foot: usize::MAX };
    let x = Pt::points(56);
    let tag = |role, parent, alt: Option<&str>| Tag { role, parent: Some(TagId(parent)), alt: alt.map(str::to_owned) };
    let tags = vec![
        Tag { role: TagRole::Document, parent: None, alt: None },
        tag(TagRole::Heading(1), 0, None),
        tag(TagRole::Paragraph, 0, None),
        tag(TagRole::Table, 0, None),
        tag(TagRole::TableRow, 3, None),
        tag(TagRole::TableHeader, 4, None),
        tag(TagRole::TableCell, 4, None),
        tag(TagRole::Code, 0, Some(COMMAND)),
        tag(TagRole::Note, 0, None),
    ];
    page.items.push(Item {
        tag: None,
        kind: ItemKind::Path(Path {
            segments: vec![
                PathSegment::Move(x, Pt::points(40)),
                PathSegment::Line(width - x, Pt::points(40)),
                PathSegment::Line(width - x, Pt::points(42)),
                PathSegment::Close,
            ],
            stroke: Some(Stroke { width: Pt(750), gray: 128, round: true }),
            fill: Some(200),
            even_odd: false,
        }),
    });
    let heading = Setting { size: Pt::points(18), leading: Pt::points(26), bold: true, ..SETTING };
    let y = put(
        &mut page,
        &mut typesetter,
        &Text::plain(&zh(), "Dubbo 注册中心发布"),
        &heading,
        (x, Pt::points(50)),
        Some(TagId(1)),
    );
    let mut text = Text::plain(
        &zh(),
        "把 zookeeper-3.4.5 的 Active Task 记录在案：检查“warm-up”状态（10 分钟内），遗漏则联系应用；Łódź office ——\
         两点……一 ⼀ 𠮷 e\u{301} q\u{301}\u{323}，版本 ",
    );
    text.push(Content::Blank(Box::new(Gap::value("version", "Version"))));
    text.push_str("，见");
    let link = Style { link: Some(Arc::from("https://wiki.example.com/dubbo-registry")), ..Style::default() };
    text.runs.push(Run { content: Content::Chars("网站 (wiki)".to_owned()), style: link, origin: None });
    text.push_str("，运行");
    let code = Style { code: true, bold: true, ..Style::default() };
    text.runs.push(Run { content: Content::Chars("a->b  --force".to_owned()), style: code, origin: None });
    text.push_str("。");
    let y = put(&mut page, &mut typesetter, &text, &SETTING, (x, y + Pt::points(6)), Some(TagId(2)));
    let boxes = [(Pt::ZERO, false), (Pt::points(20), true)].map(|(offset, struck)| Tick {
        rect: Rect { x: x + offset, y: y + Pt::points(10), width: Pt::points(11), height: Pt::points(11) },
        struck,
        field: None,
    });
    page.items.extend(boxes.map(|tick| Item { tag: None, kind: ItemKind::Tick(tick) }));
    let y =
        put(&mut page, &mut typesetter, &Text::plain(&zh(), "连接"), &SETTING, (x, y + Pt::points(30)), Some(TagId(6)));
    let exact = Setting { code: true, ..SETTING };
    let y =
        put(&mut page, &mut typesetter, &Text::plain(&zh(), COMMAND), &exact, (x, y + Pt::points(10)), Some(TagId(7)));
    // A mark beside the command's first line, as a layout may put there, doesn't cut its reading in two.
    let second = page.items.iter().rposition(|item| item.tag == Some(TagId(7))).unwrap_or(0);
    let mark = Path {
        segments: vec![PathSegment::Move(x, y), PathSegment::Line(x, y + x)],
        stroke: None,
        fill: None,
        even_odd: false,
    };
    page.items.insert(second, Item { tag: None, kind: ItemKind::Path(mark) });
    put(&mut page, &mut typesetter, &Text::plain(&zh(), "第 1 页"), &SETTING, (x, Pt::points(800)), None);
    let rect = Rect { x, y, width: Pt::points(100), height: Pt::points(12) };
    page.items.push(Item { tag: Some(TagId(2)), kind: ItemKind::Link(rect, LinkTarget::Inside("step-1".to_owned())) });
    let entry = |title: &str, level| OutlineEntry { title: title.to_owned(), level, destination: "step-1".to_owned() };
    Document {
        title: "Dubbo 注册中心发布".to_owned(),
        lang: zh(),
        date: Some("2013-01-25T15:02:00+08:00".to_owned()),
        pages: vec![page.clone(), Page { items: Vec::new(), ..page }],
        tags,
        outline: vec![entry("热", 0), entry("执行操作", 1), entry("1 记录", 2), entry("2", 2), entry("回滚", 0)],
        destinations: vec![Destination { name: "step-1".to_owned(), page: 1, y: Pt::points(100) }],
        places: Vec::new(),
        fields: Vec::new(),
        attachments: Vec::new(),
        fillable: false,
        copies: 1,
        page_prefix: "",
    }
}

fn bytes(document: &Document, fonts: &Fonts) -> Vec<u8> {
    write(document, fonts).unwrap_or_else(|error| panic!("{error}"))
}

/// A page as another PDF library reads it: text and the places of its glyphs, in the order of painting.
#[derive(Default)]
struct Reader {
    text: String,
    glyphs: Vec<(f64, f64)>,
    /// For each open mark, whether it gives the reading.
    marks: Vec<bool>,
    /// Tag and number of each mark.
    tags: Vec<(String, Option<i32>)>,
    paths: usize,
}

impl<'a> Device<'a> for Reader {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.paths += 1;
    }
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            let place = (props.transform * glyph.transform()).translation();
            self.glyphs.push((place.x, place.y));
            if self.marks.contains(&true) {
                continue;
            }
            match glyph.as_unicode() {
                Some(BfString::Char(ch)) => self.text.push(ch),
                Some(BfString::String(text)) => self.text.push_str(&text),
                None => self.text.push('?'),
            }
        }
    }
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        let reading = properties.and_then(|dict| dict.get::<PdfString<'_>>("ActualText"));
        if let Some(reading) = &reading {
            self.text.push_str(&decode(reading));
        }
        self.marks.push(reading.is_some());
        let number = properties.and_then(|dict| dict.get::<i32>("MCID"));
        self.tags.push((String::from_utf8_lossy(tag).into_owned(), number));
    }
    fn end_marked_content(&mut self) {
        assert!(self.marks.pop().is_some(), "a mark is closed that wasn't opened");
    }
}

/// A text string of the PDF.
fn decode(bytes: &[u8]) -> String {
    let Some(units) = bytes.strip_prefix(&[0xFE, 0xFF]) else { return String::from_utf8_lossy(bytes).into_owned() };
    String::from_utf16_lossy(&units.chunks(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]])).collect::<Vec<_>>())
}

fn read(bytes: &[u8], page: usize) -> Reader {
    let pdf = Pdf::new(bytes.to_vec()).unwrap_or_else(|error| panic!("{error:?}"));
    let page = &pdf.pages()[page];
    let mut reader = Reader::default();
    let bounds = hayro_interpret::kurbo::Rect::new(0.0, 0.0, 1000.0, 1000.0);
    let cache = InterpreterCache::new();
    let transform = page.initial_transform(true).to_kurbo();
    let mut context = Context::new(transform, bounds, &cache, page.xref(), InterpreterSettings::default());
    interpret_page(page, &mut context, &mut reader);
    assert!(reader.marks.is_empty(), "a mark stays open");
    reader
}

fn texts(page: &Page) -> impl Iterator<Item = &TextItem> {
    page.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Text(text) => Some(text),
        _ => None,
    })
}

#[test]
fn text_is_read_back_exactly() {
    let fonts = Fonts::builtin();
    let document = sample(&fonts);
    // The command reads as a whole, with its line breaks.
    let items = document.pages[0].items.iter().filter(|item| item.tag != Some(TagId(7)));
    let expected: String = items
        .filter_map(|item| match &item.kind {
            ItemKind::Text(text) => Some(&*text.text),
            _ => None,
        })
        .collect();
    let text = read(&bytes(&document, &fonts), 0).text;
    assert_eq!(text.replacen(COMMAND, "", 1), expected);
    assert!(text.contains(COMMAND));
}

#[test]
fn glyphs_stand_where_the_layout_put_them() {
    let fonts = Fonts::builtin();
    let document = sample(&fonts);
    let read = read(&bytes(&document, &fonts), 0);
    let mut expected = Vec::new();
    for item in texts(&document.pages[0]) {
        let mut pen = item.x;
        for glyph in item.glyphs.iter() {
            expected.push((pen + glyph.offset.0, item.y - glyph.offset.1));
            pen += glyph.advance;
        }
    }
    assert_eq!(read.glyphs.len(), expected.len());
    for (&(x, y), &(left, base)) in read.glyphs.iter().zip(&expected) {
        let (left, base) = (f64::from(left.to_f32()), f64::from(base.to_f32()));
        assert!((x - left).abs() < 0.07 && (y - base).abs() < 0.01, "{x} {y} instead of {left} {base}");
    }
    // The path that is filled and drawn counts twice; the blank; two boxes.
    assert_eq!(read.paths, 5);
}

#[test]
fn every_mark_has_its_element() {
    let fonts = Fonts::builtin();
    let document = sample(&fonts);
    let bytes = bytes(&document, &fonts);
    let marks = read(&bytes, 0).tags;
    let numbers: Vec<i32> = marks.iter().filter_map(|(_, number)| *number).collect();
    assert_eq!(numbers, (0..numbers.len() as i32).collect::<Vec<_>>());
    assert_eq!(marks.first(), Some(&("Artifact".to_owned(), None)));

    let pdf = lopdf::Document::load_mem(&bytes).unwrap_or_else(|error| panic!("{error}"));
    let catalog = pdf.catalog().unwrap_or_else(|error| panic!("{error}"));
    let follow = |dict: &Dictionary, key: &str| -> Object {
        let value = dict.get(key.as_bytes()).unwrap_or_else(|_| panic!("no {key}"));
        pdf.dereference(value).unwrap_or_else(|error| panic!("{error}")).1.clone()
    };
    let dict = |object: Object| object.as_dict().cloned().unwrap_or_else(|error| panic!("{error}"));
    let array = |object: Object| object.as_array().cloned().unwrap_or_else(|error| panic!("{error}"));
    let root = dict(follow(catalog, "StructTreeRoot"));
    let parents = array(follow(&dict(follow(&root, "ParentTree")), "Nums"));
    let owners = array(parents[1].clone());
    assert_eq!(owners.len(), numbers.len());
    for ((mark, number), owner) in marks.iter().filter(|(_, number)| number.is_some()).zip(&owners) {
        let element = dict(pdf.dereference(owner).map_or(Object::Null, |(_, object)| object.clone()));
        let role = element.get(b"S").and_then(Object::as_name).map(String::from_utf8_lossy);
        assert_eq!(role.ok().as_deref(), Some(mark.as_str()));
        let kids = array(follow(&element, "K"));
        assert!(kids.contains(&Object::Integer(i64::from(number.unwrap_or(-1)))), "{kids:?}");
    }
    // The header cell that holds nothing comes before the cell that does.
    let whole = dict(follow(&root, "K"));
    let roles = |parent: &Dictionary| -> Vec<String> {
        let kids = array(follow(parent, "K"));
        let element = |kid: &Object| pdf.dereference(kid).ok()?.1.as_dict().ok().cloned();
        let role =
            |kid: &Object| Some(String::from_utf8_lossy(element(kid)?.get(b"S").ok()?.as_name().ok()?).into_owned());
        kids.iter().filter_map(role).collect()
    };
    assert_eq!(roles(&whole), ["H1", "P", "Table", "Code", "Note"]);
    let table = array(follow(&whole, "K"))[2].clone();
    let row = array(follow(&dict(pdf.dereference(&table).map_or(Object::Null, |(_, it)| it.clone())), "K"))[0].clone();
    assert_eq!(roles(&dict(pdf.dereference(&row).map_or(Object::Null, |(_, it)| it.clone()))), ["TH", "TD"]);
}

#[test]
fn the_outline_nests_and_leads_to_its_places() {
    let fonts = Fonts::builtin();
    let bytes = bytes(&sample(&fonts), &fonts);
    let pdf = lopdf::Document::load_mem(&bytes).unwrap_or_else(|error| panic!("{error}"));
    let toc = pdf.get_toc().unwrap_or_else(|error| panic!("{error}")).toc;
    let entries: Vec<_> = toc.iter().map(|entry| (entry.level, entry.title.as_str(), entry.page)).collect();
    let expected = [(1, "热", 2), (2, "执行操作", 2), (3, "1 记录", 2), (3, "2", 2), (1, "回滚", 2)];
    assert_eq!(entries, expected);
}

#[test]
fn a_link_to_nowhere_is_refused() {
    let fonts = Fonts::builtin();
    let mut document = sample(&fonts);
    document.destinations.clear();
    assert_eq!(write(&document, &fonts).err().as_deref(), Some("no page has the place `step-1`"));
}

#[test]
fn a_box_of_a_size_is_there_once() {
    let fonts = Fonts::builtin();
    let mut document = sample(&fonts);
    let tick = |x: i32, side: i32, struck| {
        let (x, y, side) = (Pt::points(x), Pt::points(70), Pt::points(side));
        Item {
            tag: None,
            kind: ItemKind::Tick(Tick { rect: Rect { x, y, width: side, height: side }, struck, field: None }),
        }
    };
    document.pages[0].items = vec![tick(10, 14, false), tick(40, 14, false), tick(70, 14, true), tick(90, 12, false)];
    document.pages[1].items = vec![tick(10, 14, false)];
    let pdf = lopdf::Document::load_mem(&bytes(&document, &fonts)).unwrap_or_else(|error| panic!("{error}"));
    let drawn = |page: u32| {
        let content = pdf.get_pages().get(&page).and_then(|id| pdf.get_and_decode_page_content(*id).ok());
        let drawn = content.into_iter().flat_map(|content| content.operations).filter(|it| it.operator == "Do");
        drawn.map(|it| String::from_utf8_lossy(it.operands[0].as_name().unwrap_or_default()).into_owned()).collect()
    };
    let (first, second): (Vec<String>, Vec<String>) = (drawn(1), drawn(2));
    assert_eq!(first, ["S0", "S0", "S1", "S2"]);
    assert_eq!(second, ["S0"]);
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let fonts = Fonts::builtin();
    let document = sample(&fonts);
    let first = bytes(&document, &fonts);
    assert_eq!(first, bytes(&document, &fonts));
    assert!(first.starts_with(b"%PDF-1.7\n"));
    let other = Document { title: "x".to_owned(), ..document };
    assert_ne!(first, bytes(&other, &fonts));
}

#[test]
fn an_empty_document_is_written() {
    let fonts = Fonts::builtin();
    let sample = sample(&fonts);
    let page = Page { items: Vec::new(), ..sample.pages[0].clone() };
    let empty = Document {
        pages: vec![page],
        tags: Vec::new(),
        outline: Vec::new(),
        destinations: Vec::new(),
        date: None,
        ..sample
    };
    assert_eq!(read(&bytes(&empty, &fonts), 0).text, "");
}

/// Characters with and without a glyph, none of which changes the direction.
const LEFT_TO_RIGHT: &str = "[\u{20}-\u{52F}\u{1E00}-\u{200D}\u{2010}-\u{2027}\u{2030}-\u{205F}一-十⺀-⻿，。]{1,60}";

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 100, failure_persistence: None, ..Default::default() })]

    #[test]
    fn anything_is_read_back(words in LEFT_TO_RIGHT, code: bool) {
        let fonts = Fonts::builtin();
        let mut document = sample(&fonts);
        document.pages[0].items.clear();
        let setting = Setting { code, ..SETTING };
        let text = Text::plain(&zh(), &words);
        let place = (Pt::points(50), Pt::points(50));
        put(&mut document.pages[0], &mut Typesetter::new(&fonts), &text, &setting, place, Some(TagId(2)));
        let expected: String = texts(&document.pages[0]).map(|item| &*item.text).collect();
        assert_eq!(read(&bytes(&document, &fonts), 0).text, expected);
    }
}

#[test]
fn what_goes_along_is_found_by_name_and_as_an_associated_file() {
    let fonts = Fonts::builtin();
    let file = |name: &str, relation, bytes: &[u8]| Attachment {
        name: name.to_owned(),
        media_type: "application/toml",
        description: "流程".to_owned(),
        relation,
        bytes: bytes.to_vec(),
    };
    let attachments = vec![
        file("b.toml", AttachmentRelation::Source, b"b = 1\n"),
        file("a.md", AttachmentRelation::Alternative, b""),
    ];
    let bytes = bytes(&Document { attachments, ..sample(&fonts) }, &fonts);
    let pdf = lopdf::Document::load_mem(&bytes).unwrap_or_else(|error| panic!("{error}"));
    let follow = |object: &Object| pdf.dereference(object).map_or(Object::Null, |(_, object)| object.clone());
    let get = |object: &Object, key: &str| {
        let object = follow(object);
        let dict = object.as_dict().unwrap_or_else(|error| panic!("{key}: {error}"));
        follow(dict.get(key.as_bytes()).unwrap_or_else(|_| panic!("no {key}")))
    };
    let catalog = Object::Dictionary(pdf.catalog().unwrap_or_else(|error| panic!("{error}")).clone());
    let names = get(&get(&get(&catalog, "Names"), "EmbeddedFiles"), "Names");
    let names = names.as_array().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((&names[0], &names[2]), (&Object::string_literal("a.md"), &Object::string_literal("b.toml")));
    assert!(get(&get(&catalog, "Names"), "Dests").as_dict().is_ok());
    let associated = get(&catalog, "AF");
    let associated = associated.as_array().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(associated, &[names[3].clone(), names[1].clone()]);
    for (file, relation, content) in [(&names[1], "Alternative", &b""[..]), (&names[3], "Source", b"b = 1\n")] {
        assert_eq!(get(file, "AFRelationship"), Object::from(relation));
        assert_eq!(get(file, "F"), get(file, "UF"));
        let Object::Stream(stream) = get(&get(file, "EF"), "F") else { panic!("no stream") };
        assert_eq!(stream.dict.get(b"Subtype").ok(), Some(&Object::from("application/toml")));
        assert_eq!(stream.decompressed_content().unwrap_or_default(), content);
        let about = Object::Dictionary(stream.dict.clone());
        let about = get(&about, "Params");
        assert_eq!(get(&about, "Size"), Object::Integer(content.len() as i64));
        let sum: &[u8] = if content.is_empty() { &MD5_OF_NOTHING } else { &MD5_OF_B };
        assert_eq!(get(&about, "CheckSum").as_str().ok(), Some(sum));
        assert_eq!(get(&about, "ModDate").as_str().ok(), Some(&b"D:20130125150200+08'00'"[..]));
    }
}

/// MD5 of nothing, as RFC 1321 gives it.
const MD5_OF_NOTHING: [u8; 16] =
    [0xd4, 0x1d, 0x8c, 0xd9, 0x8f, 0x00, 0xb2, 0x04, 0xe9, 0x80, 0x09, 0x98, 0xec, 0xf8, 0x42, 0x7e];

/// MD5 of `b = 1` and a line break, as `md5sum` gives it.
const MD5_OF_B: [u8; 16] =
    [0x72, 0x8e, 0x8c, 0xdd, 0x2b, 0xfe, 0x2d, 0x8f, 0xe1, 0xcd, 0xa5, 0x7e, 0x62, 0x65, 0xb0, 0x77];
