//! Tells what is inside of a check list that a build would replace.

use std::collections::BTreeSet;

use crate::files::ListContent;
use crate::page::pdf::received::{FieldContent, FilledField, Received, is_as_saved};

/// What a list holds besides what a build wrote: each entry, signature and drawing in words. A list may come from any
/// program that saved it.
pub fn inside(list: &[u8]) -> ListContent {
    if is_as_saved(list) {
        return ListContent::AsBuilt;
    }
    let Ok(over) = Received::open(list).and_then(|list| list.overlays()) else { return ListContent::Unknown };
    let mut told = BTreeSet::new();
    let given = over.filled.iter().filter(|filled| filled.content.is_given() || !filled.content.is_sure());
    // A field may have several areas.
    let given = given.filter(|filled| told.insert(&*filled.name));
    let mut entries: Vec<String> = given.map(entry).collect();
    entries.extend(over.additions().map(|(page, what)| format!("{what} on page {page}")));
    if entries.is_empty() { ListContent::Unknown } else { ListContent::Filled(entries) }
}

/// An entry in words: what the field is for, as people are told, and what stands there.
fn entry(filled: &FilledField) -> String {
    let called = if filled.tooltip.is_empty() { &filled.name } else { &filled.tooltip };
    let called = short(called);
    match &filled.content {
        FieldContent::Words(words) => format!("{called}: “{}”", short(words)),
        FieldContent::Signature(Some(by)) if !by.is_empty() => format!("{called}: signed by {}", short(by)),
        FieldContent::Signature(_) => format!("{called}: signed"),
        FieldContent::Unsigned => format!("{called}: looks signed and isn't"),
        FieldContent::Tick(_) | FieldContent::Unsure => called,
    }
}

/// A text on one line, cut where it is long. What can't be seen in it is escaped where it is printed.
fn short(text: &str) -> String {
    const MOST: usize = 60;
    let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = line.char_indices().nth(MOST) {
        line.truncate(cut);
        line.push('…');
    }
    line
}
