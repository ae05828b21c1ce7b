//! Whether what is shown reads as what it says.

use super::embed::cluster;
use super::owner::Owner;
use crate::geometry::TextItem;
use crate::page::{Item, Kind};

/// The text items at the beginning of `items` that make one line of one owner.
pub(super) fn line<'i>(items: &'i [Item], owners: &'i [Owner]) -> impl Iterator<Item = &'i TextItem> {
    let text = |(item, owner): (&'i Item, &'i Owner)| match &item.kind {
        Kind::Text(text) => Some((text, *owner)),
        _ => None,
    };
    let mut texts = items.iter().zip(owners).map_while(text).peekable();
    let first = texts.peek().map(|(text, owner)| (text.y, *owner));
    texts.take_while(move |(text, owner)| first == Some((text.y, *owner))).map(|(text, _)| text)
}

/// False for what a reader wouldn't find again in the glyphs alone: spaces that add up, tabs, characters without a
/// glyph.
pub(super) fn reads_by_itself(item: &TextItem) -> bool {
    let covered: usize = item.glyphs.iter().map(|glyph| cluster(item, glyph).len()).sum();
    let bytes = item.text.as_bytes();
    covered == bytes.len() && !bytes.contains(&b'\t') && !bytes.windows(2).any(|pair| pair == b"  ")
}
