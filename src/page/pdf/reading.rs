//! Decides whether a PDF reader finds the words of a text in the shown glyphs alone.

use super::element::Marked;
use super::embed::cluster;
use crate::geometry::TextItem;
use crate::page::{Item, ItemKind};

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
    let covered: usize = item.glyphs.iter().map(|glyph| cluster(item, glyph).len()).sum();
    let bytes = item.text.as_bytes();
    covered == bytes.len() && !bytes.contains(&b'\t') && !bytes.windows(2).any(|pair| pair == b"  ")
}
