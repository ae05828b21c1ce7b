//! Sheets that are broken on purpose, each in one way. They prove that each check can fail.

use std::sync::Arc;

use runsheet::field::Field;
use runsheet::geometry::{Glyph, Pt, Rect, TextItem};
use runsheet::page::{Document, Item, ItemKind, LinkTarget, Page, Path, PathSegment, Stroke, Tick};

/// A way to break a sheet, and the words of the finding that must follow.
pub type Way = (&'static str, fn(&mut Document), &'static str);

/// Every way. Each is tried on the Chinese list of the Dubbo example.
pub const WAYS: &[Way] = &[
    ("a text over another", over_another, "overlap"),
    ("small type", small_type, "is set in 8.00 points"),
    ("a number that isn't repeated", not_repeated, "the number of step 8 isn't repeated"),
    ("a value off its line", |document| text(document, VALUE).y += Pt(2_000), "stands on its base line"),
    ("a number off its line", |document| again(document).y -= Pt(3_000), "isn't repeated beside its boxes"),
    ("a box left out", |document| drop_box(document), "has 1 boxes"),
    ("a box too low", |document| tick(document).rect.y += Pt(6_000), "has 1 boxes"),
    ("a small box", small_box, "points wide"),
    ("a caution without a box", caution_without_box, "a caution has 1 boxes"),
    ("a text left out", left_out, "is missing"),
    ("a text twice", twice, "stands before"),
    ("another order", another_order, "stands before"),
    ("a text at the edge", |document| text(document, ACTION).x = Pt(20_000), "outside of the margins"),
    ("a text too low", |document| text(document, "原因").y = Pt(815_000), "outside of the margins"),
    ("a line over the edge", |document| rule(document, (100, 700, 620, 700)), "over the margins"),
    ("a line through a text", line_through, "a line runs through"),
    ("a dark area over a text", dark_area, "dark area"),
    ("a place on another page", |document| place(document).page = 0, "isn't where step R1 stands"),
    ("a place far up", |document| place(document).y = Pt(90_000), "isn't where step R1 stands"),
    ("another page's number", another_number, "is missing"),
    ("a link elsewhere", link_elsewhere, "leads elsewhere"),
    ("no head", no_head, "neither head nor foot says"),
    ("no foot", no_foot, "what to do in doubt"),
    ("a glyph that no font has", |document| glyph(document, |glyph| glyph.id = 0), "has no glyph"),
    ("another glyph", another_glyph, "is drawn as"),
];

/// The action of step 8 and of R5.
const ACTION: &str = "还原静态数据为动态";
/// The expected value of step 8.
const VALUE: &str = "待还原的静态数据";

fn items(document: &mut Document) -> impl Iterator<Item = &mut Item> {
    document.pages.iter_mut().flat_map(|page| &mut page.items)
}

fn texts(document: &mut Document) -> impl Iterator<Item = &mut TextItem> {
    items(document).filter_map(|item| match &mut item.kind {
        ItemKind::Text(text) => Some(text),
        _ => None,
    })
}

/// Whether a page shows the flow chart, which is a drawing.
pub fn is_chart(document: &Document, page: usize) -> bool {
    document.destinations.iter().any(|place| place.name.starts_with("chart") && place.page == page)
}

/// The first text that begins with these words.
fn text<'d>(document: &'d mut Document, words: &str) -> &'d mut TextItem {
    texts(document).find(|text| text.text.starts_with(words)).unwrap_or_else(|| panic!("no text `{words}`"))
}

/// Page and item index of the first text that begins with these words. The flow chart is passed over, because it is a
/// drawing.
fn position(document: &Document, words: &str) -> (usize, usize) {
    let is = |item: &Item| matches!(&item.kind, ItemKind::Text(text) if text.text.starts_with(words));
    let mut pages = document.pages.iter().enumerate().filter(|(page, _)| !is_chart(document, *page));
    pages
        .find_map(|(page, items)| Some((page, items.items.iter().position(is)?)))
        .unwrap_or_else(|| panic!("no text `{words}`"))
}

