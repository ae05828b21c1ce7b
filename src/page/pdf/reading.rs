//! Decides whether a PDF reader finds the words of a text in the shown glyphs alone, and which texts it would join.

use super::element::{self, Marked};
use crate::geometry::TextItem;
use crate::page::{Document, Item, ItemKind, Page, TagId};

/// The text items at the beginning of `items` that make one line of one element.
pub(super) fn line<'i>(items: &'i [Item], all_marked: &'i [Marked]) -> impl Iterator<Item = &'i TextItem> {
    let text = |(item, marked): (&'i Item, &'i Marked)| match &item.kind {
        ItemKind::Text(text) => Some((text, *marked)),
        _ => None,
    };
    let mut texts = items.iter().zip(all_marked).map_while(text).peekable();
    let first = texts.peek().map(|(text, marked)| (text.y, *marked));
    texts.take_while(move |(text, marked)| first == Some((text.y, *marked))).map(|(text, _)| text)
}

/// False for what a reader wouldn't find again in the glyphs alone: spaces that add up, tabs, characters without a
/// glyph.
pub(super) fn reads_by_itself(item: &TextItem) -> bool {
    let covered: usize = item.glyphs.iter().map(|glyph| glyph.cluster.len()).sum();
    let bytes = item.text.as_bytes();
    covered == bytes.len() && !bytes.contains(&b'\t') && !bytes.windows(2).any(|pair| pair == b"  ")
}

/// For each item of a page, whether it is a text that stands apart from the one before it, on one line of one element. Who reads the
/// text without its places would join the two, so a space must stand between them (ISO 32000-1, 14.8.2.5).
pub(super) fn apart(document: &Document, page: &Page) -> Vec<bool> {
    let mut before: Option<(Option<TagId>, &TextItem)> = None;
    let items = page.items.iter().enumerate().map(|(index, item)| {
        let ItemKind::Text(text) = &item.kind else { return false };
        let tag = element::tag(document, page, index, item);
        let before = before.replace((tag, text)).filter(|(of, before)| *of == tag && before.y == text.y);
        before.is_some_and(|(_, before)| {
            let gap = (text.x - before.x - before.width()).max(before.x - text.x - text.width());
            let is_space = |ch: Option<char>| ch.is_none_or(char::is_whitespace);
            gap >= text.size / 10 && !is_space(before.text.chars().next_back()) && !is_space(text.text.chars().next())
        })
    });
    items.collect()
}
