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
    ("no column heads", no_column_heads, "no column head"),
    ("a glyph that no font has", |document| glyph(document, |glyph| glyph.id = 0), "has no glyph"),
    ("another glyph", another_glyph, "is drawn as"),
];

/// The action of step 8 and of R5.
const ACTION: &str = "还原静态数据为动态";

fn items(document: &mut Document) -> impl Iterator<Item = &mut Item> {
    document.pages.iter_mut().flat_map(|page| &mut page.items)
}

fn texts(document: &mut Document) -> impl Iterator<Item = &mut TextItem> {
    items(document).filter_map(|item| match &mut item.kind {
        ItemKind::Text(text) => Some(text),
        _ => None,
    })
}

/// The first text that begins with these words.
fn text<'d>(document: &'d mut Document, words: &str) -> &'d mut TextItem {
    texts(document).find(|text| text.text.starts_with(words)).unwrap_or_else(|| panic!("no text `{words}`"))
}

/// Page and item index of the first text that begins with these words. The flow chart is passed over, because it is a
/// drawing.
fn position(document: &Document, words: &str) -> (usize, usize) {
    let charted =
        |page: usize| document.destinations.iter().any(|place| place.name.starts_with("chart") && place.page == page);
    let is = |item: &Item| matches!(&item.kind, ItemKind::Text(text) if text.text.starts_with(words));
    let mut pages = document.pages.iter().enumerate().filter(|(page, _)| !charted(*page));
    pages.find_map(|(page, items)| Some((page, items.items.iter().position(is)?))).expect("a text that begins so")
}

fn over_another(document: &mut Document) {
    let TextItem { x, y, .. } = *text(document, "关闭");
    let moved = text(document, ACTION);
    (moved.x, moved.y) = (x, y);
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
    let stroke = Some(Stroke { width: Pt(500), gray: 0, dash: None, round: false });
    document.pages[0].items.push(Item { tag: None, kind: ItemKind::Path(Path { segments, stroke, fill: None }) });
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
    document.pages[page]
        .items
        .push(Item { tag: None, kind: ItemKind::Path(Path { segments, stroke: None, fill: Some(0) }) });
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
        ItemKind::Text(text) if *text.text == *page && text.size == Pt(10_500) => Some(text),
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
fn no_column_heads(document: &mut Document) {
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

/// Moves what stands below the first atomic block's middle to the next page.
pub fn tear_block(document: &mut Document) {
    let holds = |page: &Page, words: &str| {
        let is = |item: &Item| matches!(&item.kind, ItemKind::Text(text) if item.tag.is_some() && text.text.starts_with(words));
        page.items.iter().any(is)
    };
    let whole = |page: &Page| holds(page, "原子操作开始") && holds(page, "原子操作结束");
    let page = document.pages.iter().position(whole).expect("a block on one page");
    let middle = document.pages[page].height / 3;
    let below = |item: &Item| matches!(&item.kind, ItemKind::Text(text) if item.tag.is_some() && text.y > middle);
    let (moved, kept) = std::mem::take(&mut document.pages[page].items).into_iter().partition(below);
    document.pages[page].items = kept;
    document.pages[page + 1].items.splice(0..0, moved);
}