fn over_another(document: &mut Document) {
    let TextItem { x, y, .. } = *text(document, "关闭");
    let moved = text(document, ACTION);
    (moved.x, moved.y) = (x, y);
}

/// The number of step 8 beside its boxes.
fn again(document: &mut Document) -> &mut TextItem {
    let again = items(document).find_map(|item| match &mut item.kind {
        ItemKind::Text(text) if item.tag.is_none() && &*text.text == "8" && text.x > Pt::points(200) => Some(text),
        _ => None,
    });
    again.expect("a number beside boxes")
}

fn not_repeated(document: &mut Document) {
    let (x, y) = (again(document).x, again(document).y);
    for page in &mut document.pages {
        page.items.retain(|item| !matches!(&item.kind, ItemKind::Text(text) if (text.x, text.y) == (x, y)));
    }
}

fn small_type(document: &mut Document) {
    let text = text(document, ACTION);
    let glyphs = text.glyphs.iter().map(|glyph| Glyph { advance: glyph.advance * 2 / 3, ..glyph.clone() });
    text.glyphs = glyphs.collect();
    text.size = Pt::points(8);
}

/// The operator's box of step 8.
fn is_box(document: &Document, item: &Item) -> bool {
    let field = match &item.kind {
        ItemKind::Tick(tick) => tick.field,
        _ => None,
    };
    field.is_some_and(|field| document.fields[field.0 as usize].name.to_string() == "step.8.operator")
}

fn tick(document: &mut Document) -> &mut Tick {
    let find = |page: &Page| page.items.iter().position(|item| is_box(document, item));
    let (page, item) =
        document.pages.iter().enumerate().find_map(|(page, items)| Some((page, find(items)?))).expect("a box");
    match &mut document.pages[page].items[item].kind {
        ItemKind::Tick(tick) => tick,
        _ => unreachable!("a box is a tick"),
    }
}

fn drop_box(document: &mut Document) {
    let mut pages = document.pages.clone();
    for page in &mut pages {
        page.items.retain(|item| !is_box(document, item));
    }
    document.pages = pages;
}

fn small_box(document: &mut Document) {
    let rect = &mut tick(document).rect;
    *rect = Rect { width: Pt::points(12), height: Pt::points(12), ..*rect };
}

fn caution_without_box(document: &mut Document) {
    let fields = document.fields.clone();
    let of_caution = |item: &Item| match &item.kind {
        ItemKind::Tick(tick) => {
            tick.field.is_some_and(|field| matches!(fields[field.0 as usize].name.field, Field::Notice(..)))
        }
        _ => false,
    };
    let page = document.pages.iter_mut().find(|page| page.items.iter().any(of_caution)).expect("a caution");
    let item = page.items.iter().position(of_caution).expect("its box");
    page.items.remove(item);
}

fn left_out(document: &mut Document) {
    let (page, item) = position(document, ACTION);
    document.pages[page].items.remove(item);
}

fn twice(document: &mut Document) {
    let (page, item) = position(document, ACTION);
    let again = document.pages[page].items[item].clone();
    document.pages[page].items.insert(item, again);
}

fn another_order(document: &mut Document) {
    let (page, item) = position(document, ACTION);
    let moved = document.pages[page].items.remove(item);
    document.pages[page].items.push(moved);
}

/// Draws a line from one point to another, in whole points.
fn rule(document: &mut Document, (x1, y1, x2, y2): (i32, i32, i32, i32)) {
    let [from, to] = [(x1, y1), (x2, y2)].map(|(x, y)| (Pt::points(x), Pt::points(y)));
    let segments = vec![PathSegment::Move(from.0, from.1), PathSegment::Line(to.0, to.1)];
    let stroke = Some(Stroke { width: Pt(500), gray: 0, round: false });
    document.pages[0]
        .items
        .push(Item { tag: None, kind: ItemKind::Path(Path { segments, stroke, fill: None, even_odd: false }) });
}

fn line_through(document: &mut Document) {
    let y = text(document, "原因").y.0 / 1000 - 3;
    rule(document, (50, y, 500, y));
}

fn dark_area(document: &mut Document) {
    let (page, item) = position(document, ACTION);
    let ItemKind::Text(TextItem { x, y, .. }) = document.pages[page].items[item].kind else { unreachable!("a text") };
    let corners = [(x, y - Pt(9_000)), (x + Pt(20_000), y - Pt(9_000)), (x + Pt(20_000), y), (x, y)];
    let mut segments = vec![PathSegment::Move(corners[0].0, corners[0].1)];
    segments.extend(corners[1..].iter().map(|corner| PathSegment::Line(corner.0, corner.1)));
    segments.push(PathSegment::Close);
    document.pages[page].items.push(Item {
        tag: None,
        kind: ItemKind::Path(Path { segments, stroke: None, fill: Some(0), even_odd: false }),
    });
}

fn place(document: &mut Document) -> &mut runsheet::page::Destination {
    document.destinations.iter_mut().find(|place| place.name == "step-R1").expect("a place of R1")
}

/// Step 4 refers to R1 on page 6; this makes it say page 2.
fn another_number(document: &mut Document) {
    let page = (place(document).page + 1).to_string();
    let two = texts(document).find(|text| &*text.text == "2").expect("a number 2").clone();
    let at = document.destinations.iter().find(|place| place.name == "step-4").expect("a place of step 4").page;
    let on_page = document.pages[at].items.iter_mut().filter_map(|item| match &mut item.kind {
        ItemKind::Text(text) if *text.text == *page && text.size == Pt(10_000) => Some(text),
        _ => None,
    });
    let number = on_page.last().expect("a page's number");
    (number.text, number.glyphs) = (two.text, two.glyphs);
}

fn link_elsewhere(document: &mut Document) {
    let link = items(document).find_map(|item| match &mut item.kind {
        ItemKind::Link(_, LinkTarget::Inside(name)) => Some(name),
        _ => None,
    });
    "step-3".clone_into(link.expect("a link"));
}

fn no_head(document: &mut Document) {
    let page = &mut document.pages[1];
    page.items
        .retain(|item| !matches!(&item.kind, ItemKind::Text(text) if item.tag.is_none() && text.y < Pt::points(60)));
}

fn no_foot(document: &mut Document) {
    let page = &mut document.pages[1];
    page.items
        .retain(|item| !matches!(&item.kind, ItemKind::Text(text) if item.tag.is_none() && text.y > Pt::points(795)));
}

/// Removes the heads that a list repeats where it goes on.
pub fn no_column_heads(document: &mut Document) {
    for page in &mut document.pages {
        let body = Pt::points(90)..Pt::points(700);
        page.items
            .retain(|item| !matches!(&item.kind, ItemKind::Text(text) if item.tag.is_none() && body.contains(&text.y)));
    }
}

fn glyph(document: &mut Document, change: impl Fn(&mut Glyph)) {
    let text = text(document, ACTION);
    let mut glyphs = text.glyphs.to_vec();
    change(&mut glyphs[0]);
    text.glyphs = Arc::from(glyphs);
}

fn another_glyph(document: &mut Document) {
    let id = text(document, ACTION).glyphs[1].id;
    glyph(document, |glyph| glyph.id = id);
}

/// Ways to divide a list where no page may end. Each is tried on the list of [`TORN`].
pub const TEARS: &[Way] = &[
    ("a heading alone", |document| tear(document, "第二块"), "a heading is parted"),
    ("the head of a list alone", |document| tear(document, "实际"), "the head of a list is parted"),
    ("a caution alone", |document| tear(document, "不要拔线"), "a caution or a note is parted"),
    ("a note alone", |document| tear(document, "机柜在二楼"), "a caution or a note is parted"),
    ("a gate alone", |document| tear(document, "原子操作结束"), "without its gate is parted"),
    ("signatures alone", |document| tear(document, "看一眼"), "without its signatures is parted"),
    ("a single row", |document| leave_one(document, "丁机"), "a single row stands alone"),
];

/// A list with everything that a page's end may part.
pub const TORN: [&str; 2] = [
    r#"
schema = 1
id = "torn"
title = "每样都有"
lang = "zh-CN"
[values]
hosts = { label = "机器", each = "host" }
[facts.why]
label = "甲机"
text = "原因"
[facts.what]
label = "乙机"
text = "范围"
[facts.risk]
label = "丙机"
text = "风险"
[facts.time]
label = "丁机"
text = "停机"
[[hot]]
title = "第一块"
note = "机柜在二楼"
atomic = true
each = "hosts"
gate = ["没有报错"]
[[hot.step]]
op = "write"
do = "拔网线"
caution = "不要拔线"
[[hot]]
title = "第二块"
[[hot.step]]
op = "read"
do = "看两眼"
[[hot.step]]
op = "read"
do = "看一眼"
[[rollback]]
title = "退回去"
[[rollback.step]]
op = "write"
do = "插网线"
"#,
    "flow = \"torn\"\n[values]\nhosts = [\"甲\", \"乙\"]\n",
];

/// Page and base line of the first text that holds these words.
fn holding(document: &Document, words: &str) -> (usize, Pt) {
    let y = |item: &Item| match &item.kind {
        ItemKind::Text(text) if item.tag.is_some() && text.text.contains(words) => Some(text.y),
        _ => None,
    };
    let mut pages = document.pages.iter().enumerate().filter(|(page, _)| !is_chart(document, *page));
    let found = pages.find_map(|(page, items)| Some((page, items.items.iter().find_map(y)?)));
    found.unwrap_or_else(|| panic!("no text `{words}`"))
}

/// Moves to the next page what stands below the first text that holds these words.
fn tear(document: &mut Document, words: &str) {
    let (page, y) = holding(document, words);
    move_below(document, page, y + Pt(1_000));
}

/// Leaves only the row that holds these words on the next page.
fn leave_one(document: &mut Document, words: &str) {
    let (page, y) = holding(document, words);
    let is_of_row = |text: &TextItem| text.y > y - Pt(3_000) && text.y < y + Pt(1_000);
    let keep = |item: &Item, below: bool| match &item.kind {
        ItemKind::Text(text) if item.tag.is_some() => is_of_row(text) || (below && text.y < y),
        _ => true,
    };
    document.pages[page].items.retain(|item| keep(item, true));
    move_below(document, page, y - Pt(3_000));
    document.pages[page + 1].items.retain(|item| keep(item, false));
}

/// Moves the tagged texts of a page that stand below a height to the next page.
fn move_below(document: &mut Document, page: usize, edge: Pt) {
    let below = |item: &Item| matches!(&item.kind, ItemKind::Text(text) if item.tag.is_some() && text.y > edge);
    let (moved, kept) = std::mem::take(&mut document.pages[page].items).into_iter().partition(below);
    document.pages[page].items = kept;
    document.pages[page + 1].items.splice(0..0, moved);
}

/// Moves what stands below the first atomic block's middle to the next page.
pub fn tear_block(document: &mut Document) {
    let holds = |page: &Page, words: &str| {
        let is = |item: &Item| matches!(&item.kind, ItemKind::Text(text) if item.tag.is_some() && text.text.starts_with(words));
        page.items.iter().any(is)
    };
    let whole = |page: &Page| holds(page, "原子操作开始") && holds(page, "原子操作结束");
    let page = document.pages.iter().position(whole).expect("a block on one page");
    let middle = document.pages[page].height / 3;
    move_below(document, page, middle);
}
